# SPDX-License-Identifier: GPL-3.0-or-later
"""presence-burst.py N_PEOPLE: a SIP server of one member with a list subscription (RFC 4662) to p0 … pN-1
of bench.test. It knows what a client asks of it and nothing else, and sends as fast as the loopback takes
it. Prints "port N"; then obeys lines:

  prepare PER STATE   makes NOTIFYs that tell everybody's new state, PER people in each; prints "ready"
  go                  sends them; prints "sent" when all are answered"""

import re
import selectors
import socket
import sys

DOMAIN = 'bench.test'
FIRST_SLICE = 500
PIDF = ('<?xml version="1.0" encoding="UTF-8"?>\r\n<presence xmlns="urn:ietf:params:xml:ns:pidf" '
        'xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" '
        'entity="sip:p%d@bench.test"><tuple id="t1"><status><basic>%s</basic></status></tuple>'
        '<dm:person id="p1">%s</dm:person></presence>\r\n')
STATES = {
    'offline': ('closed', ''),
    'available': ('open', ''),
    'away': ('open', '<rpid:activities><rpid:away/></rpid:activities>'),
    'busy': ('open', '<rpid:activities><rpid:busy/></rpid:activities>'),
}


def field(head, name):
    match = re.search(r'(?im)^%s\s*:\s*(.*?)\r?$' % name, head)
    return match.group(1) if match else ''


def document(members, version, is_full, state):
    """A list with the state of these people."""
    rlmi = ['<?xml version="1.0"?>\r\n<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:me@%s" version="%d" '
            'fullState="%s">' % (DOMAIN, version, 'true' if is_full else 'false')]
    parts = []
    for i in members:
        rlmi.append('<resource uri="sip:p%d@%s"><instance id="1" state="active" cid="c%d@b"/></resource>'
                    % (i, DOMAIN, i))
        parts.append('--part\r\nContent-ID: <c%d@b>\r\nContent-Type: application/pidf+xml\r\n\r\n' % i
                     + PIDF % ((i,) + STATES[state]))
    rlmi.append('</list>\r\n')
    return ('--part\r\nContent-ID: <root@b>\r\nContent-Type: application/rlmi+xml\r\n\r\n' + ''.join(rlmi)
            + '\r\n'.join([''] + parts) + '\r\n--part--\r\n').encode()


