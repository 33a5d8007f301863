"""Headquarters' month: the consolidation on the screen, table by table, from the very document that is printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from textwrap import wrap
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop_app.core.i18n import change_text, growth_text, month_name, number_text, short_date
from desktop_app.services import exchange_papers
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context
from desktop_app.window.parts import button, card, keys_begin, label, reading_table, row
from desktop_app.window.theme import theme

_LINE: Final = 24
_NAME_WIDTH: Final = 190
_LONG: Final = 12
"""Letters of a heading that stay on one line."""


class ConsolidationScreen(QWidget):
    """One table of the consolidation at a time: the month, the gaps, the comparisons with the year before.

    Signals:
        print_asked(): the consolidation is to be shown as it is printed.
    """

    print_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._title = label("", "title")
        self._summary = label("", "subtitle")
        self.views = Choice(context.tr("ui.consolidation"))
        self.views.setObjectName("views")
        self.views.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.views.currentIndexChanged.connect(self._show)
        self.table = reading_table(context.tr("ui.consolidation"), name="board")
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.verticalHeader().setDefaultSectionSize(_LINE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(10)
        show = button(context.tr("ui.print"), self.print_asked.emit, picture="print")
        layout.addLayout(row(self._title, None, self.views, show))
        layout.addWidget(self._summary)
        frame, inside = card(6)
        inside.addWidget(self.table)
        layout.addWidget(frame, 1)
        keys_begin(self, self.views)
        context.period_changed.connect(self.refresh)
        context.records_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _changes: object = None) -> None:
        """Make the consolidation of the chosen month anew; the view stays."""
        context = self._context
        self._title.setText(month_name(context.period, context.language))
        found = exchange_papers.on_screen(context.workspace, context.period, context.language)
        self._facts, self._tables = found.facts, found.tables
        kept = max(self.views.currentIndex(), 0)
        self.views.blockSignals(True)
        self.views.clear()
        self.views.addItems([heading for heading, _ in found.tables])
        self.views.setCurrentIndex(min(kept, self.views.count() - 1))
        self.views.blockSignals(False)
        self._show()

    def _show(self, _index: int = 0) -> None:
        table = self._tables[self.views.currentIndex()][1]
        rows = list(table.rows())
        shared = _shared_dates(table, rows)
        # Paper counts its lines, a screen does not.
        places = [p for p, column in enumerate(table.columns) if column.title != "№" and p not in shared]
        columns, rows = (
            [table.columns[p] for p in places],
            [tuple(values[p] for p in places) for values in rows],
        )
        once = [f"{table.columns[p].title}: {short_date(day)}" for p, day in shared.items()]
        self._summary.setText("  ·  ".join([*self._facts, *once]))
        self.table.clear()
        self.table.setColumnCount(len(columns))
        self.table.setRowCount(len(rows))
        self.table.setHorizontalHeaderLabels(_headings(columns))
        for line, values in enumerate(rows):
            is_total = table.summed and line == len(rows) - 1
            for place, value in enumerate(values):
                self.table.setItem(line, place, _item(columns[place], value, is_total=is_total))
            if not is_total:
                _mark_differences(self.table, columns, values, line)
        QTimer.singleShot(0, self._widen)  # once the headings have their sizes

    def _widen(self) -> None:
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        others = sum(header.sectionSize(place) for place in range(1, header.count()))
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, max(_NAME_WIDTH, self.table.viewport().width() - others - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the names what room there is."""
        super().resizeEvent(event)
        self._widen()


def _shared_dates(table: Any, rows: list[tuple[Any, ...]]) -> dict[int, date]:
    """Return columns of one and the same date in every line: it is said once, above."""
    body = rows[:-1] if table.summed else rows
    found = {}
    for place, column in enumerate(table.columns):
        days = {values[place] for values in body} if column.kind == "date" else set()
        if len(days) == 1 and None not in days:
            found[place] = days.pop()
    return found


def _headings(columns: Any) -> list[str]:
    """Return the columns' headings; a group's name stands over the first of its columns, in short lines."""
    found, group = [], ""
    for column in columns:
        above = column.group if column.group != group else ""
        group = column.group
        found.append("\n".join([*wrap(above, _LONG, break_long_words=False), str(column.title)]))
    return found


def _text(value: object, kind: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        return growth_text(value)
    if kind == "change" and isinstance(value, int):
        return change_text(value)
    if isinstance(value, date):
        return short_date(value)
    return number_text(value) if isinstance(value, int) else str(value)


def _item(column: Any, value: object, *, is_total: bool) -> QTableWidgetItem:
    item = QTableWidgetItem("" if is_total and value is None else _text(value, column.kind))
    sides = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight}
    side = sides.get(column.align, Qt.AlignmentFlag.AlignHCenter)
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    if is_total:
        font = item.font()
        font.setBold(True)
        item.setFont(font)
    if value is None:
        item.setForeground(QBrush(QColor(theme().faint)))
    return item


def _mark_differences(table: QTableWidget, columns: Any, values: Any, line: int) -> None:
    """Colour two figures of one register that differ: as reported, and as known now."""
    for place in range(len(columns) - 1):
        one, other = columns[place], columns[place + 1]
        pair = values[place], values[place + 1]
        if one.group and one.group == other.group and None not in pair and pair[0] != pair[1]:
            for each in (place, place + 1):
                item = table.item(line, each)
                if item is not None:
                    item.setForeground(QBrush(QColor(theme().warning)))
