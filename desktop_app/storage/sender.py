"""The statements of one transaction, on the driver itself; few or many rows, embedded or PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from desktop_app.storage.statements import insert_into, marked, upsert_into

MANY: Final = 30
"""Rows from which they take the way for many: COPY, a staging table, the search index at once."""
_FIRST_LOOK: Final = 2000


class Sender:
    """Runs statements on the driver: a save is ten small ones, and the layers above cost more than they do."""

    def __init__(self, driver: Any, dialect: str) -> None:
        self.driver, self.dialect = driver, dialect
        self._filled: Counter[str] = Counter()
        self._looked_at: dict[str, int] = {}

    def run(self, text: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement written with ``?`` marks, with a tuple of values or a list of such tuples; return the cursor."""
        return self.run_marked(marked(text, self.dialect), values)

    def run_marked(self, text: str, values: Sequence[Any]) -> Any:
        """Run a statement that is written with the driver's own marks."""
        driver = self.driver
        many = bool(values) and isinstance(values, list)
        if self.dialect == "sqlite":
            return driver.executemany(text, values) if many else driver.execute(text, values)
        if not many:
            return driver.execute(text, list(values))
        cursor = driver.cursor()
        cursor.executemany(text, values)
        return cursor

    def insert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows of one of the small tables."""
        text, names = insert_into(table, self.dialect)
        self.run_marked(text, [tuple([row[name] for name in names]) for row in rows])

    def replace(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Write a row of one of the small tables in the place of the one with its key."""
        text, names = upsert_into(table, self.dialect)
        self.run_marked(text, tuple(row[name] for name in names))

    def insert_many(self, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write whole rows, in the order of the table's columns."""
        if not rows:
            return
        text, names = insert_into(table, self.dialect)
        if self.dialect == "sqlite" or len(rows) < MANY:
            self.run_marked(text, rows)
        else:
            self._copy(table.name, names, rows)
            self._take_stock(table.name, len(rows))

    def _take_stock(self, table: str, rows: int) -> None:
        """Let PostgreSQL look at a table that this transaction fills: until then it plans as if all values were few.

        Without it the question for an employee's other sanctions reads the whole table for each block of changes.
        """
        self._filled[table] += rows
        if self._filled[table] >= self._looked_at.get(table, _FIRST_LOOK):
            self.run(f"ANALYZE {table}")
            self._looked_at[table] = self._filled[table] * 4

    def upsert_many(
        self, table: str, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]], on_conflict: str
    ) -> None:
        """Insert rows, or where their key is taken do what ``on_conflict`` says; keys differ from row to row."""
        if not rows:
            return
        listed = ", ".join(names)
        if self.dialect == "sqlite" or len(rows) < MANY:
            marks = ", ".join("?" * len(names))
            self.run(f"INSERT INTO {table}({listed}) VALUES ({marks}) {on_conflict}", list(rows))
            return
        self.run(f"CREATE TEMP TABLE IF NOT EXISTS stage_{table} (LIKE {table}) ON COMMIT DROP")
        self.run(f"TRUNCATE stage_{table}")
        self._copy(f"stage_{table}", names, rows)
        self.run(f"INSERT INTO {table}({listed}) SELECT {listed} FROM stage_{table} {on_conflict}")

    def _copy(self, table: str, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        with self.driver.cursor().copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
