# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw SIP over UDP, for requests that no well-behaved program sends."""

import secrets
import socket

from .scope import DEADLINE_S


class Wire:
    """A UDP socket that talks to one port of 127.0.0.1."""

    def __init__(self, scope, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.socket.connect(('127.0.0.1', port))
        self.port = self.socket.getsockname()[1]
        self.peer = port
        scope.at_exit(self.socket.close)

    def message(self, body=b'text', headers=(), drop=()):
        """The bytes of a MESSAGE; `headers` replace or add, `drop` leaves out by name."""
        tag = secrets.token_hex(6)
        lines = {
            'Via': f'SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{tag};rport',
            'Max-Forwards': '70',
            'From': f'<sip:wire@127.0.0.1:{self.port}>;tag={tag}',
            'To': f'<sip:alice@127.0.0.1:{self.peer}>',
            'Call-ID': f'{tag}@wire',
            'CSeq': '1 MESSAGE',
            'Content-Type': 'text/plain;charset=utf-8',
            'Content-Length': str(len(body)),
            **dict(headers),
        }
        head = ''.join(f'{name}: {value}\r\n' for name, value in lines.items() if name not in drop)
        return f'MESSAGE sip:alice@127.0.0.1:{self.peer} SIP/2.0\r\n{head}\r\n'.encode() + body

    def send(self, data):
        self.socket.send(data)

    def answer(self, deadline_s=DEADLINE_S):
        """The status and the text of the next SIP response; (None, '') after the deadline."""
        self.socket.settimeout(deadline_s)
        text = ''
        # Zeros look like STUN and are answered as such.
        while not text.startswith('SIP/2.0 '):
            try:
                text = self.socket.recv(65536).decode('utf-8', 'replace')
            except socket.timeout:
                return None, ''
        return int(text.split()[1]), text

    def ask(self, data, deadline_s=DEADLINE_S):
        """Sends and returns the status of the answer."""
        self.send(data)
        return self.answer(deadline_s)[0]
