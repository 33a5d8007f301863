"""The checklist's table: one line an item, by zone; a measured value decides the state, Enter goes down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QTableWidgetItem

from desktop_app.domain.classifiers import classifier
from desktop_app.formdef.forms import form_of
from desktop_app.services import visits
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context
from desktop_app.window.theme import theme

_MEASURED, _STATE, _DUE = 3, 4, 5
_WIDTHS: Final = ((0, 60), (2, 170), (_MEASURED, 180), (_STATE, 180), (_DUE, 140))

_LEAST_LINE: Final = 34


class Line(NamedTuple):
    """What is typed for one item: measured value, code of the state, day by which it is to be fixed."""

    measured: str
    state: str
    due: str


class Checklist(QTableWidget):
    """Forty-seven items, typed downwards.

    Signals:
        touched(): something was typed or chosen by the person at the keys.
    """

    touched = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(0, 6)
        self._context = context
        self.setObjectName("checklist")
        self.setAccessibleName(context.tr("ui.visit_sheet"))
        form = form_of("finding")
        names = ("item", "norm_version", "measured", "state", "due")
        self.setHorizontalHeaderLabels(["№", *(form.label(n).get(context.language) for n in names)])
        self.verticalHeader().setVisible(False)
        # On a narrow window the words of an item go on in the next line: none is cut off.
        self.verticalHeader().setMinimumSectionSize(_LEAST_LINE)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        for place, width in _WIDTHS:
            self.setColumnWidth(place, width)
        self._lines: dict[str, int] = {}
        self._fill()
        self.cellChanged.connect(self._changed)
        self.installEventFilter(self)

    def _fill(self) -> None:
        language = self._context.language
        zones, items = classifier("accessibility_zones"), classifier("accessibility_items")
        zone = ""
        for item in items.codes:
            if item.more["zone"] != zone:
                zone = item.more["zone"]
                self._zone_row(f"{zone}. {zones.label(zone, language)}")
            line = self.rowCount()
            self._lines[item.code] = line
            self.insertRow(line)
            fixed = (item.code, item.label.get(language), visits.norm_text(item.code, language))
            for place, text in enumerate(fixed):
                self.setItem(line, place, _fixed(text))
            self.setItem(line, _MEASURED, QTableWidgetItem(""))
            self.setItem(line, _DUE, QTableWidgetItem(""))
            self.setCellWidget(line, _STATE, self._states(f"{item.code} {item.label.get(language)}"))

    def _states(self, item: str) -> QComboBox:
        heading = form_of("finding").label("state").get(self._context.language)
        box = Choice(f"{heading}: {item}")
        box.addItem("", "")
        for state in classifier("finding_states").codes:
            box.addItem(state.label.get(self._context.language), state.code)
        box.currentIndexChanged.connect(lambda _index: self.touched.emit())
        return box

    def _zone_row(self, text: str) -> None:
        line = self.rowCount()
        self.insertRow(line)
        item = _fixed(text.upper())
        item.setForeground(QColor(theme().accent))
        self.setItem(line, 0, item)
        self.setSpan(line, 0, 1, 6)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter begins typing the measured value of the next item."""
        if watched is self and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in (
            Qt.Key.Key_Return, Qt.Key.Key_Enter,
        ):  # fmt: skip
            self._go_down()
            return True
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Begin at the first item's measured value: what is typed next goes there."""
        super().focusInEvent(event)
        if self.currentRow() not in self._lines.values():
            self.setCurrentCell(next(iter(self._lines.values())), _MEASURED)

    def _go_down(self) -> None:
        following = next((line for line in self._lines.values() if line > self.currentRow()), None)
        if following is not None:
            self.setCurrentCell(following, _MEASURED)

    def _cell(self, line: int, column: int) -> QTableWidgetItem:
        found = self.item(line, column)
        assert found is not None  # noqa: S101 - every item line has its cells
        return found

    def _box(self, line: int) -> QComboBox:
        box = self.cellWidget(line, _STATE)
        assert isinstance(box, QComboBox)  # noqa: S101 - set in _fill
        return box

    def _changed(self, line: int, column: int) -> None:
        if column == _MEASURED:
            item = self._cell(line, _MEASURED)
            found = visits.state_by_norm(self._cell(line, 0).text(), item.text())
            self.blockSignals(True)
            item.setForeground(QColor(theme().error if found == "?" else theme().text))
            self.blockSignals(False)
            if found not in (None, "?"):
                self._box(line).setCurrentIndex(self._box(line).findData(found))
        self.touched.emit()

    def lines(self) -> dict[str, Line]:
        """Return what is typed, by item."""
        return {
            code: Line(
                self._cell(line, _MEASURED).text().strip(),
                str(self._box(line).currentData()),
                self._cell(line, _DUE).text().strip(),
            )
            for code, line in self._lines.items()
        }

    def show_lines(self, lines: Mapping[str, Line]) -> None:
        """Show values of some items."""
        for code, shown in lines.items():
            line = self._lines.get(code)
            if line is None:
                continue
            self._cell(line, _MEASURED).setText(shown.measured)
            self._box(line).setCurrentIndex(max(self._box(line).findData(shown.state), 0))
            self._cell(line, _DUE).setText(shown.due)

    def counts(self) -> dict[str, int]:
        """Return how many items are in each state."""
        states = [shown.state for shown in self.lines().values() if shown.state]
        return {state: states.count(state) for state in dict.fromkeys(states)}


def _fixed(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item
