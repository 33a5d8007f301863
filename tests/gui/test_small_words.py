"""Files are named in the language of the print; a locked window says whose it is; headings stand over their signs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app import Application
from desktop_app.core.periods import Period
from desktop_app.services.words import place_words
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.dialogs.preview import PreviewDialog
from desktop_app.window.screens.board_screen import BoardScreen
from tests.gui.conftest import window


def test_a_print_is_named_in_its_language_and_headings_stand_over_their_signs(
    qtbot: QtBot, branch: Workspace
) -> None:
    shell = window(qtbot, branch, "ru", Period(2023, 12))
    preview = PreviewDialog(shell.context, "month", shell)
    qtbot.addWidget(preview)
    assert preview.file_name(".pdf") == "Полный комплект документов за месяц 2023-12.pdf"
    preview.languages.setCurrentIndex(preview.languages.findData("kk"))
    assert preview.file_name(".pdf") == "Айлық құжаттардың толық жинағы 2023-12.pdf"
    qtbot.waitUntil(lambda: bool(preview._pdf), timeout=20_000)
    shell.go("board")
    board = shell.screen_shown
    assert isinstance(board, BoardScreen)
    heading = board.table.horizontalHeaderItem(3)
    assert heading is not None
    assert heading.textAlignment() == int(Qt.AlignmentFlag.AlignCenter)


def test_a_locked_window_says_whose_it_is(qtbot: QtBot, qapp: QApplication, branch: Workspace) -> None:
    application = Application(qapp, branch.folder)
    application.enter(branch)
    if branch.recovery_phrase:
        branch.recovery_phrase = ""
        application.enter(branch)
    shell = application.shown
    assert shell is not None
    shell.activateWindow()
    qtbot.waitUntil(lambda: shell.isActiveWindow() and QApplication.focusWidget() is not None)
    QTest.keyClick(
        QApplication.focusWidget(),
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    qtbot.waitUntil(lambda: isinstance(application.shown, SignIn))
    gate = application.shown
    assert isinstance(gate, SignIn)
    assert place_words("71", gate.language) in [text.text() for text in gate.findChildren(QLabel)]
    gate.close()
