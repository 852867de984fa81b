# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and linphone see each other, through Kamailio and through our own server; and linphone asks our
server for all its friends at once (RFC 5367, its body deflated)."""

from ullim_test import main
from ullim_test.kamailio import Kamailio
from ullim_test.peers import LinphoneConsole
from ullim_test.programs import Cli, Server


def through(scope, server, transport, **options):
    alice, lin = server.people['alice'], server.people['lin']
    cli = Cli(scope, alice, server.proxy(transport)).registered()
    cli.say(f'person add {lin.address} Lin').event('person-added')
    linphone = LinphoneConsole(scope, lin, server.proxy(transport), alice.address, **options)
    linphone.sees('Online')
    cli.sees(lin.address, 'available')
    for command, status in (('busy 회의', 'Busy'), ('away', 'Away'), ('available', 'Online')):
        cli.say(f'presence {command}')
        linphone.sees(status)
    cli.say('presence invisible')
    linphone.sees('Offline')
    linphone.quit()
    cli.sees(lin.address, 'offline')
    return linphone


def test_through_kamailio_udp(scope):
    through(scope, Kamailio(scope, ['alice', 'lin'], presence='open'), 'udp')


def test_through_kamailio_tcp(scope):
    through(scope, Kamailio(scope, ['alice', 'lin'], presence='open'), 'tcp')


def test_through_our_server(scope):
    through(scope, Server(scope, ['alice', 'lin']), 'tcp')


def test_as_a_list_at_our_server(scope):
    server = Server(scope, ['alice', 'lin'])
    through(scope, server, 'tcp', list_uri=server.people['lin'].address)


main(globals())
