"""A form stays open while a package, or another analyst, changes the very record; a package keeps the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidgetItem
from pytestqt.qtbot import QtBot

from desktop_app.domain.classifiers import classifier
from desktop_app.domain.record import Record
from desktop_app.formdef.forms import form_of
from desktop_app.services import conflicts, entry, visits
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.window import operations
from desktop_app.window.dialogs.history_dialog import HistoryDialog
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.list_screen import ListScreen
from desktop_app.window.screens.visit_screen import VisitScreen
from desktop_app.window.shell import Shell
from tests.gui.conftest import type_text
from tests.unit.test_storage import sanction


def opened(shell: Shell, record: str) -> EntryScreen:
    shell.open_record("sanction", record)
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    return screen


def retype(screen: EntryScreen, name: str, text: str) -> None:
    screen.jump_to(name)
    type_text(screen.editors[name], text)  # what is there is selected, and typed over


def elsewhere(shell: Shell, before: Record, **values: object) -> None:
    """Change a record as a package does: without anybody's form or draft."""
    workspace = shell.context.workspace
    with workspace.store.transaction("басқа адам") as work:
        Recorder(workspace, work).save([(before, before.with_values(**values))])


def stored(shell: Shell, record: str) -> object:
    found = entry.load(shell.context.workspace, "sanction", record)
    assert found is not None
    return found.values


