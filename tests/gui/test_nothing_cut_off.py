"""Every screen and dialog shows its own words whole, in every language, on a screen of 1366 × 768."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.core.i18n import LANGUAGES
from desktop_app.core.periods import Period
from desktop_app.services import months
from desktop_app.services.intake import import_workbooks
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.dialogs.history_dialog import HistoryDialog
from desktop_app.window.dialogs.import_dialog import ImportDialog
from desktop_app.window.dialogs.month_dialogs import CloseDialog, ReopenDialog
from desktop_app.window.dialogs.preview import PreviewDialog
from desktop_app.window.dialogs.recovery_note import RecoveryNote
from desktop_app.window.dialogs.welcome import Welcome
from desktop_app.window.screens.settings_screen import SettingsScreen
from desktop_app.window.shell import Shell
from tests.books import SANCTIONS, SIX, corrected, sanctions
from tests.conftest import Country
from tests.gui.conftest import window

DECEMBER = Period(2023, 12)


def _text_of(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text().replace("&", "")
    if isinstance(widget, QLineEdit):
        return widget.placeholderText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return ""


def _room(widget: QWidget) -> int:
    if isinstance(widget, QLineEdit):
        return widget.width() - 16
    if isinstance(widget, QComboBox):
        return widget.width() - 36
    return widget.width()


def _is_whole(widget: QWidget, text: str) -> bool:
    if isinstance(widget, QPushButton | QCheckBox):
        return widget.width() >= widget.sizeHint().width()
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) <= widget.height() + 2
    widest = max(widget.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
    return widest <= _room(widget) + 1


def cut_off(window_: QWidget) -> list[str]:
    QApplication.processEvents()
    QApplication.processEvents()
    found = []
    for kind in (QLabel, QAbstractButton, QLineEdit, QComboBox):
        for widget in window_.findChildren(kind):
            text = _text_of(widget)
            if widget.isVisible() and text and not _is_whole(widget, text):
                found.append(f"{widget.objectName()}: {text}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_screens(qtbot: QtBot, astana: Workspace, language: str) -> None:
    shell = window(qtbot, astana, language, DECEMBER)
    shell.resize(1366, 736)
    for place in [("list", "sanction"), ("list", "complaint"), ("list", "finding"), ("list", "person"), ("list", "department"),
                  ("month", ""), ("problems", ""), ("board", ""), ("exchange", ""), ("persons", ""), ("settings", "")]:  # fmt: skip
        shell.go(*place)
        assert cut_off(shell) == [], place
    for register in ("sanction", "complaint", "finding", "person", "department"):
        shell.open_new(register)
        assert cut_off(shell) == [], register
    shell.open_visit()
    assert cut_off(shell) == []
    shell.go("settings")
    settings = shell.screen_shown
    assert isinstance(settings, SettingsScreen)
    for ask in (settings.users.ask_user, settings.users.ask_passphrase, settings.officers.ask_officer):
        assert _cut_off_when_asked(ask) == [], ask
    for dialog in _dialogs(shell):
        qtbot.addWidget(dialog)
        dialog.show()
        assert cut_off(dialog) == [], dialog
        dialog.close()


def _cut_off_when_asked(ask: Callable[[], object]) -> list[str]:
    found: list[str] = ["nothing was asked"]
    watch = QTimer(interval=20)

    def look() -> None:
        form = QApplication.activeModalWidget()
        if form is not None:
            watch.stop()
            found[:] = cut_off(form)
            form.close()

    watch.timeout.connect(look)
    watch.start()
    ask()
    return found


def _dialogs(shell: Shell) -> Iterator[QWidget]:
    context = shell.context
    month = months.month(context.workspace, DECEMBER)
    yield ImportDialog(context, shell)
    yield CloseDialog(context, month, shell)
    yield ReopenDialog(context, shell)
    yield PreviewDialog(context, parent=shell)
    yield HistoryDialog(context, "sanction", _first(context.workspace), shell)


def _first(workspace: Workspace) -> str:
    with workspace.store.read() as reader:
        return str(reader.rows("SELECT id FROM sanction LIMIT 1")[0][0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_of_an_import(qtbot: QtBot, branch: Workspace, tmp_path: Path, language: str) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", SIX[:2])])
    rows = [corrected(SIX[0], SANCTIONS, {"Примечание": "исправлено"}),
            corrected(SIX[1], SANCTIONS, {"Отдел": "Отдел №5 (новое здание)", "Вид взыскания": "замечание"}),
            corrected(SIX[2], SANCTIONS, {"Отдел": "Отдел №5 (новое здание, второй этаж)"})]  # fmt: skip
    shell = window(qtbot, branch, language, DECEMBER)
    shell.resize(1366, 736)
    dialog = ImportDialog(shell.context, shell)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.set_files([sanctions(tmp_path / "b.xlsx", rows)])
    with qtbot.waitSignal(dialog.ended, timeout=60_000):
        dialog.begin(dry_run=True)
    assert dialog.cards.rowCount()
    assert dialog.changes.rowCount()
    for place in range(len(dialog.turns)):
        dialog.turn_to(place)
        assert cut_off(dialog) == [], place
        assert dialog.width() <= 1366
    dialog.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_headquarters(qtbot: QtBot, country: Country, language: str) -> None:
    shell = window(qtbot, country.workspace, language, DECEMBER)
    shell.resize(1366, 736)
    for place in ("month", "board", "exchange", "settings"):
        shell.go(place)
        assert cut_off(shell) == [], place


@pytest.mark.parametrize("language", LANGUAGES)
def test_gates(qtbot: QtBot, branch: Workspace, tmp_path: Path, language: str) -> None:
    branch.recovery_phrase = "0123-4567-89ab-cdef-0123-4567-89ab-cdef"
    for gate in (
        Welcome(tmp_path / "new", language),
        SignIn(branch.folder, language),
        RecoveryNote(branch, language),
    ):
        qtbot.addWidget(gate)
        gate.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        gate.resize(1366, 736)
        gate.show()
        assert cut_off(gate) == [], gate
        gate.close()
