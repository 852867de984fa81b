# SPDX-License-Identifier: GPL-3.0-or-later
"""Garbage, floods, slow and silent connections: the server goes on serving."""

import os
import random
import socket
import time

from sip_peer import Peer, Server, Timeout
from ullim_test import main, wait_for


def still_serves(server, transport='tcp'):
    peer = Peer(server, 'bob', transport=transport)

    def registered():
        try:
            return peer.register(timeout=1).status == 200
        except Timeout:  # a datagram is lost while the socket's buffer is full
            return False

    wait_for(registered, 'a registration')
    peer.close()


def test_garbage_datagrams(scope):
    server = Server.serving(scope, options=['--rate', '0'])
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    generator = random.Random(1)
    largest = 65507
    for i in range(300):
        kind = i % 4
        if kind == 0:
            data = generator.randbytes(largest)
        elif kind == 1:
            data = b'MESSAGE sip:bob@group.test SIP/2.0\r\n' + b'X: y\r\n' * 10000
        elif kind == 2:
            data = b'SIP/2.0 200 OK\r\nVia: ' + generator.randbytes(60000)
        else:
            data = (b'MESSAGE sip:bob@group.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n'
                    b'Content-Length: 99999999\r\n\r\n') + b'\0' * 60000
        sock.sendto(data, server.address('udp'))
    still_serves(server, 'udp')


