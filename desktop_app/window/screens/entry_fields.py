"""The fields of a record's form: sections in three columns, completion, headquarters' questions; what is typed as a record."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.fields import Day, Iin, Ref, Text
from desktop_app.domain.lettering import label_key
from desktop_app.domain.reading import Hint, Reading
from desktop_app.domain.record import Record
from desktop_app.domain.register import Field
from desktop_app.formdef.forms import Form
from desktop_app.services import entry, offering
from desktop_app.services.words import problem_sentences
from desktop_app.window.context import Context
from desktop_app.window.fields.editor import Editor
from desktop_app.window.parts import label

_QUESTION = "+"
"""Before the name of a question in the names of editors and drafts: no field begins with it."""
_MUST = " *"
"""Behind the label of a field that must be filled in."""
_COLUMNS = 3
_PERSON = "person"


class FieldsCard(QFrame):
    """Every field of one form.

    Signals:
        touched(): something was typed.
        left(): a field was left; what was typed in it is shown as it was read.
    """

    touched = Signal()
    left = Signal()

    def __init__(self, context: Context, form: Form, branch: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._context, self._form, self._branch = context, form, branch
        self.editors: dict[str, Editor] = {}
        inside = QVBoxLayout(self)
        inside.setContentsMargins(4, 4, 4, 4)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        grid = QGridLayout(page)
        grid.setContentsMargins(14, 2, 14, 8)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        line = self._questions(grid, self._sections(grid))
        grid.setRowStretch(line, 1)
        self._scroll.setWidget(page)
        inside.addWidget(self._scroll)

    def _sections(self, grid: QGridLayout) -> int:
        """Add the form's sections; return the next line."""
        language = self._context.language
        line = 0
        for section in self._form.sections:
            grid.addWidget(label(section.title.get(language), "section"), line, 0, 1, _COLUMNS)
            line += 1
            place = 0
            for name in section.fields:
                span = 2 if self._is_wide(name) else 1
                if place + span > _COLUMNS:
                    line, place = line + 2, 0
                caption = label(self._caption_of(name), "fieldLabel", wrap=True)
                caption.setAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
                editor = self._editor(name)
                caption.setBuddy(editor)
                grid.addWidget(caption, line, place, 1, span)
                grid.addWidget(editor, line + 1, place, 1, span)
                place += span
            line += 2
        return line

    def _questions(self, grid: QGridLayout, line: int) -> int:
        """Add the questions that headquarters asks besides; return the next line."""
        language = self._context.language
        if self._form.extra:
            grid.addWidget(label(self._context.tr("ui.questions"), "section"), line, 0, 1, _COLUMNS)
            line += 1
        for name, question in self._form.extra.items():
            editor = Editor(
                Field(_QUESTION + name, Text()), language, self._context.workspace.store.ref_title
            )
            editor.setAccessibleName(question.label.get(language))
            editor.set_hint(question.hint.get(language))
            editor.textEdited.connect(lambda _text: self.touched.emit())
            self.editors[_QUESTION + name] = editor
            caption = label(question.label.get(language), "fieldLabel", wrap=True)
            caption.setBuddy(editor)
            grid.addWidget(caption, line, 0, 1, _COLUMNS)
            grid.addWidget(editor, line + 1, 0, 1, _COLUMNS)
            line += 2
        return line

    def _caption_of(self, name: str) -> str:
        """Return a field's label, marked where the record may not be without it."""
        words = self._form.label(name).get(self._context.language)
        field = self._form.register.by_name[name]
        return words + _MUST if field.need is Severity.ERROR and not field.derived else words

    def _is_wide(self, name: str) -> bool:
        kind = self._form.register.by_name[name].type
        return self._form.fields[name].width >= 30 or (isinstance(kind, Text) and kind.long)

    def _editor(self, name: str) -> Editor:
        store = self._context.workspace.store
        editor = Editor(self._form.register.by_name[name], self._context.language, store.ref_title)
        found = self._form.fields[name]
        editor.setAccessibleName(found.label.get(self._context.language))
        if self._caption_of(name).endswith(_MUST):
            editor.setAccessibleDescription(self._context.tr("ui.must_be_filled"))
        editor.set_hint(self._hint_of(name))
        if found.complete:
            editor.offer(partial(self._offers, found.complete))
        editor.left.connect(self._leave)
        editor.textEdited.connect(lambda _text: self.touched.emit())
        editor.picked.connect(self._fill_from)
        editor.repeat.connect(self._repeat)
        self.editors[name] = editor
        return editor

    def _hint_of(self, name: str) -> str:
        """Return what the form says of a field; of a day, how it is typed."""
        hint = self._form.fields[name].hint
        field = self._form.register.by_name[name]
        if hint.kk:
            return hint.get(self._context.language)
        return self._context.tr("ui.day_hint") if isinstance(field.type, Day) and not field.derived else ""

    def _offers(self, register: str, typed: str) -> list[tuple[str, dict[str, Any]]]:
        found = offering.offers(self._context.workspace, register, typed, self._branch)
        own = "employee" if register == _PERSON else ""
        return [(o.text, {**o.fills, "": o.fills.get(own, o.text)}) for o in found]

    def show_record(self, record: Record) -> None:
        """Show a record's values."""
        for name, editor in self.editors.items():
            if name.startswith(_QUESTION):
                editor.setText(record.extra.get(name.removeprefix(_QUESTION), ""))
            else:
                editor.show_value(getattr(record.values, name), record.kept.get(name, ""))

    def show_texts(self, texts: dict[str, Any]) -> None:
        """Show the texts of a draft."""
        for name, text in texts.items():
            if name in self.editors:
                self.editors[name].setText(text)

    def texts(self) -> dict[str, Any]:
        """Return what is typed and not saved, for a draft."""
        return {
            name: editor.text()
            for name, editor in self.editors.items()
            if editor.is_touched and not editor.field.derived
        }

    def typed(self, record: Record) -> Record:
        """Return a record as the texts on the form say, unreadable texts kept."""

        def reading_of(name: str, values: dict[str, Any]) -> tuple[Reading, str] | None:
            editor = self.editors.get(name)
            return None if editor is None else (editor.reading(self._hint(values)), editor.text())

        return dataclasses.replace(entry.typed(record, reading_of), extra=self._answers(record))

    def _hint(self, values: dict[str, Any]) -> Hint:
        period = self._context.period
        return Hint(values, period.year, period.month)

    def _answers(self, record: Record) -> dict[str, str]:
        """Return answers to headquarters' questions; those of other forms stay."""
        found = dict(record.extra)
        for name in self._form.extra:
            text = self.editors[_QUESTION + name].text().strip()
            if text or name in found:
                found[name] = text
        return found

    def _leave(self, name: str) -> None:
        editor = self.editors[name]
        if editor.is_touched:
            others = ((n, e) for n, e in self.editors.items() if n != name and not e.field.derived)
            siblings = {n: e.reading(self._hint({})).value for n, e in others}
            found = editor.reading(self._hint(siblings))
            if found.value is not None and not found.bad:
                editor.setText(self._shown(name, found.value, editor.text()))
                self._fill_known(name, found.value)
        self.left.emit()

    def _fill_known(self, name: str, value: Any) -> None:
        """Fill in what the card says whose number, or whose name in full, was typed; only where nothing stands."""
        completed = {one for one in self.editors if self._completes(one) == _PERSON}
        if not completed:
            return
        workspace, kind = self._context.workspace, self.editors[name].field.type
        if name in completed:
            fills = offering.known_person(workspace, self._branch, name=str(value))
        elif isinstance(kind, Iin):
            fills = offering.known_person(workspace, self._branch, number=str(value))
        else:
            return
        for one, said in fills.items():
            if one in self.editors and not self.editors[one].text():
                self.editors[one].fill(said)

    def _completes(self, name: str) -> str:
        found = self._form.fields.get(name)
        return found.complete if found else ""

    def _shown(self, name: str, value: Any, text: str) -> str:
        kind = self._form.register.by_name[name].type
        return text if isinstance(kind, Ref) else kind.show(value, self._context.language)

    def _fill_from(self, fills: dict[str, Any]) -> None:
        """Take over all that a chosen card says: it is one person's; what was typed and differed is said."""
        replaced = []
        for name, value in fills.items():
            editor = self.editors.get(name)
            if editor is None:
                continue
            was, by_hand = editor.text().strip(), editor.is_typed
            editor.fill(value)
            if was and by_hand and label_key(was) != label_key(editor.text()):
                replaced.append(f"{self._form.label(name).get(self._context.language)} – {was}")
        for name in offering.CARD_FIELDS:
            editor = self.editors.get(name)
            if editor is not None and name not in fills and editor.property("state") == "repeated":
                editor.clear()  # of the card chosen before
        if replaced:
            self._context.say(self._context.tr("ui.card_replaced", was="; ".join(replaced)), "note")
        self.touched.emit()

    def _repeat(self, name: str) -> None:
        last = offering.last_values(self._context.workspace, self._form.register.code, self._branch)
        if last.get(name) is not None and not self.editors[name].isReadOnly():
            self.editors[name].fill(last[name])
            self.touched.emit()

    def mark(self, problems: tuple[Problem, ...], *, is_new: bool) -> None:
        """Colour the fields that problems are about; an untouched new form stays plain."""
        worst: dict[str, int] = {}
        for problem in problems:
            for name in problem.fields[:1]:
                worst[name] = max(worst.get(name, 0), int(problem.severity))
        blank = is_new and not self.is_touched()
        self._describe(() if blank else self.due_now(problems) if is_new else problems)
        for name, editor in self.editors.items():
            state = {3: "error", 2: "warning"}.get(worst.get(name, 0), "")
            if (blank or not editor.text()) and state:
                state = ""
            if editor.property("state") != "repeated" or state:
                editor.mark(state)

    def _describe(self, problems: tuple[Problem, ...]) -> None:
        """Let a screen reader say at each field what is wrong with it, as the panel beside does."""
        language, register = self._context.language, self._form.register.code
        for name, editor in self.editors.items():
            own = (p for p in problems if name in p.fields)
            editor.setAccessibleDescription("\n".join(problem_sentences(p, language, register) for p in own))

    def lock(self) -> None:
        """Show the values to be read and copied only."""
        for editor in self.editors.values():
            editor.lock()

    def due_now(self, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """Return the problems of fields that were reached already: what is still to come is not blamed.

        A field is reached once it, or one after it, holds something.
        """
        order = [name for name, editor in self.editors.items() if not editor.field.derived]
        last = max((place for place, name in enumerate(order) if self.editors[name].text()), default=-1)
        ahead = set(order[last + 1 :])
        return tuple(p for p in problems if not p.fields or p.fields[0] not in ahead)

    def settle(self) -> None:
        """Take what is typed as saved."""
        for editor in self.editors.values():
            editor.settle()

    def is_touched(self) -> bool:
        """Tell whether anything is typed that is not saved."""
        return any(editor.is_touched for editor in self.editors.values() if not editor.field.derived)

    def focus_first(self) -> None:
        """Put the keys on the first field."""
        first = next((e for e in self.editors.values() if not e.field.derived), None)
        self._scroll.verticalScrollBar().setValue(0)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def jump_to(self, name: str) -> None:
        """Put the keys on a field and show it."""
        editor = self.editors[name]
        self._scroll.ensureWidgetVisible(editor)
        editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        editor.selectAll()
