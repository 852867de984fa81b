# SPDX-License-Identifier: GPL-3.0-or-later
"""Two of ours write to each other through Kamailio: UDP, TCP, TLS; MD5 and SHA-256; someone offline."""

from ullim_test import main
from ullim_test.certificates import Authority
from ullim_test.kamailio import Kamailio
from ullim_test.programs import Cli

TEXTS = ('Hello, Bob', '안녕하세요, 점심 드셨어요?', '👩‍👩‍👧 👍🏽 שלום', 'two\nlines', 'long ' + '가나다라 ' * 400 + 'end')


def write_both_ways(alice, bob, texts=TEXTS):
    """Every text arrives as it was written, once, and its writer learns that it did."""
    for writer, reader in ((alice, bob), (bob, alice)):
        for text in texts:
            writer.message(reader.address, text)
            came = reader.event('message', text=text)
            assert came['from'] == writer.address, came
            writer.event('message-state', state='delivered')
        assert not reader.events('message'), 'a text came twice'
        assert not writer.events('error'), writer.events('error')


def connect(scope, kamailio, user, transport, **options):
    person = kamailio.people[user]
    cli = Cli(scope, person, kamailio.proxy(transport), name=user, **options)
    cli.address = person.address
    return cli


def pair(scope, transport, algorithm='MD5'):
    kamailio = Kamailio(scope, ['alice', 'bob'], algorithm=algorithm)
    return [connect(scope, kamailio, user, transport).registered() for user in kamailio.people]


def test_udp(scope):
    write_both_ways(*pair(scope, 'udp'))


def test_tcp(scope):
    write_both_ways(*pair(scope, 'tcp'))


def test_digest_sha256(scope):
    write_both_ways(*pair(scope, 'tcp', algorithm='SHA-256'), texts=TEXTS[:2])


def test_tls_with_its_authority(scope):
    authority = Authority(scope)
    kamailio = Kamailio(scope, ['alice', 'bob'], tls=authority.issue('kamailio.test', '127.0.0.1'))
    alice, bob = (connect(scope, kamailio, user, 'tls', tls_ca=authority.ca_file).registered()
                  for user in kamailio.people)
    write_both_ways(alice, bob)
    assert not alice.events('certificate')


def test_tls_trusted_on_first_use(scope):
    kamailio = Kamailio(scope, ['alice'], tls=Authority(scope).issue('kamailio.test', '127.0.0.1'))
    alice = connect(scope, kamailio, 'alice', 'tls')
    shown = alice.event('certificate')
    assert 'kamailio.test' in shown['subject'], shown
    assert not alice.events('registered'), 'registered before the certificate was trusted'
    alice.say(f'trust {shown["fingerprint"]}').registered()
    assert alice.quit() == 0
    # The pin is kept with the account.
    again = connect(scope, kamailio, 'alice', 'tls', data_dir=alice.data_dir).registered()
    assert not again.events('certificate')


def test_tls_changed_certificate_is_refused(scope):
    first = Kamailio(scope, ['alice'], tls=Authority(scope).issue('kamailio.test', '127.0.0.1'))
    alice = connect(scope, first, 'alice', 'tls')
    alice.say(f'trust {alice.event("certificate")["fingerprint"]}').registered()
    alice.quit()
    first.stop()
    other = Authority(scope, 'impostor').issue('kamailio.test', '127.0.0.1')
    second = Kamailio(scope, ['alice'], tls=other, name='impostor')
    alice = connect(scope, second, 'alice', 'tls', data_dir=alice.data_dir)
    shown = alice.event('certificate')
    assert shown['pinned'] and shown['pinned'] != shown['fingerprint'], shown
    assert not alice.events('registered')


def test_wrong_password(scope):
    kamailio = Kamailio(scope, ['alice'])
    kamailio.people['alice'].password_file = scope.password_file('wrong')
    alice = connect(scope, kamailio, 'alice', 'tcp')
    refused = alice.event('unregistered', state='failed')
    assert refused['problem'] == 'password', refused


def test_unknown_person(scope):
    kamailio = Kamailio(scope, ['alice'])
    alice = connect(scope, kamailio, 'alice', 'tcp').registered()
    alice.message('sip:nobody@kamailio.test', 'anyone?')
    failed = alice.event('message-state', state='failed')
    assert failed['text'], failed


def test_offline_person_receives_later(scope):
    kamailio = Kamailio(scope, ['alice', 'bob'], offline=True)
    alice = connect(scope, kamailio, 'alice', 'tcp').registered()
    for text in ('첫째', 'second'):
        alice.message('sip:bob@kamailio.test', text)
        alice.event('message-state', state='accepted')
    bob = connect(scope, kamailio, 'bob', 'tcp').registered()
    for text in ('첫째', 'second'):
        bob.event('message', text=text)
    assert not bob.events('message')


def test_restarted_server(scope):
    kamailio = Kamailio(scope, ['alice', 'bob'])
    alice, bob = (connect(scope, kamailio, user, 'tcp').registered() for user in kamailio.people)
    kamailio.stop()
    # Whoever writes now finds nobody there; the text waits for the server.
    alice.message(bob.address, '나중에')
    alice.event('message-state', state='queued')
    kamailio.start()
    bob.event('message', text='나중에', deadline_s=60)
    alice.event('message-state', state='delivered')
    write_both_ways(alice, bob, texts=['back again'])


main(globals())
