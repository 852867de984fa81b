# SPDX-License-Identifier: GPL-3.0-or-later
"""on-screen.py PROGRAM [ARGUMENT …]: runs a program on a private virtual screen, its output passed on,
and ends with its status. For tests and benches in C that draw."""

import os
import subprocess
import sys

from ullim_test import Scope
from ullim_test.desktop import Desktop

with Scope() as scope:
    # Large enough for the widest window that is tried.
    Desktop(scope, 1700, 1000)
    # The test's own environment counts, but for the screen, the bus and the home.
    environment = {**os.environ, **{name: scope.env[name] for name in (
        'DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'HOME', 'XDG_CONFIG_HOME',
        'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'GDK_BACKEND', 'TMPDIR')}}
    status = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
# AT-SPI keeps threads of its own: leave without waiting for them.
os._exit(status if status >= 0 else 128 - status)
