#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`meson install` puts everything where a desktop looks for it, and an installed program starts.

usage: check-install.py BUILD-ROOT
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

APP = 'im.ullim.Ullim'
ALWAYS = ['bin/ullim-cli']
WITH_SERVER = ['bin/ullim-server']
WITH_GUI = ['bin/ullim', f'share/applications/{APP}.desktop', f'share/metainfo/{APP}.metainfo.xml',
            f'share/glib-2.0/schemas/{APP}.gschema.xml', f'share/dbus-1/services/{APP}.service',
            f'share/icons/hicolor/scalable/apps/{APP}.svg', 'share/locale/ko/LC_MESSAGES/ullim.mo']


def main():
    build = Path(sys.argv[1])
    options = {option['name']: option['value'] for option in
               json.loads((build / 'meson-info/intro-buildoptions.json').read_text(encoding='utf-8'))}
    expected = list(ALWAYS)
    for name, files in (('server', WITH_SERVER), ('gui', WITH_GUI)):
        expected += files if options[name] != 'disabled' else []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', folder],
                       check=True)
        prefix = Path(folder + options['prefix'])
        missing = [name for name in expected if not (prefix / name).is_file()]
        print('\n'.join(f'not installed: {name}' for name in missing))
        subprocess.run([prefix / 'bin/ullim-cli', '--help'], check=True, stdout=subprocess.DEVNULL)
    return 1 if missing else 0


sys.exit(main())
