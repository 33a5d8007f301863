"""A record's history: who set what, when and why."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop_app.domain.register import register_type
from desktop_app.services.entry import history
from desktop_app.services.exchange_words import field_words, value_words
from desktop_app.services.reasons import reason_words
from desktop_app.window.context import Context
from desktop_app.window.parts import button, label, reading_table, row
from desktop_app.window.room import fitting

_COLUMNS: Final = ("ui.when", "ui.who", "rows.field", "cover.diff_was", "cover.diff_became", "cover.diff_why")
_WIDE: Final = (3, 4, 5)


class HistoryDialog(QDialog):
    """Shows the audit trail of one record."""

    def __init__(self, context: Context, register: str, record: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = context.tr
        self.setWindowTitle(tr("ui.history"))
        self.resize(fitting(1120, 560))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(label(tr("ui.history"), "title"))
        lines = self._lines(context, register, record)
        self.table = reading_table(tr("ui.history"), [tr(name) for name in _COLUMNS])
        self.table.setRowCount(len(lines))
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in _WIDE:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for place, texts in enumerate(lines):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(place, column, item)
        layout.addWidget(self.table, 1)
        layout.addLayout(row(None, button(tr("ui.close"), self.accept, primary=True)))

    @staticmethod
    def _lines(context: Context, register: str, record: str) -> list[tuple[str, ...]]:
        """Return the rows, newest change first, its fields in the order of the form."""
        language, workspace = context.language, context.workspace
        order = {item.name: place for place, item in enumerate(register_type(register).fields)}
        found = sorted(
            history(workspace, register, record), key=lambda line: order.get(line.field, len(order))
        )
        return [
            (
                line.moment.astimezone().strftime("%d.%m.%Y %H:%M"), line.user,
                field_words(register, line.field, language),
                value_words(workspace, register, line.field, line.was, language),
                value_words(workspace, register, line.field, line.became, language), reason_words(line.reason, language),
            ) for line in sorted(found, key=lambda line: line.moment, reverse=True)
        ]  # fmt: skip
