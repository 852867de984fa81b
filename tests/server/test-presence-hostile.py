# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad documents, floods and forgeries against the presence agent of the real server."""

import os
import time

from presence_peer import (PIDF, PresencePeer, Subscription, basic, pidf, resource_list, ruleset,
                           set_rules, state_of)
from sip_peer import Server, Timeout
from ullim_test import main
from xcap_peer import RULES, XcapPeer

QUICK_S = 2 if not os.environ.get('ULLIM_TEST_SLOW') else 20
EACH = 2000
TIMER_F_S = 40

BOMB = (b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "aaaaaaaaaa">'
        b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
        b'<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:x@y">&c;</presence>')


def group(scope, *names, transport='tcp'):
    server = Server.serving(scope, users=names, options=['--rate', '0'])
    return (server, *(PresencePeer(server, name, transport=transport) for name in names))


def test_documents_that_are_no_presence(scope):
    _, alice, bob = group(scope, 'alice', 'bob')
    deep = b'<presence xmlns="urn:ietf:params:xml:ns:pidf">' + b'<a>' * 2000 + b'</a>' * 2000
    for body in (BOMB, deep, b'\xff\xfe<presence/>', b'\0' * 100, b'<presence entity="',
                 b'<presence xmlns="urn:other"/>', pidf().replace(b'tuple', b't\xc3uple')):
        began = time.monotonic()
        assert alice.publish(body).status == 400, body[:80]
        assert time.monotonic() - began < QUICK_S
    assert alice.publish(pidf()).status == 200
    big = resource_list(['sip:p%d@group.test' % i for i in range(21000)])
    for body in (BOMB, b'<resource-lists', b'<a/>' * 200000, big):
        began = time.monotonic()
        assert alice.subscribe_list([], body=body).answer.status in (400, 413)
        assert time.monotonic() - began < QUICK_S
    assert bob.publish(pidf()).status == 200


def test_a_flood_of_subscriptions_has_an_end(scope):
    server, alice, bob = group(scope, 'alice', 'bob')
    alice.register()  # or else her silence ends her connection
    statuses = []
    for _ in range(EACH + 3):
        watch = bob.subscribe('alice')
        if watch.answer.status == 200:
            watch.take()
        bob.inbox.clear()
        statuses.append(watch.answer.status)
    assert statuses == [200] * EACH + [503] * 3
    assert watch.answer.get('Retry-After')
    # Others are not concerned, and one that ends makes room.
    assert alice.subscribe('alice').answer.status == 200
    bob.close()
    again = PresencePeer(server, 'bob', transport='tcp')
    deadline = time.monotonic() + 20
    while again.subscribe('alice').answer.status != 200:
        assert time.monotonic() < deadline
        again.inbox.clear()


def test_many_rules_and_many_watchers(scope):
    """A document with thousands of names is judged for all who watch, and nobody waits long."""
    server, alice, bob, carol = group(scope, 'alice', 'bob', 'carol')
    watches = [bob.subscribe('alice') for _ in range(60)]
    for watch in watches:
        watch.take()
    names = ['person%05d' % i for i in range(5000)]
    began = time.monotonic()
    answer = XcapPeer(server, 'alice').put('pres-rules', ruleset(allow=['bob'], block=names), RULES)
    assert answer.status == 201
    assert carol.publish(pidf()).status == 200
    assert time.monotonic() - began < 2 * QUICK_S
    assert state_of(watches[-1].take()) == 'active'


def test_forged_answers_and_requests(scope):
    server, alice, bob = group(scope, 'alice', 'bob')
    for name in ('alice', 'bob'):
        set_rules(server, name, others='allow')
    watch = bob.subscribe('alice')
    notify = watch.take(status=None)
    mallory = PresencePeer(server, 'mallory', password='x')
    # An answer with a branch that is nobody's, and one that is almost right.
    for branch in ('z9hG4bKu0', 'z9hG4bKuffffffffffffffff', 'z9hG4bKuzz', 'z9hG4bKu' + '1' * 40):
        via = notify.get('Via').partition('branch=')[0] + 'branch=' + branch
        forged = [('Via', via)] + [(n, notify.get(n)) for n in ('From', 'To', 'Call-ID', 'CSeq')]
        mallory.send('SIP/2.0 481 Gone\r\n%s\r\nContent-Length: 0\r\n\r\n'
                     % '\r\n'.join('%s: %s' % header for header in forged))
    bob.reply(notify)
    alice.publish(pidf())
    assert basic(watch.take().body) == ['open']
    # A refresh by somebody who knows the Call-ID, but not our tag.
    guess = Subscription(bob, alice.aor)
    guess.take()
    guess.to = guess.to[:-4] + '0000'
    assert guess.refresh().status == 481


def test_methods_in_a_dialog(scope):
    server, alice, bob = group(scope, 'alice', 'bob')
    watch = bob.subscribe('alice')
    watch.take()
    for method, status in (('NOTIFY', 405), ('INVITE', 405), ('BYE', 405)):
        message = bob.request(method, watch.target, to=watch.to, call_id=watch.call_id,
                              from_tag=watch.tag, headers=[('Contact', '<%s>' % bob.contact)])
        answer = bob.exchange(message)
        assert answer.status == status and answer.get('Allow') == 'SUBSCRIBE', answer.start
    late = bob.request('SUBSCRIBE', watch.target, to=watch.to, call_id=watch.call_id, cseq=1,
                       from_tag=watch.tag, headers=[('Event', 'presence'),
                                                    ('Contact', '<%s>' % bob.contact)])
    assert bob.exchange(late).status == 500
    other = bob.request('SUBSCRIBE', watch.target, to=watch.to, call_id=watch.call_id,
                        from_tag=watch.tag, headers=[('Event', 'presence;id=2'),
                                                     ('Contact', '<%s>' % bob.contact)])
    assert bob.exchange(other).status == 481


def test_silent_watcher_is_given_up(scope):
    """Over UDP a NOTIFY is repeated for 32 seconds; then the subscription is over."""
    server, alice, bob = group(scope, 'alice', 'bob', transport='udp')
    watch = bob.subscribe('alice')
    first = watch.take(status=None)
    copies = 1
    began = time.monotonic()
    while time.monotonic() - began < TIMER_F_S:
        try:
            again = watch.take(TIMER_F_S - (time.monotonic() - began), status=None)
        except Timeout:
            break
        assert again.get('CSeq') == first.get('CSeq') and again.get('Via') == first.get('Via')
        copies += 1
    # Timer E, doubled up to four seconds.
    assert 8 <= copies <= 11, copies
    assert watch.refresh().status == 481


if __name__ == '__main__':
    main(globals())
