# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls: to Echo with real RTP packets, and between two people through the proxy."""

import re
import secrets
import socket
import struct

from sip_peer import Message, Peer, Server
from ullim_test import main, wait_for

OFFER = '''v=0\r
o=- 1 1 IN IP4 127.0.0.1\r
s=-\r
c=IN IP4 127.0.0.1\r
t=0 0\r
m=audio %d RTP/AVP 96 0\r
a=rtpmap:96 opus/48000/2\r
a=fmtp:96 useinbandfec=1\r
a=sendrecv\r
m=video %d RTP/AVPF 97\r
a=rtpmap:97 VP8/90000\r
a=sendonly\r
'''
SDP = [('Content-Type', 'application/sdp')]


def rtp_socket():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(('127.0.0.1', 0))
    sock.settimeout(20)
    return sock


def invite(peer, to, sdp, **parts):
    """Sends an authorized INVITE; returns it."""
    headers = [('Contact', '<%s>' % peer.contact)] + parts.pop('headers', SDP)
    message = peer.request('INVITE', 'sip:%s@group.test' % to, headers=headers, body=sdp.encode(),
                           **parts)
    challenge = peer.exchange(message)
    assert challenge.status == 407, challenge.start
    peer.send(ack(peer, message, challenge, same_branch=True).encode())
    again = peer.answer_challenge(message, challenge)
    peer.send(again.encode())
    return again


def ack(peer, request, answer, same_branch=False):
    """The ACK of a final answer: of the same transaction for a refusal, of its own for a 2xx."""
    contact = answer.get('Contact')
    uri = request.start.split()[1] if same_branch else re.search(r'<([^>]*)>', contact).group(1)
    headers = [('Via', request.get('Via') if same_branch else peer.via()), ('Max-Forwards', '70')]
    if not same_branch:
        headers += [('Route', r) for r in reversed(answer.get_all('Record-Route'))]
    headers += [('From', request.get('From')), ('To', answer.get('To')),
                ('Call-ID', request.get('Call-ID')),
                ('CSeq', request.get('CSeq').split()[0] + ' ACK')]
    return Message('ACK %s SIP/2.0' % uri, headers)


def in_dialog(peer, method, request, answer, headers=(), body=b''):
    peer.cseq += 1
    message = ack(peer, request, answer)
    message.start = message.start.replace('ACK', method, 1)
    message.headers = [(n, '%d %s' % (peer.cseq, method) if n == 'CSeq' else v)
                       for n, v in message.headers] + list(headers)
    message.body = body
    return message


def ports(answer):
    return [int(p) for p in re.findall(r'^m=\w+ (\d+)', answer.body.decode(), re.M)]


def packet(sequence, ssrc=0x11223344, payload=b'sound'):
    return struct.pack('!BBHII', 0x80, 96, sequence, sequence * 960, ssrc) + payload


def check_returned(sock, port):
    for sequence in range(5):
        sock.sendto(packet(sequence), ('127.0.0.1', port))
        data, source = sock.recvfrom(2000)
        assert source[1] == port
        assert data[12:] == b'sound' and struct.unpack('!H', data[2:4])[0] == sequence
        assert data[8:12] != packet(sequence)[8:12], 'a source must not hear its own SSRC'
    sock.sendto(struct.pack('!BBHI', 0x80, 200, 1, 1) + b'x' * 8, ('127.0.0.1', port))
    sock.sendto(b'junk', ('127.0.0.1', port))
    sock.sendto(packet(9), ('127.0.0.1', port))
    assert struct.unpack('!H', sock.recvfrom(2000)[0][2:4])[0] == 9  # neither RTCP nor junk


def test_echo_returns_sound_and_picture(scope):
    server = Server.serving(scope)
    for transport in ('udp', 'tcp', 'tls'):
        peer = Peer(server, 'alice', transport=transport)
        sound, picture = rtp_socket(), rtp_socket()
        request = invite(peer, 'echo', OFFER % (sound.getsockname()[1], picture.getsockname()[1]))
        answer = peer.final(request)
        assert answer.status == 200, answer.start
        peer.send(ack(peer, request, answer).encode())
        text = answer.body.decode()
        assert 'a=rtpmap:96 opus/48000/2' in text and 'a=recvonly' in text, text
        assert 'a=fmtp:96 useinbandfec=1' in text and 'RTP/AVPF 97' in text
        for sock, port in zip((sound, picture), ports(answer)):
            check_returned(sock, port)
        hold = OFFER.replace('a=sendrecv', 'a=inactive') % (9, 0)
        held = peer.exchange(in_dialog(peer, 'INVITE', request, answer, SDP, hold.encode()))
        assert held.status == 200 and 'a=inactive' in held.body.decode()
        assert ports(held)[0] == ports(answer)[0] and ports(held)[1] == 0
        peer.send(ack(peer, Message('', [(n, held.get('CSeq') if n == 'CSeq' else v)
                                         for n, v in request.headers]), held).encode())
        assert peer.exchange(in_dialog(peer, 'OPTIONS', request, answer)).status == 200
        assert peer.exchange(in_dialog(peer, 'BYE', request, answer)).status == 200
        wait_for(lambda: peer.exchange(in_dialog(peer, 'OPTIONS', request, answer)).status == 481,
                 'the dialog to be gone')
        peer.close()


