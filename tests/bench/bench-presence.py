# SPDX-License-Identifier: GPL-3.0-or-later
"""ullim-server beside Kamailio as presence agents, in the same run, over UDP: how long a change at A
takes to be seen at B with 1,000 watchers; and with 10,000 people who watch 20 each, what a subscription
takes in memory and how many NOTIFYs one core sends.

Rates are per second of processor time of the server, all its threads and processes together. Kamailio keeps
publications and subscriptions in memory only, with one worker, takes its passwords from a variable and lets
everybody see everybody; ullim-server reads rules that allow everybody. Sizes: BENCH_PEOPLE, BENCH_EACH,
BENCH_WATCHERS, BENCH_CHANGES."""

import hashlib
import os
import re
import select
import shutil
import socket
import sqlite3
import statistics
import sys
import tempfile
import time

from bench_servers import (
    DOMAIN, MODULES, PASSWORD, Kamailio, Ours, cpu_seconds, name, pss_bytes)
from presence_peer import ruleset

PEOPLE = int(os.environ.get('BENCH_PEOPLE', '10000'))
EACH = int(os.environ.get('BENCH_EACH', '20'))
WATCHERS = int(os.environ.get('BENCH_WATCHERS', '1000'))
CHANGES = int(os.environ.get('BENCH_CHANGES', '20'))
# Requests under way at a time, and changes: each of them is EACH NOTIFYs.
WINDOW = 64
CHANGE_WINDOW = 16
COALESCING_MS = 100
MAX_SEEN_MS = 50 + COALESCING_MS
KAMAILIO = '''#!KAMAILIO
children=1
disable_tcp=yes
log_stderror=yes
debug=-1
listen=udp:127.0.0.1:%(port)d
alias="%(domain)s"
mpath="%(modules)s"
loadmodule "db_sqlite.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "rr.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "auth.so"
loadmodule "presence.so"
loadmodule "presence_xml.so"
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "hash_size", 12)
modparam("auth", "nonce_expire", 3600)
modparam("presence", "db_url", "sqlite:///%(database)s")
modparam("presence", "subs_db_mode", 0)
modparam("presence", "publ_cache", 2)
modparam("presence", "subs_htable_size", 16)
modparam("presence", "pres_htable_size", 14)
modparam("presence_xml", "db_url", "sqlite:///%(database)s")
modparam("presence_xml", "force_active", 1)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("%(domain)s", "%(password)s", "0")) { www_challenge("%(domain)s", "1"); exit; }
    save("location");
    exit;
  }
  if (!pv_proxy_authenticate("%(domain)s", "%(password)s", "0")) { proxy_challenge("%(domain)s", "1"); exit; }
  if (!t_newtran()) { sl_reply_error(); exit; }
  if (is_method("PUBLISH")) handle_publish(); else handle_subscribe();
  t_release();
}
'''
PIDF = ('<?xml version="1.0" encoding="UTF-8"?>\r\n<presence xmlns="urn:ietf:params:xml:ns:pidf" '
        'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" '
        'entity="sip:u%05d@bench.test"><tuple id="desk"><status><basic>open</basic></status></tuple>'
        '<dm:person id="p"><rpid:activities><rpid:%s/></rpid:activities><dm:note>state-%d-end</dm:note>'
        '</dm:person></presence>\r\n')


def ours(folder):
    """People whose rules let everybody see them."""
    rules = ruleset(others='allow').encode()

    def fill(database):
        for i in range(PEOPLE):
            database.execute("INSERT INTO documents VALUES ('pres-rules', ?, 'one', ?)", (name(i), rules))

    return Ours(PEOPLE, fill)


def kamailio(folder):
    database = os.path.join(folder, 'kamailio.db')
    if not os.path.exists(database):
        connection = sqlite3.connect(database)
        for table in ('standard', 'presence'):
            with open('/usr/share/kamailio/db_sqlite/%s-create.sql' % table, encoding='utf-8') as file:
                connection.executescript(file.read())
        connection.close()
    return Kamailio(folder, KAMAILIO, 4096, 64, database=database)


