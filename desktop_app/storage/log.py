"""The change log: append-only, hash-chained; audit trail, undo history and content of packages at once."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from desktop_app.core.ids import Head
from desktop_app.domain.fields import Primitive
from desktop_app.domain.record import EVERY, Record
from desktop_app.domain.register import register_type
from desktop_app.storage.codec import dumps

GENESIS: Final = "0" * 64
VOID: Final = "_void"
"""Pseudo-field of the reason why a record does not count; it has heads like any other."""


class LogRow(NamedTuple):
    """One stored change."""

    workstation: str
    seq: int
    stamp: str
    author: str
    register: str
    record: str
    operation: str
    branch: str
    period: int
    entry: str
    hash: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a write sets, as stored values by field.

    Attributes:
        values: field → stored value.
        kept: field → unreadable text kept in its place (absent: none).
        base: field → heads that the author saw.
    """

    values: dict[str, Primitive] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    base: dict[str, tuple[Head, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.extra)


def difference(
    before: Record | None, after: Record, old: Mapping[str, Primitive], new: Mapping[str, Primitive]
) -> Difference:
    """Return what ``after`` sets against ``before``; ``old`` and ``new`` are their encoded values."""
    found = Difference()
    was_kept = before.kept if before else {}
    was_extra = before.extra if before else {}
    for item in after.type.entered:
        name = item.name
        value, text = new[name], after.kept.get(name)
        if before is None:
            if value is None and text is None:
                continue
        elif old[name] == value and was_kept.get(name) == text:
            continue
        found.values[name] = value
        if text is not None:
            found.kept[name] = text
    was_void = before.void_reason if before else ""
    if was_void != after.void_reason:
        found.values[VOID] = after.void_reason
    found.extra.update({k: v for k, v in after.extra.items() if was_extra.get(k) != v})
    if before is not None:
        found.base.update({name: before.heads_of(name) for name in (*found.values, *found.extra)})
    return found


def entry_text(head: Mapping[str, Any], change: Difference, reason: str, prev: str) -> str:
    """Return the text of a change: what is hashed, stored and carried, byte for byte."""
    body: dict[str, Any] = {**head, "set": change.values, "prev": prev}
    optional = (
        ("kept", change.kept),
        ("extra", change.extra),
        ("base", change.base),
        ("why", reason),
    )
    body.update({name: value for name, value in optional if value})
    return dumps(body)


def text_hash(entry: str) -> str:
    """Return the SHA-256 of an entry's bytes."""
    return hashlib.sha256(entry.encode()).hexdigest()


class Fault(NamedTuple):
    """Where a log does not verify."""

    workstation: str
    seq: int
    what: str


def verify(rows: Iterable[tuple[str, int, str, str, str]]) -> list[Fault]:
    """Check rows (workstation, seq, record, entry, hash) in order: gapless, chained, hashes right."""
    faults: list[Fault] = []
    last: dict[str, tuple[int, str]] = {}
    for workstation, seq, record, entry, digest in rows:
        number, prev = last.get(workstation, (0, GENESIS))
        body = json.loads(entry)
        if seq != number + 1:
            faults.append(Fault(workstation, seq, "gap"))
        if text_hash(entry) != digest:
            faults.append(Fault(workstation, seq, "hash"))
        elif seq == number + 1 and body["prev"] != prev:
            faults.append(Fault(workstation, seq, "chain"))
        if (body["w"], body["n"], body["id"]) != (workstation, seq, record):
            faults.append(Fault(workstation, seq, "columns"))
        last[workstation] = (seq, digest)
    return faults


@dataclass
class _Cell:
    heads: dict[Head, tuple[str, Primitive, str | None]] = field(default_factory=dict)


class Folded:
    """State of one record as the changes make it: a multi-value register for each field.

    A write supersedes exactly the heads its author saw; several heads left are a conflict, and the
    latest stamp is shown meanwhile.
    """

    def __init__(self, register: str, record: str, branch: str) -> None:
        self.register, self.record, self.branch = register, record, branch
        self._cells: dict[str, _Cell] = {}
        self._first: tuple[Head, ...] = ()

    def apply(self, body: Mapping[str, Any]) -> None:
        """Take one change in."""
        head: Head = (body["w"], body["n"])
        kept = body.get("kept", {})
        extra = {f"+{name}": value for name, value in body.get("extra", {}).items()}
        if not self._first:
            self._first = (head,)
        for name, value in {**body["set"], **extra}.items():
            cell = self._cells.setdefault(name, _Cell())
            for seen in body.get("base", {}).get(name.lstrip("+"), ()):
                cell.heads.pop((seen[0], seen[1]), None)
            cell.heads[head] = (body["t"], value, kept.get(name))

    def conflicts(self) -> dict[str, tuple[Primitive, ...]]:
        """Return field → different values standing side by side."""
        found = {
            name: tuple({value: 0 for _, value, _ in cell.heads.values()})
            for name, cell in self._cells.items()
        }
        return {name: values for name, values in found.items() if len(values) > 1}

    def to_record(self) -> Record:
        """Return the record that is shown."""
        kind = register_type(self.register)
        shown = {
            n: max(c.heads.items(), key=lambda i: (i[1][0], i[0]))[1]
            for n, c in self._cells.items()
            if c.heads
        }
        values = {n: kind.by_name[n].type.decode(v) for n, (_, v, _) in shown.items() if n in kind.by_name}
        heads = {n.lstrip("+"): tuple(sorted(c.heads)) for n, c in self._cells.items()}
        own = {n: found for n, found in heads.items() if found != self._first}
        return dataclasses.replace(
            Record(self.register, self.branch, kind.values(**values), self.record),
            kept={n: text for n, (_, _, text) in shown.items() if text is not None},
            extra={n[1:]: str(v) for n, (_, v, _) in shown.items() if n.startswith("+")},
            void_reason=str(shown[VOID][1]) if VOID in shown else "",
            heads={EVERY: self._first, **own},
        )
