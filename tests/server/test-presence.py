# SPDX-License-Identifier: GPL-3.0-or-later
"""PUBLISH, SUBSCRIBE and NOTIFY of presence through the real server."""

import time

from presence_peer import PIDF, PresencePeer, basic, pidf, set_rules, state_of
from sip_peer import Server, Timeout
from ullim_test import main

SILENCE_S = 0.4


def nothing_comes(sub):
    try:
        notify = sub.take(SILENCE_S)
    except Timeout:
        return True
    raise AssertionError('came: %s %r' % (notify.get('Subscription-State'), notify.body[:200]))


def group(scope, *names, rules=True, transport='tcp', **options):
    """A server and a peer for each name; everybody may see everybody."""
    server = Server.serving(scope, users=names, **options)
    if rules:
        for name in names:
            set_rules(server, name, others='allow')
    return (server, *(PresencePeer(server, name, transport=transport) for name in names))


def test_publish_and_watch(scope):
    for transport in ('udp', 'tcp', 'tls'):
        _, alice, bob = group(scope, 'alice', 'bob', transport=transport)
        watch = bob.subscribe('alice')
        assert watch.answer.status == 200, watch.answer.start
        assert 0 < int(watch.answer.get('Expires')) <= 600 and watch.answer.get('Contact')
        first = watch.take()
        assert first.get('Content-Type') == PIDF and basic(first.body) == ['closed']
        assert state_of(first) == 'active' and first.get('Event') == 'presence'
        assert b'entity="sip:alice@group.test"' in first.body
        answer = alice.publish(pidf('open', 'away', 'for tea'))
        assert answer.status == 200 and answer.get('SIP-ETag')
        assert int(answer.get('Expires')) == 600
        body = watch.take().body
        assert basic(body) == ['open'] and b'<rpid:away' in body and b'for tea' in body


def test_publication_lives_by_its_tag(scope):
    _, alice, bob = group(scope, 'alice', 'bob')
    watch = bob.subscribe('alice')
    watch.take()
    first = alice.publish(pidf(note='one')).get('SIP-ETag')
    assert b'one' in watch.take().body
    refreshed = alice.publish(etag=first)
    second = refreshed.get('SIP-ETag')
    assert refreshed.status == 200 and second != first
    assert nothing_comes(watch)  # nothing is different
    assert alice.publish(etag=first).status == 412
    third = alice.publish(pidf(note='two'), etag=second).get('SIP-ETag')
    assert b'two' in watch.take().body
    assert alice.publish(etag=third, expires=0).status == 200
    assert basic(watch.take().body) == ['closed']
    assert alice.publish(etag=third).status == 412


def test_refused_publications(scope):
    _, alice, bob = group(scope, 'alice', 'bob', rules=False)
    assert alice.publish(pidf(), uri=bob.aor).status == 403
    answer = alice.publish(pidf(), expires=10)
    assert answer.status == 423 and int(answer.get('Min-Expires')) > 10
    answer = alice.publish(pidf(), event='dialog')
    assert answer.status == 489 and 'presence' in answer.get('Allow-Events')
    answer = alice.publish(b'x', headers=[('Content-Type', 'text/plain')])
    assert answer.status == 415 and answer.get('Accept') == PIDF
    answer = alice.publish(pidf(), headers=[('Content-Encoding', 'br'), ('Content-Type', PIDF)])
    assert answer.status == 415 and 'deflate' in answer.get('Accept-Encoding')
    assert alice.publish(b'<presence').status == 400
    assert alice.publish().status == 400
    assert alice.publish(etag='guess').status == 412
    assert alice.publish(pidf(note='x' * 20000)).status == 413
    assert alice.publish(pidf(), headers=[('Require', 'magic')]).status == 420
    stranger = PresencePeer(alice.server, 'mallory', password='x')
    assert stranger.publish(pidf()).status == 407


