"""Import, month, visit, preview, welcome and sign-in: real windows on real data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app import Application
from desktop_app.core.periods import Period
from desktop_app.formdef.forms import form_of
from desktop_app.services import months, visits
from desktop_app.services.demonstration import PASSPHRASE, sample_workbooks
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.dialogs.import_dialog import ImportDialog
from desktop_app.window.dialogs.month_dialogs import CloseDialog, ReopenDialog
from desktop_app.window.dialogs.preview import PreviewDialog
from desktop_app.window.dialogs.recovery_note import RecoveryNote
from desktop_app.window.dialogs.welcome import Welcome
from desktop_app.window.screens.list_screen import ListScreen
from desktop_app.window.screens.month_screen import MonthScreen
from desktop_app.window.screens.problems_screen import PersonsScreen
from desktop_app.window.screens.visit_screen import VisitScreen
from desktop_app.window.shell import Shell
from tests.gui.conftest import type_text, when_asked, window
from tests.gui.test_welcome import type_back

BOOK = next(path for path in sample_workbooks() if path.name.startswith("71"))


def test_import_dialog_tries_then_imports_with_progress(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    shell.context.show_period(Period(2026, 11))
    dialog = ImportDialog(shell.context, shell)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.set_files([BOOK])
    with qtbot.waitSignal(dialog.ended, timeout=60_000):
        qtbot.mouseClick(dialog.try_button, Qt.MouseButton.LeftButton)
    assert dialog.table.rowCount() == 3
    with shell.context.workspace.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM sanction") == [(0,)]
    with qtbot.waitSignal(dialog.ended, timeout=60_000):
        qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    with shell.context.workspace.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM sanction") == [(373,)]
    assert shell.context.period == Period(2023, 12)  # what came is on show
    dialog.save_report(tmp_path / "report.xlsx")
    assert (tmp_path / "report.xlsx").stat().st_size > 5000
    dialog.accept()


def test_import_can_be_cancelled_between_files(qtbot: QtBot, country, tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "hq", "құпия сөйлем") as workspace:
        shell = window(qtbot, workspace)
        dialog = ImportDialog(shell.context, shell)
        qtbot.addWidget(dialog)
        dialog.set_files(sample_workbooks()[:6])
        dialog.begin(dry_run=False)
        assert dialog._operation is not None
        with qtbot.waitSignal(dialog.ended, timeout=60_000):
            dialog._operation.progressed.connect(lambda *_: dialog._cancel_or_leave())
        with workspace.store.read() as reader:
            assert reader.rows("SELECT count(DISTINCT branch) FROM sanction")[0][0] < 6
        dialog.accept()


def _told(workspace: Workspace) -> str:
    sections = months.month(workspace, Period(2023, 12)).sections
    return next(s.state for s in sections if s.register == "finding")


def test_month_is_declared_closed_and_reopened_in_the_window(qtbot: QtBot, astana: Workspace) -> None:
    shell = window(qtbot, astana)
    shell.go("month")
    screen = shell.screen_shown
    assert isinstance(screen, MonthScreen)
    assert screen.findings.count() > 3
    screen.ask_close()  # a section is missing: said before anybody types who signs
    assert shell._bar.property("kind") == "error"
    assert form_of("finding").plural.get("kk") in shell._bar.text()
    for keys, told in ((Qt.Key.Key_Down, "NIL"), (Qt.Key.Key_Down, "NOT_APPLICABLE"), (Qt.Key.Key_Up, "NIL")):
        box = screen._boxes["finding"]
        box.setFocus()
        when_asked(lambda form: form.agree())  # type: ignore[attr-defined]
        qtbot.keyClick(box, Qt.Key.Key_Down)
        qtbot.keyClick(box.view(), keys)
        qtbot.keyClick(box.view(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda told=told: _told(astana) == told)
        qtbot.waitUntil(lambda told=told: screen._boxes["finding"].currentData() == told)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)

    def answer(dialog: QWidget) -> None:
        assert isinstance(dialog, CloseDialog)
        type_text(dialog._lines["executor"], "А. Орындаушы")
        dialog._reason.setPlainText("тексерілді")
        qtbot.mouseClick(dialog._agree, Qt.MouseButton.LeftButton)

    when_asked(answer)
    assert QApplication.focusWidget() is screen._boxes["finding"]  # the keys are still where they were
    qtbot.keyClick(screen.findings, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert months.month(astana, Period(2023, 12)).state == "CLOSED"

    def order(dialog: QWidget) -> None:
        assert isinstance(dialog, ReopenDialog)
        dialog.records.item(1).setCheckState(Qt.CheckState.Checked)
        dialog._reason.setText("қате табылды")
        dialog._until.setText("31.12.2030")
        dialog.accept()

    when_asked(order)
    screen.ask_reopen()
    found = months.month(astana, Period(2023, 12))
    assert (found.state, found.revision) == ("OPEN", 2)
    named = months.records_of(astana, Period(2023, 12))[0]
    first = screen.findings.item(0)  # the officer sees what may be corrected, and goes there by Enter
    assert named[2] in first.text()
    assert first.data(Qt.ItemDataRole.UserRole) == named[:2]


def test_a_visit_is_typed_down_the_sheet(qtbot: QtBot, shell: Shell) -> None:
    shell.open_visit()
    screen = shell.screen_shown
    assert isinstance(screen, VisitScreen)
    type_text(screen.department, "Есіл ХҚКБ")
    screen.visited.setFocus()
    type_text(screen.visited, "0512")
    qtbot.keyClick(screen.visited, Qt.Key.Key_Return)
    table = screen.table
    codes = list(table.lines())
    assert len(codes) == 47

    def cell() -> QWidget | None:
        found = QApplication.focusWidget()
        return found if found is not None and table.isAncestorOf(found) else None

    qtbot.waitUntil(lambda: isinstance(cell(), QLineEdit))  # the first value, at once
    type_text(cell(), "12 %")
    qtbot.keyClick(cell(), Qt.Key.Key_Return)
    assert table.lines()["1.01"].measured == "12 %"
    for code, text in zip(codes, ["12 %", "340 см", "60 м", "1,8 м", "1:30", "", "бар"], strict=False):
        table._cell(table._lines[code], 3).setText(text)
    assert [line.state for line in table.lines().values()][:7] == [
        "COMPLIANT", "NON_COMPLIANT", "NON_COMPLIANT", "COMPLIANT", "COMPLIANT", "", "COMPLIANT"]  # fmt: skip
    table._cell(table._lines[codes[1]], 5).setText("0501")
    qtbot.keyClick(screen, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    with shell.context.workspace.store.read() as reader:
        found = {r.values.item: r.values for r in reader.records("finding")}
    assert len(found) == 6
    assert found["1.02"].due == date(2024, 1, 5)  # a term follows the visit, over the turn of the year too
    assert found["1.05"].measured_as == "1:30"
    with shell.context.workspace.store.read() as reader:
        department = reader.rows("SELECT id FROM department")[0][0]
    assert set(visits.visit_lines(shell.context.workspace, department, date(2023, 12, 5))) == set(found)


def test_half_a_checklist_survives_leaving_a_lock_and_another_language(qtbot: QtBot, shell: Shell) -> None:
    def opened() -> VisitScreen:
        screen = shell.screen_shown
        assert isinstance(screen, VisitScreen)
        return screen

    shell.open_visit()
    screen = opened()
    type_text(screen.department, "Есіл ХҚКБ")
    type_text(screen.visited, "0512")
    qtbot.keyClick(screen.visited, Qt.Key.Key_Return)
    shell.go("list", "sanction")  # nothing of the sheet was typed: nothing waits
    shell.open_visit()
    assert opened().department.text() == ""
    screen = opened()
    type_text(screen.department, "Есіл ХҚКБ")
    type_text(screen.visited, "0512")
    qtbot.keyClick(screen.visited, Qt.Key.Key_Return)
    for code, text in (("1.01", "12 %"), ("1.02", "340 см")):
        screen.table._cell(screen.table._lines[code], 3).setText(text)
    shell.set_language("ru")
    again = opened()
    assert again is not screen
    assert (again.department.text(), again.table.lines()["1.02"].state) == ("Есіл ХҚКБ", "NON_COMPLIANT")
    qtbot.waitUntil(again.department.hasFocus)
    qtbot.keyClick(again.department, Qt.Key.Key_Escape)
    assert isinstance(shell.screen_shown, ListScreen)
    # The application ends here, by itself or not; another window of the workspace finds the sheet.
    other = window(qtbot, shell.context.workspace)
    other.open_visit()
    third = other.screen_shown
    assert isinstance(third, VisitScreen)
    assert third.table.lines()["1.01"].measured == "12 %"
    qtbot.waitUntil(third.department.hasFocus)
    qtbot.keyClick(third.department, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert visits.kept_sheet(shell.context.workspace) is None
    other.close()
    shell.activateWindow()
    shell.open_visit()
    screen = opened()
    screen.department.setText("ЕСІЛ  хқкб")  # known by now, in any spelling
    type_text(screen.visited, "0512")
    qtbot.keyClick(screen.visited, Qt.Key.Key_Return)
    assert screen.table.lines()["1.01"].measured == "12 %"  # what was saved is shown
    screen.table._cell(screen.table._lines["1.03"], 3).setText("20 м")
    screen.keep_draft()
    screen.begin_anew()
    assert visits.kept_sheet(shell.context.workspace) is None
    assert not any(any(line) for line in screen.table.lines().values())


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_preview_shows_the_very_pages(qtbot: QtBot, astana: Workspace, tmp_path: Path, language: str) -> None:
    shell = window(qtbot, astana, language)
    dialog = PreviewDialog(shell.context, "sanction", shell)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.shown, timeout=60_000) as shown:
        dialog.show()
    assert shown.args[0] >= 2
    for suffix in (".pdf", ".xlsx"):
        dialog.save_as(tmp_path / f"print{suffix}")
        assert (tmp_path / f"print{suffix}").stat().st_size > 5000
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setResolution(72)
    dialog.print_to(printer)
    assert (tmp_path / "printed.pdf").read_bytes() == dialog._pdf  # letters stay letters
    assert not list(astana.folder.glob(".print-*"))  # nothing in the clear beside the database
    view = dialog.pages
    widest = max(sheet.points[0] for sheet in view._sheets)
    assert widest * view.scale <= view.viewport().width(), "a turned page is seen whole"
    before = view.scale
    view.larger()
    assert view.scale > before
    dialog.fit_whole.click()
    assert max(sheet.height() for sheet in view._sheets) <= view.viewport().height()
    dialog.fit_width.click()
    assert view.scale == pytest.approx(before)
    dialog.number.setText("2")
    dialog.number.editingFinished.emit()
    qtbot.waitUntil(lambda: view.page == 2)
    assert dialog.size().height() <= dialog.screen().availableGeometry().height()
    dialog.accept()


def test_doubtful_pairs_are_decided_and_taken_back(qtbot: QtBot, country) -> None:
    shell = window(qtbot, country.workspace)
    shell.go("persons")
    screen = shell.screen_shown
    assert isinstance(screen, PersonsScreen)
    count = screen.pairs.count()
    assert count > 0
    screen.merge()
    assert screen.pairs.count() == count - 1
    screen.undo()
    assert screen.pairs.count() == count


def test_first_start_makes_a_branch_and_later_starts_ask(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    root = Application(qapp, tmp_path / "ws")
    root.begin(None)
    gate = root.shown
    assert isinstance(gate, Welcome)
    qtbot.addWidget(gate)
    gate.branch.setCurrentIndex(gate.branch.findData("71"))
    type_text(gate.passphrase, "құпия сөйлем")
    type_text(gate.again, "құпия сөйлем")
    qtbot.mouseClick(gate.create_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(root.shown, RecoveryNote), timeout=30_000)
    note = root.shown
    assert isinstance(note, RecoveryNote)
    type_back(note)
    qtbot.waitUntil(lambda: isinstance(root.shown, Shell))
    assert root.workspace is not None
    root.workspace.close()
    assert root.shown is not None
    root.shown.close()

    again = Application(qapp, tmp_path / "ws")
    again.begin(None)
    sign_in = again.shown
    assert isinstance(sign_in, SignIn)
    type_text(sign_in.passphrase, "қате сөйлем")
    qtbot.keyClick(sign_in.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sign_in._operation is None and bool(sign_in.trouble.text()), timeout=30_000)
    type_text(sign_in.passphrase, "құпия сөйлем")
    qtbot.keyClick(sign_in.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(again.shown, Shell), timeout=30_000)
    again.leave()
    assert list((tmp_path / "ws" / "backups").iterdir())
    assert again.shown is not None
    again.shown.close()


def test_first_start_offers_the_demonstration(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    root = Application(qapp, tmp_path / "ws")
    root.begin(None)
    gate = root.shown
    assert isinstance(gate, Welcome)
    gate.demo_branch.setCurrentIndex(gate.demo_branch.findText("62", Qt.MatchFlag.MatchStartsWith))
    gate.create_demonstration()
    qtbot.waitUntil(lambda: isinstance(root.shown, RecoveryNote), timeout=60_000)
    assert isinstance(root.shown, RecoveryNote)
    type_back(root.shown)
    assert isinstance(root.shown, Shell)
    assert root.workspace is not None
    root.workspace.close()
    root.shown.close()
    assert PASSPHRASE


def test_start_with_a_passphrase_at_hand_opens_the_shell_or_asks(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    from desktop_app.services.unlocking import Unlocking

    folder = tmp_path / "ws"
    Workspace.create(folder, "құпия сөйлем", branch="71").close()
    root = Application(qapp, folder)
    root.begin(Unlocking(folder / "keys.json", "құпия сөйлем"))
    assert isinstance(root.shown, Shell)
    assert root.workspace is not None
    assert root.workspace.opened.role == "administrator"
    root.workspace.close()
    root.shown.close()

    again = Application(qapp, folder)
    again.begin(Unlocking(folder / "keys.json", "қате сөйлем"))
    assert isinstance(again.shown, SignIn)
    assert again.shown.trouble.text()
    again.shown.close()


def test_enter_in_a_line_never_closes_a_month(qtbot: QtBot, shell: Shell) -> None:
    context = shell.context
    dialog = CloseDialog(context, months.month(context.workspace, context.period), shell)
    qtbot.addWidget(dialog)
    dialog.show()
    lines = list(dialog._lines.values())
    lines[0].setFocus()
    for line in lines:
        qtbot.waitUntil(line.hasFocus)
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.waitUntil(dialog._agree.hasFocus)
    qtbot.keyClick(dialog._agree, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_an_order_that_is_not_whole_says_what_is_missing_and_keeps_what_was_typed(
    qtbot: QtBot, shell: Shell
) -> None:
    dialog = ReopenDialog(shell.context, shell)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.accept()
    assert dialog.isVisible()
    dialog.records.item(0).setCheckState(Qt.CheckState.Checked)
    type_text(dialog._reason, "түзету")
    for text in ("33.13", "01.01.2020"):
        dialog._until.setText(text)
        dialog.accept()
        assert dialog.isVisible()
        assert text in dialog._trouble.text()
    dialog._until.setText("31.12.2030")
    dialog.accept()
    assert not dialog.isVisible()
    assert dialog.order() == (["new"], "түзету", date(2030, 12, 31))
