"""The entry form of any register: sections of fields, problems beside them, everything by keyboard."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.errors import TizilimError
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.fields import Text
from desktop_app.domain.reading import Hint
from desktop_app.domain.record import Record, new_record
from desktop_app.domain.register import Field
from desktop_app.formdef.forms import form_of
from desktop_app.services import entry
from desktop_app.services.words import legal_source, problem_advice, problem_words
from desktop_app.window.context import Context
from desktop_app.window.fields.editor import Editor
from desktop_app.window.messages import words_of
from desktop_app.window.parts import badge, button, card, label, row, wrapped

_DRAFT_PAUSE = 2000
_QUESTION = "+"
"""Before the name of a question in the names of editors and drafts: no field begins with it."""
_CHECK_PAUSE = 250


class EntryScreen(QWidget):
    """Enters or edits one record; leaving keeps a draft, saving never waits for problems.

    Signals:
        done(str): back to the list; argument: id of the record shown.
        history_asked(str): the record's history is asked for.
    """

    done = Signal(str)
    history_asked = Signal(str)

    def __init__(
        self,
        context: Context,
        register: str,
        record: Record | None = None,
        draft: dict[str, Any] | None = None,
        draft_id: str = "",
    ) -> None:
        super().__init__()
        self._context = context
        self.form = form_of(register)
        self._is_new = record is None
        self.record = record or new_record(register, context.branch, draft_id)
        self.editors: dict[str, Editor] = {}
        self._at = -1
        self._check_pause = QTimer(self, singleShot=True, interval=_CHECK_PAUSE)
        self._check_pause.timeout.connect(self.show_problems)
        self._draft_pause = QTimer(self, singleShot=True, interval=_DRAFT_PAUSE)
        self._draft_pause.timeout.connect(self.keep_draft)
        self._build()
        self._keys()
        self._fill()
        for name, text in (draft or {}).items():
            if name in self.editors:
                self.editors[name].setText(text)
        self.show_problems()
        QTimer.singleShot(0, self.focus_first)

    def _build(self) -> None:
        tr, language = self._context.tr, self._context.language
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 12)
        layout.setSpacing(10)
        state = badge(tr("ui.new_record") if self._is_new else tr("ui.editing"), "accent")
        self._void = button(tr("ui.void"), self._ask_void, name="flat")
        self._history = button(tr("ui.history"), lambda: self.history_asked.emit(self.record.id), name="flat")
        for tool in (self._void, self._history):
            if self._is_new:
                tool.hide()  # never shown before it has a parent: it would flash as a window of its own
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        back = button(tr("ui.back"), self.leave, picture="left", name="flat")
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addLayout(
            row(back, label(self.form.name.get(language), "title"), state, None, self._history, self._void)
        )
        body = QHBoxLayout()
        body.setSpacing(14)
        body.addWidget(self._fields_card(), 3)
        body.addWidget(self._problems_card(), 1)
        layout.addLayout(body, 1)
        save = button(tr("ui.save"), self.save, primary=True)
        again = button(tr("ui.save_new"), self.save_and_new)
        layout.addLayout(row(label(tr("ui.entry_keys"), "hint"), None, again, save))

    def _fields_card(self) -> QWidget:
        language = self._context.language
        frame, inside = card(4)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        grid = QGridLayout(page)
        grid.setContentsMargins(14, 2, 14, 8)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        for column in (0, 1, 2):
            grid.setColumnStretch(column, 1)
        line = 0
        for section in self.form.sections:
            grid.addWidget(label(section.title.get(language), "section"), line, 0, 1, 3)
            line += 1
            place = 0
            for name in section.fields:
                wide = self._is_wide(name)
                if place + (2 if wide else 1) > 3:
                    line, place = line + 2, 0
                caption = label(self.form.label(name).get(language), "fieldLabel")
                editor = self._editor(name)
                caption.setBuddy(editor)
                span = 2 if wide else 1
                grid.addWidget(caption, line, place, 1, span)
                grid.addWidget(editor, line + 1, place, 1, span)
                place += span
            line += 2
        line = self._questions(grid, line)
        grid.setRowStretch(line, 1)
        scroll.setWidget(page)
        self._scroll = scroll
        inside.addWidget(scroll)
        return frame

    def _questions(self, grid: QGridLayout, line: int) -> int:
        """Add the questions that headquarters asks besides; return the next line."""
        language = self._context.language
        if self.form.extra:
            grid.addWidget(label(self._context.tr("ui.questions"), "section"), line, 0, 1, 3)
            line += 1
        for name, question in self.form.extra.items():
            editor = Editor(
                Field(_QUESTION + name, Text()), language, self._context.workspace.store.ref_title
            )
            editor.setAccessibleName(question.label.get(language))
            editor.setPlaceholderText(question.hint.get(language))
            editor.textEdited.connect(lambda _text: self._touched())
            self.editors[_QUESTION + name] = editor
            caption = label(question.label.get(language), "fieldLabel", wrap=True)
            caption.setBuddy(editor)
            grid.addWidget(caption, line, 0, 1, 3)
            grid.addWidget(editor, line + 1, 0, 1, 3)
            line += 2
        return line

    def _is_wide(self, name: str) -> bool:
        kind = self.form.register.by_name[name].type
        return self.form.fields[name].width >= 30 or (isinstance(kind, Text) and kind.long)

    def _editor(self, name: str) -> Editor:
        store = self._context.workspace.store
        editor = Editor(self.form.register.by_name[name], self._context.language, store.ref_title)
        found = self.form.fields[name]
        editor.setAccessibleName(found.label.get(self._context.language))
        editor.setPlaceholderText(found.hint.get(self._context.language) if found.hint.kk else "")
        if found.complete:
            editor.offer(partial(self._offers, found.complete))
        editor.left.connect(self._left)
        editor.textEdited.connect(lambda _text: self._touched())
        editor.picked.connect(self._fill_from)
        editor.repeat.connect(self._repeat)
        self.editors[name] = editor
        return editor

    def _offers(self, register: str, typed: str) -> list[tuple[str, dict[str, Any]]]:
        found = entry.offers(self._context.workspace, register, typed, self.record.branch)
        own = "employee" if register == "person" else ""
        return [(o.text, {**o.fills, "": o.fills.get(own, o.text)}) for o in found]

    def _problems_card(self) -> QWidget:
        frame, inside = card(12)
        self._problems_title = label(self._context.tr("ui.problems"), "section")
        self.problems = QListWidget()
        self.problems.setObjectName("problems")
        wrapped(self.problems)
        self.problems.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.problems.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.problems.itemActivated.connect(self._jump)
        self.problems.itemClicked.connect(self._jump)
        self._all_well = label(self._context.tr("ui.no_problems"), "subtitle", wrap=True)
        inside.addWidget(self._problems_title)
        inside.addWidget(self.problems, 1)
        inside.addWidget(self._all_well, 1, Qt.AlignmentFlag.AlignTop)
        frame.setMinimumWidth(270)
        return frame

    def _keys(self) -> None:
        for keys, slot in (
            ("Ctrl+S", self.save), ("Ctrl+Return", self.save_and_new), ("Ctrl+Enter", self.save_and_new),
            ("Escape", self.leave), ("F8", self.next_problem), ("Ctrl+H", lambda: self.history_asked.emit(self.record.id)),
        ):  # fmt: skip
            QShortcut(
                QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            ).activated.connect(slot)

    def _fill(self) -> None:
        for name, editor in self.editors.items():
            if name.startswith(_QUESTION):
                editor.setText(self.record.extra.get(name.removeprefix(_QUESTION), ""))
            else:
                editor.show_value(getattr(self.record.values, name), self.record.kept.get(name, ""))

    def focus_first(self) -> None:
        """Put the keys on the first field."""
        first = next((e for e in self.editors.values() if not e.field.derived), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def typed(self) -> Record:
        """Return the record as the texts on the form say, unreadable texts kept."""
        values: dict[str, Any] = {}
        kept: dict[str, str] = {}
        period = self._context.period
        also: dict[str, Any] = {}
        for item in self.form.register.entered:
            editor = self.editors.get(item.name)
            if editor is None:
                values[item.name] = getattr(self.record.values, item.name)
                continue
            found = editor.reading(Hint(values, period.year, period.month))
            values[item.name] = found.value
            if found.bad:
                kept[item.name] = editor.text().strip()
            also.update(dict(found.also.items()))
        for name, value in also.items():
            if values.get(name) is None and name not in kept:
                values[name] = value
        record = dataclasses.replace(self.record, values=dataclasses.replace(self.record.values, **values))
        return dataclasses.replace(record, kept=kept, extra=self._answers())

    def _answers(self) -> dict[str, str]:
        """Return answers to headquarters' questions; those of other forms stay."""
        found = dict(self.record.extra)
        for name in self.form.extra:
            text = self.editors[_QUESTION + name].text().strip()
            if text or name in found:
                found[name] = text
        return found

    def _touched(self) -> None:
        self._draft_pause.start()
        self._check_pause.start()

    def _left(self, name: str) -> None:
        editor = self.editors[name]
        if editor.is_touched:
            period = self._context.period
            found = editor.reading(Hint(vars_of(self.typed()), period.year, period.month))
            if found.value is not None and not found.bad:
                editor.setText(self._shown(name, found.value, editor.text()))
        self.show_problems()

    def _shown(self, name: str, value: Any, text: str) -> str:
        from desktop_app.domain.fields import Ref

        kind = self.form.register.by_name[name].type
        return text if isinstance(kind, Ref) else kind.show(value, self._context.language)

    def _fill_from(self, fills: dict[str, Any]) -> None:
        for name, value in fills.items():
            if name in self.editors and not self.editors[name].text():
                self.editors[name].show_value(value)
                self.editors[name].mark("repeated")
        self._touched()

    def _repeat(self, name: str) -> None:
        last = entry.last_values(self._context.workspace, self.form.register.code, self.record.branch)
        if last.get(name) is not None:
            self.editors[name].show_value(last[name])
            self.editors[name].mark("repeated")
            self._touched()

    def show_problems(self) -> None:
        """Check what is typed and show the problems beside the fields; derived fields too."""
        checked = entry.preview(self._context.workspace, self.typed())
        for name, editor in self.editors.items():
            if editor.field.derived:
                editor.show_value(getattr(checked.values, name))
        self._mark_fields(checked.problems)
        self.problems.clear()
        language = self._context.language
        for problem in sorted(checked.problems, key=lambda p: -p.severity):
            words = problem_words(problem, language, self.form.register.code)
            law = legal_source(problem.code, language)
            text = f"{words}\n{problem_advice(problem, language)}" + (f"\n{law}" if law else "")
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, problem.fields)
            item.setIcon(severity_icon(problem.severity))
            self.problems.addItem(item)
        count = len(checked.problems)
        self.problems.setVisible(count > 0)
        self._all_well.setVisible(count == 0)
        self._problems_title.setText(f"{self._context.tr('ui.problems')}  {count or ''}")

    def _mark_fields(self, problems: tuple[Problem, ...]) -> None:
        worst: dict[str, int] = {}
        for problem in problems:
            for name in problem.fields[:1]:
                worst[name] = max(worst.get(name, 0), int(problem.severity))
        blank = self._is_new and not any(e.is_touched for e in self.editors.values())
        for name, editor in self.editors.items():
            state = {3: "error", 2: "warning"}.get(worst.get(name, 0), "")
            if (blank or not editor.text()) and state:
                state = ""
            if editor.property("state") != "repeated" or state:
                editor.mark(state)

    def _jump(self, item: QListWidgetItem) -> None:
        for name in item.data(Qt.ItemDataRole.UserRole) or ():
            if name in self.editors:
                self.jump_to(name)
                return

    def jump_to(self, name: str) -> None:
        """Put the keys on a field and show it."""
        editor = self.editors[name]
        self._scroll.ensureWidgetVisible(editor)
        editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        editor.selectAll()

    def next_problem(self) -> None:
        """Go from problem to problem."""
        count = self.problems.count()
        if count:
            self._at = (self._at + 1) % count
            self.problems.setCurrentRow(self._at)
            self._jump(self.problems.item(self._at))

    def save(self) -> bool:
        """Save and go back to the list."""
        if not self._store():
            return False
        self.done.emit(self.record.id)
        return True

    def save_and_new(self) -> None:
        """Save and begin another record."""
        if self._store():
            self.record = new_record(self.form.register.code, self._context.branch)
            self._is_new = True
            for editor in self.editors.values():
                editor.mark("")
            self._fill()
            self.show_problems()
            self.focus_first()

    def _store(self) -> bool:
        self._draft_pause.stop()
        try:
            saved = entry.save(self._context.workspace, self.typed())
        except TizilimError as refusal:
            self._context.say(words_of(refusal, self._context.language), "error")
            return False
        self.record = saved.record
        for editor in self.editors.values():
            editor.settle()
        self._context.changed(saved.changes)
        problems = sum(p.severity is not Severity.NOTE for p in saved.record.problems)
        self._context.say(self._context.tr("ui.saved_with" if problems else "ui.saved", n=problems))
        return True

    def is_touched(self) -> bool:
        """Tell whether anything is typed that is not saved."""
        return any(editor.is_touched for editor in self.editors.values() if not editor.field.derived)

    def keep_draft(self) -> None:
        """Keep what is typed in the database's drafts."""
        if self.is_touched():
            texts = {name: editor.text() for name, editor in self.editors.items() if not editor.field.derived}
            entry.save_draft(self._context.workspace, self.record.id, self.form.register.code, texts)

    def leave(self) -> None:
        """Go back to the list; what is typed stays as a draft."""
        self._draft_pause.stop()
        if self.is_touched():
            self.keep_draft()
            self._context.say(self._context.tr("ui.draft_kept"), "note")
        self.done.emit(self.record.id)

    def _ask_void(self) -> None:
        from PySide6.QtWidgets import QInputDialog

        reason, agreed = QInputDialog.getText(
            self, self._context.tr("ui.void"), self._context.tr("ui.void_reason")
        )
        if agreed:
            self.void(reason)

    def void(self, reason: str) -> None:
        """Take the record out of all counts."""
        try:
            saved = entry.void(self._context.workspace, self.form.register.code, self.record.id, reason)
        except TizilimError as refusal:
            self._context.say(words_of(refusal, self._context.language), "error")
            return
        self._context.changed(saved.changes)
        self.done.emit(self.record.id)


def vars_of(record: Record) -> dict[str, Any]:
    """Return a record's values by field."""
    return {item.name: getattr(record.values, item.name) for item in record.type.fields}


def severity_icon(severity: Severity) -> Any:
    """Return the warning sign in the colour of a severity."""
    from desktop_app.window.theme import icon, theme

    colour = {Severity.ERROR: theme().error, Severity.WARNING: theme().warning}.get(severity, theme().faint)
    return icon("warning", colour, 16)
