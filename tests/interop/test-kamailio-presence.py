# SPDX-License-Identifier: GPL-3.0-or-later
"""Presence through Kamailio: published and subscribed to one by one, as a list (rls), with and without
permission, with documents over XCAP; restarted; and with none of all that, as a plain proxy."""

import sqlite3

from ullim_test import main, wait_for
from ullim_test.kamailio import Kamailio
from ullim_test.presence import come_and_go, connect as join, know_each_other
from ullim_test.programs import Cli
from ullim_test.raw import Watcher, pidf
from ullim_test.sipp import Sipp, answer, receive


def connect(scope, kamailio, user, transport='tcp', xcap=False, **options):
    if xcap:
        options['options'] = ['--xcap-root', kamailio.xcap_root]
    return join(scope, kamailio, user, transport, **options)


def pair(scope, presence, transport='tcp', **options):
    kamailio = Kamailio(scope, ['alice', 'bob'], presence=presence)
    alice, bob = (connect(scope, kamailio, user, transport, **options) for user in kamailio.people)
    return kamailio, alice, bob


def test_one_by_one_tcp(scope):
    _, alice, bob = pair(scope, 'open')
    know_each_other(alice, bob)
    come_and_go(alice, bob)
    come_and_go(bob, alice)
    assert bob.quit() == 0
    alice.sees(bob.uri, 'offline')


def test_one_by_one_udp(scope):
    _, alice, bob = pair(scope, 'open', 'udp')
    know_each_other(alice, bob)
    come_and_go(alice, bob)
    come_and_go(bob, alice)


def test_two_devices_are_one_person(scope):
    kamailio, alice, bob = pair(scope, 'open')
    know_each_other(alice, bob)
    second = connect(scope, kamailio, 'bob', name='bob-2')
    second.say('presence away')
    alice.sees(bob.uri, 'available')
    bob.say('presence busy')
    alice.sees(bob.uri, 'busy')
    assert second.quit() == 0
    alice.sees(bob.uri, 'busy')


def documents(kamailio, user, kind):
    """What Kamailio keeps of a kind for a user."""
    with sqlite3.connect(kamailio.documents) as database:
        rows = database.execute('SELECT doc FROM xcap WHERE username = ? AND doc_uri LIKE ?',
                                (user, f'%/{kind}/%')).fetchall()
    database.close()
    return [doc.decode() if isinstance(doc, bytes) else doc for (doc,) in rows]


def test_permission_is_asked_for(scope):
    kamailio, alice, bob = pair(scope, 'asks', xcap=True)
    alice.say(f'person add {bob.uri} Bob')
    asked = bob.event('permission-request', uri=alice.uri)
    assert asked['account'] == bob.uri, asked
    alice.sees(bob.uri, 'unknown', reason='pending')
    bob.say(f'allow {alice.uri}').event('permission', permission='allowed')
    come_and_go(alice, bob)
    bob.say(f'deny {alice.uri}').event('permission', permission='denied')
    alice.sees(bob.uri, 'unknown', reason='denied')
    # Bob's rules are on the server: they hold while he is away.
    assert bob.quit() == 0
    (rules,) = documents(kamailio, 'bob', 'pres-rules')
    assert alice.uri in rules, rules


def test_who_is_added_may_see(scope):
    _, alice, bob = pair(scope, 'asks', xcap=True)
    know_each_other(alice, bob)
    alice.sees(bob.uri, 'available')
    bob.sees(alice.uri, 'available')
    assert not alice.events('permission-request') and not bob.events('permission-request')


def test_nothing_leaks_to_who_may_not_see(scope):
    kamailio = Kamailio(scope, ['bob', 'eve'], presence='asks')
    bob = connect(scope, kamailio, 'bob', xcap=True)
    secrets = ('SECRETNOTE', 'rpid:busy', '<busy', '<basic>')
    eve = Watcher(scope, kamailio, kamailio.people['eve'], algorithm='MD5')
    assert eve.subscribe(bob.uri).status in (200, 202)
    assert 'pending' in eve.notified().get('Subscription-State')
    bob.event('permission-request', uri=eve.aor)
    bob.say('presence busy SECRETNOTE').event('own-presence', state='busy')
    eve.hears_nothing_of(secrets)
    bob.say(f'person block {eve.aor}').event('permission', permission='blocked')
    eve.notified_until(lambda notify: 'terminated' in notify.get('Subscription-State'))
    # Asking again brings nothing either.
    eve.subscribe(bob.uri)
    bob.say('presence away SECRETNOTE again').event('own-presence', state='away')
    eve.hears_nothing_of((*secrets, 'rpid:away', '<away'))


