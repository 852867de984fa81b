# SPDX-License-Identifier: GPL-3.0-or-later
"""One test's private world: a scratch folder with its own HOME, and the programs it started.

Whatever a test starts through its Scope is ended by process id, last first, when the scope closes;
should the test itself be killed, the kernel ends its programs (PR_SET_PDEATHSIG).
"""

import ctypes
import os
import queue
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time

DEADLINE_S = 20
"""How long a condition may take before the test fails; generous, as sanitizers and loaded machines are slow."""

STOP_S = 10
"""How long a program may take to end after SIGTERM before it is killed."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)

# What a program may know of the machine that runs the test; all else is private.
_KEPT = ('PATH', 'ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS', 'ULLIM', 'ULLIM_CLI',
         'ULLIM_SERVER', 'GSETTINGS_SCHEMA_DIR', 'LD_LIBRARY_PATH')


def wait_for(condition, what, deadline_s=DEADLINE_S, interval_s=0.03):
    """Calls `condition` until it gives something true, and returns that; fails naming `what`."""
    end = time.monotonic() + deadline_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f'waited {deadline_s} s in vain for: {what}')
        time.sleep(interval_s)


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Program:
    """A started program. Its lines of standard output are read as they come; standard error goes to a file."""

    def __init__(self, scope, name, argv, env, cwd=None):
        self.name = name
        self.lines = []
        self._unread = queue.Queue()
        self.log_path = os.path.join(scope.dir, f'{name}.{len(scope.programs)}.log')
        with open(self.log_path, 'wb') as log:
            self.process = subprocess.Popen(argv, env=env, cwd=cwd, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log,
                                            start_new_session=True, preexec_fn=_die_with_parent)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self.process.pid

    def _read(self):
        for raw in self.process.stdout:
            line = raw.decode('utf-8', 'replace').rstrip('\r\n')
            self.lines.append(line)
            self._unread.put(line)
        self._unread.put(None)

    def read_line(self, deadline_s=DEADLINE_S):
        """The next line of standard output; None when the program closed it or the time is over."""
        try:
            return self._unread.get(timeout=max(0, deadline_s))
        except queue.Empty:
            return None

    def wait_line(self, matches, what, deadline_s=DEADLINE_S):
        """The first not yet read line for which `matches(line)` holds."""
        end = time.monotonic() + deadline_s
        while True:
            line = self.read_line(end - time.monotonic())
            if line is None:
                raise AssertionError(f'{self.name}: waited in vain for {what}\n{self.log()}')
            if matches(line):
                return line

    def wait_log(self, text, deadline_s=DEADLINE_S):
        """Waits until `text` stands in its standard error."""
        try:
            wait_for(lambda: text in self._errors(), f'{text!r} from {self.name}', deadline_s)
        except AssertionError as error:
            raise AssertionError(f'{error}\n{self.log()}') from None

    def write(self, line):
        self.process.stdin.write((line + '\n').encode())
        self.process.stdin.flush()

    def log(self, tail=4000):
        """The end of what the program wrote, for the message of a failure."""
        return f'--- {self.name} out:\n' + '\n'.join(line[:300] for line in self.lines[-40:]) + \
               f'\n--- {self.name} err:\n{self._errors()[-tail:]}'

    def _errors(self):
        with open(self.log_path, 'rb') as log:
            return log.read().decode('utf-8', 'replace')

    def wait(self, deadline_s=DEADLINE_S):
        """Waits for its end; returns the exit status."""
        return self.process.wait(deadline_s)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """Kill -9, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ends the program and whatever it started; returns its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        status = self.process.wait()
        self._reader.join(1)
        self.process.stdin.close()
        return status


class Scope:
    """The scratch folder, environment and programs of one test. Use as a context manager."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix='ullim-test-')
        self.programs = []
        self._at_exit = []
        home = self.path('home', folder=True)
        run = self.path('run', folder=True)
        os.chmod(run, 0o700)
        self.env = {key: os.environ[key] for key in _KEPT if key in os.environ}
        self.env.update({
            'HOME': home,
            'XDG_RUNTIME_DIR': run,
            'XDG_CONFIG_HOME': os.path.join(home, '.config'),
            'XDG_DATA_HOME': os.path.join(home, '.local/share'),
            'XDG_CACHE_HOME': os.path.join(home, '.cache'),
            'XDG_STATE_HOME': os.path.join(home, '.local/state'),
            'TMPDIR': self.path('tmp', folder=True),
            'LC_ALL': 'C.UTF-8',
            'LANG': 'C.UTF-8',
            'GSETTINGS_BACKEND': 'memory',
            'G_DEBUG': 'fatal-criticals',
            'NO_AT_BRIDGE': '1',
            # No bus unless a Desktop gives one: nothing may reach the machine's own session.
            'DBUS_SESSION_BUS_ADDRESS': 'disabled:',
        })

    def path(self, name, folder=False):
        """A path inside the scratch folder."""
        path = os.path.join(self.dir, name)
        if folder:
            os.makedirs(path, exist_ok=True)
        return path

    def write(self, name, text, mode=0o600):
        """Writes a file in the scratch folder; returns its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), 'w',
                  encoding='utf-8') as file:
            file.write(text)
        return path

    def password_file(self, name, password=None):
        """A 0600 file with a password (made up unless given)."""
        return self.write(f'password-{name}', (password or secrets.token_urlsafe(12)) + '\n')

    def start(self, name, argv, env=None, cwd=None):
        """Starts a program; `env` adds to the scope's environment."""
        program = Program(self, name, argv, {**self.env, **(env or {})}, cwd)
        self.programs.append(program)
        return program

    def run(self, argv, env=None, stdin='', deadline_s=60, check=True):
        """Runs a program to its end; returns the CompletedProcess with text output."""
        done = subprocess.run(argv, env={**self.env, **(env or {})}, input=stdin, text=True,
                              capture_output=True, timeout=deadline_s)
        if check and done.returncode != 0:
            raise AssertionError(f'{argv[0]} ended with {done.returncode}\n{done.stdout}{done.stderr}')
        return done

    def at_exit(self, function):
        """Called when the scope closes, last first, before the programs end."""
        self._at_exit.append(function)

    def logs(self):
        """What all programs wrote, for the message of a failure."""
        return '\n'.join(program.log() for program in self.programs)

    def close(self):
        while self._at_exit:
            self._at_exit.pop()()
        while self.programs:
            self.programs.pop().stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
