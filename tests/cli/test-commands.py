# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands for people and presence, as docs/cli.md tells them, with no server at hand."""

from ullim_test import main
from ullim_test.programs import Cli

BOB, CAROL = 'sip:bob@127.0.0.1:5070', 'sip:carol@example.org'


def client(scope, **options):
    cli = Cli(scope, 'sip:alice@127.0.0.1', register=False, listen=['udp:127.0.0.1:0'], **options)
    cli.event('ready')
    return cli


def people(cli, text=''):
    """The rows of `people`, by name."""
    cli.say(f'people {text}')
    end = cli.event('people-end')
    rows = {row['name']: row for row in cli.events('person')}
    cli.forget('person')
    assert end['count'] == len(rows), (end, rows)
    return rows


def fails(cli, command, words):
    cli.say(command)
    error = cli.event('error')
    assert words in error['text'], error


def test_people_are_added_found_and_removed(scope):
    cli = client(scope)
    assert people(cli) == {}
    cli.say(f'person add {BOB} Bob Müller').event('person-added', uri=BOB, name='Bob Müller')
    cli.say(f'person add {CAROL}').event('person-added', uri=CAROL)
    rows = people(cli)
    assert {row['uri'] for row in rows.values()} == {BOB, CAROL}, rows
    assert rows['Bob Müller']['permission'] == 'allowed', rows
    assert rows['Bob Müller']['favourite'] is False, rows
    assert list(people(cli, 'MÜLLER')) == ['Bob Müller']
    assert [row['uri'] for row in people(cli, 'example.org').values()] == [CAROL]
    cli.say(f'person remove {CAROL}').event('person-removed', uri=CAROL)
    assert list(people(cli)) == ['Bob Müller']
    # They are on disk.
    assert cli.quit() == 0
    again = client(scope, data_dir=cli.data_dir)
    assert list(people(again)) == ['Bob Müller']


def test_groups(scope):
    cli = client(scope)
    cli.say(f'person add {BOB} Bob').event('person-added')
    for group in ('가족', 'Old friends', '가족'):
        cli.say(f'person group {BOB} {group}')
    assert sorted(people(cli)['Bob']['groups']) == ['Old friends', '가족']


def test_a_book_goes_through_a_file(scope):
    cli = client(scope)
    file = scope.path('book.vcf')
    cli.say(f'person add {BOB} 박보검').event('person-added')
    cli.say(f'person group {BOB} Cinema')
    cli.say(f'people export {file}').event('people-exported', file=file)
    with open(file, encoding='utf-8') as text:
        assert 'VERSION:4.0' in text.read()
    other = client(scope, name='other')
    other.say(f'people import {file}').event('people-imported', added=1, changed=0, skipped=0)
    row = people(other)['박보검']
    assert (row['uri'], row['groups']) == (BOB, ['Cinema']), row
    other.say(f'people import {file}').event('people-imported', added=0, skipped=0)
    assert len(people(other)) == 1


def test_own_presence_is_kept(scope):
    cli = client(scope)
    cli.say('presence dnd Writing, later').event('own-presence', state='dnd', told='dnd',
                                                 note='Writing, later')
    cli.say('presence invisible').event('own-presence', state='invisible', told='offline')
    assert cli.quit() == 0
    again = client(scope, data_dir=cli.data_dir)
    again.say('presence available').event('own-presence', state='available', told='available')


def test_permissions(scope):
    cli = client(scope)
    for command, permission in (('allow', 'allowed'), ('deny', 'denied'), ('person block', 'blocked'),
                                ('person unblock', 'asked')):
        cli.say(f'{command} {CAROL}')
        assert cli.event('permission', uri=CAROL)['permission'] == permission
    cli.say(f'deny {BOB}').event('permission', uri=BOB, permission='denied')
    cli.say('watchers')
    cli.event('permission', uri=BOB, permission='denied')
    assert cli.event('watchers-end')['count'] == 1


def test_what_is_wrong_is_said(scope):
    cli = client(scope)
    fails(cli, 'presence sleeping', 'available, away, busy, dnd or invisible')
    fails(cli, 'presence', 'Usage')
    fails(cli, 'person', 'no command')
    fails(cli, 'person add', 'Usage')
    fails(cli, f'person remove {CAROL}', 'Nobody in the address book')
    cli.say('person add sip:@ nobody').event('error', problem='address')
    cli.say('watch @@').event('error', problem='address')
    cli.say(f'people import {scope.path("missing.vcf")}').event('error', command='people import')
    assert cli.quit() == 1


main(globals())
