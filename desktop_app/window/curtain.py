"""The first picture: painted before anything else is loaded, so that a start is seen at once."""

from __future__ import annotations

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.window.room import fitting

_SIDE, _GROUND, _NAME = "#0E3A47", "#F3F6F9", "#E8F3F5"
_SIDE_DARK, _GROUND_DARK = "#0B2129", "#11181F"
_WIDTH = 236
_LATEST = 500
_MIDDLE = 0x0080
"""Qt.AlignmentFlag.AlignVCenter: the names of that module take 25 ms to load, and the first picture needs one."""


class Curtain(QWidget):
    """The shell's outline; the shell takes its place as soon as it is ready.

    Signals:
        painted(): it is on the screen.
    """

    painted = Signal()

    def __init__(self, *, dark: bool) -> None:
        super().__init__()
        self._is_told = False
        QTimer.singleShot(_LATEST, self._tell)  # where no window is ever painted: started minimised
        self._colours = (_SIDE_DARK, _GROUND_DARK) if dark else (_SIDE, _GROUND)
        self.setWindowTitle("Tizilim")
        self.resize(fitting(1366, 768))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw side and ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours[1]))
        painter.fillRect(QRect(0, 0, _WIDTH, self.height()), QColor(self._colours[0]))
        painter.setPen(QColor(_NAME))
        painter.drawText(QRect(22, 20, _WIDTH, 24), _MIDDLE, "Tizilim")
        painter.end()
        QTimer.singleShot(0, self._tell)  # once the picture has left for the screen

    def _tell(self) -> None:
        if not self._is_told:
            self._is_told = True
            self.painted.emit()
