# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of people in the real window: adding, groups, states, search, keyboard, editing, files."""

import os
import re

from ullim_test import main, wait_for
from ullim_test.desktop import Desktop
from ullim_test.programs import Cli, Server, open_window


def card(name, address, *more):
    """One person of an address book file."""
    return '\r\n'.join(['BEGIN:VCARD', 'VERSION:4.0', f'FN:{name}', f'IMPP:{address}', *more,
                        'END:VCARD', ''])


class World:
    """Alice in her window with people in her book; Bob and Carol without a window, at one server."""

    def __init__(self, scope, *cards, width=900, height=700):
        self.scope = scope
        self.server = Server(scope, ['alice', 'bob', 'carol'])
        self.desktop = Desktop(scope)
        self.data_dir = scope.path('data-ullim', folder=True)
        if cards:
            self._fill_book(''.join(cards))
        self.app = open_window(self.desktop, account=self.server.people['alice'],
                               proxy=self.server.proxy(), data_dir=self.data_dir)
        self.app.find(None, 'Accounts: Online')
        self.resize(width, height)
        self.app.activate()

    def _fill_book(self, text):
        book = self.scope.write('book.vcf', text)
        filler = Cli(self.scope, name='filler', data_dir=self.data_dir)
        filler.event('ready')
        filler.say(f'people import {book}').event('people-imported')
        assert filler.quit() == 0

    def address(self, user):
        return f'sip:{user}@{self.server.domain}'

    def cli(self, user):
        return Cli(self.scope, self.server.people[user], self.server.proxy(), name=user).registered()

    def key(self, *keys):
        self.desktop.xdotool('key', *keys)

    def rows(self):
        """What the list says now, from the top."""
        table = self.app.maybe('table', 'People')
        return [cell.name for cell in table.all('table cell', showing=False)] if table else []

    def row(self, pattern):
        return self.app.find('table', 'People').find('table cell', re.compile(pattern))

    def resize(self, width, height):
        window = self.desktop.windows(self.app.program)[0]
        self.desktop.xdotool('windowsize', window, str(width), str(height))

    def wait_rows(self, *patterns):
        def fit():
            rows = self.rows()
            return len(rows) == len(patterns) and all(
                re.search(pattern, row) for pattern, row in zip(patterns, rows))
        try:
            wait_for(fit, f'the rows {patterns}')
        except AssertionError as error:
            raise AssertionError(f'{error}\n{self.rows()}') from None


def test_add_by_address(scope):
    """From the empty list: an address, checked as it is typed; the person's state comes by itself."""
    world = World(scope)
    bob = world.cli('bob')
    world.app.find('push button', 'Add a Person').click()
    dialog = world.app.find('dialog', 'Add a Person')
    address = dialog.find('text', 'Address')
    assert not dialog.find('push button', 'Add').has('sensitive')
    address.write('bob @')
    dialog.find('label', text=re.compile('not a complete address'))
    assert not dialog.find('push button', 'Add').has('sensitive')
    address.write('bob')
    dialog.find('text', 'Name').write('Bob Builder').type_keys('Return')
    world.app.wait_gone('dialog', 'Add a Person')
    world.wait_rows('Everybody, 0 of 1', '^Bob Builder, Unknown: waits')
    bob.event('permission-request', uri=world.address('alice'))
    bob.say(f"allow {world.address('alice')}")
    world.wait_rows('Everybody, 1 of 1 available', '^Bob Builder, Available')
    bob.say('presence busy in a meeting')
    world.wait_rows('Everybody, 0 of 1 available', '^Bob Builder, Busy: in a meeting')


def test_open_by_click_and_key(scope):
    """A click on a person and Enter open the text window."""
    world = World(scope, card('Bob', 'sip:bob@example.test'), card('Carol', 'sip:carol@example.test'))
    world.row('^Bob').press()
    world.app.find('panel', 'Bob')
    wait_for(lambda: world.app.find('text', 'Message').has('focused'), 'the cursor in the entry')
    world.key('ctrl+1')
    table = world.app.find('table', 'People')
    wait_for(lambda: table.has('focused') or any(cell.has('focused') for cell in table.all('table cell')),
             'the focus in the list')
    world.key('Down')
    world.key('Return')
    world.app.find('panel', 'Carol')


def test_groups_fold_and_stay_folded(scope):
    """Favourites first, each group, then the others; a folded group hides its people."""
    world = World(scope, card('Bob', 'sip:bob@example.test', 'CATEGORIES:Work,Band'),
                  card('Carol', 'sip:carol@example.test', 'X-ULLIM-FAVOURITE:1'),
                  card('Dora', 'sip:dora@example.test'))
    everything = ('^Favourites, ', '^Carol', '^Band, ', '^Bob', '^Work, ', '^Bob', '^In no group', '^Dora')
    world.wait_rows(*everything)
    world.row('^Band, .*expanded').press()
    world.wait_rows('^Favourites, ', '^Carol', '^Band, .*collapsed', '^Work, ', '^Bob', '^In no group', '^Dora')
    world.key('ctrl+1')
    world.key('Right')
    world.wait_rows(*everything)
    world.key('Left')
    world.wait_rows('^Favourites, ', '^Carol', '^Band, .*collapsed', '^Work, ', '^Bob', '^In no group', '^Dora')
    world.key('Return')
    world.wait_rows(*everything)


