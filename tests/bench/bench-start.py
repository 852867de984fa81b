# SPDX-License-Identifier: GPL-3.0-or-later
"""How long from the start to a window on the screen, with 10,000 people and 1,000,000 stored messages,
beside gnome-calls with nothing in it: started in turn, medians; and the memory after 10 s of rest.

Fails if Ullim is slower than gnome-calls, or takes more than 60 MB (PSS)."""

import os
import re
import statistics
import time

from ullim_test import Skip, main
from ullim_test.desktop import Desktop
from ullim_test.programs import built

PEOPLE = 10000
MESSAGES = 1000000
ROUNDS = 9
REST_S = 10
PSS_MAX_MB = 60


class Watch:
    """Hears from the X server, without asking again and again, when a window is put on the screen."""

    def __init__(self, scope):
        self.spy = scope.start('spy', ['stdbuf', '-oL', 'xprop', '-root', '-spy', '_NET_CLIENT_LIST'])
        self.seen = self._ids(self.spy.wait_line(lambda line: 'CLIENT_LIST' in line, 'the list of windows'))

    @staticmethod
    def _ids(line):
        return set(re.findall(r'0x[0-9a-f]+', line))

    def wait_new(self):
        line = self.spy.wait_line(lambda text: self._ids(text) - self.seen, 'a new window')
        self.seen = self._ids(line)

    def wait_gone(self):
        before = self.seen
        line = self.spy.wait_line(lambda text: before - self._ids(text), 'the end of a window')
        self.seen = self._ids(line)


def pss_mb(pid):
    """Proportional set size of a process in MB."""
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as rollup:
        return int(re.search(r'^Pss:\s+(\d+) kB', rollup.read(), re.M).group(1)) / 1024


def start(scope, watch, name, argv, rest_s=0):
    """Starts a program once. Returns milliseconds to its window, and its PSS in MB after the rest."""
    begin = time.monotonic()
    program = scope.start(name, argv)
    watch.wait_new()
    took_ms = (time.monotonic() - begin) * 1000
    time.sleep(rest_s)
    memory = pss_mb(program.pid)
    program.stop()
    watch.wait_gone()
    return took_ms, memory


def test_start_beside_gnome_calls(scope):
    calls = '/usr/bin/gnome-calls'
    if not os.path.exists(calls):
        raise Skip('gnome-calls is not installed')
    folder = scope.path('data', folder=True)
    scope.run([built('MAKE_HISTORY', 'make-history'), folder, str(PEOPLE), str(MESSAGES)], deadline_s=600)
    Desktop(scope)
    scope.env['NO_AT_BRIDGE'] = '1'
    programs = {'ullim': [built('ULLIM', 'ullim'), '--data-dir', folder], 'gnome-calls': [calls]}
    watch = Watch(scope)
    for name, argv in programs.items():
        start(scope, watch, name, argv)
    times = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, argv in programs.items():
            times[name].append(start(scope, watch, name, argv)[0])
    for name, argv in programs.items():
        memory = start(scope, watch, name, argv, REST_S)[1]
        times[name].sort()
        print(f'# {name}: window after {statistics.median(times[name]):.0f} ms '
              f'({times[name][0]:.0f}-{times[name][-1]:.0f}), PSS after {REST_S} s {memory:.1f} MB')
        if name == 'ullim':
            assert memory <= PSS_MAX_MB, f'{memory:.1f} MB'
    ratio = statistics.median(times['ullim']) / statistics.median(times['gnome-calls'])
    print(f'# ratio {ratio:.2f}')
    assert ratio <= 1.0, f'{ratio:.2f} times as long as gnome-calls'


main(globals())
