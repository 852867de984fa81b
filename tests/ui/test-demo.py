# SPDX-License-Identifier: GPL-3.0-or-later
"""`./run --demo`: Alice writes in her window, Bob's window shows it, and nothing stays behind."""

import os
import re
import signal

from ullim_test import main, wait_for
from ullim_test.access import App, application
from ullim_test.desktop import Desktop

SOURCE = os.environ['G_TEST_SRCDIR'] + '/..'

BUILD_S = 600
"""How long the first build in the source folder may take; ./check has made it before."""


def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
        return [int(child) for child in file.read().split()]


def runs(pid):
    return os.path.exists(f'/proc/{pid}')


def start(scope):
    """Returns the demo, its desktop, and the windows of Alice and Bob."""
    desktop = Desktop(scope)
    demo = scope.start('demo', [f'{SOURCE}/run', '--demo'])
    demo.wait_line(lambda line: 'Alice and Bob are here' in line, 'the demo', BUILD_S)
    windows = wait_for(lambda: two_windows(desktop, demo), 'two windows')
    by_name = {app.account: app for app in windows}
    return demo, desktop, by_name['alice'], by_name['bob']


def two_windows(desktop, demo):
    apps = []
    for pid in children(demo.pid):
        accessible = application(pid)
        if accessible:
            app = App(desktop, demo, accessible)
            with open(f'/proc/{pid}/cmdline', encoding='utf-8') as file:
                words = file.read().split('\0')
            app.account = words[words.index('--account') + 1].split(':')[1].split('@')[0]
            apps.append(app)
    return apps if len(apps) == 2 else None


def write(app, text):
    app.find('text', 'Message').write(text)
    app.find('push button', 'Send').click()


def test_two_people_talk(scope):
    demo, desktop, alice, bob = start(scope)
    write(alice, '안녕 Bob 👋')
    bob.find('label', text='안녕 Bob 👋')
    bob.find(None, re.compile('Alice'))
    write(bob, 'Hello Alice')
    alice.find('label', text='Hello Alice')
    everything = children(demo.pid)
    # Both quit: the demo ends by itself.
    for window in desktop.scope.run(['wmctrl', '-l']).stdout.split('\n'):
        if window:
            desktop.xdotool('windowactivate', '--sync', window.split()[0], 'key', 'ctrl+q')
    assert demo.wait() == 0
    check_gone(scope, everything)


def test_control_c_ends_it(scope):
    demo, _, _, _ = start(scope)
    everything = children(demo.pid)
    demo.signal(signal.SIGINT)
    assert demo.wait() == 130
    check_gone(scope, everything)


def check_gone(scope, pids):
    wait_for(lambda: not any(runs(pid) for pid in pids), 'the end of all that the demo started')
    assert len(pids) >= 3, pids
    left = [name for name in os.listdir(scope.env['TMPDIR']) if name.startswith('ullim-demo')]
    assert not left, left


main(globals())
