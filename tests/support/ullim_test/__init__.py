# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests in Python stand on: private scratch worlds, programs, a screen, real SIP peers.

A test file is a list of functions `test_NAME(scope)` and ends with `main(globals())`.
"""

from .scope import DEADLINE_S, Program, Scope, wait_for
from .tap import Skip, main

__all__ = ['DEADLINE_S', 'Program', 'Scope', 'Skip', 'main', 'wait_for']
