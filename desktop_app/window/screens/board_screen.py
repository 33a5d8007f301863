"""Branch by month for a year: where each month stands; headquarters accepts and returns here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QTableWidgetItem, QVBoxLayout, QWidget

from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import month_name, month_word, short_date
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import branch_name
from desktop_app.services import board as boards
from desktop_app.services import verdicts
from desktop_app.services.papers import paper, paper_words
from desktop_app.window.context import Context
from desktop_app.window.messages import words_of
from desktop_app.window.parts import badge, button, card, keys_begin, label, reading_table, restyle, row
from desktop_app.window.theme import theme

_GOOD: Final = frozenset(("ACCEPTED", "NIL"))
_MARKS: Final = {"ACCEPTED": "✓", "RECEIVED": "↓", "NIL": "0", "SENT": "→", "CLOSED": "■", "RETURNED": "↩", "OPEN": "○",
                 "LATE": "!", "MISSING": "…", "NOT_YET": "", "NONE": "–"}  # fmt: skip
"""A sign beside the colour: nobody has to tell colours apart."""

_WIDEST = 1160
"""Pixels; on a wider screen the marks would stand too far from the names of their branches."""


class BoardScreen(QWidget):
    """The board of one year; the months follow the month bar's year.

    Signals:
        records_asked(str): the records of a branch in the chosen month are to be shown.
    """

    records_asked = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr = context.tr
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(10)
        self._title = label("", "title")
        self._came = badge("", "accent")
        layout.addLayout(row(self._title, self._came, None, *self._legend()))
        frame, inside = card(6)
        self.table = reading_table(tr("ui.board"), name="board")
        self.table.currentCellChanged.connect(lambda *_: self._tell())
        self.table.doubleClicked.connect(lambda _index: self.open_cell())
        for keys in ("Return", "Enter"):
            enter = QShortcut(QKeySequence(keys), self.table, context=Qt.ShortcutContext.WidgetShortcut)
            enter.activated.connect(self.open_cell)
        self.table.setMaximumWidth(_WIDEST)
        across = QHBoxLayout()
        across.addWidget(self.table, 1)
        across.addStretch()
        inside.addLayout(across)
        layout.addWidget(frame, 1)
        self.scan = QLineEdit()
        self.scan.setObjectName("scan")
        self.scan.setPlaceholderText(tr("ui.scan_paper"))
        self.scan.setAccessibleName(tr("ui.scan_paper"))
        self.scan.returnPressed.connect(self.look_up)
        self._paper = label("", "subtitle", wrap=True)
        self._paper.hide()
        layout.addWidget(self.scan)
        layout.addWidget(self._paper)
        self._words = label("", "subtitle", wrap=True)
        self.accept_button = button(tr("ui.accept"), self.accept_month, primary=True)
        self.return_button = button(tr("ui.return"), self.ask_return, picture="undo")
        self.save_button = button(tr("ui.consolidation"), self._save, picture="print")
        layout.addLayout(
            row(self._words, self.save_button, self.return_button, self.accept_button, stretch=0)
        )
        for tool in (self.accept_button, self.return_button, self.save_button):
            tool.setVisible(not context.branch)
        keys_begin(self, self.table)
        context.period_changed.connect(self.refresh)
        context.records_changed.connect(self.refresh)
        self.refresh()

    def _legend(self) -> list[QWidget]:
        own = (
            (("CLOSED", ""), ("SENT", "accent"))
            if self._context.branch
            else (("NIL", "good"), ("MISSING", ""))
        )
        kinds = (
            *own,
            ("RECEIVED", "accent"),
            ("ACCEPTED", "good"),
            ("RETURNED", "warning"),
            ("LATE", "error"),
        )
        return [badge(f"{_MARKS[state]} {self._context.tr(f'board.{state}')}", kind) for state, kind in kinds]

    def refresh(self, _changes: object = None) -> None:
        """Read the board anew, keeping the cell."""
        context = self._context
        place = (self.table.currentRow(), self.table.currentColumn())
        year = context.period.year
        self._board = boards.board(context.workspace, Period(year, 1), Period(year, 12))
        found = self._board
        self._title.setText(context.tr("ui.board_of", year=str(year)))
        self.table.setRowCount(len(found.branches) + (len(found.branches) > 1))
        self.table.setColumnCount(13)
        names = [month_word(period.month, context.language)[:3] for period in found.periods]
        self.table.setHorizontalHeaderLabels([context.tr("ui.branch"), *names])
        if (first := self.table.horizontalHeaderItem(0)) is not None:
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(1, self.table.columnCount()):
            if (heading := self.table.horizontalHeaderItem(column)) is not None:
                heading.setTextAlignment(Qt.AlignmentFlag.AlignCenter)  # over its signs
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setDefaultSectionSize(58)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(25)
        for line, code in enumerate(found.branches):
            self.table.setItem(line, 0, QTableWidgetItem(f"{code}  {branch_name(code, context.language)}"))
            for column, period in enumerate(found.periods, 1):
                self.table.setItem(line, column, self._item(found.cell(code, period)))
        if len(found.branches) > 1:
            self._sum_line()
        here = found.periods[context.period.month - 1]
        self._came.setText(f"{found.came(here)} / {found.expected(here)}")
        self.table.setCurrentCell(max(place[0], 0), place[1] if place[1] > 0 else context.period.month)
        self._tell()

    def _item(self, cell: boards.Cell) -> QTableWidgetItem:
        item = QTableWidgetItem(_MARKS[cell.state])
        item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        item.setToolTip(self._context.tr(f"board.{cell.state}"))
        font = item.font()
        font.setBold(True)
        font.setPixelSize(15)
        item.setFont(font)
        ink, ground = _colours(cell.state)
        item.setForeground(QBrush(QColor(ink)))
        if ground:
            item.setBackground(QBrush(QColor(ground)))
        return item

    def _sum_line(self) -> None:
        line = len(self._board.branches)
        self.table.setItem(line, 0, QTableWidgetItem(self._context.tr("ui.came_in_percent")))
        for column, period in enumerate(self._board.periods, 1):
            share = self._board.share(period)
            text = "—" if share is None else f"{share:f}".rstrip("0").rstrip(".").replace(".", ",")
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            self.table.setItem(line, column, item)

    @property
    def cell(self) -> boards.Cell | None:
        """The cell that is chosen."""
        line, column = self.table.currentRow(), self.table.currentColumn()
        if not 0 <= line < len(self._board.branches) or column < 1:
            return None
        return self._board.cell(self._board.branches[line], self._board.periods[column - 1])

    def _tell(self) -> None:
        cell, tr = self.cell, self._context.tr
        received = cell is not None and cell.has_come
        self.return_button.setEnabled(received)
        self.accept_button.setEnabled(cell is not None and cell.state in ("RECEIVED", "NIL"))
        if cell is None:
            self._words.setText("")
            return
        place = f"{branch_name(cell.branch, self._context.language)}, {month_name(cell.period, self._context.language)}"
        days = tr(
            "board.days", due=short_date(cell.due), closed=_day(cell.closed), received=_day(cell.received)
        )
        figures = (
            "" if cell.reported is None else tr("ui.reported_known", reported=cell.reported, known=cell.known)
        )
        parts = [f"{place}: {tr(f'board.{cell.state}')}", tr("ui.revision", n=cell.revision) if cell.revision else "", days,
                 figures, tr("status.after_closing", n=cell.after_closing).strip() if cell.after_closing else "",
                 cell.reason]  # fmt: skip
        self._words.setText("  ·  ".join(part for part in parts if part))

    def open_cell(self) -> None:
        """Go to the month of the chosen cell, and to what its branch has there."""
        cell = self.cell
        if cell is not None:
            self._context.show_period(cell.period)
            self.records_asked.emit(cell.branch)

    def look_up(self) -> None:
        """Say which paper the scanned text is of, and whether its figures are those held here."""
        context = self._context
        try:
            found = paper(context.workspace, self.scan.text())
            words, same = "\n".join(paper_words(context.workspace, found, context.language)), found.is_same
        except TizilimError as refusal:
            words, same = words_of(refusal, context.language), False
        self._paper.setText(words)
        self._paper.setObjectName("locked" if same else "trouble")
        restyle(self._paper)
        self._paper.show()
        self.scan.selectAll()  # the next page is scanned over it

    def accept_month(self) -> None:
        """Accept the month that is chosen."""
        cell = self.cell
        if cell is not None:
            self._do(lambda: verdicts.accept(self._context.workspace, cell.branch, [cell.period]))

    def ask_return(self) -> None:
        """Ask why, which records and until when, and send the month back."""
        from desktop_app.window.dialogs.month_dialogs import ReopenDialog

        cell = self.cell
        if cell is None:
            return
        dialog = ReopenDialog(self._context, self, returned=(cell.period, cell.branch))
        if dialog.exec():
            records, reason, until = dialog.order()
            workspace = self._context.workspace
            self._do(
                lambda: verdicts.return_month(workspace, cell.branch, cell.period, reason, records, until)
            )

    def _do(self, work: Callable[[], object]) -> None:
        def done(_result: object) -> None:
            self._context.say(self._context.tr("ui.send_answers"))
            self.refresh()

        self._context.write(self, work, done)

    def _save(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        name, _ = QFileDialog.getSaveFileName(
            self,
            self._context.tr("ui.consolidation"),
            f"consolidation-{self._context.period}.pdf",
            "PDF (*.pdf);;Excel (*.xlsx)",
        )
        if name:
            self.save_consolidation(Path(name))

    def save_consolidation(self, path: Path) -> None:
        """Write the year's consolidation up to the chosen month."""
        from desktop_app.services.printing import print_report

        period = self._context.period
        try:
            print_report(self._context.workspace, "consolidation", period, path, "", self._context.language)
        except TizilimError as refusal:
            self._context.say_fault(refusal)
            return
        self._context.say(self._context.tr("print.done", path=path))


def _colours(state: str) -> tuple[str, str]:
    dress = theme()
    if state in _GOOD:
        return dress.good, dress.good_soft
    return {
        "RECEIVED": (dress.accent, dress.accent_soft), "SENT": (dress.accent, dress.accent_soft),
        "RETURNED": (dress.warning, dress.warning_soft), "LATE": (dress.error, dress.error_soft),
    }.get(state, (dress.faint, ""))  # fmt: skip


def _day(day: date | None) -> str:
    return short_date(day) if day else "—"
