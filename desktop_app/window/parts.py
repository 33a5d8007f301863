"""Small widgets that screens are put together from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.window.rows import Row
from desktop_app.window.theme import icon, theme

_LEAST_LINES: Final = 44
"""A list that is squeezed shows one line and scrolls."""


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet asks for; what was not shown yet is styled by being shown."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(text: str, name: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label that never takes data for markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setWordWrap(wrap)
    return made


def badge(text: str, kind: str = "") -> QLabel:
    """Return a small coloured label."""
    made = label(text, "badge")
    made.setProperty("kind", kind)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


class EnterButton(QPushButton):
    """Pressed by Enter as well as by the space bar while it has the keys, in a dialog or not."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take Enter for a press; one that is held down presses nothing that appears meanwhile."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)


def button(
    text: str, pressed: Callable[[], object], *, primary: bool = False, picture: str = "", name: str = ""
) -> QPushButton:
    """Return a push button."""
    made = EnterButton(text)
    made.setObjectName(name or ("primary" if primary else ""))
    if picture:
        made.setIcon(icon(picture, theme().on_accent if primary else theme().text, 18))
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: pressed())
    return made


class WholeText(QStyledItemDelegate):
    """Gives each line of a list the height that its whole text needs at the list's width."""

    def __init__(self, listing: QListWidget) -> None:
        super().__init__(listing)
        self._listing = listing

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        beside = (Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.CheckStateRole)
        icon_room = 34 if any(index.data(role) is not None for role in beside) else 0
        room = max(self._listing.viewport().width() - icon_room - 26, 60)
        metrics = self._listing.fontMetrics()
        box = metrics.boundingRect(
            QRect(0, 0, room, 10_000), int(Qt.TextFlag.TextWordWrap), str(index.data())
        )
        return QSize(room, box.height() + 20)


class Lines(QListWidget):
    """A list whose lines wrap in full, at any width; empty, it says what belongs there.

    Args:
        name: the widget's name.
        said: what a screen reader calls it.
        empty: what is written in its place while there is nothing.
    """

    def __init__(self, name: str, said: str, empty: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(said)
        self.setMinimumHeight(_LEAST_LINES)
        self._empty = empty
        self.setWordWrap(True)
        self.setItemDelegate(WholeText(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        for signal in (self.model().rowsInserted, self.model().rowsRemoved, self.model().modelReset):
            signal.connect(self._take_or_give_the_bar)
        self._take_or_give_the_bar()

    def _take_or_give_the_bar(self, *_changed: object) -> None:
        # Always there while there are lines: coming and going, it would change the width they wrap at.
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if self.count() else policy.ScrollBarAlwaysOff
        )

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Mark a line when the keys come here, so that one sees where they are."""
        super().focusInEvent(event)
        if self.currentRow() < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.setCurrentRow(0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the lines, or what belongs there."""
        super().paintEvent(event)
        if self.count() or not self._empty:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(theme().faint))
        room = self.viewport().rect().adjusted(2, 4, -8, -4)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), self._empty)
        painter.end()


def reading_table(said: str, headings: Sequence[str] = (), name: str = "") -> QTableWidget:
    """Return a table to read, called as said: nothing is typed into it, Tab goes on, lines without a grid."""
    made = QTableWidget(0, len(headings))
    made.setAccessibleName(said)
    made.setObjectName(name)
    made.setHorizontalHeaderLabels(list(headings))
    made.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    made.setTabKeyNavigation(False)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.verticalHeader().setVisible(False)
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return made


def answer_keys(widget: QWidget, slots: Iterable[tuple[str, Callable[[], object]]]) -> None:
    """Let keys pressed anywhere in a widget call its slots."""
    inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
    for keys, slot in slots:
        QShortcut(QKeySequence(keys), widget, context=inside).activated.connect(slot)


class _KeysBegin(QObject):
    """Gives the keys that a screen gets to the part of it where work begins."""

    def __init__(self, screen: QWidget, first: QWidget) -> None:
        super().__init__(screen)
        self._first = first
        screen.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Pass the keys on."""
        if event.type() == QEvent.Type.FocusIn:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)
        return False


def keys_begin(screen: QWidget, first: QWidget) -> None:
    """Let a screen that gets the keys give them to one of its parts.

    Not by a focus proxy: with that, Tab leaves out all that stands before the part.
    """
    _KeysBegin(screen, first)


def form_row(form: QFormLayout, text: str, field: QWidget, name: str = "", *, wrap: bool = False) -> None:
    """Add a field under its words; the words are its name too."""
    caption = label(text, name, wrap=wrap)
    caption.setBuddy(field)
    field.setAccessibleName(text)
    form.addRow(caption, field)


def enter_goes_on(fields: Sequence[QWidget]) -> None:
    """Let Enter in a line or choice go on to the next of the fields, as in every form; the last one may be a button."""
    for field, following in pairwise(fields):
        if isinstance(field, QLineEdit):
            field.returnPressed.connect(following.setFocus)
        else:
            enter = QShortcut(QKeySequence("Return"), field, context=Qt.ShortcutContext.WidgetShortcut)
            enter.activated.connect(following.setFocus)


def card(margin: int = 16) -> tuple[QFrame, QVBoxLayout]:
    """Return a card and its layout."""
    frame = QFrame()
    frame.setObjectName("card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(margin, margin, margin, margin)
    return frame, layout


def row(*widgets: QWidget | None, stretch: int = -1) -> Row:
    """Return a row of widgets; None is a space. It goes on in the next line where the room ends."""
    layout = Row()
    for place, widget in enumerate(widgets):
        layout.add(widget, 1 if place == stretch else 0)
    return layout


def scrolled(layout: QLayout) -> QScrollArea:
    """Return a layout's widgets on a page that scrolls where the window is too low for them."""
    page = QWidget()
    page.setObjectName("page_ground")
    layout.setContentsMargins(0, 0, 0, 0)
    page.setLayout(layout)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area
