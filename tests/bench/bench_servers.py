# SPDX-License-Identifier: GPL-3.0-or-later
"""The two servers that are measured side by side, and what they cost: processor time and memory of
all processes and threads of one."""

import hashlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))
from sip_peer import Server  # noqa: E402

DOMAIN = 'bench.test'
PASSWORD = 'secret'
MODULES = '/usr/lib/%s-linux-gnu/kamailio/modules/' % os.uname().machine
START_S = 30
"""How long a server may take until it answers."""


def name(i):
    return 'u%05d' % i


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def processes(pid):
    """The process and its children."""
    found = [pid]
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                with open('/proc/%s/stat' % entry, encoding='ascii') as file:
                    if int(file.read().rpartition(')')[2].split()[1]) == pid:
                        found.append(int(entry))
            except OSError:
                continue
    return found


def cpu_seconds(pid):
    """User and system time of the process and its children, so far."""
    total = 0
    for each in processes(pid):
        for thread in os.listdir('/proc/%d/task' % each):
            with open('/proc/%d/task/%s/schedstat' % (each, thread), encoding='ascii') as file:
                total += int(file.read().split()[0]) / 1e9
    return total


def pss_bytes(pid):
    """Memory of the process and its children, what they share counted once."""
    total = 0
    for each in processes(pid):
        with open('/proc/%d/smaps_rollup' % each, encoding='ascii') as file:
            total += int(next(line for line in file if line.startswith('Pss:')).split()[1]) * 1024
    return total


def wait_for_answer(port):
    """Asks by OPTIONS until somebody answers, whatever it is."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(('127.0.0.1', port))
        sock.settimeout(0.1)
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            number = time.monotonic_ns()
            here = '127.0.0.1:%d' % sock.getsockname()[1]
            try:
                sock.send(('OPTIONS sip:127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\n'
                           'Max-Forwards: 70\r\nFrom: <sip:bench@%s>;tag=1\r\nTo: <sip:127.0.0.1:%d>\r\n'
                           'Call-ID: %d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'
                           % (port, here, number, DOMAIN, port, number)).encode())
                sock.recv(65536)
                return
            except OSError:
                continue
    raise SystemExit('the server does not answer')


class Ours:
    """ullim-server with so many accounts; fill(database) may add more before it starts."""

    name = 'ullim-server'

    def __init__(self, n_users, fill=lambda database: None):
        self.server = Server(DOMAIN, users=(), options=['--rate', '0', '--http-port', '0', '--https-port', '0'])
        database = sqlite3.connect(self.server.path('server.db'))
        for i in range(n_users):
            # As `user add` does, but in one go.
            text = ('%s:%s:%s' % (name(i), DOMAIN, PASSWORD)).encode()
            database.execute('INSERT INTO accounts VALUES (?, ?, ?, 0)', (
                name(i), hashlib.md5(text).hexdigest(), hashlib.sha256(text).hexdigest()))
        fill(database)
        database.commit()
        database.close()
        self.server.start()
        self.pid = self.server.process.pid
        self.port = self.server.address('udp')[1]

    def stop(self):
        self.server.cleanup()


class Kamailio:
    """Kamailio with a configuration in which %(port)d and what else `values` names is filled in; with
    so many MB of memory in all and for each process."""

    name = 'Kamailio'

    def __init__(self, folder, config, megabytes, own_megabytes, **values):
        self.port = free_port()
        path = os.path.join(folder, 'kamailio.cfg')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(config % dict(port=self.port, domain=DOMAIN, password=PASSWORD, modules=MODULES, **values))
        with open(os.path.join(folder, 'kamailio.log'), 'w', encoding='utf-8') as log:
            self.process = subprocess.Popen(
                ['kamailio', '-f', path, '-DD', '-E', '-m', str(megabytes), '-M', str(own_megabytes), '-Y', folder,
                 '-P', os.path.join(folder, 'pid')], stdout=subprocess.DEVNULL, stderr=log)
        self.pid = self.process.pid
        wait_for_answer(self.port)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
