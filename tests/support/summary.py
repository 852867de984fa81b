# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines of ./check: reads what Meson recorded (testlog.json) in each build folder given, names
every failure and every skip with its reason, and ends with the totals. Exits non-zero on a failure."""

import collections
import json
import os
import re
import sys

RESULT = re.compile(r'^(not )?ok\b *(\d*) *-? *([^#]*)(?:# *(skip|todo)\S* *(.*))?$', re.IGNORECASE)
SKIP_ALL = re.compile(r'^1\.\.0 *# *skip\S* *(.*)$', re.IGNORECASE)

Outcome = collections.namedtuple('Outcome', 'kind name reason')


def of_tap(lines):
    """What each line of TAP says."""
    for line in lines:
        if match := SKIP_ALL.match(line):
            yield Outcome('skipped', '', match[1])
        elif match := RESULT.match(line):
            failed, _, name, directive, reason = match.groups()
            if (directive or '').lower() == 'skip':
                yield Outcome('skipped', name.strip(), reason)
            else:
                yield Outcome('failed' if failed else 'passed', name.strip(), '')


def outcomes(record):
    """The outcomes of one test program: its TAP results, or itself as one."""
    found = list(of_tap(record.get('stdout', '').splitlines()))
    result = record['result']
    good = result in ('OK', 'SKIP', 'EXPECTEDFAIL')
    if not found:
        kind = {'OK': 'passed', 'EXPECTEDFAIL': 'passed', 'SKIP': 'skipped'}.get(result, 'failed')
        return [Outcome(kind, '', '' if kind != 'skipped' else record.get('stdout', '').strip())]
    if not good and not any(outcome.kind == 'failed' for outcome in found):
        # All it reported was well, but it crashed, hung or stopped before its plan.
        found.append(Outcome('failed', result.lower(), ''))
    return found


def main(folders):
    totals = collections.Counter()
    named = collections.defaultdict(list)
    for folder in folders:
        path = os.path.join(folder, 'meson-logs', 'testlog.json')
        records = []
        if os.path.exists(path):
            with open(path, encoding='utf-8') as log:
                records = [json.loads(line) for line in log]
        if not records:
            # No result is not a good result.
            named['failed'].append(f'{folder}: no test was run')
            totals['failed'] += 1
        for record in records:
            for kind, name, reason in outcomes(record):
                totals[kind] += 1
                test = record['name'].split(' / ')[-1]
                where = f'{folder}: {test}' + (f' {name}' if name else '')
                named[kind].append(where + (f': {reason}' if reason else ''))
    for kind in ('skipped', 'failed'):
        for line in named[kind]:
            print(f'{kind}: {line}')
    print(f'{totals["passed"]} passed, {totals["failed"]} failed, {totals["skipped"]} skipped')
    return 1 if totals['failed'] else 0


sys.exit(main(sys.argv[1:]))
