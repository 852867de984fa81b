# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours and baresip see each other: through Kamailio, through our own server, and directly. baresip reads
presence to the letter, and knows no "away": that is Offline for it."""

from ullim_test import main, wait_for
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
    # A change that comes while it still waits for the answer to its last PUBLISH is lost in it: again.
    for command, other, state in (('presence_offline', 'presence_online', 'offline'),
                                  ('presence_online', 'presence_offline', 'available')):
        def is_seen(command=command, other=other, state=state):
            baresip.command(command)
            try:
                return cli.sees(baresip_uri, state, deadline_s=3)
            except AssertionError:
                baresip.command(other)
                return None
        wait_for(is_seen, f'baresip to be {state}', interval_s=1)


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
