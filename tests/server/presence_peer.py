# SPDX-License-Identifier: GPL-3.0-or-later
"""A peer that publishes and watches: what PUBLISH, SUBSCRIBE and NOTIFY need beyond sip_peer."""

import email
import re
import secrets
import socket

from sip_peer import Peer
from xcap_peer import RULES, XcapPeer

PIDF = 'application/pidf+xml'
LISTS = 'application/resource-lists+xml'


def pidf(state='open', activity='', note='', device='desk'):
    activity = '<rpid:activities><rpid:%s/></rpid:activities>' % activity if activity else ''
    note = '<dm:note>%s</dm:note>' % note if note else ''
    return ('<?xml version="1.0" encoding="UTF-8"?>'
            '<presence xmlns="urn:ietf:params:xml:ns:pidf" '
            'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" '
            'xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:x@group.test">'
            '<tuple id="%s"><status><basic>%s</basic></status></tuple>'
            '<dm:person id="p">%s%s</dm:person></presence>' % (device, state, activity, note)).encode()


def resource_list(uris):
    return ('<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">'
            '<list>%s</list></resource-lists>'
            % ''.join('<entry uri="%s"/>' % uri for uri in uris)).encode()


def ruleset(**who):
    """Rules that allow, block …: ruleset(allow=['bob'], block=['carol'], others='confirm')."""
    others = who.pop('others', 'confirm')
    everybody = [name for names in who.values() for name in names]

    def rule(identity, action):
        return ('<rule id="%s"><conditions><identity>%s</identity></conditions><actions>'
                '<sub-handling xmlns="urn:ietf:params:xml:ns:pres-rules">%s</sub-handling>'
                '</actions><transformations xmlns:pr="urn:ietf:params:xml:ns:pres-rules">'
                '<pr:provide-services><pr:all-services/></pr:provide-services>'
                '<pr:provide-persons><pr:all-persons/></pr:provide-persons>'
                '<pr:provide-all-attributes/></transformations></rule>'
                % (secrets.token_hex(4).replace('0', 'a'), identity, action.replace('_', '-')))

    parts = [rule(''.join('<one id="sip:%s@group.test"/>' % n for n in names), action)
             for action, names in who.items()]
    parts.append(rule('<many>%s</many>' % ''.join('<except id="sip:%s@group.test"/>' % n
                                                  for n in everybody), others))
    return '<ruleset xmlns="urn:ietf:params:xml:ns:common-policy">%s</ruleset>' % ''.join(parts)


def set_rules(server, user, **who):
    answer = XcapPeer(server, user).put('pres-rules', ruleset(**who), RULES)
    assert answer.status in (200, 201), answer.status


def basic(body):
    """The states of the tuples."""
    return re.findall(r'<basic>(\w+)</basic>', body.decode())


def state_of(notify):
    """active, pending or terminated, and the reason."""
    state, _, rest = notify.get('Subscription-State').partition(';')
    reason = re.search(r'reason=(\w+)', rest)
    return (state, reason.group(1)) if reason else state


class Entry:
    def __init__(self, uri, state, reason, body):
        self.uri, self.state, self.reason, self.body = uri, state, reason, body


class ListNotify:
    """The body of a list NOTIFY."""

    def __init__(self, notify):
        assert notify.get('Require') == 'eventlist', notify.headers
        text = ('Content-Type: %s\r\n\r\n' % notify.get('Content-Type')).encode() + notify.body
        parts = {}
        message = email.message_from_bytes(text)
        assert message.is_multipart(), notify.get('Content-Type')
        for part in message.get_payload():
            parts[part['Content-ID'].strip('<>')] = part.get_payload(decode=True)
        root = parts[message.get_param('start').strip('<>')].decode()
        head = re.search(r'<list [^>]*>', root).group(0)
        self.version = int(re.search(r'version="(\d+)"', head).group(1))
        self.full = 'fullState="true"' in head
        self.uri = re.search(r'uri="([^"]*)"', head).group(1)
        self.entries = {}
        for uri, inner in re.findall(r'<resource uri="([^"]*)">(.*?)</resource>', root, re.S):
            state = re.search(r'state="(\w+)"', inner)
            reason = re.search(r'reason="(\w+)"', inner)
            cid = re.search(r'cid="([^"]*)"', inner)
            self.entries[uri] = Entry(uri, state and state.group(1), reason and reason.group(1),
                                      cid and parts[cid.group(1)])


