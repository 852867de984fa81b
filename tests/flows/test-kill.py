# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill -9 at any moment: two people write to each other without a break through the group server, and
again and again one of the three programs is killed and started anew. In the end, everything that was
acknowledged to its writer is on the other side's disk, once, and in order.

ULLIM_KILLS sets how often (default 100)."""

import os
import random
import sqlite3
import time

from ullim_test import main
from ullim_test.programs import Cli, Server

KILLS = int(os.environ.get('ULLIM_KILLS', '100'))
LONGEST_LIFE_S = 0.25
FAILED = 5
LAST = 'the last one'


class Talker:
    """One side: writes numbered messages to its peer, notes which were acknowledged."""

    def __init__(self, scope, server, user, peer):
        self.scope = scope
        self.server = server
        self.person = server.people[user]
        self.peer = f'sip:{peer}@{server.domain}'
        self.data_dir = scope.path(f'data-{user}', folder=True)
        self.written = 0
        self.acknowledged = set()
        self.start()

    def start(self):
        self.cli = Cli(self.scope, self.person, self.server.proxy('tcp'), data_dir=self.data_dir,
                       name=self.person.user)

    def write(self):
        self.written += 1
        self.cli.message(self.peer, f'{self.written}')

    def take_events(self):
        for event in self.cli.events('message-state'):
            self.acknowledged.add(event['id'])
        self.cli._waiting.clear()

    def kill(self):
        program = self.cli.program
        program.kill()
        program._reader.join()
        self.take_events()
        # Hundreds of them: let go of what is dead.
        self.scope.programs.remove(program)
        program.process.stdin.close()
        program.process.stdout.close()

    def rows(self, query):
        with sqlite3.connect(f'file:{self.data_dir}/ullim.db?mode=ro', uri=True) as db:
            return db.execute(query).fetchall()

    def received(self):
        return [text for (text,) in
                self.rows('SELECT text FROM message WHERE direction = 0 ORDER BY id')]

    def sent(self):
        return dict(self.rows('SELECT id, text FROM message WHERE direction = 1'))

    def failed(self):
        return self.rows(f'SELECT id, problem FROM message WHERE delivery = {FAILED}')


def check(writer, reader):
    sent = writer.sent()
    received = reader.received()
    lost_on_disk = writer.acknowledged - set(sent)
    lost_on_the_way = [text for text in sent.values() if text not in set(received)]
    twice = sorted({text for text in received if received.count(text) > 1})
    assert not lost_on_disk, f'acknowledged, but not on disk: {lost_on_disk}'
    assert not writer.failed(), f'failed: {writer.failed()}'
    assert not lost_on_the_way, f'lost: {lost_on_the_way}'
    assert not twice, f'twice: {twice}'
    assert received == [sent[number] for number in sorted(sent)], 'not in order'
    print(f'# {writer.person.user}: {writer.written} written, {len(writer.acknowledged)} seen '
          f'acknowledged, {len(received)} received')


def life(talkers, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for talker in talkers:
            talker.write()
            talker.take_events()
        time.sleep(random.uniform(0, 0.01))


def test_kill_at_any_moment(scope):
    seed = random.randrange(1 << 30)
    random.seed(seed)
    print(f'# seed {seed}, {KILLS} kills')
    server = Server(scope, ['alice', 'bob'])
    talkers = [Talker(scope, server, 'alice', 'bob'), Talker(scope, server, 'bob', 'alice')]
    for talker in talkers:
        talker.cli.registered()
    begin = time.monotonic()
    for number in range(KILLS):
        life(talkers, random.uniform(0, LONGEST_LIFE_S))
        victim = random.choice(talkers + [server] if number % 5 == 0 else talkers)
        if victim is server:
            server.program.kill()
            server.start(server.ports['udp'], server.ports['tls'])
        else:
            victim.kill()
            victim.start()
    print(f'# killed after {time.monotonic() - begin:.1f} s')
    # One more each: it comes after all that was written before.
    for talker in talkers:
        talker.cli.message(talker.peer, LAST)
    for talker in talkers:
        talker.cli.event('message', text=LAST, deadline_s=120)
    for talker in talkers:
        talker.take_events()
        assert talker.cli.quit() == 0
    alice, bob = talkers
    check(alice, bob)
    check(bob, alice)


main(globals())
