"""The pages of a print on the screen: drawn when they are seen, at any size, and walked through by number."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

WIDTH: Final = "width"
WHOLE: Final = "whole"
_GAP: Final = 14
_LEAST, _MOST = 0.2, 5.0
_STEP: Final = 1.2


class _Sheet(QWidget):
    """One page; it is drawn only once it is seen."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page = page
        self.points = (page.get_width(), page.get_height())
        self._image: QImage | None = None

    def resize_to(self, scale: float) -> None:
        """Show the page at so many pixels a point."""
        self._image = None
        self.setFixedSize(round(self.points[0] * scale), round(self.points[1] * scale))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the page as sharp as the screen shows it."""
        if self._image is None:
            ratio = self.devicePixelRatioF()
            self._image = page_image(self._page, self.width() * ratio / self.points[0])
            self._image.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.setPen(QColor("#B8C4CE"))
        painter.drawRect(0, 0, self.width() - 1, self.height() - 1)
        painter.end()


class PagesView(QScrollArea):
    """All pages below one another.

    Signals:
        moved(int): another page is at the top; argument: its number from 1.
        zoomed(int): the size changed; argument: percent of the paper's own size.
    """

    moved = Signal(int)
    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._document: Any = None
        self._sheets: list[_Sheet] = []
        self._fit = WIDTH
        self._scale = 1.0
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.moved.emit(self.page))

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._sheets)

    @property
    def scale(self) -> float:
        """Pixels a point."""
        return self._scale

    def show_pdf(self, pdf: bytes) -> None:
        """Show the pages of a PDF, the size as it was chosen."""
        import pypdfium2 as pdfium

        self._document = pdfium.PdfDocument(pdf)
        self._sheets = [_Sheet(self._document[number]) for number in range(len(self._document))]
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setSpacing(_GAP)
        for sheet in self._sheets:
            layout.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.setWidget(inside)
        self._settle()
        self.moved.emit(1)

    def fit(self, how: str) -> None:
        """Fit the widest page to the width, or every page whole."""
        self._fit = how
        self._settle()

    def zoom(self, scale: float) -> None:
        """Show at so many pixels a point."""
        self._fit = ""
        self._set_scale(scale)

    def larger(self) -> None:
        """Show larger."""
        self.zoom(self._scale * _STEP)

    def smaller(self) -> None:
        """Show smaller."""
        self.zoom(self._scale / _STEP)

    @property
    def page(self) -> int:
        """Number of the page at the middle of the view, from 1."""
        bar = self.verticalScrollBar()
        if bar.maximum() and bar.value() == bar.maximum():
            return len(self._sheets)
        middle = bar.value() + self.viewport().height() / 2
        for number, sheet in enumerate(self._sheets, 1):
            if sheet.y() + sheet.height() + _GAP >= middle:
                return number
        return len(self._sheets) or 1

    def go(self, number: int) -> None:
        """Bring a page to the top."""
        if self._sheets:
            sheet = self._sheets[min(max(number, 1), len(self._sheets)) - 1]
            self.verticalScrollBar().setValue(max(sheet.y() - _GAP // 2, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep fitting while the window changes its size."""
        super().resizeEvent(event)
        self._settle()

    def _settle(self) -> None:
        if not self._sheets or not self._fit:
            return
        # The room without the scroll bar that pages need, else its coming and going would change the size again.
        bar = self.verticalScrollBar().sizeHint().width()
        wide = self.width() - bar - 2 * _GAP
        tall = self.viewport().height() - 2 * _GAP
        scales = [wide / max(sheet.points[0] for sheet in self._sheets)]
        if self._fit == WHOLE:
            scales.append(tall / max(sheet.points[1] for sheet in self._sheets))
        self._set_scale(min(scales))

    def _set_scale(self, scale: float) -> None:
        self._scale = min(max(scale, _LEAST), _MOST)
        page = self.page
        for sheet in self._sheets:
            sheet.resize_to(self._scale)
        inside = self.widget()
        if inside is not None:
            # At once, not with the next round of events: the page that was on show is to stay.
            inside.resize(inside.sizeHint().expandedTo(self.viewport().size()))
            self.go(page)
        self.zoomed.emit(round(self._scale * 75))


def page_image(page: Any, scale: float) -> QImage:
    """Return a page as a picture at so many pixels a point."""
    bitmap = page.render(scale=scale, rev_byteorder=True)
    found = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB888)
    return found.copy()
