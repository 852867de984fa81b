#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the floors hold: that a folder of src/ which includes what stands above or beside it does
not compile, with the flags that the folder really has in this build.

usage: check-floors.py SOURCE-ROOT BUILD-ROOT
"""

import json
import shlex
import subprocess
import sys
from pathlib import Path

# Who may include whom (ARCHITECTURE.md). What is not named here must not compile.
MAY_INCLUDE = {
    'proto': [],
    'model': ['proto'],
    'sip': ['proto'],
    'http': ['proto'],
    'media': ['proto'],
    'store': ['model'],
    'core': ['store', 'sip', 'http', 'model', 'proto'],
    'words': ['model'],
    'cli': ['core', 'words', 'model'],
    'ui': ['core', 'words', 'model'],
    'server': ['proto'],
}
# Libraries that only some may see.
LIBRARIES = {
    'gtk/gtk.h': ['ui'],
    'sofia-sip/nua.h': ['sip', 'server'],
    'libsoup/soup.h': ['http'],
    'libxml/parser.h': ['proto'],
}


def folder_flags(source, build):
    """For each folder its own flags, from a file of it in compile_commands.json."""
    flags = {}
    for entry in json.loads((build / 'compile_commands.json').read_text()):
        path = (build / entry['file']).resolve()
        if path.suffix == '.c' and path.parent.parent == source / 'src':
            flags.setdefault(path.parent.name, shlex.split(entry['command']))
    return flags


def syntax_check(command):
    """The compiler's command without its input, output and dependency file."""
    kept = []
    words = iter(command)
    for word in words:
        if word in ('-o', '-MF', '-MQ', '-c'):
            next(words)
        elif word not in ('-MD', 'ccache'):
            kept.append(word)
    return kept + ['-fsyntax-only', '-x', 'c', '-']


def compiles(command, header, build):
    text = f'#include "{header}"\nint floors_checked;\n'
    result = subprocess.run(command, input=text, cwd=build, capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stderr


def public_header(source, folder):
    headers = sorted(path.name for path in (source / 'src' / folder).glob('*.h')
                     if not path.stem.endswith('-private'))
    return headers[0] if headers else None


def main():
    source, build = (Path(argument).resolve() for argument in sys.argv[1:])
    flags = folder_flags(source, build)
    problems = [f'src/{folder} has no line in this table' for folder in flags
                if folder not in MAY_INCLUDE]
    refused = 0
    for folder in (name for name in MAY_INCLUDE if name in flags):
        command = syntax_check(flags[folder])
        for other in MAY_INCLUDE:
            header = public_header(source, other)
            if header is None:
                continue
            may = other == folder or other in MAY_INCLUDE[folder]
            works, output = compiles(command, header, build)
            if may and not works:
                problems.append(f'src/{folder} should be able to include {header}:\n{output}')
            elif works and not may:
                problems.append(f'src/{folder} can include {header} of src/{other}')
            refused += not may
        for header, users in LIBRARIES.items():
            if folder not in users:
                refused += 1
                if compiles(command, header, build)[0]:
                    problems.append(f'src/{folder} can include <{header}>')
    print(f'{refused} includes across the floors tried, in {len(flags)} folders')
    for problem in problems:
        print(problem)
    # A test that tried nothing has shown nothing.
    return 1 if problems or 'proto' not in flags else 0


if __name__ == '__main__':
    sys.exit(main())
