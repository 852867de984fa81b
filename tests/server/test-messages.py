# SPDX-License-Identifier: GPL-3.0-or-later
"""MESSAGE through the real server: forking, keeping, repeating, refusing."""

import secrets
import threading

from sip_peer import Message, Peer, Server, Timeout
from ullim_test import main, wait_for

SILENCE_S = 0.4
RETRY_S = 60


def nothing_comes(peer):
    try:
        request = peer.expect('MESSAGE', SILENCE_S)
    except Timeout:
        return True
    raise AssertionError('%s got %r' % (peer.user, request.body))


def challenged(peer, message):
    """The message with the credentials that its challenge asks for, not sent yet."""
    return peer.answer_challenge(message, peer.exchange(message))


def text_message(peer, to, text, **parts):
    headers = [('Content-Type', 'text/plain;charset=UTF-8')] + parts.pop('headers', [])
    return peer.request('MESSAGE', 'sip:%s@group.test' % to, headers=headers, body=text.encode(),
                        **parts)


def test_any_text_between_any_transports(scope):
    server = Server.serving(scope)
    text = '안녕 👩‍👩‍👧\nsecond line'
    for ours in ('udp', 'tcp', 'tls'):
        for theirs in ('udp', 'tcp', 'tls'):
            alice = Peer(server, 'alice', transport=ours)
            bob = Peer(server, 'bob', transport=theirs)
            bob.register()
            again = challenged(alice, text_message(alice, 'bob', text))
            alice.send(again.encode())
            request = bob.expect('MESSAGE')
            assert request.body.decode() == text
            assert request.get('Proxy-Authorization') is None
            assert request.get('Call-ID') == again.get('Call-ID')
            assert 'charset=UTF-8' in request.get('Content-Type')
            bob.reply(request)
            assert alice.final(again).status == 200
            bob.register(contact='*', expires=0)
            alice.close()
            bob.close()


def test_long_text_over_tcp(scope):
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice', transport='tcp'), Peer(server, 'bob', transport='tcp')
    bob.register()
    text = '가나다라' * 16000
    again = challenged(alice, text_message(alice, 'bob', text))
    alice.send(again.encode())
    assert bob.take_text() == text
    assert alice.final(again).status == 200
    assert alice.message('bob', 'x' * 270000).status == 413


