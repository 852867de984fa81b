# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and works the windows of a program as a screen reader does (AT-SPI): by accessible role and name.

Roles are the AT-SPI names: "push button", "text", "label", "list item", "frame" … A name is a string
(equal) or a compiled regular expression (search).
"""

import re

import gi

from .scope import DEADLINE_S, wait_for

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

NODES_MAX = 5000
"""How many nodes one search looks at: a model of 10,000 rows is not walked by accident."""


def _hear():
    """Takes in the events that keep AT-SPI's cache of the tree true."""
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass


def application(pid):
    """The accessible application of a process, or None."""
    _hear()
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        try:
            child = desktop.get_child_at_index(index)
            if child and child.get_process_id() == pid:
                return child
        except GLib.Error:
            continue
    return None


class Node:
    """One accessible object. Reading a node that left the screen raises GLib.Error."""

    def __init__(self, app, accessible):
        self.app = app
        self.accessible = accessible

    # reading
    @property
    def name(self):
        return self.accessible.get_name()

    @property
    def role(self):
        return self.accessible.get_role_name()

    @property
    def description(self):
        return self.accessible.get_description()

    @property
    def text(self):
        """What is written in it: the text of entries and labels, else the name."""
        text = self.accessible.get_text_iface()
        return Atspi.Text.get_text(text, 0, -1) if text else self.name

    @property
    def value(self):
        return Atspi.Value.get_current_value(self.accessible)

    def has(self, state):
        """has("focused"), has("sensitive"), has("checked"), has("showing") …"""
        kind = getattr(Atspi.StateType, state.upper().replace(' ', '_'))
        return self.accessible.get_state_set().contains(kind)

    def children(self):
        count = self.accessible.get_child_count()
        nodes = (self.accessible.get_child_at_index(index) for index in range(count))
        return [Node(self.app, node) for node in nodes if node]

    def extents(self):
        """(x, y, width, height) on the screen."""
        box = self.accessible.get_extents(Atspi.CoordType.SCREEN)
        return box.x, box.y, box.width, box.height

    def walk(self):
        """The node and all below it, nearest first."""
        nodes = [self]
        for index in range(NODES_MAX):
            if index >= len(nodes):
                return
            yield nodes[index]
            try:
                nodes.extend(nodes[index].children())
            except GLib.Error:
                continue

    # finding
    def all(self, role=None, name=None, text=None, showing=True):
        """Every node below that matches now."""
        _hear()
        found = []
        for node in self.walk():
            try:
                if node is not self and node._matches(role, name, text, showing):
                    found.append(node)
            except GLib.Error:
                continue
        return found

    def maybe(self, role=None, name=None, text=None, showing=True):
        """The first node that matches now, or None."""
        return next(iter(self.all(role, name, text, showing)), None)

    def find(self, role=None, name=None, text=None, showing=True, deadline_s=DEADLINE_S):
        """Waits for a node that matches; fails with the tree of what is there."""
        try:
            return wait_for(lambda: self.maybe(role, name, text, showing),
                            f'{role or "node"} name={_show(name)} text={_show(text)}', deadline_s)
        except AssertionError as error:
            raise AssertionError(f'{error}\n{self.tree()}') from None

    def wait_gone(self, role=None, name=None, text=None, deadline_s=DEADLINE_S):
        """Waits until no showing node matches."""
        wait_for(lambda: not self.maybe(role, name, text),
                 f'the end of {role or "node"} name={_show(name)} text={_show(text)}', deadline_s)

    def _matches(self, role, name, text, showing):
        return ((role is None or self.role == role)
                and (name is None or _fits(name, self.name))
                and (text is None or _fits(text, self.text))
                and (not showing or self.has('showing')))

    # acting
    def actions(self):
        action = self.accessible.get_action_iface()
        if not action:
            return []
        return [Atspi.Action.get_action_name(action, index)
                for index in range(Atspi.Action.get_n_actions(action))]

    def click(self, action=None):
        """Does the first action (or the named one), as a click would."""
        names = self.actions()
        assert names, f'{self.role} "{self.name}" has no action'
        index = names.index(action) if action else 0
        assert Atspi.Action.do_action(self.accessible.get_action_iface(), index)
        return self

    def press(self, button=1):
        """A real mouse click in its middle."""
        x, y, width, height = self.extents()
        self.app.desktop.xdotool('mousemove', str(x + width // 2), str(y + height // 2),
                                 'click', str(button))
        return self

    def focus(self):
        Atspi.Component.grab_focus(self.accessible)
        return self

    def write(self, text):
        """Replaces the content of an entry or a text view."""
        editable = self.accessible.get_editable_text_iface()
        assert editable, f'{self.role} "{self.name}" cannot be written'
        assert Atspi.EditableText.set_text_contents(editable, text)
        return self

    def type_keys(self, *keys):
        """Focuses it and presses keys: type_keys("Return"), type_keys("ctrl+a", "BackSpace")."""
        self.focus()
        wait_for(lambda: self.has('focused'), f'the focus on {self.role} "{self.name}"')
        self.app.desktop.xdotool('key', *keys)
        return self

    def select(self, index):
        """Selects the child of that index in a list."""
        assert Atspi.Selection.select_child(self.accessible.get_selection_iface(), index)
        return self

    # for humans
    def tree(self, depth=0):
        """The accessible tree below as indented text."""
        try:
            lines = ['  ' * depth + f'{self.role} "{self.name}"' + self._tree_text()]
            below = self.children() if len(lines) < NODES_MAX else []
        except GLib.Error:
            return '  ' * depth + '(gone)'
        return '\n'.join(lines + [child.tree(depth + 1) for child in below[:200]])

    def _tree_text(self):
        text = self.accessible.get_text_iface()
        shown = '' if self.has('showing') else ' (hidden)'
        return shown + (f' = {Atspi.Text.get_text(text, 0, -1)!r}' if text else '')


class App(Node):
    """A program's windows."""

    def __init__(self, desktop, program, accessible):
        super().__init__(self, accessible)
        self.desktop = desktop
        self.program = program

    @property
    def text(self):
        return self.name

    def window(self, name=None):
        """Its (first) window once it shows."""
        return self.find('frame', name)

    def activate(self):
        """Gives its newest visible window the keyboard."""
        window = wait_for(lambda: self.desktop.windows(self.program), 'a visible window')[-1]
        self.desktop.xdotool('windowactivate', window)
        wait_for(lambda: self.desktop.active_window() == window, 'the window to become active')



def _fits(wanted, value):
    return wanted.search(value) is not None if isinstance(wanted, re.Pattern) else wanted == value


def _show(wanted):
    return f'/{wanted.pattern}/' if isinstance(wanted, re.Pattern) else repr(wanted)
