# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and linphone see each other, through Kamailio and through our own server."""

import zlib

from ullim_test import main
from ullim_test.kamailio import Kamailio
from ullim_test.peers import LinphoneConsole
from ullim_test.presence import connect, let_see
from ullim_test.programs import Server
from ullim_test.raw import Watcher


def through(scope, server, transport, asks=False, **options):
    alice, lin = server.people['alice'], server.people['lin']
    cli = connect(scope, server, 'alice', transport)
    cli.say(f'person add {lin.address} Lin').event('person-added')
    if asks:
        let_see(scope, server, 'lin', cli)
    linphone = LinphoneConsole(scope, lin, server.proxy(transport), alice.address, **options)
    linphone.sees('Online')
    cli.sees(lin.address, 'available')
    for command, status in (('busy 회의', 'Busy'), ('away', 'Away'), ('available', 'Online')):
        cli.say(f'presence {command}')
        linphone.sees(status)
    cli.say('presence invisible')
    linphone.sees('Offline')
    if transport == 'tcp':
        # Over UDP it leaves before it has answered the challenge to its good-bye.
        linphone.quit()
        cli.sees(lin.address, 'offline')


def test_through_kamailio_udp(scope):
    through(scope, Kamailio(scope, ['alice', 'lin'], presence='open'), 'udp')


def test_through_kamailio_tcp(scope):
    through(scope, Kamailio(scope, ['alice', 'lin'], presence='open'), 'tcp')


def test_through_our_server(scope):
    through(scope, Server(scope, ['alice', 'lin']), 'tcp', asks=True)


def test_as_a_list_at_our_server(scope):
    """It asks for all its friends at once (RFC 5367). Debian's version reads the answer twice, the second
    time from what the first left of it, and shows nothing; what counts is that it takes it and lives."""
    server = Server(scope, ['alice', 'lin'])
    alice, lin = server.people['alice'], server.people['lin']
    cli = connect(scope, server, 'alice')
    cli.say(f'person add {lin.address} Lin').event('person-added')
    let_see(scope, server, 'lin', cli)
    linphone = LinphoneConsole(scope, lin, server.proxy('tcp'), alice.address, list_uri=lin.address)
    server.program.wait_log(f'subscribed name=lin event=presence to={lin.address}')
    cli.sees(lin.address, 'available')
    cli.say('presence busy').event('own-presence')
    # It ends as its user tells it to, and not before.
    assert linphone.quit() == 0
    cli.sees(lin.address, 'offline')


def test_a_deflated_list_at_our_server(scope):
    """So linphone sends a longer one."""
    server = Server(scope, ['alice', 'lin'])
    alice = connect(scope, server, 'alice')
    alice.say(f'person add {server.people["lin"].address}').event('person-added')
    lin = Watcher(scope, server, server.people['lin'])
    assert lin.subscribe_to_list([alice.uri], encode=zlib.compress).status == 200
    notify = lin.notified_until(lambda request: b'<basic>open</basic>' in request.body)
    assert notify.get('Require') == 'eventlist', notify.headers
    assert 'multipart/related' in notify.get('Content-Type'), notify.headers
    assert alice.uri.encode() in notify.body, notify.body


main(globals())
