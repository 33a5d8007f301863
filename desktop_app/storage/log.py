"""The change log: append-only, hash-chained; audit trail, undo history and content of packages at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from desktop_app.core.ids import Head
from desktop_app.domain.fields import Primitive
from desktop_app.domain.record import EVERY, Record
from desktop_app.domain.register import register_type
from desktop_app.storage.codec import decoded, dumps

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
    before: Record | None, after: Record, old: Mapping[str, Primitive], new: Mapping[str, Primitive],
    settled: Collection[str] = (),
) -> Difference:  # fmt: skip
    """Return what ``after`` sets against ``before``; ``old`` and ``new`` are their encoded values.

    Fields in ``settled`` are set even where the value stays.
    """
    found = Difference()
    was_kept = before.kept if before else {}
    was_extra = before.extra if before else {}
    for item in after.type.entered:
        name = item.name
        value, text = new[name], after.kept.get(name)
        if before is None:
            if value is None and text is None:
                continue
        elif old[name] == value and was_kept.get(name) == text and name not in settled:
            continue
        found.values[name] = value
        if text is not None:
            found.kept[name] = text
    was_void = before.void_reason if before else ""
    if was_void != after.void_reason or VOID in settled:
        found.values[VOID] = after.void_reason
    found.extra.update({k: v for k, v in after.extra.items() if was_extra.get(k) != v or k in settled})
    if before is not None:
        found.base.update({name: before.heads_of(name) for name in (*found.values, *found.extra)})
        # A void says what it saw of the whole record, an edit whether it saw the void: see Folded.conflicts.
        if VOID in found.values:
            found.base[VOID] = tuple(sorted({head for heads in before.heads.values() for head in heads}))
        elif before.void_reason and found:
            found.base[VOID] = before.heads_of(VOID)
    return found


def entry_text(
    head: Mapping[str, Any],
    change: Difference,
    reason: str,
    prev: str,
    order: Mapping[str, Any] | None = None,
) -> str:
    """Return the text of a change: what is hashed, stored and carried, byte for byte."""
    body: dict[str, Any] = {**head, "set": change.values, "prev": prev}
    optional = (
        ("kept", change.kept),
        ("extra", change.extra),
        ("base", change.base),
        ("why", reason),
        ("order", order),
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


@dataclass(frozen=True, slots=True)
class Version:
    """One value that stands in a field: what, and which change it came from."""

    head: Head
    stamp: str
    author: str
    value: Primitive
    kept: str | None
    saw: frozenset[Head] = frozenset()


@dataclass
class _Cell:
    versions: dict[Head, Version] = field(default_factory=dict)
    superseded: set[Head] = field(default_factory=set)

    def live(self) -> list[Version]:
        """Versions that no other write saw, in the order of their changes' names."""
        return [self.versions[head] for head in sorted(self.versions) if head not in self.superseded]


class Folded:
    """State of one record as the changes make it: a multi-value register for each field.

    A write supersedes exactly the heads its author saw; several heads left are a conflict, and the
    latest stamp is shown meanwhile. The order in which changes are applied does not matter: what was seen
    counts as seen also when it comes after the write that saw it.
    """

    def __init__(self, register: str, record: str, branch: str) -> None:
        self.register, self.record, self.branch = register, record, branch
        self._cells: dict[str, _Cell] = {}
        self._first: tuple[str, Head, str] | None = None

    def apply(self, body: Mapping[str, Any]) -> None:
        """Take one change in."""
        head: Head = (body["w"], body["n"])
        kept, base = body.get("kept", {}), body.get("base", {})
        saw = frozenset((seen[0], seen[1]) for seen in base.get(VOID, ()))
        extra = {f"+{name}": value for name, value in body.get("extra", {}).items()}
        if not base and (self._first is None or (body["t"], head) < self._first[:2]):
            self._first = (body["t"], head, body["b"])
        for name, value in (*body["set"].items(), *extra.items()):
            cell = self._cells.setdefault(name, _Cell())
            cell.superseded.update((seen[0], seen[1]) for seen in base.get(name.lstrip("+"), ()))
            cell.versions[head] = Version(head, body["t"], body["u"], value, kept.get(name), saw)

    def conflicts(self) -> dict[str, list[Version]]:
        """Return field → versions, where different values stand side by side.

        A void and an edit that did not see each other stand side by side too: under the void's name.
        """
        live = {name: cell.live() for name, cell in self._cells.items()}
        listed = {
            name.lstrip("+"): found
            for name, found in live.items()
            if len({(version.value, version.kept) for version in found}) > 1
        }
        if VOID not in listed and (unseen := _unseen_by_void(live)):
            listed[VOID] = unseen
        return listed

    def to_record(self) -> Record:
        """Return the record that is shown; fields that this version does not know stay in the log only."""
        kind = register_type(self.register)
        live = {name: cell.live() for name, cell in self._cells.items()}
        shown = {name: max(found, key=lambda v: (v.stamp, v.head)) for name, found in live.items() if found}
        values = {n: kind.by_name[n].type.decode(v.value) for n, v in shown.items() if n in kind.by_name}
        first = ((self._first[1]),) if self._first else ()
        heads = {n.lstrip("+"): tuple(v.head for v in found) for n, found in live.items() if found}
        own = {n: found for n, found in heads.items() if found != first}
        return Record(
            self.register,
            self._first[2] if self._first else self.branch,
            kind.values(**values),
            self.record,
            {n: v.kept for n, v in shown.items() if v.kept is not None},
            {n[1:]: str(v.value) for n, v in shown.items() if n.startswith("+")},
            str(shown[VOID].value) if VOID in shown else "",
            {EVERY: first, **own},
        )


def alone(register: str, body: Mapping[str, Any]) -> Record:
    """Return the record of its only change: what :class:`Folded` would give, without looking for conflicts."""
    kind = register_type(register)
    return Record(
        register, body["b"], kind.values(**decoded(register, body["set"])), body["id"], body.get("kept", {}),
        {n: str(v) for n, v in body.get("extra", {}).items()}, str(body["set"].get(VOID, "")),
        {EVERY: ((body["w"], body["n"]),)},
    )  # fmt: skip


def _unseen_by_void(live: Mapping[str, list[Version]]) -> list[Version]:
    """Return the void and, as «not void», the latest edit that neither saw it nor was seen by it."""
    for void in live.get(VOID, ()):
        edits = [
            version for name, found in live.items() for version in found
            if void.value and name != VOID and version.head not in void.saw and version.head != void.head
            and void.head not in version.saw
        ]  # fmt: skip
        if edits:
            last = max(edits, key=lambda v: (v.stamp, v.head))
            return [void, Version(last.head, last.stamp, last.author, "", None)]
    return []