class Subscription:
    """One dialog of a watcher."""

    def __init__(self, peer, uri, event='presence', expires=600, headers=(), body=b'',
                 accept=None):
        self.peer = peer
        self.uri = uri
        self.event = event
        self.call_id = secrets.token_hex(8)
        self.tag = secrets.token_hex(4)
        self.headers = list(headers)
        self.to = None
        self.target = None
        self.answered = 0
        self.answer = self.ask(uri, expires, body, accept)

    def ask(self, uri, expires, body=b'', accept=None, headers=None):
        head = [('Contact', '<%s>' % self.peer.contact), ('Event', self.event)]
        if expires is not None:
            head.append(('Expires', str(expires)))
        if accept:
            head.append(('Accept', accept))
        answer = self.peer.transact('SUBSCRIBE', uri, headers=head + (
            self.headers if headers is None else list(headers)), body=body, call_id=self.call_id,
            from_tag=self.tag, to=self.to)
        if answer.status == 200:
            self.to = answer.get('To')
            self.target = answer.get('Contact').strip('<>')
        return answer

    def refresh(self, expires=600, **parts):
        self.answer = self.ask(self.target, expires, **parts)
        return self.answer

    def is_mine(self, message):
        return message.method == 'NOTIFY' and message.get('Call-ID') == self.call_id

    def take(self, timeout=None, status=200, **reply):
        """The next NOTIFY of this subscription, answered; a repetition is only answered again."""
        while True:
            notify = self._next(timeout)
            is_new = int(notify.get('CSeq').split()[0]) > self.answered
            if status:
                self.peer.reply(notify, status, 'Answer', **reply)
            if is_new:
                break
        if status:
            self.answered = int(notify.get('CSeq').split()[0])
        return notify

    def _next(self, timeout):
        for i, message in enumerate(self.peer.inbox):
            if self.is_mine(message):
                notify = self.peer.inbox.pop(i)
                break
        else:
            while True:
                notify = self.peer.receive(timeout)
                if self.is_mine(notify):
                    break
                self.peer.inbox.append(notify)
        assert ';tag=%s' % self.tag in notify.get('To'), notify.get('To')
        return notify

    def take_list(self, timeout=None):
        return ListNotify(self.take(timeout))

    def take_until(self, condition, timeout=None):
        while True:
            notify = self.take(timeout)
            if condition(notify):
                return notify


class PresencePeer(Peer):
    def connect(self):
        super().connect()
        if self.transport != 'udp':  # an answer and the next request, both small
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def publish(self, body=None, etag=None, expires=600, uri=None, event='presence', headers=()):
        head = [('Event', event), *headers]
        if expires is not None:
            head.append(('Expires', str(expires)))
        if etag:
            head.append(('SIP-If-Match', etag))
        if body is not None and not any(n == 'Content-Type' for n, _ in head):
            head.append(('Content-Type', PIDF))
        return self.transact('PUBLISH', uri or self.aor, headers=head, body=body or b'')

    def subscribe(self, name, **parts):
        return Subscription(self, 'sip:%s@%s' % (name, self.domain), **parts)

    def subscribe_list(self, uris, uri=None, headers=(), body=None, **parts):
        head = [('Supported', 'eventlist'), ('Require', 'recipient-list-subscribe'),
                ('Content-Type', LISTS), ('Content-Disposition', 'recipient-list'), *headers]
        return Subscription(self, uri or self.aor, headers=head,
                            body=resource_list(uris) if body is None else body, **parts)