class Refused(Exception):
    """A request was refused, or not answered at all."""


class Load:
    """Everybody at once, on one socket. Requests have a number, which is their Call-ID and branch."""

    def __init__(self, target):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, getattr(socket, 'SO_RCVBUFFORCE', 33), 64 << 20)
        self.socket.bind(('127.0.0.1', 0))
        self.socket.connect(('127.0.0.1', target.port))
        self.socket.setblocking(False)
        self.here = '127.0.0.1:%d' % self.socket.getsockname()[1]
        self.challenge = {}
        self.ha1 = {}
        self.number = 0
        self.waiting = {}  # number -> (method, who, uri, more, body, when)
        self.etags = {}
        self.heard = {}  # Call-ID and CSeq of NOTIFYs, to know repetitions: number -> highest CSeq
        self.on_notify = None

    def credentials(self, method, who, uri):
        kind = 401 if method == 'REGISTER' else 407
        if kind not in self.challenge:
            return ''
        nonce, header = self.challenge[kind]
        ha1 = self.ha1.get(who)
        if not ha1:
            ha1 = self.ha1[who] = hashlib.md5(
                ('%s:%s:%s' % (name(who), DOMAIN, PASSWORD)).encode()).hexdigest()
        ha2 = hashlib.md5(('%s:%s' % (method, uri)).encode()).hexdigest()
        cnonce = '%08x' % self.number
        response = hashlib.md5(('%s:%s:00000001:%s:auth:%s' % (ha1, nonce, cnonce, ha2)).encode()).hexdigest()
        return ('%s: Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=MD5, '
                'cnonce="%s", qop=auth, nc=00000001\r\n'
                % (header, name(who), DOMAIN, nonce, uri, response, cnonce))

    def ask(self, method, who, uri, more, body='', tries=0):
        self.number += 1
        n = self.number
        self.waiting[n] = (method, who, uri, more, body, tries)
        self.send(('%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bK%d\r\nMax-Forwards: 70\r\n'
                   'From: <sip:%s@%s>;tag=f%d\r\nTo: <%s>\r\nCall-ID: %d\r\nCSeq: 1 %s\r\n'
                   'Contact: <sip:%s@%s>\r\n%s%sContent-Length: %d\r\n\r\n%s'
                   % (method, uri, self.here, n, name(who), DOMAIN, n,
                      'sip:%s@%s' % (name(who), DOMAIN) if method == 'REGISTER' else uri, n, method, name(who),
                      self.here, self.credentials(method, who, uri), more, len(body), body)).encode())
        return n

    def send(self, data):
        while True:
            try:
                self.socket.send(data)
                return
            except BlockingIOError:
                select.select([], [self.socket], [], 1)

    def turn(self, timeout):
        """Takes all that has come. Returns whether anything had."""
        if not select.select([self.socket], [], [], timeout)[0]:
            return False
        for _ in range(256):
            try:
                text = self.socket.recv(65536).decode()
            except BlockingIOError:
                break
            if text.startswith('SIP/2.0 '):
                self.take_answer(text)
            else:
                self.take_request(text)
        return True

    @staticmethod
    def field(text, wanted):
        start = text.find('\r\n' + wanted + ': ')
        return '' if start < 0 else text[start + len(wanted) + 4:text.index('\r\n', start + 2)]

    def take_answer(self, text):
        status = int(text[8:11])
        asked = self.waiting.get(int(self.field(text, 'Call-ID')))
        if status < 200 or not asked:
            return
        del self.waiting[int(self.field(text, 'Call-ID'))]
        method, who, uri, more, body, tries = asked
        if status in (401, 407) and tries < 3:
            challenges = re.findall(r'(?:WWW|Proxy)-Authenticate: (.*)\r\n', text)
            value = next(c for c in challenges if 'SHA' not in c)
            self.challenge[status] = (re.search(r'nonce="([^"]*)"', value).group(1),
                                      'Authorization' if status == 401 else 'Proxy-Authorization')
            self.challenge.setdefault(401 + 407 - status, self.challenge[status])
            if status == 401 and method != 'REGISTER':
                self.challenge[407] = self.challenge[401]
            self.ask(method, who, uri, more, body, tries + 1)
        elif status >= 300:
            raise Refused('%s: %s' % (method, text[:text.index('\r\n')]))
        elif method == 'PUBLISH':
            self.etags[who] = self.field(text, 'SIP-ETag')

    def take_request(self, text):
        head = [line for line in text[:text.index('\r\n\r\n')].split('\r\n')
                if line[:4] in ('Via:', 'From', 'To: ', 'Call', 'CSeq')]
        self.send(('SIP/2.0 200 OK\r\n%s\r\nContent-Length: 0\r\n\r\n' % '\r\n'.join(head)).encode())
        if not text.startswith('NOTIFY '):
            return
        dialog, cseq = int(self.field(text, 'Call-ID')), int(self.field(text, 'CSeq').split()[0])
        if self.heard.get(dialog, -1) < cseq:
            self.heard[dialog] = cseq
            if self.on_notify:
                self.on_notify(dialog, text)

    def drain(self, at_most, deadline_s=20):
        """Until no more than so many requests are unanswered."""
        deadline = time.monotonic() + deadline_s
        while len(self.waiting) > at_most:
            if self.turn(1):
                deadline = time.monotonic() + deadline_s
            elif time.monotonic() > deadline:
                raise Refused('%d requests without an answer' % len(self.waiting))

    def settle(self, quiet_s=1.5):
        while self.turn(quiet_s):
            pass

    def register(self, who):
        self.drain(WINDOW)
        self.ask('REGISTER', who, 'sip:' + DOMAIN, 'Expires: 3600\r\n')

    def publish(self, who, state, activity='away'):
        more = 'Event: presence\r\nExpires: 3600\r\nContent-Type: application/pidf+xml\r\n'
        if who in self.etags:
            more += 'SIP-If-Match: %s\r\n' % self.etags[who]
        self.ask('PUBLISH', who, 'sip:%s@%s' % (name(who), DOMAIN), more, PIDF % (who, activity, state))

    def subscribe(self, who, whom):
        self.drain(WINDOW)
        return self.ask('SUBSCRIBE', who, 'sip:%s@%s' % (name(whom), DOMAIN),
                        'Event: presence\r\nAccept: application/pidf+xml\r\nExpires: 3600\r\n')

    def ready(self):
        """One nonce for all."""
        self.ask('REGISTER', 0, 'sip:' + DOMAIN, 'Expires: 3600\r\n')
        self.drain(0)
        self.publish(0, 0)
        self.drain(0)


