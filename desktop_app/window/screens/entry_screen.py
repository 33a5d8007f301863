"""The entry form of any register: fields, problems and files beside them, everything by keyboard."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.core.errors import Refusal
from desktop_app.domain.record import Record, new_record, read_heads
from desktop_app.formdef.forms import form_of
from desktop_app.services import entry
from desktop_app.services.exchange_words import field_words
from desktop_app.services.locks import is_locked
from desktop_app.window.context import Context
from desktop_app.window.dialogs.ask import AskDialog, Question
from desktop_app.window.drafts import Drafts
from desktop_app.window.parts import answer_keys, badge, button, label, restyle, row
from desktop_app.window.screens.entry_fields import FieldsCard
from desktop_app.window.screens.entry_files import FilesCard
from desktop_app.window.screens.entry_problems import ProblemsCard

_CHECK_PAUSE = 250
_SIDE_WIDTH = 220
_DISCARD_KEYS = "Ctrl+D"
_FILES = "@files"
"""Name in a draft of the files that wait for the first save; no field is called so."""
_HEADS = "@heads"
"""Name in a draft of what its author saw of the stored record: the changes that its values came from."""


class EntryScreen(QWidget):
    """Enters or edits one record; leaving keeps a draft, saving never waits for problems.

    Signals:
        done(str): back to the list; argument: id of the record shown.
        history_asked(str): the record's history is asked for.
    """

    done = Signal(str)
    history_asked = Signal(str)

    def __init__(
        self, context: Context, register: str, record: Record | None = None, draft: dict[str, Any] | None = None,
        draft_id: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._context = context
        self.form = form_of(register)
        self._is_new, self._was_tried = record is None, False
        self._has_draft = bool(draft)
        self.record = record or new_record(register, context.branch, draft_id)
        self.is_locked = record is not None and is_locked(context.workspace, record)
        self.fields = FieldsCard(context, self.form, self.record.branch)
        self.editors = self.fields.editors
        self.problems_card = ProblemsCard(context, register)
        self.problems = self.problems_card.listing
        self.files = FilesCard(context, register, self.record.id, is_stored=not self._is_new)
        self._check_pause = QTimer(self, singleShot=True, interval=_CHECK_PAUSE)
        self._drafts = Drafts(self, context, self.is_touched, self.keep_draft)
        self._build()
        self._connect()
        self.fields.show_record(self.record)
        if self.is_locked:
            self.fields.lock()
            self.files.lock()
        elif draft:
            self._show_draft(draft)
        self.show_problems()
        QTimer.singleShot(0, self.focus_first)

    def _build(self) -> None:
        tr, language = self._context.tr, self._context.language
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 12)
        layout.setSpacing(10)
        self._state = badge("", "accent")
        self._say_state()
        void = button(tr("ui.void"), self._ask_void, name="flat")
        self._tools: list[QWidget] = []
        history = button(tr("ui.history"), self._ask_history, name="flat")
        for tool in (void, history):
            if self._is_new or (tool is void and self.is_locked):
                tool.hide()  # never shown before it has a parent: it would flash as a window of its own
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._tools.append(tool)
        self.discard_button = button(tr("ui.discard_draft"), self.ask_discard, name="flat")
        self.discard_button.setToolTip(_DISCARD_KEYS)
        self.discard_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.discard_button.hide()
        back = button(tr("ui.back"), self.leave, picture="left", name="flat")
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addLayout(
            row(
                back,
                label(self.form.name.get(language), "title"),
                self._state,
                None,
                self.discard_button,
                history,
                void,
            )
        )
        if self.is_locked:
            layout.addWidget(label(tr("month.closed"), "locked", wrap=True))
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addWidget(self.problems_card, 3)
        side.addWidget(self.files, 2)
        self.problems_card.setMinimumWidth(_SIDE_WIDTH)
        body = QHBoxLayout()
        body.setSpacing(14)
        body.addWidget(self.fields, 3)
        body.addLayout(side, 1)
        layout.addLayout(body, 1)
        save = button(tr("ui.save"), self.save, primary=True)
        again = button(tr("ui.save_new"), self.save_and_new)
        if self.is_locked:
            save.hide()
            again.hide()
        layout.addLayout(row(label(tr("ui.entry_keys"), "hint", wrap=True), None, again, save))

    def _connect(self) -> None:
        self._check_pause.timeout.connect(self.show_problems)
        self.fields.touched.connect(self._touched)
        self.fields.left.connect(self.show_problems)
        self.problems_card.chosen.connect(self._jump)
        self.files.changed.connect(self._take_files)
        answer_keys(self, (
            ("Ctrl+S", self.save), ("Ctrl+Return", self.save_and_new), ("Ctrl+Enter", self.save_and_new),
            ("Escape", self.leave), ("F8", self.problems_card.next), ("Ctrl+H", self._ask_history),
            (_DISCARD_KEYS, self.ask_discard),
        ))  # fmt: skip

    def _show_draft(self, draft: dict[str, Any]) -> None:
        self.fields.show_texts(draft)
        if not self._is_new and _HEADS in draft:
            self.record = self.record.with_heads(read_heads(draft[_HEADS]))
        waited = [Path(name) for name in str(draft.get(_FILES, "")).split("\n") if name]
        if waited:
            self.files.add([path for path in waited if path.is_file()])

    def _ask_history(self) -> None:
        self.history_asked.emit(self.record.id)

    def focus_first(self) -> None:
        """Put the keys on the first field."""
        self.fields.focus_first()

    def jump_to(self, name: str) -> None:
        """Put the keys on a field and show it."""
        self.fields.jump_to(name)

    def _jump(self, names: tuple[str, ...]) -> None:
        known = next((name for name in names if name in self.editors), None)
        if known is not None:
            self.jump_to(known)

    def _touched(self) -> None:
        self._drafts.typed()
        self._check_pause.start()

    def show_problems(self) -> None:
        """Check what is typed and show the problems beside the fields; derived fields too."""
        self.discard_button.setVisible(self._can_discard())
        checked = entry.preview(self._context.workspace, self.fields.typed(self.record))
        for name, editor in self.editors.items():
            if editor.field.derived:
                editor.show_value(getattr(checked.values, name))
        self.fields.mark(checked.problems, is_new=self._is_new)
        if self._is_new and not self.fields.is_touched():
            self.problems_card.show_nothing_yet()
        elif self._is_new and not self._was_tried:
            self.problems_card.show_problems(self.fields.due_now(checked.problems))
        else:
            self.problems_card.show_problems(checked.problems, is_locked=self.is_locked)

    def _say_state(self) -> None:
        """Say what the form is: a new record, one being edited, one that a closed month keeps."""
        code = "ui.new_record" if self._is_new else "ui.locked" if self.is_locked else "ui.editing"
        self._state.setText(self._context.tr(code))
        restyle(self._state, kind="good" if self.is_locked else "accent")

    def save(self) -> bool:
        """Save and go back to the list; False when it was refused, or waits for a package being taken in."""
        return self._store(lambda: self.done.emit(self.record.id))

    def save_and_new(self) -> None:
        """Save and begin another record."""
        self._store(self._begin_another)

    def _begin_another(self) -> None:
        self.record = new_record(self.form.register.code, self._context.branch)
        self._is_new, self._was_tried, self._has_draft = True, False, False
        for tool in self._tools:
            tool.hide()  # there is nothing yet that has a history or could be voided
        self._say_state()
        for editor in self.editors.values():
            editor.mark("")
        self.fields.show_record(self.record)
        self.files.begin(self.record.id)
        self.show_problems()
        self.focus_first()

    def _store(self, then: Callable[[], None]) -> bool:
        if self.is_locked:
            self._context.say(self._context.tr("month.closed"), "error")
            return False
        self._drafts.stop()
        self._was_tried = True
        seen = None if self._is_new else self.record

        def stored(saved: entry.Saved) -> None:
            self.record, self._has_draft = saved.record, False
            self.fields.settle()
            self._context.changed(saved.changes)
            self._say_saved(saved)
            self.files.store(self.record.id)
            then()

        def work() -> entry.Saved:
            return entry.save(self._context.workspace, self.fields.typed(self.record), seen=seen)

        return self._context.write(self, work, stored)

    def _say_saved(self, saved: entry.Saved) -> None:
        tr = self._context.tr
        if saved.beside:
            names = (field_words(self.form.register.code, n, self._context.language) for n in saved.beside)
            self._context.say(tr("ui.saved_beside", fields=", ".join(names)), "note")
            return
        problems = len(saved.record.problems)  # as many as the panel beside the fields lists
        self._context.say(tr("ui.saved_with" if problems else "ui.saved", n=problems))

    def _take_files(self) -> None:
        """Take the files of the stored record over, so that the next save does not undo them."""
        stored = entry.load(self._context.workspace, self.record.register, self.record.id)
        if stored is not None:
            heads = {name: found for name, found in stored.heads.items() if name in stored.extra}
            self.record = dataclasses.replace(
                self.record, extra=stored.extra, heads={**self.record.heads, **heads}
            )

    def is_touched(self) -> bool:
        """Tell whether anything is typed or chosen that is not saved."""
        return self.fields.is_touched() or bool(self.files.waiting)

    def keep_draft(self) -> None:
        """Keep what is typed in the database's drafts."""
        if self.is_touched():
            texts = self.fields.texts()
            if self.files.waiting:
                texts[_FILES] = "\n".join(str(path) for path in self.files.waiting)
            if not self._is_new:
                texts[_HEADS] = self.record.heads
            entry.save_draft(self._context.workspace, self.record.id, self.form.register.code, texts)
            self._has_draft = True
        elif self._has_draft:  # everything typed was taken out again: an old draft would bring it back
            entry.drop_draft(self._context.workspace, self.record.id)
            self._has_draft = False

    def leave(self) -> None:
        """Go back to the list; what is typed stays as a draft."""
        if self._has_draft and not self.is_touched():
            self._drafts.stop()
            self._context.write(self, self.keep_draft, lambda _nothing: self.done.emit(self.record.id))
        else:
            self._drafts.leave(lambda: self.done.emit(self.record.id))

    def _can_discard(self) -> bool:
        return not self.is_locked and (self._has_draft or self.is_touched())

    def ask_discard(self) -> None:
        """Ask before what is typed and not saved is thrown away; what was saved before stays."""
        if not self._can_discard():
            return
        tr, context = self._context.tr, self._context
        name = self.record.type.title(self.record.values) or self.form.name.get(context.language)
        AskDialog(
            tr("ui.discard_asked", title=name), tr("ui.discard_explained"), [], lambda _given: self.discard(),
            context.language, self, verb=tr("ui.discard_do"),
        ).exec()  # fmt: skip

    def discard(self) -> None:
        """Throw away what is typed and not saved, and its draft; show the stored record, or a blank one."""
        self._drafts.stop()
        workspace, record = self._context.workspace, self.record

        def dropped(_nothing: None) -> None:
            self._has_draft = False
            stored = entry.shown(workspace, record.register, record.id)
            self.record = stored or new_record(record.register, self._context.branch)
            self.fields.show_record(self.record)
            if stored is None:
                self.files.begin(self.record.id)
            self._context.say(self._context.tr("ui.draft_dropped"))
            self.show_problems()
            self.focus_first()

        self._context.write(self, lambda: entry.drop_draft(workspace, record.id), dropped)

    def _ask_void(self) -> None:
        """Ask why, the record named; a refusal keeps the question open."""
        tr, context = self._context.tr, self._context
        title = tr(
            "ui.void_asked",
            title=self.record.type.title(self.record.values) or self.form.name.get(context.language),
        )
        AskDialog(
            title, tr("ui.void_explained"), [Question("reason", tr("ui.void_reason"))],
            lambda given: self.void(given["reason"]), context.language, self, verb=tr("ui.void").rstrip("…"),
        ).exec()  # fmt: skip

    def void(self, reason: str) -> None:
        """Take the record out of all counts.

        Raises:
            Refusal: no reason given.
        """
        register, record = self.form.register.code, self.record
        if not reason.strip():
            raise Refusal("record.void_needs_reason")

        def voided(saved: entry.Saved) -> None:
            self._drafts.stop()
            self._context.changed(saved.changes)
            self._context.say(self._context.tr("ui.voided", title=record.type.title(record.values)))
            self.done.emit(record.id)

        self._context.write(
            self, lambda: entry.void(self._context.workspace, register, record.id, reason, record), voided
        )
