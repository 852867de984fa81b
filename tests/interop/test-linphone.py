# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and linphone write to each other: through Kamailio and through our own server."""

from ullim_test import main
from ullim_test.kamailio import Kamailio
from ullim_test.peers import Linphone
from ullim_test.programs import Cli, Server

TEXTS = ('Hello from here', '안녕, 점심 먹자', '👍🏽 שלום')


def through(scope, server, transport, linphone_transport='udp'):
    alice, bob = server.people['alice'], server.people['bob']
    cli = Cli(scope, alice, server.proxy(transport)).registered()
    linphone = Linphone(scope, bob, server.proxy(linphone_transport)).registered()
    for text in TEXTS:
        cli.message(bob.address, text)
        linphone.received(alice.address, text)
        cli.event('message-state', state='delivered')
        linphone.message(alice.address, text + '!')
        assert cli.event('message', text=text + '!')['from'] == bob.address
        linphone.delivered()
    assert not cli.events('message'), 'a text came twice, or a receipt was shown as one'


def test_through_kamailio_udp(scope):
    through(scope, Kamailio(scope, ['alice', 'bob']), 'udp')


def test_through_kamailio_tcp(scope):
    through(scope, Kamailio(scope, ['alice', 'bob']), 'tcp', 'tcp')


def test_through_our_server_udp(scope):
    through(scope, Server(scope, ['alice', 'bob']), 'udp')


def test_through_our_server_tcp(scope):
    through(scope, Server(scope, ['alice', 'bob']), 'tcp', 'tcp')


main(globals())
