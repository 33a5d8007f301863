"""One write transaction: rows, log, search, problems and totals together, or none of them."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop_app.core.changes import Changes
from desktop_app.core.clock import HybridClock, stamp_text
from desktop_app.core.errors import EnvironmentFault, Refusal
from desktop_app.core.ids import Head
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Primitive, Ref
from desktop_app.domain.record import EVERY, Record
from desktop_app.domain.register import register_type
from desktop_app.storage import tables
from desktop_app.storage.codec import encode_row, encode_values, problem_row, search_words
from desktop_app.storage.log import GENESIS, LogRow, difference, entry_text, text_hash

_LABELLED: Final = {"kind", "type", "item", "zone", "subject", "service"}


class Work:
    """Collects what a use case writes; ``flush`` sends it in few statements. Services commit."""

    def __init__(
        self, connection: sa.Connection, author: str, workstation: str, clock: HybridClock,
        ref_title: Callable[[str, str], str],
    ) -> None:  # fmt: skip
        self.connection = connection
        self.author = author
        self._workstation = workstation
        self._clock = clock
        self._ref_title = ref_title
        self._next_rid: dict[str, int] = {}
        last = connection.execute(_LAST, {"w": workstation}).first()
        self._seq: int = last[0] if last else 0
        self._prev: str = last[1] if last else GENESIS
        self._log: list[dict[str, Any]] = []
        self._inserts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._updates: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._words: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._stale: list[str] = []
        self._problems: list[dict[str, Any]] = []
        self._tally: Counter[tuple[str, int, str, str]] = Counter()
        self._written: dict[str, list[str]] = defaultdict(list)
        self._periods: set[tuple[str, int]] = set()

    def put(
        self, before: Record | None, after: Record, wake: date | None = None, operation: str = "set", reason: str = "",
    ) -> Record:  # fmt: skip
        """Write a record that a service has derived and checked; return it with its new heads.

        A write that changes nothing appends nothing; problems are brought up to date all the same.
        """
        old = encode_values(before) if before else {}
        new = encode_values(after)
        change = difference(before, after, old, new)
        if before is not None and not change:
            self._refresh(before, after, new, wake)
            return after
        head = self._append(after, operation, change, reason)
        after = dataclasses.replace(after, heads=self._heads(before, [*change.values, *change.extra], head))
        self._project(before, after, old, new, wake)
        return after

    def note(self, operation: str, register: str, record: str, branch: str, period: int, reason: str) -> str:
        """Append a change that sets no field (closing, reopening, printing); return its hash."""
        shell = Record(register, branch, register_type(register).blank, record)
        self._append(
            shell,
            operation,
            difference(shell, shell, encode_values(shell), encode_values(shell)),
            reason,
            period,
        )
        return self._prev

    def _append(
        self, record: Record, operation: str, change: Any, reason: str, period: int | None = None
    ) -> Head:
        self._seq += 1
        stamp = stamp_text(self._clock.tick())
        month = record.period if period is None else period
        envelope = {"w": self._workstation, "n": self._seq, "t": stamp, "u": self.author, "r": record.register,
                    "id": record.id, "op": operation, "b": record.branch, "p": month}  # fmt: skip
        entry = entry_text(envelope, change, reason, self._prev)
        self._prev = text_hash(entry)
        self._log.append(LogRow(self._workstation, self._seq, stamp, self.author, record.register, record.id,
                                operation, record.branch, month, entry, self._prev)._asdict())  # fmt: skip
        return (self._workstation, self._seq)

    @staticmethod
    def _heads(before: Record | None, names: list[str], head: Head) -> dict[str, tuple[Head, ...]]:
        if before is None:
            return {EVERY: (head,)}
        return {**before.heads, **dict.fromkeys(names, (head,))}

    def _project(
        self, before: Record | None, after: Record, old: Mapping[str, Primitive], new: dict[str, Primitive],
        wake: date | None,
    ) -> None:  # fmt: skip
        row = encode_row(after, new, wake)
        if before is None:
            row["rid"] = self._rid(after.register)
            self._inserts[after.register].append(row)
            self._words[after.register].append({"rid": row["rid"], "words": self._search_words(after)})
        else:
            self._updates[after.register].append({**row, "_id": row["id"]})
            self._words[after.register].append({"id": after.id, "words": self._search_words(after)})
        self._count(before, old, -1)
        self._count(after, new, 1)
        self._set_problems(after, fresh=before is None)
        self._written[after.register].append(after.id)
        self._periods.update((r.branch, r.period) for r in (before, after) if r is not None)

    def _refresh(self, before: Record, after: Record, new: dict[str, Primitive], wake: date | None) -> None:
        """Bring problems up to date without a change; derived values too, but never those of a closed month."""
        row = encode_row(after, new, wake)
        seen = {name: row[name] for name in ("wake", "errors", "warnings")}
        old = encode_values(before)
        if old != new and not self._is_locked(before):
            seen.update({field.name: new[field.name] for field in after.type.fields if field.derived})
            self._count(before, old, -1)
            self._count(after, new, 1)
        table = tables.register_table(after.register)
        self.connection.execute(table.update().where(table.c.id == after.id), seen)
        self._set_problems(after, fresh=False)
        self._written[after.register].append(after.id)

    def _is_locked(self, record: Record) -> bool:
        lock = tables.month_lock
        here = sa.select(lock.c.revision).where(
            lock.c.branch == record.branch, lock.c.period == record.period
        )
        return self.connection.execute(here).first() is not None

    def _set_problems(self, record: Record, *, fresh: bool) -> None:
        if not fresh:
            self._stale.append(record.id)
            self._problems = [p for p in self._problems if p["record"] != record.id]
        self._problems.extend(problem_row(record, p) for p in record.problems)

    def _count(self, record: Record | None, encoded: Mapping[str, Primitive], by: int) -> None:
        if record is None or record.void_reason or not record.type.tallied:
            return
        key = "|".join(str(encoded[name] or "") for name in record.type.tallied)
        self._tally[record.register, record.period, record.branch, key] += by

    def _rid(self, register: str) -> int:
        if register not in self._next_rid:
            last = self.connection.exec_driver_sql(f"SELECT max(rid) FROM {register}").scalar()
            self._next_rid[register] = int(last or 0)
        self._next_rid[register] += 1
        return self._next_rid[register]

    def _search_words(self, record: Record) -> str:
        labels: list[str] = []
        for item in record.type.fields:
            value = getattr(record.values, item.name)
            if value is None:
                continue
            if isinstance(item.type, Coded) and item.name in _LABELLED:
                code = classifier(item.type.of).by_code.get(value)
                labels.extend((code.label.kk, code.label.ru) if code else (value,))
            elif isinstance(item.type, Ref) and item.type.to != "person":
                labels.append(self._ref_title(item.type.to, value))
        return search_words(record, labels)

    def flush(self) -> Changes:
        """Send everything collected to the database; the service commits.

        Raises:
            Refusal: a closed month or the log's own guard said no; nothing stays written.
            EnvironmentFault: the disk is full or fails.
        """
        try:
            self._send()
        except sa.exc.DBAPIError as fault:
            raise translated(fault) from fault
        changes = Changes({r: tuple(ids) for r, ids in self._written.items()}, frozenset(self._periods))
        self._written.clear()
        return changes

    def _send(self) -> None:
        run = self.connection.execute
        if self._log:
            run(tables.change.insert(), self._log)
        for register, rows in self._inserts.items():
            run(tables.register_table(register).insert(), rows)
        for register, rows in self._updates.items():
            table = tables.register_table(register)
            for row in rows:
                run(table.update().where(table.c.id == row.pop("_id")), row)
        for register, rows in self._words.items():
            self._send_words(register, rows)
        if self._stale:
            run(tables.problem.delete().where(tables.problem.c.record == sa.bindparam("b_record")),
                [{"b_record": r} for r in self._stale])  # fmt: skip
        if self._problems:
            run(tables.problem.insert(), self._problems)
        rows = [{"register": k[0], "period": k[1], "branch": k[2], "key": k[3], "n": n}
                for k, n in self._tally.items() if n]  # fmt: skip
        if rows:
            run(_TALLY, rows)
        for store in (
            self._log,
            self._inserts,
            self._updates,
            self._words,
            self._stale,
            self._problems,
            self._tally,
        ):
            store.clear()

    def _send_words(self, register: str, rows: list[dict[str, Any]]) -> None:
        new = [row for row in rows if "rid" in row]
        if new:
            self.connection.execute(
                sa.text(f"INSERT INTO {register}_search(rowid, words) VALUES (:rid, :words)"), new
            )
        changed = [row for row in rows if "id" in row]
        if changed:
            rid = f"(SELECT rid FROM {register} WHERE id = :id)"
            self.connection.execute(
                sa.text(f"INSERT OR REPLACE INTO {register}_search(rowid, words) VALUES ({rid}, :words)"),
                changed,
            )


_LAST: Final = (
    sa.select(tables.change.c.seq, tables.change.c.hash)
    .where(tables.change.c.workstation == sa.bindparam("w"))
    .order_by(tables.change.c.seq.desc())
    .limit(1)
)
_base = upsert(tables.tally)
_TALLY: Final = _base.on_conflict_do_update(
    index_elements=["register", "period", "branch", "key"], set_={"n": tables.tally.c.n + _base.excluded.n}
)

_GUARDS: Final = {
    "month_closed": "month.closed",
    "log_is_append_only": "log.append_only",
    "never_deleted": "record.never_deleted",
}


def translated(fault: Exception) -> Exception:
    """Return the house's error for the driver's: guards, full disk, lock; our own bugs stay as they are."""
    text = str(getattr(fault, "orig", fault))
    for mark, code in _GUARDS.items():
        if f"tizilim:{mark}" in text:
            return Refusal(code)
    if "disk is full" in text or "disk I/O error" in text:
        return EnvironmentFault("disk.full")
    if "readonly" in text:
        return EnvironmentFault("disk.read_only")
    if "locked" in text:
        return EnvironmentFault("disk.locked")
    return fault
