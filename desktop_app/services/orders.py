"""Whether locks and reopenings of months are those that the log orders, and what was changed after a closing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from desktop_app.storage.log import LogRow
from desktop_app.storage.queries import Reader

AFTER_CLOSING: Final = "after_closing"
"""Reason under which headquarters lists a change of a submitted month outside a reopening."""
_ANY: Final = "*"
_NEW: Final = "new"


def unordered(reader: Reader) -> list[tuple[str, int, str]]:
    """Return (branch, month, what) of each lock or reopening that the log does not order, or orders and lacks."""
    locks: dict[tuple[str, int], int] = {}
    faults: set[tuple[str, int, str]] = set()
    closings, reopenings = _ordered(reader)
    for branch, period, revision, digest in reader.rows(
        "SELECT branch, period, revision, hash FROM month_lock"
    ):
        locks[branch, period] = max(locks.get((branch, period), 0), revision)
        if (branch, period, digest) not in closings:
            faults.add((branch, period, "lock"))
    for (branch, period, _), revision in closings.items():
        if revision > locks.get((branch, period), 0):
            faults.add((branch, period, "lock"))
    rows = reader.rows("SELECT branch, period, revision, record, until, hash FROM reopening")
    here = {(b, p, r, record, until, digest) for b, p, r, record, until, digest in rows}
    faults.update((one[0], one[1], "reopening") for one in here ^ reopenings)
    return sorted(faults)


def _ordered(reader: Reader) -> tuple[dict[tuple[str, int, str], int], set[tuple[Any, ...]]]:
    closings: dict[tuple[str, int, str], int] = {}
    reopenings: set[tuple[Any, ...]] = set()
    for operation, branch, period, entry, digest in reader.rows(
        "SELECT operation, branch, period, entry, hash FROM change WHERE operation IN ('closed', 'reopen')"
    ):
        order = json.loads(entry).get("order", {})
        revision = int(order.get("revision", 0))
        if operation == "closed":
            closings[branch, period, digest] = revision
        elif revision:
            reopenings.update(
                (branch, period, revision, str(record), str(order["until"]), digest)
                for record in order["records"]
            )
    return closings, reopenings


def after_closing(reader: Reader, taken: Iterable[LogRow]) -> list[LogRow]:
    """Return the changes that came after the closing of their month and that no reopening covers.

    Two workstations of a branch may close and edit without having met: that, too, headquarters wants to see.
    """
    by_month: dict[tuple[str, int], list[LogRow]] = defaultdict(list)
    for row in taken:
        by_month[row.branch, row.period].append(row)
    found: list[LogRow] = []
    for (branch, period), rows in by_month.items():
        if not reader.rows("SELECT 1 FROM month_lock WHERE branch = ? AND period = ?", [branch, period]):
            continue
        notes = _notes(reader, branch, period)
        found += [row for row in rows if _is_late(reader, row, notes)]
    return found


def _notes(reader: Reader, branch: str, period: int) -> list[dict[str, Any]]:
    rows = reader.rows(
        "SELECT c.entry FROM submission s JOIN change c ON c.record = s.id AND c.branch = s.branch "
        "WHERE s.branch = ? AND s.month = ? AND c.operation IN ('closed', 'reopen') ORDER BY c.stamp", [branch, period],
    )  # fmt: skip
    return [json.loads(entry) for (entry,) in rows]


def _is_late(reader: Reader, row: LogRow, notes: list[dict[str, Any]]) -> bool:
    closed = [note for note in notes if note["op"] == "closed" and _is_before(note, row)]
    if not closed:
        return False
    revision = max(int(note.get("order", {}).get("revision", 0)) for note in closed)
    first = reader.rows("SELECT min(stamp) FROM change WHERE record = ?", [row.record])[0][0] == row.stamp
    # Its last day is for the branch's own guard to hold: clocks of two places are no proof.
    named = {row.record, _ANY, *([_NEW] if first else [])}
    return not any(
        note["op"] == "reopen" and int(note["order"].get("revision", 0)) == revision
        and named & set(note["order"].get("records", ()))
        for note in notes
    )  # fmt: skip


def _is_before(note: dict[str, Any], row: LogRow) -> bool:
    if note["w"] == row.workstation:
        return bool(note["n"] < row.seq)
    return bool(note["t"] < row.stamp)
