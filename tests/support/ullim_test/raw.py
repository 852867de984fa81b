# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw SIP for presence: a phone of its own address that is watched and says what it likes, and a watcher
at a server that keeps every byte it was sent."""

import secrets
import socket
import time

from sip_peer import Message, Peer, Timeout
from .scope import DEADLINE_S

PIDF = 'application/pidf+xml'


def pidf(entity, basic='open', activity='', note=''):
    """A presence document as most programs write it."""
    activities = f'<rpid:activities><rpid:{activity}/></rpid:activities>' if activity else ''
    return f'''<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"
 xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" entity="{entity}">
<tuple id="t1"><status><basic>{basic}</basic></status></tuple>
<dm:person id="p1">{activities}<dm:note>{note}</dm:note></dm:person>
</presence>'''


class Phone:
    """A UDP address without a server. `watched(cli)` answers the SUBSCRIBE of a client; `notify(…)` tells
    it something and returns the status of its answer."""

    def __init__(self, scope, user='phone'):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.uri = f'sip:{user}@127.0.0.1:{self.port}'
        self.tag = secrets.token_hex(4)
        self.cseq = 0
        self.dialog = None
        scope.at_exit(self.socket.close)

    def receive(self, deadline_s=DEADLINE_S):
        self.socket.settimeout(max(0.01, deadline_s))
        try:
            data, self.peer = self.socket.recvfrom(65536)
        except socket.timeout:
            raise Timeout('the phone heard nothing') from None
        head, _, body = data.partition(b'\r\n\r\n')
        return Message.parse(head, body)

    def expect(self, method, deadline_s=DEADLINE_S):
        """The next request of that method; all else is passed over."""
        end = time.monotonic() + deadline_s
        while True:
            message = self.receive(end - time.monotonic())
            if message.method == method:
                return message

    def answer(self, request, status=200, phrase='OK', headers=()):
        to = request.get('To')
        to += '' if ';tag=' in to else f';tag={self.tag}'
        head = [('Via', via) for via in request.get_all('Via')]
        head += [('From', request.get('From')), ('To', to), ('Call-ID', request.get('Call-ID')),
                 ('CSeq', request.get('CSeq')), ('Contact', f'<{self.uri}>'), *headers]
        self.socket.sendto(Message(f'SIP/2.0 {status} {phrase}', head).encode(), self.peer)

    def watched(self):
        """Lets the client watch; returns its SUBSCRIBE."""
        self.dialog = self.expect('SUBSCRIBE')
        self.answer(self.dialog, headers=[('Expires', '600')])
        return self.dialog

    def notify(self, body='', state='active;expires=600', content_type=PIDF, headers=(), dialog=None):
        """The status that the client answers to a NOTIFY."""
        subscribe = dialog or self.dialog
        data = body if isinstance(body, bytes) else body.encode()
        self.cseq += 1
        target = subscribe.get('Contact').split('<')[1].split('>')[0]
        head = [('Via', f'SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{secrets.token_hex(6)}'),
                ('Max-Forwards', '70'), ('From', f'{subscribe.get("To")};tag={self.tag}'),
                ('To', subscribe.get('From')), ('Call-ID', subscribe.get('Call-ID')),
                ('CSeq', f'{self.cseq} NOTIFY'), ('Contact', f'<{self.uri}>'), ('Event', 'presence'),
                ('Subscription-State', state), *headers]
        if data:
            head.append(('Content-Type', content_type))
        return self.ask(Message(f'NOTIFY {target} SIP/2.0', head, data))

    def ask(self, request):
        """The final status for a request."""
        self.socket.sendto(request.encode(), self.peer)
        end = time.monotonic() + DEADLINE_S
        while True:
            message = self.receive(end - time.monotonic())
            if message.status and message.status >= 200 and message.get('CSeq') == request.get('CSeq'):
                return message.status


class _Recorded:
    """A socket that keeps what came in."""

    def __init__(self, inner, heard):
        self._inner = inner
        self._heard = heard

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def recv(self, size):
        data = self._inner.recv(size)
        self._heard.extend(data)
        return data


class Watcher(Peer):
    """Somebody at a server; `heard` is every byte that reached them."""

    def __init__(self, scope, server, person, algorithm='SHA-256'):
        self.heard = bytearray()
        super().__init__(server, person.user, password=person.password, transport='tcp',
                         algorithm=algorithm)
        scope.at_exit(self.close)
        assert self.register().status == 200

    def connect(self):
        super().connect()
        self.socket = _Recorded(self.socket, self.heard)

    def subscribe(self, uri, event='presence'):
        return self.transact('SUBSCRIBE', uri, headers=[
            ('Event', event), ('Expires', '600'), ('Contact', f'<{self.contact}>')])

    def subscribe_to_list(self, uris, encode=None):
        """One question for several people (RFC 5367); `encode` deflates the list, say."""
        entries = ''.join(f'<entry uri="{uri}"/>' for uri in uris)
        body = (f'<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>{entries}</list>'
                '</resource-lists>').encode()
        headers = [('Event', 'presence'), ('Expires', '600'), ('Contact', f'<{self.contact}>'),
                   ('Require', 'recipient-list-subscribe'), ('Supported', 'eventlist'),
                   ('Accept', f'{PIDF}, application/rlmi+xml, multipart/related'),
                   ('Content-Type', 'application/resource-lists+xml'),
                   ('Content-Disposition', 'recipient-list')]
        if encode:
            headers.append(('Content-Encoding', 'deflate'))
            body = encode(body)
        return self.transact('SUBSCRIBE', self.aor, headers=headers, body=body)

    def publish(self, body):
        return self.transact('PUBLISH', self.aor, body=body.encode(), headers=[
            ('Event', 'presence'), ('Expires', '600'), ('Content-Type', PIDF)])

    def notified(self, timeout=None):
        """The next NOTIFY, which is answered."""
        request = self.expect('NOTIFY', timeout)
        self.reply(request)
        return request

    def notified_until(self, fits):
        """The first NOTIFY for which fits(it) holds."""
        end = time.monotonic() + DEADLINE_S
        while True:
            request = self.notified(max(0.01, end - time.monotonic()))
            if fits(request):
                return request

    def hears_nothing_of(self, words, seconds=1.5):
        """Listens for a while; then none of these words may have come, ever."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.notified(max(0.01, end - time.monotonic()))
            except Timeout:
                break
        text = bytes(self.heard).decode('utf-8', 'replace')
        for word in words:
            assert word not in text, f'{word!r} reached somebody who may not see it:\n{text[-3000:]}'
