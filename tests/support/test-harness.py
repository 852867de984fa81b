# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness itself: a window of a few lines is found, written to, clicked and read; nothing stays."""

import os

from ullim_test import Scope, main, wait_for
from ullim_test.desktop import Desktop

PROGRAM = '''
import gi
gi.require_version('Gtk', '3.0')
from gi.repository import Gtk
entry, label = Gtk.Entry(), Gtk.Label(label='-')
entry.get_accessible().set_name('Message')
button = Gtk.Button(label='Send')
button.connect('clicked', lambda *_: label.set_text('clicked ' + entry.get_text()))
entry.connect('activate', lambda *_: label.set_text('entered ' + entry.get_text()))
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
for child in (entry, label, button):
    box.add(child)
window = Gtk.Window(title='harness')
window.add(box)
window.show_all()
Gtk.main()
'''


def test_window_is_written_clicked_and_read(scope):
    desktop = Desktop(scope)
    program = scope.start('window', ['/usr/bin/python3', scope.write('window.py', PROGRAM)])
    app = desktop.app(program)
    window = app.window('harness')
    entry = window.find('text', 'Message').write('안녕 😀')
    window.find('push button', 'Send').click()
    window.find('label', text='clicked 안녕 😀')
    app.activate()
    entry.type_keys('Return')
    window.find('label', text='entered 안녕 😀')
    assert os.path.getsize(desktop.screenshot(scope.path('shot.png'))) > 1000


def test_programs_end_with_their_scope(scope):
    with Scope() as inner:
        program = inner.start('sleeper', ['sh', '-c', 'sleep 600 & echo $!; wait'])
        child = int(program.wait_line(str.isdigit, 'the number of the child'))
    assert program.process.returncode is not None
    assert not os.path.exists(inner.dir)
    wait_for(lambda: not _runs(child), 'the end of the child')


def _runs(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii') as stat:
            return stat.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def test_private_environment(scope):
    shown = scope.run(['env']).stdout
    assert f'HOME={scope.dir}' in shown
    assert 'DBUS_SESSION_BUS_ADDRESS=disabled:' in shown
    assert os.stat(scope.env['XDG_RUNTIME_DIR']).st_mode & 0o777 == 0o700
    assert os.stat(scope.password_file('x')).st_mode & 0o777 == 0o600


main(globals())
