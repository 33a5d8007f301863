"""Reading: records, pages of a list, search, counts. Plain SQL on the driver, no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from desktop_app.core.periods import Period
from desktop_app.core.problems import Located, Problem, Severity
from desktop_app.domain.record import Record
from desktop_app.domain.register import RegisterType, register_type
from desktop_app.storage import search
from desktop_app.storage.codec import ENVELOPE, decode_problem, decode_row
from desktop_app.storage.conditions import Filter, page_sql, sort_sql, where_sql
from desktop_app.storage.connection import Connection

_CHUNK: Final = 500


class Reader:
    """Reads over one connection; open one for each thread that reads."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect: str = getattr(connection, "dialect", "sqlite")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a statement."""
        found: list[tuple[Any, ...]] = self.connection.execute(sql, values).fetchall()
        return found

    def _where(self, kind: RegisterType, shown: Filter) -> tuple[str, list[Any]]:
        condition, values = where_sql(kind, shown)
        if search.parts_of(shown.words):
            found, texts = self._matching(kind.code, shown.words)
            return f"{condition} AND rid IN ({found})", [*values, *texts]
        return condition, values

    def _matching(self, code: str, words: str, limit: int = 0) -> tuple[str, list[Any]]:
        if self.dialect == "postgresql":
            return search.condition_trgm(code, words)
        return search.condition(code, words, self._waiting(code), limit)

    def _waiting(self, code: str) -> list[tuple[Any, ...]]:
        return self.rows("SELECT rid, words FROM search_waiting WHERE register = ?", [code])

    def page(
        self, kind: RegisterType, columns: tuple[str, ...], shown: Filter, sort: str,
        after: tuple[Any, int] | None = None, limit: int = 200,
    ) -> list[tuple[Any, ...]]:  # fmt: skip
        """Return the next rows of a list after a key (sort value, rid); ``sort`` with a leading ``-`` descends."""
        name, descending = sort.lstrip("-"), sort.startswith("-")
        found: list[tuple[Any, ...]] = []
        for condition, values in self._spans(kind, shown, name):
            sql = page_sql(kind.code, columns, name, descending, condition, after is not None)
            found += self.rows(sql, [*values, *(after or ()), limit - len(found)])
            if len(found) == limit:
                break
        return found

    def _spans(self, kind: RegisterType, shown: Filter, name: str) -> list[tuple[str, list[Any]]]:
        """Return the condition of a list, in the parts that follow one another in its order.

        By date, a month is one stretch of an index: of the branch's index, which holds its months by date, or of
        the index of all dates.
        """
        if not shown.first or shown.undated or name != kind.dated_by:
            return [self._where(kind, shown)]
        condition, values = self._where(kind, replace(shown, first=0, last=0))
        if shown.branch and shown.last in (0, shown.first):
            return [(f"{condition} AND period = ?", [*values, shown.first])]
        first = Period.from_number(shown.first).first_day.isoformat()
        last = Period.from_number(shown.last or shown.first).last_day.isoformat()
        return [(f"{condition} AND {sort_sql(kind, name)} BETWEEN ? AND ?", [*values, first, last])]

    def anchors(self, kind: RegisterType, shown: Filter, sort: str, step: int) -> list[tuple[Any, int]]:
        """Return the key of every ``step``-th row, for jumping anywhere in a long list at constant memory."""
        name, descending = sort.lstrip("-"), sort.startswith("-")
        expression, way = sort_sql(kind, name), "DESC" if descending else "ASC"
        found: list[tuple[Any, int]] = []
        left = step
        for condition, values in self._spans(kind, shown, name):
            cursor = self.connection.execute(
                f"SELECT {expression}, rid FROM {kind.code} WHERE {condition} ORDER BY {expression} {way}, rid {way}",
                values,
            )
            while block := cursor.fetchmany(left):
                left -= len(block)
                if not left:
                    found.append(tuple(block[-1]))
                    left = step
        return found

    def count(self, kind: RegisterType, shown: Filter) -> int:
        """Return how many records a filter shows."""
        condition, values = self._where(kind, shown)
        return int(self.rows(f"SELECT count(*) FROM {kind.code} WHERE {condition}", values)[0][0])

    def get(self, register: str, record_id: str) -> Record | None:
        """Return one record with its problems."""
        found = list(self.records(register, "id = ?", [record_id]))
        return found[0] if found else None

    def records(
        self, register: str, condition: str = "1 = 1", values: Sequence[Any] = ()
    ) -> Iterator[Record]:
        """Yield records in the order they were entered; problems only where there are any."""
        kind = register_type(register)
        names = (*ENVELOPE, *(item.name for item in kind.fields))
        cursor = self.connection.execute(
            f"SELECT {', '.join(names)} FROM {register} WHERE {condition} ORDER BY rid", values
        )
        errors, warnings, key = names.index("errors"), names.index("warnings"), names.index("id")
        while block := cursor.fetchmany(_CHUNK):
            found = self._problems_of([row[key] for row in block if row[errors] or row[warnings]])
            for stored in block:
                record = decode_row(register, dict(zip(names, stored, strict=True)))
                yield record.with_problems(tuple(found[record.id])) if record.id in found else record

    def _problems_of(self, records: Sequence[str]) -> dict[str, list[Problem]]:
        """Return stored problems by record: one question for many records."""
        if not records:
            return {}
        found: dict[str, list[Problem]] = {}
        marks = ",".join("?" * len(records))
        for record, *problem in self.rows(
            "SELECT record, code, severity, fields, params FROM problem "
            f"WHERE record IN ({marks}) ORDER BY severity DESC, number", records,
        ):  # fmt: skip
            found.setdefault(record, []).append(decode_problem(*problem))
        return found

    def problem_counts(
        self, branch: str = "", first: int = 0, last: int = 0
    ) -> dict[str, dict[str, tuple[int, int]]]:
        """Return register → problem code → (severity, count)."""
        parts: list[str] = ["1 = 1"]
        values: list[Any] = []
        if branch:
            parts.append("branch = ?")
            values.append(branch)
        if first:
            parts.append("period BETWEEN ? AND ?")
            values += [first, last or first]
        found: dict[str, dict[str, tuple[int, int]]] = {}
        for register, code, severity, n in self.rows(
            f"SELECT register, code, max(severity), count(*) FROM problem WHERE {' AND '.join(parts)} GROUP BY 1, 2",
            values,
        ):
            found.setdefault(register, {})[code] = (severity, n)
        return found

    def error_counts(self, branch: str, period: int) -> dict[str, int]:
        """Return register → errors of a month; one code may be an error in one field and a warning in another."""
        here, values = (" AND branch = ?", [branch]) if branch else ("", [])
        rows = self.rows(
            f"SELECT register, count(*) FROM problem WHERE period = ? AND severity = ?{here} GROUP BY 1",
            [period, int(Severity.ERROR), *values],
        )
        return {str(register): int(n) for register, n in rows}

    def problems(
        self, branch: str, first: int, last: int, code: str = "", limit: int = 5000
    ) -> list[Located]:
        """Return problems of a span of months, heaviest first."""
        parts, values = ["period BETWEEN ? AND ?"], [first, last]
        for name, value in (("branch", branch), ("code", code)):
            if value:
                parts.append(f"{name} = ?")
                values.append(value)  # type: ignore[arg-type]
        rows = self.rows(
            "SELECT code, severity, fields, params, register, record, branch, period FROM problem "
            f"WHERE {' AND '.join(parts)} ORDER BY severity DESC, code, number LIMIT ?", [*values, limit],
        )  # fmt: skip
        return [Located(decode_problem(*row[:4]), *row[4:]) for row in rows]

    def tallies(
        self, register: str, first: int, last: int, branch: str = ""
    ) -> list[tuple[str, int, tuple[str, ...], int]]:
        """Return maintained totals: (branch, period, codes of the tallied fields, count)."""
        extra = " AND branch = ?" if branch else ""
        values: list[Any] = [register, first, last, *([branch] if branch else [])]
        rows = self.rows(
            f"SELECT branch, period, key, n FROM tally WHERE register = ? AND period BETWEEN ? AND ?{extra} AND n <> 0",
            values,
        )
        return [(b, p, tuple(key.split("|")), n) for b, p, key, n in rows]

    def counted(self, register: str, first: int, last: int, branch: str = "") -> dict[tuple[str, int], int]:
        """Return maintained totals added up: (branch, period) → count."""
        extra = " AND branch = ?" if branch else ""
        rows = self.rows(
            "SELECT branch, period, sum(n) FROM tally WHERE register = ? AND period BETWEEN ? AND ?"
            f"{extra} GROUP BY branch, period", [register, first, last, *([branch] if branch else [])],
        )  # fmt: skip
        return {(code, period): int(n) for code, period, n in rows}

    def search(self, words: str, registers: Sequence[str], limit: int = 50) -> list[tuple[str, str]]:
        """Return (register, record id) of what matches, newest first."""
        if not search.parts_of(words):
            return []
        found: list[tuple[str, str]] = []
        for code in registers:
            rids, values = self._matching(code, words, limit)
            sql = f"SELECT id FROM {code} WHERE rid IN ({rids}) ORDER BY rid DESC LIMIT ?"
            found.extend((code, row[0]) for row in self.rows(sql, [*values, limit]))
        return found

    def lanes(self) -> list[tuple[str, str]]:
        """Return every sequence of the log and the branch that it is about."""
        found: list[tuple[str, str]] = []
        lane = ""
        # One step a sequence along the key: reading a million changes for forty names would be waste.
        while rows := self.rows(
            "SELECT workstation, branch FROM change WHERE workstation > ? ORDER BY workstation, seq LIMIT 1",
            [lane],
        ):
            lane, branch = rows[0]
            found.append((lane, branch))
        return found

    def last_of(self, lane: str) -> tuple[int, str]:
        """Return number and stamp of a sequence's last change."""
        rows = self.rows(
            "SELECT seq, stamp FROM change WHERE workstation = ? ORDER BY seq DESC LIMIT 1", [lane]
        )
        return int(rows[0][0]), str(rows[0][1])

    def changes_text(self, lane: str, after: int, upto: int) -> str:
        """Return changes of a sequence as JSON, ``[[entry, hash], …]``, put together by the database itself."""
        whole = (
            "coalesce(json_agg(json_build_array(entry, hash)), '[]')" if self.dialect == "postgresql"
            else "json_group_array(json_array(entry, hash))"
        )  # fmt: skip
        part = "SELECT entry, hash FROM change WHERE workstation = ? AND seq > ? AND seq <= ? ORDER BY seq"
        return str(
            self.rows(f"SELECT CAST({whole} AS text) FROM ({part}) AS part", [lane, after, upto])[0][0]
        )

    def meta(self, name: str, default: str = "") -> str:
        """Return a setting of the workspace."""
        found = self.rows("SELECT value FROM meta WHERE name = ?", [name])
        return str(found[0][0]) if found else default

    def changes_of(self, record_id: str) -> list[str]:
        """Return the entries of a record's history, oldest first."""
        rows = self.rows(
            "SELECT entry FROM change WHERE record = ? ORDER BY stamp, workstation, seq", [record_id]
        )
        return [row[0] for row in rows]