def test_two_devices_lose_nobody(scope):
    kamailio = Kamailio(scope, ['alice', 'bob', 'carol', 'dave'], presence='open')
    uri = {user: person.address for user, person in kamailio.people.items()}
    first = connect(scope, kamailio, 'alice', name='first', xcap=True)
    first.say(f'person add {uri["bob"]} Bob').event('person-added')
    first.say(f'person group {uri["bob"]} 친구')
    wait_for(lambda: uri['bob'] in ''.join(documents(kamailio, 'alice', 'resource-lists')),
             'Bob in the document')
    second = connect(scope, kamailio, 'alice', name='second', xcap=True)
    second.event('person-added', uri=uri['bob'], name='Bob')
    # Now both add somebody, and neither hears of the other before it writes.
    first.say(f'person add {uri["carol"]} Carol').event('person-added', uri=uri['carol'])
    second.say(f'person add {uri["dave"]} Dave').event('person-added', uri=uri['dave'])

    def both_are_there():
        text = ''.join(documents(kamailio, 'alice', 'resource-lists'))
        return all(uri[user] in text for user in ('bob', 'carol', 'dave'))
    wait_for(both_are_there, 'everybody in the document')
    for cli in (first, second):
        assert cli.quit() == 0
    for name, cli in (('first', first), ('second', second)):
        again = connect(scope, kamailio, 'alice', name=name, xcap=True, data_dir=cli.data_dir)

        def knows_all():
            again.say('people').event('people-end')
            rows = {row['uri']: row for row in again.events('person')}
            again.forget('person')
            return rows if len(rows) == 3 else None
        rows = wait_for(knows_all, 'three people', interval_s=0.2)
        assert rows[uri['bob']]['groups'] == ['친구'], rows

    # Allowed on one device is allowed on the other, too; who was just added goes there a moment later.
    def all_are_allowed():
        rules = ''.join(documents(kamailio, 'alice', 'pres-rules'))
        return all(uri[user] in rules for user in ('bob', 'carol', 'dave'))
    wait_for(all_are_allowed, 'everybody in the rules')


def killed(scope, presence, **options):
    kamailio, alice, bob = pair(scope, presence, **options)
    know_each_other(alice, bob)
    come_and_go(alice, bob)
    kamailio.kill()
    wait_for(lambda: alice.events('unregistered') and alice.presences[bob.uri]['stale'], 'the loss')
    bob.say('presence busy meanwhile')
    kamailio.start_again()
    assert alice.sees(bob.uri, 'busy', deadline_s=60)['note'] == 'meanwhile'
    bob.sees(alice.uri, 'available', deadline_s=60)
    come_and_go(bob, alice)


def test_killed_and_started_again(scope):
    killed(scope, 'open')


def test_killed_and_started_again_with_lists(scope):
    killed(scope, 'asks', xcap=True)


def test_killed_as_a_plain_proxy(scope):
    killed(scope, None)


def test_plain_proxy(scope):
    """Nobody there takes a PUBLISH: the programs ask and answer each other through it."""
    _, alice, bob = pair(scope, None)
    know_each_other(alice, bob)
    come_and_go(alice, bob)
    come_and_go(bob, alice)


def test_plain_proxy_asks_too(scope):
    kamailio, alice, bob = pair(scope, None)
    alice.say(f'person add {bob.uri} Bob')
    bob.event('permission-request', uri=alice.uri)
    alice.sees(bob.uri, 'unknown', reason='pending')
    bob.say('presence busy SECRETNOTE').event('own-presence', state='busy')
    bob.say(f'allow {alice.uri}')
    alice.sees(bob.uri, 'busy', note='SECRETNOTE')
    bob.say(f'deny {alice.uri}')
    alice.sees(bob.uri, 'unknown', reason='denied')


def test_nothing_leaks_through_a_plain_proxy(scope):
    kamailio = Kamailio(scope, ['bob', 'eve'])
    bob = connect(scope, kamailio, 'bob')
    eve = Watcher(scope, kamailio, kamailio.people['eve'], algorithm='MD5')
    bob.say('presence busy SECRETNOTE').event('own-presence', state='busy')
    assert eve.subscribe(bob.uri).status in (200, 202)
    bob.event('permission-request', uri=eve.aor)
    eve.hears_nothing_of(('SECRETNOTE', 'busy', '<basic>'))
    bob.say(f'deny {eve.aor}').event('permission', permission='denied')
    bob.say('presence away SECRETNOTE').event('own-presence', state='away')
    eve.hears_nothing_of(('SECRETNOTE', 'busy', 'rpid:away', '<basic>'))


def test_somebody_offline_and_a_phone_without_presence(scope):
    """Behind a plain proxy: who is not registered is not there, who has no presence is unknown."""
    kamailio = Kamailio(scope, ['alice', 'bob', 'phone'])
    alice = connect(scope, kamailio, 'alice')
    phone = Watcher(scope, kamailio, kamailio.people['phone'], algorithm='MD5')
    alice.say(f'person add {phone.aor} Phone')
    phone.reply(phone.expect('SUBSCRIBE'), 489, 'Bad Event')
    told = alice.sees(phone.aor, 'unknown', reason='no-service')
    assert told['state'] != 'offline'


def test_phones_without_presence_are_unknown(scope):
    """What GNOME Calls and other plain phones answer."""
    alice = Cli(scope, 'sip:alice@127.0.0.1', register=False, listen=['udp:127.0.0.1:0'])
    alice.event('online')
    for status, phrase in ((405, 'Method Not Allowed'), (501, 'Not Implemented'), (489, 'Bad Event')):
        phone = Sipp(scope, receive(method='SUBSCRIBE', pattern='Event:.*presence'),
                     answer(status, phrase))
        uri = f'sip:phone@127.0.0.1:{phone.port}'
        alice.say(f'person add {uri} Phone {status}')
        alice.sees(uri, 'unknown', reason='no-service')
        phone.succeed()


def test_what_others_publish_arrives(scope):
    kamailio = Kamailio(scope, ['alice', 'bob'], presence='open')
    bob = Watcher(scope, kamailio, kamailio.people['bob'], algorithm='MD5')
    assert bob.publish(pidf(bob.aor, activity='on-the-phone', note='통화 중')).status == 200
    alice = connect(scope, kamailio, 'alice')
    alice.say(f'person add {bob.aor} Bob')
    assert alice.sees(bob.aor, 'on-the-phone')['note'] == '통화 중'
    for activity in ('busy', 'away'):
        assert bob.publish(pidf(bob.aor, activity=activity)).status == 200
        alice.sees(bob.aor, activity)


main(globals())
