"""What an import asks a person: which changes to take, which cards to make; answered by ticks, by mouse or by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from desktop_app.formdef.forms import form_of
from desktop_app.services.intake_outcome import Card, FileOutcome, OfferKey, Wishes
from desktop_app.services.intake_report import REFUSED, line_texts, report_lines, shown_columns
from desktop_app.services.intake_writing import offer_key
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context

_MOST_LINES = 5_000
"""Lines that are shown before saving; the report has all."""
_WIDEST = 320
"""Pixels of a column of the report's lines; the rest of a long text is in its tip."""


def plain(text: object, tip: str = "") -> QTableWidgetItem:
    """Return a cell to read; what does not fit stands whole in its tip."""
    item = QTableWidgetItem(str(text))
    item.setToolTip(tip or str(text))
    return item


class Ticks(QTableWidget):
    """A table whose rows are ticked: Space ticks the row that is marked, wherever in it the mark stands."""

    def __init__(self, said: str, headings: Sequence[str], name: str, stretched: int) -> None:
        super().__init__(0, len(headings))
        self.setAccessibleName(said)
        self.setObjectName(name)
        self.setHorizontalHeaderLabels(list(headings))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().setVisible(False)
        for place in range(len(headings)):
            self.horizontalHeader().setSectionResizeMode(
                place,
                QHeaderView.ResizeMode.Stretch
                if place == stretched
                else QHeaderView.ResizeMode.ResizeToContents,
            )

    def add(self, texts: Sequence[object], *, ticked: bool | None) -> int:
        """Add a row; None for one that cannot be ticked."""
        line = self.rowCount()
        self.insertRow(line)
        tick = QTableWidgetItem()
        heading = self.horizontalHeaderItem(0)
        tick.setData(Qt.ItemDataRole.AccessibleTextRole, heading.text() if heading is not None else "")
        if ticked is not None:
            tick.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.setItem(line, 0, tick)
        for place, text in enumerate(texts, 1):
            self.setItem(line, place, plain(text))
        return line

    def is_ticked(self, line: int) -> bool:
        """Tell whether a row is ticked."""
        item = self.item(line, 0)
        return item is not None and item.checkState() == Qt.CheckState.Checked

    def tick(self, line: int, *, on: bool) -> None:
        """Tick a row, or take its tick away; one that has no box stays."""
        item = self.item(line, 0)
        if item is not None and item.data(Qt.ItemDataRole.CheckStateRole) is not None:
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def tick_all(self, *, on: bool) -> None:
        """Tick every row, or none."""
        for line in range(self.rowCount()):
            self.tick(line, on=on)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space ticks the marked row."""
        if event.key() == Qt.Key.Key_Space and self.currentRow() >= 0:
            self.tick(self.currentRow(), on=not self.is_ticked(self.currentRow()))
        else:
            super().keyPressEvent(event)


class OfferTable(Ticks):
    """Fields in which the workbook and the database differ, old and new side by side."""

    def __init__(self, context: Context) -> None:
        names = (
            "rows.take",
            "rows.file",
            "rows.cell",
            "rows.record",
            "rows.field",
            "rows.was",
            "rows.in_file",
            "rows.outcome",
        )
        super().__init__(
            context.tr("ui.import_changes"), [context.tr(name) for name in names], "changes", len(names) - 1
        )
        self._context = context
        self._keys: list[OfferKey | None] = []

    def show_offers(self, outcomes: Sequence[FileOutcome]) -> int:
        """Fill the table; return how many changes may be taken."""
        self.setRowCount(0)
        self._keys = []
        for outcome in outcomes:
            for sheet in outcome.sheets:
                if sheet.layout is None:
                    continue
                form = form_of(sheet.layout.register.code)
                places = {column.field: column.place for column in sheet.layout.columns}
                for row in sheet.rows:
                    title = row.record.type.title(row.record.values)
                    for offer in row.offers:
                        cell = sheet.layout.address(row.row.row, places.get(offer.field, 0))
                        words = f"import.change_{offer.state}_short" + (
                            "_here" if offer.here and offer.is_open else ""
                        )
                        texts = (outcome.path.name, f"{sheet.name} · {cell}", title, form.label(offer.field).get(self._context.language),
                                 offer.was or "—", offer.becomes or "—", self._context.tr(words))  # fmt: skip
                        self.add(texts, ticked=False if offer.is_open else None)
                        self._keys.append(offer_key(outcome, sheet, row, offer) if offer.is_open else None)
        return sum(key is not None for key in self._keys)

    def wanted(self) -> frozenset[OfferKey]:
        """Return the changes that are ticked."""
        return frozenset(key for line, key in enumerate(self._keys) if key and self.is_ticked(line))


class CardTable(Ticks):
    """Cards that the import would make; a department that resembles one there before may be that one."""

    def __init__(self, context: Context) -> None:
        names = ("rows.make", "rows.kind", "rows.name", "rows.rows", "rows.which")
        super().__init__(context.tr("ui.import_cards"), [context.tr(name) for name in names], "cards", 2)
        self._context = context
        self._cards: list[Card] = []

    def show_cards(self, outcomes: Sequence[FileOutcome]) -> int:
        """Fill the table, doubtful cards first; return how many there are."""
        self.setRowCount(0)
        found = {card.id: card for outcome in reversed(outcomes) for card in outcome.cards}
        self._cards = sorted(found.values(), key=lambda c: (not c.alike, c.register != "department"))
        for card in self._cards:
            kind = form_of(card.register).name.get(self._context.language)
            line = self.add((kind, card.name, card.rows, ""), ticked=True)
            if card.alike:
                box = Choice(f"{self._context.tr('rows.which')}: {card.name}")
                for key, name in card.alike:
                    box.addItem(name, key)
                box.addItem(self._context.tr("rows.new_card"), "")
                self.setCellWidget(line, self.columnCount() - 1, box)
        return len(self._cards)

    def refused(self) -> frozenset[str]:
        """Return the cards whose tick was taken away."""
        return frozenset(card.id for line, card in enumerate(self._cards) if not self.is_ticked(line))

    def instead(self) -> dict[str, str]:
        """Return which stored department a card is, where that was chosen."""
        found = {}
        for line, card in enumerate(self._cards):
            box = self.cellWidget(line, self.columnCount() - 1)
            if isinstance(box, Choice) and box.currentData() and self.is_ticked(line):
                found[card.id] = str(box.currentData())
        return found


class ReportLines(QTableWidget):
    """The lines of the report before it is saved, the gravest first."""

    def __init__(self, context: Context) -> None:
        names = shown_columns()
        super().__init__(0, len(names))
        self._context = context
        self.setObjectName("lines")
        self.setAccessibleName(context.tr("ui.import_lines"))
        self.setHorizontalHeaderLabels([context.tr(f"rows.{name}") for name in names])
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setMaximumSectionSize(_WIDEST)

    def show_lines(self, outcomes: Sequence[FileOutcome]) -> tuple[int, int]:
        """Fill the table; return how many lines there are and how many of them are the gravest."""
        lines = sorted(report_lines(outcomes, self._context.language), key=lambda line: -line.weight)
        self.setRowCount(min(len(lines), _MOST_LINES))
        for number, line in enumerate(lines[:_MOST_LINES]):
            for place, text in enumerate(line_texts(line, self._context.language)):
                self.setItem(number, place, plain(text))
        self.resizeColumnsToContents()  # by the lines on show and the headings; the person may widen them
        return len(lines), sum(line.weight == REFUSED for line in lines)


def wishes_of(changes: OfferTable, cards: CardTable) -> Wishes:
    """Return what the ticks say."""
    return Wishes(changes=changes.wanted(), refused=cards.refused(), instead=cards.instead())
