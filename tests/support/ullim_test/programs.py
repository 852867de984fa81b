# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own programs: the group server, the client without a screen, the window."""

import json
import os
import time

from .scope import DEADLINE_S
from .tap import Skip


def built(variable, name):
    """The path of one of our programs, which Meson puts into the environment."""
    path = os.environ.get(variable)
    if not path:
        raise Skip(f'{name} is not built')
    return path


class Server:
    """ullim-server on free ports of 127.0.0.1, with its own data folder.

    `server.domain`, `server.proxy("tcp")`, `server.ca_file`; `server.add("alice")` gives the Person."""

    def __init__(self, scope, users=(), domain='example.test', name='server'):
        self.scope = scope
        self.name = name
        self.domain = domain
        self.data_dir = scope.path(name, folder=True)
        self.program = None
        self._command('init', '--domain', domain)
        self.people = {user: self.add(user) for user in users}
        self.start()

    @property
    def ca_file(self):
        return os.path.join(self.data_dir, 'ca.pem')

    def _argv(self, *words):
        return [built('ULLIM_SERVER', 'ullim-server'), '--data-dir', self.data_dir, *words]

    def _command(self, *words, **options):
        return self.scope.run(self._argv(*words), **options)

    def add(self, user):
        """Adds a user with a password made up in a 0600 file."""
        file = self.scope.password_file(f'{self.name}-{user}')
        self._command('user', 'add', user, '--password-file', file)
        return Person(user, self.domain, file)

    def start(self, port=0, tls_port=0):
        """Serves until stop(); fills `self.ports`."""
        self.ports = {}
        self.program = self.scope.start(self.name, self._argv(
            'serve', '--listen', '127.0.0.1', '--port', str(port), '--tls-port', str(tls_port),
            '--http-port', '0', '--https-port', '0', '--verbose'))
        while True:
            line = self.program.wait_line(lambda text: True, 'the server to be ready')
            if line == 'ready':
                return self
            if line.startswith('listening '):
                transport, _, port = line.split()[1].split(':', 2)
                self.ports[transport] = int(port)

    def restart(self):
        """Ends it and starts it again on the same ports."""
        self.program.stop()
        return self.start_again()

    def kill(self):
        """Kill -9, as a power cut would."""
        self.program.kill()

    def start_again(self):
        """Starts it on the ports that it had."""
        return self.start(self.ports['udp'], self.ports.get('tls', 0))

    def address(self, transport):
        """(host, port) for raw sockets."""
        return '127.0.0.1', self.ports[transport]

    def proxy(self, transport='tcp'):
        """Where clients connect: a SIP URI."""
        return f'sip:127.0.0.1:{self.ports[transport]};transport={transport}'


class Person:
    """A user name, its address and the file with its password."""

    def __init__(self, user, domain, password_file):
        self.user = user
        self.address = f'sip:{user}@{domain}'
        self.password_file = password_file

    @property
    def password(self):
        with open(self.password_file, encoding='utf-8') as file:
            return file.readline().strip()


class Cli:
    """ullim-cli --json: `cli.say(command)` writes a line, `cli.event(name, field=value…)` waits for an event.

    `account` is a Person or, with `register=False`, an address; `listen` a list such as
    ["udp:127.0.0.1:0"]."""

    def __init__(self, scope, account=None, proxy=None, listen=(), register=True, tls_ca=None,
                 data_dir=None, name='cli', options=()):
        self.scope = scope
        self.name = name
        self.data_dir = data_dir or scope.path(f'data-{name}', folder=True)
        argv = [built('ULLIM_CLI', 'ullim-cli'), '--json', '--data-dir', self.data_dir]
        address = getattr(account, 'address', account)
        if address:
            argv += ['--account', address]
        if isinstance(account, Person):
            argv += ['--password-file', account.password_file]
        if proxy:
            argv += ['--proxy', proxy]
        if tls_ca:
            argv += ['--tls-ca', tls_ca]
        if not register:
            argv += ['--no-register']
        for url in listen:
            argv += ['--listen', url]
        self.program = scope.start(name, argv + list(options))
        self._waiting = []
        self.presences = {}
        """What was told last of each person's presence, by URI."""

    def say(self, command):
        """Writes one command."""
        self.program.write(command)
        return self

    def message(self, uri, text):
        """Writes to somebody; text may have line breaks."""
        escaped = text.replace('\\', '\\\\').replace('\n', '\\n').replace('\t', '\\t')
        return self.say(f'message {uri} {escaped}')

    def event(self, name, /, deadline_s=DEADLINE_S, **fields):
        """The first event of that name, with these fields, that was not taken before. A field's value
        may be a function that judges it."""
        end = time.monotonic() + deadline_s
        index = 0
        while True:
            while index < len(self._waiting):
                if _fits(self._waiting[index], name, fields):
                    return self._waiting.pop(index)
                index += 1
            if not self._read(end - time.monotonic()):
                raise AssertionError(f'{self.name}: waited in vain for {name} {fields}; '
                                     f'not taken: {str(self._waiting)[-2000:]}\n{self.program.log()}')

    def _read(self, deadline_s):
        line = self.program.read_line(deadline_s)
        if line is None:
            return None
        event = json.loads(line)
        if event['event'] == 'presence':
            self.presences[event['uri']] = event
        self._waiting.append(event)
        return event

    def sees(self, uri, state, deadline_s=DEADLINE_S, **fields):
        """Waits until what was told last of somebody is this state (with these fields); a broken
        connection's memory does not count. Returns the event."""
        wanted = {'state': state, 'stale': False, **fields}
        end = time.monotonic() + deadline_s
        while True:
            event = self.presences.get(uri)
            if event and _fits(event, 'presence', wanted):
                return event
            if not self._read(end - time.monotonic()):
                raise AssertionError(f'{self.name}: {uri} should be {wanted}, told is {event}\n'
                                     f'{self.program.log()}')

    def events(self, name):
        """The events of that name that came and were not taken."""
        while self._read(0):
            pass
        return [event for event in self._waiting if event['event'] == name]

    def forget(self, name):
        """Lets go of the events of that name that were not taken."""
        self.events(name)
        self._waiting = [event for event in self._waiting if event['event'] != name]

    def registered(self):
        """Waits until the account is online."""
        self.event('registered')
        return self

    def port(self, transport):
        """The port of a transport given as --listen TRANSPORT:IP:0."""
        event = self.event('listening', url=lambda url: url.startswith(transport + ':'))
        return int(event['url'].rsplit(':', 1)[1])

    def quit(self):
        """Ends it as its user would; returns the exit status."""
        self.say('quit')
        return self.program.wait()


def _fits(event, name, fields):
    if event['event'] != name:
        return False
    return all(wanted(event.get(field, '')) if callable(wanted) else event.get(field) == wanted
               for field, wanted in fields.items())


def window_argv(account=None, proxy=None, data_dir=None, tls_ca=None, options=()):
    """The command line of the window, with the options that it shares with ullim-cli."""
    argv = [built('ULLIM', 'ullim')]
    if data_dir:
        argv += ['--data-dir', data_dir]
    if account:
        argv += ['--account', account.address, '--password-file', account.password_file]
    if proxy:
        argv += ['--proxy', proxy]
    if tls_ca:
        argv += ['--tls-ca', tls_ca]
    return argv + list(options)


def open_window(desktop, name='ullim', **options):
    """Starts the window on a Desktop; returns its access.App once it shows."""
    scope = desktop.scope
    options.setdefault('data_dir', scope.path(f'data-{name}', folder=True))
    app = desktop.app(scope.start(name, window_argv(**options)))
    app.window()
    return app
