# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of people and watcher information through the real server."""

import re
import sqlite3
import zlib

from presence_peer import (ListNotify, PresencePeer, Subscription, basic, pidf, resource_list,
                           set_rules, state_of)
from sip_peer import Server, Timeout
from ullim_test import main, wait_for
from xcap_peer import SERVICES, XcapPeer, lists

SILENCE_S = 0.4
MAX_BODY = 60 * 1024


def uri(name):
    return 'sip:%s@group.test' % name


def nothing_comes(sub):
    try:
        notify = sub.take(SILENCE_S)
    except Timeout:
        return True
    raise AssertionError('came: %s %r' % (notify.get('Subscription-State'), notify.body[:300]))


def group(scope, *names, transport='tcp', allow=True, **options):
    server = Server.serving(scope, users=names, **options)
    if allow:
        for name in names:
            set_rules(server, name, others='allow')
    return (server, *(PresencePeer(server, name, transport=transport) for name in names))


def test_a_list_in_the_request(scope):
    for transport in ('udp', 'tcp'):
        server, alice, bob, carol = group(scope, 'alice', 'bob', 'carol', transport=transport)
        set_rules(server, 'carol', others='confirm')
        bob.publish(pidf('open', 'busy', 'working'))
        people = [uri('bob'), uri('carol'), uri('nobody'), 'sip:dave@elsewhere.test',
                  'tel:+8210123', uri('bob') + ';transport=tcp', uri('echo')]
        watch = alice.subscribe_list(people)
        assert watch.answer.status == 200 and watch.answer.get('Require') == 'eventlist'
        full = watch.take_list()
        assert full.full and full.version == 0 and full.uri == uri('alice')
        entries = full.entries
        assert set(entries) == set(people) - {uri('bob') + ';transport=tcp'}
        assert entries[uri('bob')].state == 'active' and b'working' in entries[uri('bob')].body
        assert entries[uri('carol')].state == 'pending' and not entries[uri('carol')].body
        assert basic(entries[uri('echo')].body) == ['open']
        for stranger in (uri('nobody'), 'sip:dave@elsewhere.test', 'tel:+8210123'):
            entry = entries[stranger]
            assert (entry.state, entry.reason, entry.body) == ('terminated', 'noresource', None)

        bob.publish(pidf('open', 'away'))
        part = watch.take_list()
        assert not part.full and part.version == 1 and list(part.entries) == [uri('bob')]
        carol.publish(pidf(note='secret'))
        assert nothing_comes(watch)
        set_rules(server, 'carol', allow=['alice'])
        part = watch.take_list()
        assert list(part.entries) == [uri('carol')] and b'secret' in part.entries[uri('carol')].body
        set_rules(server, 'carol', block=['alice'])
        entry = watch.take_list().entries[uri('carol')]
        assert (entry.state, entry.reason, entry.body) == ('terminated', 'rejected', None)
        set_rules(server, 'carol', allow=['alice'])
        assert watch.take_list().entries[uri('carol')].state == 'active'


def test_a_list_is_changed_and_refreshed(scope):
    _, alice, bob, carol = group(scope, 'alice', 'bob', 'carol')
    watch = alice.subscribe_list([uri('bob')], uri='sip:group.test')
    assert list(watch.take_list().entries) == [uri('bob')]
    assert watch.refresh(body=resource_list([uri('carol')])).status == 200
    changed = watch.take_list()
    assert changed.full and list(changed.entries) == [uri('carol')]
    bob.publish(pidf())
    assert nothing_comes(watch)
    carol.publish(pidf())
    assert not watch.take_list().full
    # Without a list the one before holds.
    assert watch.refresh(headers=[('Supported', 'eventlist')]).status == 200
    again = watch.take_list()
    assert again.full and list(again.entries) == [uri('carol')]
    assert watch.refresh(expires=0, headers=[('Supported', 'eventlist')]).status == 200
    last = watch.take()
    assert state_of(last) == ('terminated', 'timeout') and last.body == b''


def test_lists_that_are_refused(scope):
    _, alice, _ = group(scope, 'alice', 'bob')
    assert alice.subscribe_list([uri('bob')], uri=uri('bob')).answer.status == 403
    assert alice.subscribe_list([], body=b'<resource-lists').answer.status == 400
    assert alice.subscribe_list([], body=b'').answer.status == 400
    plain = [('Require', 'recipient-list-subscribe'),
             ('Content-Type', 'application/resource-lists+xml')]
    answer = Subscription(alice, alice.aor, headers=plain, body=resource_list([uri('bob')])).answer
    assert answer.status == 421 and answer.get('Require') == 'eventlist'


