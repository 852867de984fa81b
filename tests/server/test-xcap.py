# SPDX-License-Identifier: GPL-3.0-or-later
"""XCAP at the real server: documents, their parts, versions, owners, and what is no XCAP at all."""

import socket
import threading
import time
from xml.etree import ElementTree

from presence_peer import PresencePeer
from sip_peer import DEADLINE_S, Server
from ullim_test import main, wait_for
from xcap_peer import ATTRIBUTE, ELEMENT, LISTS, RULES, SERVICES, XcapPeer, lists

PEOPLE = lists('<list name="friends"><entry uri="sip:bob@group.test"/>'
               '<entry uri="sip:carol@group.test"><display-name>Carol</display-name></entry></list>'
               '<list name="work"/>')
RULESET = ('<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="a"><conditions/>'
           '<actions><sub-handling xmlns="urn:ietf:params:xml:ns:pres-rules">confirm</sub-handling>'
           '</actions><transformations/></rule></ruleset>')
FRIENDS = 'resource-lists/list[@name="friends"]'
PADDING = 900 * 1024


def test_a_document_lives(scope):
    server = Server.serving(scope)
    for secure in (False, True):
        for algorithm in ('MD5', 'SHA-256'):
            alice = XcapPeer(server, secure=secure, algorithm=algorithm)
            assert alice.get('resource-lists').status == 404
            made = alice.put('resource-lists', PEOPLE)
            assert (made.status, bool(made.etag)) == (201, True)
            read = alice.get('resource-lists')
            assert (read.status, read.type, read.etag, read.text) == (200, LISTS, made.etag, PEOPLE)
            again = alice.put('resource-lists', PEOPLE)
            assert again.status == 200 and again.etag != made.etag
            assert alice.delete('resource-lists').status == 200
            assert alice.delete('resource-lists').status == 404


def test_usages(scope):
    alice = XcapPeer(Server.serving(scope))
    assert alice.put('pres-rules', RULESET, RULES).status == 201
    service = ('<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service '
               'uri="sip:alice-people@group.test"><list/><packages><package>presence</package>'
               '</packages></service></rls-services>')
    assert alice.put('rls-services', service, SERVICES).status == 201
    assert alice.get('no-such-usage').status == 404
    caps = alice.ask('GET', '/xcap-root/xcap-caps/global/index')
    assert caps.status == 200 and '<auid>pres-rules</auid>' in caps.text
    assert alice.ask('PUT', '/xcap-root/xcap-caps/global/index', b'x').status == 403
    for path in ('/', '/xcap-root', '/xcap-root/', '/xcap-root/resource-lists/users',
                 '/xcap-root/resource-lists/users/sip:alice@group.test/other',
                 '/xcap-root/resource-lists/users/sip:alice@group.test/index/~~/',
                 '/xcap-root/resource-lists/users/sip:alice@group.test/index/~~/a%00b',
                 '/xcap-root/resource-lists/users/sip:alice@group.test/index/~~/a%5b'):
        assert alice.ask('GET', path).status == 404, path


def test_versions(scope):
    alice = XcapPeer(Server.serving(scope))
    assert alice.put('resource-lists', PEOPLE, If_Match='"x"').status == 412
    first = alice.put('resource-lists', PEOPLE, If_None_Match='*')
    assert first.status == 201
    assert alice.put('resource-lists', PEOPLE, If_None_Match='*').status == 412
    assert alice.get('resource-lists', If_None_Match=first.etag).status == 304
    second = alice.put('resource-lists', PEOPLE, If_Match='"other", %s' % first.etag)
    assert second.status == 200
    assert alice.put('resource-lists', PEOPLE, If_Match=first.etag).status == 412
    assert alice.delete('resource-lists', If_Match=first.etag).status == 412
    assert alice.put('resource-lists', '<list xmlns="urn:ietf:params:xml:ns:resource-lists"/>',
                     ELEMENT, 'resource-lists/list[@name="work"]', If_Match=first.etag).status == 412
    assert alice.get('resource-lists', If_None_Match=first.etag).status == 200
    assert alice.delete('resource-lists', If_Match=second.etag).status == 200


