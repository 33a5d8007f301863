"""The line editor behind every field: typed text, read by the same readers as workbook cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from desktop_app.core.i18n import Language
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Flag, Ref
from desktop_app.domain.lettering import search_key
from desktop_app.domain.reading import Hint, Reading, read
from desktop_app.domain.register import Field
from desktop_app.window.parts import restyle

Suggest = Callable[[str], list[tuple[str, dict[str, Any]]]]
"""Typed text → offers: what to show, and the values it fills in (this field's under the empty name)."""


class Editor(QLineEdit):
    """Edits one field.

    Signals:
        left(str): the field was left after its text changed; argument: field name.
        picked(object): an offer was taken that fills other fields too: field → value.
        repeat(str): F4, the last value of the field is asked for.
    """

    left = Signal(str)
    picked = Signal(object)
    repeat = Signal(str)

    def __init__(
        self,
        field: Field,
        language: Language,
        show_ref: Callable[[str, str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._language: Language = language
        self._show_ref = show_ref
        self._suggest: Suggest | None = None
        self._offers: dict[str, dict[str, Any]] = {}
        self._shown = ""
        self._link: tuple[str, str] | None = None
        # Enter takes the first offer of a closed list; a name typed in full is never replaced by a longer one.
        self._is_choice = isinstance(field.type, (Coded, Flag))
        self.setReadOnly(field.derived)
        if field.derived:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName(f"field_{field.name}")
        self.textEdited.connect(self._edited)
        kind = field.type
        if isinstance(kind, Coded):
            self.offer(self._codes)
        elif isinstance(kind, Flag):
            self.offer(
                lambda typed: [
                    (w, {"": w})
                    for w in (kind.show(True, language), kind.show(False, language))
                    if w.startswith(typed)
                ]
            )

    def _codes(self, typed: str) -> list[tuple[str, dict[str, Any]]]:
        kind = self.field.type
        assert isinstance(kind, Coded)  # noqa: S101 - only coded fields offer codes
        key = search_key(typed)
        shown = [kind.show(code.code, self._language) for code in classifier(kind.of).codes]
        starting = [s for s in shown if search_key(s).startswith(key)]
        return [
            (s, {"": s})
            for s in [*starting, *(s for s in shown if key in search_key(s) and s not in starting)]
        ]

    def offer(self, suggest: Suggest) -> None:
        """Offer completions while typing."""
        self._suggest = suggest
        completer = QCompleter(QStringListModel(self), self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(12)
        view = QListView()
        view.setObjectName("completion")
        completer.setPopup(view)
        completer.activated.connect(self._take)
        self.setCompleter(completer)
        view.installEventFilter(self)

    def _edited(self, typed: str) -> None:
        self._mark("")
        self._link = None
        if self._suggest is None:
            return
        self._fill_offers(typed)

    def _fill_offers(self, typed: str) -> None:
        assert self._suggest is not None  # noqa: S101 - asked only where offers exist
        self._offers = dict(self._suggest(typed.strip()))
        model = self.completer().model()
        assert isinstance(model, QStringListModel)  # noqa: S101 - set in offer()
        model.setStringList(list(self._offers))
        if self._offers:
            self.completer().complete()
        elif (popup := self.completer().popup()) is not None:
            popup.hide()

    def _take(self, text: str) -> None:
        fills = self._offers.get(text, {})
        own = fills.get("", text)
        if isinstance(self.field.type, Ref) and "id" in fills:
            self._link = (text, fills["id"])
        self.setText(str(own))
        others = {name: value for name, value in fills.items() if name not in ("", "id")}
        if others:
            self.picked.emit(others)

    def show_value(self, value: Any, kept: str = "") -> None:
        """Show a stored value, or the text kept because it could not be read."""
        self._put(value, kept)
        self.settle()

    def fill(self, value: Any) -> None:
        """Type a value for the person: it is not saved yet."""
        self._put(value, "")
        self.mark("repeated")

    def _put(self, value: Any, kept: str) -> None:
        kind = self.field.type
        if value is None:
            text = kept
        elif isinstance(kind, Ref):
            text = self._show_ref(kind.to, value) or str(value)
            self._link = (text, value)
        else:
            text = kind.show(value, self._language)
        self.setText(text)
        self.setCursorPosition(0)

    def reading(self, hint: Hint) -> Reading:
        """Return what is typed as a value."""
        if self._link and self._link[0] == self.text():
            return Reading(self._link[1])
        return read(self.field.type, self.text(), hint)

    @property
    def is_touched(self) -> bool:
        """Tell whether the text differs from the value shown."""
        return self.text() != self._shown

    def settle(self) -> None:
        """Take the text on show as the state to compare with."""
        self._shown = self.text()

    def mark(self, state: str) -> None:
        """Colour the field: ``error``, ``warning``, ``repeated`` or nothing."""
        self._mark(state)

    def _mark(self, state: str) -> None:
        if self.property("state") != state:
            restyle(self, state=state)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes on, F4 repeats the last value, Down opens the list."""
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.focusNextPrevChild(not back)
            return
        if event.key() == Qt.Key.Key_F4:
            self.repeat.emit(self.field.name)
            return
        if event.key() == Qt.Key.Key_Down and self._suggest is not None:
            self._fill_offers("" if not self.is_touched else self.text())
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter or Tab on the list takes the offer and goes on to the next field."""
        popup = self.completer().popup() if self.completer() else None
        if (
            watched is popup
            and popup is not None
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            index = popup.currentIndex()
            popup.hide()
            if index.isValid():
                self._take(str(index.data()))
            elif self._is_choice and self._offers:
                self._take(next(iter(self._offers)))
            self.focusNextPrevChild(True)
            return True
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Say that the field was left."""
        super().focusOutEvent(event)
        popup = self.completer().popup() if self.completer() else None
        if popup is None or not popup.isVisible():
            self.left.emit(self.field.name)
