"""What a list shows, in SQL: its condition, its order, its next rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from desktop_app.domain.fields import IdNumber, Iin, Number
from desktop_app.domain.lettering import search_key, sort_key
from desktop_app.domain.register import RegisterType, register_type
from desktop_app.storage import search
from desktop_app.storage.codec import sort_columns


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows.

    Attributes:
        first: first period, 0 for no limit.
        last: last period, 0 for no limit; records without a date belong to no month.
        undated: only the records without a date.
        words: search text.
        problem: only records with this problem code; ``*`` any error or warning.
        void: show the records that do not count instead of the live ones.
        blind: digits are looked for in no identification number: who may not see it could guess it by searching.
    """

    branch: str = ""
    first: int = 0
    last: int = 0
    words: str = ""
    problem: str = ""
    void: bool = False
    blind: bool = False
    undated: bool = False


def sort_sql(kind: RegisterType, name: str) -> str:
    """Return the indexed expression that sorts by a field."""
    return f"{name}_key" if name in sort_columns(kind.code) else f"coalesce({name}, '')"


def _begins_with(kind: RegisterType, short: str, *, blind: bool) -> tuple[str, list[Any]]:
    """Return the condition for one or two letters, too short for the index: numbers and names that begin with them."""
    clauses, values = [], list[Any]()
    for item in kind.fields:
        if isinstance(item.type, Number) or (isinstance(item.type, Iin | IdNumber) and not blind):
            clauses.append(f"{item.name} LIKE ?")
            values.append(short.replace("%", "").replace("_", "") + "%")
    for name in sort_columns(kind.code):
        key = sort_key(short)
        clauses.append(f"{name}_key BETWEEN ? AND ?")
        values += [key, key + "\U0010ffff"]
    return "(" + (" OR ".join(clauses) or "1 = 0") + ")", values


def _in_what_is_seen(kind: RegisterType, digits: str) -> tuple[str, list[Any]]:
    """Return the condition that a part with digits stands in the number of a document.

    Free text is not looked into: an identification number may be written there, whole or in parts.
    """
    seen = [item.name for item in kind.fields if isinstance(item.type, Number)]
    wanted = "%" + digits.replace("%", "").replace("_", "") + "%"
    return "(" + (" OR ".join(f"{name} LIKE ?" for name in seen) or "1 = 0") + ")", [wanted] * len(seen)


def where_sql(kind: RegisterType, shown: Filter) -> tuple[str, list[Any]]:
    """Return the condition of a filter and its values."""
    parts = [("void <> ''" if shown.void else "void = ''")]
    values: list[Any] = []
    if shown.branch:
        parts.append("branch = ?")
        values.append(shown.branch)
    if shown.undated:
        parts.append("period = 0")
    elif shown.first and kind.dated_by:
        parts.append("period BETWEEN ? AND ?")
        values += [shown.first, shown.last or shown.first]
    if shown.problem == "*":
        parts.append("(errors > 0 OR warnings > 0)")
    elif shown.problem:
        parts.append("id IN (SELECT record FROM problem WHERE register = ? AND code = ?)")
        values += [kind.code, shown.problem]
    for short in (part for part in shown.words.split() if len(search_key(part)) < search.TRIGRAM):
        begins, texts = _begins_with(kind, short, blind=shown.blind)
        parts.append(begins)
        values += texts
    if shown.blind:
        for digits in (part for part in shown.words.split() if any(map(str.isdigit, part))):
            seen, texts = _in_what_is_seen(kind, digits)
            parts.append(seen)
            values += texts
    return " AND ".join(parts), values


@cache
def page_sql(
    code: str, columns: tuple[str, ...], name: str, descending: bool, condition: str, keyed: bool
) -> str:
    """Return the statement that reads the next rows of a list; ``keyed``, behind a row's sort value and number."""
    sort = sort_sql(register_type(code), name)
    way, sign = ("DESC", "<") if descending else ("ASC", ">")
    after = f" AND ({sort}, rid) {sign} (?, ?)" if keyed else ""
    shown = ", ".join(("rid", sort, "id", "errors", "warnings", *columns))
    return f"SELECT {shown} FROM {code} WHERE {condition}{after} ORDER BY {sort} {way}, rid {way} LIMIT ?"
