# SPDX-License-Identifier: GPL-3.0-or-later
"""ullim-server beside Kamailio with one worker, in the same run: REGISTER with digest, relayed
MESSAGE with digest, memory of 20,000 registrations.

sipp drives both over UDP. What is compared is requests per second of processor time of the server,
all its threads and processes together: the rate that one core would give, whatever else the machine
does. Kamailio takes its passwords from a variable, which is quicker than any table."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from bench_servers import (
    DOMAIN, PASSWORD, Kamailio, Ours, cpu_seconds, free_port, name, pss_bytes)
from sip_peer import Peer, Timeout

N_USERS = 20000
N_RECEIVERS = 100
N_REGISTERS = int(os.environ.get('BENCH_REGISTERS', '30000'))
N_MESSAGES = int(os.environ.get('BENCH_MESSAGES', '20000'))
ROUNDS = int(os.environ.get('BENCH_ROUNDS', '3'))
WINDOW = 64
KAMAILIO = '''#!KAMAILIO
children=1
disable_tcp=yes
log_stderror=yes
debug=-1
listen=udp:127.0.0.1:%(port)d
alias="%(domain)s"
mpath="%(modules)s"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "rr.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "hash_size", 12)
modparam("auth", "nonce_expire", 300)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("%(domain)s", "%(password)s", "0")) {
      www_challenge("%(domain)s", "1");
      exit;
    }
    save("location");
    exit;
  }
  if (!pv_proxy_authenticate("%(domain)s", "%(password)s", "0")) {
    proxy_challenge("%(domain)s", "1");
    exit;
  }
  if ($au != $fU) { sl_send_reply("403", "Forbidden"); exit; }
  consume_credentials();
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  if (!t_relay()) { sl_reply_error(); }
}
'''
HEADERS = '''Via: SIP/2.0/UDP [local_ip]:[local_port];rport;branch=[branch]
Max-Forwards: 70
From: <sip:[field0]@bench.test>;tag=[call_number]
To: <sip:[%(to)s]@bench.test>
Call-ID: [call_id]
CSeq: %(cseq)d %(method)s
%(more)sContent-Length: [len]

%(body)s'''
STEP = '<send><![CDATA[\n%(method)s %(uri)s SIP/2.0\n' + HEADERS + ']]></send>\n'


def scenario(method, uri, to, more, body, challenge):
    """Request, challenge, request with credentials, 200."""
    xml = '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="%s">\n' % method
    xml += STEP % dict(method=method, uri=uri, to=to, cseq=1, more=more, body=body)
    xml += '<recv response="%d" auth="true"/>\n' % challenge
    xml += STEP % dict(method=method, uri=uri, to=to, cseq=2, body=body,
                       more=more + '[field2]\n')  # sipp wants the whole keyword in its table
    return xml + '<recv response="200"/>\n</scenario>\n'


ANSWER = '''<?xml version="1.0" encoding="UTF-8"?>
<scenario name="answer">
<recv request="MESSAGE"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
'''


def row(user, to):
    return '%s;%s;[authentication username=%s password=%s]' % (user, to, user, PASSWORD)


class Target:
    """What Peer needs to know of a server."""

    def __init__(self, port):
        self.domain = DOMAIN
        self.port = port

    def address(self, transport):
        return '127.0.0.1', self.port


def register_receivers(target):
    """From the port on which sipp will answer."""
    for i in range(N_RECEIVERS):
        peer = Peer(target, name(i), password=PASSWORD, algorithm='MD5')
        if i == 0:
            port = peer.local[1]
        else:
            peer.close()
            peer.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            peer.socket.bind(('127.0.0.1', port))
            peer.socket.connect(('127.0.0.1', target.port))
            peer.local = ('127.0.0.1', port)
        for _ in range(50):
            try:
                if register(peer) == 200:
                    break
            except Timeout:
                continue
        else:
            raise SystemExit('nobody can register')
        peer.close()
    return port


def register(peer):
    answer = peer.register(credentials=False, timeout=1)
    message = peer.request('REGISTER', 'sip:%s' % DOMAIN, to='<%s>' % peer.aor,
                           headers=[('Contact', '<%s>' % peer.contact), ('Expires', '3600')],
                           call_id=peer.call_id)
    answer.headers = [(n, v if 'algorithm' in v or n != 'WWW-Authenticate'
                       else v + ', algorithm=MD5,') for n, v in answer.headers]
    return peer.exchange(peer.answer_challenge(message, answer), timeout=1).status


def run_sipp(folder, name, xml, users, count, port):
    path = os.path.join(folder, name + '.xml')
    with open(path, 'w') as file:
        file.write(xml)
    begin = time.monotonic()
    result = subprocess.run(
        ['sipp', '127.0.0.1:%d' % port, '-sf', path, '-inf', users, '-i', '127.0.0.1', '-p',
         str(free_port()), '-m', str(count), '-l', str(WINDOW), '-r', '1000000', '-nostdin',
         '-recv_timeout', '20000', '-nd', '-trace_err', '-error_file',
         os.path.join(folder, name + '.err'), '-timeout', '120'],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    elapsed = time.monotonic() - begin
    if result.returncode != 0:
        with open(os.path.join(folder, name + '.err')) as file:
            sys.stderr.write(file.read()[:2000])
        raise SystemExit('sipp failed at %s: %d' % (name, result.returncode))
    return elapsed


REGISTER = scenario('REGISTER', 'sip:bench.test', 'field0',
                    'Contact: <sip:[field0]@[local_ip]:[local_port]>\nExpires: 3600\n', '', 401)
MESSAGE = scenario('MESSAGE', 'sip:[field1]@bench.test', 'field1', 'Content-Type: text/plain\n',
                   'How are you this morning?', 407)


def measure(folder, target, name, xml, users, count):
    before = cpu_seconds(target.pid)
    elapsed = run_sipp(folder, name, xml, users, count, target.port)
    cpu = cpu_seconds(target.pid) - before
    return count / cpu, count / elapsed


def write_users(folder, name, rows, mode='SEQUENTIAL'):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(mode + '\n' + ''.join(row + '\n' for row in rows))
    return path


def bench_messages(folder, target):
    port = register_receivers(Target(target.port))
    with open(os.path.join(folder, 'answer.xml'), 'w') as file:
        file.write(ANSWER)
    answerer = subprocess.Popen(
        ['sipp', '-sf', os.path.join(folder, 'answer.xml'), '-i', '127.0.0.1', '-p', str(port),
         '-nostdin', '-nd'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        users = write_users(folder, 'messages.csv', [
            row('u%05d' % (N_RECEIVERS + i % 5000), 'u%05d' % (i % N_RECEIVERS))
            for i in range(N_MESSAGES)])
        return measure(folder, target, 'message', MESSAGE, users, N_MESSAGES)
    finally:
        answerer.kill()
        answerer.wait()


def main():
    if not shutil.which('sipp') or not shutil.which('kamailio'):
        print('sipp or kamailio is not here')
        return 77
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        users = write_users(folder, 'register.csv', [row(name(i), '') for i in range(N_USERS)])
        for _ in range(ROUNDS):
            for make in (lambda: Ours(N_USERS), lambda: Kamailio(folder, KAMAILIO, 1024, 32)):
                target = make()
                try:
                    result = results.setdefault(target.name, {'register': [], 'message': []})
                    result['register'].append(
                        measure(folder, target, 'register', REGISTER, users, N_REGISTERS))
                    result['memory'] = pss_bytes(target.pid) / 1024 ** 2
                    result['message'].append(bench_messages(folder, target))
                finally:
                    target.stop()
    return report(results)


def report(results):
    good = True
    print('%-30s %14s %14s %8s %8s' % ('per second of one core', Ours.name, Kamailio.name, 'ratio',
                                       'at least'))
    for what, least in (('register', 1.0), ('message', 0.8)):
        ours, theirs = (sorted(r[0] for r in results[k.name][what])[ROUNDS // 2]
                        for k in (Ours, Kamailio))
        good &= ours >= least * theirs
        print('%-30s %14.0f %14.0f %8.2f %8.1f' % (
            {'register': 'REGISTER with digest', 'message': 'MESSAGE with digest'}[what], ours,
            theirs, ours / theirs, least))
    for what in ('register', 'message'):
        ours, theirs = (sorted(r[1] for r in results[k.name][what])[ROUNDS // 2]
                        for k in (Ours, Kamailio))
        print('%-30s %14.0f %14.0f' % (what + ', as sipp saw it', ours, theirs))
    memory = results[Ours.name]['memory']
    good &= memory <= 40
    print('%-30s %10.1f MiB %10.1f MiB          at most 40' % (
        '%d registrations' % N_USERS, memory, results[Kamailio.name]['memory']))
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
