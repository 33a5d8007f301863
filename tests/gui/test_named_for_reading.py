"""A screen reader can say every control of every screen and dialog: its name, what its cell is, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.core.periods import Period
from desktop_app.services.workspace import Workspace
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.settings_screen import SettingsScreen
from desktop_app.window.shell import Shell
from tests.conftest import Country
from tests.gui.conftest import type_text, when_asked, window
from tests.gui.test_nothing_cut_off import DECEMBER, _dialogs

KINDS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView, QProgressBar)
PLACES = ("month", "problems", "board", "exchange", "persons", "settings")
REGISTERS = ("sanction", "complaint", "finding", "person", "department")


def _said(widget: QWidget, what: QAccessible.Text = QAccessible.Text.Name) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(what).strip() if found is not None else ""


def _own(widget: QWidget) -> bool:
    """Tell whether it is a control of the screen, not a part of one: a corner, a header, a box's own line."""
    inner = QAbstractItemView | QComboBox | QLineEdit
    return not isinstance(widget, QHeaderView) and not isinstance(widget.parent(), inner)


def unnamed(inside: QWidget) -> list[str]:
    QApplication.processEvents()
    found = []
    for kind in KINDS:
        for widget in inside.findChildren(kind):
            if widget.isVisible() and _own(widget) and not _said(widget):
                found.append(f"{type(widget).__name__} {widget.objectName()}")
            if isinstance(widget, QTableView) and widget.isVisible():
                found += _cells_without_place(widget)
    return found


def _cells_without_place(table: QTableView) -> list[str]:
    """Name cells that do not say their column; and what is put into a cell must say its line as well."""
    model, found = table.model(), []
    for column in range(model.columnCount()):
        heading = model.headerData(column, Qt.Orientation.Horizontal)
        if not str(heading or "").strip() and not table.isColumnHidden(column):
            found.append(f"{table.objectName()}: column {column} has no heading")
        for line in range(min(model.rowCount(), 12)):
            box = table.indexWidget(model.index(line, column, QModelIndex()))
            if box is not None and str(heading) not in _said(box):
                found.append(f"{table.objectName()}: {line}, {column}: {_said(box)}")
    return found


@pytest.mark.parametrize("language", ["kk"])
def test_branch(qtbot: QtBot, astana: Workspace, language: str) -> None:
    shell = window(qtbot, astana, language, DECEMBER)
    shell.resize(1366, 736)
    assert list(_walk(shell)) == []
    shell.go("settings")
    settings = shell.screen_shown
    assert isinstance(settings, SettingsScreen)
    for ask in (
        settings.users.ask_user,
        settings.users.ask_passphrase,
        settings.officers.ask_officer,
        shell.ask_month,
    ):
        found: list[str] = []

        def look(form: QWidget, found: list[str] = found) -> None:
            found += unnamed(form)
            form.close()

        when_asked(look)
        ask()
        assert found == [], ask
    for dialog in _dialogs(shell):
        qtbot.addWidget(dialog)
        dialog.show()
        assert unnamed(dialog) == [], dialog
        dialog.close()


def _walk(shell: Shell) -> Iterator[tuple[str, list[str]]]:
    for place in PLACES:
        shell.go(place)
        yield from ((place, found) for found in [unnamed(shell)] if found)
    for register in REGISTERS:
        shell.go("list", register)
        yield from ((register, found) for found in [unnamed(shell)] if found)
        if shell.context.branch:
            shell.open_new(register)
            yield from ((f"new {register}", found) for found in [unnamed(shell)] if found)
    if shell.context.branch:
        shell.open_visit()
        yield from (("visit", found) for found in [unnamed(shell)] if found)


def test_headquarters(qtbot: QtBot, country: Country) -> None:
    shell = window(qtbot, country.workspace, "ru", DECEMBER)
    shell.resize(1366, 736)
    assert list(_walk(shell)) == []


def test_a_field_says_what_is_wrong_with_it(qtbot: QtBot, branch: Workspace) -> None:
    shell = window(qtbot, branch, "ru", Period(2023, 12))
    shell.open_new("sanction")
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    iin = screen.editors["iin"]
    assert iin.accessibleDescription() == "", "a form only opened blames nobody"
    iin.setFocus()
    type_text(iin, "123456789012")
    screen.show_problems()
    first = screen.problems.item(0).text().split("\n")[0]
    described = "\n".join(_said(e, QAccessible.Text.Description) for e in screen.editors.values())
    assert first in described
    assert _said(iin, QAccessible.Text.Description)
    assert screen.editors["note"].accessibleDescription() == ""
