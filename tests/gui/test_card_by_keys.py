"""What is typed, what is chosen: the same key does the same thing in every field that offers something."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.periods import Period
from desktop_app.domain.record import new_record
from desktop_app.services import entry
from desktop_app.services.workspace import Workspace
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.shell import Shell
from tests.gui.conftest import type_text, window
from tests.gui.test_entry_by_keyboard import ENTER, begin, focused, press, type_fields

FIRST, SECOND = "920219497735", "730114395098"


@pytest.fixture
def staffed(branch: Workspace) -> Workspace:
    """Two employees with cards, one of them with an order on her name."""
    for name, iin, day, post in (
        ("Кожабекова Айгүл Сериковна", FIRST, date(2023, 11, 1), "кассир"),
        ("Абдиров Бауыржан Серикович", SECOND, None, "бас маман"),
    ):
        record = new_record("sanction", "71", employee=name, iin=iin, department="Отдел №4 г. Астана", position=post,
                            category="STAFF", kind="V01", type="REPRIMAND", order_no="11-л/с", order_date=day)  # fmt: skip
        entry.save(branch, record)
    return branch


def _text(screen: EntryScreen, name: str) -> str:
    return screen.editors[name].text()


def _problems(screen: EntryScreen) -> list[str]:
    return [screen.problems.item(place).text() for place in range(screen.problems.count())]


def _wait_for_list(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)


def test_the_card_chosen_decides_name_number_and_post_together(qtbot: QtBot, staffed: Workspace) -> None:
    shell = window(qtbot, staffed, "ru")
    screen = begin(qtbot, shell)
    screen.editors["iin"].setFocus()
    type_fields(qtbot, FIRST)
    assert _text(screen, "employee") == "Кожабекова Айгүл Сериковна"
    assert _text(screen, "position") == "кассир"
    screen.editors["employee"].setFocus()
    screen.editors["employee"].selectAll()
    type_text(focused(qtbot), "абдиров бау")
    _wait_for_list(qtbot)
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, ENTER)
    assert (_text(screen, "employee"), _text(screen, "iin")) == ("Абдиров Бауыржан Серикович", SECOND)
    assert _text(screen, "position") == "бас маман"
    assert FIRST in shell._bar.text(), "what was typed by hand and differed is said"
    QTest.keyClick(focused(qtbot), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    with staffed.store.read() as reader:
        rows = reader.rows("SELECT iin FROM sanction WHERE employee LIKE 'Абдиров%' ORDER BY rid DESC")
    assert rows[0] == (SECOND,)


def test_a_number_of_another_card_is_said_at_once(qtbot: QtBot, staffed: Workspace) -> None:
    screen = begin(qtbot, window(qtbot, staffed, "ru"))
    type_text(focused(qtbot), "Абдиров Бауыржан Серикович")
    _wait_for_list(qtbot)
    press(qtbot, Qt.Key.Key_Tab)
    screen.editors["iin"].setFocus()
    screen.editors["iin"].selectAll()
    type_fields(qtbot, FIRST)
    qtbot.waitUntil(lambda: any("Кожабекова" in text for text in _problems(screen)))


def test_enter_takes_the_only_person_and_the_department_that_fits(qtbot: QtBot, staffed: Workspace) -> None:
    screen = begin(qtbot, window(qtbot, staffed, "ru"))
    type_fields(qtbot, "абдиров б")
    assert _text(screen, "employee") == "Абдиров Бауыржан Серикович"
    assert _text(screen, "iin") == SECOND
    department = screen.editors["department"]
    department.setFocus()
    department.clear()
    type_fields(qtbot, "4")
    assert department.text() == "Отдел №4 г. Астана"


def test_a_longer_number_is_another_department_and_a_new_one_is_said(
    qtbot: QtBot, staffed: Workspace
) -> None:
    entry.save(staffed, new_record("department", "71", name="Отдел №12 Есіл"))
    shell = window(qtbot, staffed, "ru")
    screen = begin(qtbot, shell)
    type_text(focused(qtbot), "Новый Человек Иванович")
    shell.activateWindow()  # a list that closed by itself leaves no active window where there is no desktop
    qtbot.waitUntil(shell.isActiveWindow)
    screen.editors["department"].setFocus()
    type_fields(qtbot, "отдел №1")
    assert _text(screen, "department") == "отдел №1"
    qtbot.waitUntil(lambda: any("отдел №1" in text and "новый отдел" in text for text in _problems(screen)))


def test_escape_closes_the_list_first_and_what_was_only_pointed_at_is_not_typed(
    qtbot: QtBot, shell: Shell
) -> None:
    screen = begin(qtbot, shell)
    category = screen.editors["category"]
    category.setFocus()
    press(qtbot, Qt.Key.Key_Down)
    _wait_for_list(qtbot)
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Up)
    assert category.text() == ""
    press(qtbot, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert shell.screen_shown is screen
    press(qtbot, Qt.Key.Key_Escape)
    assert shell.screen_shown is not screen


def test_a_click_opens_a_choice(qtbot: QtBot, shell: Shell) -> None:
    screen = begin(qtbot, shell)
    QTest.mouseClick(screen.editors["category"], Qt.MouseButton.LeftButton)
    _wait_for_list(qtbot)
    press(qtbot, Qt.Key.Key_Escape)


def test_the_warning_of_a_repeat_stands_before_the_first_save(qtbot: QtBot, staffed: Workspace) -> None:
    shell = window(qtbot, staffed, "ru", Period(2023, 12))
    screen = begin(qtbot, shell)
    type_fields(qtbot, "кожабекова")
    texts: dict[str, Any] = {
        "kind": "V01",
        "type": "REMARK",
        "committed": date(2023, 11, 20),
        "order_date": date(2023, 12, 1),
    }
    for name, value in texts.items():
        screen.editors[name].fill(value)
    screen.show_problems()
    assert any("11-л/с" in text for text in _problems(screen))