def test_linphone_packs_its_list(scope):
    """As liblinphone: deflate, and Accept-Encoding, which does not oblige us."""
    _, alice, bob = group(scope, 'alice', 'bob')
    bob.publish(pidf(note='here'))
    packed = resource_list([uri('bob')])
    for body in (zlib.compress(packed), zlib.compress(packed)[2:-4]):
        watch = alice.subscribe_list([], body=body, headers=[
            ('Content-Encoding', 'deflate'), ('Accept-Encoding', 'deflate')],
            accept='multipart/related, application/pidf+xml, application/rlmi+xml')
        assert watch.answer.status == 200, watch.answer.start
        assert b'here' in watch.take_list().entries[uri('bob')].body
    answer = alice.subscribe_list([], body=packed, headers=[('Content-Encoding', 'br')]).answer
    assert answer.status == 415 and 'deflate' in answer.get('Accept-Encoding')
    answer = alice.subscribe_list([], body=b'\xff' * 40,
                                  headers=[('Content-Encoding', 'deflate')]).answer
    assert answer.status == 400
    bomb = zlib.compress(b'<' * (64 << 20), 9)
    answer = alice.subscribe_list([], body=bomb, headers=[('Content-Encoding', 'deflate')]).answer
    assert answer.status == 413


def test_ten_thousand_entries(scope):
    for transport in ('tcp', 'udp'):
        server, alice, bob = group(scope, 'alice', 'bob', transport=transport,
                                   options=['--rate', '0'])
        bob.publish(pidf(note='found'))
        people = [uri('person%05d' % i) for i in range(9999)] + [uri('bob')]
        body = zlib.compress(resource_list(people))
        assert transport == 'tcp' or len(body) < 65000
        watch = alice.subscribe_list([], body=body, headers=[('Content-Encoding', 'deflate')])
        assert watch.answer.status == 200, watch.answer.start
        seen, version = {}, 0
        while len(seen) < len(people):
            notify = watch.take()
            assert len(notify.encode()) < MAX_BODY
            part = ListNotify(notify)
            assert (part.version, part.full) == (version, version == 0), (version, transport)
            version += 1
            seen.update(part.entries)
        assert set(seen) == set(people) and version > 10
        assert b'found' in seen[uri('bob')].body
        bob.publish(pidf(note='moved'))
        part = watch.take_list()
        assert part.version == version and list(part.entries) == [uri('bob')]


def test_plain_list_of_ten_thousand(scope):
    """What our own client sends: not packed."""
    _, alice = group(scope, 'alice')
    people = [uri('somebody.with.a.name%05d' % i) for i in range(10000)]
    watch = alice.subscribe_list(people)
    assert watch.answer.status == 200, watch.answer.start
    seen = set()
    while len(seen) < len(people):
        seen.update(watch.take_list().entries)
    assert alice.subscribe_list([uri('x%d' % i) for i in range(20001)]).answer.status == 400


def test_a_list_kept_on_the_server(scope):
    server, alice, bob, carol = group(scope, 'alice', 'bob', 'carol')
    xcap = XcapPeer(server, 'alice')
    pointer = ('http://group.test:1%s' % xcap.path('resource-lists',
                                                   'resource-lists/list[@name="friends"]'))
    services = ('<rls-services xmlns="urn:ietf:params:xml:ns:rls-services" '
                'xmlns:rl="urn:ietf:params:xml:ns:resource-lists">'
                '<service uri="sip:alice-friends@group.test"><resource-list>%s</resource-list>'
                '<packages><package>presence</package></packages></service>'
                '<service uri="sip:alice-inline@group.test"><list>'
                '<rl:entry uri="sip:carol@group.test"/></list></service></rls-services>' % pointer)

    def keep(*names):
        text = lists('<list name="other"/><list name="friends">%s</list>'
                     % ''.join('<entry uri="%s"/>' % uri(n) for n in names))
        assert xcap.put('resource-lists', text).status in (200, 201)

    keep('bob')
    assert xcap.put('rls-services', services, SERVICES).status == 201
    eventlist = [('Supported', 'eventlist')]
    watch = alice.subscribe('alice-friends', headers=eventlist)
    assert watch.answer.status == 200, watch.answer.start
    first = watch.take_list()
    assert first.full and list(first.entries) == [uri('bob')]
    bob.publish(pidf(note='there'))
    assert b'there' in watch.take_list().entries[uri('bob')].body
    keep('bob', 'carol')
    changed = watch.take_list()
    assert changed.full and set(changed.entries) == {uri('bob'), uri('carol')}
    inline = alice.subscribe('alice-inline', headers=eventlist)
    assert list(inline.take_list().entries) == [uri('carol')]
    # Nobody else can look at her list.
    assert bob.subscribe('alice-friends', headers=eventlist).answer.status == 404
    answer = alice.subscribe('alice-friends').answer
    assert answer.status == 421 and answer.get('Require') == 'eventlist'
    assert xcap.delete('rls-services').status == 200
    assert state_of(watch.take()) == ('terminated', 'noresource')
    assert carol.publish(pidf()).status == 200
    assert nothing_comes(watch)