def test_search(scope):
    """One search entry: people by name, nickname, address and group; the chats by a button."""
    world = World(scope, card('Bob', 'sip:bob@example.test', 'CATEGORIES:Band', 'NICKNAME:Bobby'),
                  card('김민지', 'sip:minji@example.test'), card('Carol', 'sip:carol@example.test'))
    carol = world.cli('carol')
    carol.message(world.address('alice'), 'see you at the rehearsal')
    world.app.find('radio button', 'Chats (1)')
    world.key('ctrl+k')
    search = world.app.find('text', 'Search people and messages')
    wait_for(lambda: search.has('focused'), 'the focus in the search')
    for text, found in (('BOBBY', '^Bobby'), ('band', '^Bobby'), ('민지', '^김민지'), ('carol@', '^Carol')):
        search.write(text)
        world.wait_rows(found)
    search.write('rehearsal')
    world.app.find('label', text='Nobody found')
    world.app.find('push button', 'Search the chats too').click()
    world.app.find('table', 'Found messages').find('table cell', re.compile('rehearsal'))
    search.write('')
    world.key('ctrl+1')
    search.write('bobby')
    world.wait_rows('^Bobby')
    search.type_keys('Return')
    world.app.find('panel', 'Bobby')


def test_edit(scope):
    """Names, addresses, groups, favourite and note are changed; what is no address cannot be saved."""
    world = World(scope, card('Bob', 'sip:bob@example.test', 'CATEGORIES:Work'))
    world.row('^Bob').press(3)
    world.app.find('menu item', 'Edit…').click()
    dialog = world.app.find('dialog', 'Edit Person')
    dialog.find('text', 'Nickname').write('Bobby')
    dialog.find('check box', 'Favourite', showing=False).click()
    dialog.find('push button', 'Add an Address', showing=False).click()
    addresses = wait_for(lambda: len(found := dialog.all('text', 'Address', showing=False)) == 2 and found,
                         'two addresses')
    addresses[1].write('no address at all')
    dialog.find('label', text=re.compile('This is no address'), showing=False)
    wait_for(lambda: not dialog.find('push button', 'Save').has('sensitive'), 'nothing to save')
    addresses[1].write('+82 10 1234 5678')
    wait_for(lambda: dialog.find('push button', 'Save').has('sensitive'), 'something to save')
    dialog.find('text', 'Add to a group', showing=False).write('Band,')
    dialog.find('push button', 'Take out of “Band”', showing=False)
    dialog.find('push button', 'Take out of “Work”', showing=False).click()
    dialog.find('text', 'Note', showing=False).write('Plays the viola')
    dialog.find('push button', 'Save').click()
    world.app.wait_gone('dialog', 'Edit Person')
    world.wait_rows('^Favourites', '^Bobby.*favourite', '^Band', '^Bobby')
    world.key('ctrl+1')
    world.row('^Bobby').press(3)
    world.app.find('menu item', 'Edit…').click()
    dialog = world.app.find('dialog', 'Edit Person')
    assert dialog.find('text', 'Note', showing=False).text == 'Plays the viola'
    numbers = [entry.text for entry in dialog.all('text', 'Address', showing=False)]
    assert any('+8210' in number.replace('-', '') for number in numbers), numbers
    assert dialog.find('text', 'Name').text == 'Bob'


def test_remove_and_undo(scope):
    """Delete removes at once; Undo brings the person back with all that is known of them."""
    world = World(scope, card('Bob', 'sip:bob@example.test', 'CATEGORIES:Work', 'NOTE:viola'),
                  card('Carol', 'sip:carol@example.test'))
    world.row('^Bob').press()
    world.key('ctrl+1')
    world.key('Delete')
    world.app.find('label', text='Bob was removed from your people.')
    world.wait_rows('^Everybody', '^Carol')
    world.app.find('push button', 'Undo').click()
    world.wait_rows('^Work', '^Bob', '^In no group', '^Carol')
    world.app.wait_gone('push button', 'Undo')


