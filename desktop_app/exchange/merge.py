"""Sorting changes in: which are new, known, early, forked or not the sender's to bring.

The set of changes only grows, so order, doubling and delay of packages do not matter. Each sequence is
gapless and chained: what comes early waits, and the same number with another hash is a fork (a cloned or
restored workstation), which stops that sequence and no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop_app.domain.fields import Primitive
from desktop_app.domain.register import RegisterType, registers
from desktop_app.storage.log import VOID, LogRow, text_hash

Carried = tuple[str, str]
"""Entry as its author hashed it, and the hash."""
_NEEDED: Final = {
    "w": str,
    "n": int,
    "t": str,
    "u": str,
    "r": str,
    "id": str,
    "op": str,
    "b": str,
    "p": int,
    "prev": str,
}
"""Keys of every entry and their types; the rest is optional."""


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
    bad: list[tuple[str, str]] = field(default_factory=list)
    """(what is wrong, entry) of what is no change at all; a whole sequence stops there."""


def row_of(entry: str, digest: str) -> LogRow | None:
    """Return the stored form of a carried change; None when it is none."""
    try:
        body = json.loads(entry)
    except ValueError:
        return None
    if not isinstance(body, dict) or "\0" in entry or text_hash(entry) != digest:
        return None
    for name, kind in _NEEDED.items():
        if type(body.get(name)) is not kind:
            return None
    if not isinstance(body.get("set"), dict) or body["n"] < 1:
        return None
    return LogRow(
        body["w"],
        body["n"],
        body["t"],
        body["u"],
        body["r"],
        body["id"],
        body["op"],
        body["b"],
        body["p"],
        entry,
        digest,
    )


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
            row = row_of(entry, digest)
            if row is None:
                self.found.bad.append(("unreadable", entry[:200]))
            elif row.workstation in self._stopped:
                continue
            else:
                self._place(row)
        self.found.waiting = [row for row in self.found.waiting if (row.workstation, row.seq) in self._early]

    def _tail(self, lane: str) -> tuple[int, str]:
        if lane not in self._tails:
            self._tails[lane] = self._tail_of(lane)
        return self._tails[lane]

    def _place(self, row: LogRow) -> None:
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
        elif json.loads(row.entry)["prev"] != prev:
            self._stop(row, prev)
        else:
            self._take(row)
            self._release(row.workstation)

    def _take(self, row: LogRow) -> None:
        self._tails[row.workstation] = (row.seq, row.hash)
        self._new[row.workstation, row.seq] = row.hash
        self.found.taken.append(row)

    def _release(self, lane: str) -> None:
        """Take what waited for the change just taken."""
        while (row := self._early.pop((lane, self._tails[lane][0] + 1), None)) is not None:
            if json.loads(row.entry)["prev"] != self._tails[lane][1]:
                self._stop(row, self._tails[lane][1])
                return
            self._take(row)

    def _stop(self, row: LogRow, ours: str) -> None:
        self._stopped.add(row.workstation)
        self.found.forks.append(Fork(row.workstation, row.seq, ours, row.hash))


def faults_of(row: LogRow) -> Iterator[tuple[str, str]]:
    """Yield (reason, detail) of what this version cannot use of a change; the change itself is always kept.

    ``unknown_register`` and ``unknown_field`` wait for a newer version; ``unreadable_value`` needs its author.
    """
    kind = registers().get(row.register)
    if kind is None:
        if row.operation in ("set", "import", "void", "undo"):
            yield "unknown_register", row.register
        return
    body = json.loads(row.entry)
    for name, stored in body["set"].items():
        if name == VOID:
            continue
        if name not in kind.by_name:
            yield "unknown_field", name
        elif not _is_readable(kind, name, stored):
            yield "unreadable_value", name


def _is_readable(kind: RegisterType, name: str, stored: Primitive) -> bool:
    wanted = int if kind.by_name[name].type.column == "integer" else str
    if stored is not None and type(stored) is not wanted:
        return False
    try:
        value = kind.by_name[name].type.decode(stored)
        return kind.by_name[name].type.encode(value) == stored if value is not None else stored is None
    except (ValueError, TypeError, ArithmeticError):
        return False


def usable(body: dict[str, Any], kind: RegisterType) -> dict[str, Any]:
    """Return a change's body without the values that cannot be read, so that the rest of it counts."""
    bad = [
        name for name, stored in body["set"].items()
        if name in kind.by_name and not _is_readable(kind, name, stored)
    ]  # fmt: skip
    if not bad:
        return body
    return {**body, "set": {name: value for name, value in body["set"].items() if name not in bad}}