def test_two_writers_lose_nothing(scope):
    """Each adds its entries by reading, changing, putting back under the version that was read."""
    server = Server.serving(scope)
    XcapPeer(server).put('resource-lists', lists('<list/>'))
    refused = []

    def add(name):
        peer = XcapPeer(server)
        for i in range(15):
            while True:
                now = peer.get('resource-lists')
                entry = '<entry uri="sip:%s%d@group.test"/>' % (name, i)
                if '<list/>' in now.text:
                    text = now.text.replace('<list/>', '<list>%s</list>' % entry)
                else:
                    text = now.text.replace('</list>', entry + '</list>')
                status = peer.put('resource-lists', text, If_Match=now.etag).status
                if status == 200:
                    break
                assert status == 412
                refused.append(name)

    writers = [threading.Thread(target=add, args=(name,)) for name in ('a', 'b', 'c')]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(DEADLINE_S)
    text = XcapPeer(server).get('resource-lists').text
    assert text.count('<entry ') == 45 and refused


def test_elements(scope):
    alice = XcapPeer(Server.serving(scope))
    alice.put('resource-lists', PEOPLE)
    read = alice.get('resource-lists', FRIENDS + '/entry[2]/display-name')
    assert (read.status, read.type) == (200, ELEMENT) and '>Carol<' in read.text
    assert alice.get('resource-lists', FRIENDS + '/entry').status == 404  # two
    assert alice.get('resource-lists', FRIENDS + '/*[1][@uri="sip:bob@group.test"]').status == 200
    uri = FRIENDS + '/entry[@uri="sip:dave@group.test"]'
    made = alice.put('resource-lists', '<entry uri="sip:dave@group.test"/>', ELEMENT, uri)
    assert made.status == 201 and made.etag == alice.get('resource-lists').etag
    named = '<entry uri="sip:dave@group.test"><display-name>Dave</display-name></entry>'
    assert alice.put('resource-lists', named, ELEMENT, uri).status == 200
    assert '>Dave<' in alice.get('resource-lists', uri).text
    assert alice.delete('resource-lists', uri).status == 200
    assert alice.delete('resource-lists', uri).status == 404
    # A prefix of the query's, and one that is declared where it is put.
    assert alice.get('resource-lists', 'r:resource-lists/r:list[1]?xmlns(r=%s)' %
                     'urn:ietf:params:xml:ns:resource-lists').status == 200
    first = alice.put('resource-lists', '<entry uri="sip:zoe@group.test"/>', ELEMENT,
                      FRIENDS + '/entry[1][@uri="sip:zoe@group.test"]')
    assert first.status == 201
    assert 'sip:zoe' in alice.get('resource-lists', FRIENDS + '/entry[1]').text


def test_attributes(scope):
    alice = XcapPeer(Server.serving(scope))
    alice.put('resource-lists', PEOPLE)
    path = 'resource-lists/list[2]/@name'
    read = alice.get('resource-lists', path)
    assert (read.status, read.type, read.text) == (200, ATTRIBUTE, 'work')
    assert alice.put('resource-lists', 'a &lt; "b"', ATTRIBUTE, path).status == 200
    assert alice.get('resource-lists', path).text == 'a < "b"'
    assert alice.delete('resource-lists', path).status == 200
    assert alice.get('resource-lists', path).status == 404
    assert alice.put('resource-lists', 'again', ATTRIBUTE, path).status == 201
    bad = alice.put('resource-lists', 'a<b', ATTRIBUTE, path)
    assert (bad.status, bad.reason) == (409, 'not-xml-att-value')


def test_conflicts(scope):
    alice = XcapPeer(Server.serving(scope))

    def reason(*words, **named):
        answer = alice.put('resource-lists', *words, **named)
        assert answer.status == 409, answer.status
        return answer.reason

    assert reason('<entry/>', ELEMENT, 'resource-lists/list') == 'no-parent'  # no document yet
    assert reason('<resource-lists') == 'not-well-formed'
    assert reason(b'\xff\xfe') == 'not-utf-8'
    assert reason('<other/>') == 'schema-validation-error'
    assert reason(lists('<list><entry/></list>')) == 'schema-validation-error'
    assert reason(lists('<list name="a"/><list name="a"/>')) == 'uniqueness-failure'
    assert reason('<!DOCTYPE r [<!ENTITY a "b">]>' + lists('')) == 'not-well-formed'
    assert alice.put('resource-lists', PEOPLE).status == 201
    before = alice.get('resource-lists').etag
    assert reason('<entry uri="sip:x@h"/>', ELEMENT, 'resource-lists/list[9]/entry') == 'no-parent'
    assert reason('<entry uri="sip:x@h"/>', ELEMENT, FRIENDS + '/entry[9]') == 'cannot-insert'
    assert reason('<entry uri="sip:x@h"/>', ELEMENT, FRIENDS + '/entry[@uri="sip:y@h"]') == 'cannot-insert'
    assert reason('<a/><b/>', ELEMENT, FRIENDS + '/entry[1]') == 'not-xml-frag'
    assert reason('</scope><scope>', ELEMENT, FRIENDS + '/entry[1]') == 'not-xml-frag'
    assert reason('<entry/>', ELEMENT, FRIENDS + '/entry[1]') == 'schema-validation-error'
    gone = alice.delete('resource-lists', FRIENDS + '/entry[1]')
    assert (gone.status, gone.reason) == (409, 'cannot-delete')
    assert alice.delete('resource-lists', 'resource-lists').reason == 'cannot-delete'
    assert alice.get('resource-lists').etag == before


