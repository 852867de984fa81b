# SPDX-License-Identifier: GPL-3.0-or-later
"""The first start in the real window: each of its three ways leads to people who talk."""

import os
import re
import signal
import socket
import ssl
import threading

from ullim_test import main, wait_for
from ullim_test.desktop import Desktop
from ullim_test.programs import Cli, Server, open_window

FINGERPRINT = re.compile('^([0-9A-F]{2}[:\n]){31}[0-9A-F]{2}$')


def say(app, text):
    """Writes a message in the conversation that is shown and sends it by the keyboard."""
    app.activate()
    app.find('text', 'Message').write(text).type_keys('Return')


def test_group_on_this_computer(scope):
    """One click makes a server, an account and Echo, and what is said to Echo comes back."""
    app = open_window(Desktop(scope))
    app.find('push button', 'Start a group on this computer').click()
    app.find('text', 'Your name').write('Alice Kim')
    assert app.find('text', 'User name').text == 'alice'
    app.find('push button', 'Start the Group').click()
    app.find('label', text='Your group is there')
    app.find('label', text=re.compile('^([a-z2-8]{4}-){3}[a-z2-8]{4}$'))
    app.find('push button', 'Go to the Conversations').click()
    app.find('panel', 'Echo')
    say(app, 'Hello Echo, 안녕!')
    wait_for(lambda: len(app.all('label', text=re.compile('Hello Echo, 안녕!'))) >= 2, 'the echo')
    app.find(None, 'Accounts: Online')


def test_invited_person_joins_the_group(scope):
    """The invitation shows all that another person needs to come in."""
    desktop = Desktop(scope)
    app = open_window(desktop)
    app.find('push button', 'Start a group on this computer').click()
    app.find('text', 'User name').write('alice')
    app.find('push button', 'Start the Group').click()
    app.find('push button', 'Invite Somebody…').click()
    dialog = app.find('dialog', 'Invite Somebody')
    assert not dialog.find('push button', 'Invite').has('sensitive')
    dialog.find('text', 'User name').write('bob')
    dialog.find('push button', 'Invite').click()
    words = dialog.find('label', text=re.compile('Address: bob@')).text
    password = re.search(r'Password: (\S+)', words).group(1)
    port = re.search(r'Server: \S+:(\d+)', words).group(1)
    domain = re.search(r'Address: bob@(\S+)', words).group(1)
    dialog.find('push button', 'Close').click()
    bob = open_window(desktop, 'bob')
    bob.find('push button', 'I have a SIP account').click()
    bob.find('text', 'Address').write(f'bob@{domain}')
    bob.find('password text', 'Password').write(password)
    bob.find('text', 'Server', showing=False).write(f'127.0.0.1:{port}')
    bob.find('combo box', 'Transport', showing=False).select(1)
    bob.find('push button', 'Connect').click()
    question = bob.find('dialog', 'Certificate')
    assert words.endswith('\n' + question.find('label', text=FINGERPRINT).text), words
    question.find('push button', 'Trust').click()
    bob.find('push button', 'New conversation').click()
    bob.find('dialog', 'New Conversation').find('text', 'Address').write('alice').type_keys('Return')
    say(bob, 'I am in')
    app.find('push button', 'Go to the Conversations').click()
    show_chats(app)
    app.find('table cell', re.compile('I am in'))


def show_chats(app):
    """Turns from the people to the conversations."""
    app.find('radio button', re.compile('^Chats')).click()


def enter_account(app, server):
    """Fills in the form for alice at a server that is reached by TLS."""
    app.find('push button', 'I have a SIP account').click()
    connect = app.find('push button', 'Connect')
    assert not connect.has('sensitive')
    app.find('text', 'Address').write(f'alice@{server.domain}')
    app.find('password text', 'Password').write(server.people['alice'].password)
    app.find('text', 'Server', showing=False).write(f'localhost:{server.ports["tls"]}')
    app.find('combo box', 'Transport', showing=False).select(1)
    connect.click()


def test_sip_account_with_certificate(scope):
    """Address and password; a certificate that nobody vouches for is asked about, and trusted."""
    server = Server(scope, ['alice', 'bob'])
    app = open_window(Desktop(scope))
    enter_account(app, server)
    dialog = app.find('dialog', 'Certificate')
    fingerprint = dialog.find('label', text=FINGERPRINT)
    assert dialog.find('push button', 'Refuse').has('focused')
    assert fingerprint.text.count(':') == 30
    dialog.find('push button', 'Trust').click()
    app.find(None, 'Accounts: Online')
    bob = Cli(scope, server.people['bob'], server.proxy(), name='bob').registered()
    bob.message(f'sip:alice@{server.domain}', 'Welcome')
    show_chats(app)
    app.find('table cell', re.compile('Welcome'))


def test_refused_certificate_leads_back(scope):
    """Who does not trust a server goes back to the entries; nothing was connected."""
    server = Server(scope, ['alice'])
    app = open_window(Desktop(scope))
    app.find('push button', 'I have a SIP account').click()
    app.find('text', 'Address').write(f'alice@{server.domain}')
    app.find('text', 'Server', showing=False).write(f'localhost:{server.ports["tls"]}')
    app.find('combo box', 'Transport', showing=False).select(1)
    app.find('push button', 'Connect').click()
    app.find('dialog', 'Certificate').find('push button', 'Refuse').click()
    app.find('label', text=re.compile('Nobody known vouches for the server’s certificate'))
    app.find('push button', 'Change the Entries').click()
    assert app.find('text', 'Address').text == f'alice@{server.domain}'
    app.find('push button', 'Connect')


