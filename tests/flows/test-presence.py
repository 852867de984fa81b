# SPDX-License-Identifier: GPL-3.0-or-later
"""Presence through ullim-server: people see each other come, go, get busy and come back; permission is
asked for and holds; nothing leaks; the server is killed and all is true again."""

from ullim_test import main, wait_for
from ullim_test.presence import come_and_go, connect, know_each_other
from ullim_test.programs import Server
from ullim_test.raw import Watcher


def trio(scope, transport='tcp'):
    server = Server(scope, ['alice', 'bob', 'carol'])
    return server, *(connect(scope, server, user, transport) for user in server.people)


def test_three_people_tcp(scope):
    _, alice, bob, carol = trio(scope)
    know_each_other(alice, bob, carol)
    come_and_go(alice, bob)
    come_and_go(bob, carol)
    come_and_go(carol, alice)
    assert bob.quit() == 0
    alice.sees(bob.uri, 'offline')
    carol.sees(bob.uri, 'offline')


def test_three_people_udp(scope):
    _, alice, bob, carol = trio(scope, 'udp')
    know_each_other(alice, bob, carol)
    come_and_go(alice, bob)
    come_and_go(carol, alice)


def test_who_dies_and_comes_back(scope):
    """Kill -9 and a new start: the old device's publication does not stand in the way."""
    server, alice, bob, carol = trio(scope)
    know_each_other(alice, bob, carol)
    alice.sees(bob.uri, 'available')
    bob.program.kill()
    again = connect(scope, server, 'bob', data_dir=bob.data_dir)
    again.say('presence busy')
    alice.sees(bob.uri, 'busy')
    # What was greater does not outlive its device either.
    again.program.kill()
    again = connect(scope, server, 'bob', name='bob-3', data_dir=bob.data_dir)
    again.say('presence available')
    alice.sees(bob.uri, 'available')


def test_two_devices_are_one_person(scope):
    server, alice, bob, _ = trio(scope)
    know_each_other(alice, bob)
    second = connect(scope, server, 'bob', name='bob-2')
    second.say('presence away').event('own-presence', state='away')
    alice.sees(bob.uri, 'available')
    bob.say('presence busy')
    alice.sees(bob.uri, 'busy')
    assert bob.quit() == 0
    alice.sees(bob.uri, 'away')
    assert second.quit() == 0
    alice.sees(bob.uri, 'offline')


def test_permission_is_asked_for_and_kept(scope):
    server, alice, bob, _ = trio(scope)
    # Somebody who is away is asked when they come.
    assert bob.quit() == 0
    alice.say(f'person add {bob.uri} Bob').event('person-added')
    alice.sees(bob.uri, 'unknown', reason='pending')
    bob = connect(scope, server, 'bob', data_dir=bob.data_dir)
    assert bob.event('permission-request')['uri'] == alice.uri
    bob.say('watchers').event('permission', uri=alice.uri, permission='asked')
    bob.say(f'allow {alice.uri}').event('permission', uri=alice.uri, permission='allowed')
    come_and_go(alice, bob)
    bob.say(f'deny {alice.uri}').event('permission', permission='denied')
    alice.sees(bob.uri, 'unknown', reason='denied')
    bob.say(f'allow {alice.uri}')
    alice.sees(bob.uri, 'available', deadline_s=60)
    # What was decided is not asked again.
    assert bob.quit() == 0
    alice.sees(bob.uri, 'offline')
    bob = connect(scope, server, 'bob', data_dir=bob.data_dir)
    alice.sees(bob.uri, 'available')
    assert not bob.events('permission-request')


def test_nothing_leaks_to_who_may_not_see(scope):
    server = Server(scope, ['bob', 'eve', 'mallory'])
    bob = connect(scope, server, 'bob')
    secrets = ('SECRETNOTE', 'rpid:busy', 'rpid:away', '<busy', '<basic>', 'open')
    bob.say('presence busy SECRETNOTE').event('own-presence', state='busy')
    eve, mallory = (Watcher(scope, server, server.people[user]) for user in ('eve', 'mallory'))
    for watcher in (eve, mallory):
        assert watcher.subscribe(bob.uri).status in (200, 202)
        assert 'pending' in watcher.notified().get('Subscription-State')
        bob.event('permission-request', uri=watcher.aor)
    bob.say(f'deny {eve.aor}').event('permission', uri=eve.aor, permission='denied')
    bob.say(f'person block {mallory.aor}').event('permission', permission='blocked')
    for watcher in (eve, mallory):
        watcher.notified_until(lambda notify: 'terminated' in notify.get('Subscription-State'))
        # Nor by a list, nor by asking again, nor by asking who watches.
        watcher.subscribe(bob.uri)
        watcher.subscribe(bob.uri, event='presence.winfo')
    bob.say('presence away SECRETNOTE again').event('own-presence', state='away')
    bob.say('presence available SECRETNOTE').event('own-presence', state='available')
    for watcher in (eve, mallory):
        watcher.hears_nothing_of(secrets)


def test_who_is_blocked_cannot_write(scope):
    _, alice, bob, carol = trio(scope)
    know_each_other(alice, bob)
    alice.sees(bob.uri, 'available')
    bob.say(f'person block {alice.uri}').event('permission', permission='blocked')
    alice.sees(bob.uri, 'unknown', reason='denied')
    alice.message(bob.uri, 'hello?')
    alice.event('message-state', state='failed', problem='forbidden')
    carol.message(bob.uri, 'and me?')
    bob.event('message', text='and me?')
    assert not bob.events('message')
    bob.say(f'person unblock {alice.uri}').event('permission')
    alice.message(bob.uri, 'again')
    bob.event('message', text='again')


def test_killed_and_started_again(scope):
    server, alice, bob, carol = trio(scope)
    know_each_other(alice, bob, carol)
    come_and_go(alice, bob)
    carol.sees(alice.uri, 'available')
    server.kill()
    # What was known last, and that it may be wrong.
    wait_for(lambda: alice.events('unregistered') and alice.presences[bob.uri]['stale'], 'the loss')
    assert alice.presences[bob.uri]['state'] == 'available', alice.presences
    bob.say('presence busy meanwhile')
    carol.program.kill()
    server.start_again()
    assert alice.sees(bob.uri, 'busy', deadline_s=60)['note'] == 'meanwhile'
    bob.sees(alice.uri, 'available', deadline_s=60)
    alice.sees(carol.uri, 'offline', deadline_s=60)
    come_and_go(bob, alice)


def test_address_book_is_on_all_devices(scope):
    server, alice, bob, carol = trio(scope)
    alice.say(f'person add {bob.uri} Bob').event('person-added', uri=bob.uri)
    second = connect(scope, server, 'alice', name='alice-2')
    second.event('person-added', uri=bob.uri, name='Bob')
    # Live, both ways, from now on.
    second.say(f'person add {carol.uri} 캐럴')
    alice.event('person-added', uri=carol.uri, name='캐럴')
    alice.say(f'person remove {bob.uri}')
    second.event('person-removed', uri=bob.uri)
    # And what was decided, too.
    alice.say(f'deny {bob.uri}').event('permission', permission='denied')

    def knows():
        second.say('watchers').event('watchers-end')
        rows = {row['uri']: row['permission'] for row in second.events('permission')}
        second.forget('permission')
        return rows.get(bob.uri) == 'denied'
    wait_for(knows, 'the decision of the other device', interval_s=0.2)


main(globals())
