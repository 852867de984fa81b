# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's SIP clients, started headless: baresip, linphone-daemon and linphonec."""

import json
import re
import shutil
import socket
import time

from .net import free_port
from .scope import DEADLINE_S, wait_for
from .tap import Skip

_BARESIP_CONFIG = '''poll_method epoll
sip_listen 127.0.0.1:{port}
sip_trans_def {transport}
module_path /usr/lib/baresip/modules
module stdio.so
module g711.so
module_app account.so
module_app contact.so
{presence}
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
'''


class Baresip:
    """baresip, worked through its control port; it writes to one person, `peer`. `account` is a Person
    at `proxy`; without, an address that does not register. `baresip.port` is its own SIP port. With
    `presence` it watches its peer and publishes its own."""

    def __init__(self, scope, account, peer, proxy=None, transport='udp', presence=False,
                 name='baresip'):
        if not shutil.which('baresip'):
            raise Skip('baresip is not installed')
        self.port = free_port()
        control = free_port()
        module = 'module_app presence.so' if presence else ''
        scope.write(f'{name}/config', _BARESIP_CONFIG.format(port=self.port, control=control,
                                                             presence=module, transport=transport))
        line = f'<{getattr(account, "address", account)}>;answermode=manual'
        if proxy:
            line += f';auth_user={account.user};auth_pass={account.password};outbound="{proxy}";regint=600'
        else:
            line += ';regint=0'
        if presence:
            line += ';pubint=600'
        scope.write(f'{name}/accounts', line + '\n')
        # It writes only to the current contact: the one it has.
        watched = ';presence=p2p' if presence else ''
        scope.write(f'{name}/contacts', f'"Peer" <{peer}>{watched}\n')
        self.program = scope.start(name, ['baresip', '-f', scope.path(name)])
        self._heard = b''
        self._control = wait_for(lambda: self._connect(control), 'the control port of baresip')
        scope.at_exit(self._control.close)

    def _connect(self, port):
        assert self.program.process.poll() is None, self.program.log()
        try:
            control = socket.create_connection(('127.0.0.1', port), 0.5)
            control.settimeout(DEADLINE_S)
            return control
        except OSError:
            return None

    def registered(self):
        """Waits until the account is online."""
        self.program.wait_line(lambda line: ' 200 OK ' in line, 'the registration')
        return self

    def command(self, name, params=''):
        """Runs one of its commands."""
        command = json.dumps({'command': name, 'params': params}, ensure_ascii=False).encode()
        self._control.sendall(b'%d:%s,' % (len(command), command))

    def message(self, text):
        """Writes to its peer."""
        self.command('message', text)

    def _status(self):
        """How its list of contacts shows its peer: the first word or words of the line."""
        self.command('contacts')
        while True:
            answer = self._read_answer()
            if answer.get('response') and 'Contacts' in answer['data']:
                plain = re.sub('\x1b\\[[0-9;]*m', '', answer['data'])
                return re.search('^[> ]*(.*?) +Peer ', plain, re.MULTILINE).group(1).strip()

    def _read_answer(self):
        """The next netstring of the control port."""
        while not (match := re.match(rb'(\d+):', self._heard)) or \
                len(self._heard) <= match.end() + int(match.group(1)):
            data = self._control.recv(65536)
            assert data, 'baresip closed its control port'
            self._heard += data
        end = match.end() + int(match.group(1))
        answer, self._heard = self._heard[match.end():end], self._heard[end + 1:]
        return json.loads(answer)

    def sees(self, status):
        """Waits until its peer is `Online`, `Away`, `Busy`, `Offline` or `Unknown` for it."""
        wait_for(lambda: self._status() == status, f'baresip to see {status}', interval_s=0.1)

    def received(self, sender, text):
        """Waits until it shows a text from an address."""
        self.program.wait_log(f'{sender}: "{text}"')


