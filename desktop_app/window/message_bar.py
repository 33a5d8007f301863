"""What was done or refused, said over the bar of months: nothing moves under the pointer when it comes and goes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.window.parts import restyle

_LEAST_MS: Final = 5000
_LETTER_MS: Final = 60
_ERROR_TIMES: Final = 2
"""As long as reading it aloud takes; what went wrong stays longer."""
_ASIDE: Final = 20


class MessageBar(QLabel):
    """One message at a time; a click puts it away.

    Args:
        over: the widget that it covers meanwhile.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over.parentWidget())
        self.setObjectName("bar")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._over = over
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def say(self, kind: str, text: str) -> None:
        """Show a message: ``good``, ``note`` or ``error``."""
        self.setText(text)
        restyle(self, kind=kind)
        self._lie_over()
        self.show()
        self.raise_()
        self._pause.start(max(_LEAST_MS, len(text) * _LETTER_MS) * (_ERROR_TIMES if kind == "error" else 1))

    def _lie_over(self) -> None:
        place = self._over.geometry().adjusted(_ASIDE, 6, -_ASIDE, 0)
        self.setGeometry(place.x(), place.y(), place.width(), max(self.heightForWidth(place.width()), 36))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep to the width of what it covers."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._lie_over()
        return False

    def mousePressEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Put it away."""
        self.hide()
