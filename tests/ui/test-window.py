# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window: people, search, keyboard, one column where it is narrow, problems in words."""

import contextlib
import os
import re
import sqlite3

from ullim_test import main, wait_for
from ullim_test.desktop import Desktop
from ullim_test.programs import Cli, Server, built, open_window


def rows(app):
    """What the list of people says now, from the top."""
    return [cell.name for cell in app.find('table', 'Conversations').all('table cell')]


class World:
    """Alice in her window, Bob and Carol without one, at one server."""

    def __init__(self, scope):
        self.server = Server(scope, ['alice', 'bob', 'carol'])
        self.desktop = Desktop(scope)
        self.alice = f'sip:alice@{self.server.domain}'
        people = self.server.people
        self.app = open_window(self.desktop, account=people['alice'], proxy=self.server.proxy())
        self.bob, self.carol = (
            Cli(scope, people[name], self.server.proxy(), name=name).registered()
            for name in ('bob', 'carol'))
        self.app.find(None, 'Accounts: Online')
        self.app.find('radio button', 'Chats').click()
        self.app.wait_gone('table', 'People')

    def say(self, text):
        self.app.activate()
        self.app.find('text', 'Message').write(text).type_keys('Return')

    def resize(self, width, height):
        window = self.desktop.windows(self.app.program)[0]
        self.desktop.xdotool('windowsize', window, str(width), str(height))


def test_newest_conversation_comes_first(scope):
    """A message moves its conversation to the top; what was selected stays selected."""
    world = World(scope)
    world.bob.message(world.alice, 'from Bob')
    world.app.find('table cell', re.compile('from Bob'))
    world.carol.message(world.alice, 'from Carol')
    wait_for(lambda: ['from Carol' in row for row in rows(world.app)] == [True, False], 'Carol on top')
    world.app.activate()
    world.app.find('table cell', re.compile('from Bob')).press()
    world.app.find('panel', re.compile('^bob@'))
    world.bob.message(world.alice, 'again Bob')
    wait_for(lambda: ['again Bob' in row for row in rows(world.app)] == [True, False], 'Bob on top')
    world.app.find('panel', re.compile('^bob@'))
    assert world.app.find('table cell', re.compile('again Bob')).has('selected')


def test_unread_is_counted_and_read(scope):
    """Unread messages are counted in the list until the conversation is looked at."""
    world = World(scope)
    world.bob.message(world.alice, 'one')
    world.bob.message(world.alice, 'two')
    world.app.find('table cell', re.compile('2 unread messages, two'))
    world.app.activate()
    world.desktop.xdotool('key', 'alt+Down')
    world.app.find('panel', re.compile('^bob@'))
    wait_for(lambda: rows(world.app) and 'unread' not in rows(world.app)[0], 'the message to be read')


def test_write_to_somebody_new(scope):
    """Ctrl+N, a name at the own server, and a message that arrives."""
    world = World(scope)
    world.app.activate()
    world.desktop.xdotool('key', 'ctrl+n')
    dialog = world.app.find('dialog', 'New Conversation')
    assert not dialog.find('push button', 'Open').has('sensitive')
    dialog.find('text', 'Address').write('bob').type_keys('Return')
    world.app.find('panel', re.compile('^bob@'))
    world.say('Hello Bob')
    world.bob.event('message', text='Hello Bob')
    world.app.find('table cell', re.compile('Hello Bob'))


def test_bad_address_is_said(scope):
    """What is no address is said in the dialog, which stays."""
    world = World(scope)
    world.app.activate()
    world.desktop.xdotool('key', 'ctrl+n')
    dialog = world.app.find('dialog', 'New Conversation')
    dialog.find('text', 'Address').write('bob @ nowhere').type_keys('Return')
    dialog.find('label', text=re.compile('not a SIP address'))
    world.desktop.xdotool('key', 'Escape')
    world.app.wait_gone('dialog', 'New Conversation')


