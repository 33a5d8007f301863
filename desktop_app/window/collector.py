"""Cycles of objects are collected in the window's own thread only.

Python collects in whatever thread happens to allocate; a widget collected in a background thread takes the
process down with it.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 2000


class MainThreadCollector(QObject):
    """Takes the collector over from Python and runs it by a timer of the thread that it lives in."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect as much as Python itself would have by now."""
        for generation, (count, limit) in reversed(
            list(enumerate(zip(gc.get_count(), self._thresholds, strict=True)))
        ):
            if count > limit:
                gc.collect(generation)
                return
