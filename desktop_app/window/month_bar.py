"""Twelve months and a year: chosen by click or Ctrl+PageUp and Ctrl+PageDown."""

from __future__ import annotations

import re
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.core.errors import UsageFault
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


def typed_month(text: str) -> Period:
    """Return the month that a person typed: 01.2022, 1 22, 2022-01.

    Raises:
        UsageFault: it is no month.
    """
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) == 2:
        year, month = numbers if numbers[0] > _MONTHS else reversed(numbers)
        year += _CENTURY if year < 100 else 0
        if 1 <= month <= _MONTHS and 1900 < year < 2200:
            return Period(year, month)
    raise UsageFault("usage.period", text=text)


_MONTHS, _CENTURY = 12, 2000
_SHORT = 3
"""Letters of a month's name on a narrow window."""


class MonthBar(QWidget):
    """Shows a year's months and their states."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 8, 20, 0)
        layout.setSpacing(2)
        self._year = label("", "title")
        for years, picture, words in ((-1, "left", "ui.year_before"), (1, "right", "ui.year_after")):
            arrow = button("", partial(self.step, 12 * years), picture=picture, name="flat")
            arrow.setAccessibleName(context.tr(words))
            arrow.setToolTip(context.tr(words))
            layout.addWidget(arrow)
            if years < 0:
                layout.addWidget(self._year)
        self._is_narrow = False
        self.buttons: list[QPushButton] = []
        for number in range(1, 13):
            made = button("", partial(self._choose, number), name="month")
            made.setCheckable(True)
            self.buttons.append(made)
            layout.addWidget(made, 1)
        for keys, months_on in (("Ctrl+PgUp", -1), ("Ctrl+PgDown", 1)):
            QShortcut(QKeySequence(keys), self.window() or self).activated.connect(
                partial(self.step, months_on)
            )
        for changed in (context.period_changed, context.records_changed):
            changed.connect(self.refresh)
        self.refresh()

    def make_narrow(self, *, narrow: bool) -> None:
        """Show the first letters of the months only, or their names."""
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            for made in self.buttons:
                restyle(made, narrow=narrow)
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
            word = month_word(number, context.language)
            made.setText(_SIGNS.get(state, "") + (word[:_SHORT] if self._is_narrow else word))
            made.setAccessibleName(word)
            made.setChecked(number == context.period.month)
            restyle(made, state=state)
