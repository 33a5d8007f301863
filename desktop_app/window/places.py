"""Which screen stands behind each place at the side of the shell; each is loaded when it is first asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.window.screens.list_screen import ListScreen

if TYPE_CHECKING:
    from desktop_app.window.shell import Shell


def screen_of(shell: Shell, screen: str, argument: str) -> QWidget:
    """Return a new screen, its questions tied to the shell.

    Args:
        screen: ``list`` of a register, ``month``, ``problems``, ``persons``, ``board``, ``exchange``, ``settings``.
        argument: the register of a list.
    """
    context = shell.context
    if screen == "month" and not context.branch:
        from desktop_app.window.screens.consolidation_screen import ConsolidationScreen

        whole = ConsolidationScreen(context)
        whole.print_asked.connect(shell.open_preview)
        return whole
    if screen == "month":
        from desktop_app.window.screens.month_screen import MonthScreen

        month = MonthScreen(context)
        month.record_asked.connect(shell.open_record)
        month.print_asked.connect(shell.open_preview)
        return month
    if screen == "problems":
        from desktop_app.window.screens.problems_screen import ProblemsScreen

        problems = ProblemsScreen(context)
        problems.record_asked.connect(partial(shell.open_record_at, ("problems", "")))
        return problems
    if screen == "persons":
        from desktop_app.window.screens.problems_screen import PersonsScreen

        return PersonsScreen(context)
    if screen == "board":
        from desktop_app.window.screens.board_screen import BoardScreen

        board = BoardScreen(context)
        board.records_asked.connect(shell.open_branch)
        return board
    if screen == "exchange":
        from desktop_app.window.screens.exchange_screen import ExchangeScreen

        return ExchangeScreen(context)
    if screen == "settings":
        from desktop_app.window.screens.settings_screen import SettingsScreen

        return SettingsScreen(context)
    listing = ListScreen(context, argument)
    listing.opened.connect(partial(shell.open_record, argument))
    listing.new_asked.connect(partial(shell.open_new, argument))
    listing.sheet_asked.connect(shell.open_visit)
    QTimer.singleShot(0, listing.focus_list)
    return listing
