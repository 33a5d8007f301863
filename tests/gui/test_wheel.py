"""A wheel scrolls; it never changes a value, declares anything, or takes the keys away."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.core.periods import Period
from desktop_app.services import months
from desktop_app.services.workspace import Workspace
from desktop_app.window.choice import Choice
from desktop_app.window.dialogs.ask import AskDialog
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.dialogs.import_dialog import ImportDialog
from desktop_app.window.dialogs.month_dialogs import CloseDialog, ReopenDialog
from desktop_app.window.dialogs.preview import PreviewDialog
from desktop_app.window.dialogs.recovery_note import RecoveryNote
from desktop_app.window.dialogs.welcome import Welcome
from desktop_app.window.screens.month_screen import MonthScreen
from desktop_app.window.shell import Shell
from tests.conftest import Country
from tests.gui.conftest import when_asked, window

PLACES = [("list", "sanction"), ("list", "complaint"), ("list", "finding"), ("list", "person"), ("list", "department"),
          ("month", ""), ("problems", ""), ("board", ""), ("exchange", ""), ("persons", ""), ("settings", "")]  # fmt: skip
EMPTY = Period(2024, 1)


def _turn(widget: QWidget, notches: int) -> None:
    here = QPointF(widget.rect().center())
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            here, widget.mapToGlobal(here), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def _value(widget: QWidget) -> Any:
    if isinstance(widget, QComboBox):
        return widget.currentIndex()
    if isinstance(widget, QTabBar):
        return widget.currentIndex()
    if isinstance(widget, QLineEdit | QAbstractSpinBox):
        return widget.text()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QAbstractButton):
        return widget.isChecked()
    if isinstance(widget, QAbstractSlider) and not isinstance(widget, QScrollBar):
        return widget.value()
    return None


def turned(whole: QWidget) -> list[str]:
    """Turn the wheel over every control, both ways; return what changed or took the keys."""
    changed = []
    for widget in whole.findChildren(QWidget):
        if not widget.isVisible():
            continue
        before, keys = _value(widget), QApplication.focusWidget()
        for notches in (-1, 1, 1, -1, -2):
            _turn(widget, notches)
            if _value(widget) != before or QApplication.focusWidget() is not keys:
                changed.append(f"{type(widget).__name__} {widget.objectName()}")
                break
    return changed


def _log(workspace: Workspace) -> list[Any]:
    with workspace.store.read() as reader:
        return [reader.rows("SELECT count(*) FROM change"), reader.rows("SELECT count(*) FROM draft")]


def test_the_wheel_over_every_control_of_a_branch(qtbot: QtBot, astana: Workspace, tmp_path: Path) -> None:
    shell = window(qtbot, astana, "ru", EMPTY)
    before = _log(astana)
    for place in PLACES:
        shell.go(*place)
        assert turned(shell) == [], place
    for register in ("sanction", "complaint", "finding", "person", "department"):
        shell.open_new(register)
        assert turned(shell) == [], register
    shell.open_visit()
    assert turned(shell) == []
    for dialog in _dialogs(shell, tmp_path):
        qtbot.addWidget(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.show()
        assert turned(dialog) == [], dialog
        dialog.close()
    assert _log(astana) == before


def _dialogs(shell: Shell, folder: Path) -> Iterator[QWidget]:
    context = shell.context
    yield ImportDialog(context, shell)
    yield CloseDialog(context, months.month(context.workspace, Period(2023, 12)), shell)
    yield ReopenDialog(context, shell)
    yield PreviewDialog(context, parent=shell)
    yield Welcome(folder / "new", "ru")
    yield SignIn(context.workspace.folder, "ru")
    context.workspace.recovery_phrase = "0123-4567-89ab-cdef"
    yield RecoveryNote(context.workspace, "ru")


def test_the_wheel_over_every_control_of_headquarters(qtbot: QtBot, country: Country) -> None:
    shell = window(qtbot, country.workspace, "ru", EMPTY)
    before = _log(country.workspace)
    for place in ("month", "board", "exchange", "settings"):
        shell.go(place)
        assert turned(shell) == [], place
    assert _log(country.workspace) == before


def test_every_choice_of_the_window_is_the_calm_one() -> None:
    raw = {"QComboBox", "QSpinBox", "QDoubleSpinBox", "QDateEdit", "QDateTimeEdit", "QTimeEdit", "QSlider", "QDial",
           "QTabWidget", "QTabBar"}  # fmt: skip
    found = []
    for path in (Path(__file__).parents[2] / "desktop_app" / "window").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in raw:
                found.append(f"{path.name}: {node.func.id}")
    assert found == []


@pytest.mark.parametrize("agreed", [False, True])
def test_a_legal_nil_is_asked_for_and_cancel_leaves_all_as_it_was(
    qtbot: QtBot, branch: Workspace, agreed: bool
) -> None:
    shell = window(qtbot, branch, "ru", EMPTY)
    shell.go("month")
    screen = shell.screen_shown
    assert isinstance(screen, MonthScreen)
    box = screen.findChild(Choice, "declare_finding")
    assert isinstance(box, Choice)
    box.setFocus()
    asked: list[str] = []

    def answer(form: QWidget) -> None:
        assert isinstance(form, AskDialog)
        asked.append(form.windowTitle())
        if agreed:
            QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Return)

    when_asked(answer)
    QTest.keyClick(box, Qt.Key.Key_Down)  # opens the list: nothing is chosen yet
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked))
    told = "NIL" if agreed else "MISSING"
    qtbot.waitUntil(lambda: _told(branch) == told and _chosen(screen) == told)
    assert "январь 2024" in asked[0]


def _chosen(screen: MonthScreen) -> str:
    found = [box for box in screen.findChildren(Choice, "declare_finding") if box.isVisible()]
    return str(found[-1].currentData()) if found else ""


def _told(workspace: Workspace) -> str:
    sections = months.month(workspace, EMPTY).sections
    return next(s.state for s in sections if s.register == "finding")
