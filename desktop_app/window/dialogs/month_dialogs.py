"""Closing a month and reopening it: what is asked for."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLineEdit,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.i18n import month_name, short_date
from desktop_app.core.periods import Period
from desktop_app.domain.fields import Day
from desktop_app.domain.reading import Hint, read
from desktop_app.formdef.forms import form_of
from desktop_app.services import closing, months
from desktop_app.services.months import Month
from desktop_app.window.context import Context
from desktop_app.window.parts import Lines, button, enter_goes_on, form_row, label, row


class CloseDialog(QDialog):
    """Signatories and, where there are errors, the reason."""

    def __init__(self, context: Context, month: Month, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = context.tr
        self.setWindowTitle(tr("ui.close_month"))
        self.setMinimumWidth(520)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(label(month_name(month.period, context.language), "title"))
        layout.addWidget(label(tr("ui.close_explained"), "subtitle", wrap=True))
        form = QFormLayout()
        form.setSpacing(8)
        previous = months.last_signatories(context.workspace)
        self._lines = {name: QLineEdit(previous.get(name, "")) for name in ("executor", "head", "phone")}
        for name, line in self._lines.items():
            line.setObjectName(f"close_{name}")
            form_row(form, tr(f"ui.{name}"), line)
        self._reason = QPlainTextEdit()
        self._reason.setObjectName("close_reason")
        self._reason.setTabChangesFocus(True)
        self._reason.setFixedHeight(70)
        self._errors = month.errors
        if month.errors:
            form_row(form, tr("ui.close_reason", n=month.errors), self._reason, wrap=True)
            self._reason.textChanged.connect(self._ready)
        layout.addLayout(form)
        self._agree = button(tr("ui.close_month"), self.accept, primary=True)
        layout.addLayout(row(None, button(tr("ui.cancel"), self.reject), self._agree))
        # A month is closed by its button alone: Enter in a line means the next line, here as everywhere.
        enter_goes_on([*self._lines.values(), self._reason if month.errors else self._agree])
        self._ready()

    def _ready(self) -> None:
        self._agree.setEnabled(not self._errors or bool(self._reason.toPlainText().strip()))

    def answers(self) -> dict[str, str]:
        """Return executor, head, phone and reason."""
        return {
            **{name: line.text().strip() for name, line in self._lines.items()},
            "reason": self._reason.toPlainText().strip(),
        }


class ReopenDialog(QDialog):
    """A reopening order: which records, why, until when."""

    def __init__(
        self, context: Context, parent: QWidget | None = None, returned: tuple[Period, str] | None = None
    ) -> None:
        """``returned`` is the month and branch that headquarters sends back; else it is the chosen month."""
        super().__init__(parent)
        tr = context.tr
        self._context = context
        self._is_return = returned is not None
        self._period, self._branch = returned or (context.period, context.branch)
        title = tr("ui.return" if returned else "ui.reopen").rstrip("…")
        self.setWindowTitle(title)
        self.setMinimumSize(620, 480)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.addWidget(label(title, "title"))
        layout.addWidget(
            label(tr("ui.return_explained" if returned else "ui.reopen_explained"), "subtitle", wrap=True)
        )
        self.records = Lines("reopen_records", title)
        self._list()
        layout.addWidget(self.records, 1)
        form = QFormLayout()
        self._reason = QLineEdit()
        self._reason.setObjectName("reopen_reason")
        self._until = QLineEdit(short_date(context.workspace.today + timedelta(days=7)))
        self._until.setObjectName("reopen_until")
        form_row(form, tr("ui.reason"), self._reason)
        form_row(form, tr("ui.until"), self._until)
        layout.addLayout(form)
        self._trouble = label("", "trouble", wrap=True)
        self._trouble.setVisible(False)
        layout.addWidget(self._trouble)
        agree = button(self.windowTitle(), self.accept, primary=True)
        layout.addLayout(row(None, button(tr("ui.cancel"), self.reject), agree))
        enter_goes_on([self._reason, self._until, agree])

    def accept(self) -> None:
        """Close with an order that is whole; else say what is missing and stay."""
        missing = self._missing()
        if missing:
            self._trouble.setText(missing)
            self._trouble.setVisible(True)
        else:
            super().accept()

    def _missing(self) -> str:
        tr, until = self._context.tr, self._day()
        if self._is_return and not self._reason.text().strip():
            return tr("return.needs_reason")
        if not self._is_return and not (self._reason.text().strip() and self._named()):
            return tr("reopen.needs_reason_and_records")
        if until is None:
            return tr("usage.date", text=self._until.text())
        return tr("reopen.until_past", until=until) if until < self._context.workspace.today else ""

    def _day(self) -> date | None:
        today = self._context.workspace.today
        found: date | None = read(
            Day("after"), self._until.text(), Hint(year=today.year, month=today.month)
        ).value
        return found

    def _list(self) -> None:
        context = self._context
        fresh = QListWidgetItem(context.tr("ui.reopen_new"))
        fresh.setData(Qt.ItemDataRole.UserRole, closing.NEW_RECORDS)
        fresh.setCheckState(Qt.CheckState.Unchecked)
        self.records.addItem(fresh)
        for register, record, title in months.records_of(context.workspace, self._period, self._branch):
            item = QListWidgetItem(f"{form_of(register).name.get(context.language)}: {title}")
            item.setData(Qt.ItemDataRole.UserRole, record)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.records.addItem(item)

    def _named(self) -> list[str]:
        listed = [self.records.item(i) for i in range(self.records.count())]
        return [
            str(i.data(Qt.ItemDataRole.UserRole)) for i in listed if i.checkState() == Qt.CheckState.Checked
        ]

    def order(self) -> tuple[list[str], str, date]:
        """Return records, reason and last day of an order that was accepted."""
        until = self._day()
        assert until is not None  # noqa: S101 - accept() asked for it
        return self._named(), self._reason.text(), until