def seen_after(target):
    """ms from a change to each of WATCHERS who see it."""
    load = Load(target)
    load.ready()
    for i in range(WATCHERS):
        load.subscribe(1 + i, 0)
    load.drain(0)
    load.settle()
    delays = []
    for change in range(1, CHANGES + 1):
        seen = set()
        mark = 'state-%d-end' % change

        def on_notify(dialog, text, mark=mark, seen=seen):
            if mark in text and dialog not in seen:
                seen.add(dialog)
                delays.append((time.monotonic() - start) * 1000)

        load.on_notify = on_notify
        start = time.monotonic()
        load.publish(0, change)
        deadline = start + 20
        while len(seen) < WATCHERS and time.monotonic() < deadline:
            load.turn(1)
        if len(seen) < WATCHERS:
            raise Refused('change %d: %d of %d saw it' % (change, len(seen), WATCHERS))
        load.settle(0.3)
    return delays


def subscribe_all(load, target, result):
    load.settle()
    memory, cpu, begin = pss_bytes(target.pid), cpu_seconds(target.pid), time.monotonic()
    count = 0
    try:
        for i in range(PEOPLE):
            for j in range(EACH):
                load.subscribe(i, (i + 1 + j * 37) % PEOPLE)
                count += 1
        load.drain(0)
    except Refused as problem:
        result['problem'] = str(problem)
        count = len(load.heard)
    load.settle()
    result['subscriptions'] = count
    result['subscribe'] = count / (cpu_seconds(target.pid) - cpu)
    result['bytes'] = (pss_bytes(target.pid) - memory) / count
    result['subscribe_s'] = time.monotonic() - begin


