"""Nobody at the keyboard: the window locks, what was typed stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app import Application
from desktop_app.services import entry
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.dialogs.history_dialog import HistoryDialog
from desktop_app.window.idle import IdleWatch
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.settings_place import WorkplaceCard
from desktop_app.window.shell import Shell
from tests.conftest import PASSPHRASE
from tests.gui.conftest import type_text
from tests.unit.test_storage import sanction


def test_a_touch_begins_the_time_anew_and_none_ends_it(
    qtbot: QtBot, shell: Shell, qapp: QApplication
) -> None:
    watch = IdleWatch(qapp, 0.01)
    qtbot.waitUntil(lambda: watch.left < 300)
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Shift)
    assert watch.left > 300
    with qtbot.waitSignal(watch.idle, timeout=3000):
        pass
    watch.deleteLater()


def test_lock_drops_the_key_and_signing_in_offers_what_was_typed(
    qtbot: QtBot, branch: Workspace, qapp: QApplication
) -> None:
    folder = branch.folder
    application = Application(qapp, folder)
    branch.recovery_phrase = ""
    application.enter(branch)
    assert isinstance(application.shown, Shell)
    application.shown.open_new("sanction")
    screen = application.shown.screen_shown
    assert isinstance(screen, EntryScreen)
    type_text(screen.editors["employee"], "Оспанов Тимур")
    application.lock()
    gate = application.shown
    assert isinstance(gate, SignIn)
    assert application.workspace is None
    type_text(gate.passphrase, PASSPHRASE)
    QTest.keyClick(gate.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(application.shown, Shell), timeout=10_000)
    assert isinstance(application.shown, Shell)
    application.shown.open_new("sanction")
    again = application.shown.screen_shown
    assert isinstance(again, EntryScreen)
    assert again.editors["employee"].text() == "Оспанов Тимур"
    application.shown.close()
    application.leave()


def _entered(branch: Workspace, qapp: QApplication) -> tuple[Application, Shell]:
    application = Application(qapp, branch.folder)
    branch.recovery_phrase = ""
    application.enter(branch)
    assert isinstance(application.shown, Shell)
    return application, application.shown


@pytest.mark.parametrize("dialog", ["history", "import", "preview"])
def test_the_lock_comes_while_a_dialog_is_open_and_typing_is_kept(
    qtbot: QtBot, branch: Workspace, qapp: QApplication, dialog: str
) -> None:
    saved = entry.save(branch, sanction()).record
    application, shell = _entered(branch, qapp)
    shell.open_new("sanction")
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    type_text(screen.editors["employee"], "Оспанов Тимур")
    opened: list[QWidget | None] = []

    def lock() -> None:
        opened.append(qapp.activeModalWidget())
        application.lock()

    QTimer.singleShot(0, lock)
    if dialog == "history":
        HistoryDialog(shell.context, "sanction", saved.id, shell).exec()
    else:
        getattr(shell, f"open_{dialog}")()
    qtbot.waitUntil(lambda: isinstance(application.shown, SignIn), timeout=30_000)
    assert opened[0] is not None
    assert qapp.activeModalWidget() is None
    assert application.workspace is None
    assert branch.opened.key == bytes(32)
    with Workspace.open(branch.folder, PASSPHRASE) as again:
        assert any("Оспанов" in str(body) for _, _, body in entry.drafts(again))
    application.shown.close()


def test_the_window_is_locked_by_keys_and_a_new_time_holds_at_once(
    qtbot: QtBot, branch: Workspace, qapp: QApplication
) -> None:
    application, shell = _entered(branch, qapp)
    qtbot.waitUntil(lambda: application._watch is not None)
    shell.go("settings", "")
    place = shell.findChild(WorkplaceCard)
    field = place.fields["lock_minutes"]
    assert isinstance(field, QLineEdit)
    field.setText("3")
    place.save()
    assert application._watch is not None
    assert application._watch._pause.interval() == 3 * 60_000
    QTest.keyClick(
        shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    qtbot.waitUntil(lambda: isinstance(application.shown, SignIn), timeout=10_000)
    application.shown.close()
