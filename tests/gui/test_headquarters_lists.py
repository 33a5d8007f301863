"""Headquarters' lists say whose each record is; the board leads to a branch's records and reads a printed page back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import branch_name, classifier
from desktop_app.domain.record import new_record
from desktop_app.services import entry, printing
from desktop_app.services.workspace import Workspace
from desktop_app.window.screens.board_screen import BoardScreen
from desktop_app.window.screens.list_screen import ListScreen
from desktop_app.window.screens.problems_screen import ProblemsScreen
from tests.conftest import Country
from tests.gui.conftest import type_text, window

ENTER = Qt.Key.Key_Return


def _cells(screen: ListScreen, column: int) -> list[str]:
    model = screen.model
    return [str(model.data(model.index(line, column))) for line in range(min(model.rowCount(), 60))]


def test_lists_problems_and_board_name_the_branch(qtbot: QtBot, country: Country) -> None:
    shell = window(qtbot, country.workspace, "ru", Period(2022, 1))
    shell.go("list", "sanction")
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    last = listing.model.columnCount() - 1
    assert listing.model.headerData(last, Qt.Orientation.Horizontal) == shell.context.tr("ui.branch")
    assert len(set(_cells(listing, last))) > 1
    whole = listing.model.rowCount()
    listing.branches.setFocus()
    QTest.keyClick(listing.branches, Qt.Key.Key_Down)  # the list opens
    view = listing.branches.view()
    listing.branches.setCurrentIndex(listing.branches.findData("71"))
    QTest.keyClick(view, ENTER)
    listing.refresh()
    assert set(_cells(listing, last)) == {branch_name("71", "ru")}
    assert 0 < listing.model.rowCount() < whole
    shell.go("problems")
    problems = shell.screen_shown
    assert isinstance(problems, ProblemsScreen)
    everybody = problems.found.count()
    assert branch_name(country_of(problems), "ru") in problems.found.item(0).text()
    problems.branches.setCurrentIndex(problems.branches.findData("71"))
    problems.refresh()
    assert 0 < problems.found.count() < everybody
    assert all(
        branch_name("71", "ru") in problems.found.item(n).text() for n in range(problems.found.count())
    )
    shell.go("board")
    board = shell.screen_shown
    assert isinstance(board, BoardScreen)
    line = board._board.branches.index("75")
    board.table.setCurrentCell(line, 3)
    QTest.keyClick(board.table, ENTER)
    opened = shell.screen_shown
    assert isinstance(opened, ListScreen)
    assert shell.context.period == Period(2022, 3)
    assert opened.branches.currentData() == "75"


def country_of(problems: ProblemsScreen) -> str:
    """Return the branch of the first problem on show."""
    register, record, _ = problems.found.item(0).data(Qt.ItemDataRole.UserRole)
    found = entry.load(problems._context.workspace, register, record)
    assert found is not None
    return found.branch


def test_a_scanned_page_is_answered_on_the_board(qtbot: QtBot, branch: Workspace) -> None:
    shell = window(qtbot, branch, "ru")
    shell.go("board")
    board = shell.screen_shown
    assert isinstance(board, BoardScreen)
    tie = printing.documents(branch, "keycard", Period(2023, 12))[0].tie
    for text, name in (
        (tie, "locked"),
        (tie[:-1] + ("A" if tie[-1] != "A" else "B"), "trouble"),
        ("?", "trouble"),
    ):
        board.scan.setFocus()
        type_text(board.scan, text)
        QTest.keyClick(board.scan, ENTER)
        assert board._paper.isVisible()
        assert board._paper.objectName() == name
        assert board._paper.text()
        board.scan.clear()


def test_a_list_shows_words_units_and_what_could_not_be_read(qtbot: QtBot, branch: Workspace) -> None:
    for item, measured in (("1.01", "12"), ("1.02", "3.4"), (_yes_or_no(), "0")):
        entry.save(
            branch,
            new_record("finding", "71", visited=date(2023, 12, 5), item=item, measured=Decimal(measured)),
        )
    unread = new_record("finding", "71", visited=date(2023, 12, 6), item="1.03")
    entry.save(branch, unread.with_texts({"measured": "тәртіпсіз"}, {}))
    shell = window(qtbot, branch, "ru", Period(2023, 12))
    shell.go("list", "finding")
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    shown = set(_cells(listing, listing.form.list_columns.index("measured")))
    assert {"12 %", "3,4 м", "тәртіпсіз", "нет"} == shown


def _yes_or_no() -> str:
    return next(code.code for code in classifier("accessibility_items").codes if code.more["op"] == "bool")
