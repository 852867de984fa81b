# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and baresip see each other: through Kamailio, through our own server, and directly. baresip reads
presence to the letter, and knows no "away": that is Offline for it."""

from ullim_test import main
from ullim_test.kamailio import Kamailio
from ullim_test.peers import Baresip
from ullim_test.presence import connect, let_see
from ullim_test.programs import Cli, Server


def see_each_other(cli, baresip, baresip_uri):
    baresip.sees('Online')
    cli.sees(baresip_uri, 'available')
    for command, status in (('busy 회의', 'Busy'), ('available', 'Online'), ('dnd', 'Busy'),
                            ('away', 'Offline'), ('available', 'Online'), ('invisible', 'Offline'),
                            ('available', 'Online')):
        cli.say(f'presence {command}')
        baresip.sees(status)
    for command, state in (('presence_offline', 'offline'), ('presence_online', 'available')):
        baresip.command(command)
        cli.sees(baresip_uri, state)


def through(scope, server, transport, asks=False):
    alice, bob = server.people['alice'], server.people['bob']
    cli = connect(scope, server, 'alice', transport)
    cli.say(f'person add {bob.address} Bob').event('person-added')
    if asks:
        let_see(scope, server, 'bob', cli)
    baresip = Baresip(scope, bob, alice.address, server.proxy('udp'), presence=True).registered()
    see_each_other(cli, baresip, bob.address)


def test_through_kamailio_udp(scope):
    through(scope, Kamailio(scope, ['alice', 'bob'], presence='open'), 'udp')


def test_through_kamailio_tcp(scope):
    through(scope, Kamailio(scope, ['alice', 'bob'], presence='open'), 'tcp')


def test_through_a_plain_proxy(scope):
    through(scope, Kamailio(scope, ['alice', 'bob']), 'tcp')


def test_through_our_server(scope):
    through(scope, Server(scope, ['alice', 'bob']), 'tcp', asks=True)


def test_direct(scope):
    cli = Cli(scope, 'sip:alice@127.0.0.1', register=False, listen=['udp:127.0.0.1:0'])
    baresip = Baresip(scope, 'sip:bob@127.0.0.1', f'sip:alice@127.0.0.1:{cli.port("udp")}', presence=True)
    # It asks by the address of its account, which names no port; and without a registrar it is not
    # online by itself.
    cli.event('permission-request', uri='sip:bob@127.0.0.1')
    cli.say('allow sip:bob@127.0.0.1').event('permission')
    baresip.command('presence_online')
    cli.say(f'person add sip:bob@127.0.0.1:{baresip.port} Bob').event('person-added')
    see_each_other(cli, baresip, f'sip:bob@127.0.0.1:{baresip.port}')


main(globals())
