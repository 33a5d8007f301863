"""Values that nobody saw together, side by side until a person decides."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from desktop_app.core.errors import Refusal
from desktop_app.core.ids import Head
from desktop_app.domain.record import Record
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.log import VOID


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
    found = next(
        (c for c in listed(workspace) if (c.register, c.record, c.field) == (register, record_id, name)),
        None,
    )
    if found is None or not 0 <= side < len(found.sides):
        raise Refusal("conflict.none", record=record_id, field=name)
    with workspace.store.read() as reader:
        before = reader.get(register, record_id)
    if before is None:
        raise Refusal("conflict.none", record=record_id, field=name)
    chosen = found.sides[side]
    after = _with(before, name, chosen)
    with workspace.store.transaction(workspace.user) as work:
        Recorder(workspace, work).save([(before, after)], "set", "conflict", settled=(name,))
        work.flush()


def _with(record: Record, name: str, side: Side) -> Record:
    if name == VOID:
        return dataclasses.replace(record, void_reason=str(side.value or ""))
    field_of = record.type.by_name.get(name)
    if field_of is None:
        return dataclasses.replace(record, extra={**record.extra, name: str(side.value)})
    changed = record.with_values(**{name: field_of.type.decode(side.value)})
    return dataclasses.replace(changed, kept={**changed.kept, name: side.kept}) if side.kept else changed
