#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents point at is there: links, pictures, paths of the tree.

usage: check-documents.py SOURCE-ROOT
"""

import re
import sys
from pathlib import Path

LINK = re.compile(r'\]\(([^)#:]+)\)')
TREE_PATH = re.compile(r'`((?:src|tests|docs|po|data|flatpak)/[\w./-]+)`')


def missing(root, document):
    text = document.read_text(encoding='utf-8')
    for target in LINK.findall(text):
        if not (document.parent / target).exists():
            yield target
    for target in TREE_PATH.findall(text):
        if not (root / target).exists():
            yield target


def main():
    root = Path(sys.argv[1])
    documents = [*root.glob('*.md'), *(root / 'docs').rglob('*.md')]
    broken = [f'{document.relative_to(root)} points at {target}, which is not there'
              for document in documents for target in missing(root, document)]
    print(f'{len(documents)} documents read')
    print('\n'.join(broken))
    return 1 if broken or not documents else 0


sys.exit(main())
