"""One write transaction: rows, log, search, problems and totals together, or none of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

from desktop_app.core.changes import Changes
from desktop_app.core.clock import HybridClock, stamp_text
from desktop_app.core.ids import Head
from desktop_app.domain.fields import Primitive
from desktop_app.domain.record import EVERY, Record
from desktop_app.storage import search, tables
from desktop_app.storage.codec import RefTitle, encode_row, encode_values, problem_rows, search_words
from desktop_app.storage.faults import is_of_database, translated
from desktop_app.storage.lanes import Lanes
from desktop_app.storage.log import GENESIS, VOID, Difference, LogRow, difference, entry_text, text_hash
from desktop_app.storage.postgres_connection import PostgresConnection
from desktop_app.storage.queries import Reader
from desktop_app.storage.sender import MANY, Sender
from desktop_app.storage.statements import insert_into, update_of

RECEIVED: Final = "received"
"""Operation of the note that a package was taken in; it concerns nobody else."""
_HELD: Final = 8000
"""Search entries that are held back: the index is written in few large pieces, and nothing asks it meanwhile."""


class Work:
    """Collects what a use case writes; ``flush`` sends it in few statements. Services commit."""

    def __init__(
        self, driver: Any, dialect: str, author: str, lanes: Lanes, clock: HybridClock,
        ref_title: RefTitle,
    ) -> None:  # fmt: skip
        self._sender = Sender(driver, dialect)
        self.dialect = dialect
        self.run, self.insert, self.replace = self._sender.run, self._sender.insert, self._sender.replace
        self.author = author
        self._lanes = lanes
        self._clock = clock
        self._ref_title = ref_title
        self._next_rid: dict[str, int] = {}
        self._tails: dict[str, tuple[int, str]] = {}
        self._begun: dict[str, int] = {}
        self._log: list[LogRow] = []
        self._inserts: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._updates: list[tuple[str, str, dict[str, Any]]] = []
        self._words: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._stale: list[str] = []
        self._problems: dict[str, list[tuple[str | int, ...]]] = {}
        self._tally: Counter[tuple[str, int, str, str]] = Counter()
        self._written: dict[str, list[str]] = defaultdict(list)
        self._periods: set[tuple[str, int]] = set()

    @cached_property
    def reader(self) -> Reader:
        """Reads what this transaction sees, its own writes once they are sent included."""
        driver = self._sender.driver
        return Reader(driver if self.dialect == "sqlite" else PostgresConnection(driver))

    def put(
        self, before: Record | None, after: Record, wake: date | None = None, operation: str = "set", reason: str = "",
        settled: Collection[str] = (),
    ) -> Record:  # fmt: skip
        """Write a record that a service has derived and checked; return it with its new heads.

        A write that changes nothing appends nothing; problems are brought up to date all the same.

        Args:
            settled: fields that are written even where the value stays, to decide a conflict.
        """
        old = encode_values(before) if before else {}
        new = encode_values(after)
        change = difference(before, after, old, new, settled)
        if before is not None and not change:
            self._refresh(before, after, new, wake)
            return after
        head = self._append(after.register, after.id, after.branch, after.period, operation, change, reason)
        if before is not None:
            self._settle(before, change)
        after = after.with_heads(self._heads(before, [*change.values, *change.extra], head))
        self._project(before, after, old, new, wake)
        return after

    def log(self, seen: Record, after: Record, operation: str, reason: str) -> None:
        """Append what an author changed of the record that the author saw, without showing it yet."""
        change = difference(seen, after, encode_values(seen), encode_values(after))
        if change:
            self._append(after.register, after.id, after.branch, after.period, operation, change, reason)

    def note(
        self, operation: str, register: str, record: str, branch: str, period: int, reason: str,
        order: Mapping[str, Any] | None = None,
    ) -> str:  # fmt: skip
        """Append a change that sets no field (closing, reopening, receiving); return its hash.

        Args:
            order: what the note orders, for workstations that receive it (revision, records, until).
        """
        lane, _ = self._append(register, record, branch, period, operation, Difference(), reason, order)
        return self._tails[lane][1]

    def _append(
        self, register: str, record: str, branch: str, month: int, operation: str, change: Difference, reason: str,
        order: Mapping[str, Any] | None = None,
    ) -> Head:  # fmt: skip
        lane = self._lanes.home if operation == RECEIVED else self._lanes.of(branch)
        seq, prev = self.tail(lane)
        stamp = stamp_text(self._clock.tick())
        envelope = {"w": lane, "n": seq + 1, "t": stamp, "u": self.author, "r": register,
                    "id": record, "op": operation, "b": branch, "p": month}  # fmt: skip
        entry = entry_text(envelope, change, reason, prev, order)
        digest = text_hash(entry)
        self._tails[lane] = (seq + 1, digest)
        self._log.append(LogRow(lane, seq + 1, stamp, self.author, register, record, operation, branch, month,
                                entry, digest))  # fmt: skip
        return (lane, seq + 1)

    def tail(self, lane: str) -> tuple[int, str]:
        """Return number and hash of a sequence's last change."""
        if lane not in self._tails:
            last: Any = self.run(_LAST, (lane,)).fetchall()
            self._tails[lane] = (int(last[0][0]), str(last[0][1])) if last else (0, GENESIS)
            self._begun[lane] = self._tails[lane][0]
        return self._tails[lane]

    def take(self, rows: Sequence[LogRow]) -> None:
        """Take changes of other workstations into the log, as they are."""
        self._log.extend(rows)
        for row in rows:
            self._tails[row.workstation] = (row.seq, row.hash)

    def project(self, before: Record | None, after: Record, wake: date | None) -> None:
        """Write a record that the log already has, heads included."""
        old = encode_values(before) if before else {}
        new = encode_values(after)
        self._project(before, after, old, new, wake)

    def _settle(self, before: Record, change: Difference) -> None:
        """A write over values standing side by side decides between them."""
        for name in (*change.values, *change.extra):
            if name == VOID or len(before.heads_of(name)) > 1:
                self.run("DELETE FROM conflict WHERE register = ? AND record = ? AND field = ?",
                         (before.register, before.id, name))  # fmt: skip

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
        words = search_words(after, self._ref_title)
        if before is None:
            row["rid"] = self._rid(after.register)
            names = insert_into(tables.register_table(after.register), self.dialect).names
            self._inserts[after.register].append(tuple([row[name] for name in names]))
            self._words[after.register].append((row["rid"], words))
        else:
            was = encode_row(before, old, None)
            changed = {n: v for n, v in row.items() if n in _LIVE or was[n] != v}
            self._updates.append((after.register, after.id, changed))
            if words != search_words(before, self._ref_title):
                rid = self.run(f"SELECT rid FROM {after.register} WHERE id = ?", (after.id,)).fetchone()[0]
                self._words[after.register].append((int(rid), words))
        self._count(before, old, -1)
        self._count(after, new, 1)
        self._set_problems(after, fresh=before is None)
        self._written[after.register].append(after.id)
        self._periods.add((after.branch, after.period))
        if before is not None:
            self._periods.add((before.branch, before.period))

    def _refresh(self, before: Record, after: Record, new: dict[str, Primitive], wake: date | None) -> None:
        """Bring problems and derived values up to date without a change; a closed month keeps its papers apart."""
        row = encode_row(after, new, wake)
        seen = {name: row[name] for name in ("wake", "errors", "warnings")}
        old = encode_values(before)
        if old != new:
            seen.update({field.name: new[field.name] for field in after.type.fields if field.derived})
            self._count(before, old, -1)
            self._count(after, new, 1)
        self._updates.append((after.register, after.id, seen))
        self._set_problems(after, fresh=False)
        self._written[after.register].append(after.id)

    def _set_problems(self, record: Record, *, fresh: bool) -> None:
        if not fresh:
            self._stale.append(record.id)
        self._problems[record.id] = problem_rows(record)

    def _count(self, record: Record | None, encoded: Mapping[str, Primitive], by: int) -> None:
        if record is None or record.void_reason or not record.type.tallied:
            return
        key = "|".join(str(encoded[name] or "") for name in record.type.tallied)
        self._tally[record.register, record.period, record.branch, key] += by

    def _rid(self, register: str) -> int:
        if register not in self._next_rid:
            # Not max(rid): that takes the shortest index from end to end.
            last = self.run(f"SELECT rid FROM {register} ORDER BY rid DESC LIMIT 1").fetchone()
            self._next_rid[register] = int(last[0]) if last else 0
        self._next_rid[register] += 1
        return self._next_rid[register]

    def send(self) -> None:
        """Send what was collected so far, so that this transaction reads it; the errors are those of ``flush``."""
        try:
            self._send()
        except Exception as fault:
            if not is_of_database(fault):
                raise
            raise translated(fault) from fault

    def flush(self) -> Changes:
        """Send everything collected to the database; the service commits.

        Raises:
            Refusal: a closed month or the log's own guard said no; nothing stays written.
            EnvironmentFault: the disk is full or fails.
        """
        self.send()
        changes = Changes({r: tuple(ids) for r, ids in self._written.items()}, frozenset(self._periods))
        self._written.clear()
        return changes

    def _send(self) -> None:
        send = self._sender
        send.insert_many(tables.change, self._log)
        for register, rows in self._inserts.items():
            send.insert_many(tables.register_table(register), rows)
        for register, record, changed in self._updates:
            statement = update_of(register, tuple(changed), self.dialect)
            send.run_marked(statement, (*changed.values(), record))
        if sum(map(len, self._words.values())) >= _HELD:
            self._send_words()
        if self._stale:
            self.run("DELETE FROM problem WHERE record = ?", [(record,) for record in self._stale])
        send.insert_many(tables.problem, [row for rows in self._problems.values() for row in rows])
        rows = [(*key, n) for key, n in self._tally.items() if n]
        send.upsert_many("tally", ("register", "period", "branch", "key", "n"), rows, _TALLY)
        for store in (self._log, self._inserts, self._updates, self._stale, self._problems, self._tally):
            store.clear()

    def finish(self) -> None:
        """Send what is left; the store calls it before it commits."""
        self.send()
        self._send_words()

    def _is_time_to_fold(self) -> bool:
        """Tell whether this work takes a sequence past another few hundred changes."""
        return any(
            self._tails[lane][0] // search.FOLD_AT > begun // search.FOLD_AT
            for lane, begun in self._begun.items()
        )

    def _send_words(self) -> None:
        if self.dialect == "postgresql":
            for register, rows in self._words.items():
                last = list(dict(rows).items())  # of two entries for one row the later one stands
                self._sender.upsert_many(f"{register}_search", ("rid", "words"), last, _SEARCH)
            self._words.clear()
            return
        many = sum(map(len, self._words.values())) >= MANY or self._is_time_to_fold()
        if many:
            search.fold(self.run)
        for register, rows in self._words.items():
            (search.index if many else search.leave)(self.run, register, rows)
        self._words.clear()


_LIVE: Final = frozenset(("wake", "errors", "warnings", "heads"))
"""Columns that every update writes: what the stored row has there is not asked for."""
_LAST: Final = "SELECT seq, hash FROM change WHERE workstation = ? ORDER BY seq DESC LIMIT 1"
_TALLY: Final = "ON CONFLICT (register, period, branch, key) DO UPDATE SET n = tally.n + excluded.n"
_SEARCH: Final = "ON CONFLICT (rid) DO UPDATE SET words = excluded.words"
