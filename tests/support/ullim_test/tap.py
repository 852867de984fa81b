# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the test functions of one file and speaks TAP, which Meson reads."""

import os
import sys
import time
import traceback

from .scope import Scope


class Skip(Exception):
    """Raised by a test that cannot run here; its text is the reason that is printed."""


def _say(text):
    """Why a test failed: on standard error, which Meson shows for tests that speak TAP."""
    print(text.rstrip(), file=sys.stderr, flush=True)


def _run_one(number, name, function):
    begin = time.monotonic()
    with Scope() as scope:
        try:
            function(scope)
            print(f'ok {number} {name}')
        except Skip as reason:
            print(f'ok {number} {name} # SKIP {reason}')
        except BaseException as error:
            print(f'not ok {number} {name}')
            _say(f'{name}\n' + traceback.format_exc())
            _say(scope.logs())
            if not isinstance(error, Exception):
                raise
            return False
        finally:
            print(f'# {name}: {time.monotonic() - begin:.1f} s', flush=True)
    return True


def _run_apart(number, name, function):
    """One test in a process of its own: AT-SPI knows one session bus per process and never leaves it."""
    child = os.fork()
    if child == 0:
        passed = False
        try:
            passed = _run_one(number, name, function)
        finally:
            # AT-SPI keeps threads of its own: leave without waiting for them.
            os._exit(0 if passed else 1)
    return os.waitpid(child, 0)[1] == 0


def main(names):
    """`main(globals())` at the end of a test file: runs every test_… in the order written; each gets a
    fresh Scope. Arguments select tests by name. Exits non-zero when one failed."""
    tests = [(name, item) for name, item in names.items()
             if name.startswith('test_') and callable(item)]
    if len(sys.argv) > 1:
        tests = [test for test in tests if test[0] in sys.argv[1:]]
    print(f'1..{len(tests)}', flush=True)
    passed = [_run_apart(number, name, function)
              for number, (name, function) in enumerate(tests, 1)]
    sys.exit(0 if all(passed) else 1)
