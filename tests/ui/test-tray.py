# SPDX-License-Identifier: GPL-3.0-or-later
"""The tray: the icon shows the presence, its menu changes it, and the window goes and comes back."""

import re

from ullim_test import main, wait_for
from ullim_test.desktop import Desktop
from ullim_test.programs import Cli, Server, open_window
from ullim_test.tray import Panel, Tray


class World:
    """Alice in her window, with a tray unless `tray` is false."""

    def __init__(self, scope, tray=True):
        self.scope = scope
        self.server = Server(scope, ['alice', 'bob'])
        self.desktop = Desktop(scope)
        self.tray = Tray(scope) if tray else None
        self.app = open_window(self.desktop, account=self.server.people['alice'],
                               proxy=self.server.proxy())
        self.app.find(None, 'Accounts: Online')
        self.icon = self.tray.icon(self.app.program) if tray else None

    def bob(self):
        return Cli(self.scope, self.server.people['bob'], self.server.proxy(), name='bob').registered()

    def is_shown(self):
        return bool(self.desktop.windows(self.app.program))

    def wait_shown(self, shown):
        wait_for(lambda: self.is_shown() == shown, f'the window to be {"shown" if shown else "hidden"}')

    def close(self):
        """As the window manager's button does."""
        self.scope.run(['wmctrl', '-i', '-c', hex(int(self.desktop.windows(self.app.program)[0]))])


def test_icon_shows_presence(scope):
    """Each presence has its picture and its words; the menu marks and changes it."""
    world = World(scope)
    seen = {}
    for label in ('Available', 'Away', 'Busy', 'Do not disturb', 'Invisible'):
        world.icon.choose(label)
        wait_for(lambda: world.icon.chosen() == [label], f'{label} to be marked')
        wait_for(lambda: label in world.icon.tooltip, f'{label} in the tooltip')
        seen[label] = world.icon.pixels()
        assert len(seen[label]) == 22 * 22 * 4
        assert len(world.icon.pixels(44)) == 44 * 44 * 4
    assert len(set(seen.values())) == len(seen)
    properties = world.icon.all()
    assert properties['Category'] == 'Communications'
    assert not properties['ItemIsMenu']
    assert own(world.app) == 'Invisible'


def test_menu_follows_the_window(scope):
    """A presence chosen in the window is marked in the tray's menu."""
    world = World(scope)
    world.app.find('toggle button', re.compile('^Accounts')).click()
    world.app.find('radio button', 'Busy').click()
    wait_for(lambda: world.icon.chosen() == ['Busy'], 'Busy to be marked')


def test_close_hides_to_the_tray(scope):
    """Closing hides, a click brings back, and messages are counted meanwhile."""
    world = World(scope)
    bob = world.bob()
    assert 'Hide Window' in world.icon.menu()
    world.close()
    world.wait_shown(False)
    wait_for(lambda: 'Show Window' in world.icon.menu(), 'the menu to offer the window')
    assert world.icon.status == 'Active'
    bob.message('sip:alice@example.test', 'are you there?').event('message-state', state='delivered')
    wait_for(lambda: '1 unread message' in world.icon.tooltip, 'the message to be counted')
    assert world.icon.status == 'NeedsAttention'
    world.icon.activate()
    world.wait_shown(True)
    world.icon.choose('Hide Window')
    world.wait_shown(False)
    wait_for(lambda: any(label.startswith('bob') for label in world.icon.menu()), 'Bob in the menu')
    world.icon.choose(next(label for label in world.icon.menu() if label.startswith('bob')))
    world.wait_shown(True)
    world.app.find('label', text='are you there?')
    wait_for(lambda: world.icon.status == 'Active', 'the message to be read')


def test_note_from_the_tray(scope):
    """Set a Note… brings the window up with the cursor in the note; the tooltip tells the note."""
    world = World(scope)
    world.close()
    world.wait_shown(False)
    world.icon.choose('Set a Note…')
    world.wait_shown(True)
    note = world.app.find('text', 'Note')
    wait_for(lambda: note.has('focused'), 'the cursor in the note')
    note.write('Back at five').type_keys('Return')
    wait_for(lambda: 'Available: Back at five' in world.icon.tooltip, 'the note in the tooltip')


def test_do_not_disturb_calls_nobody(scope):
    """In do not disturb a message is counted, but the icon does not ask for attention."""
    world = World(scope)
    world.icon.choose('Do not disturb')
    wait_for(lambda: world.icon.chosen() == ['Do not disturb'], 'do not disturb')
    world.bob().message('sip:alice@example.test', 'psst')
    wait_for(lambda: '1 unread message' in world.icon.tooltip, 'the message to be counted')
    assert world.icon.status == 'Active'


def test_quit_means_quit(scope):
    """Quit in the tray's menu ends the program."""
    world = World(scope)
    world.close()
    world.wait_shown(False)
    world.icon.choose('Quit')
    assert world.app.program.wait() == 0


def test_tray_comes_and_goes(scope):
    """The icon follows the tray; without one, closing says once how to come back."""
    world = World(scope, tray=False)
    world.close()
    question = world.app.find('alert')
    question.find('label', text=re.compile('Start Ullim again'))
    world.desktop.xdotool('key', 'Escape')
    world.app.wait_gone('alert')
    assert world.is_shown()
    tray = Tray(scope)
    icon = tray.icon(world.app.program)
    wait_for(lambda: icon.menu(), 'the menu')
    tray.stop()
    world.close()
    world.app.find('alert').find('push button', 'Stay in the Background').click()
    world.wait_shown(False)
    assert world.app.program.process.poll() is None
    again = open_window_again(scope, world)
    assert again.wait() == 0
    world.wait_shown(True)
    world.close()
    world.wait_shown(False)
    world.app.program.signal(15)
    assert world.app.program.wait() == 0


def open_window_again(scope, world):
    """What the launcher does."""
    argv = list(world.app.program.process.args)
    return scope.start('again', argv[:argv.index('--data-dir') + 2])


def test_told_no_host(scope):
    """A watcher without a panel is no tray: closing says so."""
    world = World(scope, tray=False)
    Tray(scope, has_host=False).icon(world.app.program)
    world.close()
    world.app.find('alert').find('push button', 'Quit').click()
    assert world.app.program.wait() == 0


GREEN, RED = '#1F9D63', '#D03A16'
HIDE_WINDOW, BUSY = 1, 4


def test_on_a_real_panel(scope):
    """Xfce's panel draws the icon and its menu; a choice recolours it, a click hides and shows."""
    server = Server(scope, ['alice'])
    desktop = Desktop(scope)
    panel = Panel(desktop)
    app = open_window(desktop, account=server.people['alice'], proxy=server.proxy())
    app.find(None, 'Accounts: Online')
    wait_for(lambda: GREEN in panel.colors(), 'the green icon')
    panel.choose(BUSY)
    wait_for(lambda: own(app) == 'Busy', 'Busy in the window')
    wait_for(lambda: RED in panel.colors() and GREEN not in panel.colors(), 'the red icon')
    panel.choose(HIDE_WINDOW)
    wait_for(lambda: not desktop.windows(app.program), 'the window to be hidden')
    panel.press()
    wait_for(lambda: desktop.windows(app.program), 'the window to be back')


def own(app):
    """What the account button says of the own presence."""
    return app.find('toggle button', re.compile('^Accounts')).description


main(globals())
