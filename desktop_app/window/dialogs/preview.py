"""Print preview: the very PDF that is printed, page by page; save as PDF or workbook, or print."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import LANGUAGES, OWN_NAMES
from desktop_app.services import printing
from desktop_app.window import operations
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, label, row

_SCALE = 1.35
_PRINT_DPI = 300
_PAGES = 60
"""So many pages are drawn at once; a longer print says how many more there are."""


class PreviewDialog(QDialog):
    """Shows a report of the chosen month.

    Signals:
        shown(int): pages are on show; argument: how many the print has.
    """

    shown = Signal(int)

    def __init__(self, context: Context, report: str = printing.MONTH, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._pdf = b""
        tr = context.tr
        self.setWindowTitle(tr("ui.preview"))
        self.resize(1100, 720)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        self.reports = Choice()
        for item in printing.reports_for(context.workspace):
            self.reports.addItem(item.title.get(context.language), item.name)
        self.reports.setCurrentIndex(max(self.reports.findData(report), 0))
        self.languages = Choice()
        for code in LANGUAGES:
            self.languages.addItem(OWN_NAMES[code], code)
        self.languages.setCurrentIndex(self.languages.findData(context.language))
        for box in (self.reports, self.languages):
            box.activated.connect(lambda _index: self.draw())
        self._state = label("", "subtitle")
        save_pdf = button("PDF…", lambda: self._save(".pdf"))
        save_xlsx = button("XLSX…", lambda: self._save(".xlsx"))
        self.print_button = button(tr("ui.print"), self._print, primary=True, picture="print")
        layout.addLayout(
            row(self.reports, self.languages, self._state, None, save_pdf, save_xlsx, self.print_button)
        )
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        layout.addWidget(self._scroll, 1)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._print)
        self.draw()

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

    def _make(self, name: str, language: Any) -> tuple[list[QImage], int]:
        import pypdfium2 as pdfium

        workspace = self._context.workspace
        # Beside the database, and only until it is read: a print is personal data in the clear.
        with tempfile.TemporaryDirectory(dir=workspace.folder, prefix=".print-") as folder:
            path = Path(folder) / "print.pdf"
            printing.print_report(workspace, name, self._context.period, path, language=language)
            self._pdf = path.read_bytes()
        with pdfium.PdfDocument(self._pdf) as document:
            count = len(document)
            return [_image(document[number], _SCALE) for number in range(min(count, _PAGES))], count

    def _show(self, found: tuple[list[QImage], int]) -> None:
        images, count = found
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setSpacing(14)
        layout.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for image in images:
            sheet = QLabel()
            sheet.setPixmap(QPixmap.fromImage(image))
            sheet.setStyleSheet("border: 1px solid #B8C4CE; background: white;")
            layout.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        self._scroll.setWidget(page)
        self._state.setText(self._context.tr("ui.pages", n=count))
        self.shown.emit(count)

    def _save(self, suffix: str) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self._context.tr("ui.save"), f"{self._name()}-{self._context.period}{suffix}", f"*{suffix}"
        )
        if name:
            self.save_as(Path(name))

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

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setResolution(_PRINT_DPI)
        if QPrintDialog(printer, self).exec():
            self.print_to(printer)

    def print_to(self, printer: Any) -> None:
        """Send every page of the PDF to a printer, turned as it is."""
        import pypdfium2 as pdfium
        from PySide6.QtGui import QPageLayout

        painter = QPainter()
        with pdfium.PdfDocument(self._pdf) as document:
            for number in range(len(document)):
                page = document[number]
                wide = page.get_width() > page.get_height()
                turned = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
                printer.setPageOrientation(turned)
                if number == 0:
                    painter.begin(printer)
                else:
                    printer.newPage()
                painter.drawImage(painter.viewport(), _image(page, _PRINT_DPI / 72))
        painter.end()


def _image(page: Any, scale: float) -> QImage:
    bitmap = page.render(scale=scale, rev_byteorder=True)
    found = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB888)
    return found.copy()
