"""Twelve months and a year: chosen by click or Ctrl+PageUp and Ctrl+PageDown."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.core.i18n import month_word
from desktop_app.core.periods import Period
from desktop_app.services import overview
from desktop_app.window.context import Context
from desktop_app.window.parts import button, label, restyle

_SIGNS = {
    "CLOSED": "▪\u2009",
    "RETURNED": "↩\u2009",
    "SENT": "→\u2009",
    "RECEIVED": "↓\u2009",
    "ACCEPTED": "✓\u2009",
}
"""The signs of the board of months; a thin space leaves room for the longest month."""


class MonthBar(QWidget):
    """Shows a year's months and their states."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 8, 20, 0)
        layout.setSpacing(2)
        self._year = label("", "title")
        layout.addWidget(button("", lambda: self.step(-12), picture="left", name="flat"))
        layout.addWidget(self._year)
        layout.addWidget(button("", lambda: self.step(12), picture="right", name="flat"))
        self.buttons: list[QPushButton] = []
        for number in range(1, 13):
            made = button("", partial(self._choose, number), name="month")
            made.setCheckable(True)
            self.buttons.append(made)
            layout.addWidget(made, 1)
        for child in (*self.buttons, *self.findChildren(QPushButton)):
            child.setFocusPolicy(child.focusPolicy().NoFocus)
        for keys, months_on in (("Ctrl+PgUp", -1), ("Ctrl+PgDown", 1)):
            QShortcut(QKeySequence(keys), self.window() or self).activated.connect(
                partial(self.step, months_on)
            )
        for changed in (context.period_changed, context.records_changed):
            changed.connect(self.refresh)
        self.refresh()

    def _choose(self, number: int) -> None:
        self._context.show_period(Period(self._context.period.year, number))

    def step(self, count: int) -> None:
        """Go on or back by months."""
        self._context.show_period(self._context.period.shifted(count))

    def refresh(self, _changes: object = None) -> None:
        """Show the year of the chosen month."""
        context = self._context
        self._year.setText(str(context.period.year))
        states = overview.month_states(context.workspace, context.period.year) if context.branch else {}
        for number, made in enumerate(self.buttons, 1):
            state = states.get(number, "OPEN")
            made.setText(_SIGNS.get(state, "") + month_word(number, context.language))
            made.setChecked(number == context.period.month)
            restyle(made, state=state)
