"""Nobody at the keyboard: the window locks, what was typed stays."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.app import Application
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.idle import IdleWatch
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.shell import Shell
from tests.conftest import PASSPHRASE
from tests.gui.conftest import type_text


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
