# SPDX-License-Identifier: GPL-3.0-or-later
"""A tiny SIP user agent over plain sockets, and a handle on a running ullim-server, for tests.

It knows only what the tests say to it: one socket, one account, digest with MD5 or SHA, UDP, TCP
and TLS. It is no SIP stack: a peer that behaves badly on purpose must be easy to write.
"""

import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

DEADLINE_S = float(os.environ.get('ULLIM_TEST_DEADLINE', '20'))
HASHES = {'MD5': 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512_256'}


class Message:
    """A request or response: start line, headers as (name, value), body as bytes."""

    def __init__(self, start, headers=(), body=b''):
        self.start = start
        self.headers = list(headers)
        self.body = body

    @classmethod
    def parse(cls, head, body):
        lines = head.decode('utf-8', 'replace').split('\r\n')
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(':')
            headers.append((name.strip(), value.strip()))
        return cls(lines[0], headers, body)

    def get(self, name):
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def get_all(self, name):
        return [v for n, v in self.headers if n.lower() == name.lower()]

    @property
    def status(self):
        return int(self.start.split()[1]) if self.start.startswith('SIP/2.0') else None

    @property
    def method(self):
        return None if self.start.startswith('SIP/2.0') else self.start.split()[0]

    def encode(self):
        lines = [self.start] + ['%s: %s' % header for header in self.headers]
        lines.append('Content-Length: %d' % len(self.body))
        return ('\r\n'.join(lines) + '\r\n\r\n').encode() + self.body


class Timeout(AssertionError):
    pass


def digest_answer(challenge, user, password, method, uri, nc=1):
    """An Authorization value for a WWW-Authenticate or Proxy-Authenticate value."""
    params = dict((k.lower(), a or b) for k, a, b in
                  re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge))
    algorithm = params.get('algorithm', 'MD5')

    def hashed(text):
        return hashlib.new(HASHES[algorithm], text.encode()).hexdigest()

    cnonce = secrets.token_hex(8)
    ha1 = hashed('%s:%s:%s' % (user, params['realm'], password))
    ha2 = hashed('%s:%s' % (method, uri))
    response = hashed('%s:%s:%08x:%s:auth:%s' % (ha1, params['nonce'], nc, cnonce, ha2))
    return ('Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=%s, '
            'cnonce="%s", qop=auth, nc=%08x' % (user, params['realm'], params['nonce'], uri,
                                                response, algorithm, cnonce, nc))


