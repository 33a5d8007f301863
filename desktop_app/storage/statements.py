"""Statements made once from the tables and run on the driver: compiling each anew costs more than running it."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

import sqlalchemy as sa

from desktop_app.storage import postgres_connection


def _dialect(name: str) -> Any:
    # Imported by name: a branch never loads the other database's dialect.
    return import_module(f"sqlalchemy.dialects.{name}")


class Insert(NamedTuple):
    """Text of an insert and the columns its values stand in."""

    text: str
    names: tuple[str, ...]


def marked(text: str, dialect: str) -> str:
    """Return a statement written with ``?`` in the marks of a driver."""
    return text if dialect == "sqlite" else postgres_connection.marked(text)


@lru_cache(maxsize=256)
def insert_into(table: sa.Table, dialect: str) -> Insert:
    """Return the insert of a whole row but for a number that the database gives."""
    names = tuple(c.name for c in table.columns if not (c.name == "number" and c.primary_key))
    marks = ", ".join("?" * len(names))
    return Insert(marked(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", dialect), names)


@lru_cache(maxsize=256)
def upsert_into(table: sa.Table, dialect: str) -> Insert:
    """Return the insert of a whole row that replaces the row of the same primary key."""
    names = tuple(column.name for column in table.columns)
    keys = [column.name for column in table.primary_key]
    given: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.columns}
    base = _dialect(dialect).insert(table).values(given)
    replaced = {name: base.excluded[name] for name in names if name not in keys}
    compiled = base.on_conflict_do_update(index_elements=keys, set_=replaced).compile(
        dialect=_dialect(dialect).dialect(paramstyle="qmark" if dialect == "sqlite" else "format")
    )
    return Insert(str(compiled), tuple(compiled.positiontup or ()))


@lru_cache(maxsize=1024)
def update_of(register: str, names: tuple[str, ...], dialect: str) -> str:
    """Return the update of some columns of one record; the last value is the record's id."""
    return marked(f"UPDATE {register} SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?", dialect)
