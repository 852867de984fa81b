# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at any moment: what was acknowledged arrives, in order, and never twice to a client that
knows a repetition when it sees one."""

import os
import random
import resource
import signal
import threading
import time

from sip_peer import Peer, Server, Timeout
from ullim_test import main

ROUNDS = int(os.environ.get('ULLIM_TEST_ROUNDS', '120'))


class Device:
    """Receives as our client does: a message is known by Call-ID and text."""

    def __init__(self):
        self.texts = []
        self.known = set()

    def take(self, peer, timeout):
        request = peer.expect('MESSAGE', timeout)
        key = (request.get('Call-ID'), request.body)
        if key not in self.known:
            self.known.add(key)
            self.texts.append(request.body.decode())
        peer.reply(request)


def usual_duration(server):
    """Seconds that one message takes on this machine, in this build."""
    alice = Peer(server, 'alice', transport='tcp')
    begin = time.monotonic()
    for _ in range(5):
        assert alice.message('alice', 'warm').status == 202
    alice.close()
    return (time.monotonic() - begin) / 5


def send_until_killed(server, sent, acknowledged, moment_s):
    """One sender; the server is killed in the midst. A text is sent when it may have arrived."""
    alice = Peer(server, 'alice', transport='tcp')
    timer = threading.Timer(moment_s, server.process.kill)
    timer.start()
    try:
        while True:
            text = 'm%06d' % len(sent)
            sent.append(text)
            if alice.message('bob', text, timeout=5).status in (200, 202):
                acknowledged.append(text)
    except (OSError, Timeout):
        pass
    timer.join()
    server.process.wait()
    alice.close()


def drain(server, device, expected, deadline_s=20):
    bob = Peer(server, 'bob', transport='tcp')
    bob.register()
    deadline = time.monotonic() + deadline_s
    while not expected <= set(device.texts) and time.monotonic() < deadline:
        try:
            device.take(bob, 0.5)
        except Timeout:
            bob.register()
    bob.register(contact='*', expires=0)
    bob.close()


def test_killed_while_messages_are_kept(scope):
    server = Server.serving(scope, options=['--rate', '0'])
    sent, acknowledged, device = [], [], Device()
    longest_s = 12 * usual_duration(server)
    generator = random.Random(5)
    for round_number in range(ROUNDS):
        send_until_killed(server, sent, acknowledged, generator.uniform(0, longest_s))
        server.start()
        if round_number % 10 == 9:
            drain(server, device, set(acknowledged))
    drain(server, device, set(acknowledged))
    assert len(acknowledged) > ROUNDS, 'too few messages for a test: %d' % len(acknowledged)
    lost = [text for text in acknowledged if text not in set(device.texts)]
    assert not lost, '%d of %d acknowledged messages lost: %s' % (
        len(lost), len(acknowledged), lost[:5])
    assert device.texts == sorted(device.texts), 'out of order'
    assert len(device.texts) == len(set(device.texts))
    assert set(device.texts) <= set(sent)
    print('# %d rounds, %d sent, %d acknowledged, %d arrived' % (
        ROUNDS, len(sent), len(acknowledged), len(device.texts)))


def test_killed_while_delivering(scope):
    server = Server.serving(scope, options=['--rate', '0'])
    alice = Peer(server, 'alice', transport='tcp')
    texts = ['d%04d' % i for i in range(400)]
    for text in texts:
        assert alice.message('bob', text).status == 202
    device, rounds = Device(), 0
    generator = random.Random(7)
    while set(device.texts) != set(texts) and rounds < ROUNDS:
        rounds += 1
        timer = threading.Timer(generator.uniform(0.0, 0.03), server.process.kill)
        timer.start()
        try:
            bob = Peer(server, 'bob', transport='tcp')
            bob.register(timeout=5)
            while True:
                device.take(bob, 5)
        except (OSError, Timeout):
            pass
        timer.join()
        server.process.wait()
        server.start()
    drain(server, device, set(texts))
    assert device.texts == texts
    bob = Peer(server, 'bob', transport='tcp')
    bob.register()
    try:
        while True:  # only what was taken before a crash could note it
            assert bob.expect('MESSAGE', 0.5).body.decode() in set(texts)
    except Timeout:
        pass
    print('# %d rounds' % rounds)


def test_full_disk(scope):
    """What cannot be stored is refused, not acknowledged; the server lives on."""
    server = Server.serving(scope, options=['--rate', '0'])
    server.stop()
    server.transports = {}
    size = os.path.getsize(server.path('server.db')) + 150000

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    import subprocess
    original = subprocess.Popen
    subprocess.Popen = lambda *a, **k: original(*a, preexec_fn=limit, **k)
    try:
        server.start()
    finally:
        subprocess.Popen = original
    alice = Peer(server, 'alice', transport='tcp')
    acknowledged, refused = [], None
    for i in range(60):
        text = '%03d' % i + 'x' * 20000
        answer = alice.message('bob', text)
        if answer.status == 202:
            acknowledged.append(text)
        else:
            refused = answer
            break
    assert refused and refused.status == 500 and refused.get('Retry-After'), refused
    assert alice.message('echo', 'alive?').status == 200
    server.kill()
    server.start()
    device = Device()
    drain(server, device, set(acknowledged))
    assert device.texts == acknowledged


if __name__ == '__main__':
    main(globals())
