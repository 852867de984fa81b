# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is there, in the window: the own presence, who may see it, how others are seen, blocking."""

import re

from ullim_test import main, wait_for
from ullim_test.desktop import Desktop
from ullim_test.programs import Cli, Server, open_window
from ullim_test.tray import Bus, Mock

ALICE = 'sip:alice@example.test'
BOB = 'sip:bob@example.test'


class World:
    """Alice in her window, Bob and Carol without one, at one server."""

    def __init__(self, scope, options=()):
        self.scope = scope
        self.server = Server(scope, ['alice', 'bob', 'carol'])
        self.desktop = Desktop(scope)
        self.app = open_window(self.desktop, account=self.server.people['alice'],
                               proxy=self.server.proxy(), options=options)
        self.app.find(None, 'Accounts: Online')

    def cli(self, name, *options):
        return Cli(self.scope, self.server.people[name], self.server.proxy(), name=name,
                   options=options).registered()

    def chooser(self):
        """Opens the popover of the account button, if it is not."""
        if not self.app.maybe('radio button', 'Available'):
            self.app.find('toggle button', re.compile('^Accounts')).click()
            self.app.find('radio button', 'Available')
        return self.app

    def choose(self, name):
        self.chooser().find('radio button', name).click()
        wait_for(lambda: own(self.app) == name, f'{name} to be shown')


def own(app):
    """What the account button says of the own presence."""
    return app.find('toggle button', re.compile('^Accounts')).description


def test_own_presence_is_told(scope):
    """What is chosen, and the note, is what Bob sees; the header says what is not the usual."""
    world = World(scope)
    bob = world.cli('bob').say(f'watch {ALICE}')
    world.app.find('push button', 'Allow').click()
    bob.event('presence', uri=ALICE, state='available')
    world.choose('Busy')
    bob.event('presence', uri=ALICE, state='busy')
    note = world.chooser().find('text', 'Note')
    note.write('여섯 시까지 회의').type_keys('Return')
    bob.event('presence', uri=ALICE, state='busy', note='여섯 시까지 회의')
    world.choose('Do not disturb')
    bob.event('presence', uri=ALICE, state='dnd')
    world.choose('Invisible')
    world.app.find('label', text='Others see you as offline.')
    bob.event('presence', uri=ALICE, state='offline')
    world.choose('Available')
    bob.event('presence', uri=ALICE, state='available', note='여섯 시까지 회의')
    note = world.chooser().find('text', 'Note')
    note.write('').type_keys('Return')
    bob.event('presence', uri=ALICE, state='available', note=lambda text: not text)
    world.app.find('push button', '여섯 시까지 회의').click()
    bob.event('presence', uri=ALICE, note='여섯 시까지 회의')


def test_own_presence_by_keyboard(scope):
    """The arrows go through the presences, Escape closes; it is kept for the next start."""
    world = World(scope)
    world.app.activate()
    chosen = world.chooser().find('radio button', 'Available')
    wait_for(lambda: chosen.has('checked'), 'Available to be marked')
    chosen.type_keys('Down', 'Down')
    wait_for(lambda: world.app.find('radio button', 'Busy').has('checked'), 'Busy to be marked')
    world.desktop.xdotool('key', 'Escape')
    world.app.wait_gone('radio button', 'Busy')
    world.desktop.xdotool('key', 'ctrl+q')
    assert world.app.program.wait() == 0
    again = open_window(world.desktop, data_dir=world.app.program.process.args[2])
    wait_for(lambda: own(again) == 'Busy', 'Busy to be shown')
    again.find('toggle button', re.compile('^Accounts')).click()
    wait_for(lambda: again.find('radio button', 'Busy').has('checked'), 'Busy to be marked again')


def test_requests_wait_for_an_answer(scope):
    """Two ask: both are counted and kept over a restart; each gets the answer that was given."""
    world = World(scope)
    bob = world.cli('bob').say(f'watch {ALICE}')
    bob_asks = re.compile(r'^bob@example.test wants to see|\(bob@example.test\) wants to see')
    carol_asks = re.compile(r'^carol@example.test wants to see|\(carol@example.test\) wants to see')
    world.app.find('label', text=bob_asks)
    carol = world.cli('carol').say(f'watch {ALICE}')
    world.app.find('label', text=re.compile('of 2$'))
    world.app.program.signal(15)
    assert world.app.program.wait() == 0
    app = open_window(world.desktop, account=world.server.people['alice'],
                      proxy=world.server.proxy(), data_dir=world.app.program.process.args[2])
    app.find('label', text=re.compile('of 2$'))
    if app.maybe('label', text=bob_asks):
        steps = app.all('push button', re.compile('^(Next|Previous) request$'))
        next(step for step in steps if step.has('sensitive')).click()
    app.find('label', text=carol_asks)
    app.find('push button', 'Deny').click()
    carol.event('presence', uri=ALICE, reason='denied')
    app.find('label', text=bob_asks)
    app.find('push button', 'Allow').click()
    bob.event('presence', uri=ALICE, state='available')
    app.wait_gone('push button', 'Deny')


