# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up certificate authorities and server certificates, by openssl."""

import re


class Authority:
    """A certificate authority: `ca_file`, and `issue(names)` for servers."""

    def __init__(self, scope, name='ca'):
        self.scope = scope
        self.name = name
        self._count = 0
        self.ca_file = scope.path(f'{name}.pem')
        self.key_file = scope.path(f'{name}.key')
        scope.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                   '-nodes', '-days', '30', '-subj', f'/CN=Ullim test {name}',
                   '-keyout', self.key_file, '-out', self.ca_file])

    def issue(self, *names):
        """A certificate for these host names and IPv4 addresses; returns (certificate file, key file)."""
        self._count += 1
        stem = f'{self.name}-{self._count}'
        certificate, key = self.scope.path(f'{stem}.crt'), self.scope.path(f'{stem}.key')
        request = self.scope.path(f'{stem}.csr')
        kinds = ','.join(('IP:' if re.fullmatch(r'[\d.]+', name) else 'DNS:') + name for name in names)
        extensions = self.scope.write(f'{stem}.ext', f'subjectAltName={kinds}\n')
        self.scope.run(['openssl', 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                        '-subj', f'/CN={names[0]}', '-keyout', key, '-out', request])
        self.scope.run(['openssl', 'x509', '-req', '-in', request, '-CA', self.ca_file,
                        '-CAkey', self.key_file, '-CAcreateserial', '-days', '30',
                        '-extfile', extensions, '-out', certificate])
        return certificate, key