def test_two_devices_are_one_person(scope):
    server, desk, bob = group(scope, 'alice', 'bob')
    phone = PresencePeer(server, 'alice', transport='udp')
    watch = bob.subscribe('alice')
    watch.take()
    desk.publish(pidf('open', 'away', device='desk'))
    assert b'<rpid:away' in watch.take().body
    etag = phone.publish(pidf('open', '', 'here', device='phone')).get('SIP-ETag')
    body = watch.take().body
    assert b'<rpid:away' not in body.partition(b'<dm:person')[2] and b'here' in body
    phone.publish(etag=etag, expires=0)
    assert b'<rpid:away' in watch.take().body


def test_subscription_lives_and_ends(scope):
    _, alice, bob = group(scope, 'alice', 'bob')
    watch = bob.subscribe('alice')
    watch.take()
    assert watch.refresh().status == 200
    assert state_of(watch.take()) == 'active'
    assert watch.refresh(expires=10).status == 423
    assert watch.refresh(expires=0).status == 200
    assert state_of(watch.take()) == ('terminated', 'timeout')
    assert watch.refresh().status == 481
    alice.publish(pidf())
    assert nothing_comes(watch)


def test_fetch(scope):
    _, alice, bob = group(scope, 'alice', 'bob')
    alice.publish(pidf())
    watch = bob.subscribe('alice', expires=0)
    assert watch.answer.status == 200
    notify = watch.take()
    assert state_of(notify) == ('terminated', 'timeout') and basic(notify.body) == ['open']


def test_refused_subscriptions(scope):
    server, alice, _ = group(scope, 'alice', 'bob')
    assert alice.subscribe('nobody').answer.status == 404
    answer = alice.subscribe('bob', event='message-summary').answer
    assert answer.status == 489 and 'presence.winfo' in answer.get('Allow-Events')
    answer = alice.subscribe('bob', expires=1).answer
    assert answer.status == 423 and int(answer.get('Min-Expires')) == 60
    answer = alice.subscribe('bob', accept='application/xpidf+xml').answer
    assert answer.status == 406
    assert alice.subscribe('bob', headers=[('Require', 'magic')]).answer.status == 420
    assert alice.subscribe('bob', event='presence.winfo').answer.status == 403
    stranger = PresencePeer(server, 'mallory', password='x')
    assert stranger.subscribe('bob').answer.status == 407


def test_echo_is_always_there(scope):
    _, alice = group(scope, 'alice', rules=False)
    notify = alice.subscribe('echo').take()
    assert state_of(notify) == 'active' and basic(notify.body) == ['open']


def test_notify_that_is_not_taken_ends_it(scope):
    for status in (481, 489, 501):
        _, alice, bob = group(scope, 'alice', 'bob')
        watch = bob.subscribe('alice')
        watch.take(status=status)
        alice.publish(pidf())
        assert nothing_comes(watch)
        assert watch.refresh().status == 481


def test_notify_that_fails_for_a_moment(scope):
    _, alice, bob = group(scope, 'alice', 'bob')
    watch = bob.subscribe('alice')
    watch.take(status=500)
    alice.publish(pidf())
    assert basic(watch.take().body) == ['open']


def test_changes_are_joined(scope):
    """At most one NOTIFY in 100 ms, the first at once, the last with what is true in the end."""
    _, alice, bob = group(scope, 'alice', 'bob')
    watch = bob.subscribe('alice')
    watch.take()
    assert nothing_comes(watch)
    etag = None
    for i in range(40):
        etag = alice.publish(pidf(note='note %02d' % i), etag=etag).get('SIP-ETag')
    times = []
    while True:
        body = watch.take().body
        times.append(time.monotonic())
        if b'note 39' in body:
            break
    assert len(times) < 40
    # Measured where they arrive, so a little less than what they were sent with.
    assert all(b - a > 0.08 for a, b in zip(times, times[1:])), times
    assert nothing_comes(watch)


