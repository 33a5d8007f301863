"""The checklist of a visit: 47 items by zone; a measured value decides the state, Enter goes down."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.errors import TizilimError
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Day
from desktop_app.domain.reading import Hint, read
from desktop_app.domain.register import register_type
from desktop_app.formdef.forms import form_of
from desktop_app.services import entry, visits
from desktop_app.window.context import Context
from desktop_app.window.fields.editor import Editor
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, card, label, row
from desktop_app.window.theme import theme

_MEASURED, _STATE, _DUE = 3, 4, 5


class VisitScreen(QWidget):
    """Enters one visit.

    Signals:
        done(): back to the list.
    """

    done = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr, language = context.tr, context.language
        self._form = form_of("finding")
        kind = register_type("finding")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 12)
        layout.setSpacing(10)
        layout.addLayout(
            row(
                button(tr("ui.back"), self.done.emit, picture="left", name="flat"),
                label(tr("ui.visit_sheet"), "title"),
                None,
            )
        )
        store = context.workspace.store
        self.department = Editor(kind.by_name["department"], language, store.ref_title)
        self.department.offer(
            lambda typed: [
                (o.text, {**o.fills, "": o.text})
                for o in entry.offers(context.workspace, "department", typed, context.branch)
            ]
        )
        self.visited = Editor(kind.by_name["visited"], language, store.ref_title)
        for name, editor in (("department", self.department), ("visited", self.visited)):
            editor.setPlaceholderText(self._form.label(name).get(language))
            editor.left.connect(self._load)
        self.department.setFixedWidth(360)
        layout.addLayout(row(self.department, self.visited, None))
        self.table = QTableWidget(0, 6)
        self.table.setObjectName("checklist")
        self.table.setHorizontalHeaderLabels([
            "№", self._form.label("item").get(language), self._form.label("norm_version").get(language),
            self._form.label("measured").get(language), self._form.label("state").get(language), self._form.label("due").get(language),
        ])  # fmt: skip
        self.table.verticalHeader().setVisible(False)
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for place, width in ((0, 60), (2, 170), (_MEASURED, 120), (_STATE, 190), (_DUE, 120)):
            self.table.setColumnWidth(place, width)
        self._fill()
        self.table.cellChanged.connect(self._changed)
        self.table.installEventFilter(self)
        frame, inside = card(6)
        inside.addWidget(self.table)
        layout.addWidget(frame, 1)
        self._tally = label("", "subtitle")
        layout.addLayout(
            row(
                label(tr("ui.visit_keys"), "hint"),
                self._tally,
                None,
                button(tr("ui.save"), self.save, primary=True),
            )
        )
        for keys, slot in (("Ctrl+S", self.save), ("Escape", self.done.emit)):
            QShortcut(
                QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            ).activated.connect(slot)
        QTimer.singleShot(0, self.department.setFocus)

    def _fill(self) -> None:
        language = self._context.language
        zones, items = classifier("accessibility_zones"), classifier("accessibility_items")
        zone = ""
        for item in items.codes:
            if item.more["zone"] != zone:
                zone = item.more["zone"]
                self._zone_row(f"{zone}. {zones.label(zone, language)}")
            line = self.table.rowCount()
            self.table.insertRow(line)
            for place, text in (
                (0, item.code),
                (1, item.label.get(language)),
                (2, visits.norm_text(item.code, language)),
            ):
                self.table.setItem(line, place, _fixed(text))
            self.table.setItem(line, _MEASURED, QTableWidgetItem(""))
            self.table.setItem(line, _DUE, QTableWidgetItem(""))
            box = QComboBox()
            box.addItem("", "")
            for state in classifier("finding_states").codes:
                box.addItem(state.label.get(language), state.code)
            box.currentIndexChanged.connect(lambda _index: self._count())
            self.table.setCellWidget(line, _STATE, box)
            self.table.setRowHeight(line, 34)

    def _zone_row(self, text: str) -> None:
        line = self.table.rowCount()
        self.table.insertRow(line)
        item = _fixed(text.upper())
        item.setForeground(QColor(theme().accent))
        self.table.setItem(line, 0, item)
        self.table.setSpan(line, 0, 1, 6)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter begins typing the measured value of the next item."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in (
            Qt.Key.Key_Return, Qt.Key.Key_Enter,
        ):  # fmt: skip
            self._go_down()
            return True
        return super().eventFilter(watched, event)

    def _go_down(self) -> None:
        for line in range(self.table.currentRow() + 1, self.table.rowCount()):
            if self.table.item(line, _MEASURED) is not None:
                self.table.setCurrentCell(line, _MEASURED)
                return

    def _cell(self, line: int, column: int) -> QTableWidgetItem:
        found = self.table.item(line, column)
        assert found is not None  # noqa: S101 - every item line has its cells
        return found

    def _box(self, line: int) -> QComboBox:
        box = self.table.cellWidget(line, _STATE)
        assert isinstance(box, QComboBox)  # noqa: S101 - set in _fill
        return box

    def _changed(self, line: int, column: int) -> None:
        if column == _MEASURED:
            item = self._cell(line, _MEASURED)
            found = visits.state_by_norm(self._code(line), item.text())
            self.table.blockSignals(True)
            item.setForeground(QColor(theme().error if found == "?" else theme().text))
            self.table.blockSignals(False)
            if found not in (None, "?"):
                self._box(line).setCurrentIndex(self._box(line).findData(found))
        self._count()

    def _code(self, line: int) -> str:
        return self._cell(line, 0).text()

    def _items(self) -> list[int]:
        return [line for line in range(self.table.rowCount()) if self.table.item(line, _MEASURED) is not None]

    def _count(self) -> None:
        states: dict[str, int] = {}
        for line in self._items():
            state = str(self._box(line).currentData())
            if state:
                states[state] = states.get(state, 0) + 1
        labels = classifier("finding_states")
        self._tally.setText(
            "   ".join(f"{labels.label(code, self._context.language)}: {n}" for code, n in states.items())
        )

    def _day(self) -> Any:
        period = self._context.period
        return self.visited.reading(Hint(year=period.year, month=period.month)).value

    def _load(self, _name: str) -> None:
        day, department = self._day(), self.department.reading(Hint()).value
        if day is not None:
            self.visited.setText(Day().show(day, self._context.language))
        if day is None or not department:
            return
        found = visits.visit_lines(self._context.workspace, department, day)
        for line in self._items():
            record = found.get(self._code(line))
            if record is not None:
                self._cell(line, _MEASURED).setText(record.values.measured_as or "")
                self._box(line).setCurrentIndex(max(self._box(line).findData(record.values.state or ""), 0))
                self._cell(line, _DUE).setText(Day().show(record.values.due, self._context.language))

    def save(self) -> None:
        """Save the visit."""
        context = self._context
        department, day = self.department.reading(Hint()).value, self._day()
        if not department or day is None:
            context.say(context.tr("ui.visit_needs"), "error")
            return
        hint = Hint(year=day.year, month=day.month)
        lines = [
            visits.SheetLine(self._code(line), self._cell(line, _MEASURED).text().strip(), str(self._box(line).currentData()),
                             read(Day(), self._cell(line, _DUE).text(), hint).value)
            for line in self._items()
        ]  # fmt: skip
        try:
            changes = visits.save_visit(context.workspace, context.branch, department, day, lines)
        except TizilimError as refusal:
            context.say(words_of(refusal, context.language), "error")
            return
        context.changed(changes)
        context.say(context.tr("ui.visit_saved", n=sum(bool(item.measured or item.state) for item in lines)))
        self.done.emit()


def _fixed(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item
