"""A record's history: who set what, when and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from desktop_app.domain.fields import Ref
from desktop_app.domain.register import register_type
from desktop_app.services.attachments import PREFIX
from desktop_app.services.entry import history
from desktop_app.services.exchange_words import field_words
from desktop_app.window.context import Context
from desktop_app.window.parts import button, label, row


class HistoryDialog(QDialog):
    """Shows the audit trail of one record."""

    def __init__(self, context: Context, register: str, record: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = context.tr
        self.setWindowTitle(tr("ui.history"))
        self.resize(900, 520)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(label(tr("ui.history"), "title"))
        lines = history(context.workspace, register, record)
        names = ("ui.when", "ui.who", "rows.field", "cover.diff_was", "cover.diff_became", "cover.diff_why")
        self.table = QTableWidget(len(lines), len(names))
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalHeaderLabels([tr(name) for name in names])
        self.table.verticalHeader().setVisible(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        kind = register_type(register)

        def shown(name: str, value: Any) -> str:
            field = kind.by_name.get(name)
            if name.startswith(PREFIX):
                return tr("ui.file_attached", digest=str(value)[:12]) if value else "—"
            if value is None or field is None or isinstance(value, str):
                known = field is not None and isinstance(field.type, Ref) and value
                return context.workspace.store.ref_title(field.type.to, value) if known else str(value or "—")  # type: ignore[union-attr]
            return field.type.show(value, context.language)

        for place, line in enumerate(lines):
            field = field_words(register, line.field, context.language)
            moment = line.moment.astimezone().strftime("%d.%m.%Y %H:%M")
            for column, text in enumerate(
                (
                    moment,
                    line.user,
                    field,
                    shown(line.field, line.was),
                    shown(line.field, line.became),
                    line.reason,
                )
            ):
                self.table.setItem(place, column, QTableWidgetItem(text))
        layout.addWidget(self.table, 1)
        layout.addLayout(row(None, button(tr("ui.close"), self.accept, primary=True)))
