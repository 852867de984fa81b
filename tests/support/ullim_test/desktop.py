# SPDX-License-Identifier: GPL-3.0-or-later
"""A private screen: Xvfb on a number of its own choice, openbox, and a session bus that knows nothing
but accessibility, so that no portal, keyring or service of the machine takes part in a test."""

import os
import subprocess

from . import access
from .scope import DEADLINE_S, wait_for

_BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={run}</listen>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''

_A11Y_SERVICE = '''[D-BUS Service]
Name=org.a11y.Bus
Exec=/usr/libexec/at-spi-bus-launcher
'''


class Desktop:
    """Made once per test: `desktop = Desktop(scope)`. Adds DISPLAY and the bus to `scope.env`, and to
    this process, which reads the windows through AT-SPI. One per process at a time."""

    def __init__(self, scope, width=1280, height=800):
        self.scope = scope
        self._start_screen(width, height)
        self._start_bus()
        window_manager = scope.start('openbox', ['openbox', '--sm-disable'])
        self._wait_for_window_manager(window_manager)
        os.environ.update(self._environment())

    def _environment(self):
        names = ('DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'HOME')
        return {name: self.scope.env[name] for name in names}

    def _start_screen(self, width, height):
        screen = self.scope.start('Xvfb', [
            'Xvfb', '-displayfd', '1', '-screen', '0', f'{width}x{height}x24',
            '-nolisten', 'tcp', '-noreset'])
        number = screen.wait_line(str.isdigit, 'the number of the screen')
        env = self.scope.env
        env['DISPLAY'] = f':{number}'
        env['GDK_BACKEND'] = 'x11'
        env['XDG_CURRENT_DESKTOP'] = 'XFCE'
        env.pop('NO_AT_BRIDGE', None)

    def _start_bus(self):
        services = self.scope.path('services', folder=True)
        self.scope.write('services/org.a11y.Bus.service', _A11Y_SERVICE)
        config = self.scope.write('bus.conf', _BUS.format(run=self.scope.env['XDG_RUNTIME_DIR'],
                                                          services=services))
        env = self.scope.env
        env.pop('DBUS_SESSION_BUS_ADDRESS')
        bus = self.scope.start('bus', ['dbus-daemon', f'--config-file={config}', '--nofork',
                                       '--print-address=1'])
        env['DBUS_SESSION_BUS_ADDRESS'] = bus.wait_line(lambda line: line.startswith('unix:'),
                                                        'the address of the bus')

    def _wait_for_window_manager(self, program):
        def is_there():
            assert program.process.poll() is None, program.log()
            done = self.scope.run(['xprop', '-root', '_NET_SUPPORTING_WM_CHECK'], check=False)
            return 'window id' in done.stdout
        wait_for(is_there, 'the window manager')

    def app(self, program, deadline_s=DEADLINE_S):
        """The accessible application of a started program (found by its process id)."""
        def is_there():
            assert program.process.poll() is None, f'{program.name} ended\n{program.log()}'
            return access.application(program.pid)
        return access.App(self, program, wait_for(is_there, f'{program.name} on the accessibility bus',
                                                  deadline_s))

    def windows(self, program):
        """The windows of a program that the window manager knows, oldest first, as X ids."""
        rows = [row.split() for row in self.scope.run(['wmctrl', '-lp'], check=False).stdout.splitlines()]
        return [str(int(row[0], 16)) for row in rows if int(row[2]) == program.pid]

    def active_window(self):
        """The X id of the window that has the keyboard, or ''."""
        return self.scope.run(['xdotool', 'getactivewindow'], check=False).stdout.strip()

    def xdotool(self, *words):
        """Synthetic input: xdotool('key', 'ctrl+f'), xdotool('type', 'text') …"""
        return self.scope.run(['xdotool', *words]).stdout

    def screenshot(self, path):
        """The whole screen as a PNG file."""
        subprocess.run(['import', '-window', 'root', path], env=self.scope.env, check=True,
                       timeout=DEADLINE_S)
        return path