class Winfo:
    """A subscription to one's own watchers."""

    def __init__(self, peer):
        self.sub = peer.subscribe(peer.user, event='presence.winfo')
        assert self.sub.answer.status == 200, self.sub.answer.start
        self.version = None

    def take(self):
        notify = self.sub.take()
        text = notify.body.decode()
        assert notify.get('Content-Type') == 'application/watcherinfo+xml'
        self.full = 'state="full"' in text
        version = int(re.search(r' version="(\d+)"', text).group(1))
        assert self.version is None or version == self.version + 1
        self.version = version
        rows = {}
        for attributes, who in re.findall(r'<watcher ([^>]*)>([^<]*)</watcher>', text):
            row = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
            rows[who] = (row['status'], row['event'])
            self.names = {**getattr(self, 'names', {}), who: row.get('display-name')}
        return rows


def test_watchers_are_told(scope):
    server, alice, bob, carol = group(scope, 'alice', 'bob', 'carol', allow=False)
    winfo = Winfo(alice)
    assert winfo.take() == {} and winfo.full
    watch = bob.subscribe('alice')
    assert state_of(watch.take()) == 'pending'
    assert winfo.take() == {uri('bob'): ('pending', 'subscribe')} and not winfo.full
    assert watch.refresh(expires=0).status == 200
    assert state_of(watch.take()) == ('terminated', 'timeout')
    assert winfo.take() == {uri('bob'): ('waiting', 'timeout')}
    watch = bob.subscribe_list([uri('alice'), uri('carol')])
    assert watch.take_list().entries[uri('alice')].state == 'pending'
    assert winfo.take() == {uri('bob'): ('pending', 'subscribe')}
    set_rules(server, 'alice', allow=['bob'])
    assert winfo.take() == {uri('bob'): ('active', 'approved')}
    assert watch.take_list().entries[uri('alice')].state == 'active'
    assert winfo.sub.refresh().status == 200
    assert winfo.take() == {uri('bob'): ('active', 'approved')} and winfo.full
    set_rules(server, 'alice', block=['bob'])
    assert winfo.take() == {uri('bob'): ('terminated', 'rejected')}
    assert watch.take_list().entries[uri('alice')].state == 'terminated'
    # One's own other device is no watcher.
    other = PresencePeer(server, 'alice', transport='tcp')
    assert state_of(other.subscribe('alice').take()) == 'active'
    assert nothing_comes(winfo.sub)
    assert Winfo(other).take() == {}


def test_a_request_waits_until_it_is_answered(scope):
    """Its watcher is gone, the server was killed: it is still there."""
    server, alice, bob = group(scope, 'alice', 'bob', allow=False, transport='udp')
    watch = bob.subscribe('alice', headers=())
    assert state_of(watch.take()) == 'pending'

    def stored():
        with sqlite3.connect('file:%s?mode=ro' % server.path('server.db'), uri=True) as db:
            return db.execute('SELECT name, watcher FROM watchers').fetchall()

    wait_for(lambda: stored() == [('alice', 'bob')], 'the request to be on disk')
    server.kill()
    server.start()
    winfo = Winfo(alice)
    assert winfo.take() == {uri('bob'): ('waiting', 'subscribe')}
    set_rules(server, 'alice', allow=['bob'])
    assert winfo.take() == {uri('bob'): ('terminated', 'approved')}
    wait_for(lambda: stored() == [], 'the request to be done')
    assert state_of(bob.subscribe('alice').take()) == 'active'


def test_display_name_of_a_watcher(scope):
    _, alice, bob = group(scope, 'alice', 'bob', allow=False)
    winfo = Winfo(alice)
    winfo.take()
    message = bob.request('SUBSCRIBE', uri('alice'), headers=[
        ('Event', 'presence'), ('Contact', '<%s>' % bob.contact), ('Expires', '600')])
    message.headers = [(n, '"밥 \\"B\\"" ' + v if n == 'From' else v) for n, v in message.headers]
    message = bob.answer_challenge(message, bob.exchange(message))
    assert bob.exchange(message).status == 200
    assert winfo.take() == {uri('bob'): ('pending', 'subscribe')}
    assert winfo.names[uri('bob')] == '밥 &quot;B&quot;', winfo.names


def test_removed_and_renewed_accounts(scope):
    server, alice, bob, carol = group(scope, 'alice', 'bob', 'carol')
    watch, carols = bob.subscribe('alice'), carol.subscribe('alice')
    in_list = carol.subscribe_list([uri('alice')])
    watch.take(), carols.take(), in_list.take_list()
    server.command('user', 'passwd', 'bob', password='other\n')
    assert state_of(watch.take()) == ('terminated', 'deactivated')
    server.command('user', 'remove', 'alice')
    assert state_of(carols.take()) == ('terminated', 'noresource')
    assert in_list.take_list().entries[uri('alice')].reason == 'noresource'
    server.add_user('alice')
    wait_for(lambda: PresencePeer(server, 'alice').publish(pidf()).status == 200, 'the new alice')
    notify = carol.subscribe('alice').take()
    assert state_of(notify) == 'pending', (notify.headers, notify.body)


if __name__ == '__main__':
    main(globals())
