"""The first picture: painted before anything else is loaded, so that a start is seen at once."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.window.room import fitting

_SIDE, _GROUND, _NAME = "#0E3A47", "#F3F6F9", "#E8F3F5"
_SIDE_DARK, _GROUND_DARK = "#0B2129", "#11181F"
_WIDTH = 236


class Curtain(QWidget):
    """The shell's outline; the shell takes its place as soon as it is ready."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__()
        self._colours = (_SIDE_DARK, _GROUND_DARK) if dark else (_SIDE, _GROUND)
        self.setWindowTitle("Tizilim")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(fitting(1366, 768))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw side and ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours[1]))
        painter.fillRect(QRect(0, 0, _WIDTH, self.height()), QColor(self._colours[0]))
        painter.setPen(QColor(_NAME))
        painter.drawText(QRect(22, 20, _WIDTH, 24), Qt.AlignmentFlag.AlignVCenter, "Tizilim")
        painter.end()
