"""A closed month looks closed: in the list, in the form, and in what the form says."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.i18n import tr
from desktop_app.core.periods import Period
from desktop_app.domain.record import new_record
from desktop_app.services import closing, entry, months
from desktop_app.services.workspace import Workspace
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.list_screen import ListScreen
from desktop_app.window.shell import Shell
from tests.gui.conftest import type_text, window
from tests.gui.test_entry_by_keyboard import ENTER, begin, focused, type_fields

DECEMBER = Period(2023, 12)


def _closed(branch: Workspace) -> str:
    record = entry.save(
        branch, new_record("complaint", "71", reg_no="ЖТ-1", received=date(2023, 12, 5))
    ).record
    for register in ("sanction", "finding"):
        months.declare(branch, DECEMBER, register, "NIL")
    closing.close(branch, DECEMBER, reason="сынақ")
    return record.id


def _open(shell: Shell) -> EntryScreen:
    shell.go("list", "complaint")
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    QTest.keyClick(listing.table, ENTER)
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    return screen


def _buttons(screen: EntryScreen) -> set[str]:
    return {made.text() for made in screen.findChildren(QPushButton) if made.isVisible()}


def test_a_record_of_a_closed_month_is_read_only_and_says_what_to_do(qtbot: QtBot, branch: Workspace) -> None:
    record = _closed(branch)
    shell = window(qtbot, branch, "ru", DECEMBER)
    shell.go("list", "complaint")
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    row = listing.model.row(0)
    assert row is not None
    assert listing.model.is_locked(row)
    listing.all_months.setChecked(True)
    row = listing.model.row(0)
    assert row is not None
    assert listing.model.is_locked(row)
    screen = _open(shell)
    assert all(editor.isReadOnly() for editor in screen.editors.values())
    assert any(made.text() == tr("ru", "month.closed") for made in screen.findChildren(QLabel, "locked"))
    assert not {tr("ru", "ui.save"), tr("ru", "ui.void"), tr("ru", "ui.save_new")} & _buttons(screen)
    screen.jump_to("note")
    type_text(screen.editors["note"], "өзгеріс")
    QTest.keyClick(screen.editors["note"], Qt.Key.Key_F4)
    assert not screen.is_touched()
    QTest.keyClick(screen, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert shell._bar.property("kind") == "error"
    shell.go("list", "complaint")
    assert entry.drafts(branch) == []
    closing.reopen(branch, DECEMBER, [record], "қате", branch.today + timedelta(days=3))
    screen = _open(shell)
    assert not screen.editors["note"].isReadOnly()
    assert tr("ru", "ui.save") in _buttons(screen)


def test_a_blank_form_after_an_edit_is_a_new_record(qtbot: QtBot, branch: Workspace) -> None:
    entry.save(branch, new_record("complaint", "71", reg_no="ЖТ-1", received=date(2023, 12, 5)))
    screen = _open(window(qtbot, branch, "ru", DECEMBER))
    assert {tr("ru", "ui.void"), tr("ru", "ui.history")} <= _buttons(screen)
    screen.jump_to("note")
    QTest.keyClick(focused(qtbot), ENTER, Qt.KeyboardModifier.ControlModifier)
    assert screen.editors["reg_no"].text() == ""
    assert not {tr("ru", "ui.void"), tr("ru", "ui.history")} & _buttons(screen)
    assert screen._state.text() == tr("ru", "ui.new_record")


def test_a_new_record_is_blamed_only_for_what_was_reached(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    type_fields(qtbot, "Ким Анна Сергеевна")
    screen.show_problems()
    assert screen.problems.count() == 0
    screen.editors["position"].setFocus()
    type_text(screen.editors["position"], "кассир")
    screen.show_problems()
    assert 0 < screen.problems.count() < 5