def test_mutated_requests(scope):
    """Well-formed requests with bytes changed, over UDP and TCP."""
    server = Server.serving(scope, options=['--rate', '0'])
    generator = random.Random(2)
    peer = Peer(server, 'alice')
    peer.socket.setblocking(False)
    for i in range(3000):
        method = generator.choice(['MESSAGE', 'REGISTER', 'INVITE', 'OPTIONS', 'BYE'])
        message = peer.request(method, 'sip:bob@group.test', body=b'text',
                               headers=[('Contact', '<sip:a@127.0.0.1>;expires=60'),
                                        ('Route', '<sip:x@127.0.0.1;lr>'),
                                        ('Content-Type', 'text/plain'), ('Expires', '60'),
                                        ('Authorization', 'Digest username="alice", nonce="x"')])
        data = bytearray(message.encode())
        for _ in range(generator.randrange(1, 8)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        try:
            peer.send(bytes(data))
        except OSError:
            pass
    for _ in range(200):
        stream = socket.create_connection(server.address('tcp'))
        stream.sendall(generator.randbytes(generator.randrange(1, 5000)))
        stream.close()
    still_serves(server)
    still_serves(server, 'tls')


def test_many_headers_cost_little(scope):
    """Parsing takes the square of their number: they are not parsed."""
    server = Server.serving(scope, options=['--rate', '0'])
    good = Peer(server, 'alice', transport='tcp')
    begin = time.monotonic()
    for name in (b'v', b'X', b'Route', b'Contact', b'Authorization', b'Subject'):
        for separator in (b'\r\n' + name + b':y', b',y', b',<sip:a>', b';y', b' y', b'\r\n y'):
            head = b'OPTIONS sip:group.test SIP/2.0\r\n' + name + b':x'
            head += separator * ((65000 - len(head)) // len(separator)) + b'\r\n\r\n'
            datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            datagrams.sendto(head, server.address('udp'))
            stream = socket.create_connection(server.address('tcp'))
            stream.sendall(head[:300])
            stream.sendall(head[300:])
    good.exchange(good.request('OPTIONS', 'sip:group.test'))
    assert time.monotonic() - begin < 2, time.monotonic() - begin


def test_too_long_messages(scope):
    server = Server.serving(scope)
    stream = socket.create_connection(server.address('tcp'))
    stream.settimeout(1)
    try:
        stream.sendall(b'MESSAGE sip:bob@group.test SIP/2.0\r\nX: ')
        for _ in range(2000):
            stream.sendall(b'y' * 1000)
        answer = stream.recv(1000)
    except OSError:
        answer = b''
    assert answer == b'' or answer.startswith((b'SIP/2.0 4', b'SIP/2.0 5')), answer
    peer = Peer(server, 'alice', transport='tcp')
    head = peer.request('OPTIONS', 'sip:group.test', headers=[('X-Long', 'y' * 20000)])
    try:
        assert peer.exchange(head, timeout=1).status == 413
    except (Timeout, OSError):
        pass
    still_serves(server)


def test_slow_loris(scope):
    """Silent connections and those that send byte by byte are closed; a registered one stays."""
    server = Server.serving(scope)
    good = Peer(server, 'alice', transport='tcp')
    good.register()
    silent = [socket.create_connection(server.address('tcp')) for _ in range(3)]
    silent_tls = socket.create_connection(server.address('tls'))
    slow = socket.create_connection(server.address('tcp'))
    slow.send(b'MESSAGE sip:bob@group.test SIP/2.0\r\nX: ')
    begin = time.monotonic()

    def slow_is_closed():
        try:
            slow.send(b'y')
            slow.setblocking(False)
            return slow.recv(1) == b''
        except BlockingIOError:
            return False
        except OSError:
            return True

    wait_for(slow_is_closed, 'the slow connection to be closed', deadline_s=40, interval_s=0.5)
    assert time.monotonic() - begin > 10
    for sock in silent + [silent_tls]:
        sock.settimeout(10)
        assert sock.recv(1) == b''
    assert good.register().status == 200


def test_too_many_connections(scope):
    server = Server.serving(scope)
    good = Peer(server, 'alice', transport='tcp')
    good.register()
    crowd = [socket.create_connection(server.address('tcp')) for _ in range(400)]

    def n_open():
        n = 0
        for sock in crowd:
            sock.setblocking(False)
            try:
                n += sock.recv(1) != b''
            except BlockingIOError:
                n += 1
            except OSError:
                pass
        return n

    wait_for(lambda: n_open() <= 256, 'some to be closed')
    assert n_open() > 200
    assert good.register().status == 200


def test_rate_of_a_stranger(scope):
    server = Server.serving(scope, options=['--rate', '20'])
    flood = Peer(server, 'mallory', transport='tcp')
    statuses = []
    for _ in range(400):
        statuses.append(flood.exchange(flood.request('OPTIONS', 'sip:group.test')).status)
    assert statuses[0] == 200 and 503 in statuses, set(statuses)
    datagrams = Peer(server, 'mallory')
    try:
        while True:
            datagrams.exchange(datagrams.request('OPTIONS', 'sip:group.test'), timeout=0.5)
    except Timeout:
        pass  # dropped without an answer

    def good_again():
        peer = Peer(server, 'alice', transport='tcp')
        return peer.register().status == 200

    wait_for(good_again, 'the rate to recover', interval_s=0.5)


def test_member_beside_a_stranger(scope):
    """Who is registered goes on, however much comes from elsewhere at the same address."""
    server = Server.serving(scope, options=['--rate', '20'])
    members = [Peer(server, 'alice', transport=t) for t in ('udp', 'tcp', 'tls')]
    for member in members:
        assert member.register().status == 200
    flood = Peer(server, 'mallory', transport='tcp')
    for _ in range(30):
        for _ in range(20):
            status = flood.exchange(flood.request('OPTIONS', 'sip:group.test')).status
        for member in members:
            assert member.message('echo', 'through').status in (200, 202)
    assert status == 503


def test_guessing_passwords_is_slowed(scope):
    server = Server.serving(scope, options=['--rate', '20'])
    guesser = Peer(server, 'alice', password='guess', transport='tcp')
    statuses = [guesser.register().status for _ in range(15)]
    assert statuses[0] == 401 and 503 in statuses, statuses


def test_starts_fast(scope):
    """Its own processor time counts: the machine may be busy with other tests."""
    server = Server.serving(scope, users=['user%d' % i for i in range(3)])
    times = []
    for _ in range(5):
        server.stop()
        server.start()
        with open('/proc/%d/schedstat' % server.process.pid) as file:
            times.append(int(file.read().split()[0]) / 1e9)
    limit = 0.1 if 'ULLIM_TEST_SLOW' not in os.environ else 5
    assert min(times) < limit, times


def test_ends_with_its_input(scope):
    import subprocess
    server = Server.serving(scope)
    server.stop()
    process = subprocess.Popen([server.program, '--data-dir', server.dir, 'serve', '--until-eof',
                                '--listen', '127.0.0.1', '--port', '0', '--tls-port', '0'],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    while process.stdout.readline() != b'ready\n':
        pass
    process.stdin.close()
    assert process.wait(20) == 0


def test_listens_in_brackets(scope):
    import subprocess
    server = Server.serving(scope)
    server.stop()
    process = subprocess.Popen([server.program, '--data-dir', server.dir, 'serve', '--until-eof',
                                '--listen', '[::1]', '--port', '0', '--tls-port', '0'],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith(b'listening udp:[::1]:')
    process.communicate()
    assert process.returncode == 0


def test_cannot_start(scope):
    server = Server.serving(scope)
    taken = str(server.address('tcp')[1])
    for options, text in ((('--port', taken), 'Cannot listen'), (('--listen', 'x'), 'not an IP'),
                          (('--data-dir', scope.path('none')), 'no group')):
        result = server.command('serve', '--listen', '127.0.0.1', '--tls-port', '0', *options,
                                check=False)
        assert result.returncode == 1 and text in result.stderr, (options, result.stderr)
    result = server.command('serve', '--listen', '127.0.0.1', '--port', '0', '--tls-port', '0',
                            check=False)
    assert result.returncode == 1 and 'already serves' in result.stderr, result.stderr
    with open(server.path('broken.db'), 'wb') as file:
        file.write(b'not a database at all' * 100)
    os.makedirs(scope.path('damaged'))
    os.rename(server.path('broken.db'), os.path.join(scope.path('damaged'), 'server.db'))
    result = server.command('serve', '--data-dir', scope.path('damaged'), check=False)
    assert result.returncode == 1 and 'database' in result.stderr, result.stderr


if __name__ == '__main__':
    main(globals())
