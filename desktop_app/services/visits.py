"""A visit: the whole checklist of one department on one day, each item a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from desktop_app.core.changes import Changes
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Measure
from desktop_app.domain.reading import Hint, read
from desktop_app.domain.record import Record, new_record
from desktop_app.domain.registers.finding import item_norm_met
from desktop_app.services.entry import drafts, forget_draft, save_draft
from desktop_app.services.linking import Departments
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace

_SHEET: Final = "visit"
"""Id of the draft of a checklist; no record's id looks like that."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the checklist as typed: measured value, state (code, empty for by the norm), due date."""

    item: str
    measured: str = ""
    state: str = ""
    due: date | None = None


def norm_text(item: str, language: str) -> str:
    """Return a norm in words: at least 1,8 м; at most 8,33 %; required."""
    code = classifier("accessibility_items").by_code[item]
    words = {"kk": ("кемінде", "артық емес", "болуы тиіс"), "ru": ("не менее", "не более", "должно быть"),
             "en": ("at least", "at most", "required")}[language]  # fmt: skip
    if code.more["op"] == "bool":
        return words[2]
    number = f"{code.more['norm']:g}".replace(".", ",")
    return f"{words[0] if code.more['op'] == '>=' else words[1]} {number} {code.more['unit']}"


def state_by_norm(item: str, measured: str) -> str | None:
    """Return the state that a measured value has by its norm: None when empty, ``?`` when it cannot be read."""
    found = read(Measure("item"), measured, Hint({"item": item}))
    if found.bad:
        return "?"
    if found.value is None:
        return None
    met = item_norm_met(classifier("accessibility_items").by_code[item], found.value)
    return "COMPLIANT" if met else "NON_COMPLIANT"


def visit_lines(workspace: Workspace, department: str, visited: date) -> dict[str, Record]:
    """Return the findings a visit already has, by item; the department by its id or any spelling of its name."""
    key = Departments(workspace, workspace.branch).known(department)
    with workspace.store.read() as reader:
        condition = "department = ? AND visited = ? AND void = ''"
        return {r.values.item: r for r in reader.records("finding", condition, [key, visited.isoformat()])}


def save_visit(
    workspace: Workspace, branch: str, department: str, visited: date, lines: Sequence[SheetLine]
) -> Changes:
    """Save every line that says something; a line saved before is corrected, not doubled.

    Raises:
        Refusal: no right, or the month is closed.
    """
    workspace.demand("enter")
    departments = Departments(workspace, branch)
    key = departments.find(department)
    present = visit_lines(workspace, key, visited)
    pairs: list[tuple[Record | None, Record]] = []
    for line in lines:
        if not line.measured and not line.state:
            continue
        before = present.get(line.item)
        base = before or new_record("finding", branch, department=key, visited=visited, item=line.item)
        pairs.append((before, base.with_values(**_values(line))))
    with workspace.store.transaction(workspace.user) as work:
        recorder = Recorder(workspace, work)
        workspace.store.remember_titles({("department", d.id): d.values.name for d in departments.made})
        recorder.save([(None, made) for made in departments.made])
        recorder.save(pairs)
        forget_draft(work, _SHEET)
        return work.flush()


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


def _values(line: SheetLine) -> dict[str, Any]:
    found = read(Measure("item", "measured_as"), line.measured, Hint({"item": line.item}))
    by_norm = state_by_norm(line.item, line.measured)
    state = line.state or (by_norm if by_norm != "?" else None)
    return {"measured": found.value, "measured_as": line.measured or None, "state": state, "due": line.due}
