# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's tray: as programs see it, without drawing anything (the watcher by dbusmock, and its
questions to the icons that come), and a real panel."""

import os
import shutil
import sys

import gi

from .scope import wait_for
from .tap import Skip

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

_WATCHER = 'org.kde.StatusNotifierWatcher'
_MOCK = 'org.freedesktop.DBus.Mock'
_ITEM = 'org.kde.StatusNotifierItem'
_MENU = 'com.canonical.dbusmenu'
_CALL_MS = 10000


class Bus:
    """The session bus of a Desktop."""

    def __init__(self, scope):
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.connection = Gio.DBusConnection.new_for_address_sync(
            scope.env['DBUS_SESSION_BUS_ADDRESS'], flags, None, None)
        scope.at_exit(lambda: self.connection.close_sync(None))

    def call(self, name, path, interface, method, signature='()', *arguments):
        """Calls a method; returns what it returns, as a tuple."""
        return self.connection.call_sync(
            name, path, interface, method, GLib.Variant(signature, arguments), None,
            Gio.DBusCallFlags.NO_AUTO_START, _CALL_MS, None).unpack()

    def has_name(self, name):
        return self.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                         'NameHasOwner', '(s)', name)[0]


_TEMPLATE = """BUS_NAME = {name!r}
MAIN_OBJ = {path!r}
MAIN_IFACE = {name!r}
SYSTEM_BUS = False

def load(mock, parameters):
    mock.AddMethods(MAIN_IFACE, {methods!r})
    for name, value in {properties!r}.items():
        mock.AddProperty(MAIN_IFACE, name, value)
"""


class Mock:
    """A service made up by python-dbusmock, complete from the moment its name appears:
    `mock.calls("Method")` lists the arguments with which it was called. `methods` are (name, signature of
    the arguments, of the result, Python code)."""

    def __init__(self, scope, bus, name, path, methods, properties):
        self.bus, self.name, self.path = bus, name, path
        short = name.rsplit('.', 1)[-1]
        template = scope.write(f'{short}.py', _TEMPLATE.format(
            name=name, path=path, methods=methods, properties=properties))
        self.program = scope.start(short, [sys.executable, '-m', 'dbusmock', '--template', template])
        wait_for(lambda: bus.has_name(name), name)

    def calls(self, method):
        calls = self.bus.call(self.name, self.path, _MOCK, 'GetCalls')[0]
        return [arguments for _, name, arguments in calls if name == method]

    def stop(self):
        """The service goes away."""
        self.program.stop()
        wait_for(lambda: not self.bus.has_name(self.name), f'the end of {self.name}')


class Tray(Mock):
    """The tray of a desktop; `tray.icon(program)` gives the icon of a program."""

    def __init__(self, scope, has_host=True):
        super().__init__(scope, Bus(scope), _WATCHER, '/StatusNotifierWatcher',
                         [('RegisterStatusNotifierItem', 's', '', '')],
                         {'IsStatusNotifierHostRegistered': has_host})

    def icon(self, program):
        """The icon of a program, once it came."""
        path = wait_for(lambda: self.calls('RegisterStatusNotifierItem'), 'an icon in the tray')[-1][0]
        return Icon(self.bus, self._name_of(program), path)

    def _name_of(self, program):
        """The unique name on the bus of the process that has an icon."""
        bus = ('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus')
        for name in self.bus.call(*bus, 'ListNames')[0]:
            if not name.startswith(':'):
                continue
            try:
                pid = self.bus.call(*bus, 'GetConnectionUnixProcessID', '(s)', name)[0]
                if pid == program.pid:
                    Icon(self.bus, name, '/StatusNotifierItem').all()
                    return name
            except GLib.Error:
                continue
        raise AssertionError(f'{program.name} has no icon on the bus')


class Icon:
    """What a panel knows of an icon."""

    def __init__(self, bus, name, path):
        self.bus, self.name, self.path = bus, name, path

    def all(self):
        """Every property, by name."""
        return self.bus.call(self.name, self.path, 'org.freedesktop.DBus.Properties', 'GetAll', '(s)',
                             _ITEM)[0]

    @property
    def status(self):
        return self.all()['Status']

    @property
    def tooltip(self):
        return self.all()['ToolTip'][3]

    def pixels(self, size=22):
        """The icon of that size as ARGB bytes."""
        return next(bytes(data) for width, height, data in self.all()['IconPixmap'] if width == size)

    def activate(self):
        """A click."""
        self.bus.call(self.name, self.path, _ITEM, 'Activate', '(ii)', 0, 0)

    def menu(self):
        """The entries: {label: (number, properties)}, lines left out."""
        layout = self.bus.call(self.name, self.all()['Menu'], _MENU, 'GetLayout', '(iias)', 0, -1, [])[1]
        return {properties['label'].replace('_', ''): (number, properties)
                for number, properties, _ in layout[2] if 'label' in properties}

    def choose(self, label):
        """A click on a menu entry."""
        number = wait_for(lambda: self.menu().get(label), f'the entry {label}')[0]
        self.bus.call(self.name, self.all()['Menu'], _MENU, 'Event', '(isvu)', number, 'clicked',
                      GLib.Variant('s', ''), 0)

    def chosen(self):
        """The labels of the marked entries."""
        return [label for label, (_, properties) in self.menu().items()
                if properties.get('toggle-state') == 1]


_XFCONFD = '/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd'
_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=640;y=780"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>
"""


class Panel:
    """Xfce's panel with nothing but its tray, at the foot of a screen of 1280 x 800 pixels."""

    ICON = (25, 784)
    """Where its only icon is."""
    MENU = (20, 680, 60, 80)
    """A part of the screen that the icon's menu covers: x, y, width, height."""

    def __init__(self, desktop):
        scope = desktop.scope
        if not shutil.which('xfce4-panel') or not os.path.exists(_XFCONFD):
            raise Skip('xfce4-panel is not installed')
        scope.write('home/.config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml', _PANEL)
        bus = Bus(scope)
        scope.start('xfconfd', [_XFCONFD])
        wait_for(lambda: bus.has_name('org.xfce.Xfconf'), 'the settings of the panel')
        scope.start('panel', ['xfce4-panel', '--disable-wm-check'])
        wait_for(lambda: bus.has_name(_WATCHER), 'the tray of the panel')
        self.desktop = desktop

    def press(self, button=1):
        """A click on the icon."""
        self.desktop.xdotool('mousemove', str(self.ICON[0]), str(self.ICON[1]), 'click', str(button))

    def choose(self, number):
        """Opens the icon's menu and chooses an entry by its number from the top. The panel hides its
        menus from screen readers, so that they are looked for on the screen."""
        before = self._pixels(*self.MENU)
        self.press(3)
        wait_for(lambda: self._pixels(*self.MENU) != before, 'the menu')
        self.desktop.xdotool('key', *(['Down'] * number), 'Return')

    def colors(self):
        """The colours of the panel's corner with the icon, as "#RRGGBB"."""
        pixels = self._pixels(0, self.ICON[1] - 12, 60, 24)
        return {f'#{pixels[i:i + 3].hex().upper()}' for i in range(0, len(pixels), 3)}

    def _pixels(self, x, y, width, height):
        scope = self.desktop.scope
        picture = self.desktop.screenshot(scope.path('panel.png'))
        crop = scope.path('panel.rgb')
        scope.run(['convert', picture, '-crop', f'{width}x{height}+{x}+{y}', '-depth', '8', f'rgb:{crop}'])
        with open(crop, 'rb') as file:
            return file.read()
