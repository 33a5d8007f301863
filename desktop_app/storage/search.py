"""Search in texts: any part of a word, letters folded.

A single save leaves its words in a small table; they move into the index some hundred at a time, because
each write to the index costs as much as the row itself. Searching looks at both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from desktop_app.domain.lettering import search_key

TRIGRAM: Final = 3
"""Shortest text that the search index finds."""
FOLD_AT: Final = 200
"""Changes after which the waiting entries move into the index."""
Run = Callable[..., Any]
"""Runs a statement with a sequence of values, or with a list of sequences."""


def parts_of(words: str) -> list[str]:
    """Return the folded parts of what a person typed that are long enough for the index."""
    return [part for part in re.split(r"\s+", search_key(words)) if len(part) >= TRIGRAM]


def match_text(words: str) -> str:
    """Return the full-text query for what a person typed: every part must occur."""
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts_of(words))


def condition(
    code: str, words: str, waiting: Iterable[tuple[int, str]], limit: int = 0
) -> tuple[str, list[Any]]:
    """Return the subquery of row numbers whose text has every part, and its values.

    Args:
        waiting: (row number, folded text) of entries that the index does not have yet.
        limit: newest rows wanted of the index, 0 for all.
    """
    parts = parts_of(words)
    rows = list(waiting)
    stale = ", ".join(str(rid) for rid, _ in rows)
    fresh = ", ".join(f"({rid})" for rid, text in rows if all(part in text for part in parts))
    found = f"SELECT rowid FROM {code}_search WHERE words MATCH ?" + (
        f" AND rowid NOT IN ({stale})" if stale else ""
    )
    if limit:
        found = f"SELECT rowid FROM ({found} ORDER BY rowid DESC LIMIT {limit})"
    return found + (f" UNION ALL VALUES {fresh}" if fresh else ""), [match_text(words)]


def condition_trgm(code: str, words: str) -> tuple[str, list[Any]]:
    """Return the same for PostgreSQL, whose trigram index stands behind LIKE."""
    parts = parts_of(words)
    likes = " AND ".join(["words LIKE ?"] * len(parts))
    escaped = [part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for part in parts]
    return f"SELECT rid FROM {code}_search WHERE {likes}", [f"%{part}%" for part in escaped]


def leave(run: Run, register: str, rows: Sequence[tuple[int, str]]) -> None:
    """Leave the words of a few rows for later."""
    run("INSERT OR REPLACE INTO search_waiting(register, rid, words) VALUES (?, ?, ?)",
        [(register, rid, words) for rid, words in rows])  # fmt: skip


def index(run: Run, register: str, rows: Sequence[tuple[int, str]]) -> None:
    """Write the words of many rows into the index at once."""
    run(f"INSERT OR REPLACE INTO {register}_search(rowid, words) VALUES (?, ?)", list(rows))


def fold(run: Run) -> None:
    """Move every waiting entry into the index."""
    by_register: dict[str, list[tuple[int, str]]] = {}
    for register, rid, words in run(
        "SELECT register, rid, words FROM search_waiting ORDER BY rid"
    ).fetchall():
        by_register.setdefault(register, []).append((rid, words))
    for register, rows in by_register.items():
        index(run, register, rows)
    if by_register:
        run("DELETE FROM search_waiting")
