"""On 880 × 480 logical pixels, which is 1366 × 768 at 150 %, everything has room and every button can be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.i18n import LANGUAGES
from desktop_app.core.periods import Period
from desktop_app.services import months
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.dialogs.history_dialog import HistoryDialog
from desktop_app.window.dialogs.import_dialog import ImportDialog
from desktop_app.window.dialogs.month_dialogs import CloseDialog, ReopenDialog
from desktop_app.window.dialogs.preview import PreviewDialog
from desktop_app.window.dialogs.recovery_note import RecoveryNote
from desktop_app.window.dialogs.welcome import Welcome
from desktop_app.window.screens.board_screen import BoardScreen
from desktop_app.window.screens.visit_screen import VisitScreen
from desktop_app.window.shell import Shell
from tests.conftest import Country
from tests.gui.conftest import window

WIDTH, HEIGHT = 880, 480
PLACES = [("list", "sanction"), ("list", "complaint"), ("list", "finding"), ("list", "person"), ("list", "department"),
          ("month", ""), ("problems", ""), ("board", ""), ("exchange", ""), ("persons", ""), ("settings", "")]  # fmt: skip
DECEMBER = Period(2023, 12)


def _scrolls(widget: QWidget, whole: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and above is not whole:
        if isinstance(above, QScrollArea):
            return True
        above = above.parentWidget()
    return False


def outside(whole: QWidget) -> list[str]:
    """Return what does not fit: the window's least size, and buttons that stand outside, scrolled ones aside."""
    for _ in range(3):
        QApplication.processEvents()
    found = []
    least = whole.minimumSizeHint()
    if least.width() > WIDTH or least.height() > HEIGHT or whole.width() > WIDTH or whole.height() > HEIGHT:
        found.append(f"least {least.width()}×{least.height()}, is {whole.width()}×{whole.height()}")
    for made in whole.findChildren(QPushButton):
        if not made.isVisible() or _scrolls(made, whole):
            continue
        place = QRect(made.mapTo(whole, QPoint(0, 0)), made.size())
        if not whole.rect().contains(place) or made.height() < 18 or made.width() < 18:
            found.append(f"{made.objectName()} «{made.text()}» at {place.getRect()}")
    return found


def _small(qtbot: QtBot, workspace: Workspace, language: str) -> Shell:
    shell = window(qtbot, workspace, language, DECEMBER)
    shell.resize(WIDTH, HEIGHT)
    return shell


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_a_branch(qtbot: QtBot, astana: Workspace, language: str) -> None:
    shell = _small(qtbot, astana, language)
    found = {}
    for place in PLACES:
        shell.go(*place)
        found[str(place)] = outside(shell)
    for register in ("sanction", "complaint", "finding", "person", "department"):
        shell.open_new(register)
        found[f"new {register}"] = outside(shell)
    shell.open_visit()
    found["visit"] = outside(shell)
    for dialog in _dialogs(shell):
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.resize(min(dialog.width(), WIDTH), min(dialog.height(), HEIGHT))
        found[type(dialog).__name__] = outside(dialog)
        dialog.close()
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def _dialogs(shell: Shell) -> Iterator[QWidget]:
    context = shell.context
    with context.workspace.store.read() as reader:
        first = str(reader.rows("SELECT id FROM sanction LIMIT 1")[0][0])
    yield ImportDialog(context, shell)
    yield CloseDialog(context, months.month(context.workspace, DECEMBER), shell)
    yield ReopenDialog(context, shell)
    yield PreviewDialog(context, parent=shell)
    yield HistoryDialog(context, "sanction", first, shell)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_headquarters(qtbot: QtBot, country: Country, language: str) -> None:
    shell = _small(qtbot, country.workspace, language)
    found = {}
    for place in ("month", "board", "exchange", "settings"):
        shell.go(place)
        found[place] = outside(shell)
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_windows(qtbot: QtBot, branch: Workspace, tmp_path: Path, language: str) -> None:
    branch.recovery_phrase = "0123-4567-89ab-cdef-0123-4567-89ab-cdef"
    found = {}
    for gate in (
        Welcome(tmp_path / "new", language),
        SignIn(branch.folder, language),
        RecoveryNote(branch, language),
    ):  # type: ignore[arg-type]
        qtbot.addWidget(gate)
        gate.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        gate.resize(WIDTH, HEIGHT)
        gate.show()
        found[type(gate).__name__] = outside(gate)
        gate.close()
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_the_checklist_says_its_items_whole_and_what_its_two_fields_are(
    qtbot: QtBot, branch: Workspace
) -> None:
    shell = window(qtbot, branch, "kk", DECEMBER)
    shell.resize(911, 480)
    shell.open_visit()
    screen = shell.screen_shown
    assert isinstance(screen, VisitScreen)
    QApplication.processEvents()
    for field in (screen.department, screen.visited):
        assert field.placeholderText() == field.accessibleName()
    table = screen.table
    for line in range(table.rowCount()):
        for column in (1, 2):
            item = table.item(line, column)
            if item is None:
                continue
            room = QRect(0, 0, table.columnWidth(column) - 12, 1000)
            needed = table.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), item.text())
            assert needed.height() <= table.rowHeight(line), item.text()


def test_on_a_wide_screen_the_boards_marks_stand_near_their_branches(qtbot: QtBot, branch: Workspace) -> None:
    shell = window(qtbot, branch, "kk", DECEMBER)
    shell.resize(2560, 1400)
    shell.go("board")
    QApplication.processEvents()
    screen = shell.screen_shown
    assert isinstance(screen, BoardScreen)
    assert 1000 < screen.table.width() <= 1160
    assert screen.table.x() < 20, "it stays at the left"
