# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of docs/screenshots anew, from the real program with a real server beneath it:

    meson compile -C build-check && meson devenv -C build-check python3 ../tests/ui/take-screenshots.py

ULLIM, ULLIM_CLI and ULLIM_SERVER name the programs; PYTHONPATH has tests/support.
"""

import os
import re
import subprocess
from pathlib import Path

from ullim_test import Scope
from ullim_test.desktop import Desktop
from ullim_test.programs import Cli, Server, open_window

FOLDER = Path(__file__).resolve().parents[2] / 'docs' / 'screenshots'

TALK = (
    ('bob', 'Alice, are you coming to the rehearsal tonight?'),
    ('alice', 'Yes! 여섯 시 반이지? 🎻'),
    ('bob', '응, 여섯 시 반. The hall is open from six.'),
    ('bob', 'Directions: https://example.org/hall'),
    ('alice', 'I bring the scores.\nAnd tea for everybody ☕'),
    ('bob', '👍🏽'),
)
BOOK = (('Bob', 'bob', 'Orchestra', True, 'available', 'Rehearsing 🎻'),
        ('Mina Park', 'mina', 'Orchestra', False, 'away', ''),
        ('Jonas', 'jonas', 'Orchestra', False, 'busy', 'In a meeting until three'),
        ('Office', 'office', 'Work', False, 'dnd', ''))
OTHERS = (('Mina Park', '사진 잘 받았어, 고마워!'), ('Jonas', 'See you on Thursday'),
          ('Office', 'The server moved; nothing changes for you'))


def picture(desktop, app, name):
    """The newest window of the program, without the screen around it."""
    window = desktop.windows(app.program)[-1]
    subprocess.run(['import', '-window', window, FOLDER / name], env=desktop.scope.env, check=True)


def fill_book(scope):
    """Puts people into the address book of a new data folder."""
    cards = []
    for name, user, group, is_favourite, _, _ in BOOK:
        star = 'X-ULLIM-FAVOURITE:1\r\n' if is_favourite else ''
        cards.append(f'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nIMPP:sip:{user}@example.org\r\n'
                     f'CATEGORIES:{group}\r\n{star}END:VCARD\r\n')
    filler = Cli(scope, name='filler', data_dir=scope.path('data-ullim', folder=True))
    filler.event('ready')
    filler.say(f"people import {scope.write('book.vcf', ''.join(cards))}").event('people-imported')
    filler.quit()


def come_online(scope, server):
    """Everybody of the book is there, tells their state, and lets Alice see it."""
    people = {}
    for name, user, _, _, state, note in BOOK:
        cli = Cli(scope, server.people[user], server.proxy(), name=user, options=['--name', name])
        cli.registered().say('allow ' + server.people['alice'].address).say(f'presence {state} {note}'.strip())
        people[user] = cli
    return people


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Scope() as scope:
        desktop = Desktop(scope)
        server = Server(scope, ['alice', 'bob', 'mina', 'jonas', 'office'], domain='example.org')
        fill_book(scope)
        people = come_online(scope, server)
        app = open_window(desktop, account=server.people['alice'], proxy=server.proxy(),
                          options=['--name', 'Alice', '--conversation', 'sip:bob@example.org'])
        app.find(None, 'Accounts: Online')
        alice = server.people['alice'].address
        for (_, text), user in zip(OTHERS, ('mina', 'jonas', 'office')):
            people[user].message(alice, text).event('message-state', state='delivered')
        bob = people['bob']
        for who, text in TALK:
            if who == 'bob':
                bob.message(alice, text).event('message-state', state='delivered')
            else:
                app.activate()
                app.find('text', 'Message').write(text).type_keys('Return')
                bob.event('message', text=text)
            app.find('label', text=text)
        app.activate()
        desktop.xdotool('mousemove', '1', '799')
        app.find('push button', 'Send')
        app.find('table', 'People').find('table cell', re.compile('^Bob, Available'))
        picture(desktop, app, 'conversation.png')
    os._exit(0)


main()
