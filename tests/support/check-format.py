#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every C file looks as .clang-format says.

usage: check-format.py CLANG-FORMAT SOURCE-ROOT
"""

import subprocess
import sys
from pathlib import Path


def main():
    clang_format, root = sys.argv[1], Path(sys.argv[2])
    files = sorted(path for top in ('src', 'tests') for path in (root / top).rglob('*.[ch]'))
    done = subprocess.run([clang_format, '--dry-run', '--Werror', '--ferror-limit=1', *files],
                          cwd=root, capture_output=True, text=True, check=False)
    print(f'{len(files)} files read')
    print(done.stderr, end='')
    return 1 if done.returncode or not files else 0


sys.exit(main())