class Impostor:
    """Takes a server's place on its TLS port with a certificate of its own, and writes down all that it
    is told."""

    def __init__(self, scope, server):
        false = Server(scope, domain=server.domain, name='impostor')
        false.program.stop()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(false.data_dir, 'agent.pem'))
        self.heard = []
        self.hands_shaken = 0
        self.listener = socket.create_server(('127.0.0.1', server.ports['tls']))
        scope.at_exit(self._stop)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._listen, args=[connection], daemon=True).start()

    def _listen(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as secure:
                self.hands_shaken += 1
                while data := secure.recv(65536):
                    self.heard.append(data)
        except OSError:
            pass

    def _stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def test_changed_certificate_is_refused(scope):
    """Another certificate than the trusted one is a loud warning; Enter refuses, and nothing is sent."""
    server = Server(scope, ['alice', 'bob'])
    app = open_window(Desktop(scope))
    enter_account(app, server)
    app.find('dialog', 'Certificate').find('push button', 'Trust').click()
    app.find(None, 'Accounts: Online')
    server.program.stop()
    app.find('push button', 'Try Now')
    impostor = Impostor(scope, server)
    app.find('push button', 'Try Now').click()
    dialog = app.find('dialog', 'Certificate')
    dialog.find('label', text='This is not the server you trusted')
    fingerprints = dialog.all('label', text=FINGERPRINT)
    assert len({label.text for label in fingerprints}) == 2
    trust = dialog.find('push button', 'Trust Anyway')
    assert not trust.has('sensitive')
    dialog.find('check box').click()
    wait_for(lambda: trust.has('sensitive'), 'the consent to count')
    app.activate()
    wait_for(lambda: dialog.find('push button', 'Refuse').has('focused'), 'Refuse to have the focus')
    app.desktop.xdotool('key', 'Return')
    app.wait_gone('dialog', 'Certificate')
    app.find('label', text=re.compile('another certificate than the one you trusted'))
    app.find(None, 'Accounts: Not connected')
    assert impostor.hands_shaken > 0
    assert not impostor.heard, impostor.heard
    # Only who asks to see it again, and consents, talks to the other server.
    app.find('push button', 'Show Certificate').click()
    dialog = app.find('dialog', 'Certificate')
    assert not dialog.find('push button', 'Trust Anyway').has('sensitive')
    dialog.find('check box').click()
    wait_for(lambda: dialog.find('push button', 'Trust Anyway').has('sensitive'), 'the consent')
    assert not impostor.heard, impostor.heard
    dialog.find('push button', 'Trust Anyway').click()
    wait_for(lambda: impostor.heard, 'the first request to the other server')


def test_wrong_password(scope):
    """A wrong password is said in words and asked for again."""
    server = Server(scope, ['alice'])
    app = open_window(Desktop(scope))
    app.find('push button', 'I have a SIP account').click()
    app.find('text', 'Address').write(f'alice@{server.domain}')
    app.find('password text', 'Password').write('wrong')
    app.find('text', 'Server', showing=False).write(server.proxy()[len('sip:'):])
    app.find('push button', 'Connect').click()
    dialog = app.find('dialog', 'Password')
    dialog.find('label', text=re.compile('does not accept'))
    dialog.find('password text', 'Password').write(server.people['alice'].password)
    dialog.find('push button', 'Connect').click()
    app.find(None, 'Accounts: Online')


def test_without_a_server(scope):
    """A direct account shows the address to give away, and is reached at it."""
    app = open_window(Desktop(scope))
    app.find('push button', 'Try without a server').click()
    app.find('text', 'User name').write('alice')
    app.find('push button', 'Begin').click()
    app.find('label', text='You can be reached')
    address = app.find('label', text=re.compile(r'^alice@[0-9.]+(:\d+)?$')).text
    app.find('push button', 'Go to the Conversations').click()
    show_chats(app)
    app.find('label', text='Nobody here yet. Start a conversation with Ctrl+N.')
    bob = Cli(scope, 'sip:bob@127.0.0.1', name='bob', listen=['udp:0.0.0.0:0'], register=False)
    bob.message(f'sip:{address}', 'No server between us')
    app.find('table cell', re.compile('No server between us'))


def test_group_comes_back(scope):
    """The group and its conversations are there again at the next start."""
    desktop = Desktop(scope)
    app = open_window(desktop)
    app.find('push button', 'Start a group on this computer').click()
    app.find('push button', 'Start the Group').click()
    app.find('push button', 'Go to the Conversations').click()
    show_chats(app)
    say(app, 'Remember me')
    app.find('table cell', re.compile('Remember me'))
    app.program.signal(signal.SIGTERM)
    assert app.program.wait() == 0
    again = open_window(desktop)
    show_chats(again)
    again.find('table cell', re.compile('Remember me'))


main(globals())
