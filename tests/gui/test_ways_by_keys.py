"""Every button of the month is reached by Tab; a month is typed; a row is copied; a problem leads to its field and back."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UsageFault
from desktop_app.core.periods import Period
from desktop_app.domain.record import new_record
from desktop_app.services import entry
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.ask import AskDialog
from desktop_app.window.month_bar import typed_month
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.list_screen import ListScreen
from desktop_app.window.screens.month_screen import MonthScreen
from desktop_app.window.screens.problems_screen import ProblemsScreen
from tests.gui.conftest import type_text, when_asked, window

ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
DECEMBER = Period(2023, 12)


def _complaint(branch: Workspace) -> str:
    record = new_record("complaint", "71", reg_no="ЖТ-1", received=date(2023, 12, 5), kind="COMPLAINT")
    return entry.save(branch, record).record.id


def test_tab_reaches_the_buttons_of_the_month_and_the_side(qtbot: QtBot, branch: Workspace) -> None:
    shell = window(qtbot, branch, "ru", DECEMBER)
    shell.go("month")
    screen = shell.screen_shown
    assert isinstance(screen, MonthScreen)
    reached: set[QWidget | None] = set()
    for _ in range(60):
        reached.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget() or shell, Qt.Key.Key_Tab)
    assert {screen.rehearse_button, screen.close_button, screen.print_button} <= reached
    assert set(shell._months.buttons) <= reached
    assert set(shell._side.buttons.values()) <= reached


def test_a_month_is_typed(qtbot: QtBot, branch: Workspace) -> None:
    shell = window(qtbot, branch, "ru", DECEMBER)

    def answer(form: QWidget) -> None:
        assert isinstance(form, AskDialog)
        type_text(form.fields["month"], "01.2022")
        QTest.keyClick(form.fields["month"], ENTER)

    when_asked(answer)
    shell.ask_month()
    assert shell.context.period == Period(2022, 1)
    assert (typed_month("1 22"), typed_month("2022-01")) == (Period(2022, 1), Period(2022, 1))
    for wrong in ("", "13.2022", "январь"):
        with pytest.raises(UsageFault):
            typed_month(wrong)


def test_a_row_is_copied_as_a_table_and_a_vain_search_offers_all_months(
    qtbot: QtBot, branch: Workspace
) -> None:
    _complaint(branch)
    shell = window(qtbot, branch, "ru", DECEMBER)
    shell.go("list", "complaint")
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    QTest.keyClick(listing.table, Qt.Key.Key_C, CTRL)
    heads, cells = QApplication.clipboard().text().split("\n")
    assert len(heads.split("\t")) == len(cells.split("\t")) == listing.model.columnCount()
    assert "ЖТ-1" in cells.split("\t")
    shell.context.show_period(Period(2022, 2))
    listing.search.setText("ЖТ-1")
    listing.refresh()
    assert listing._elsewhere.isVisible()
    listing._elsewhere.click()
    assert listing.model.rowCount() == 1


def test_enter_on_a_problem_opens_its_field_and_leads_back(qtbot: QtBot, branch: Workspace) -> None:
    _complaint(branch)
    shell = window(qtbot, branch, "ru", DECEMBER)
    shell.go("problems")
    screen = shell.screen_shown
    assert isinstance(screen, ProblemsScreen)
    field = screen.found.currentItem().data(Qt.ItemDataRole.UserRole)[2]
    QTest.keyClick(screen.found, ENTER)
    form = shell.screen_shown
    assert isinstance(form, EntryScreen)
    qtbot.waitUntil(form.editors[field].hasFocus)
    QTest.keyClick(form.editors[field], Qt.Key.Key_Escape)
    assert isinstance(shell.screen_shown, ProblemsScreen)
