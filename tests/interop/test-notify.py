# SPDX-License-Identifier: GPL-3.0-or-later
"""What other servers and phones send about presence, as raw datagrams: the documents of FreeSWITCH and
Asterisk, what they accept, what nobody asked for, and what means harm."""

import re
import time

from sip_peer import Message
from ullim_test import main
from ullim_test.programs import Cli
from ullim_test.raw import PIDF, Phone, pidf

NS = 'urn:ietf:params:xml:ns:pidf'
RPID = f'xmlns:dm="{NS}:data-model" xmlns:rpid="{NS}:rpid"'

# The states of a line as Asterisk tells them: words in a note, the rest in RPID.
ASTERISK = '''<?xml version="1.0" encoding="UTF-8"?>
<presence entity="{uri}" xmlns="urn:ietf:params:xml:ns:pidf" {rpid}>
 <note>{note}</note>
 <tuple id="6001"><status><basic>{basic}</basic></status>
  <contact priority="1">{uri}</contact></tuple>
 <dm:person><rpid:activities>{activity}</rpid:activities></dm:person>
</presence>'''

# And as FreeSWITCH tells them: single quotes, a namespace that nobody uses, a note below the person.
FREESWITCH = '''<?xml version='1.0' encoding='UTF-8'?>
<presence xmlns='urn:ietf:params:xml:ns:pidf'
xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model'
xmlns:rpid='urn:ietf:params:xml:ns:pidf:rpid'
xmlns:c='urn:ietf:params:xml:ns:pidf:cipid' entity='{uri}'>
<tuple id='t6a5ed77e'>
<status>
<basic>{basic}</basic>
</status>
</tuple>
<dm:person id='p06360c4a'>
<rpid:activities>
{activity}
</rpid:activities><dm:note>{note}</dm:note>
</dm:person>
</presence>'''


def client(scope):
    cli = Cli(scope, 'sip:alice@127.0.0.1', register=False, listen=['udp:127.0.0.1:0'])
    cli.udp = cli.port('udp')
    cli.event('online')
    return cli


def watching(scope):
    cli, phone = client(scope), Phone(scope)
    cli.say(f'watch {phone.uri}')
    phone.watched()
    return cli, phone


def test_the_question_is_one_that_others_take(scope):
    """Asterisk answers 406 and 489 to less than this."""
    cli, phone = watching(scope)
    asked = phone.dialog
    assert asked.get('Event') == 'presence', asked.headers
    assert PIDF in asked.get('Accept'), asked.headers
    assert int(asked.get('Expires')) >= 60, asked.headers
    assert re.match('<sip:.*@?127.0.0.1:', asked.get('Contact')), asked.headers
    # Nothing that a plain program would have to refuse.
    assert not asked.get('Require') and not asked.body, asked.headers


def test_documents_of_asterisk(scope):
    cli, phone = watching(scope)
    for note, basic, activity, state in (
            ('Ready', 'open', '', 'available'), ('On the phone', 'open', '<rpid:on-the-phone/>', 'on-the-phone'),
            ('Ringing', 'open', '<rpid:busy/>', 'busy'), ('Away', 'open', '<rpid:away/>', 'away'),
            ('Unavailable', 'closed', '', 'offline')):
        body = ASTERISK.format(uri=phone.uri, rpid=RPID, note=note, basic=basic, activity=activity)
        assert phone.notify(body) == 200
        cli.sees(phone.uri, state)


def test_documents_of_freeswitch(scope):
    cli, phone = watching(scope)
    for note, basic, activity, state in (
            ('Available', 'open', '', 'available'), ('Talk', 'open', '<rpid:on-the-phone/>', 'on-the-phone'),
            ('Do Not Disturb', 'open', '<rpid:busy/>', 'busy'), ('Away', 'open', '<rpid:away/>', 'away'),
            ('Unregistered', 'closed', '', 'offline')):
        body = FREESWITCH.format(uri=phone.uri, note=note, basic=basic, activity=activity)
        assert phone.notify(body) == 200
        cli.sees(phone.uri, state, note=note)