def test_echo_repeats_its_answer_until_ack(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice')
    request = invite(peer, 'echo', OFFER % (9, 9))
    first = peer.final(request)
    second = peer.final(request)
    assert first.status == second.status == 200 and first.get('To') == second.get('To')
    peer.send(ack(peer, request, first).encode())
    assert peer.exchange(in_dialog(peer, 'BYE', request, first)).status == 200


def test_echo_refuses_what_it_cannot_return(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice', transport='tcp')
    for offer, headers in ((OFFER.replace('RTP/AVPF', 'UDP/TLS/RTP/SAVPF')
                            .replace('RTP/AVP ', 'RTP/SAVP ') % (9, 9), SDP),
                           ('', []), ('v=0\r\nnonsense', SDP), (OFFER % (0, 0), SDP)):
        request = invite(peer, 'echo', offer, headers=list(headers))
        answer = peer.final(request)
        assert answer.status == 488 and answer.get('Warning'), answer.start
        peer.send(ack(peer, request, answer, same_branch=True).encode())


def test_echo_calls_are_limited(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice', transport='tcp')
    statuses = []
    for _ in range(6):
        request = invite(peer, 'echo', OFFER % (9, 9))
        answer = peer.final(request)
        peer.send(ack(peer, request, answer, same_branch=answer.status >= 300).encode())
        statuses.append(answer.status)
    assert statuses == [200] * 4 + [486] * 2, statuses


def begin_call(server, ours='udp', theirs='tcp', n_bobs=1):
    alice = Peer(server, 'alice', transport=ours)
    bobs = [Peer(server, 'bob', transport=theirs) for _ in range(n_bobs)]
    alice.register()
    for bob in bobs:
        bob.register()
    request = invite(alice, 'bob', OFFER % (9, 9))
    return alice, bobs, request, [bob.expect('INVITE') for bob in bobs]


def test_call_between_two_transports(scope):
    server = Server.serving(scope)
    for ours, theirs in (('udp', 'udp'), ('udp', 'tcp'), ('tcp', 'udp'), ('tls', 'tcp')):
        alice, (bob,), request, (got,) = begin_call(server, ours, theirs)
        tag = ';tag=' + secrets.token_hex(4)
        got.headers = [(n, v + tag if n == 'To' else v) for n, v in got.headers]
        bob.reply(got, 180, 'Ringing')
        bob.reply(got, headers=[('Contact', '<%s>' % bob.contact)] + SDP, body=got.body)
        answer = alice.final(request)
        assert answer.status == 200 and answer.body == got.body
        alice.send(ack(alice, request, answer).encode())
        assert bob.expect('ACK').get('Call-ID') == request.get('Call-ID')
        # The callee ends it: the other way along the route.
        bye = Message('BYE %s SIP/2.0' % re.search(r'<([^>]*)>', request.get('Contact')).group(1), [
            ('Via', bob.via()), ('Max-Forwards', '70'), ('From', got.get('To')),
            ('To', got.get('From')), ('Call-ID', got.get('Call-ID')), ('CSeq', '1 BYE')]
            + [('Route', r) for r in got.get_all('Record-Route')])
        bob.send(bye.encode())
        alice.reply(alice.expect('BYE'))
        assert bob.final(bye).status == 200, (ours, theirs)
        for peer in (alice, bob):
            peer.register(contact='*', expires=0)
            peer.close()


def test_first_device_wins_and_the_others_stop_ringing(scope):
    server = Server.serving(scope)
    alice, (one, two), request, (first, second) = begin_call(server, n_bobs=2)
    one.reply(first, 180, 'Ringing')
    two.reply(second, 180, 'Ringing')
    two.reply(second, headers=[('Contact', '<%s>' % two.contact)] + SDP, body=second.body)
    cancel = one.expect('CANCEL')
    one.reply(cancel)
    one.reply(first, 487, 'Request Terminated')
    assert one.expect('ACK')
    assert alice.final(request).status == 200


def test_best_refusal_is_chosen(scope):
    server = Server.serving(scope)
    alice, (one, two), request, (first, second) = begin_call(server, n_bobs=2)
    one.reply(first, 500, 'Broken')
    two.reply(second, 486, 'Busy Here')
    answer = alice.final(request)
    assert answer.status == 486, answer.start
    alice.send(ack(alice, request, answer, same_branch=True).encode())


def test_caller_cancels(scope):
    server = Server.serving(scope)
    alice, (bob,), request, (got,) = begin_call(server)
    bob.reply(got, 180, 'Ringing')
    cancel = ack(alice, request, Message('', [('To', request.get('To'))]), same_branch=True)
    cancel.start = cancel.start.replace('ACK', 'CANCEL', 1)
    cancel.headers = [(n, v.replace('ACK', 'CANCEL') if n == 'CSeq' else v)
                      for n, v in cancel.headers]
    assert alice.exchange(cancel).status == 200
    bob.reply(bob.expect('CANCEL'))
    bob.reply(got, 487, 'Request Terminated')
    answer = alice.final(request)
    assert answer.status == 487, answer.start
    alice.send(ack(alice, request, answer, same_branch=True).encode())


def test_nobody_home(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    request = invite(alice, 'bob', OFFER % (9, 9))
    assert alice.final(request).status == 480


def test_forged_route_is_no_relay(scope):
    server = Server.serving(scope)
    stranger, bob = Peer(server, 'mallory'), Peer(server, 'bob')
    bob.register()
    host, port = server.address('udp')
    for token in ('', '0123456789abcdef01234567@'):
        message = stranger.request('BYE', bob.contact, to='<sip:bob@group.test>;tag=x', headers=[
            ('Route', '<sip:%s%s:%d;lr>' % (token, host, port))])
        assert stranger.exchange(message).status == 403
    assert stranger.exchange(stranger.request(
        'BYE', bob.contact, to='<sip:bob@group.test>;tag=x')).status == 481


if __name__ == '__main__':
    main(globals())
