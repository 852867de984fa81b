# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and linphone see each other, through Kamailio and through our own server."""

from ullim_test import main
from ullim_test.kamailio import Kamailio
from ullim_test.peers import LinphoneConsole
from ullim_test.presence import connect, let_see
from ullim_test.programs import Server


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


main(globals())