def test_methods_and_types(scope):
    alice = XcapPeer(Server.serving(scope))
    path = alice.path('resource-lists')
    post = alice.ask('POST', path, PEOPLE.encode(), [('Content-Type', LISTS)])
    assert post.status == 405 and 'PUT' in post.headers['Allow']
    assert alice.put('resource-lists', PEOPLE, 'text/plain').status == 415
    assert alice.ask('PUT', path, PEOPLE.encode()).status == 415
    assert alice.put('resource-lists', PEOPLE, LISTS + ';charset=utf-8').status == 201
    assert alice.put('resource-lists', '<entry/>', LISTS, FRIENDS).status == 415
    head = alice.ask('HEAD', path)
    assert (head.status, head.body, head.headers['Content-Length']) == (200, b'', str(len(PEOPLE)))


def test_other_people(scope):
    server = Server.serving(scope)
    alice, bob = XcapPeer(server), XcapPeer(server, 'bob')
    alice.put('resource-lists', PEOPLE)
    path = alice.path('resource-lists')
    for method in ('GET', 'PUT', 'DELETE'):
        answer = bob.ask(method, path, PEOPLE.encode(), [('Content-Type', LISTS)])
        assert (answer.status, answer.body) == (403, b''), method
    for xui in ('sip:alice@other.test', 'alice', 'tel:1', 'sip:alice@group.test@group.test', '%00'):
        answer = alice.ask('GET', '/xcap-root/resource-lists/users/%s/index' % xui)
        assert answer.status in (403, 404), xui
    for xui in ('sip:alice@group.test', 'alice@group.test', 'sip%3Aalice%40group.test'):
        assert alice.ask('GET', '/xcap-root/resource-lists/users/%s/index' % xui).status == 200, xui
    assert alice.get('resource-lists').text == PEOPLE


def test_passwords(scope):
    server = Server.serving(scope)
    path = XcapPeer(server).path('resource-lists')
    for user, password in (('alice', 'wrong'), ('nobody', 'secret'), ('', '')):
        peer = XcapPeer(server, user, password)
        assert peer.ask('GET', path).status == 401
        assert peer.ask('PUT', path, PEOPLE.encode(), [('Content-Type', LISTS)]).status == 401
    alice = XcapPeer(server)
    challenge = alice.exchange('GET', path)
    used = [('Authorization', alice.credentials(challenge, 'GET', path))]
    assert alice.exchange('GET', path, headers=used).status == 404
    replayed = alice.exchange('GET', path, headers=used)
    assert replayed.status == 401 and 'stale=true' in replayed.headers['WWW-Authenticate']
    elsewhere = [('Authorization', alice.credentials(replayed, 'GET', path + '2'))]
    assert alice.exchange('GET', path, headers=elsewhere).status == 401


def test_restart_and_removal(scope):
    server = Server.serving(scope)
    etag = XcapPeer(server).put('resource-lists', PEOPLE).etag
    server.kill()
    server.start()
    read = XcapPeer(server).get('resource-lists')
    assert (read.etag, read.text) == (etag, PEOPLE)
    server.command('user', 'remove', 'alice')
    server.add_user('alice')
    wait_for(lambda: XcapPeer(server).get('resource-lists').status == 404, 'the list to be gone')


def test_hostile_documents(scope):
    """Refused in bounded time, and the server goes on."""
    alice = XcapPeer(Server.serving(scope))
    deep = lists('<list>' * 5000 + '</list>' * 5000)
    many = lists('<list>' + '<entry uri="sip:a@b"/>' * 100000 + '</list>')
    bomb = ('<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' +
            ''.join('<!ENTITY a%d "%s">' % (i, '&a%s;' % (i - 1 if i else '') * 10) for i in range(9)) +
            ']><b>&a8;</b>')
    wide = lists('<list ' + ' '.join('a%d=""' % i for i in range(5000)) + '/>')
    for text in (deep, many, bomb, wide, '', ' ', '<', '\0', lists('<list>' + 'x' * PADDING)):
        begin = time.monotonic()
        answer = alice.put('resource-lists', text)
        assert answer.status == 409, (text[:40], answer.status)
        assert time.monotonic() - begin < 5
    assert alice.get('resource-lists').status == 404
    alice.put('resource-lists', PEOPLE)
    for selector in ('resource-lists' + '/list' * 100, '*' * 100, '[' * 100, 'a' * 3000):
        assert alice.get('resource-lists', selector).status == 404, selector


