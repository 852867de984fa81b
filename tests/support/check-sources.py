#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that every source file of ours keeps: no include climbs out of its folder, which would step
around the floors; each file says its licence.

usage: check-sources.py includes|licences SOURCE-ROOT
"""

import re
import subprocess
import sys
from pathlib import Path

SUFFIXES = {'.c', '.h', '.py', '.sh', '.sql', '.css', '.ui', '.xml', '.build', '.dict', '.in', '.yml'}
NAMES = {'meson_options.txt'}
# A licence stands at the top: before it there is at most "#!" or "<?xml".
HEAD_LINES = 3
CLIMBS = re.compile(rb'^\s*#\s*include\s*["<][^">]*\.\.', re.MULTILINE)
LICENCE = b'SPDX-License-Identifier: GPL-3.0-or-later'
# Software centres copy what describes a program: that text is free for everyone.
METADATA_LICENCE = b'SPDX-License-Identifier: CC0-1.0'


def source_files(root):
    """The files that are ours: what git tracks, or all in a tarball."""
    listing = subprocess.run(['git', '-C', root, '-c', f'safe.directory={root}', 'ls-files', '-z'],
                             capture_output=True, check=False)
    if listing.returncode == 0:
        paths = [root / name.decode() for name in listing.stdout.split(b'\0') if name]
    else:
        paths = [path for top in ('src', 'tests', 'data') for path in (root / top).rglob('*')]
    data = root / 'tests' / 'data'  # what programs wrote, kept as they wrote it
    for path in paths:
        if path.is_file() and not path.is_symlink() and data not in path.parents:
            content = path.read_bytes()
            if path.suffix in SUFFIXES or path.name in NAMES or content.startswith(b'#!'):
                yield path, content


def climbs(path, content):
    return path.suffix in ('.c', '.h') and CLIMBS.search(content) is not None


def lacks_licence(path, content):
    licence = METADATA_LICENCE if '.metainfo.' in path.name else LICENCE
    return licence not in b'\n'.join(content.split(b'\n')[:HEAD_LINES])


def main():
    rule, text = {'includes': (climbs, 'an include with ".."'),
                  'licences': (lacks_licence, 'no SPDX line at its top')}[sys.argv[1]]
    root = Path(sys.argv[2]).resolve()
    files = list(source_files(root))
    broken = [path for path, content in files if rule(path, content)]
    print(f'{len(files)} files read')
    for path in broken:
        print(f'{path.relative_to(root)}: {text}')
    return 1 if broken or not files else 0


if __name__ == '__main__':
    sys.exit(main())
