"""Two branches' officers and headquarters in the window: keys, sending, receiving, accepting, returning, conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop_app.core.i18n import tr
from desktop_app.core.paths import FORMS
from desktop_app.core.periods import Period
from desktop_app.services import conflicts, entry
from desktop_app.services.guiding import publish
from desktop_app.services.months import month
from desktop_app.services.receiving import receive
from desktop_app.services.sending import send
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.month_dialogs import ReopenDialog
from desktop_app.window.dialogs.preview import PreviewDialog
from desktop_app.window.screens.board_screen import BoardScreen
from desktop_app.window.screens.consolidation_screen import ConsolidationScreen
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.exchange_screen import ExchangeScreen
from desktop_app.window.shell import Shell
from tests.conftest import PASSPHRASE, Country
from tests.endtoend.test_exchange import MAY, close_may, introduce, sanction
from tests.endtoend.test_guidance_and_recovery import QUESTION
from tests.gui.conftest import type_text, window


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as workspace:
        yield workspace


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


def exchange(qtbot: QtBot, shell: Shell, place: Path, *, send: bool) -> str:
    shell.go("exchange")
    screen = shell.screen_shown
    assert isinstance(screen, ExchangeScreen)
    screen.address.setFocus()
    screen.address.clear()
    type_text(screen.address, str(place))
    tool = screen.send_button if send else screen.receive_button
    tool.setFocus()
    QTest.keyClick(tool, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.operation is None, timeout=20_000)
    return "\n".join(screen.outcomes.item(i).text() for i in range(screen.outcomes.count()))


def test_cards_are_exchanged_after_the_fingerprint_was_compared(
    qtbot: QtBot, branch: Workspace, hq: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = window(qtbot, branch), window(qtbot, hq)
    asked: list[str] = []

    def answer(_parent: object, _title: str, text: str, *_buttons: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.Yes if len(asked) > 1 else QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", answer)
    for shell in (here, there):
        shell.go("exchange")
    ours, theirs = here.screen_shown, there.screen_shown
    assert isinstance(ours, ExchangeScreen)
    assert isinstance(theirs, ExchangeScreen)
    theirs.save_card(tmp_path / "hq.txt")
    ours.add_card(tmp_path / "hq.txt")
    assert ours.peers.count() == 0
    ours.add_card(tmp_path / "hq.txt")
    assert ours.peers.count() == 1
    assert theirs.fingerprint.text() in asked[0]
    assert theirs.fingerprint.text() in ours.peers.item(0).text()


def test_a_month_goes_to_headquarters_is_returned_and_accepted_in_the_window(
    qtbot: QtBot, branch: Workspace, hq: Workspace, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduce(branch, hq)
    kept = entry.save(branch, sanction("1")).record
    entry.save(branch, sanction("2"))
    close_may(branch)
    here, there = window(qtbot, branch, period=MAY), window(qtbot, hq, "ru", period=MAY)
    assert ".tzp" in exchange(qtbot, here, place, send=True)
    assert "получен" in exchange(qtbot, there, place, send=False)
    there.go("board")
    board = there.screen_shown
    assert isinstance(board, BoardScreen)
    line = board._board.branches.index("71")
    board.table.setCurrentCell(line, 5)
    assert board.cell is not None
    assert board.cell.state == "RECEIVED"

    def agree(dialog: ReopenDialog) -> int:
        dialog.records.item(1).setCheckState(Qt.CheckState.Checked)
        dialog._reason.setText("Күнін тексеріңіз")
        return 1

    monkeypatch.setattr(ReopenDialog, "exec", agree)
    board.ask_return()
    assert board.cell.state == "RETURNED"
    assert not board.accept_button.isEnabled()
    exchange(qtbot, there, place, send=True)
    exchange(qtbot, here, place, send=False)
    now = month(branch, MAY)
    assert (now.state, now.revision) == ("OPEN", 2)
    record = entry.load(branch, "sanction", kept.id)
    assert record is not None
    entry.save(branch, record.with_values(note="тексерілді"))
    close_may(branch)
    exchange(qtbot, here, place, send=True)
    exchange(qtbot, there, place, send=False)
    there.go("board")
    board = there.screen_shown
    assert isinstance(board, BoardScreen)
    board.table.setCurrentCell(line, 5)
    board.accept_button.setFocus()
    QTest.keyClick(board.accept_button, Qt.Key.Key_Space)
    assert board.cell is not None
    assert board.cell.state == "ACCEPTED"


def test_a_conflict_is_listed_and_decided_by_enter(
    qtbot: QtBot, branch: Workspace, place: Path, tmp_path: Path
) -> None:
    with Workspace.create(tmp_path / "second", PASSPHRASE, branch="71") as second:
        introduce(branch, second)
        both = entry.save(branch, sanction("1")).record
        here, there = window(qtbot, branch), window(qtbot, second)
        exchange(qtbot, here, place, send=True)
        exchange(qtbot, there, place, send=False)
        for workspace, note in ((branch, "бірінші"), (second, "екінші")):
            found = entry.load(workspace, "sanction", both.id)
            assert found is not None
            entry.save(workspace, found.with_values(note=note))
        exchange(qtbot, there, place, send=True)
        exchange(qtbot, here, place, send=False)
        screen = here.screen_shown
        assert isinstance(screen, ExchangeScreen)
        texts = [screen.sides.item(i).text() for i in range(screen.sides.count())]
        assert len(texts) == 2
        chosen = next(i for i, text in enumerate(texts) if "бірінші" in text)
        screen.sides.setFocus()
        screen.sides.setCurrentRow(chosen)
        QTest.keyClick(screen.sides, Qt.Key.Key_Return)
        assert screen.sides.count() == 0
        assert conflicts.listed(branch) == []
        decided = entry.load(branch, "sanction", both.id)
        assert decided is not None
        assert decided.values.note == "бірінші"


def test_a_question_of_headquarters_is_on_the_form_and_its_answer_is_kept(
    qtbot: QtBot, branch: Workspace, hq: Workspace, place: Path, tmp_path: Path
) -> None:
    introduce(branch, hq)
    form = tmp_path / "sanction.toml"
    form.write_text((FORMS / "sanction.toml").read_text("utf-8") + QUESTION, "utf-8")
    here = window(qtbot, branch, period=MAY)
    publish(hq, form)
    exchange(qtbot, window(qtbot, hq), place, send=True)
    exchange(qtbot, here, place, send=False)
    here.activateWindow()
    qtbot.waitUntil(here.isActiveWindow)
    here.open_new("sanction")
    screen = here.screen_shown
    assert isinstance(screen, EntryScreen)
    type_text(screen.editors["order_no"], "5")
    screen.editors["order_date"].setText(f"{date(2023, 5, 4):%d.%m.%Y}")
    type_text(screen.editors["+union"], "иә")
    screen.editors["+union"].setFocus()
    QTest.keyClick(screen.editors["+union"], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    with branch.store.read() as reader:
        saved = list(reader.records("sanction"))
    assert [dict(record.extra) for record in saved] == [{"union": "иә"}]


def test_an_unreachable_place_is_said_in_words(
    qtbot: QtBot, branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    introduce(branch, hq)
    shell = window(qtbot, branch, "ru")
    text = exchange(qtbot, shell, tmp_path / "жоқ", send=False)
    assert "папк" in text.lower() or "не читается" in text


def test_headquarters_previews_its_consolidation(
    qtbot: QtBot, branch: Workspace, hq: Workspace, place: Path
) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction("1"))
    close_may(branch)
    send(branch, str(place), [MAY])
    receive(hq, [str(place)])
    shell = window(qtbot, hq, "ru", period=MAY)
    dialog = PreviewDialog(shell.context, "consolidation", shell)
    with qtbot.waitSignal(dialog.shown, timeout=20_000) as drawn:
        dialog.show()
    assert drawn.args[0] >= 2
    assert [dialog.reports.itemData(i) for i in range(dialog.reports.count())][:1] == ["consolidation"]
    dialog.close()


def test_headquarters_sees_the_consolidation_of_the_month(qtbot: QtBot, country: Country) -> None:
    shell = window(qtbot, country.workspace, "ru", Period(2023, 12))
    shell.go("month")
    screen = shell.screen_shown
    assert isinstance(screen, ConsolidationScreen)
    table = screen.table
    columns = [table.horizontalHeaderItem(place).text() for place in range(table.columnCount())]
    with country.workspace.store.read() as reader:
        sanctions = reader.rows("SELECT count(*) FROM sanction WHERE period = 202312 AND void = ''")[0][0]

    def text(line: int, place: int) -> str:
        item = table.item(line, place)
        assert item is not None
        return item.text()

    assert table.rowCount() == 21
    known = columns.index(tr("ru", "consolidation.known"))
    assert text(20, known) == str(sanctions)  # all branches
    assert text(0, known - 1) == "—"  # nothing was reported, and that is not nought
    gaps = next(
        i for i in range(screen.views.count()) if screen.views.itemText(i) == tr("ru", "consolidation.gaps")
    )
    screen.views.setFocus()
    QTest.keyClick(screen.views, Qt.Key.Key_Down)  # opens the list
    for _ in range(gaps):
        QTest.keyClick(screen.views.view(), Qt.Key.Key_Down)
    QTest.keyClick(screen.views.view(), Qt.Key.Key_Return)
    assert table.rowCount() == 20 * 12
    shell.context.show_period(Period(2023, 1))
    assert table.rowCount() == 20  # the view stays, the gaps are those of January
