# SPDX-License-Identifier: GPL-3.0-or-later
"""Three people in three windows see each other come, go away, get busy and come back, through ullim-server
and through Kamailio, with the server killed and started again in between."""

import re

from ullim_test import main, wait_for
from ullim_test.desktop import Desktop
from ullim_test.kamailio import Kamailio
from ullim_test.programs import Server, open_window

NAMES = ('alice', 'bob', 'carol')


class Person:
    """Somebody in a window."""

    def __init__(self, desktop, server, name):
        self.desktop = desktop
        self.server = server
        self.name = name
        self.address = server.people[name].address
        self.open()

    def open(self):
        self.app = open_window(self.desktop, self.name, account=self.server.people[self.name],
                               proxy=self.server.proxy('tcp'))
        self.app.find(None, 'Accounts: Online')

    def add(self, other):
        self.app.find('push button', 'Add a person').click()
        dialog = self.app.find('dialog', 'Add a Person')
        dialog.find('text', 'Address').write(other.address)
        dialog.find('text', 'Name').write(other.name.title())
        dialog.find('push button', 'Add').click()
        self.app.wait_gone('dialog', 'Add a Person')

    def choose(self, state):
        if not self.app.maybe('radio button', state):
            self.app.find('toggle button', re.compile('^Accounts')).click()
        self.app.find('radio button', state).click()
        button = self.app.find('toggle button', re.compile('^Accounts'))
        wait_for(lambda: button.description == state, f'{self.name} to be {state}')

    def sees(self, other, words, deadline_s=60):
        """Waits until the row of somebody in the list of people says so."""
        row = re.compile(f'^{other.name.title()}, {words}')
        self.app.find('table', 'People').find('table cell', row, deadline_s=deadline_s)

    def leave(self):
        """Ctrl+Q."""
        self.app.activate()
        self.desktop.xdotool('key', 'ctrl+q')
        assert self.app.program.wait() == 0


def three_windows(scope, server):
    desktop = Desktop(scope)
    people = [Person(desktop, server, name) for name in NAMES]
    alice, bob, carol = people
    for person in people:
        for other in people:
            if other is not person:
                person.add(other)
    for person in people:
        for other in people:
            if other is not person:
                person.sees(other, 'Available')
    # Each of them changes, and the two others see it.
    for person, state in ((alice, 'Away'), (bob, 'Busy'), (carol, 'Do not disturb')):
        person.choose(state)
        for other in people:
            if other is not person:
                other.sees(person, state)
    # The server is gone: nobody says that they know.
    server.kill()
    alice.sees(bob, 'Connection lost')
    bob.sees(carol, 'Connection lost')
    carol.sees(alice, 'Connection lost')
    # Who changes meanwhile is seen when it is back, and so are those who stayed as they were.
    bob.choose('Available')
    server.start_again()
    for person in people:
        person.app.find(None, 'Accounts: Online', deadline_s=60)
    alice.sees(bob, 'Available')
    alice.sees(carol, 'Do not disturb')
    bob.sees(carol, 'Do not disturb')
    bob.sees(alice, 'Away')
    carol.sees(alice, 'Away')
    carol.sees(bob, 'Available')
    # They go and come back.
    carol.leave()
    alice.sees(carol, 'Offline')
    bob.sees(carol, 'Offline')
    carol.open()
    alice.sees(carol, 'Do not disturb')
    carol.choose('Available')
    alice.choose('Available')
    bob.sees(carol, 'Available')
    bob.sees(alice, 'Available')
    carol.sees(alice, 'Available')
    carol.sees(bob, 'Available')


def test_through_our_server(scope):
    three_windows(scope, Server(scope, NAMES))


def test_through_kamailio(scope):
    three_windows(scope, Kamailio(scope, NAMES, presence='open'))


main(globals())
