# SPDX-License-Identifier: GPL-3.0-or-later
"""sipp scenarios: what a peer sends and what it must get back."""

import re
import shutil

from .net import free_port, is_bound
from .scope import wait_for
from .tap import Skip

_HEAD = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n<scenario name="ullim">\n'


def request(method='MESSAGE', headers=(), body='', drop=(), uri='sip:[service]@[remote_ip]:[remote_port]'):
    """A request of sipp as a caller. `headers` replace or add, `drop` leaves out by name."""
    lines = {
        'Via': 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
        'From': 'From: "Sipp" <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]',
        'To': f'To: <{uri}>',
        'Call-ID': 'Call-ID: [call_id]',
        'CSeq': f'CSeq: 1 {method}',
        'Max-Forwards': 'Max-Forwards: 70',
        'Content-Type': 'Content-Type: text/plain; charset=utf-8',
    }
    lines.update({header.partition(':')[0]: header for header in headers})
    # sipp ends the head after this line, wherever it stands.
    lines['Content-Length'] = 'Content-Length: [len]'
    kept = [line for name, line in lines.items() if name not in drop]
    text = f'{method} {uri} SIP/2.0\n' + '\n'.join(kept) + '\n\n' + body
    return f'<send><![CDATA[\n\n{text}\n\n]]></send>\n'


def expect(status, header=None, optional=()):
    """Waits for a response; `header` is a regular expression that one of its lines must match."""
    steps = ''.join(f'<recv response="{code}" optional="true"></recv>\n' for code in optional)
    if not header:
        return steps + f'<recv response="{status}" timeout="10000"></recv>\n'
    return steps + (f'<recv response="{status}" timeout="10000"><action>'
                    f'<ereg regexp="{header}" search_in="msg" check_it="true" assign_to="1"/>'
                    '</action></recv>\n<Reference variables="1" />\n')


def answer(status, reason, headers=()):
    """A response of sipp as the one who is called, to what it just received."""
    more = ''.join(header + '\n' for header in headers)
    return ('<send><![CDATA[\n\n'
            f'SIP/2.0 {status} {reason}\n[last_Via:]\n[last_From:]\n[last_To:];tag=[call_number]\n'
            f'[last_Call-ID:]\n[last_CSeq:]\n{more}Content-Length: 0\n\n]]></send>\n')


def receive(method='MESSAGE', pattern=None):
    """Waits for a request; `pattern` must match somewhere in it."""
    if not pattern:
        return f'<recv request="{method}"></recv>\n'
    return (f'<recv request="{method}"><action>'
            f'<ereg regexp="{pattern}" search_in="msg" check_it="true" assign_to="1"/>'
            '</action></recv>\n<Reference variables="1" />\n')


class Sipp:
    """Starts one scenario. As a caller it needs `target` (host:port); without, it waits to be called at
    `sipp.port`. `sipp.succeed()` waits for its good end."""

    def __init__(self, scope, *steps, target=None, service='alice', transport='udp', calls=1,
                 port=None, options=()):
        if not shutil.which('sipp'):
            raise Skip('sipp is not installed')
        name = f'sipp-{len(scope.programs)}'
        self.port = port or free_port()
        self.folder = scope.path(name, folder=True)
        scenario = scope.write(f'{name}/scenario.xml', _HEAD + ''.join(steps) + '</scenario>\n')
        argv = ['sipp', '-sf', scenario, '-i', '127.0.0.1', '-p', str(self.port), '-m', str(calls),
                '-t', 't1' if transport == 'tcp' else 'u1', '-s', service, '-timeout', '25',
                '-timeout_error', '-nostdin', '-trace_err', '-error_file', f'{self.folder}/errors',
                '-trace_msg', '-message_file', f'{self.folder}/messages', *options]
        self.program = scope.start(name, argv + ([target] if target else []), cwd=self.folder,
                                   env={'TERM': 'dumb'})
        if not target:
            wait_for(lambda: is_bound(self.port, transport), 'sipp to listen')

    def messages(self):
        """What went over the wire."""
        try:
            with open(f'{self.folder}/messages', encoding='utf-8', errors='replace') as trace:
                return trace.read()
        except FileNotFoundError:
            return ''

    def count(self, pattern):
        """How often a regular expression stands in what went over the wire."""
        return len(re.findall(pattern, self.messages()))

    def succeed(self):
        status = self.program.wait(40)
        assert status == 0, f'sipp ended with {status}\n{self.messages()[-4000:]}\n{self.program.log()[-800:]}'
        return self
