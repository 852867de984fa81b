#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text that a user can see is listed for translators, and every language is complete and sound.

usage: check-translations.py SOURCE-ROOT
"""

import re
import subprocess
import sys
from pathlib import Path

FOLDERS = ('src/ui', 'src/cli', 'src/words')
IN_C = re.compile(r'\b(?:N?C?_|ngettext|g_dp?n?gettext2?) ?\("')
IN_UI = re.compile(r'translatable="(?:yes|true|1)"')
KEYWORDS = ('_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3')


def has_texts(path):
    if path.suffix == '.c':
        return IN_C.search(path.read_text(encoding='utf-8'))
    return path.suffix == '.ui' and IN_UI.search(path.read_text(encoding='utf-8'))


def check_listing(root, listed):
    for folder in FOLDERS:
        for path in sorted((root / folder).iterdir()):
            name = path.relative_to(root).as_posix()
            if has_texts(path) and name not in listed:
                yield f'{name} has texts but is not listed in po/POTFILES'
    for name in sorted(listed):
        if not (root / name).is_file():
            yield f'po/POTFILES lists {name}, which is not there'


def run(root, *argv, stdin=None):
    done = subprocess.run(argv, cwd=root, input=stdin, capture_output=True, check=False)
    if done.returncode:
        print(done.stderr.decode(), end='')
    return done


def check_language(root, language, template):
    file = f'po/{language}.po'
    if run(root, 'msgfmt', '--check', '--output-file=/dev/null', file).returncode:
        yield f'{file} is not sound'
    merged = run(root, 'msgmerge', '--quiet', '--no-fuzzy-matching', '--output-file=-', file, '-',
                 stdin=template).stdout
    left = run(root, 'msgattrib', '--untranslated', '--no-obsolete', '--no-wrap', stdin=merged).stdout
    for text in re.findall(r'^msgid "(.+)"$', left.decode(), re.MULTILINE):
        yield f'{file} lacks: {text}'


def main():
    root = Path(sys.argv[1]).resolve()
    lines = (root / 'po/POTFILES').read_text(encoding='utf-8').splitlines()
    listed = {line for line in lines if line and not line.startswith('#')}
    wrong = list(check_listing(root, listed))
    if not wrong:
        template = run(root, 'xgettext', '--from-code=UTF-8', '--output=-', '--files-from=po/POTFILES',
                       *(f'--keyword={keyword}' for keyword in KEYWORDS)).stdout
        languages = (root / 'po/LINGUAS').read_text(encoding='utf-8').split()
        print(f'{template.count(b"msgid ")} texts in {", ".join(languages)}')
        wrong = [line for language in languages for line in check_language(root, language, template)]
    print('\n'.join(wrong))
    return 1 if wrong else 0


sys.exit(main())
