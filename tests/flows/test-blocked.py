# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who is blocked stays blocked, however they write their own address."""

from ullim_test import main
from ullim_test.presence import connect
from ullim_test.programs import Server
from ullim_test.raw import Watcher

TEXT = [('Content-Type', 'text/plain')]


def test_other_spellings_of_the_address(scope):
    server = Server(scope, ['alice', 'bob', 'carol'])
    bob = connect(scope, server, 'bob')
    alice, carol = (Watcher(scope, server, server.people[user]) for user in ('alice', 'carol'))
    bob.say(f'person block {alice.aor}').event('permission', permission='blocked')
    for spelling in ('sip:alice@{0}', 'sips:alice@{0}', 'sip:%61lice@{0}', 'sip:alice@{0};x=y',
                     'sip:alice@{0}:5060', 'sip:alice@{0}:5061', 'sip:alice@{0}:5999',
                     'sips:alice@{0}:5999'):
        answer = alice.transact('MESSAGE', bob.uri, headers=TEXT, body=b'let me in',
                                from_uri=spelling.format(server.domain))
        assert answer.status == 403, (spelling, answer.start)
    assert carol.transact('MESSAGE', bob.uri, headers=TEXT, body=b'and me?').status == 200
    bob.event('message', text='and me?')
    assert not bob.events('message')


main(globals())
