# SPDX-License-Identifier: GPL-3.0-or-later
"""A member who speaks HTTP to ullim-server: digest of its own, every header as the test wants it."""

import hashlib
import http.client
import re
import secrets
import ssl

from sip_peer import DEADLINE_S, HASHES

LISTS = 'application/resource-lists+xml'
RULES = 'application/auth-policy+xml'
SERVICES = 'application/rls-services+xml'
ELEMENT = 'application/xcap-el+xml'
ATTRIBUTE = 'application/xcap-att+xml'
LISTS_NS = 'urn:ietf:params:xml:ns:resource-lists'


def lists(inner):
    return '<resource-lists xmlns="%s">%s</resource-lists>' % (LISTS_NS, inner)


class Response:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.etag = response.headers.get('ETag')
        self.type = response.headers.get('Content-Type')

    @property
    def text(self):
        return self.body.decode()

    @property
    def reason(self):
        """The element that says why, of a 409."""
        assert self.type == 'application/xcap-error+xml', (self.status, self.type)
        return re.search(r'<xcap-error [^>]*><([a-z0-9-]+)/?>', self.text).group(1)


class XcapPeer:
    """One connection; `self.root` is the path of the XCAP root."""

    def __init__(self, server, user='alice', password='secret', secure=False, algorithm='MD5'):
        self.server = server
        self.user = user
        self.password = password
        self.algorithm = algorithm
        self.root = '/xcap-root'
        host, port = server.address('https' if secure else 'http')
        if secure:
            context = ssl.create_default_context(cafile=server.path('ca.pem'))
            self.line = http.client.HTTPSConnection(host, port, timeout=DEADLINE_S, context=context)
        else:
            self.line = http.client.HTTPConnection(host, port, timeout=DEADLINE_S)

    def path(self, auid, selector='', user=None):
        path = '%s/%s/users/sip:%s@%s/index' % (self.root, auid, user or self.user,
                                                self.server.domain)
        return path + ('/~~/' + selector.replace('"', '%22').replace('[', '%5B').replace(']', '%5D')
                       if selector else '')

    def exchange(self, method, path, body=None, headers=()):
        self.line.request(method, path, body, dict(headers))
        return Response(self.line.getresponse())

    def credentials(self, response, method, path):
        for challenge in response.headers.get_all('WWW-Authenticate'):
            values = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
            if values['algorithm'] == self.algorithm:
                break
        else:
            raise AssertionError('no challenge with ' + self.algorithm)

        def digest(text):
            return hashlib.new(HASHES[self.algorithm], text.encode()).hexdigest()

        ha1 = digest('%s:%s:%s' % (self.user, values['realm'], self.password))
        cnonce = secrets.token_hex(8)
        answer = digest(':'.join([ha1, values['nonce'], '00000001', cnonce, 'auth',
                                  digest(method + ':' + path)]))
        return ('Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", '
                'algorithm=%s, qop=auth, nc=00000001, cnonce="%s"' %
                (self.user, values['realm'], values['nonce'], path, answer, self.algorithm, cnonce))

    def ask(self, method, path, body=None, headers=()):
        """The answer after the challenge."""
        first = self.exchange(method, path, body, headers)
        if first.status != 401:
            return first
        return self.exchange(method, path, body,
                             [*headers, ('Authorization', self.credentials(first, method, path))])

    def get(self, auid, selector='', **headers):
        return self.ask('GET', self.path(auid, selector), headers=_names(headers))

    def put(self, auid, body, content_type=LISTS, selector='', **headers):
        return self.ask('PUT', self.path(auid, selector),
                        body if isinstance(body, bytes) else body.encode(),
                        [('Content-Type', content_type), *_names(headers)])

    def delete(self, auid, selector='', **headers):
        return self.ask('DELETE', self.path(auid, selector), headers=_names(headers))


def _names(headers):
    return [(name.replace('_', '-'), value) for name, value in headers.items()]
