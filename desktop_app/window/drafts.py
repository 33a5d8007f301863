"""What is typed and not saved is kept as a draft: after a pause in typing, and on leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.window.context import Context

_PAUSE_MS: Final = 2000


class Drafts(QObject):
    """Keeps the drafts of one screen.

    Args:
        is_touched: tells whether anything is typed that is not saved.
        keep: keeps it.
    """

    def __init__(
        self, screen: QWidget, context: Context, is_touched: Callable[[], bool], keep: Callable[[], None]
    ) -> None:
        super().__init__(screen)
        self._screen, self._context = screen, context
        self._is_touched, self._keep = is_touched, keep
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.keep)

    def typed(self) -> None:
        """Something was typed: keep it once there is a pause."""
        self._pause.start()

    def stop(self) -> None:
        """Keep nothing more: it is being saved, or thrown away."""
        self._pause.stop()

    def keep(self) -> None:
        """Keep what is typed, or wait on while the database is busy: typing goes on."""
        if self._context.workspace.is_busy:
            self._pause.start()
        else:
            self._keep()

    def leave(self, done: Callable[[], None]) -> None:
        """Leave the screen; what is typed stays as a draft, and the bar says so."""
        self.stop()
        if not self._is_touched():
            done()
            return

        def kept(_nothing: None) -> None:
            self._context.say(self._context.tr("ui.draft_kept"), "note")
            done()

        self._context.write(self._screen, self._keep, kept)
