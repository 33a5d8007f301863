"""Locks the window when nobody touches it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

_TOUCHES: Final = frozenset((
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
))  # fmt: skip


class IdleWatch(QObject):
    """Counts the time since the last key or movement in the whole application.

    Signals:
        idle(): nobody touched it for the time given.
    """

    idle = Signal()

    def __init__(self, application: QCoreApplication, minutes: float) -> None:
        super().__init__(application)
        self._pause = QTimer(self, singleShot=True, interval=int(minutes * 60_000))
        self._pause.timeout.connect(self.idle)
        application.installEventFilter(self)
        self._pause.start()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Begin anew with every touch."""
        if event.type() in _TOUCHES:
            self._pause.start()
        return False
