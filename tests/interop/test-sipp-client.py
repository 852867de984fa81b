# SPDX-License-Identifier: GPL-3.0-or-later
"""sipp and raw datagrams against the client: what it takes, refuses, repeats and reports."""

import socket

from ullim_test import DEADLINE_S, main
from ullim_test.programs import Cli
from ullim_test.sipp import Sipp, answer, expect, receive, request
from ullim_test.wire import Wire


def client(scope):
    cli = Cli(scope, 'sip:alice@127.0.0.1', register=False,
              listen=['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'])
    cli.ports = {transport: cli.port(transport) for transport in ('udp', 'tcp')}
    cli.event('online')
    return cli


def send(scope, cli, *steps, transport='udp', **options):
    return Sipp(scope, *steps, target=f'127.0.0.1:{cli.ports[transport]}', transport=transport,
                **options).succeed()


def written_to(scope, cli, *steps, transport='udp'):
    """Writes to a sipp that answers as told; returns the last state of the message."""
    sipp = Sipp(scope, *steps, transport=transport)
    cli.message(f'sip:bob@127.0.0.1:{sipp.port};transport={transport}', '안녕 Bob')
    state = cli.event('message-state', state=lambda state: state not in ('queued', 'sending'))
    sipp.succeed()
    return state, sipp


def test_text_in_any_script(scope):
    cli = client(scope)
    for transport in ('udp', 'tcp'):
        send(scope, cli, request(body='안녕 👋🏽 hello'), expect(200), transport=transport)
        # sipp ends its body with a line break.
        assert cli.event('message')['text'].rstrip('\r\n') == '안녕 👋🏽 hello'


def test_a_hundred_at_once(scope):
    cli = client(scope)
    send(scope, cli, request(body='number [call_number].'), expect(200), calls=100,
         transport='tcp', options=['-r', '1000'])
    came = {cli.event('message')['text'].strip() for _ in range(100)}
    assert came == {f'number {n}.' for n in range(1, 101)}, came


def test_64_kib(scope):
    cli = client(scope)
    body = scope.write('long', 'ab 가나\n' * 6500)
    send(scope, cli, request(body=f'[file name={body}]'), expect(200), transport='tcp',
         options=['-buff_size', '262144'])
    assert cli.event('message')['text'].count('ab 가나') == 6500


def test_unknown_type_is_refused_with_what_is_known(scope):
    cli = client(scope)
    send(scope, cli, request(headers=['Content-Type: application/x-odd'], body='?'),
         expect(415, header='Accept:.*text/plain'))
    assert not cli.events('message')


def test_unknown_method_is_refused(scope):
    cli = client(scope)
    send(scope, cli, request(method='FROBNICATE'), expect(501, optional=(405,)))


def test_repetition_gets_the_same_answer_and_is_shown_once(scope):
    cli = client(scope)
    wire = Wire(scope, cli.ports['udp'])
    data = wire.message('한 번만'.encode())
    tags = set()
    for _ in range(3):
        wire.send(data)
        status, text = wire.answer()
        assert status == 200, text
        tags.add(text.split('To:')[1].split('\r\n')[0])
    assert len(tags) == 1, tags
    assert wire.ask(wire.message(b'the next')) == 200
    assert [cli.event('message')['text'] for _ in range(2)] == ['한 번만', 'the next']


def test_wrong_utf8_is_refused(scope):
    cli = client(scope)
    wire = Wire(scope, cli.ports['udp'])
    for body in (b'ok \xff\xfe\x80', b'\xc0\xaf', b'\xed\xa0\x80', b'nul \0 inside'):
        assert wire.ask(wire.message(body)) == 400, body
    assert wire.ask(wire.message('끝'.encode())) == 200
    assert cli.event('message')['text'] == '끝'


def test_garbage_and_missing_headers_do_no_harm(scope):
    cli = client(scope)
    wire = Wire(scope, cli.ports['udp'])
    for name in ('Via', 'From', 'To', 'Call-ID', 'CSeq'):
        # Without them there may be nobody to answer to; what counts is that nothing is shown.
        assert wire.ask(wire.message(drop=[name]), deadline_s=0.3) in (None, 400), name
    for data in (b'\0' * 60000, b'MESSAGE', b'MESSAGE sip:a SIP/2.0\r\n\r\n', b'\r\n\r\n' * 100,
                 wire.message(headers={'Content-Length': '99999'}.items()),
                 wire.message(headers={'CSeq': 'x' * 5000}.items())):
        status = wire.ask(data, deadline_s=0.3)
        assert status in (None, 400), (status, data[:300])
    while wire.answer(0.2)[0]:
        pass
    assert wire.ask(wire.message(b'still here')) == 200
    assert cli.event('message')['text'] == 'still here'


def test_states_of_an_own_message(scope):
    cli = client(scope)
    for status, reason, state in ((200, 'OK', 'delivered'), (202, 'Accepted', 'accepted'),
                                  (415, 'Unsupported Media Type', 'failed'), (403, 'Forbidden', 'failed'),
                                  (404, 'Not Found', 'failed'), (413, 'Too Large', 'failed'),
                                  (603, 'Decline', 'failed')):
        seen, _ = written_to(scope, cli, receive(pattern='안녕 Bob'), answer(status, reason))
        assert seen['state'] == state, (status, seen)
        assert state != 'failed' or seen['text'], seen


def test_written_by_tcp(scope):
    state, sipp = written_to(scope, client(scope), receive(), answer(200, 'OK'), transport='tcp')
    assert state['state'] == 'delivered'
    assert sipp.count('TCP message received'), sipp.messages()


def test_silent_peer_is_asked_again(scope):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(('127.0.0.1', 0))
        peer.settimeout(DEADLINE_S)
        cli = client(scope)
        cli.message(f'sip:bob@127.0.0.1:{peer.getsockname()[1]}', '거기 있어?')
        copies = [peer.recvfrom(65536) for _ in range(3)]
        requests = {data for data, _ in copies}
        assert len(requests) == 1, requests
        lines = copies[2][0].decode().split('\r\n')
        kept = [line for line in lines if line.split(':')[0] in ('Via', 'From', 'To', 'Call-ID', 'CSeq')]
        reply = ['SIP/2.0 200 OK', *kept, 'Content-Length: 0', '', '']
        peer.sendto('\r\n'.join(reply).encode(), copies[2][1])
        cli.event('message-state', state='delivered')


main(globals())
