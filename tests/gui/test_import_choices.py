"""What an import asks in its window: changes and cards are ticked by keys before anything is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.services.intake import import_workbooks
from desktop_app.services.workspace import Workspace
from desktop_app.window.choice import Choice
from desktop_app.window.dialogs.import_dialog import ImportDialog
from tests.books import SANCTIONS, SIX, corrected, sanctions
from tests.gui.conftest import window


def _dialog(qtbot: QtBot, branch: Workspace, path: Path) -> ImportDialog:
    shell = window(qtbot, branch)
    dialog = ImportDialog(shell.context, shell)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.set_files([path])
    with qtbot.waitSignal(dialog.ended, timeout=60_000):
        qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    return dialog


def test_changes_are_ticked_one_by_one(qtbot: QtBot, branch: Workspace, tmp_path: Path) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx")])
    rows = [
        corrected(SIX[0], SANCTIONS, {"Вид взыскания": "замечание", "Примечание": "исправлено"}),
        *SIX[1:],
    ]
    dialog = _dialog(qtbot, branch, sanctions(tmp_path / "b.xlsx", rows))
    assert dialog.changes.isVisible()  # nothing is written before a yes
    assert dialog.changes.rowCount() == 2
    assert dialog.lines.rowCount() > 0
    note = next(n for n in range(2) if dialog.changes.item(n, 6).text() == "исправлено")
    dialog.changes.setCurrentCell(note, 3)
    qtbot.keyClick(dialog.changes, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.ended, timeout=60_000):
        qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    with branch.store.read() as reader:
        stored = [r.values for r in reader.records("sanction") if r.values.order_no == "8-л/с"]
    assert [(v.note, v.type) for v in stored] == [("исправлено", "REPRIMAND")]
    dialog.accept()


def test_cards_are_asked_for_and_a_like_department_is_chosen(
    qtbot: QtBot, branch: Workspace, tmp_path: Path
) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", SIX[:1])])
    rows = [corrected(SIX[1], SANCTIONS, {"Отдел": "Отдел №5 (новое здание)"}), SIX[2]]
    dialog = _dialog(qtbot, branch, sanctions(tmp_path / "b.xlsx", rows))
    assert dialog.cards.isVisible()
    box = dialog.cards.cellWidget(0, 4)
    assert isinstance(box, Choice)
    assert box.currentText() == "Отдел №5 г. Астана"
    with branch.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM sanction") == [(1,)]
    refused = next(
        n for n in range(dialog.cards.rowCount()) if dialog.cards.item(n, 2).text() == "Отдел Байконур"
    )
    dialog.cards.setCurrentCell(refused, 2)
    qtbot.keyClick(dialog.cards, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.ended, timeout=60_000):
        qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    with branch.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM sanction") == [(2,)]
        assert reader.rows("SELECT count(*) FROM department") == [(1,)]
    dialog.accept()


def test_why_a_file_was_refused_is_in_sight(qtbot: QtBot, branch: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "хат.xlsx"
    path.write_bytes(b"no workbook")
    dialog = _dialog(qtbot, branch, path)
    header = dialog.table.horizontalHeader()
    last = dialog.table.columnCount() - 1
    assert header.sectionViewportPosition(last) + 60 < dialog.table.viewport().width()
    assert path.name in dialog.table.item(0, last).text()
    dialog.accept()
