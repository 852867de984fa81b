# SPDX-License-Identifier: GPL-3.0-or-later
"""The window in Korean: from the first start to a conversation, nothing is said in English."""

import os
import re

from ullim_test import Skip, main
from ullim_test.desktop import Desktop
from ullim_test.programs import open_window

# Names that are the same in every language, and what people wrote themselves.
SAME = re.compile(r'[\w.-]+@[\w.:-]+|Ullim|Echo|echo|SIP|SHA-256|TLS|TCP|UDP|Ctrl|name@|[a-z2-8-]{19}|minji')
# Roles whose words are not for the eye.
SILENT = {'icon', 'separator', 'scroll bar', 'filler', 'panel', 'frame', 'unknown'}


def assert_korean(app):
    """Fails with the showing words in Latin letters that belong to no name."""
    found = []
    for node in app.all():
        if node.role in SILENT:
            continue
        written = '' if node.role == 'text' else node.text
        for words in {node.name, written, node.description}:
            left = SAME.sub('', words or '')
            if re.search('[A-Za-z]{2}', left):
                found.append(f'{node.role}: {words}')
    assert not found, found


def speak_korean(scope):
    locale = os.environ.get('ULLIM_LOCALE_DIR')
    if not locale or not os.path.exists(os.path.join(locale, 'ko/LC_MESSAGES/ullim.mo')):
        raise Skip('the Korean texts are not built')
    # C.UTF-8 is on every machine, and LANGUAGE says the rest.
    scope.env.pop('LC_ALL', None)
    scope.env.update(LANG='C.UTF-8', LANGUAGE='ko', ULLIM_LOCALE_DIR=locale)


def test_first_start_and_window(scope):
    """All pages of the first start, the main window, its menus and the accounts."""
    speak_korean(scope)
    app = open_window(Desktop(scope))
    app.find('push button', '이 컴퓨터에서 그룹 시작하기')
    assert_korean(app)
    for card in ('SIP 계정이 있습니다', '서버 없이 써 보기', '이 컴퓨터에서 그룹 시작하기'):
        app.find('push button', card).click()
        back = app.find('push button', '뒤로')
        assert_korean(app)
        if card != '이 컴퓨터에서 그룹 시작하기':
            back.click()
    app.find('text', '사용자 이름').write('minji')
    app.find('push button', '그룹 시작하기(S)').click()
    app.find('push button', '대화로 가기(G)')
    assert_korean(app)
    app.find('push button', '대화로 가기(G)').click()
    app.find('table', '사람').find('table cell', re.compile('^Echo, '))
    app.find('toggle button', '사람 메뉴').click()
    app.find('push button', re.compile('내보내기'))
    assert_korean(app)
    app.find('radio button', '대화').click()
    app.find('table', '대화')
    app.find('text', '메시지').write('안녕하세요').type_keys('Return')
    app.find('table cell', re.compile('안녕하세요'))
    assert_korean(app)
    app.find('toggle button', re.compile('^계정')).click()
    app.find('radio button', '숨김').click()
    app.find('label', text=re.compile('오프라인으로 보입니다'))
    assert_korean(app)
    app.activate()
    app.desktop.xdotool('key', 'Escape')
    app.wait_gone('radio button', '숨김')
    app.find('toggle button', '대화 메뉴').click()
    app.find('push button', re.compile('^차단')).click()
    app.find('push button', re.compile('^차단 해제'))
    assert_korean(app)
    app.find('toggle button', '주 메뉴').click()
    app.find('push button', re.compile('^나를 볼 수 있는 사람'))
    assert_korean(app)
    app.find('push button', re.compile('^나를 볼 수 있는 사람')).click()
    app.find('table cell', '차단됨')
    assert_korean(app)


main(globals())
