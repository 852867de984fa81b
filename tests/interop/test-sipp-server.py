# SPDX-License-Identifier: GPL-3.0-or-later
"""sipp and raw datagrams against our group server: registration by digest, relay, refusals."""

from ullim_test import main
from ullim_test.programs import Cli, Server
from ullim_test.sipp import Sipp, answer, expect, receive, request
from ullim_test.wire import Wire


def register(person, wrong=False):
    """REGISTER, challenged, and again with credentials."""
    domain = person.address.partition('@')[2]
    headers = [f'From: <{person.address}>;tag=[call_number]', f'To: <{person.address}>',
               f'Contact: <sip:{person.user}@[local_ip]:[local_port];transport=[transport]>',
               'Expires: 60']
    password = 'not-' * wrong + person.password
    # sipp writes the name of the header, too.
    login = f'[authentication username={person.user} password={password}]'
    common = {'method': 'REGISTER', 'uri': f'sip:{domain}', 'drop': ['Content-Type']}
    return (request(headers=headers, **common)
            + '<recv response="401" auth="true"></recv>\n'
            + request(headers=[*headers, 'CSeq: 2 REGISTER', login], **common))


def run(scope, server, *steps, transport='udp', **options):
    return Sipp(scope, *steps, target=f'127.0.0.1:{server.ports[transport]}', transport=transport,
                **options).succeed()


def test_register_by_digest(scope):
    server = Server(scope, ['alice'])
    for transport in ('udp', 'tcp'):
        run(scope, server, register(server.people['alice']), expect(200, header='Contact:.*alice@127.0.0.1'),
            transport=transport)


def test_wrong_password_is_refused(scope):
    server = Server(scope, ['alice'])
    run(scope, server, register(server.people['alice'], wrong=True), expect(401))


def test_message_reaches_a_phone_that_is_registered(scope):
    server = Server(scope, ['alice', 'phone'])
    port = run(scope, server, register(server.people['phone']), expect(200)).port
    phone = Sipp(scope, receive(pattern='안녕 phone'), answer(200, 'OK'), port=port)
    alice = Cli(scope, server.people['alice'], server.proxy('tcp')).registered()
    alice.message(server.people['phone'].address, '안녕 phone')
    assert alice.event('message-state',
                       state=lambda state: state in ('delivered', 'accepted'))['state'] == 'delivered'
    phone.succeed()


def test_strangers_are_not_relayed(scope):
    server = Server(scope, ['alice'])
    wire = Wire(scope, server.ports['udp'])
    outside = wire.message(b'spam').replace(f'sip:alice@127.0.0.1:{wire.peer} '.encode(),
                                            b'sip:victim@203.0.113.5 ')
    status = wire.ask(outside)
    assert status in (403, 404, 407), status
    # To a person of the group, but from nobody: who are you?
    inside = wire.message(b'spam').replace(f'sip:alice@127.0.0.1:{wire.peer}'.encode(),
                                           server.people['alice'].address.encode())
    status = wire.ask(inside)
    assert status in (401, 403, 407), status


def test_garbage_does_no_harm(scope):
    server = Server(scope, ['alice', 'bob'])
    wire = Wire(scope, server.ports['udp'])
    for data in (b'\0' * 60000, b'\xff' * 60000, b'REGISTER', b'INVITE sip:a SIP/2.0\r\n\r\n',
                 b'\r\n' * 3000, wire.message(drop=['Via']), wire.message(drop=['Call-ID']),
                 wire.message(headers={'Max-Forwards': '-1'}.items()),
                 wire.message(headers={'Content-Length': '4294967296'}.items())):
        wire.send(data)
    alice, bob = (Cli(scope, person, server.proxy('tcp'), name=name).registered()
                  for name, person in server.people.items())
    alice.message(server.people['bob'].address, 'unharmed')
    bob.event('message', text='unharmed')
    assert server.program.process.poll() is None


main(globals())
