"""Print preview: the very PDF that is printed, page by page; save as PDF or workbook, or print."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import LANGUAGES, OWN_NAMES, Language
from desktop_app.services import printing
from desktop_app.window import operations
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context
from desktop_app.window.dialogs.preview_pages import WHOLE, WIDTH, PagesView, page_image
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, label, row

_PRINT_DPI = 600
"""What printers get that take no PDF."""
_SHARE = 0.92
"""Part of the screen that the preview opens in."""
_LARGEST = (1500, 1400)


class PreviewDialog(QDialog):
    """Shows a report of the chosen month.

    Args:
        only: makes the one paper that is to be printed here and saved nowhere; the reports are not offered then.

    Signals:
        shown(int): pages are on show; argument: how many the print has.
    """

    shown = Signal(int)

    def __init__(
        self, context: Context, report: str = printing.MONTH, parent: QWidget | None = None,
        only: Callable[[Language], bytes] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._context, self._only = context, only
        self._pdf = b""
        tr = context.tr
        self.setWindowTitle(tr("ui.preview"))
        room = self.screen().availableGeometry()
        self.resize(
            min(int(room.width() * _SHARE), _LARGEST[0]), min(int(room.height() * _SHARE), _LARGEST[1])
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        self.reports = Choice(tr("ui.preview"))
        for item in printing.reports_for(context.workspace):
            self.reports.addItem(item.title.get(context.language), item.name)
        self.reports.setCurrentIndex(max(self.reports.findData(report), 0))
        self.languages = Choice(tr("setting.language"))
        for code in LANGUAGES:
            self.languages.addItem(OWN_NAMES[code], code)
        self.languages.setCurrentIndex(self.languages.findData(context.language))
        for box in (self.reports, self.languages):
            box.activated.connect(lambda _index: self.draw())
        self._state = label("", "subtitle")
        save_pdf = button("PDF…", lambda: self._save(".pdf"))
        save_xlsx = button("XLSX…", lambda: self._save(".xlsx"))
        self.print_button = button(tr("ui.print"), self._print, primary=True, picture="print")
        if only is not None:
            for tool in (self.reports, save_pdf, save_xlsx):
                tool.hide()
        layout.addLayout(row(self.reports, self.languages, None, save_pdf, save_xlsx, self.print_button))
        self.pages = PagesView()
        layout.addLayout(self._tools())
        layout.addWidget(self.pages, 1)
        for keys, act in (("Ctrl+P", self._print), ("Ctrl++", self.pages.larger), ("Ctrl+=", self.pages.larger),
                          ("Ctrl+-", self.pages.smaller), ("Ctrl+0", lambda: self.pages.fit(WIDTH)), ("Ctrl+9", lambda: self.pages.fit(WHOLE)),
                          ("Ctrl+G", self._ask_page)):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.draw()

    def _tools(self) -> Any:
        """Return the row with the size and the page's number."""
        tr, pages = self._context.tr, self.pages
        self.number = QLineEdit("1")
        self.number.setObjectName("page_number")
        self.number.setAccessibleName(tr("ui.page_number"))
        self.number.setFixedWidth(56)
        self.number.setValidator(QIntValidator(1, 99_999, self.number))
        self.number.editingFinished.connect(lambda: pages.go(int(self.number.text() or 1)))
        pages.moved.connect(lambda number: self.number.setText(str(number)))
        self.percent = label("", "subtitle")
        pages.zoomed.connect(lambda percent: self.percent.setText(f"{percent}%"))
        smaller, larger = button("−", pages.smaller), button("+", pages.larger)
        for each, name in ((smaller, "ui.zoom_smaller"), (larger, "ui.zoom_larger")):
            each.setAccessibleName(tr(name))
            each.setToolTip(tr(name))
        self.fit_width = button(tr("ui.fit_width"), lambda: pages.fit(WIDTH))
        self.fit_whole = button(tr("ui.fit_page"), lambda: pages.fit(WHOLE))
        return row(label(tr("ui.page_number"), "subtitle"), self.number, self._state, None, self.percent, smaller, larger,
                   self.fit_width, self.fit_whole)  # fmt: skip

    def _ask_page(self) -> None:
        self.number.setFocus()
        self.number.selectAll()

    def _name(self) -> str:
        return str(self.reports.currentData())

    def draw(self) -> None:
        """Make the print anew in the background and show it."""
        context, name, language = self._context, self._name(), self.languages.currentData()
        self._state.setText(context.tr("ui.working"))
        self._operation = operations.begin(
            lambda _report: self._make(name, language), self._show,
            lambda fault: self._state.setText(words_of(fault, context.language)),
        )  # fmt: skip

    def _make(self, name: str, language: Any) -> bytes:
        if self._only is not None:
            return self._only(language)
        # In memory only: a print is personal data in the clear.
        return printing.print_bytes(self._context.workspace, name, self._context.period, language)

    def _show(self, pdf: bytes) -> None:
        self._pdf = pdf
        self.pages.show_pdf(pdf)
        self._state.setText(self._context.tr("ui.pages", n=self.pages.count))
        self.shown.emit(self.pages.count)

    def _save(self, suffix: str) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self._context.tr("ui.save"), self.file_name(suffix), f"*{suffix}"
        )
        if name:
            self.save_as(Path(name))

    def file_name(self, suffix: str) -> str:
        """Return the name that is offered for the file: the report in the language of the print, and the month."""
        title = next(r.title for r in printing.reports() if r.name == self._name())
        words = re.sub(r'[\\/:*?"<>|]+', " ", title.get(self.languages.currentData()))
        return f"{' '.join(words.split())} {self._context.period}{suffix}"

    def save_as(self, path: Path) -> None:
        """Write the report to a file of the suffix's format."""
        try:
            printing.print_report(
                self._context.workspace,
                self._name(),
                self._context.period,
                path,
                language=self.languages.currentData(),
            )
        except TizilimError as refusal:
            self._state.setText(words_of(refusal, self._context.language))
            return
        self._state.setText(self._context.tr("print.done", path=path))

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        if not self._pdf:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFromTo(1, self.pages.count)
        if QPrintDialog(printer, self).exec():
            self.print_to(printer)

    def print_to(self, printer: Any) -> None:
        """Send the PDF itself to a file or to a printer that takes it; pictures of its pages to any other."""
        from PySide6.QtPrintSupport import QPrinter

        try:
            if printer.outputFormat() == QPrinter.OutputFormat.PdfFormat and printer.outputFileName():
                Path(printer.outputFileName()).write_bytes(self._pdf)
            elif not (printer.printerName() and _sent(printer, self._pdf)):
                self._paint_on(printer)
        except OSError:
            self._state.setText(
                self._context.tr("disk.write", path=printer.outputFileName() or printer.printerName())
            )

    def _paint_on(self, printer: Any) -> None:
        import pypdfium2 as pdfium
        from PySide6.QtGui import QPageLayout

        printer.setResolution(min(printer.resolution(), _PRINT_DPI))
        painter = QPainter()
        with pdfium.PdfDocument(self._pdf) as document:
            first, last = printer.fromPage() or 1, printer.toPage() or len(document)
            for number in range(first - 1, min(last, len(document))):
                page = document[number]
                wide = page.get_width() > page.get_height()
                turned = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
                printer.setPageOrientation(turned)
                if number == first - 1:
                    painter.begin(printer)
                else:
                    printer.newPage()
                painter.drawImage(painter.viewport(), page_image(page, printer.resolution() / 72))
        painter.end()


def _sent(printer: Any, pdf: bytes) -> bool:
    """Give the PDF to the system's print service, letters as letters; tell whether it took it (Windows has none that does)."""
    command = shutil.which("lp")
    if not command:
        return False
    pages = ["-P", f"{printer.fromPage()}-{printer.toPage()}"] if printer.fromPage() else []
    done = subprocess.run(
        [command, "-d", printer.printerName(), "-n", str(printer.copyCount()), *pages, "-"],
        input=pdf,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
