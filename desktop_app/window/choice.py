"""The one box to choose from a list: no wheel and no single arrow changes what is chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

_OPENING: Final = frozenset((
    Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Space,
))  # fmt: skip


class Choice(QComboBox):
    """A choice that changes only when an entry of the opened list is taken, or its first letters are typed.

    A wheel turned over it scrolls what it stands in: a legal statement must never be made by a scroll.
    """

    def __init__(self, said: str = "", parent: QWidget | None = None) -> None:
        """``said`` is what a screen reader calls it; words of which it is the buddy do as well."""
        super().__init__(parent)
        self.setAccessibleName(said)
        self.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus
        )  # Qt's own gives the keys to what a wheel was turned over

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to what the choice stands in."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows open the list; they do not run through it unseen."""
        if event.key() in _OPENING and not event.modifiers():
            self.showPopup()
        else:
            super().keyPressEvent(event)