def test_keyboard_between_conversations(scope):
    """Alt+arrows and Ctrl+page keys go through the list; typing goes into the entry at once."""
    world = World(scope)
    world.bob.message(world.alice, 'from Bob')
    world.app.find('table cell', re.compile('from Bob'))
    world.carol.message(world.alice, 'from Carol')
    wait_for(lambda: len(rows(world.app)) == 2, 'two conversations')
    world.app.activate()
    world.desktop.xdotool('key', 'alt+Down')
    world.app.find('panel', re.compile('^carol@'))
    world.desktop.xdotool('key', 'ctrl+Next')
    world.app.find('panel', re.compile('^bob@'))
    world.desktop.xdotool('key', 'alt+Down')
    world.desktop.xdotool('key', 'ctrl+Prior')
    world.app.find('panel', re.compile('^carol@'))
    wait_for(lambda: world.app.find('text', 'Message').has('focused'), 'the cursor in the entry')
    world.desktop.xdotool('type', 'by keys')
    world.desktop.xdotool('key', 'Return')
    world.carol.event('message', text='by keys')
    world.desktop.xdotool('key', 'ctrl+f')
    search = world.app.find('text', 'Search in this conversation')
    wait_for(lambda: search.has('focused'), 'the focus in the search')
    world.desktop.xdotool('key', 'F1')
    world.app.find('frame', 'Keyboard Shortcuts')


def test_search_everywhere(scope):
    """The search finds people by name and address, and messages; a found message is jumped to."""
    world = World(scope)
    world.bob.message(world.alice, '오늘 저녁에 만나요')
    world.app.find('table cell', re.compile('저녁'))
    world.carol.message(world.alice, 'nothing of the kind')
    wait_for(lambda: len(rows(world.app)) == 2, 'two conversations')
    world.app.activate()
    world.desktop.xdotool('key', 'ctrl+k')
    search = world.app.find('text', 'Search people and messages')
    wait_for(lambda: search.has('focused'), 'the focus in the search')
    search.write('CAROL')
    wait_for(lambda: len(rows(world.app)) == 1 and 'kind' in rows(world.app)[0], 'Carol alone')
    search.write('저녁에')
    world.app.find('table', 'Found messages').find('table cell', re.compile('저녁에'))
    search.type_keys('Return')
    world.app.find('panel', re.compile('^bob@'))
    search.write('no such thing')
    world.app.find('label', text='Nothing found')
    search.type_keys('Escape')
    wait_for(lambda: len(rows(world.app)) == 2, 'everybody again')


def test_narrow_window_folds(scope):
    """At 360 pixels there is one column; Back and Escape lead to the list."""
    world = World(scope)
    world.bob.message(world.alice, 'from Bob')
    world.app.find('table cell', re.compile('from Bob'))
    world.resize(360, 640)
    world.app.wait_gone('push button', 'New Conversation')
    world.app.activate()
    cell = world.app.find('table cell', re.compile('from Bob'))
    cell.press()
    back = world.app.find('push button', 'Back')
    world.app.wait_gone('table', 'Conversations')
    width = world.app.window().extents()[2]
    assert width <= 360, width
    back.click()
    world.app.find('table', 'Conversations')
    people = world.app.find('table', 'Conversations')
    wait_for(lambda: people.has('focused') or any(cell.has('focused') for cell in people.all('table cell')),
             'the focus in the list')
    world.desktop.xdotool('key', 'Return')
    world.app.find('text', 'Message')
    world.desktop.xdotool('key', 'Escape')
    world.app.find('table', 'Conversations')
    world.app.wait_gone('push button', 'Back')


def test_lost_server_is_said_and_found_again(scope):
    """A server that goes away is a sentence with a button; when it is back, the bar goes."""
    world = World(scope)
    world.server.program.stop()
    button = world.app.find('push button', 'Try Now')
    assert world.app.all('label', text=re.compile('[Ss]erver|connection'))
    port = world.server.ports['tcp']
    world.server.start(port=port)
    button.click()
    world.app.find(None, 'Accounts: Online')
    world.app.wait_gone('push button', 'Try Now')


