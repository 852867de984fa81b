# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Kamailio: registrar and stateful proxy with digest from SQLite, on 127.0.0.1; with `presence` also
a presence server."""

import glob
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import tempfile

from . import kamailio_presence
from .net import free_port
from .programs import Person
from .scope import wait_for
from .tap import Skip

_TABLES = '/usr/share/kamailio/db_sqlite'
_MEMORY = '/dev/shm'

_CONFIG = '''#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
alias="{domain}"
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
{tls_listen}
tcp_connection_lifetime=3605
# A text of 64 KiB with its headers must pass.
tcp_rd_buf_size=131072

loadmodule "db_sqlite.so"
loadmodule "kex.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "sanity.so"
loadmodule "auth.so"
loadmodule "auth_db.so"
loadmodule "msilo.so"
{tls_module}
{presence_modules}

modparam("auth", "algorithm", "{algorithm}")
modparam("auth_db", "db_url", "sqlite:///{subscribers}")
modparam("auth_db", "calculate_ha1", yes)
modparam("auth_db", "password_column", "password")
modparam("usrloc", "db_mode", 0)
modparam("registrar", "min_expires", 1)
modparam("registrar", "gruu_enabled", 0)
modparam("msilo", "db_url", "sqlite:///{database}")
modparam("msilo", "from_address", "sip:silo@{domain}")
modparam("msilo", "outbound_proxy", "sip:127.0.0.1:{port}")
modparam("msilo", "add_date", 0)
modparam("tm", "fr_timer", 5000)

request_route {{
  if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
  if (!sanity_check()) exit;
  force_rport();
  if (is_method("OPTIONS") && uri == myself && $rU == $null) {{ sl_send_reply("200", "OK"); exit; }}
  if (has_totag()) {{
    {presence_in_dialog}
    if (loose_route() || is_method("ACK")) {{ t_relay(); exit; }}
    if (!is_method("MESSAGE")) {{ sl_send_reply("404", "Not Here"); exit; }}
  }}
  if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
  t_check_trans();
  if (is_method("REGISTER")) {{
    if (!www_authorize("{domain}", "subscriber")) {{ www_challenge("{domain}", "1"); exit; }}
    if (save("location")) m_dump();
    exit;
  }}
  # What msilo kept comes back to us from our own port.
  if (from_uri == myself && $sp != {port}) {{
    if (!proxy_authorize("{domain}", "subscriber")) {{ proxy_challenge("{domain}", "1"); exit; }}
    consume_credentials();
  }}
  if (!(uri == myself)) {{ sl_send_reply("403", "Relaying Denied"); exit; }}
  {presence_out_of_dialog}
  # Nobody here takes it, and it is not for those who are called.
  if (is_method("PUBLISH")) {{ sl_send_reply("404", "Not Here"); exit; }}
  if (is_method("INVITE|SUBSCRIBE")) record_route();
  if (!lookup("location")) {{
    if (is_method("MESSAGE") && {offline} && m_store("$ru")) {{ sl_send_reply("202", "Accepted"); exit; }}
    sl_send_reply("404", "Not Found"); exit;
  }}
  t_relay();
}}
{presence_routes}
'''

_TLS_CONFIG = '''[server:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
certificate = {certificate}
private_key = {key}

[client:default]
verify_certificate = no
require_certificate = no
'''


class Kamailio:
    """`kamailio.proxy("udp")`, `kamailio.people["alice"]`. With `tls` = (certificate, key) it also
    speaks TLS; `algorithm` is "MD5" or "SHA-256"; with `offline` it keeps what it cannot deliver.
    `presence` is "open" (everybody sees everybody) or "asks" (whom pres-rules allow); both have lists
    and XCAP documents at `kamailio.xcap_root`."""

    def __init__(self, scope, users=(), domain='kamailio.test', algorithm='MD5', tls=None,
                 offline=False, presence=None, name='kamailio'):
        self.program_path = shutil.which('kamailio', path='/usr/sbin:/usr/bin:/sbin')
        if not self.program_path:
            raise Skip('kamailio is not installed')
        self.scope = scope
        self.name = name
        self.domain = domain
        self.port = free_port()
        self.folder = None
        self.documents = None
        self.people = {user: Person(user, domain, scope.password_file(f'{name}-{user}'))
                       for user in users}
        values = {'domain': domain, 'port': self.port, 'algorithm': algorithm,
                  'database': self._make_database('kamailio.db', 'msilo', 'presence'),
                  'subscribers': self._make_subscribers(), 'tls_listen': '', 'tls_module': '',
                  'offline': 1 if offline else 0}
        values.update(self._presence_values(presence, values))
        if tls:
            config = scope.write(f'{name}/tls.cfg',
                                 _TLS_CONFIG.format(certificate=tls[0], key=tls[1]))
            values['tls_listen'] = f'enable_tls=yes\nlisten=tls:127.0.0.1:{self.port + 1}'
            values['tls_module'] = f'loadmodule "tls.so"\nmodparam("tls", "config", "{config}")'
        self.config = scope.write(f'{name}/kamailio.cfg', _CONFIG.format(**values))
        self.start()

    def _presence_values(self, presence, values):
        parts = {'modules': '', 'in_dialog': '', 'out_of_dialog': '', 'routes': ''}
        if presence:
            if not glob.glob('/usr/lib/*/kamailio/modules/presence.so'):
                raise Skip('kamailio-presence-modules is not installed')
            folder = self.scope.path(f'{self.name}/tables', folder=True)
            self.documents = self._make_database('documents.db', 'presence')
            more = {**values, 'force_active': 1 if presence == 'open' else 0, 'documents': self.documents,
                    'text_database': kamailio_presence.make_text_tables(folder)}
            parts = {part: getattr(kamailio_presence, part.upper()).format(**more) for part in parts}
        return {f'presence_{part}': text for part, text in parts.items()}

    def _memory_folder(self):
        if not self.folder:
            self.folder = tempfile.mkdtemp(prefix='ullim-test-', dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
            self.scope.at_exit(lambda: shutil.rmtree(self.folder, ignore_errors=True))
        return self.folder

    def _make_database(self, name, *tables):
        """Readers and writers must not lock each other out: Kamailio does not try again. Two writers
        do, for as long as the disk takes: so it is in memory, where there is such a folder."""
        path = os.path.join(self._memory_folder(), name)
        with sqlite3.connect(path) as database:
            database.execute('PRAGMA journal_mode = WAL')
            for table in ('standard', *tables):
                with open(f'{_TABLES}/{table}-create.sql', encoding='utf-8') as script:
                    database.executescript(script.read())
        database.close()
        return path

    def _make_subscribers(self):
        path = self._make_database('subscribers.db', 'auth_db')
        with sqlite3.connect(path) as database:
            for person in self.people.values():
                database.execute('INSERT INTO subscriber (username, domain, password) VALUES (?, ?, ?)',
                                 (person.user, self.domain, person.password))
        database.close()
        return path

    def start(self):
        """Runs until stop(); also after a stop, on the same port."""
        run = self.scope.path(self.name)
        self.program = self.scope.start(self.name, [
            self.program_path, '-f', self.config, '-DD', '-E', '-m', '64', '-M', '8', '-Y', run,
            '-w', run])
        wait_for(self._answers, 'Kamailio to answer')

    def stop(self):
        self.program.stop()

    def start_again(self):
        """Starts it on the port that it had."""
        self.start()

    def kill(self):
        """Kill -9, all its processes, as a power cut would."""
        os.killpg(self.program.pid, signal.SIGKILL)
        self.program.process.wait()

    def _answers(self):
        if self.program.process.poll() is not None:
            raise AssertionError(self.program.log())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(('127.0.0.1', 0))
            probe.settimeout(0.2)
            here = f'127.0.0.1:{probe.getsockname()[1]}'
            tag = hashlib.sha1(os.urandom(8)).hexdigest()[:12]
            try:
                probe.sendto((f'OPTIONS sip:{self.domain} SIP/2.0\r\n'
                              f'Via: SIP/2.0/UDP {here};branch=z9hG4bK{tag}\r\nMax-Forwards: 5\r\n'
                              f'From: <sip:probe@probe.test>;tag={tag}\r\nTo: <sip:{self.domain}>\r\n'
                              f'Call-ID: {tag}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n').encode(),
                             ('127.0.0.1', self.port))
                return probe.recv(4096).startswith(b'SIP/2.0 200')
            except OSError:
                return False

    def address(self, transport):
        """(host, port) for raw sockets."""
        return '127.0.0.1', self.port + 1 if transport == 'tls' else self.port

    def proxy(self, transport='udp'):
        """Where clients connect: a SIP URI."""
        host, port = self.address(transport)
        return f'sip:{host}:{port};transport={transport}'

    @property
    def xcap_root(self):
        """Where the documents are: an HTTP URI."""
        return f'http://127.0.0.1:{self.port}/xcap-root'