def test_nobody_sees_without_permission(scope):
    server, alice, bob = group(scope, 'alice', 'bob', rules=False)
    alice.publish(pidf('open', 'busy', 'secret'))
    watch = bob.subscribe('alice')
    first = watch.take()
    assert state_of(first) == 'pending' and first.body == b'' and not first.get('Content-Type')
    alice.publish(pidf('open', 'away', 'secret'))
    assert nothing_comes(watch)  # not even that something happened
    set_rules(server, 'alice', allow=['bob'])
    allowed = watch.take()
    assert state_of(allowed) == 'active' and b'secret' in allowed.body
    set_rules(server, 'alice', polite_block=['bob'])
    polite = watch.take()
    assert state_of(polite) == 'active' and basic(polite.body) == ['closed']
    assert b'secret' not in polite.body and b'away' not in polite.body
    alice.publish(pidf('open', 'on-the-phone', 'secret'))
    assert nothing_comes(watch)
    set_rules(server, 'alice', block=['bob'])
    last = watch.take()
    assert state_of(last) == ('terminated', 'rejected') and last.body == b''
    assert watch.refresh().status == 481
    assert bob.subscribe('alice').answer.status == 403
    set_rules(server, 'alice', allow=['bob'])
    assert b'secret' in bob.subscribe('alice').take().body


def test_rules_do_not_hide_from_oneself(scope):
    server, alice = group(scope, 'alice', rules=False)
    set_rules(server, 'alice', others='block')
    other = PresencePeer(server, 'alice', transport='udp')
    alice.publish(pidf(note='mine'))
    assert b'mine' in other.subscribe('alice').take().body


def test_after_a_restart(scope):
    server, alice, bob = group(scope, 'alice', 'bob', transport='udp')
    etag = alice.publish(pidf()).get('SIP-ETag')
    watch = bob.subscribe('alice')
    watch.take()
    server.kill()
    server.start()
    assert alice.publish(etag=etag).status == 412
    assert watch.refresh().status == 481
    assert alice.publish(pidf()).status == 200
    assert basic(bob.subscribe('alice').take().body) == ['open']


def test_repeated_requests_are_answered_alike(scope):
    _, alice, bob = group(scope, 'alice', 'bob', transport='udp')
    head = [('Event', 'presence'), ('Expires', '600'), ('Content-Type', PIDF)]
    message = alice.request('PUBLISH', alice.aor, headers=head, body=pidf())
    message = alice.answer_challenge(message, alice.exchange(message))
    first, second = alice.exchange(message), alice.exchange(message)
    assert first.status == second.status == 200
    assert first.get('SIP-ETag') and first.get('SIP-ETag') == second.get('SIP-ETag')
    head = [('Event', 'presence'), ('Expires', '600'), ('Contact', '<%s>' % bob.contact)]
    message = bob.request('SUBSCRIBE', alice.aor, headers=head)
    message = bob.answer_challenge(message, bob.exchange(message))
    first, second = bob.exchange(message), bob.exchange(message)
    assert first.get('To') == second.get('To')
    assert first.get('Contact') and first.get('Contact') == second.get('Contact')


def test_another_place_must_prove_the_password(scope):
    server, alice, bob = group(scope, 'alice', 'bob')
    watch = bob.subscribe('alice')
    watch.take()
    thief = PresencePeer(server, 'bob', transport='tcp', password='wrong')
    watch.peer = thief
    assert watch.refresh().status == 407
    moved = PresencePeer(server, 'bob', transport='tcp')
    moved.cseq = bob.cseq + 10
    watch.peer = moved
    assert watch.refresh().status == 200
    assert state_of(watch.take()) == 'active'
    alice.publish(pidf())
    assert basic(watch.take().body) == ['open']
    other = PresencePeer(server, 'alice', transport='tcp')
    other.cseq = moved.cseq + 10
    watch.peer = other
    assert watch.refresh().status == 481  # not hers


def test_closed_connection_ends_it(scope):
    server, alice, bob = group(scope, 'alice', 'bob')
    winfo = alice.subscribe('alice', event='presence.winfo')
    winfo.take()
    watch = bob.subscribe('alice')
    watch.take()
    assert b'status="active"' in winfo.take().body
    bob.close()
    assert b'status="terminated"' in winfo.take().body


if __name__ == '__main__':
    main(globals())
