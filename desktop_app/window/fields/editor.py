"""The line editor behind every field: typed text, read by the same readers as workbook cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QListView, QWidget

from desktop_app.core.i18n import Language
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Flag, Ref
from desktop_app.domain.lettering import search_key
from desktop_app.domain.reading import Hint, Reading, read
from desktop_app.domain.register import Field
from desktop_app.window.parts import restyle
from desktop_app.window.theme import icon, theme

_NUMBERS: Final = re.compile(r"\d+")
_HINT_MARGIN: Final = 24
"""Padding of the field on both sides."""
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
        self._hint = ""
        self._completer: QCompleter | None = None
        self._link: tuple[str, str] | None = None
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
        """Offer completions while typing.

        The completer is only given the line's place, not the line: what is highlighted in its list stays in the
        list until it is taken, and what is typed next goes on from what was typed.
        """
        self._suggest = suggest
        completer = QCompleter(QStringListModel(self), self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(12)
        view = QListView()
        view.setObjectName("completion")
        view.setAccessibleName(self.accessibleName())
        completer.setPopup(view)
        completer.setWidget(self)
        completer.activated.connect(self._take)
        self._completer = completer
        view.installEventFilter(self)
        if self._is_choice:
            arrow = self.addAction(icon("down", theme().faint, 12), QLineEdit.ActionPosition.TrailingPosition)
            arrow.triggered.connect(self.open_offers)

    @property
    def _popup(self) -> QAbstractItemView | None:
        return self._completer.popup() if self._completer is not None else None

    def _edited(self, typed: str) -> None:
        self._mark("")
        self._link = None
        if self._suggest is None:
            return
        self._fill_offers(typed)

    def open_offers(self) -> None:
        """Open the list: all of it where nothing was typed, else what fits."""
        if self._suggest is not None and not self.isReadOnly():
            self._fill_offers("" if not self.is_touched else self.text())

    def _fill_offers(self, typed: str) -> None:
        assert self._suggest is not None  # noqa: S101 - asked only where offers exist
        assert self._completer is not None  # noqa: S101 - made in offer()
        self._offers = dict(self._suggest(typed.strip()))
        model = self._completer.model()
        assert isinstance(model, QStringListModel)  # noqa: S101 - set in offer()
        model.setStringList(list(self._offers))
        if self._offers:
            self._completer.complete()
            if (popup := self._popup) is not None:
                popup.setCurrentIndex(QModelIndex())  # nothing is taken that nobody pointed at
        elif (popup := self._popup) is not None:
            popup.hide()

    def _first_hit(self) -> str | None:
        """Return the offer that Enter takes though nobody pointed at it.

        A choice and a department take the first one; a person only where nobody else fits; what is typed in full
        is itself. A number is another number than a longer one: «№ 1» never becomes «№ 12».
        """
        typed = self.text().strip()
        if not self._offers or not typed:
            return None
        own = {text: search_key(str(fills.get("", text))) for text, fills in self._offers.items()}
        whole = [text for text, key in own.items() if key == search_key(typed)]
        if whole:
            return whole[0] if len(whole) == 1 or self._is_choice else None
        if self._is_choice:
            return next(iter(self._offers))
        numbers = set(_NUMBERS.findall(typed))
        fitting = [text for text in self._offers if numbers <= set(_NUMBERS.findall(text))]
        if not fitting or (not isinstance(self.field.type, Ref) and len(self._offers) > 1):
            return None
        return fitting[0]

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

    @property
    def is_typed(self) -> bool:
        """Tell whether the text is neither what was shown nor filled in for the person."""
        return self.is_touched and self.property("state") != "repeated"

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
            self.open_offers()
            return
        super().keyPressEvent(event)

    def lock(self) -> None:
        """Show the value to be read and copied only."""
        self.setReadOnly(True)
        self._show_hint()

    def set_hint(self, hint: str) -> None:
        """Say in the empty field what belongs there; what has no room stands whole in the tip."""
        self._hint = hint
        self.setToolTip(hint)
        self._show_hint()

    def _show_hint(self) -> None:
        room = self.width() - _HINT_MARGIN
        # Where nothing can be typed a hint would be taken for the value.
        hint = "" if self.isReadOnly() else self._hint
        self.setPlaceholderText(self.fontMetrics().elidedText(hint, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the hint into the new width."""
        super().resizeEvent(event)
        self._show_hint()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click into a choice opens its list."""
        super().mousePressEvent(event)
        if self._is_choice and event.button() == Qt.MouseButton.LeftButton:
            self.open_offers()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter on the list takes the offer, Tab what was pointed at; Escape closes the list and nothing else."""
        popup = self._popup
        if popup is None or watched is not popup or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                popup.hide()
            return True
        going_on = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
        if event.type() != QEvent.Type.KeyPress or event.key() not in going_on:
            return super().eventFilter(watched, event)
        index = popup.currentIndex()
        found = str(index.data()) if index.isValid() else self._first_hit()
        popup.hide()
        if found is not None and (index.isValid() or self._is_choice or event.key() != Qt.Key.Key_Tab):
            self._take(found)
        self.focusNextPrevChild(True)
        return True

    def focusOutEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Say that the field was left."""
        super().focusOutEvent(event)
        popup = self._popup
        if popup is None or not popup.isVisible():
            self.left.emit(self.field.name)
