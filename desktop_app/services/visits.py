"""A visit: the whole checklist of one department on one day, each item a finding."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from desktop_app.core.changes import Changes
from desktop_app.core.clock import today
from desktop_app.core.i18n import tr
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Measure
from desktop_app.domain.law.accessibility import Norm, norm_of
from desktop_app.domain.reading import Hint, read
from desktop_app.domain.record import Record, new_record
from desktop_app.services.conflicts import Edit, save_edit
from desktop_app.services.entry import drafts, forget_draft, save_draft
from desktop_app.services.linking import Departments, returning
from desktop_app.services.reasons import MADE
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

_SHEET: Final = "visit"
"""Id of the draft of a checklist; no record's id looks like that."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the checklist as typed: measured value, state (code, empty for by the norm), due date."""

    item: str
    measured: str = ""
    state: str = ""
    due: date | None = None


def _norm(item: str, day: date) -> Norm:
    return norm_of(item, classifier("accessibility_items").by_code[item].more, day, day)


def norm_text(item: str, language: str, day: date | None = None) -> str:
    """Return a norm in words, as it is today or on another day: at least 1,8 м; at most 5 %; required."""
    unit = classifier("accessibility_items").by_code[item].more["unit"]
    norm = _norm(item, day or today())
    words = {"kk": ("кемінде", "артық емес", "болуы тиіс"), "ru": ("не менее", "не более", "должно быть"),
             "en": ("at least", "at most", "required")}[language]  # fmt: skip
    if norm.operator == "bool":
        return words[2]
    return f"{words[0] if norm.operator == '>=' else words[1]} {Measure().show(norm.value, 'kk')} {unit}"


def state_by_norm(item: str, measured: str, day: date | None = None) -> str | None:
    """Return the state that a measured value has by its norm: None when empty, ``?`` when it cannot be read."""
    found = read(Measure("item"), measured, Hint({"item": item}))
    if found.bad:
        return "?"
    if found.value is None:
        return None
    return _state(_norm(item, day or today()), found.value)


def _state(norm: Norm, measured: Decimal, *, condition: bool = False) -> str:
    return "COMPLIANT" if norm.is_met(measured, condition=condition) else "NON_COMPLIANT"


def visit_lines(workspace: Workspace, department: str, visited: date) -> dict[str, Record]:
    """Return the findings a visit already has, by item; the department by its id or any spelling of its name."""
    with workspace.store.read() as reader:
        return _lines(reader, Departments(reader, workspace.branch).known(department), visited)


def _lines(reader: Reader, department: str | None, visited: date) -> dict[str, Record]:
    condition = "department = ? AND visited = ? AND void = ''"
    return {r.values.item: r for r in reader.records("finding", condition, [department, visited.isoformat()])}


def save_visit(
    workspace: Workspace, branch: str, department: str, visited: date, lines: Sequence[SheetLine],
    seen: Mapping[str, Record] = MappingProxyType({}),
) -> tuple[Changes, int]:  # fmt: skip
    """Save every line that says something; one saved before is corrected, or counts no longer when it is emptied.

    Args:
        seen: the visit's findings as the author had them before the eyes, by item; what others changed of them
            since is not undone.

    Returns:
        What changed, and how many values stand beside one that somebody else set meanwhile.

    Raises:
        Refusal: no right, or the month is closed.
    """
    workspace.demand("enter")
    beside = 0
    with workspace.store.transaction(workspace.user) as work:
        departments = Departments(work.reader, branch)
        key = departments.find(department)
        recorder = Recorder(workspace, work)
        workspace.store.remember_titles({("department", d.id): d.values.name for d in departments.made})
        recorder.save(returning(work.reader, departments.made), "set", MADE)
        present = _lines(work.reader, key, visited)
        for line in lines:
            stored = present.get(line.item)
            if not (line.measured or line.state or stored):
                continue
            was = seen.get(line.item)
            if was is not None and (stored is None or was.id != stored.id):
                was = None  # of another visit
            base = (
                was
                or stored
                or new_record("finding", branch, department=key, visited=visited, item=line.item).stamped(
                    workspace.today
                )
            )
            left = base.with_values(**_values(line, base.values))
            if not (line.measured or line.state):
                left = dataclasses.replace(base, void_reason=tr(workspace.language, "record.line_emptied"))
            edit = Edit(stored, was, left)
            beside += len(save_edit(work, recorder, edit)[1])
        forget_draft(work, _SHEET)
        return work.flush(), beside


def keep_sheet(workspace: Workspace, body: Mapping[str, Any]) -> None:
    """Keep a checklist that is typed in part; there is one at a time."""
    save_draft(workspace, _SHEET, _SHEET, body)


def kept_sheet(workspace: Workspace) -> dict[str, Any] | None:
    """Return the checklist that waits, if any."""
    return next((body for key, _, body in drafts(workspace) if key == _SHEET), None)


def drop_sheet(workspace: Workspace) -> None:
    """Forget the checklist that waits."""
    with workspace.store.transaction(workspace.user) as work:
        forget_draft(work, _SHEET)


def _values(line: SheetLine, base: Any) -> dict[str, Any]:
    """Return a line's values; one that says no state gets it by the norm by which the record ``base`` is judged."""
    found = read(Measure("item", "measured_as"), line.measured, Hint({"item": line.item}))
    state = line.state
    if not state and found.value is not None:
        own = classifier("accessibility_items").by_code[line.item].more
        norm = norm_of(line.item, own, base.visited, base.typed_on)
        state = _state(norm, found.value, condition=bool(base.condition))
    return {
        "measured": found.value,
        "measured_as": line.measured or None,
        "state": state or None,
        "due": line.due,
    }