def test_dressed_in_other_ways(scope):
    """Parameters, letters, prefixes, a byte order mark, no type of charset: the same document."""
    cli, phone = watching(scope)
    for content_type in ('application/pidf+xml;charset=utf-8', 'Application/PIDF+XML',
                         'application/pidf+xml; charset="UTF-8"'):
        phone.notify(pidf(phone.uri, activity='away'))
        cli.sees(phone.uri, 'away')
        assert phone.notify(pidf(phone.uri, activity='busy'), content_type=content_type) == 200
        cli.sees(phone.uri, 'busy')
    prefixed = (f'<p:presence xmlns:p="{NS}" entity="{phone.uri}"><p:tuple id="a"><p:status>'
                '<p:basic> open </p:basic></p:status></p:tuple></p:presence>')
    assert phone.notify(b'\xef\xbb\xbf' + prefixed.encode()) == 200
    cli.sees(phone.uri, 'available')
    # Nothing said is not "not there".
    assert phone.notify(f'<presence xmlns="{NS}" entity="{phone.uri}"/>') == 200
    cli.sees(phone.uri, 'unknown')


def test_the_end_is_understood(scope):
    for state, reason in (('terminated;reason=rejected', 'denied'),
                          ('terminated;reason=noresource', 'no-such-person'),
                          ('pending;expires=600', 'pending')):
        cli, phone = watching(scope)
        phone.notify(pidf(phone.uri))
        cli.sees(phone.uri, 'available')
        assert phone.notify(state=state) == 200
        cli.sees(phone.uri, 'unknown', reason=reason)
        cli.quit()


def test_ended_by_a_restart_is_asked_anew(scope):
    cli, phone = watching(scope)
    phone.notify(pidf(phone.uri))
    cli.sees(phone.uri, 'available')
    assert phone.notify(state='terminated;reason=deactivated') == 200
    phone.watched()
    phone.notify(pidf(phone.uri, activity='busy'))
    cli.sees(phone.uri, 'busy')


def stray(phone, cli, event='presence', body=''):
    """A NOTIFY of a dialog that nobody made."""
    phone.peer = ('127.0.0.1', cli.udp)
    head = [('Via', f'SIP/2.0/UDP 127.0.0.1:{phone.port};branch=z9hG4bK{time.monotonic_ns()}'),
            ('Max-Forwards', '70'), ('From', f'<{phone.uri}>;tag=x'),
            ('To', f'<sip:alice@127.0.0.1:{cli.udp}>;tag=y'), ('Call-ID', f'{time.monotonic_ns()}'),
            ('CSeq', '1 NOTIFY'), ('Contact', f'<{phone.uri}>'), ('Event', event),
            ('Subscription-State', 'active;expires=600'), ('Content-Type', PIDF)]
    return phone.ask(Message(f'NOTIFY sip:alice@127.0.0.1:{cli.udp} SIP/2.0', head, body.encode()))


def test_what_nobody_asked_for_is_refused(scope):
    cli, phone = client(scope), Phone(scope)
    assert stray(phone, cli, body=pidf(phone.uri)) == 481
    assert stray(phone, cli, event='message-summary') in (481, 489)
    assert not cli.events('presence')
    # A stranger's word about somebody who is watched does not count.
    watched = Phone(scope, 'friend')
    cli.say(f'watch {watched.uri}')
    watched.watched()
    watched.notify(pidf(watched.uri))
    cli.sees(watched.uri, 'available')
    assert stray(phone, cli, body=pidf(watched.uri, basic='closed')) == 481
    watched.notify(pidf(watched.uri, activity='busy'))
    cli.sees(watched.uri, 'busy')
    assert not [event for event in cli.events('presence') if event['state'] == 'offline']


def hostile(uri):
    """Documents that mean harm, or nothing."""
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa">' + ''.join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip('abcdefgh', 'bcdefghi')) + ']>'
    return {
        'not XML': 'hello',
        'cut short': pidf(uri)[:120],
        'entities': f'{bomb}<presence xmlns="{NS}" entity="{uri}"><note>&i;</note></presence>',
        'a file': f'<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]><presence xmlns="{NS}" '
                  f'entity="{uri}"><note>&f;</note></presence>',
        'deep': '<a>' * 5000 + '</a>' * 5000,
        'wide': f'<presence xmlns="{NS}" entity="{uri}">' + '<tuple/>' * 5000 + '</presence>',
        'another root': f'<list xmlns="{NS}"/>',
        'not UTF-8': b'<presence xmlns="' + NS.encode() + b'" entity="\xff\xfe"/>',
        'zeros': b'\0' * 3000,
    }


