"""Values that nobody saw together, side by side until a person decides."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop_app.core.errors import Refusal
from desktop_app.core.ids import Head
from desktop_app.domain.record import Record
from desktop_app.domain.register import register_type
from desktop_app.exchange.merge import usable
from desktop_app.services.reasons import RESOLVED
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.codec import dumps
from desktop_app.storage.log import VOID, Folded
from desktop_app.storage.queries import Reader

if TYPE_CHECKING:
    from desktop_app.storage.work import Work


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a conflict: who set it, when, where."""

    head: Head
    stamp: str
    author: str
    value: Any
    kept: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Values of one field that nobody saw together; the last of ``sides`` by stamp is shown meanwhile."""

    register: str
    record: str
    field: str
    branch: str
    period: int
    sides: tuple[Side, ...]


def logged(reader: Reader, record: str) -> list[dict[str, Any]]:
    """Return what the log says of a record, oldest first."""
    return [json.loads(entry) for entry in reader.changes_of(record)]


def begins_elsewhere(reader: Reader, record: str) -> bool:
    """Tell whether changes of a record follow some that are not here yet.

    A revision that headquarters ordered and a branch closed has its changes in two sequences, which may come apart.
    """
    bases = {
        (lane, seq)
        for said in logged(reader, record)
        for heads in said.get("base", {}).values()
        for lane, seq in heads
    }
    sql = "SELECT 1 FROM change WHERE workstation = ? AND seq = ?"
    return any(not reader.rows(sql, [lane, seq]) for lane, seq in bases)


def folded(register: str, record: str, branch: str, bodies: Iterable[dict[str, Any]]) -> Folded:
    """Fold a record from its changes; values that cannot be read are left out."""
    kind = register_type(register)
    found = Folded(register, record, branch)
    for body in bodies:
        if body["r"] == register and (body["set"] or body.get("extra")):
            found.apply(usable(body, kind))
    return found


def keep_conflicts(work: Work, record: Record, found: Folded, *, known: bool) -> list[str]:
    """List the values of a record that nobody saw together; return the fields' names.

    Args:
        known: the record was here before, so that conflicts of it may be listed already.
    """
    conflicts = found.conflicts()
    if known:
        work.run("DELETE FROM conflict WHERE register = ? AND record = ?", (record.register, record.id))
    for name, versions in conflicts.items():
        sides = [
            {"workstation": v.head[0], "seq": v.head[1], "stamp": v.stamp, "author": v.author, "value": v.value,
             "kept": v.kept} for v in versions
        ]  # fmt: skip
        work.run(
            "INSERT INTO conflict(register, record, field, branch, period, versions) VALUES (?, ?, ?, ?, ?, ?)",
            (record.register, record.id, name, record.branch, record.period, dumps(sides)),
        )
    return list(conflicts)


@dataclass(frozen=True, slots=True)
class Edit:
    """What an author made of a record.

    Attributes:
        stored: the record as it is stored, none when it is new.
        seen: the record as the author had it before the eyes; none: as it is stored.
        left: the record as the author left it.
    """

    stored: Record | None
    seen: Record | None
    left: Record


def save_edit(
    work: Work, recorder: Recorder, edit: Edit, operation: str = "set", reason: str = ""
) -> tuple[Record, tuple[str, ...]]:
    """Save what an author changed, though others may have changed the record since the author saw it.

    Then only the author's own changes are written, over what the author saw: fields that others changed keep
    their values, and where both changed one to different values, both stand side by side until a person decides.

    Returns:
        The record as stored now, and the fields with values side by side.
    """
    before, seen, after = edit.stored, edit.seen, edit.left
    if before is None or seen is None or seen.heads == before.heads:
        return recorder.save([(before, after)], operation, reason)[0], ()
    work.log(seen, after, operation, reason)
    work.send()
    found = folded(after.register, after.id, before.branch, logged(work.reader, after.id))
    shown = found.to_record()
    names = keep_conflicts(work, shown, found, known=True)
    recorder.project([(before, shown)])
    work.send()
    stored = work.reader.get(after.register, after.id)
    assert stored is not None  # noqa: S101 - written a moment ago
    return stored, tuple(names)


def listed(workspace: Workspace, branch: str = "") -> list[Conflict]:
    """Return every conflict that waits for a person."""
    sql = "SELECT register, record, field, branch, period, versions FROM conflict"
    values = [branch] if branch else []
    with workspace.store.read() as reader:
        rows = reader.rows(
            f"{sql}{' WHERE branch = ?' if branch else ''} ORDER BY register, record, field", values
        )
    return [
        Conflict(register, record, name, of, period, tuple(_side(v) for v in json.loads(versions)))
        for register, record, name, of, period, versions in rows
    ]


def _side(version: dict[str, Any]) -> Side:
    return Side(
        (version["workstation"], version["seq"]),
        version["stamp"],
        version["author"],
        version["value"],
        version["kept"],
    )


def resolve(workspace: Workspace, register: str, record_id: str, name: str, side: int) -> None:
    """Decide a conflict for one of its sides by an ordinary edit over all of them.

    Raises:
        Refusal: no right, no such conflict, or the month is closed.
    """
    workspace.demand("enter")
    asked = (register, record_id, name)
    with workspace.store.transaction(workspace.user) as work:
        found = next((c for c in listed(workspace) if (c.register, c.record, c.field) == asked), None)
        before = work.reader.get(register, record_id)
        if found is None or before is None or not 0 <= side < len(found.sides):
            raise Refusal("conflict.none", record=record_id, field=name)
        after = _with(before, name, found.sides[side])
        Recorder(workspace, work).save([(before, after)], "set", RESOLVED, settled=(name,))
        work.flush()


def _with(record: Record, name: str, side: Side) -> Record:
    if name == VOID:
        return dataclasses.replace(record, void_reason=str(side.value or ""))
    field_of = record.type.by_name.get(name)
    if field_of is None:
        return dataclasses.replace(record, extra={**record.extra, name: str(side.value)})
    changed = record.with_values(**{name: field_of.type.decode(side.value)})
    return dataclasses.replace(changed, kept={**changed.kept, name: side.kept}) if side.kept else changed
