# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of presence have in common: people of ullim-cli who know each other, come and go."""

from .programs import Cli


def connect(scope, server, user, transport='tcp', name=None, **options):
    """A registered Cli of one of the server's people, with `cli.uri`."""
    person = server.people[user]
    cli = Cli(scope, person, server.proxy(transport), name=name or user, **options).registered()
    cli.uri = person.address
    return cli


def know_each_other(*clis):
    """Everybody adds everybody: so all of them may see all of them."""
    for cli in clis:
        for other in clis:
            if other is not cli:
                cli.say(f'person add {other.uri} {other.name}').event('person-added', uri=other.uri)


def come_and_go(watcher, other):
    """Every state that the other can choose is seen, with its note; ends as available."""
    watcher.sees(other.uri, 'available')
    for command, state, note in (('away 점심 🍚', 'away', '점심 🍚'), ('busy', 'busy', None),
                                 ('dnd Writing', 'dnd', 'Writing'), ('invisible', 'offline', None),
                                 ('available back', 'available', 'back')):
        other.say(f'presence {command}')
        told = watcher.sees(other.uri, state, note=lambda text, note=note: text == (note or ''))
        assert told['account'] == watcher.uri, told


def let_see(scope, server, user, watcher):
    """A phone cannot answer who may see it: its owner comes once with ours, lets `watcher` (a Cli that
    has added them) see them, and goes."""
    owner = connect(scope, server, user, name=f'{user}-once')
    owner.say(f'person add {watcher.uri}').event('person-added')
    watcher.sees(owner.uri, 'available')
    assert owner.quit() == 0
    watcher.sees(owner.uri, 'offline')