class Peer:
    """One device of one person."""

    def __init__(self, server, user, password='secret', transport='udp', algorithm='SHA-256',
                 domain=None, instance=None):
        self.server = server
        self.user = user
        self.password = password
        self.transport = transport
        self.algorithm = algorithm
        self.domain = domain or server.domain
        self.instance = instance
        self.cseq = 0
        self.call_id = secrets.token_hex(8)
        self.buffer = b''
        self.inbox = []
        self.connect()

    # ---- the line ----

    def connect(self):
        host, port = self.server.address(self.transport)
        kind = socket.SOCK_DGRAM if self.transport == 'udp' else socket.SOCK_STREAM
        self.socket = socket.socket(socket.AF_INET, kind)
        if self.transport == 'udp':
            self.socket.bind(('127.0.0.1', 0))
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect((host, port))
        if self.transport == 'tls':
            context = ssl.create_default_context(cafile=self.server.path('ca.pem'))
            self.socket = context.wrap_socket(self.socket, server_hostname=self.domain)
        self.local = self.socket.getsockname()[:2]

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def receive(self, timeout=None):
        """The next message from the line."""
        deadline = time.monotonic() + (DEADLINE_S if timeout is None else timeout)
        while True:
            message = self._take()
            if message:
                return message
            left = deadline - time.monotonic()
            if left <= 0:
                raise Timeout('%s: nothing came' % self.user)
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(1 << 16)
            except (socket.timeout, ssl.SSLWantReadError):
                continue
            if not data and self.transport != 'udp':
                raise ConnectionError('%s: connection closed' % self.user)
            self.buffer = data if self.transport == 'udp' else self.buffer + data

    def _take(self):
        while self.buffer.startswith(b'\r\n'):
            self.buffer = self.buffer[2:]
        head, separator, rest = self.buffer.partition(b'\r\n\r\n')
        if not separator:
            return None
        match = re.search(rb'(?im)^(?:content-length|l)\s*:\s*(\d+)', head)
        length = int(match.group(1)) if match else 0
        if len(rest) < length:
            return None
        self.buffer = rest[length:]
        return Message.parse(head, rest[:length])

    # ---- requests ----

    @property
    def aor(self):
        return 'sip:%s@%s' % (self.user, self.domain)

    @property
    def contact(self):
        return 'sip:%s@%s:%d%s' % (self.user, self.local[0], self.local[1],
                                   '' if self.transport == 'udp' else ';transport=tcp')

    def via(self):
        return 'SIP/2.0/%s %s:%d;rport;branch=z9hG4bK%s' % (
            self.transport.upper(), self.local[0], self.local[1], secrets.token_hex(8))

    def request(self, method, uri, to=None, headers=(), body=b'', call_id=None, cseq=None,
                from_uri=None, from_tag=None):
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        head = [('Via', self.via()), ('Max-Forwards', '70'),
                ('From', '<%s>;tag=%s' % (from_uri or self.aor, from_tag or secrets.token_hex(4))),
                ('To', to or '<%s>' % uri), ('Call-ID', call_id or secrets.token_hex(8)),
                ('CSeq', '%d %s' % (cseq, method))]
        return Message('%s %s SIP/2.0' % (method, uri), head + list(headers), body)

    def exchange(self, message, timeout=None):
        """Sends a request and returns its final answer; other requests go to the inbox."""
        self.send(message.encode())
        return self.final(message, timeout)

    def final(self, message, timeout=None):
        deadline = time.monotonic() + (DEADLINE_S if timeout is None else timeout)
        while True:
            answer = self.receive(max(0.01, deadline - time.monotonic()))
            if answer.method:
                self.inbox.append(answer)
            elif (answer.status >= 200 and answer.get('CSeq') == message.get('CSeq')
                  and answer.get('Call-ID') == message.get('Call-ID')):
                return answer

    def transact(self, method, uri, credentials=True, timeout=None, **parts):
        """A request with the answer to its challenge."""
        message = self.request(method, uri, **parts)
        answer = self.exchange(message, timeout)
        if answer.status not in (401, 407) or not credentials:
            return answer
        return self.exchange(self.answer_challenge(message, answer), timeout)

    def answer_challenge(self, message, answer):
        """The same request again, with credentials."""
        name = 'Authorization' if answer.status == 401 else 'Proxy-Authorization'
        values = answer.get_all('WWW-Authenticate') + answer.get_all('Proxy-Authenticate')
        challenge = next(v for v in values if 'algorithm=%s,' % self.algorithm in v + ',')
        self.cseq += 1
        again = Message(message.start, message.headers, message.body)
        again.headers = [(n, v) for n, v in message.headers if n not in ('Via', 'CSeq')]
        again.headers.insert(0, ('Via', self.via()))
        again.headers.append(('CSeq', '%d %s' % (self.cseq, message.method)))
        again.headers.append((name, digest_answer(challenge, self.user, self.password,
                                                  message.method, message.start.split()[1])))
        return again

    def register(self, expires=3600, contact=None, user_agent=None, **parts):
        if contact is None:
            contact = '<%s>' % self.contact
            if self.instance:
                contact += ';+sip.instance="<urn:uuid:%s>"' % self.instance
        headers = [('Contact', contact)]
        if expires is not None:
            headers.append(('Expires', str(expires)))
        if user_agent:
            headers.append(('User-Agent', user_agent))
        return self.transact('REGISTER', 'sip:%s' % self.domain, to='<%s>' % self.aor,
                             headers=headers, call_id=self.call_id, **parts)

    def message(self, to, text, **parts):
        headers = list(parts.pop('headers', ())) + [('Content-Type', 'text/plain')]
        return self.transact('MESSAGE', 'sip:%s@%s' % (to, self.domain), headers=headers,
                             body=text.encode(), **parts)

    # ---- answers ----

    def reply(self, request, status=200, phrase='OK', headers=(), body=b''):
        to = request.get('To')
        if ';tag=' not in to and status > 100:
            to += ';tag=%s' % secrets.token_hex(4)
        head = [('Via', via) for via in request.get_all('Via')]
        head += [('Record-Route', r) for r in request.get_all('Record-Route')]
        head += [('From', request.get('From')), ('To', to), ('Call-ID', request.get('Call-ID')),
                 ('CSeq', request.get('CSeq'))]
        answer = Message('SIP/2.0 %d %s' % (status, phrase), head + list(headers), body)
        self.send(answer.encode())
        return answer

    def expect(self, method, timeout=None):
        """The next request of this method."""
        for i, message in enumerate(self.inbox):
            if message.method == method:
                return self.inbox.pop(i)
        deadline = time.monotonic() + (DEADLINE_S if timeout is None else timeout)
        while True:
            message = self.receive(max(0.01, deadline - time.monotonic()))
            if message.method == method:
                return message

    def take_text(self, timeout=None):
        """The next MESSAGE, answered with 200: its text."""
        request = self.expect('MESSAGE', timeout)
        self.reply(request)
        return request.body.decode()


class Server:
    """A group in a scratch folder and the server that serves it."""

    def __init__(self, domain='group.test', users=('alice', 'bob'), options=()):
        self.program = os.environ.get('ULLIM_SERVER', 'ullim-server')
        self.domain = domain
        self.options = list(options)
        self.dir = tempfile.mkdtemp(prefix='ullim-server-test-')
        self.process = None
        self.transports = {}
        self.command('init', '--domain', domain)
        for user in users:
            self.add_user(user)

    @classmethod
    def serving(cls, scope, *words, **named):
        """A started server that ends with the test."""
        server = cls(*words, **named)
        scope.at_exit(server.cleanup)
        return server.start()

    def path(self, name):
        return os.path.join(self.dir, name)

    def command(self, *words, password=None, check=True):
        return subprocess.run([self.program, '--data-dir', self.dir, *words],
                              input=password, text=True, capture_output=True, check=check,
                              timeout=DEADLINE_S)

    def add_user(self, name, password='secret'):
        self.command('user', 'add', name, password=password + '\n')

    def start(self, *options):
        ports = []
        if self.transports:  # the same again, as after a crash
            ports = ['--port', str(self.transports['udp'][1]),
                     '--tls-port', str(self.transports['tls'][1])]
        else:
            ports = ['--port', '0', '--tls-port', '0']
        self.process = subprocess.Popen(
            [self.program, '--data-dir', self.dir, 'serve', '--listen', '127.0.0.1', *ports,
             *self.options, *options], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.strip() == 'ready':
                return self
            match = re.match(r'listening (\w+):(.*):(\d+)$', line.strip())
            self.transports[match.group(1)] = (match.group(2), int(match.group(3)))
        raise AssertionError('the server did not start')

    def address(self, transport):
        return self.transports[transport]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            status = self.process.wait(timeout=DEADLINE_S)
            assert status == 0, 'the server ended with %s' % status

    def cleanup(self):
        try:
            self.stop()
        finally:
            if self.process and self.process.poll() is None:
                self.kill()
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.cleanup()


if __name__ == '__main__':
    sys.exit('this is a module for tests')