def test_all_devices_get_it(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    devices = [Peer(server, 'bob', transport=t) for t in ('udp', 'tcp', 'tls')]
    for device in devices:
        device.register()
    again = challenged(alice, text_message(alice, 'bob', 'to all'))
    alice.send(again.encode())
    requests = [device.expect('MESSAGE') for device in devices]
    devices[0].reply(requests[0], 486, 'Busy Here')
    devices[1].reply(requests[1])
    assert alice.final(again).status == 200  # one is enough
    devices[2].reply(requests[2])


def test_refusal_is_passed_on(scope):
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice'), Peer(server, 'bob')
    bob.register()
    again = challenged(alice, text_message(alice, 'bob', 'x'))
    alice.send(again.encode())
    bob.reply(bob.expect('MESSAGE'), 415, 'Unsupported Media Type',
              headers=[('Accept', 'text/plain')])
    answer = alice.final(again)
    assert answer.status == 415 and answer.get('Accept') == 'text/plain'


def test_own_other_devices(scope):
    server = Server.serving(scope)
    desk, phone = Peer(server, 'alice', transport='tcp'), Peer(server, 'alice')
    desk.register()
    assert desk.message('alice', 'alone').status == 200
    phone.register()
    assert nothing_comes(desk)
    again = challenged(desk, text_message(desk, 'alice', 'note'))
    desk.send(again.encode())
    assert phone.take_text() == 'note'
    assert desk.final(again).status == 200
    assert nothing_comes(desk)


def test_strangers_and_liars_are_refused(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    plain = [('Content-Type', 'text/plain')]
    for parts, expected in (
            (dict(uri='sip:x@elsewhere.test'), 403),
            (dict(uri='sip:bob@group.test', from_uri='sip:x@elsewhere.test'), 403),
            (dict(uri='sip:bob@group.test', from_uri='sip:bob@group.test'), 403),
            (dict(uri='sip:nobody@group.test'), 404),
            (dict(uri='sip:bob@group.test',
                  headers=plain + [('Route', '<sip:192.0.2.1;lr>')]), 403),
            (dict(uri='sip:bob@group.test', headers=plain + [('Proxy-Require', 'x')]), 420)):
        uri = parts.pop('uri')
        answer = alice.transact('MESSAGE', uri, body=b'x', **{'headers': plain, **parts})
        assert answer.status == expected, (uri, parts, answer.start)
    stranger = Peer(server, 'mallory', password='x')
    assert stranger.message('bob', 'x').status == 407


def test_hops_and_loops_end(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    message = text_message(alice, 'bob', 'x')
    message.headers = [(n, '0' if n == 'Max-Forwards' else v) for n, v in message.headers]
    assert alice.exchange(message).status == 483
    message = text_message(alice, 'bob', 'x')
    host, port = server.address('udp')
    message.headers.insert(1, ('Via', 'SIP/2.0/UDP %s:%d;branch=z9hG4bKold' % (host, port)))
    assert alice.exchange(message).status == 482


def test_kept_in_order_and_delivered_once(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    texts = ['kept %d' % i for i in range(40)]
    dates = {}
    for text in texts:
        date = 'Sun, 22 Nov 2026 19:00:%02d GMT' % (len(dates) % 60)
        dates[text] = date
        assert alice.message('bob', text, headers=[('Date', date)]).status == 202
    bob = Peer(server, 'bob', transport='tcp')
    bob.register()
    for text in texts:
        request = bob.expect('MESSAGE')
        assert request.body.decode() == text
        assert request.get('Date') == dates[text]
        assert 'alice@group.test' in request.get('From')
        bob.reply(request)
    assert nothing_comes(bob)
    bob.register()
    assert nothing_comes(bob)


def test_a_device_that_comes_later_does_not_get_it_again(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    assert alice.message('bob', 'once').status == 202
    first = Peer(server, 'bob', transport='tcp')
    first.register()
    assert first.take_text() == 'once'
    second = Peer(server, 'bob')
    second.register()
    assert nothing_comes(second)


def test_delivery_that_fails_is_tried_at_the_next_registration(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    for text in ('one', 'two'):
        assert alice.message('bob', text).status == 202
    bob = Peer(server, 'bob', transport='tcp')
    bob.register()
    bob.reply(bob.expect('MESSAGE'), 500, 'Disk Full')
    assert nothing_comes(bob)
    bob.register()
    assert [bob.take_text(), bob.take_text()] == ['one', 'two']


def test_connection_that_dies_unanswered_keeps_the_message(scope):
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice'), Peer(server, 'bob', transport='tcp')
    bob.register()
    again = challenged(alice, text_message(alice, 'bob', 'in flight'))
    alice.send(again.encode())
    bob.expect('MESSAGE')
    bob.close()
    assert alice.final(again).status == 202
    bob = Peer(server, 'bob', transport='tcp')
    bob.register()
    assert bob.take_text() == 'in flight'


def test_silent_device_does_not_cost_the_message(scope):
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice'), Peer(server, 'bob')
    bob.register()
    assert alice.message('bob', 'anyone?').status == 202  # bob hears it and says nothing
    bob.inbox.clear()
    while True:  # what was sent to the device that did not answer
        try:
            request = bob.expect('MESSAGE', SILENCE_S)
        except Timeout:
            break
    bob.register()
    assert bob.take_text() == 'anyone?'
    assert request.body == b'anyone?'


def test_device_that_cannot_take_it_now_is_asked_again(scope):
    """As one whose disk was full: it says so, and need not register to get it later."""
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice'), Peer(server, 'bob', transport='tcp')
    bob.register()
    again = challenged(alice, text_message(alice, 'bob', 'make room'))
    alice.send(again.encode())
    bob.reply(bob.expect('MESSAGE'), 500, 'Disk Full', [('Retry-After', '30')])
    assert alice.final(again).status == 202
    assert bob.take_text(RETRY_S) == 'make room'


def test_merged_and_gone_are_no_refusal(scope):
    """A device says 482 to a second attempt while the first, which failed, is not forgotten yet, and
    410 while it closes a line: neither may cost a message that was acknowledged."""
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice'), Peer(server, 'bob')
    assert alice.message('bob', 'once more').status == 202
    bob.register()
    for status in (482, 410, 404):
        bob.reply(bob.expect('MESSAGE'), status, 'Not Now')
        bob.register()
    assert bob.take_text() == 'once more'


def test_device_that_moves_while_its_old_place_is_asked(scope):
    """It registers from its new place before the server gives up on the old one."""
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice'), Peer(server, 'bob', transport='tcp')
    moved = Peer(server, 'bob', transport='tcp')
    bob.register()
    again = challenged(alice, text_message(alice, 'bob', 'where are you?'))
    alice.send(again.encode())
    bob.expect('MESSAGE')  # no answer comes from there any more
    moved.register()
    assert moved.take_text() == 'where are you?'
    assert alice.final(again).status == 202


def test_new_messages_queue_behind_waiting_ones(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    assert alice.message('bob', '1').status == 202
    bob = Peer(server, 'bob', transport='tcp')
    bob.register()
    first = bob.expect('MESSAGE')
    assert alice.message('bob', '2').status == 202  # the first is still under way
    bob.reply(first)
    assert first.body == b'1' and bob.take_text() == '2'


def resend(peer, message):
    """As a client does after a crash: same Call-ID and Date, other CSeq, branch and tag."""
    peer.cseq += 7
    copy = Message(message.start, [h for h in message.headers
                                   if h[0] not in ('Via', 'CSeq', 'From', 'Proxy-Authorization')],
                   message.body)
    copy.headers[:0] = [('Via', peer.via()),
                        ('From', '<%s>;tag=%s' % (peer.aor, secrets.token_hex(4))),
                        ('CSeq', '%d MESSAGE' % peer.cseq)]
    return peer.exchange(challenged(peer, copy))


def test_resent_message_is_kept_once(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    message = text_message(alice, 'bob', 'again',
                           headers=[('Date', 'Sun, 22 Nov 2026 19:00:00 GMT')])
    assert alice.exchange(challenged(alice, message)).status == 202
    assert resend(alice, message).status == 202
    server.kill()
    server.start()
    assert resend(alice, message).status == 202
    bob = Peer(server, 'bob', transport='tcp')
    bob.register()
    assert bob.take_text() == 'again'
    assert resend(alice, message).status == 202
    assert nothing_comes(bob)
    # The same words written anew are another message.
    other = challenged(alice, text_message(alice, 'bob', 'again'))
    alice.send(other.encode())
    assert bob.take_text() == 'again'


def test_udp_retransmissions_are_answered_alike(scope):
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice'), Peer(server, 'bob')
    bob.register()
    again = challenged(alice, text_message(alice, 'bob', 'x'))
    alice.send(again.encode())
    request = bob.expect('MESSAGE')
    alice.send(again.encode())
    alice.send(again.encode())
    bob.reply(request)
    first = alice.final(again)
    alice.send(again.encode())
    second = alice.final(again)
    assert first.status == second.status == 200 and first.get('To') == second.get('To')
    assert nothing_comes(bob)


def test_limit_of_waiting_messages(scope):
    server = Server.serving(scope, options=['--rate', '0'])
    alice = Peer(server, 'alice', transport='tcp')
    big = 'x' * 250000
    statuses = []
    while len(statuses) < 60 and (not statuses or statuses[-1] == 202):
        statuses.append(alice.message('bob', big + str(len(statuses))).status)
    assert statuses[-1] == 480 and len(statuses) > 20, statuses
    assert alice.message('alice', 'others are not concerned').status == 202


def test_echo_returns_text_and_nothing_else(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice', transport='tcp')
    alice.register()
    assert alice.message('echo', '메아리').status == 200
    request = alice.expect('MESSAGE')
    assert request.body.decode() == '메아리' and 'echo@group.test' in request.get('From')
    assert request.get('Content-Type') == 'text/plain'
    alice.reply(request)
    composing = alice.transact('MESSAGE', 'sip:echo@group.test', body=b'<x/>',
                               headers=[('Content-Type', 'application/im-iscomposing+xml')])
    assert composing.status == 415 and 'text/plain' in composing.get('Accept')
    assert nothing_comes(alice)


def test_many_at_once(scope):
    server = Server.serving(scope)
    alice, bob = Peer(server, 'alice', transport='tcp'), Peer(server, 'bob', transport='tcp')
    bob.register()
    count = 200
    got = []

    def take():
        for _ in range(count):
            got.append(bob.take_text())

    thread = threading.Thread(target=take)
    thread.start()
    for i in range(count):
        assert alice.message('bob', str(i)).status == 200
    thread.join()
    assert got == [str(i) for i in range(count)]


def test_account_removed_with_its_messages(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    assert alice.message('bob', 'for the old bob').status == 202
    server.command('user', 'remove', 'bob')
    wait_for(lambda: alice.message('bob', 'x').status == 404, 'bob to be gone')
    server.add_user('bob')
    bob = Peer(server, 'bob', transport='tcp')
    wait_for(lambda: bob.register().status == 200, 'the new bob')
    assert nothing_comes(bob)


if __name__ == '__main__':
    main(globals())
