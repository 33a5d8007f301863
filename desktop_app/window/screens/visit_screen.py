"""The checklist of a visit: where, when, and 47 items; half of it typed, it waits as a draft."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.core.changes import Changes
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Day, Ref
from desktop_app.domain.reading import Hint, read
from desktop_app.domain.record import Record, read_heads
from desktop_app.domain.register import register_type
from desktop_app.formdef.forms import form_of
from desktop_app.services import offering, visits
from desktop_app.window.context import Context
from desktop_app.window.drafts import Drafts
from desktop_app.window.fields.editor import Editor
from desktop_app.window.parts import answer_keys, button, card, label, row
from desktop_app.window.screens.visit_table import Checklist, Line

_EMPTY = Line("", "", "")
_DAY_WIDTH = 180
"""Room for the hint of the day in the longest language."""


class VisitScreen(QWidget):
    """Enters one visit.

    Signals:
        done(): back to the list.
    """

    done = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._is_touched = False
        self._visit: tuple[str, Any] | None = None
        self._seen: dict[str, Record] = {}
        self._shown: dict[str, Line] = {}
        self.department, self.visited = self._editor("department"), self._editor("visited")
        self.table = Checklist(context)
        self._tally = label("", "subtitle")
        self._drafts = Drafts(self, context, self.is_touched, self.keep_draft)
        self._build()
        self._show_draft(visits.kept_sheet(context.workspace))
        self.table.touched.connect(self._touched)
        for editor in (self.department, self.visited):
            editor.left.connect(self._load)
        answer_keys(self, (("Ctrl+S", self.save), ("Escape", self.leave)))
        QTimer.singleShot(0, self.department.setFocus)

    def _editor(self, name: str) -> Editor:
        context = self._context
        field = register_type("finding").by_name[name]
        made = Editor(field, context.language, context.workspace.store.ref_title)
        made.setAccessibleName(form_of("finding").label(name).get(context.language))
        made.set_hint(form_of("finding").label(name).get(context.language))
        if isinstance(field.type, Ref):
            made.offer(
                lambda typed: [
                    (o.text, {**o.fills, "": o.text})
                    for o in offering.offers(context.workspace, name, typed, context.branch)
                ]
            )
        return made

    def _build(self) -> None:
        tr = self._context.tr
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 12)
        layout.setSpacing(10)
        back = button(tr("ui.back"), self.leave, picture="left", name="flat")
        anew = button(tr("ui.begin_anew"), self.begin_anew, name="flat")
        layout.addLayout(row(back, label(tr("ui.visit_sheet"), "title"), None, anew))
        self.department.setMinimumWidth(240)
        self.visited.setMinimumWidth(_DAY_WIDTH)
        layout.addLayout(row(self.department, self.visited, None))
        frame, inside = card(6)
        inside.addWidget(self.table)
        layout.addWidget(frame, 1)
        save = button(tr("ui.save"), self.save, primary=True)
        layout.addLayout(row(label(tr("ui.visit_keys"), "hint", wrap=True), self._tally, None, save))

    def _touched(self) -> None:
        self._is_touched = True
        self._drafts.typed()
        self._count()

    def _count(self) -> None:
        labels, language = classifier("finding_states"), self._context.language
        counts = self.table.counts()
        self._tally.setText("   ".join(f"{labels.label(code, language)}: {n}" for code, n in counts.items()))

    def _day(self) -> Any:
        period = self._context.period
        return self.visited.reading(Hint(year=period.year, month=period.month)).value

    def _load(self, _name: str) -> None:
        """Show what the visit has already, once it is known which one it is; what is typed stays.

        What it shows is what its author saw: the same visit is not read anew, though others may change it.
        """
        day, department = self._day(), self.department.reading(Hint()).value
        if day is not None:
            self.visited.setText(Day().show(day, self._context.language))
        if day is None or not department or self._visit == (department, day):
            return
        self._visit = (department, day)
        typed, was_touched = self._typed(), self._is_touched
        self._seen = visits.visit_lines(self._context.workspace, department, day)
        self._shown = {code: self._line_of(record) for code, record in self._seen.items()}
        self.table.show_lines({code: self._shown.get(code, _EMPTY) for code in self.table.lines()} | typed)
        self._is_touched = was_touched  # looking at a visit is no typing

    def _line_of(self, record: Record) -> Line:
        values = record.values
        return Line(
            values.measured_as or "", values.state or "", Day().show(values.due, self._context.language)
        )

    def _typed(self) -> dict[str, Line]:
        """Return the lines that say something else than what was shown."""
        return {
            code: line for code, line in self.table.lines().items() if line != self._shown.get(code, _EMPTY)
        }

    def _show_draft(self, body: dict[str, Any] | None) -> None:
        if body is None:
            return
        self.department.setText(str(body.get("department", "")))
        self.visited.setText(str(body.get("visited", "")))
        self._load("")
        for item, (record, heads) in body.get("seen", {}).items():
            if item in self._seen and self._seen[item].id == record:
                self._seen[item] = self._seen[item].with_heads(read_heads(heads))
        self.table.show_lines({code: Line(*map(str, line)) for code, line in body.get("lines", {}).items()})
        self._is_touched = True
        self._count()
        self._context.say(self._context.tr("ui.draft_found"), "note")

    def keep_draft(self) -> None:
        """Keep what is typed; it survives a crash, a lock and another language."""
        if not self._is_touched:
            return
        lines = self._typed()
        seen = {item: (record.id, record.heads) for item, record in self._seen.items() if item in lines}
        body = {
            "department": self.department.text(),
            "visited": self.visited.text(),
            "lines": lines,
            "seen": seen,
        }
        visits.keep_sheet(self._context.workspace, body)

    def is_touched(self) -> bool:
        """Tell whether anything is typed that is not saved."""
        return self._is_touched

    def leave(self) -> None:
        """Go back to the list; what is typed stays as a draft."""
        self._drafts.leave(self.done.emit)

    def begin_anew(self) -> None:
        """Empty the sheet; the draft goes too, what was saved before stays."""
        self._drafts.stop()
        workspace = self._context.workspace
        self._context.write(self, lambda: visits.drop_sheet(workspace), lambda _nothing: self._empty())

    def _empty(self) -> None:
        self.department.clear()
        self.visited.clear()
        self._visit, self._seen, self._shown = None, {}, {}
        self.table.show_lines(dict.fromkeys(self.table.lines(), _EMPTY))
        self._is_touched = False
        self._count()
        self.department.setFocus()

    def save(self) -> None:
        """Save the visit."""
        context = self._context
        self._load("")  # the keys may still be on the department or the day
        department, day = self.department.reading(Hint()).value, self._day()
        if not department or day is None:
            context.say(context.tr("ui.visit_needs"), "error")
            return
        hint = Hint(year=day.year, month=day.month)
        lines = [
            visits.SheetLine(code, line.measured, line.state, read(Day("after"), line.due, hint).value)
            for code, line in self._typed().items()
        ]
        self._drafts.stop()

        def saved(done: tuple[Changes, int]) -> None:
            self._is_touched = False
            context.changed(done[0])
            if done[1]:
                context.say(context.tr("ui.saved_beside_lines", n=done[1]), "note")
            else:
                context.say(context.tr("ui.visit_saved", n=len(lines)))
            self.done.emit()

        context.write(
            self,
            lambda: visits.save_visit(context.workspace, context.branch, department, day, lines, self._seen),
            saved,
        )