def test_saving_a_form_keeps_what_came_meanwhile(qtbot: QtBot, shell: Shell) -> None:
    workspace = shell.context.workspace
    first = entry.save(workspace, sanction(note="бұрынғы")).record
    screen = opened(shell, first.id)
    elsewhere(shell, first, note="пакетпен келді")
    retype(screen, "order_no", "88")
    QTest.keyClick(screen, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    values = stored(shell, first.id)
    assert (values.note, values.order_no) == ("пакетпен келді", "88")
    assert conflicts.listed(workspace) == []


def test_both_words_stand_when_one_field_was_changed_twice(qtbot: QtBot, shell: Shell) -> None:
    workspace = shell.context.workspace
    first = entry.save(workspace, sanction(order_no="5")).record
    screen = opened(shell, first.id)
    elsewhere(shell, first, order_no="6")
    retype(screen, "order_no", "88")
    QTest.keyClick(screen, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert [c.field for c in conflicts.listed(workspace)] == ["order_no"]
    assert screen.form.label("order_no").get("kk") in shell._bar.text()
    assert stored(shell, first.id).order_no == "88"


def test_a_draft_of_days_ago_undoes_nothing(qtbot: QtBot, shell: Shell) -> None:
    workspace = shell.context.workspace
    first = entry.save(workspace, sanction(note="бұрынғы", order_no="5")).record
    screen = opened(shell, first.id)
    retype(screen, "order_no", "88")
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    elsewhere(shell, first, note="пакетпен келді", order_no="6")
    again = opened(shell, first.id)
    assert again.editors["order_no"].text() == "88"
    assert again.editors["note"].text() == "пакетпен келді"
    again.jump_to("note")
    QTest.keyClick(again, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert stored(shell, first.id).note == "пакетпен келді"
    assert [c.field for c in conflicts.listed(workspace)] == ["order_no"]


@contextmanager
def package_being_taken_in(workspace: Workspace) -> Iterator[None]:
    """Keep the database to another thread's write, as long packages do."""
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with workspace.store.transaction("package"):
            inside.set()
            leave.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    try:
        yield
    finally:
        leave.set()
        thread.join(20)


def test_a_save_waits_without_freezing_the_window(qtbot: QtBot, shell: Shell) -> None:
    shell.open_new("sanction")
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    type_text(screen.editors["employee"], "Оспанов Тимур")
    record, workspace = screen.record.id, shell.context.workspace
    with package_being_taken_in(workspace):
        QTest.keyClick(screen.editors["employee"], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        assert shell._bar.text() == shell.context.tr("ui.save_waits")
        assert entry.load(workspace, "sanction", record) is None
    qtbot.waitUntil(lambda: entry.load(workspace, "sanction", record) is not None, timeout=5000)
    qtbot.waitUntil(lambda: shell.screen_shown is not screen, timeout=5000)


def test_typing_goes_on_and_its_draft_is_kept_afterwards(qtbot: QtBot, shell: Shell) -> None:
    shell.open_new("sanction")
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    workspace = shell.context.workspace
    qtbot.waitUntil(screen.editors["employee"].hasFocus)
    with package_being_taken_in(workspace):
        type_text(screen.editors["employee"], "Оспанов")
        screen._drafts.keep()  # what the pause in typing calls
        type_text(screen.editors["employee"], " Тимур")
        assert entry.drafts(workspace) == []
    qtbot.waitUntil(lambda: bool(entry.drafts(workspace)), timeout=5000)
    assert entry.drafts(workspace)[0][2]["employee"] == "Оспанов Тимур"


def test_a_void_and_leaving_a_form_wait_too(qtbot: QtBot, shell: Shell) -> None:
    workspace = shell.context.workspace
    first = entry.save(workspace, sanction()).record
    screen = opened(shell, first.id)
    with package_being_taken_in(workspace):
        screen.void("қате енгізілген")
        assert not screen.isEnabled()
    qtbot.waitUntil(lambda: isinstance(shell.screen_shown, ListScreen), timeout=5000)
    voided = entry.load(workspace, "sanction", first.id)
    assert voided is not None
    assert voided.void_reason == "қате енгізілген"
    shell.open_new("sanction")
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    type_text(screen.editors["employee"], "Ким Анна")
    with package_being_taken_in(workspace):
        shell.go("month")
        assert shell.screen_shown is screen
    qtbot.waitUntil(lambda: shell.screen_shown is not screen, timeout=5000)
    assert entry.drafts(workspace)[0][2]["employee"] == "Ким Анна"


def test_a_window_with_work_going_on_closes_when_asked_twice(qtbot: QtBot, shell: Shell) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def work(report: Callable[[int, int, str], None]) -> None:
        begun.set()
        try:
            while True:
                report(0, 0, "")
        finally:
            stopped.set()

    operations.begin(work, lambda _result: None, lambda _fault: None)
    assert begun.wait(10)
    shell.close()
    assert shell.isVisible()
    assert shell._bar.text() == shell.context.tr("ui.leave_again")
    assert not stopped.is_set()
    shell.close()
    assert not shell.isVisible()
    assert stopped.is_set()
    qtbot.waitUntil(lambda: not operations.is_busy())


def test_the_history_is_in_words_newest_first(qtbot: QtBot, shell: Shell) -> None:
    workspace = shell.context.workspace
    first = entry.save(workspace, sanction(category="STAFF")).record
    entry.save(workspace, first.with_values(category="HEAD"), "қате")
    entry.undo(workspace, "sanction", first.id)
    dialog = HistoryDialog(shell.context, "sanction", first.id, shell)
    qtbot.addWidget(dialog)
    words = classifier("position_categories")
    lines = [
        [(dialog.table.item(line, column) or QTableWidgetItem()).text() for column in range(2, 6)]
        for line in (0, 1)
    ]
    name = form_of("sanction").label("category").get("kk")
    staff, head = words.label("STAFF", "kk"), words.label("HEAD", "kk")
    assert lines == [
        [name, head, staff, shell.context.tr("record.undone_reason")],
        [name, staff, head, "қате"],
    ]


def test_a_message_moves_nothing(qtbot: QtBot, shell: Shell) -> None:
    screen = shell.screen_shown
    before = screen.geometry()
    shell.context.say("Сақталды. " * 40)
    qtbot.waitUntil(shell._bar.isVisible)
    assert screen.geometry() == before
    QTest.mouseClick(shell._bar, Qt.MouseButton.LeftButton)
    assert shell._bar.isHidden()


def sheet(shell: Shell) -> VisitScreen:
    shell.open_visit()
    screen = shell.screen_shown
    assert isinstance(screen, VisitScreen)
    return screen


def begin_visit(screen: VisitScreen) -> None:
    screen.department.setText("Есіл ХҚКБ")
    screen.visited.setFocus()
    type_text(screen.visited, "0512")
    QTest.keyClick(screen.visited, Qt.Key.Key_Return)


def measure(screen: VisitScreen, item: str, text: str) -> None:
    screen.table._cell(screen.table._lines[item], 3).setText(text)


@pytest.mark.parametrize("is_left", [False, True])
def test_a_checklist_open_or_left_half_typed_undoes_nothing_that_came_meanwhile(
    qtbot: QtBot, shell: Shell, is_left: bool
) -> None:
    workspace, day = shell.context.workspace, date(2023, 12, 5)
    lines = [visits.SheetLine("1.01", "12 %"), visits.SheetLine("1.02", "340 см")]
    visits.save_visit(workspace, workspace.branch, "Есіл ХҚКБ", day, lines)
    screen = sheet(shell)
    begin_visit(screen)
    measure(screen, "1.01", "9 %")
    if is_left:
        screen.leave()
    for item, record in visits.visit_lines(workspace, "Есіл ХҚКБ", day).items():
        elsewhere(shell, record, measured_as="7 %" if item == "1.01" else "350 см")
    if is_left:
        screen = sheet(shell)
    screen.save()
    found = visits.visit_lines(workspace, "Есіл ХҚКБ", day)
    assert found["1.02"].values.measured_as == "350 см"
    sides = {c.field: {side.value for side in c.sides} for c in conflicts.listed(workspace)}
    assert sides["measured_as"] == {"7 %", "9 %"}
