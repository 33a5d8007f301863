"""Files of a record in the window: chosen before the first save, dropped later, taken off, kept by the next save."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.services import attachments, entry
from desktop_app.services.care import verify_log
from desktop_app.window.dialogs.history_dialog import HistoryDialog
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.shell import Shell
from tests.gui.conftest import type_text


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "Бұйрық 12.pdf"
    path.write_bytes(b"%PDF " + b"x" * 3000)
    return path


def _new(shell: Shell) -> EntryScreen:
    shell.open_new("sanction")
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    return screen


def _names(shell: Shell, record: str) -> list[str]:
    return [one.name for one in attachments.attachments(shell.context.workspace, "sanction", record)]


def _drop(screen: EntryScreen, path: Path) -> None:
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path))])
    screen.files.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )  # fmt: skip


def test_a_file_chosen_before_the_first_save_comes_with_it(qtbot: QtBot, shell: Shell, scan: Path) -> None:
    screen = _new(shell)
    type_text(screen.editors["employee"], "Оспанов Тимур")
    _drop(screen, scan)
    assert shell.context.tr("ui.file_waits") in screen.files.listing.item(0).text()
    record = screen.record.id
    QTest.keyClick(screen.editors["employee"], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert _names(shell, record) == [scan.name]
    shell.open_record("sanction", record)
    again = shell.screen_shown
    assert isinstance(again, EntryScreen)
    assert "3 К" in again.files.listing.item(0).text()


def test_a_save_after_attaching_keeps_the_file_and_the_log_agrees(
    qtbot: QtBot, shell: Shell, scan: Path, tmp_path: Path
) -> None:
    screen = _new(shell)
    type_text(screen.editors["employee"], "Оспанов Тимур")
    record = screen.record.id
    assert screen.save()
    shell.open_record("sanction", record)
    opened = shell.screen_shown
    assert isinstance(opened, EntryScreen)
    _drop(opened, scan)
    type_text(opened.editors["note"], "сканы бар")
    opened.files.save_to(tmp_path / "жоқ")
    assert shell._bar.property("kind") == "error"
    (tmp_path / "out").mkdir()
    opened.files.save_to(tmp_path / "out")
    assert (tmp_path / "out" / scan.name).read_bytes() == scan.read_bytes()
    assert opened.save()
    assert _names(shell, record) == [scan.name]
    shell.open_record("sanction", record)
    last = shell.screen_shown
    assert isinstance(last, EntryScreen)
    last.files.remove()
    assert last.save()
    assert _names(shell, record) == []
    assert verify_log(shell.context.workspace).is_sound
    history = HistoryDialog(shell.context, "sanction", record)
    qtbot.addWidget(history)
    cells = {
        history.table.item(row, column).text()  # type: ignore[union-attr]
        for row in range(history.table.rowCount()) for column in range(history.table.columnCount())
    }  # fmt: skip
    assert scan.name in cells
    assert not any("file:" in cell for cell in cells)


def test_a_draft_remembers_the_files_that_wait(qtbot: QtBot, shell: Shell, scan: Path) -> None:
    screen = _new(shell)
    type_text(screen.editors["employee"], "Оспанов Тимур")
    _drop(screen, scan)
    QTest.keyClick(screen.editors["employee"], Qt.Key.Key_Escape)
    assert entry.drafts(shell.context.workspace)
    again = _new(shell)
    assert again.files.waiting == [scan]
    again.files.remove()
    assert again.files.waiting == []
