"""A form stays open while a package, or another analyst, changes the very record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.domain.record import Record
from desktop_app.services import conflicts, entry
from desktop_app.services.recording import Recorder
from desktop_app.window.screens.entry_screen import EntryScreen
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
