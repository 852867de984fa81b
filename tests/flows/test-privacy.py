# SPDX-License-Identifier: GPL-3.0-or-later
"""With every log that can be had, no password, digest or text of a message stands in one; and the
log of ullim-cli goes to standard error, so that standard output holds events only."""

import os

from ullim_test import main
from ullim_test.programs import Cli, Server

TEXTS = ('a secret for Bob', 'a secret that waits', 'a secret for Echo')


def everything_logged(scope):
    scope.env['G_MESSAGES_DEBUG'] = 'all'


def check(program, secrets):
    log = open(program.log_path, encoding='utf-8').read()
    for secret in secrets:
        assert secret not in log, f'{program.name} logs {secret!r}'
    return log


def test_logs_hold_no_secrets(scope):
    everything_logged(scope)
    server = Server(scope, ['alice', 'bob'])
    alice, bob = server.people['alice'], server.people['bob']
    writer = Cli(scope, alice, server.proxy('tcp'), name='writer').registered()
    reader = Cli(scope, bob, server.proxy('udp'), name='reader').registered()
    writer.message(bob.address, TEXTS[0])
    reader.event('message', text=TEXTS[0])
    assert reader.quit() == 0
    writer.message(bob.address, TEXTS[1])
    writer.event('message-state', state='accepted')
    writer.message(f'sip:echo@{server.domain}', TEXTS[2])
    writer.event('message', text=TEXTS[2])
    assert writer.quit() == 0
    server.program.stop()
    secrets = (*TEXTS, alice.password, bob.password, 'response=', 'nonce=')
    check(server.program, secrets)
    assert 'DEBUG' in check(writer.program, secrets)
    assert 'DEBUG' in check(reader.program, secrets)


def test_files_are_private(scope):
    """What others on the computer must not read: keys, accounts, history."""
    old = os.umask(0o022)
    scope.at_exit(lambda: os.umask(old))
    server = Server(scope, ['alice'])
    client = Cli(scope, server.people['alice'], server.proxy('tcp')).registered()
    public = {'ca.pem', 'cafile.pem'}
    for folder in (server.data_dir, client.data_dir):
        for name in set(os.listdir(folder)) - public:
            mode = os.stat(os.path.join(folder, name)).st_mode
            assert not mode & 0o077, f'{name}: {mode:o}'


main(globals())
