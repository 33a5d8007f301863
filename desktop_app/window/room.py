"""What an application is started with, and how large a window may be on the screen there is."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

STYLE = ("-style", "fusion")
"""The look that the theme dresses, as arguments of the application: asked for later, it costs 10 ms of the start."""
_FRAME = 32
"""Room for the title bar."""


def fitting(width: int, height: int) -> QSize:
    """Return a window's size that leaves room for its frame on the screen there is."""
    screen = QGuiApplication.primaryScreen()
    room = screen.availableSize() if screen is not None else QSize(width, height)
    return QSize(
        min(width, room.width()), min(height, room.height() - _FRAME if room.height() <= height else height)
    )