def test_accounts_window(scope):
    """An account is added, shown with its state, and removed after a question."""
    world = World(scope)
    world.app.find('toggle button', 'Main menu').click()
    world.app.find('push button', 'Accounts…').click()
    dialog = world.app.find('frame', 'Accounts')
    dialog.find('push button', 'Add an Account').click()
    dialog.find('text', 'Address').write(f'bob@{world.server.domain}')
    dialog.find('password text', 'Password').write(world.server.people['bob'].password)
    dialog.find('text', 'Server', showing=False).write(world.server.proxy()[len('sip:'):])
    dialog.find('push button', 'Save').click()
    accounts = dialog.find('list box', 'Accounts')
    accounts.find('list item', f'bob@{world.server.domain}, Online')
    accounts.find('list item', f'alice@{world.server.domain}, Online')

    def is_open():
        """A click may come while the page still slides: until it takes."""
        row = accounts.maybe('list item', re.compile('^bob@'))
        if row:
            row.press()
        return dialog.maybe('push button', 'Back')
    wait_for(is_open, 'the account', interval_s=0.5)
    dialog.find('push button', 'Remove This Account…', showing=False).click()
    question = world.app.find('alert')
    question.find('label', text=re.compile('are deleted'))
    question.find('push button', 'Remove').click()
    wait_for(lambda: len(accounts.children()) == 1, 'one account')


def test_second_start_raises_the_first(scope):
    """One data folder, one window: a second start ends at once and leaves the work to the first."""
    desktop = Desktop(scope)
    folder = scope.path('data', folder=True)
    first = open_window(desktop, data_dir=folder)
    second = scope.start('second', [built('ULLIM', 'ullim'), '--data-dir', folder])
    assert second.wait() == 0
    assert len(desktop.windows(first.program)) == 1
    other = open_window(desktop, 'other')
    assert other.program.pid != first.program.pid


def test_quits_in_time(scope):
    """Ctrl+Q and SIGTERM end the program in order, with the server at hand or without."""
    world = World(scope)
    world.server.program.kill()
    world.app.activate()
    world.desktop.xdotool('key', 'ctrl+q')
    assert world.app.program.wait(8) == 0


def test_read_only_folder_is_said(scope):
    """A folder that cannot be written: a page says so, and trying again works once it is mended."""
    desktop = Desktop(scope)
    blocker = scope.write('blocker', 'a file where the folder should be')
    app = open_window(desktop, data_dir=os.path.join(blocker, 'data'))
    app.find('push button', 'Quit')
    os.unlink(blocker)
    app.find('push button', 'Try Again').click()
    app.find('push button', 'Start a group on this computer')


def test_folder_in_use_is_said(scope):
    """A folder that another program has open: a page says so, and trying again works once it is free."""
    desktop = Desktop(scope)
    holder = Cli(scope, name='holder')
    holder.event('ready')
    app = open_window(desktop, data_dir=holder.data_dir)
    app.find('panel', re.compile('Another Ullim has this data folder open'))
    app.find('label', text=holder.data_dir)
    app.find('push button', 'Try Again').click()
    app.find('panel', re.compile('Another Ullim has this data folder open'))
    assert holder.quit() == 0
    app.find('push button', 'Try Again').click()
    app.find('push button', 'Start a group on this computer')


def set_schema(path, version):
    """Sets the database's schema version; returns the one that it had and the content of the file."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        before = database.execute('PRAGMA user_version').fetchone()[0]
        database.execute(f'PRAGMA user_version = {version}')
    with open(path, 'rb') as file:
        return before, file.read()


def test_newer_database_is_said(scope):
    """The database of a newer version: a page says what to do, and the file is not touched."""
    desktop = Desktop(scope)
    maker = Cli(scope, name='maker')
    maker.event('ready')
    assert maker.quit() == 0
    path = os.path.join(maker.data_dir, 'ullim.db')
    schema, content = set_schema(path, 999)
    app = open_window(desktop, data_dir=maker.data_dir)
    app.find('panel', re.compile('A newer version of Ullim made this data folder'))
    app.find('push button', 'Quit')
    with open(path, 'rb') as file:
        assert file.read() == content
    set_schema(path, schema)
    app.find('push button', 'Try Again').click()
    app.find('push button', 'Start a group on this computer')


def test_damaged_database_is_said(scope):
    """A damaged database is said, and not touched."""
    desktop = Desktop(scope)
    folder = scope.path('data', folder=True)
    damage = 'this is no database ' * 500
    scope.write('data/ullim.db', damage)
    app = open_window(desktop, data_dir=folder)
    app.find('push button', 'Try Again')
    with open(os.path.join(folder, 'ullim.db'), encoding='utf-8') as file:
        assert file.read() == damage


main(globals())