def test_who_may_see_me(scope):
    """The list of all decisions: changed and taken back."""
    world = World(scope)
    bob = world.cli('bob').say(f'watch {ALICE}')
    world.app.find('push button', 'Allow').click()
    bob.event('presence', uri=ALICE, state='available')
    world.app.find('toggle button', 'Main menu').click()
    world.app.find('push button', 'Who May See You…').click()
    dialog = world.app.find('dialog', 'Who May See You')
    dialog.find('table cell', 'May see you').press()
    dialog.find('push button', 'Deny').click()
    dialog.find('table cell', 'May not see you')
    bob.event('presence', uri=ALICE, reason='denied')
    dialog.find('push button', 'Allow').click()
    dialog.find('table cell', 'May see you')


def test_others_are_seen(scope):
    """Bob comes, goes away, is busy, and goes; the header and the list say it, with his note."""
    world = World(scope, options=['--conversation', BOB])
    bob = world.cli('bob')
    bob.message(ALICE, 'hello')
    world.app.find('label', text='hello')
    add_person(world, 'bob')
    bob.event('permission-request', uri=ALICE)
    bob.say(f'allow {ALICE}')
    world.app.find('label', text='Available')
    bob.say('presence busy in a meeting')
    world.app.find('label', text='Busy: in a meeting')
    world.app.find('radio button', re.compile('^Chats')).click()
    world.app.find('table cell', re.compile('Busy.*hello'))
    bob.say('presence away')
    world.app.find('label', text=re.compile('^Away'))
    assert bob.quit() == 0
    world.app.find('label', text='Offline')


def test_unknown_is_not_offline(scope):
    """Whom one may not see yet is unknown, and why is said."""
    world = World(scope, options=['--conversation', BOB])
    world.cli('bob')
    add_person(world, 'bob')
    world.app.find('label', text='Unknown: waits for their permission')


def test_lost_line_is_stale(scope):
    """When the server is gone, what was known is said to be old."""
    world = World(scope, options=['--conversation', BOB])
    bob = world.cli('bob')
    add_person(world, 'bob')
    bob.event('permission-request', uri=ALICE)
    bob.say(f'allow {ALICE}')
    world.app.find('label', text='Available')
    world.server.program.kill()
    world.app.find('label', text=re.compile('^Connection lost; available at'))


def test_block(scope):
    """A blocked person's messages do not arrive, until they are unblocked."""
    world = World(scope)
    bob = world.cli('bob')
    bob.message(ALICE, 'before')
    world.app.find('radio button', re.compile('^Chats')).click()
    world.app.activate()
    world.app.find('table cell', re.compile('before')).press()
    world.app.find('toggle button', 'Conversation menu').click()
    world.app.find('push button', 'Block').click()
    world.app.find('label', text=re.compile('^You blocked bob'))
    bob.message(ALICE, 'not wanted').event('message-state', state='failed')
    world.app.find('push button', 'Unblock').click()
    world.app.wait_gone('push button', 'Unblock')
    bob.message(ALICE, 'welcome again').event('message-state', state='delivered')
    world.app.find('label', text='welcome again')
    assert not world.app.maybe('label', text='not wanted')


def test_notification_of_a_request(scope):
    """Out of the window's sight a request is a notification, withdrawn when it is answered; not in
    do not disturb."""
    scope.env['GNOTIFICATION_BACKEND'] = 'freedesktop'
    world = World(scope)
    daemon = notification_daemon(scope)
    world.scope.run(['xdotool', 'windowminimize', world.desktop.windows(world.app.program)[0]])
    bob = world.cli('bob').say(f'watch {ALICE}')
    notify = wait_for(lambda: daemon.calls('Notify'), 'a notification')[0]
    assert 'wants to see when you are there' in notify[4]
    assert 'Allow' in notify[5] and 'Deny' in notify[5]
    assert not daemon.calls('CloseNotification')
    world.app.find('push button', 'Allow', showing=False).click()
    bob.event('presence', uri=ALICE, state='available')
    wait_for(lambda: daemon.calls('CloseNotification'), 'the notification to be withdrawn')
    world.app.find('radio button', 'Do not disturb', showing=False).click()
    bob.event('presence', uri=ALICE, state='dnd')
    world.cli('carol').say(f'watch {ALICE}')
    world.app.find('label', text=re.compile('carol.* wants to see'), showing=False)
    bob.message(ALICE, 'psst').event('message-state', state='delivered')
    assert len(daemon.calls('Notify')) == 1


def notification_daemon(scope):
    """A desktop that shows notifications."""
    return Mock(scope, Bus(scope), 'org.freedesktop.Notifications', '/org/freedesktop/Notifications',
                [('Notify', 'susssasa{sv}i', 'u', 'ret = 1'), ('CloseNotification', 'u', '', ''),
                 ('GetCapabilities', '', 'as', 'ret = ["actions", "body"]')], {})


def add_person(world, user):
    """Alice takes somebody into her address book."""
    world.app.find('push button', 'Add a person').click()
    dialog = world.app.find('dialog')
    dialog.find('text', 'Address').write(user)
    dialog.find('push button', 'Add').click()
    world.app.wait_gone('dialog')


main(globals())
