"""A row of widgets that goes on in the next line where the room ends: nothing is pushed off the screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QSizePolicy, QSpacerItem, QWidget

_GAP: Final = 8
_GROWING: Final = (
    QSizePolicy.Policy.Expanding,
    QSizePolicy.Policy.MinimumExpanding,
    QSizePolicy.Policy.Ignored,
)


class Row(QLayout):
    """Lays widgets side by side; a space between them takes what is left of the line.

    Where they do not fit they go on below, the last ones still at the right: a row is never wider than its
    widest widget must be.
    """

    def __init__(self) -> None:
        super().__init__()
        self._items: list[tuple[QLayoutItem, int]] = []
        self.setContentsMargins(0, 0, 0, 0)

    def add(self, widget: QWidget | None, stretch: int = 0) -> None:
        """Add a widget, or with None a space that takes what is left."""
        if widget is None:
            self._items.append((QSpacerItem(0, 0), 1))
            return
        self.addWidget(widget)
        self._items[-1] = (self._items[-1][0], stretch)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """Take an item over."""
        self._items.append((item, 0))

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Return an item."""
        return self._items[index][0] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Give an item away."""
        return self._items.pop(index)[0] if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        """Take the whole width."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Tell that the height depends on the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height that all lines need."""
        heights = [self._height(line, width) for line in self._lines(width)]
        return sum(heights) + _GAP * max(len(heights) - 1, 0)

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the widest widget, which is all that must fit."""
        shown = self._shown()
        width = max((_least(item) for item, _ in shown), default=0)
        return QSize(width, max((item.minimumSize().height() for item, _ in shown), default=0))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of one line."""
        shown = self._shown()
        width = sum(_wanted(item) for item, _ in shown) + _GAP * max(len(shown) - 1, 0)
        return QSize(width, max((item.sizeHint().height() for item, _ in shown), default=0))

    def _shown(self) -> list[tuple[QLayoutItem, int]]:
        return [(i, s) for i, s in self._items if not i.isEmpty() or i.spacerItem() is not None]

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, int]]]:
        lines: list[list[tuple[QLayoutItem, int]]] = [[]]
        used = 0
        for item, stretch in self._shown():
            need = _least(item) if stretch or _grows(item) else min(_wanted(item), width)
            gap = _GAP if lines[-1] else 0
            if used + gap + need > width and any(i.spacerItem() is None for i, _ in lines[-1]):
                rest: list[tuple[QLayoutItem, int]] = (
                    [(QSpacerItem(0, 0), 1)] if _has_space(lines[-1]) else []
                )
                lines.append(rest)  # what stood at the right stays there
                used, gap = 0, _GAP if rest else 0
            lines[-1].append((item, stretch))
            used += gap + need
        return lines

    def _widths(self, line: list[tuple[QLayoutItem, int]], width: int) -> list[int]:
        least = [_least(i) if s or _grows(i) else min(_wanted(i), width) for i, s in line]
        left = max(width - sum(least) - _GAP * (len(line) - 1), 0)
        for place, (item, stretch) in enumerate(line):  # words first, then what takes the rest
            if item.spacerItem() is None and not stretch and _grows(item):
                more = min(max(_wanted(item) - least[place], 0), left)
                least[place] += more
                left -= more
        takers = [p for p, (i, s) in enumerate(line) if s] or [
            p for p, (i, _) in enumerate(line) if _grows(i)
        ]
        for count, place in enumerate(takers):
            share = left // (len(takers) - count)
            least[place] += share
            left -= share
        return least

    def _height(self, line: list[tuple[QLayoutItem, int]], width: int) -> int:
        return max(
            (_tall(i, w) for (i, _), w in zip(line, self._widths(line, width), strict=True)), default=0
        )

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        """Lay the lines out, each widget in the middle of its line."""
        super().setGeometry(rect)
        y = rect.y()
        for line in self._lines(rect.width()):
            x, height = rect.x(), self._height(line, rect.width())
            for (item, _), wide in zip(line, self._widths(line, rect.width()), strict=True):
                tall = min(_tall(item, wide), height)
                item.setGeometry(QRect(QPoint(x, y + (height - tall) // 2), QSize(wide, tall)))
                x += wide + _GAP
            y += height + _GAP


def _has_space(line: list[tuple[QLayoutItem, int]]) -> bool:
    return any(item.spacerItem() is not None for item, _ in line)


def _grows(item: QLayoutItem) -> bool:
    widget = item.widget()
    if widget is None:
        return False
    wraps = isinstance(widget, QLabel) and widget.wordWrap()
    return wraps or (
        widget.sizePolicy().horizontalPolicy() in _GROWING and widget.minimumWidth() != widget.maximumWidth()
    )


def _least(item: QLayoutItem) -> int:
    return item.minimumSize().width() if _grows(item) else item.sizeHint().width()


def _wanted(item: QLayoutItem) -> int:
    widget = item.widget()
    if isinstance(widget, QLabel) and widget.wordWrap():
        margins = widget.contentsMargins()
        return widget.fontMetrics().horizontalAdvance(widget.text()) + margins.left() + margins.right() + 8
    return item.sizeHint().width()


def _tall(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