_LINPHONE_CONFIG = '''[sip]
sip_port=-1
sip_tcp_port=-1
sip_tls_port=0
use_ipv6=0
guess_hostname=0
contact=sip:{user}@127.0.0.1
default_proxy=0
[net]
mtu=1300
[misc]
history_max_size=0
[auth_info_0]
username={user}
passwd={password}
realm={domain}
domain={domain}
[proxy_0]
reg_proxy=<{proxy}>
reg_route=<{proxy};lr>
reg_identity=<sip:{user}@{domain}>
reg_expires=600
reg_sendregister=1
publish=0
'''


class Linphone:
    """linphone-daemon (of the package linphone-cli), worked through its standard input. `account` is a
    Person at `proxy`."""

    def __init__(self, scope, account, proxy, name='linphone'):
        if not shutil.which('linphone-daemon'):
            raise Skip('linphone-cli is not installed')
        home = scope.path(name, folder=True)
        for folder in ('.config/linphone', '.local/share/linphone'):
            scope.path(f'{name}/{folder}', folder=True)
        config = scope.write(f'{name}/linphonerc', _LINPHONE_CONFIG.format(
            user=account.user, password=account.password, proxy=proxy,
            domain=account.address.partition('@')[2]))
        env = {'HOME': home, 'XDG_CONFIG_HOME': home + '/.config',
               'XDG_DATA_HOME': home + '/.local/share'}
        # Its output would wait for a full buffer.
        self.program = scope.start(name, ['stdbuf', '-oL', 'linphone-daemon', '--config', config],
                                   env=env)

    def registered(self):
        """Waits until the account is online."""
        def is_online():
            self.program.write('register-status ALL')
            end = time.monotonic() + 0.3
            while (line := self.program.read_line(end - time.monotonic())) is not None:
                if 'LinphoneRegistrationOk' in line:
                    return True
            assert self.program.process.poll() is None, self.program.log()
            return False
        wait_for(is_online, 'the registration of linphone')
        return self

    def message(self, uri, text):
        """Writes to somebody."""
        self.program.write(f'message {uri} {text}')

    def delivered(self):
        """Waits until the next message of its own counts as delivered."""
        self.program.wait_line(lambda line: line == 'State: LinphoneChatMessageStateDelivered',
                               'linphone: delivered')

    def received(self, sender, text):
        """Waits until a text came from an address."""
        self.program.wait_line(lambda line: line == f'From: {sender}', f'linphone: a text from {sender}')
        self.program.wait_line(lambda line: line == f'Content: "{text}"', f'linphone: the text {text!r}')


class LinphoneConsole:
    """linphonec, which knows friends: it publishes its own presence and watches one, `friend`. `account`
    is a Person at `proxy`; `list_uri` is the address of a server for lists of friends."""

    def __init__(self, scope, account, proxy, friend, list_uri=None, name='linphonec'):
        if not shutil.which('linphonec'):
            raise Skip('linphone-cli is not installed')
        home = scope.path(name, folder=True)
        for folder in ('.config/linphone', '.local/share/linphone'):
            scope.path(f'{name}/{folder}', folder=True)
        text = _LINPHONE_CONFIG.format(
            user=account.user, password=account.password, proxy=proxy,
            domain=account.address.partition('@')[2]).replace('publish=0', 'publish=1')
        if list_uri:
            text = text.replace('[sip]\n', f'[sip]\nrls_uri={list_uri}\n')
        text += f'[friend_0]\nurl="Friend" <{friend}>\npol=accept\nsubscribe=1\n'
        self.friend = friend
        self.program = scope.start(
            name, ['stdbuf', '-oL', 'linphonec', '-c', scope.write(f'{name}/linphonerc', text)],
            env={'HOME': home, 'XDG_CONFIG_HOME': home + '/.config',
                 'XDG_DATA_HOME': home + '/.local/share'})

    def sees(self, status):
        """Waits until its friend becomes `Online`, `Away`, `Busy`, `On the phone`, `Offline` … for it."""
        self.program.wait_line(lambda line: line.endswith(f'<{self.friend}> is {status}'),
                               f'linphone: {status}')

    def quit(self):
        """Ends it as its user would: it takes its publication back."""
        self.program.write('quit')
        return self.program.wait()
