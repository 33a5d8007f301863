"""Locks the window when nobody touches it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_TOUCHES: Final = frozenset((
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
))  # fmt: skip


class IdleWatch(QObject):
    """Counts the time since the last key or movement in any window of the application.

    It watches windows, not widgets: what the system tells a window is a few events, what widgets tell each
    other is thousands.

    Signals:
        idle(): nobody touched it for the time given.
    """

    idle = Signal()

    def __init__(self, application: QGuiApplication, minutes: float) -> None:
        super().__init__(application)
        self._pause = QTimer(self, singleShot=True, interval=int(minutes * 60_000))
        self._pause.timeout.connect(self.idle)
        application.focusWindowChanged.connect(self._follow)
        self._follow(application.focusWindow())
        self._pause.start()

    @property
    def left(self) -> int:
        """Milliseconds until the window locks if nobody touches it."""
        return self._pause.remainingTime()

    def _follow(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Begin anew with every touch."""
        if event.type() in _TOUCHES:
            self._pause.start()
        return False
