"""Importing workbooks: choose, rehearse without writing, import with progress, open the row report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHeaderView,
    QProgressBar,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.changes import Changes
from desktop_app.core.errors import TizilimError
from desktop_app.core.periods import Period
from desktop_app.services.intake import import_workbooks
from desktop_app.services.intake_outcome import FileOutcome
from desktop_app.services.intake_report import COUNTED, REFUSED, report_lines, totals_rows, write_row_report
from desktop_app.window import operations
from desktop_app.window.context import Context
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, card, label, reading_table, row

_COLUMNS = ("file", "sheet", "register", *COUNTED, "other")


class ImportDialog(QDialog):
    """Imports workbooks in the background.

    Signals:
        ended(): an import or a rehearsal is over.
    """

    ended = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._paths: list[Path] = []
        self._outcomes: list[FileOutcome] = []
        self._operation: operations.Operation | None = None
        tr = context.tr
        self.setWindowTitle(tr("ui.import"))
        self.resize(980, 560)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(tr("ui.import"), "title"))
        layout.addWidget(label(tr("ui.import_explained"), "subtitle", wrap=True))
        self.choose_button = button(tr("ui.choose_files"), self._choose, picture="import")
        self.try_button = button(tr("ui.try_import"), lambda: self.begin(dry_run=True))
        self.import_button = button(tr("ui.import_now"), lambda: self.begin(dry_run=False), primary=True)
        self._names = label("", "subtitle", wrap=True)
        layout.addLayout(row(self.choose_button, self._names, stretch=1))
        frame, inside = card(6)
        self.table = reading_table([tr(f"rows.{name}") for name in _COLUMNS])
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place in range(1, len(_COLUMNS)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        inside.addWidget(self.table)
        layout.addWidget(frame, 1)
        self._verdict = label("", "subtitle", wrap=True)
        self.progress = QProgressBar()
        self.progress.setVisible(False)
        layout.addWidget(self._verdict)
        layout.addWidget(self.progress)
        self.report_button = button(tr("ui.row_report"), self._report)
        self._leave = button(tr("ui.close"), self._cancel_or_leave)
        layout.addLayout(row(self.report_button, None, self._leave, self.try_button, self.import_button))
        self._ready()

    def _ready(self) -> None:
        busy = self._operation is not None
        for tool in (self.try_button, self.import_button):
            tool.setEnabled(bool(self._paths) and not busy)
        self.choose_button.setEnabled(not busy)
        self.report_button.setEnabled(bool(self._outcomes) and not busy)
        self._leave.setText(self._context.tr("ui.cancel" if busy else "ui.close"))
        self.progress.setVisible(busy)

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self._context.tr("ui.choose_files"), "", "Excel (*.xlsx *.xls *.ods *.xlsm)"
        )
        if names:
            self.set_files([Path(name) for name in names])

    def set_files(self, paths: list[Path]) -> None:
        """Take the files to import."""
        self._paths = paths
        self._names.setText(", ".join(path.name for path in paths))
        self._ready()
        self.try_button.setFocus()

    def begin(self, *, dry_run: bool) -> None:
        """Start the import, or its rehearsal that writes nothing."""
        context, paths = self._context, list(self._paths)
        self.progress.setRange(0, 0)
        self._operation = operations.begin(
            lambda report: import_workbooks(
                context.workspace, paths, dry_run=dry_run, language=context.language, progress=report
            ),
            lambda found: self._finish(found, dry_run=dry_run), self._fail, self._advance,
        )  # fmt: skip
        self._ready()

    def _advance(self, done: int, count: int, what: str) -> None:
        self.progress.setRange(0, count)
        self.progress.setValue(done)
        if what:
            self._verdict.setText(what)

    def _finish(self, outcomes: list[FileOutcome], *, dry_run: bool) -> None:
        self._operation = None
        self._outcomes = outcomes
        self.table.setRowCount(0)
        for values in totals_rows(outcomes, self._context.language):
            line = self.table.rowCount()
            self.table.insertRow(line)
            for place, value in enumerate(values):
                self.table.setItem(line, place, QTableWidgetItem(str(value)))
        lines = list(report_lines(outcomes, self._context.language))
        bad = sum(line.weight == REFUSED for line in lines)
        self._verdict.setText(
            self._context.tr("ui.import_tried" if dry_run else "ui.import_done", n=len(lines), bad=bad)
        )
        if not dry_run:
            for outcome in outcomes:
                self._context.changed(outcome.changes or Changes())
            self._show_what_came(outcomes)
        self._ready()
        (self.import_button if dry_run else self._leave).setFocus()
        self.ended.emit()

    def _show_what_came(self, outcomes: list[FileOutcome]) -> None:
        """Go to the last month that was filled; an empty list would look as if nothing had come."""
        context = self._context
        this_month = Period.of(context.workspace.today).number
        filled = {n for outcome in outcomes for _, n in outcome.changes.periods if 0 < n <= this_month}
        if filled and context.period.number not in filled:
            context.show_period(Period.from_number(max(filled)))

    def _fail(self, fault: BaseException) -> None:
        self._operation = None
        self._verdict.setText(words_of(fault, self._context.language))
        self._context.changed(Changes())
        self._ready()
        self.ended.emit()

    def _report(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self._context.tr("ui.row_report"), "import.xlsx", "Excel (*.xlsx)"
        )
        if name and self.save_report(Path(name)):
            QDesktopServices.openUrl(QUrl.fromLocalFile(name))

    def save_report(self, path: Path) -> bool:
        """Write the row report of the last import; say why where it cannot be written."""
        try:
            write_row_report(self._outcomes, path, self._context.language)
        except TizilimError as refusal:
            self._verdict.setText(words_of(refusal, self._context.language))
            return False
        self._verdict.setText(self._context.tr("import.report", path=path))
        return True

    def _cancel_or_leave(self) -> None:
        if self._operation is not None:
            self._operation.cancel()
        else:
            self.accept()

    def reject(self) -> None:
        """Escape cancels running work first."""
        self._cancel_or_leave()
