"""An officer enters records by keyboard alone."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.periods import Period
from desktop_app.services import closing, entry, months
from desktop_app.services.workspace import Workspace
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.list_screen import ListScreen
from desktop_app.window.shell import Shell
from tests.gui.conftest import type_text, window

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
CTRL = Qt.KeyboardModifier.ControlModifier


def focused(qtbot: QtBot) -> QWidget:
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.activePopupWidget() or QApplication.focusWidget()
    qtbot.keyClick(target, key, modifier)


def type_fields(qtbot: QtBot, *texts: str) -> None:
    """Type into the focused field and press Enter, field after field."""
    for text in texts:
        type_text(focused(qtbot), text)
        press(qtbot, ENTER)


def begin(qtbot: QtBot, shell: Shell, register: str = "sanction") -> EntryScreen:
    shell.go("list", register)
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    listing.setFocus()
    qtbot.keyClick(listing, Qt.Key.Key_N, CTRL)
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    qtbot.waitUntil(lambda: QApplication.focusWidget() in screen.editors.values())
    return screen


def test_a_sanction_from_first_key_to_saved_row(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    type_fields(qtbot, "Сәрсенов Тимур Маратович", "850101300005", "Есіл ХҚКБ", "бас маман", "қатардағы")
    assert screen.editors["category"].text() == "қатардағы жұмыскер"
    type_fields(qtbot, "жалған", "СБД-2023-0001", "", "0111", "0112", "0412", "", "", "иә")
    assert screen.editors["kind"].text() == "жалған түбіртек"
    assert screen.editors["committed"].text() == "01.11.2023"
    type_fields(qtbot, "сөгіс", "15-ж/қ", "2012", "2112", "0312", "", "", "", "С. Басшы", "қол қойғызып")
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    assert listing.model.rowCount() == 1
    record = entry.load(shell.context.workspace, "sanction", listing.model.record_id(0))
    assert record is not None
    values = record.values
    assert (values.employee, values.iin, values.kind, values.type, values.category) == (
        "Сәрсенов Тимур Маратович",
        "850101300005",
        "V02",
        "REPRIMAND",
        "STAFF",
    )
    assert (values.committed, values.discovered, values.explained) == (
        date(2023, 11, 1),
        date(2023, 12, 1),
        date(2023, 12, 4),
    )
    assert (values.order_date, values.announced, values.expires) == (
        date(2023, 12, 20),
        date(2023, 12, 21),
        date(2024, 6, 20),
    )
    assert (values.risk_marked, values.corruption) == (True, "high")
    assert shell.context.workspace.store.ref_title("department", values.department) == "Есіл ХҚКБ"
    assert not record.problems


def test_save_and_new_repeat_and_completion(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    type_fields(qtbot, "Ким Анна Сергеевна", "921215400109", "Алматы ХҚКБ", "оператор")
    qtbot.keyClick(focused(qtbot), ENTER, CTRL)
    assert screen.editors["employee"].text() == ""
    type_text(focused(qtbot), "ким")
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, ENTER)
    assert screen.editors["employee"].text() == "Ким Анна Сергеевна"
    assert screen.editors["iin"].text() == "921215400109"
    assert screen.editors["department"].text() == "Алматы ХҚКБ"
    screen.editors["position"].clear()
    screen.editors["position"].setFocus()
    press(qtbot, Qt.Key.Key_F4)
    assert screen.editors["position"].text() == "оператор"
    assert screen.editors["position"].property("state") == "repeated"
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    with shell.context.workspace.store.read() as reader:
        assert reader.rows("SELECT count(*), count(DISTINCT person) FROM sanction") == [(2, 1)]


def test_saving_never_waits_for_problems_and_keeps_unreadable_text(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    type_fields(qtbot, "Оспанова Д.У.", "850101300006")
    screen.editors["order_date"].setFocus()
    type_fields(qtbot, "31.02")
    assert screen.problems.count() > 5
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    with shell.context.workspace.store.read() as reader:
        record = next(iter(reader.records("sanction")))
    assert record.kept == {"order_date": "31.02"}
    codes = {p.code for p in record.problems}
    assert {"field.unreadable", "iin.check", "field.missing"} <= codes
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    assert listing.model.rowCount() == 0, "a record without a readable date is in no month"
    listing.undated.setChecked(True)
    assert listing.model.rowCount() == 1, "it has a place of its own"
    shell.open_record("sanction", record.id)
    again = shell.screen_shown
    assert isinstance(again, EntryScreen)
    assert again.editors["order_date"].text() == "31.02"


def test_f8_jumps_from_problem_to_field(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    type_fields(qtbot, "Ким Анна Сергеевна", "921215400108", "", "кассир")
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_F8)
    first = QApplication.focusWidget()
    qtbot.keyClick(first, Qt.Key.Key_F8)
    assert QApplication.focusWidget() in screen.editors.values()
    assert QApplication.focusWidget() is not first


def test_drafts_survive_a_crash(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    type_fields(qtbot, "Жазылып қалған Адам")
    qtbot.waitUntil(lambda: bool(entry.drafts(shell.context.workspace)), timeout=5000)
    screen._drafts.stop()
    again = window(qtbot, shell.context.workspace)
    restored = begin(qtbot, again)
    assert restored.editors["employee"].text() == "Жазылып қалған Адам"
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    assert entry.drafts(shell.context.workspace) == []


def test_what_was_repeated_or_completed_is_in_the_draft_too(qtbot: QtBot, shell: Shell) -> None:
    begin(qtbot, shell)
    type_fields(qtbot, "Ким Анна Сергеевна")
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    screen = begin(qtbot, shell)
    press(qtbot, Qt.Key.Key_F4)
    assert screen.editors["employee"].text() == "Ким Анна Сергеевна"
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_Escape)
    assert begin(qtbot, shell).editors["employee"].text() == "Ким Анна Сергеевна"


def test_undo_takes_the_last_change_back(qtbot: QtBot, shell: Shell) -> None:
    begin(qtbot, shell)
    type_fields(qtbot, "Ким Анна Сергеевна")
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    with shell.context.workspace.store.read() as reader:
        record = next(iter(reader.records("sanction")))
    entry.save(shell.context.workspace, record.with_values(note="қате"))
    shell.undo()
    found = entry.load(shell.context.workspace, "sanction", record.id)
    assert found is not None
    assert found.values.note is None


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_screen_opens_in_every_language(qtbot: QtBot, astana: Workspace, language: str) -> None:
    shell = window(qtbot, astana, language)
    for place in [
        ("list", "sanction"),
        ("list", "complaint"),
        ("list", "finding"),
        ("list", "person"),
        ("list", "department"),
        ("month", ""),
        ("problems", ""),
        ("persons", ""),
    ]:
        shell.go(*place)
        QApplication.processEvents()
    for register in ("sanction", "complaint", "finding"):
        shell.go("list", register)
        listing = shell.screen_shown
        assert isinstance(listing, ListScreen)
        listing.all_months.setChecked(True)
        assert listing.model.rowCount() > 90
        shell.open_record(register, listing.model.record_id(0))
        assert isinstance(shell.screen_shown, EntryScreen)
    shell.open_visit()


def test_language_and_theme_change_at_once_and_keep_typing(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    type_fields(qtbot, "Ким Анна Сергеевна")
    shell.set_language("ru")
    assert shell.context.language == "ru"
    restored = shell.screen_shown
    assert isinstance(restored, EntryScreen)
    assert restored is not screen
    assert restored.editors["employee"].text() == "Ким Анна Сергеевна"
    shell.next_theme()
    shell.next_theme()


def test_list_filters_sorts_and_reaches_the_end(qtbot: QtBot, astana: Workspace) -> None:
    shell = window(qtbot, astana)
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    listing.all_months.setChecked(True)
    assert listing.model.rowCount() == 373
    dates = [listing.model.row(n)[1] for n in (0, 199, 200, 372)]  # type: ignore[index]
    assert dates == sorted(dates, reverse=True)
    listing._sort_by(listing.form.list_columns.index("employee"))
    names = [listing.model.data(listing.model.index(n, 2)) for n in range(0, 373, 31)]
    from desktop_app.domain.lettering import sort_key

    assert names == sorted(names, key=sort_key)
    type_text(listing.search, "ким")
    qtbot.waitUntil(lambda: 0 < listing.model.rowCount() < 40)
    listing.only_problems.setChecked(True)
    assert all(listing.model.row(n)[3] + listing.model.row(n)[4] for n in range(listing.model.rowCount()))  # type: ignore[index]


def test_months_are_reached_by_keys(qtbot: QtBot, shell: Shell) -> None:
    shell.setFocus()
    qtbot.keyClick(shell, Qt.Key.Key_PageUp, CTRL)
    assert shell.context.period == Period(2023, 11)
    qtbot.keyClick(shell, Qt.Key.Key_PageDown, CTRL)
    assert shell.context.period == Period(2023, 12)


def test_a_closed_month_says_so_in_the_bar(qtbot: QtBot, astana: Workspace) -> None:
    months.declare(astana, Period(2023, 12), "finding", "NIL")
    closing.close(astana, Period(2023, 12), reason="сынақ")
    shell = window(qtbot, astana)
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    shell.open_record("sanction", listing.model.record_id(0))
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    screen.jump_to("note")
    qtbot.waitUntil(screen.editors["note"].hasFocus)
    screen.editors["note"].setText("өзгеріс")
    screen.jump_to("note")
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    assert shell._bar.isVisible()
    assert shell._bar.property("kind") == "error"
    assert shell.screen_shown is screen


def test_a_list_is_found_again_as_it_was_left(qtbot: QtBot, astana: Workspace) -> None:
    shell = window(qtbot, astana)
    shell.go("list", "sanction")
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    listing.only_problems.setChecked(True)
    listing.all_months.setChecked(True)
    seen, third = listing.model.rowCount(), listing.model.record_id(2)
    listing.table.selectRow(2)
    qtbot.keyClick(listing.table, ENTER)
    screen = shell.screen_shown
    assert isinstance(screen, EntryScreen)
    screen.jump_to("note")
    qtbot.keyClick(focused(qtbot), Qt.Key.Key_S, CTRL)
    back = shell.screen_shown
    assert isinstance(back, ListScreen)
    assert (back.only_problems.isChecked(), back.all_months.isChecked()) == (True, True)
    assert back.model.rowCount() == seen
    assert back.model.record_id(back.table.currentIndex().row()) == third
    shell.go("list", "sanction")  # from the side it begins anew
    anew = shell.screen_shown
    assert isinstance(anew, ListScreen)
    assert not anew.only_problems.isChecked()
