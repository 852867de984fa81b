# SPDX-License-Identifier: GPL-3.0-or-later
"""Alice in the Ullim window writes with a person on linphone and one on baresip, through Kamailio."""

import re

from ullim_test import main
from ullim_test.desktop import Desktop
from ullim_test.kamailio import Kamailio
from ullim_test.peers import Baresip, Linphone
from ullim_test.programs import open_window


def test_linphone_and_baresip_through_kamailio(scope):
    kamailio = Kamailio(scope, ['alice', 'lin', 'bare'])
    alice, lin, bare = kamailio.people.values()
    linphone = Linphone(scope, lin, kamailio.proxy('udp')).registered()
    baresip = Baresip(scope, bare, alice.address, kamailio.proxy('udp')).registered()
    app = open_window(Desktop(scope), account=alice, proxy=kamailio.proxy('tcp'),
                      options=['--conversation', lin.address])
    app.find(None, 'Accounts: Online')

    # She begins with linphone …
    write(app, '린폰 안녕 👋')
    linphone.received(alice.address, '린폰 안녕 👋')
    linphone.message(alice.address, 'Hello from Linphone')
    app.find('label', text='Hello from Linphone')
    linphone.delivered()

    # … and baresip begins with her: its conversation appears in the list and opens by a click.
    baresip.message('Hello from baresip 안녕')
    open_conversation(app, bare)
    app.find('label', text='Hello from baresip 안녕')
    write(app, '반가워요 baresip')
    baresip.received(alice.address, '반가워요 baresip')


def write(app, text):
    app.find('text', 'Message').write(text)
    app.find('push button', 'Send').click()


def open_conversation(app, person):
    app.find('radio button', re.compile('^Chats')).click()
    row = app.find('table cell', re.compile(person.user))
    app.activate()
    row.press()


main(globals())