def test_too_big(scope):
    server = Server.serving(scope)
    alice = XcapPeer(server)
    path = alice.path('resource-lists')
    alice.line.putrequest('PUT', path)
    alice.line.putheader('Content-Length', str(5 * 1024 * 1024))
    alice.line.endheaders()
    assert alice.line.getresponse().status == 413
    # Without a length: cut off.
    with socket.create_connection(server.address('http'), DEADLINE_S) as line:
        line.sendall(b'PUT %s HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n' % path.encode())
        chunk = b'10000\r\n' + b'x' * 65536 + b'\r\n'
        try:
            for _ in range(100):
                line.sendall(chunk)
            assert line.recv(1) == b''
        except OSError:
            pass
    with socket.create_connection(server.address('http'), DEADLINE_S) as line:
        line.sendall(b'GET /' + b'x' * 100000 + b' HTTP/1.1\r\n')
        answer = line.recv(100)
        assert not answer or b' 414 ' in answer or b' 431 ' in answer, answer
    assert XcapPeer(server).get('resource-lists').status == 404


def test_half_open_connections_hold_nobody(scope):
    server = Server.serving(scope)
    lines = []
    for transport in ('http', 'https'):
        for _ in range(40):
            line = socket.create_connection(server.address(transport), DEADLINE_S)
            line.sendall(b'PUT /xcap-root/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nx'
                         if transport == 'http' else b'\x16\x03\x01')
            lines.append(line)
    begin = time.monotonic()
    for secure in (False, True):
        assert XcapPeer(server, secure=secure).get('resource-lists').status == 404
    assert time.monotonic() - begin < 2
    for line in lines:
        line.close()


def test_connections_are_limited(scope):
    server = Server.serving(scope)
    lines = [socket.create_connection(server.address('http'), DEADLINE_S) for _ in range(140)]
    closed = 0
    for line in lines[128:]:
        try:
            closed += line.recv(1) == b''
        except ConnectionError:
            closed += 1
    assert closed == 12
    for line in lines:
        line.close()
    wait_for(lambda: _is_answered(server), 'the server to take connections again')


def _is_answered(server):
    try:
        return XcapPeer(server).get('resource-lists').status == 404
    except OSError:
        return False


def test_rate(scope):
    server = Server.serving(scope, options=('--rate', '5'))
    peer = XcapPeer(server)
    statuses = [peer.exchange('GET', '/').status for _ in range(80)]
    assert statuses[0] == 401 and statuses[-1] == 503


def _diff(notify):
    """Root, and for each usage the old and the new tag."""
    assert notify.get('Content-Type') == 'application/xcap-diff+xml'
    root = ElementTree.fromstring(notify.body)
    return root.get('xcap-root'), {
        document.get('sel').split('/')[0]: (document.get('previous-etag'), document.get('new-etag'))
        for document in root}


def test_devices_are_told(scope):
    """xcap-diff: the root that fits the way, the versions, and each change by another device."""
    server = Server.serving(scope)
    alice = XcapPeer(server)
    first = alice.put('resource-lists', PEOPLE).etag.strip('"')
    for transport, scheme in (('tcp', 'http'), ('tls', 'https'), ('udp', 'http')):
        device = PresencePeer(server, 'alice', transport=transport)
        watch = device.subscribe('alice', event='xcap-diff', accept='application/xcap-diff+xml')
        root, documents = _diff(watch.take())
        assert root == '%s://group.test:%d/xcap-root/' % (scheme, server.address(scheme)[1])
        assert documents == {'resource-lists': (None, first)}
        second = alice.put('resource-lists', PEOPLE).etag.strip('"')
        assert _diff(watch.take())[1] == {'resource-lists': (first, second)}
        rules = alice.put('pres-rules', RULESET, RULES).etag.strip('"')
        assert _diff(watch.take())[1] == {'resource-lists': (None, second), 'pres-rules': (None, rules)}
        alice.delete('pres-rules')
        assert _diff(watch.take())[1]['pres-rules'] == (rules, None)
        first = second
    bob = PresencePeer(server, 'bob', transport='tcp')
    assert bob.subscribe('alice', event='xcap-diff').answer.status == 403


if __name__ == '__main__':
    main(globals())
