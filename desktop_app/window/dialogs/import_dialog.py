"""Importing workbooks: choose, rehearse without writing, import with progress, open the row report."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.changes import Changes
from desktop_app.core.errors import TizilimError
from desktop_app.core.periods import Period
from desktop_app.services.intake import AS_IT_COMES, import_workbooks
from desktop_app.services.intake_outcome import FileOutcome
from desktop_app.services.intake_report import COUNTED, totals_rows, write_row_report
from desktop_app.window import operations
from desktop_app.window.context import Context
from desktop_app.window.dialogs.import_choices import CardTable, OfferTable, ReportLines, Ticks, wishes_of
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, card, label, reading_table, row

_KINDS = "*.xlsx *.xlsm *.xlsb *.xls *.ods *.fods *.csv *.tsv *.txt *.docx *.html *.htm *.xml"
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
        self._looked_at = False
        self._goes_on = False
        tr = context.tr
        self.setWindowTitle(tr("ui.import"))
        self.resize(1060, 620)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(tr("ui.import"), "title"))
        layout.addWidget(label(tr("ui.import_explained"), "subtitle", wrap=True))
        self.choose_button = button(tr("ui.choose_files"), self._choose, picture="import")
        self.try_button = button(tr("ui.try_import"), lambda: self.begin(dry_run=True))
        self.import_button = button(tr("ui.import_now"), self.import_now, primary=True)
        self._names = label("", "subtitle", wrap=True)
        layout.addLayout(row(self.choose_button, self._names, stretch=1))
        frame, inside = card(6)
        self.table = reading_table(tr("ui.import"), [tr(f"rows.{name}") for name in _COLUMNS])
        self._lay_out_totals()
        self.cards, self.changes, self.lines = CardTable(context), OfferTable(context), ReportLines(context)
        self._pages = QStackedWidget()
        self.turns: list[QPushButton] = []
        pages: tuple[QWidget, ...] = (self.table, self.cards, self.changes, self.lines)
        for place, page in enumerate(pages):
            self._pages.addWidget(page)
            self.turns.append(button("", partial(self.turn_to, place)))
        self.take_all = button(tr("ui.import_tick_all"), lambda: self._tick(on=True))
        self.take_none = button(tr("ui.import_tick_none"), lambda: self._tick(on=False))
        inside.addLayout(row(*self.turns, None, self.take_all, self.take_none))
        inside.addWidget(self._pages, 1)
        layout.addWidget(frame, 1)
        self._verdict = label("", "subtitle", wrap=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("ui.import"))
        self.progress.setVisible(False)
        layout.addWidget(self._verdict)
        layout.addWidget(self.progress)
        self.report_button = button(tr("ui.row_report"), self._report)
        self._leave = button(tr("ui.close"), self._cancel_or_leave)
        layout.addLayout(row(self.report_button, None, self._leave, self.try_button, self.import_button))
        self._count_pages(0, 0, 0)
        self.turn_to(0)
        self._ready()

    def _lay_out_totals(self) -> None:
        """Let the remark stand beside the file: it says why one was refused."""
        header = self.table.horizontalHeader()
        for place in range(len(_COLUMNS)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        header.moveSection(len(_COLUMNS) - 1, 1)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 190)
        header.setSectionResizeMode(len(_COLUMNS) - 1, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(len(_COLUMNS) - 1, 330)
        self.table.setWordWrap(True)

    def _count_pages(self, cards: int, changes: int, lines: int) -> None:
        names = ("rows.summary", "ui.import_cards", "ui.import_changes", "ui.import_lines")
        for tool, name, n in zip(self.turns, names, (0, cards, changes, lines), strict=True):
            tool.setText(self._context.tr(name) + (f" ({n})" if n else ""))

    def turn_to(self, place: int) -> None:
        """Show totals (0), cards (1), changes (2) or the report's lines (3)."""
        self._pages.setCurrentIndex(place)
        for number, tool in enumerate(self.turns):
            tool.setCheckable(True)
            tool.setChecked(number == place)
            font = tool.font()
            font.setBold(number == place)
            tool.setFont(font)
        for tool in (self.take_all, self.take_none):
            tool.setVisible(place in (1, 2))

    def _tick(self, *, on: bool) -> None:
        page = self._pages.currentWidget()
        if isinstance(page, Ticks):
            page.tick_all(on=on)

    def import_now(self) -> None:
        """Import; what would be made or changed is shown for a yes first, unless it was looked at already."""
        self._goes_on = not self._looked_at
        self.begin(dry_run=not self._looked_at)

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
            self,
            self._context.tr("ui.choose_files"),
            "",
            f"{self._context.tr('ui.import_filter')} ({_KINDS})",
        )
        if names:
            self.set_files([Path(name) for name in names])

    def set_files(self, paths: list[Path]) -> None:
        """Take the files to import."""
        self._paths = paths
        self._looked_at = self._goes_on = False
        self._names.setText(", ".join(path.name for path in paths))
        self._ready()
        self.try_button.setFocus()

    def begin(self, *, dry_run: bool) -> None:
        """Start the import, or its rehearsal that writes nothing."""
        context, paths = self._context, list(self._paths)
        wishes = wishes_of(self.changes, self.cards) if self._looked_at and not dry_run else AS_IT_COMES
        self.progress.setRange(0, 0)
        self._operation = operations.begin(
            lambda report: import_workbooks(
                context.workspace, paths, dry_run=dry_run, language=context.language, progress=report, wishes=wishes,
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
        remark = len(_COLUMNS) - 1
        said = (self.table.item(line, remark) for line in range(self.table.rowCount()))
        self.table.setColumnHidden(remark, not any(item is not None and item.text() for item in said))
        self.table.resizeRowsToContents()
        cards, offered = self.cards.show_cards(outcomes), self.changes.show_offers(outcomes)
        lines, bad = self.lines.show_lines(outcomes)
        self._count_pages(cards, self.changes.rowCount(), lines)
        asks = dry_run and (cards or offered)
        words = "ui.import_asks" if asks else "ui.import_tried" if dry_run else "ui.import_done"
        self._verdict.setText(self._context.tr(words, n=lines, bad=bad, cards=cards, changes=offered))
        self._looked_at = dry_run
        if dry_run and self._goes_on and not asks:
            self._goes_on = False
            self.begin(dry_run=False)
            return
        self._goes_on = False
        self.turn_to((1 if cards else 2) if asks else 0)
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