def change_all(load, target, result):
    """Everybody changes once; CHANGE_WINDOW of them at a time."""
    counts = {'notifies': 0}

    def on_notify(dialog, text):
        if 'state-1-end' in text:
            counts['notifies'] += 1

    load.on_notify = on_notify
    cpu, begin = cpu_seconds(target.pid), time.monotonic()
    for i in range(PEOPLE):
        load.publish(i, 1, 'busy')
        deadline = time.monotonic() + 20
        while ((i + 1 - CHANGE_WINDOW) * EACH > counts['notifies'] or len(load.waiting) > WINDOW):
            if not load.turn(1) and time.monotonic() > deadline:
                raise Refused('%d NOTIFYs of %d changes' % (counts['notifies'], i + 1))
    load.settle()
    result['notifies'] = counts['notifies']
    result['notify'] = counts['notifies'] / (cpu_seconds(target.pid) - cpu)
    result['notify_s'] = time.monotonic() - begin


def many(target):
    result = {}
    load = Load(target)
    load.ready()
    for i in range(PEOPLE):
        load.register(i)
    for i in range(PEOPLE):
        load.drain(WINDOW)
        load.publish(i, 0)
    load.drain(0)
    subscribe_all(load, target, result)
    if 'problem' not in result:
        try:
            change_all(load, target, result)
        except Refused as problem:
            result['problem'] = str(problem)
    return result


def line(what, ours, theirs, form='%14.0f', limit=''):
    print('%-52s ' % what + ' '.join(form % v if v is not None else '%14s' % '-' for v in (ours, theirs)) + limit)


def measure(make, work, folder):
    target = make(folder)
    try:
        return work(target)
    finally:
        target.stop()


def main():
    if not shutil.which('kamailio') or not os.path.exists(MODULES + 'presence_xml.so'):
        print('kamailio with its presence modules is not here')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        good = report_seen(*(measure(make, seen_after, folder) for make in (ours, kamailio)))
        good &= report_many(*(measure(make, many, folder) for make in (ours, kamailio)))
    return 0 if good else 1


def report_seen(ours, theirs):
    median = statistics.median(ours)
    fails = median > MAX_SEEN_MS
    print('%-52s %14s %14s' % ('', Ours.name, Kamailio.name))
    line('a change is seen by %d watchers: median, ms' % WATCHERS, median, statistics.median(theirs), '%14.1f',
         '   at most %d%s' % (MAX_SEEN_MS, '  OVER ITS LIMIT' if fails else ''))
    line('  by 99 of 100, ms', *(sorted(d)[len(d) * 99 // 100] for d in (ours, theirs)), '%14.1f')
    line('  by the last, ms', max(ours), max(theirs), '%14.1f')
    return not fails


def report_many(ours, theirs):
    print('%d people registered, %d watched by each:' % (PEOPLE, EACH))
    for what, key in (('  subscriptions held', 'subscriptions'), ('  memory of one, bytes', 'bytes'),
                      ('  SUBSCRIBE with its NOTIFY, per second of one core', 'subscribe'),
                      ('  NOTIFYs of everybody changing once', 'notifies'),
                      ('  NOTIFY, per second of one core', 'notify'),
                      ('  all that, s on the clock', 'notify_s')):
        line(what, ours.get(key), theirs.get(key))
    for kind, result in ((Ours, ours), (Kamailio, theirs)):
        if 'problem' in result:
            print('%s gave up: %s' % (kind.name, result['problem']))
    return 'problem' not in ours and ours['notifies'] == PEOPLE * EACH


if __name__ == '__main__':
    sys.exit(main())
