# SPDX-License-Identifier: GPL-3.0-or-later
"""REGISTER and digest against the real server."""

import re
import time

from sip_peer import Peer, Server, digest_answer
from ullim_test import main, wait_for


def contacts(answer):
    return [c for value in answer.get_all('Contact') for c in re.findall(r'<sip[^>]*>[^,]*', value)]


def test_each_algorithm_and_transport(scope):
    server = Server.serving(scope)
    for transport in ('udp', 'tcp', 'tls'):
        for algorithm in ('MD5', 'SHA-256'):
            peer = Peer(server, 'alice', transport=transport, algorithm=algorithm)
            answer = peer.register()
            assert answer.status == 200, (transport, algorithm, answer.start)
            assert any(peer.contact in c for c in contacts(answer))
            assert answer.get('Date')
            peer.close()


def test_challenges_suit_the_client(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice')
    for user_agent, expected in ((None, ['MD5', 'SHA-256']), ('Ullim/0.1', ['SHA-256', 'MD5']),
                                 ('Linphone-Desktop/5.1', ['SHA-256', 'MD5']),
                                 ('baresip v1.0.0 (x86_64/Linux)', ['MD5']),
                                 ('baresip v3.1.0', ['MD5', 'SHA-256'])):
        answer = peer.register(credentials=False, user_agent=user_agent)
        assert answer.status == 401
        offered = [re.search(r'algorithm=([\w-]+)', v).group(1)
                   for v in answer.get_all('WWW-Authenticate')]
        assert offered == expected, (user_agent, offered)


def test_wrong_password_and_unknown_user_look_alike(scope):
    server = Server.serving(scope)
    wrong = Peer(server, 'alice', password='guess').register()
    unknown = Peer(server, 'nobody').register()
    assert wrong.status == unknown.status == 401
    assert 'stale' not in wrong.get('WWW-Authenticate')
    assert 'stale' not in unknown.get('WWW-Authenticate')


def test_others_address_is_refused(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    answer = alice.transact('REGISTER', 'sip:group.test', to='<sip:bob@group.test>',
                            headers=[('Contact', '<%s>' % alice.contact)])
    assert answer.status == 403, answer.start
    answer = alice.transact('REGISTER', 'sip:other.test', to='<sip:alice@other.test>',
                            headers=[('Contact', '<%s>' % alice.contact)])
    assert answer.status == 403, answer.start


def authorized(peer, challenge, nc, nonce_from=None):
    message = peer.request('REGISTER', 'sip:group.test', to='<%s>' % peer.aor,
                           headers=[('Contact', '<%s>' % peer.contact)], call_id=peer.call_id)
    message.headers.append(('Authorization', digest_answer(
        challenge, peer.user, peer.password, 'REGISTER', 'sip:group.test', nc)))
    return message


def test_nonce_is_counted(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice')
    challenge = next(v for v in peer.register(credentials=False).get_all('WWW-Authenticate')
                     if 'algorithm=SHA-256,' in v)
    assert peer.exchange(authorized(peer, challenge, 1)).status == 200
    assert peer.exchange(authorized(peer, challenge, 2)).status == 200
    replayed = peer.exchange(authorized(peer, challenge, 2))
    assert replayed.status == 401
    assert 'stale=true' in replayed.get('WWW-Authenticate')
    # Once more with the same bytes is a retransmission, not a replay.
    message = authorized(peer, challenge, 3)
    assert peer.exchange(message).status == 200
    assert peer.exchange(message).status == 200
    forged = challenge.replace('nonce="', 'nonce="f')
    stale = peer.exchange(authorized(peer, forged, 1))
    assert stale.status == 401 and 'stale=true' in stale.get('WWW-Authenticate')


def test_nonce_of_an_earlier_run_is_stale(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice')
    challenge = next(v for v in peer.register(credentials=False).get_all('WWW-Authenticate')
                     if 'algorithm=SHA-256,' in v)
    server.kill()
    server.start()
    answer = peer.exchange(authorized(peer, challenge, 1))
    assert answer.status == 401 and 'stale=true' in answer.get('WWW-Authenticate')


def test_expiry_limits(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice')
    brief = peer.register(expires=5)
    assert brief.status == 423 and int(brief.get('Min-Expires')) >= 5
    assert 'expires=7200' in peer.register(expires=999999).get('Contact')
    assert 'expires=3600' in peer.register(expires=None).get('Contact')


def test_unregister_one_and_all(scope):
    server = Server.serving(scope)
    one, two = Peer(server, 'alice'), Peer(server, 'alice', transport='tcp')
    one.register()
    assert len(contacts(two.register())) == 2
    left = contacts(one.register(expires=0))
    assert len(left) == 1 and two.contact in left[0]
    assert two.register(contact='*', expires=60).status == 400
    gone = two.register(contact='*', expires=0)
    assert gone.status == 200 and contacts(gone) == []


def test_instance_replaces_its_old_contact(scope):
    server = Server.serving(scope)
    instance = '00000000-0000-1000-8000-000a95a0e128'
    Peer(server, 'alice', instance=instance).register()
    after = contacts(Peer(server, 'alice', instance=instance).register())
    assert len(after) == 1, after
    without = Peer(server, 'alice')
    without.register()
    without.register()
    assert len(contacts(without.register())) == 2


def test_devices_are_limited(scope):
    server = Server.serving(scope)
    for _ in range(12):
        answer = Peer(server, 'alice').register()
    assert len(contacts(answer)) == 10


def test_query_and_order(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice')
    peer.register()
    query = peer.transact('REGISTER', 'sip:group.test', to='<%s>' % peer.aor)
    assert len(contacts(query)) == 1
    peer.cseq = 100
    peer.register()
    peer.cseq = 10
    late = peer.register()
    assert late.status == 500, late.start


def test_closed_connection_ends_its_registration(scope):
    server = Server.serving(scope)
    gone, here = Peer(server, 'alice', transport='tcp'), Peer(server, 'alice')
    gone.register()
    here.register()
    gone.close()
    wait_for(lambda: len(contacts(here.transact('REGISTER', 'sip:group.test',
                                                to='<%s>' % here.aor))) == 1,
             'the binding to end with its connection')


def test_udp_registrations_survive_a_crash(scope):
    server = Server.serving(scope)
    bob, alice = Peer(server, 'bob'), Peer(server, 'alice')
    bob.register()
    alice.register()
    # Written behind, every two seconds.
    database = server.path('server.db')
    import sqlite3
    wait_for(lambda: sqlite3.connect(database).execute(
        'SELECT count(*) FROM bindings').fetchone()[0] == 2, 'the bindings to be stored')
    server.kill()
    server.start()
    message = alice.request('MESSAGE', 'sip:bob@group.test', body=b'still there?',
                            headers=[('Content-Type', 'text/plain')])
    again = alice.answer_challenge(message, alice.exchange(message))
    alice.send(again.encode())
    assert bob.take_text() == 'still there?'
    assert alice.final(again).status == 200


def test_users_change_while_serving(scope):
    server = Server.serving(scope, users=('alice',))
    carol = Peer(server, 'carol', password='first')
    assert carol.register().status == 401
    server.add_user('carol', 'first')
    wait_for(lambda: carol.register().status == 200, 'carol to be known')
    server.command('user', 'passwd', 'carol', password='second\n')
    carol.password = 'second'
    wait_for(lambda: carol.register().status == 200, 'the new password to be known')
    server.command('user', 'remove', 'carol')
    wait_for(lambda: carol.register().status == 401, 'carol to be gone')
    assert server.command('user', 'list').stdout.split() == ['alice']


def registered(server, user, password='secret'):
    peer = Peer(server, user, password=password)
    answer = peer.transact('REGISTER', 'sip:group.test', to='<%s>' % peer.aor)
    peer.close()
    return len(contacts(answer)) if answer.status == 200 else None


def test_new_password_ends_old_registrations(scope):
    """A device that was stolen must not go on receiving."""
    server = Server.serving(scope)
    peers = [Peer(server, 'alice', transport=transport) for transport in ('udp', 'tcp', 'tls')]
    for peer in peers + [Peer(server, 'bob')]:
        peer.register()
    assert registered(server, 'alice') == 3
    server.command('user', 'passwd', 'alice', password='second\n')
    wait_for(lambda: registered(server, 'alice', 'second') == 0, 'the registrations to end')
    assert registered(server, 'bob') == 1
    peers[0].password = 'second'
    assert peers[0].register().status == 200
    assert registered(server, 'alice', 'second') == 1
    # Another account's change leaves it alone.
    server.command('user', 'passwd', 'bob', password='second\n')
    wait_for(lambda: registered(server, 'bob', 'second') == 0, 'the registration to end')
    assert registered(server, 'alice', 'second') == 1
    server.stop()
    server.command('user', 'passwd', 'alice', password='third\n')
    server.start()
    assert registered(server, 'alice', 'third') == 0


def test_credentials_are_for_one_person(scope):
    server = Server.serving(scope)
    alice = Peer(server, 'alice')
    for method in ('OPTIONS', 'MESSAGE'):
        for uri, good in (('sip:bob@group.test', False), ('sip:echo@other.test', False),
                          ('nonsense', False), ('sip:echo@group.test', True),
                          ('sip:ECHO@Group.Test:5060;transport=udp', True),
                          ('sip:%65cho@group.test', True), ('sip:127.0.0.1:5060', True)):
            message = alice.request(method, 'sip:echo@group.test', body=b'x',
                                    headers=[('Content-Type', 'text/plain')])
            answer = alice.exchange(message)
            again = alice.answer_challenge(message, answer)
            challenge = next(v for v in answer.get_all('Proxy-Authenticate') if 'SHA-256,' in v)
            again.headers[-1] = ('Proxy-Authorization', digest_answer(
                challenge, 'alice', 'secret', method, uri))
            status = alice.exchange(again).status
            assert (status != 407) == good, (method, uri, status)


def test_received_and_rport(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice')
    message = peer.request('OPTIONS', 'sip:group.test')
    message.headers[0] = ('Via', 'SIP/2.0/UDP 192.0.2.1:9;rport;branch=z9hG4bKnat')
    via = peer.exchange(message).get('Via')
    assert 'received=127.0.0.1' in via and 'rport=%d' % peer.local[1] in via, via


def test_pong(scope):
    server = Server.serving(scope)
    peer = Peer(server, 'alice', transport='tcp')
    peer.register()
    peer.send(b'\r\n\r\n')
    deadline = time.monotonic() + 10
    while not peer.buffer and time.monotonic() < deadline:
        peer.buffer += peer.socket.recv(100)
    assert peer.buffer == b'\r\n'


def test_commands_refuse_with_a_sentence(scope):
    server = Server.serving(scope)
    for words, text in ((('user', 'add', 'alice'), 'exists already'),
                        (('user', 'add', 'a b'), 'cannot be a name'),
                        (('user', 'add', 'echo'), 'cannot be a name'),
                        (('user', 'remove', 'nobody'), 'no account'),
                        (('init', '--domain', 'other.test'), 'already holds'),
                        (('init', '--domain', '1.2.3.4.5'), 'a domain name or an IP address'),
                        (('init', '--domain=-x'), 'a domain name or an IP address'),
                        (('dance',), 'not a command')):
        result = server.command(*words, password='x\n', check=False)
        assert result.returncode != 0 and text in result.stderr, (words, result.stderr)


def test_domain_in_another_script(scope):
    server = Server(domain='한글.test', users=())
    scope.at_exit(server.cleanup)
    result = server.command('init', '--domain', '한글.test')
    assert 'is written xn--bj0bj06e.test' in result.stdout, result.stdout
    server.domain = 'xn--bj0bj06e.test'
    server.add_user('alice')
    server.start()
    assert Peer(server, 'alice', transport='tls').register().status == 200


if __name__ == '__main__':
    main(globals())
