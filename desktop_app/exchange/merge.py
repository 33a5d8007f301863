"""Sorting changes in: which are new, known, early, forked or not the sender's to bring.

The set of changes only grows, so order, doubling and delay of packages do not matter. Each sequence is
gapless and chained: what comes early waits, and the same number with another hash is a fork (a cloned or
restored workstation), which stops that sequence and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from desktop_app.domain.fields import FieldType, Primitive
from desktop_app.domain.register import RegisterType, registers
from desktop_app.exchange.wire import Carried, WireFault, entry_of
from desktop_app.storage.log import VOID, LogRow, text_hash


@dataclass(frozen=True, slots=True)
class Fork:
    """One number of one sequence with two different changes."""

    workstation: str
    seq: int
    ours: str
    theirs: str


@dataclass(slots=True)
class Sorted:
    """What became of the changes offered."""

    taken: list[LogRow] = field(default_factory=list)
    known: int = 0
    waiting: list[LogRow] = field(default_factory=list)
    forks: list[Fork] = field(default_factory=list)
    bodies: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    """What each change taken says, read once."""
    bad: list[tuple[str, str]] = field(default_factory=list)
    """(what is wrong, entry) of what is no change at all; a whole sequence stops there."""


def _hash(entry: str) -> str:
    try:
        return text_hash(entry)
    except UnicodeError:  # half a pair of surrogates
        return ""


def row_of(entry: str, digest: str) -> tuple[LogRow, dict[str, Any]] | None:
    """Return the stored form of a carried change and what it says; None when it is none that any version writes."""
    if _hash(entry) != digest:
        return None
    try:
        body = entry_of(entry)
    except WireFault:
        return None
    row = LogRow(body["w"], body["n"], body["t"], body["u"], body["r"], body["id"], body["op"], body["b"], body["p"],
                 entry, digest)  # fmt: skip
    return row, body


class Sorter:
    """Sorts changes against what is stored.

    Args:
        tail: sequence → (number, hash) of the last change stored.
        stored: (sequence, number) → hash stored there, None when nothing is.
        stopped: sequences that a fork stopped.
        early: changes that wait from earlier packages, by sequence and number.
    """

    def __init__(
        self, tail: Callable[[str], tuple[int, str]], stored: Callable[[str, int], str | None], stopped: set[str],
        early: Mapping[tuple[str, int], LogRow],
    ) -> None:  # fmt: skip
        self._tail_of, self._stored = tail, stored
        self._tails: dict[str, tuple[int, str]] = {}
        self._stopped = set(stopped)
        self._early = dict(early)
        self._new: dict[tuple[str, int], str] = {}
        self.found = Sorted()

    def offer(self, carried: Iterable[Carried]) -> None:
        """Sort some changes in."""
        for entry, digest in carried:
            read = row_of(entry, digest)
            if read is None:
                self.found.bad.append(("unreadable", entry[:200]))
            elif read[0].workstation not in self._stopped:
                self._place(*read)
        self.found.waiting = [row for row in self.found.waiting if (row.workstation, row.seq) in self._early]

    def _tail(self, lane: str) -> tuple[int, str]:
        if lane not in self._tails:
            self._tails[lane] = self._tail_of(lane)
        return self._tails[lane]

    def _place(self, row: LogRow, body: dict[str, Any]) -> None:
        last, prev = self._tail(row.workstation)
        if row.seq <= last:
            here = self._new.get((row.workstation, row.seq)) or self._stored(row.workstation, row.seq)
            if here == row.hash:
                self.found.known += 1
            else:
                self._stop(row, here or "")
        elif row.seq > last + 1:
            waits = self._early.get((row.workstation, row.seq))
            if waits is not None and waits.hash != row.hash:
                self._stop(row, waits.hash)
            elif waits is None:
                self._early[row.workstation, row.seq] = row
                self.found.waiting.append(row)
        elif body["prev"] != prev:
            self._stop(row, prev)
        else:
            self._take(row, body)
            self._release(row.workstation)

    def _take(self, row: LogRow, body: dict[str, Any]) -> None:
        self.found.bodies[row.workstation, row.seq] = body
        self._tails[row.workstation] = (row.seq, row.hash)
        self._new[row.workstation, row.seq] = row.hash
        self.found.taken.append(row)

    def _release(self, lane: str) -> None:
        """Take what waited for the change just taken."""
        while (row := self._early.pop((lane, self._tails[lane][0] + 1), None)) is not None:
            body = msgspec.json.decode(row.entry)
            if body["prev"] != self._tails[lane][1]:
                self._stop(row, self._tails[lane][1])
                return
            self._take(row, body)

    def _stop(self, row: LogRow, ours: str) -> None:
        self._stopped.add(row.workstation)
        self.found.forks.append(Fork(row.workstation, row.seq, ours, row.hash))


def faults_of(row: LogRow, body: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return (reason, detail) of what this version cannot use of a change; the change itself is always kept.

    ``unknown_register`` and ``unknown_field`` wait for a newer version; ``unreadable_value`` needs its author.
    """
    kind = registers().get(row.register)
    if kind is None:
        return ("unknown_register", row.register) if body["set"] else None
    fields = kind.by_name
    for name, stored in body["set"].items():
        if name in fields:
            if not _is_readable(fields[name].type, stored):
                return "unreadable_value", name
        elif name != VOID:
            return "unknown_field", name
    return None


_CLASSES: Final = {"integer": int, "text": str}
_LARGEST: Final = 2**31 - 1
"""What a whole number may be in both databases."""


def _is_readable(kind: FieldType, stored: Primitive) -> bool:
    if stored is None:
        return True
    if type(stored) is not _CLASSES[kind.column] or (isinstance(stored, int) and abs(stored) > _LARGEST):
        return False
    if kind.form is None:
        return True
    try:
        return kind.form.encode(kind.form.decode(stored)) == stored
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return False


def usable(body: dict[str, Any], kind: RegisterType) -> dict[str, Any]:
    """Return a change's body without the values that cannot be read, so that the rest of it counts."""
    bad = [
        name for name, stored in body["set"].items()
        if name in kind.by_name and not _is_readable(kind.by_name[name].type, stored)
    ]  # fmt: skip
    if not bad:
        return body
    return {**body, "set": {name: value for name, value in body["set"].items() if name not in bad}}
