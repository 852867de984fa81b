# SPDX-License-Identifier: GPL-3.0-or-later
"""Two devices of one account keep one address book and one set of permissions, through ullim-server."""

import sqlite3
import threading

from ullim_test import main, wait_for
from ullim_test.programs import Cli, Server

OTHERS = [f'p{i}' for i in range(12)]


def device(scope, server, name, transport='tcp', data_dir=None, online=True):
    cli = Cli(scope, server.people['alice'], server.proxy(transport), name=name, data_dir=data_dir,
              tls_ca=server.ca_file if transport == 'tls' else None)
    cli.event('registered' if online else 'ready')
    return cli


def address(server, name):
    return f'sip:{name}@{server.domain}'


def rows(cli, command, row, end):
    cli.forget(row)
    cli.say(command).event(end)
    found = cli.events(row)
    cli.forget(row)
    return found


def book(cli):
    """Address -> (name, groups) of everybody in the book."""
    return {event['uri']: (event['name'], sorted(event.get('groups', [])))
            for event in rows(cli, 'people', 'person', 'people-end')}


def permissions(cli):
    return {event['uri']: event['permission']
            for event in rows(cli, 'watchers', 'permission', 'watchers-end')}


def wait_for_book(server, cli, names):
    expected = sorted(address(server, name) for name in names)
    wait_for(lambda: sorted(book(cli)) == expected, f'{cli.name} to have {expected}')


def add(server, cli, name, title=''):
    cli.say(f'person add {address(server, name)} {title}')
    cli.event('person-added', uri=address(server, name))


def remove(server, cli, name):
    cli.say(f'person remove {address(server, name)}')
    cli.event('person-removed', uri=address(server, name))


def two_devices(scope, transport='tcp'):
    server = Server(scope, ['alice'])
    return server, device(scope, server, 'desk', transport), device(scope, server, 'lap', transport)


def follow(scope, transport):
    server, desk, lap = two_devices(scope, transport)
    add(server, desk, 'bob', 'Bob')
    lap.event('person-added', uri=address(server, 'bob'))
    lap.say(f'person group {address(server, "bob")} Friends')
    wait_for(lambda: book(desk) == {address(server, 'bob'): ('Bob', ['Friends'])}, 'the group')
    remove(server, desk, 'bob')
    lap.event('person-removed', uri=address(server, 'bob'))


def test_devices_follow_each_other(scope):
    follow(scope, 'tcp')


def test_devices_follow_each_other_tls(scope):
    follow(scope, 'tls')


def test_devices_follow_each_other_udp(scope):
    follow(scope, 'udp')


def test_both_change_at_once(scope):
    """Nothing is lost, whoever is quicker."""
    server, desk, lap = two_devices(scope)
    for name in OTHERS[:4]:
        add(server, desk, name)
    wait_for_book(server, lap, OTHERS[:4])

    def work(cli, added, removed):
        for name in added:
            add(server, cli, name)
        for name in removed:
            remove(server, cli, name)

    workers = [threading.Thread(target=work, args=(desk, OTHERS[4:8], OTHERS[0:2])),
               threading.Thread(target=work, args=(lap, OTHERS[8:12], OTHERS[2:4]))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for cli in (desk, lap):
        wait_for_book(server, cli, OTHERS[4:12])


def test_changes_while_apart(scope):
    """Without a server each goes on alone; when it is back both have everything."""
    server, desk, lap = two_devices(scope)
    for name in ('bob', 'carol', 'dave'):
        add(server, desk, name)
    wait_for_book(server, lap, ('bob', 'carol', 'dave'))
    server.program.stop()
    add(server, desk, 'erin')
    remove(server, desk, 'bob')
    add(server, lap, 'frank')
    remove(server, lap, 'carol')
    server.start(server.ports['udp'], server.ports['tls'])
    for cli in (desk, lap):
        wait_for_book(server, cli, ('dave', 'erin', 'frank'))


def test_a_device_that_was_off(scope):
    server, desk, lap = two_devices(scope)
    for name in ('bob', 'carol'):
        add(server, desk, name)
    wait_for_book(server, lap, ('bob', 'carol'))
    assert lap.quit() == 0
    add(server, desk, 'dave')
    remove(server, desk, 'bob')
    third = device(scope, server, 'phone')
    wait_for_book(server, third, ('carol', 'dave'))
    lap = device(scope, server, 'lap-again', data_dir=lap.data_dir)
    wait_for_book(server, lap, ('carol', 'dave'))


def test_a_server_that_lost_its_documents(scope):
    """They are put back; nothing is removed from the book for that."""
    server, desk, lap = two_devices(scope)
    for name in ('bob', 'carol'):
        add(server, desk, name)
    wait_for_book(server, lap, ('bob', 'carol'))
    server.program.stop()
    with sqlite3.connect(f'{server.data_dir}/server.db') as database:
        database.execute('DELETE FROM documents')
    server.start(server.ports['udp'], server.ports['tls'])
    third = device(scope, server, 'phone')
    wait_for_book(server, third, ('bob', 'carol'))
    wait_for_book(server, lap, ('bob', 'carol'))


def test_permissions(scope):
    server, desk, lap = two_devices(scope)
    bob, carol, dave = (address(server, name) for name in ('bob', 'carol', 'dave'))
    desk.say(f'allow {bob}').say(f'deny {carol}')
    wait_for(lambda: permissions(lap) == {bob: 'allowed', carol: 'denied'}, 'both decisions')
    lap.say(f'allow {carol}').say(f'person block {dave}')
    wait_for(lambda: permissions(desk) == {bob: 'allowed', carol: 'allowed', dave: 'denied'},
             'the later decisions')
    assert permissions(lap)[dave] == 'blocked'


if __name__ == '__main__':
    main(globals())