def test_drag_to_a_group(scope):
    """A person dragged onto the header of a group is in it; dragged below all groups, in none."""
    world = World(scope, card('Bob', 'sip:bob@example.test', 'CATEGORIES:Work'),
                  card('Carol', 'sip:carol@example.test', 'CATEGORIES:Band'))
    world.wait_rows('^Band', '^Carol', '^Work', '^Bob')
    drag(world, world.row('^Bob'), world.row('^Band'))
    world.wait_rows('^Band, 0 of 2', '^Bob', '^Carol')
    x, y, width, height = world.app.find('table', 'People').extents()
    drag(world, world.row('^Bob'), (x + width // 2, y + height - 40))
    world.wait_rows('^Band, 0 of 1', '^Carol', '^In no group', '^Bob')


def middle(place):
    if isinstance(place, tuple):
        return place
    x, y, width, height = place.extents()
    return x + width // 2, y + height // 2


def drag(world, source, target):
    from_x, from_y = middle(source)
    to_x, to_y = middle(target)
    move = ['mousemove', '--sync']
    steps = [(from_x + 20, from_y), (to_x, to_y + 3), (to_x, to_y)]
    world.desktop.xdotool(*move, str(from_x), str(from_y), 'mousedown', '1')
    for x, y in steps:
        world.desktop.xdotool(*move, str(x), str(y), 'sleep', '0.1')
    world.desktop.xdotool('mouseup', '1')


def test_stranger_is_offered(scope):
    """Whoever writes and is not in the book can be added or blocked over the conversation."""
    world = World(scope)
    carol = world.cli('carol')
    carol.message(world.address('alice'), 'hello')
    world.key('ctrl+2')
    world.app.find('table cell', re.compile('hello')).press()
    world.app.find('label', text=re.compile('carol.* is not in your people'))
    world.app.find('push button', 'Add to People').click()
    dialog = world.app.find('dialog', 'Add a Person')
    assert dialog.find('text', 'Address').text == f'carol@{world.server.domain}'
    dialog.find('push button', 'Add').click()
    world.app.wait_gone('dialog', 'Add a Person')
    world.app.wait_gone('push button', 'Add to People')
    world.key('ctrl+1')
    world.row('^carol')


def test_block_a_stranger(scope):
    """Block in the same bar: the bar goes, and their next message is refused."""
    world = World(scope)
    carol = world.cli('carol')
    carol.message(world.address('alice'), 'buy this')
    world.key('ctrl+2')
    world.app.find('table cell', re.compile('buy this')).press()
    world.app.find('push button', 'Block').click()
    world.app.wait_gone('push button', 'Add to People')
    carol.message(world.address('alice'), 'and this')
    carol.event('message-state', state='failed')


def test_import_and_export(scope):
    """A file is read and says what came of it; the book is written to another one."""
    world = World(scope, card('Bob', 'sip:bob@example.test'))
    book = scope.write('more.vcf', card('Robert', 'sip:bob@example.test') + card('Eve', 'sip:eve@example.test')
                       + 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Nowhere\r\n')
    choose(world, 'Import…', 'Import People', book)
    world.app.find('label', text=re.compile('1 added'))
    world.row('^Eve')
    out = scope.path('out.vcf')
    choose(world, 'Export…', 'Export People', out)
    world.app.find('label', text='All people were written to the file.')
    with open(out, encoding='utf-8') as file:
        text = file.read()
    assert text.count('BEGIN:VCARD') == len([row for row in world.rows() if 'available' not in row])
    assert os.path.getsize(out) > 0 and 'sip:eve@example.test' in text


def choose(world, item, title, path):
    """Works the file chooser by its path entry."""
    world.app.find('toggle button', 'People menu').click()
    world.app.find('push button', item).click()
    chooser = world.app.find('file chooser', title)
    wait_for(lambda: chooser.has('active'), 'the file chooser')
    world.desktop.xdotool('key', 'ctrl+l')
    wait_for(lambda: any(entry.has('focused') for entry in chooser.all('text')), 'the path entry')
    world.desktop.xdotool('key', 'ctrl+a')
    world.desktop.xdotool('type', path)
    wait_for(lambda: any(entry.text == path for entry in chooser.all('text')), 'the path')
    # While it still looks the path up, a click only goes to the folder.
    wait_for(lambda: is_gone_by_click(world.app, title), 'the end of the file chooser')


def is_gone_by_click(app, title):
    chooser = app.maybe('file chooser', title)
    button = chooser and chooser.maybe('push button', title.split()[0])
    if button and button.has('sensitive'):
        button.click()
    return not chooser


def test_order(scope):
    """Sorted by presence or by name."""
    world = World(scope, card('Anna', 'sip:nobody@example.test'), card('Bob', 'sip:bob@example.test'))
    bob = world.cli('bob')
    bob.say(f"allow {world.address('alice')}")
    world.wait_rows('Everybody, 1 of 2', '^Bob, Available', '^Anna')
    world.app.find('toggle button', 'People menu').click()
    world.app.find('radio button', 'By name').click()
    world.wait_rows('Everybody, 1 of 2', '^Anna', '^Bob, Available')


def test_narrow(scope):
    """At 360 pixels the list is whole, and a person leads to the conversation and back."""
    world = World(scope, card('Bob', 'sip:bob@example.test'), width=360, height=640)
    world.app.wait_gone('push button', 'New Conversation')
    world.row('^Bob').press()
    world.app.find('push button', 'Back').click()
    world.row('^Bob')
    assert world.app.window().extents()[2] <= 360


main(globals())
