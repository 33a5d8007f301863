"""First start: a branch, a headquarters, or a backup brought back; all of it in the window."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app import Application
from desktop_app.core.i18n import OWN_NAMES
from desktop_app.services import backups, entry
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.ask import AskDialog
from desktop_app.window.dialogs.preview import PreviewDialog
from desktop_app.window.dialogs.recovery_note import RecoveryNote
from desktop_app.window.dialogs.welcome import Welcome
from desktop_app.window.shell import Shell
from tests.conftest import PASSPHRASE
from tests.gui.conftest import type_text, when_asked
from tests.unit.test_storage import sanction


def _first_start(qapp: QApplication, folder: Path) -> tuple[Application, Welcome]:
    application = Application(qapp, folder)
    application.begin(None)
    gate = application.shown
    assert isinstance(gate, Welcome)
    return application, gate


def _choose(gate: Welcome, code: str) -> None:
    gate.branch.setFocus()
    gate.branch.setCurrentIndex(gate.branch.findData(code))


def _press(widget: QWidget) -> None:
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_Return)


def type_back(note: RecoveryNote) -> None:
    """Say that the phrase is written down, and type back what is asked of it."""
    _press(note.written)
    assert note.focusWidget() is note.line
    type_text(note.line, " ".join(note._groups[place] for place in note._asked))
    QTest.keyClick(note.line, Qt.Key.Key_Return)


def _end(application: Application) -> None:
    assert application.shown is not None
    application.shown.close()
    application.leave()


@pytest.mark.parametrize("code", ["75", ""])
def test_a_branch_or_a_headquarters_is_made(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, code: str
) -> None:
    application, gate = _first_start(qapp, tmp_path / "w")
    qtbot.waitUntil(gate.branch.hasFocus)
    _press(gate.create_button)  # whose register it is was not said
    assert gate.trouble.text() == gate.words("ui.choose_branch")
    _choose(gate, code)
    assert gate.server.isVisible() == (code == "")
    _press(gate.branch)
    assert gate.passphrase.hasFocus()
    _press(gate.create_button)
    assert gate.trouble.text() == gate.words("usage.passphrase_short")
    type_text(gate.passphrase, PASSPHRASE)
    type_text(gate.again, PASSPHRASE + "x")
    QTest.keyClick(gate.again, Qt.Key.Key_Return)
    assert gate.trouble.text() == gate.words("usage.passphrases_differ")
    gate.again.setText(PASSPHRASE)
    QTest.keyClick(gate.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(application.shown, RecoveryNote), timeout=10_000)
    note = application.shown
    assert isinstance(note, RecoveryNote)
    qtbot.waitUntil(note.written.hasFocus)
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(note.written, held)
    assert application.shown is note  # the phrase is shown once: an Enter held too long does not pass it by
    type_back(note)
    assert isinstance(application.shown, Shell)
    assert application.workspace is not None
    assert application.workspace.branch == code
    _end(application)


def test_the_recovery_phrase_is_kept_before_it_goes(
    qtbot: QtBot, qapp: QApplication, branch: Workspace, tmp_path: Path
) -> None:
    phrase = branch.recovery_phrase = "0a1b-2c3d-4e5f-6071-8293-a4b5-c6d7-e8f9"
    application = Application(qapp, branch.folder)
    application.enter(branch)
    note = application.shown
    assert isinstance(note, RecoveryNote)
    qtbot.waitUntil(note.written.hasFocus)
    files = {path: path.stat().st_size for path in branch.folder.rglob("*") if path.is_file()}
    pages: list[str] = []

    def look(form: QWidget) -> None:
        assert isinstance(form, PreviewDialog)
        qtbot.waitUntil(lambda: bool(form._pdf), timeout=20_000)
        with pdfium.PdfDocument(form._pdf) as paper:
            pages.append(" ".join(page.get_textpage().get_text_bounded() for page in paper))
        assert not form.reports.isVisible()
        QTest.keyClick(form, Qt.Key.Key_Escape)

    when_asked(look)
    _press(note.print_button)
    assert all(group in pages[0] for group in phrase.split("-"))
    assert note.words("envelope.witness") in pages[0]
    assert files == {path: path.stat().st_size for path in branch.folder.rglob("*") if path.is_file()}
    _press(note.copy)
    assert QApplication.clipboard().text() == phrase
    _press(note.written)
    assert not note._phrase_shown.isVisible()
    for wrong in ("", "0a1b 2c3d"):  # Enter again and again passes nothing by
        note.line.clear()
        type_text(note.line, wrong)
        QTest.keyClick(note.line, Qt.Key.Key_Return)
        assert note.trouble.text() == note.words("ui.recovery_wrong")
    assert note.close() is False
    assert note.isVisible()
    other = next(b for b in note.findChildren(QPushButton, "language") if b.text() == OWN_NAMES["ru"])
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    spoken = application.shown
    assert isinstance(spoken, RecoveryNote)
    assert spoken is not note
    assert [b.text() for b in spoken.findChildren(QPushButton, "language") if b.isChecked()] == [
        OWN_NAMES["ru"]
    ]
    assert spoken._phrase_shown.text() == phrase
    type_back(spoken)
    assert isinstance(application.shown, Shell)
    assert (branch.recovery_phrase, QApplication.clipboard().text()) == ("", "")
    application.shown.close()


def test_a_wrong_server_is_said_and_nothing_is_made(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    application, gate = _first_start(qapp, tmp_path / "w")
    _choose(gate, "")
    type_text(gate.server, "postgresql://127.0.0.1:1/none")
    for line in (gate.passphrase, gate.again):
        type_text(line, PASSPHRASE)
    QTest.mouseClick(gate.create_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: gate.progress.isHidden(), timeout=10_000)
    assert application.shown is gate
    assert gate.trouble.text()
    assert not (tmp_path / "w" / "keys.json").exists()
    _end(application)


def test_a_backup_is_brought_back_and_a_wrong_passphrase_asks_again(
    qtbot: QtBot, qapp: QApplication, branch: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = entry.save(branch, sanction(note="сақталған")).record
    copy = backups.backup(branch, tmp_path / "copy")
    application, gate = _first_start(qapp, tmp_path / "w")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(copy))
    said: list[str] = []

    def answer() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, AskDialog)
        field = form.fields["passphrase"]
        assert isinstance(field, QLineEdit)
        type_text(field, "дұрыс емес")
        form.agree()
        said.append(form.trouble.text())
        field.clear()
        type_text(field, PASSPHRASE)
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)
    restore = next(b for b in gate.findChildren(QPushButton) if b.text() == gate.words("ui.restore"))
    QTest.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert said == [gate.words("key.wrong_passphrase")]
    qtbot.waitUntil(lambda: isinstance(application.shown, Shell), timeout=10_000)
    found = application.workspace
    assert found is not None
    assert found.store.workstation != branch.store.workstation
    again = entry.load(found, "sanction", saved.id)
    assert again is not None
    assert again.values.note == "сақталған"
    _end(application)