def test_hostile_documents_do_no_harm(scope):
    cli, phone = watching(scope)
    phone.notify(pidf(phone.uri, activity='busy'))
    cli.sees(phone.uri, 'busy')
    for name, body in hostile(phone.uri).items():
        begin = time.monotonic()
        status = phone.notify(body)
        assert status in (200, 400, 413, 415), f'{name}: {status}'
        assert time.monotonic() - begin < 5, f'{name}: {time.monotonic() - begin} s'
    assert phone.notify('x', content_type='application/x-odd') in (200, 415)
    # It lives, and still listens.
    assert phone.notify(pidf(phone.uri, activity='away')) == 200
    cli.sees(phone.uri, 'away')
    assert cli.quit() == 0


def test_a_long_note_is_cut_not_lost(scope):
    cli, phone = watching(scope)
    assert phone.notify(pidf(phone.uri, note='길' * 9000)) in (200, 413)
    phone.notify(pidf(phone.uri, activity='away', note='짧다'))
    assert cli.sees(phone.uri, 'away')['note'] == '짧다'


class Question:
    """A SUBSCRIBE of a phone to a client."""

    def __init__(self, phone, cli, event='presence', accept=None):
        phone.peer = ('127.0.0.1', cli.udp)
        self.target = f'sip:alice@127.0.0.1:{cli.udp}'
        head = [('Via', f'SIP/2.0/UDP 127.0.0.1:{phone.port};branch=z9hG4bK{time.monotonic_ns()}'),
                ('Max-Forwards', '70'), ('From', f'<{phone.uri}>;tag={phone.tag}'),
                ('To', f'<{self.target}>'), ('Call-ID', f'{time.monotonic_ns()}'),
                ('CSeq', '1 SUBSCRIBE'), ('Contact', f'<{phone.uri}>'), ('Event', event),
                ('Expires', '600')]
        head += [('Accept', accept)] if accept else []
        self.status = phone.ask(Message(f'SUBSCRIBE {self.target} SIP/2.0', head))


def test_questions_of_others_are_answered(scope):
    """FreeSWITCH asks for several types, Asterisk for one, some for none: all get PIDF."""
    cli = client(scope)
    cli.say('presence busy 회의').event('own-presence', state='busy')
    for number, accept in enumerate((None, PIDF, 'application/xpidf+xml, application/pidf+xml',
                                     'application/dialog-info+xml, application/pidf+xml;q=0.5')):
        phone = Phone(scope, f'asker{number}')
        cli.say(f'allow {phone.uri}').event('permission')
        assert Question(phone, cli, accept=accept).status in (200, 202)
        notify = phone.expect('NOTIFY')
        phone.answer(notify)
        while not notify.body:
            notify = phone.expect('NOTIFY')
            phone.answer(notify)
        # Literal readers want it exactly so.
        assert notify.get('Content-Type') == PIDF, notify.headers
        text = notify.body.decode()
        assert '<basic>open</basic>' in text and 'rpid:busy' in text and '회의' in text, text
        assert f'sip:alice@127.0.0.1' in text, text


def test_questions_about_other_things_are_refused(scope):
    cli = client(scope)
    for event in ('dialog', 'message-summary', 'presence.winfo', 'xcap-diff', 'x-odd'):
        status = Question(Phone(scope), cli, event=event).status
        assert status == 489, (event, status)
    phone = Phone(scope)
    cli.say(f'allow {phone.uri}').event('permission')
    status = Question(phone, cli, accept='application/x-odd').status
    assert status == 406, status
    assert not cli.events('permission-request')


def test_who_asks_directly_waits_for_permission(scope):
    cli, phone = client(scope), Phone(scope)
    cli.say('presence busy SECRETNOTE').event('own-presence')
    assert Question(phone, cli).status in (200, 202)
    notify = phone.expect('NOTIFY')
    phone.answer(notify)
    assert 'pending' in notify.get('Subscription-State') and not notify.body, notify.headers
    cli.event('permission-request', uri=phone.uri)
    cli.say(f'allow {phone.uri}').event('permission')
    notify = phone.expect('NOTIFY')
    phone.answer(notify)
    assert 'active' in notify.get('Subscription-State') and b'SECRETNOTE' in notify.body
    cli.say(f'deny {phone.uri}').event('permission')
    notify = phone.expect('NOTIFY')
    phone.answer(notify)
    assert 'terminated' in notify.get('Subscription-State') and not notify.body, notify.headers


main(globals())
