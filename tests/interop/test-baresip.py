# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and baresip write to each other: through Kamailio, through our own server, and directly."""

from ullim_test import main
from ullim_test.kamailio import Kamailio
from ullim_test.peers import Baresip
from ullim_test.programs import Cli, Server

ALICE, BOB = 'sip:alice@127.0.0.1', 'sip:bob@127.0.0.1'
TEXTS = ('Hello from here', '안녕, 점심 먹자', '👍🏽 שלום')


def write_both_ways(cli, cli_address, baresip, baresip_address, sent_to=None):
    for text in TEXTS:
        cli.message(sent_to or baresip_address, text)
        baresip.received(cli_address, text)
        cli.event('message-state', state='delivered')
        baresip.message(text + '!')
        assert cli.event('message', text=text + '!')['from'] == baresip_address
    assert not cli.events('message'), 'a text came twice'


def through(scope, server, transport):
    alice, bob = server.people['alice'], server.people['bob']
    cli = Cli(scope, alice, server.proxy(transport)).registered()
    baresip = Baresip(scope, bob, alice.address, server.proxy('udp')).registered()
    write_both_ways(cli, alice.address, baresip, bob.address)


def test_through_kamailio_udp(scope):
    through(scope, Kamailio(scope, ['alice', 'bob']), 'udp')


def test_through_kamailio_tcp(scope):
    through(scope, Kamailio(scope, ['alice', 'bob']), 'tcp')


def test_through_our_server(scope):
    through(scope, Server(scope, ['alice', 'bob']), 'tcp')


def test_direct(scope):
    cli = Cli(scope, ALICE, register=False, listen=['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'])
    port = cli.port('udp')
    baresip = Baresip(scope, BOB, f'sip:alice@127.0.0.1:{port}')
    address = f'sip:bob@127.0.0.1:{baresip.port}'
    cli.message(address, TEXTS[1])
    cli.event('message-state', state='delivered')
    baresip.program.wait_log(f'"{TEXTS[1]}"')
    baresip.message(TEXTS[2])
    cli.event('message', text=TEXTS[2])


main(globals())