class Line:
    """The connection of the client."""

    def __init__(self, connection, people):
        self.connection = connection
        self.people = people
        self.incoming = b''
        self.outgoing = bytearray()
        self.dialog = None
        self.cseq = 0
        self.version = 0
        self.unanswered = 0
        self.prepared = b''
        self.n_prepared = 0

    def notify(self, body):
        self.cseq += 1
        self.version += 1
        return ('NOTIFY %(contact)s SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:%(port)d;branch=z9hG4bK%(tag)s-%(cseq)d\r\n'
                'Max-Forwards: 70\r\nFrom: %(to)s;tag=%(tag)s\r\nTo: %(from)s\r\nCall-ID: %(call_id)s\r\n'
                'CSeq: %(cseq)d NOTIFY\r\nContact: <sip:127.0.0.1:%(port)d;transport=tcp>\r\nEvent: presence\r\n'
                'Require: eventlist\r\nSubscription-State: active;expires=600\r\n'
                'Content-Type: multipart/related;type="application/rlmi+xml";start="<root@b>";boundary=part\r\n'
                'Content-Length: %(length)d\r\n\r\n'
                % {**self.dialog, 'cseq': self.cseq, 'length': len(body)}).encode() + body

    def prepare(self, per, state):
        begin = range(0, self.people, per)
        made = [self.notify(document(range(i, min(i + per, self.people)), self.version, False, state))
                for i in begin]
        self.prepared = b''.join(made)
        self.n_prepared = len(made)

    def go(self):
        self.unanswered += self.n_prepared
        self.outgoing += self.prepared
        self.prepared = b''

    def tell_all(self):
        """The first state: a full list in slices."""
        self.version = 0
        for i in range(0, self.people, FIRST_SLICE):
            members = range(i, min(i + FIRST_SLICE, self.people))
            self.outgoing += self.notify(document(members, self.version, i == 0, 'offline'))
            self.unanswered += 1

    def read(self):
        data = self.connection.recv(1 << 18)
        self.incoming += data
        while True:
            self.incoming = self.incoming.lstrip(b'\r\n')
            head, separator, rest = self.incoming.partition(b'\r\n\r\n')
            if not separator:
                return bool(data)
            head = head.decode() + '\r\n'
            length = int(field(head, 'Content-Length') or field(head, 'l') or 0)
            if len(rest) < length:
                return bool(data)
            self.incoming = rest[length:]
            self.take(head)

    def take(self, head):
        if head.startswith('SIP/2.0'):
            if field(head, 'CSeq').endswith('NOTIFY') and head.split()[1] == '200':
                self.unanswered -= 1
                if self.unanswered == 0 and not self.outgoing:
                    print('sent', flush=True)
            return
        method = head.split()[0]
        if method == 'SUBSCRIBE':
            self.take_subscribe(head)
        elif method == 'REGISTER':
            self.answer(head, 200, 'Contact: %s;expires=600\r\n' % field(head, 'Contact'))
        elif method == 'PUBLISH':
            self.answer(head, 200, 'SIP-ETag: one\r\nExpires: 600\r\n')
        elif method != 'ACK':
            self.answer(head, 200)

    def take_subscribe(self, head):
        if 'recipient-list-subscribe' not in field(head, 'Require'):
            self.answer(head, 489)
            return
        port = self.connection.getsockname()[1]
        is_new = ';tag=' not in field(head, 'To')
        if not is_new and not self.dialog:
            self.answer(head, 481)
            return
        self.answer(head, 200, 'Require: eventlist\r\nExpires: 600\r\n'
                    'Contact: <sip:127.0.0.1:%d;transport=tcp>\r\n' % port)
        if is_new:
            self.dialog = {'contact': field(head, 'Contact').strip('<>').split('>')[0], 'port': port,
                           'from': field(head, 'From'), 'to': field(head, 'To').split(';tag=')[0],
                           'call_id': field(head, 'Call-ID'), 'tag': 'bench'}
            self.cseq = 0
        if field(head, 'Expires') == '0':
            self.dialog = None
        else:
            self.tell_all()

    def answer(self, head, status, more=''):
        to = field(head, 'To')
        to += '' if ';tag=' in to else ';tag=bench'
        self.outgoing += ('SIP/2.0 %d Answer\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n%s'
                          'Content-Length: 0\r\n\r\n'
                          % (status, field(head, 'Via'), field(head, 'From'), to, field(head, 'Call-ID'),
                             field(head, 'CSeq'), more)).encode()

    def write(self):
        del self.outgoing[:self.connection.send(self.outgoing[:1 << 18])]


class Server:
    """Takes connections; the bursts go to whoever subscribed last."""

    def __init__(self, people):
        self.people = people
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)
        self.selector.register(sys.stdin, selectors.EVENT_READ, self.obey)
        self.lines = []
        self.is_running = True
        print('port %d' % self.listener.getsockname()[1], flush=True)

    def accept(self, events):
        connection, _ = self.listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(connection, self.people)
        self.lines.append(line)
        self.selector.register(connection, selectors.EVENT_READ, lambda events: self.serve(line, events))

    def serve(self, line, events):
        try:
            if events & selectors.EVENT_WRITE:
                line.write()
            if events & selectors.EVENT_READ and not line.read():
                raise ConnectionError
        except ConnectionError:
            self.selector.unregister(line.connection)
            self.lines.remove(line)

    def obey(self, events):
        words = sys.stdin.readline().split()
        line = next((each for each in reversed(self.lines) if each.dialog), None)
        if not words:
            self.is_running = False
        elif words[0] == 'prepare':
            line.prepare(int(words[1]), words[2])
            print('ready', flush=True)
        elif words[0] == 'go':
            line.go()

    def run(self):
        while self.is_running:
            for line in self.lines:
                self.selector.modify(
                    line.connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if line.outgoing else 0),
                    self.selector.get_key(line.connection).data)
            for key, events in self.selector.select():
                key.data(events)


Server(int(sys.argv[1])).run()
