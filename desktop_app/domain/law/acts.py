"""Dated tables of the law: acts, citations, terms, norms, holidays (``resources/acts``).

A rule names a key and a day; what the act says on that day, how it is cited and how sure we are stand in the
table. Headquarters puts corrected rows in force as guidance, so that no new version is needed when an act is
changed or was read wrongly. An article of which we are not sure (confidence ``L``) is not printed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

from desktop_app.core.errors import UsageFault
from desktop_app.core.i18n import LANGUAGES, Language, Text3
from desktop_app.core.paths import RESOURCES

FOLDER: Final = RESOURCES / "acts"
CONFIDENCES: Final = ("H", "M", "L")
_OWN: Final = ("key", "valid_from", "valid_to", "confidence", "source", *LANGUAGES)

GUIDED: dict[str, list[dict[str, Any]]] = {}
"""Table → rows that headquarters sent: each replaces the row of the same key and first day, or is added."""

_FORGET: list[Callable[[], None]] = []


def remembers(forget: Callable[[], None]) -> None:
    """Have ``forget`` called when other rows come into force."""
    _FORGET.append(forget)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one key says from a day on.

    Attributes:
        words: the wording that is printed (for an act its short name, for a citation the article).
        source: where the wording and the dates were read.
        more: what only the table's own reader looks at.
    """

    key: str
    words: Text3
    valid_from: date | None = None
    valid_to: date | None = None
    confidence: str = "H"
    source: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        """Tell whether the entry holds on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def tables() -> tuple[str, ...]:
    """Return the names of the tables."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def read_entry(row: Mapping[str, Any]) -> Entry:
    """Read one row of a table.

    Raises:
        ValueError, KeyError, TypeError: the row is not one.
    """
    first, last = (date.fromisoformat(row[n]) if row.get(n) else None for n in ("valid_from", "valid_to"))
    if first and last and last < first:
        raise ValueError(f"{row['key']}: {first} > {last}")
    confidence = str(row.get("confidence", "H"))
    if confidence not in CONFIDENCES:
        raise ValueError(f"{row['key']}: confidence {confidence}")
    return Entry(
        str(row["key"]), Text3(*(str(row.get(language, "")) for language in LANGUAGES)), first, last,
        confidence, str(row.get("source", "")),
        {name: value for name, value in row.items() if name not in _OWN},
    )  # fmt: skip


@cache
def _built_in(table: str) -> list[dict[str, Any]]:
    path = FOLDER / f"{table}.json"
    if table not in tables():
        raise UsageFault("usage.acts_table", name=table, tables=", ".join(tables()))
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["rows"]
    return rows


def joined(table: str, sent: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows of a table by key and first day, those sent laid over the product's.

    A row sent for a new first day says only what changes: the rest is that of the key's latest row before.
    """
    rows = {(row["key"], row.get("valid_from") or ""): row for row in _built_in(table)}
    for row in sent:
        place = (str(row["key"]), row.get("valid_from") or "")
        earlier = [rows[known] for known in sorted(rows) if known[0] == place[0] and known < place]
        rows[place] = {**(rows.get(place) or _inherited(earlier)), **row}
    return rows


def _inherited(earlier: list[dict[str, Any]]) -> dict[str, Any]:
    last = earlier[-1] if earlier else {}
    return {name: value for name, value in last.items() if name not in ("valid_from", "valid_to", "recorded")}


@cache
def entries(table: str) -> Mapping[str, tuple[Entry, ...]]:
    """Return the entries of a table by key, the earliest first.

    Raises:
        UsageFault: no such table.
    """
    found: dict[str, list[Entry]] = defaultdict(list)
    for _, row in sorted(joined(table, GUIDED.get(table, ())).items()):
        found[row["key"]].append(read_entry(row))
    return {key: tuple(listed) for key, listed in found.items()}


def entry(table: str, key: str, day: date) -> Entry | None:
    """Return what a key says on a day: the latest entry that has begun and not ended."""
    return next((e for e in reversed(entries(table).get(key, ())) if e.valid_on(day)), None)


def in_force(table: str, day: date) -> list[Entry]:
    """Return what each key of a table says on a day, by key.

    Raises:
        UsageFault: no such table.
    """
    found = (entry(table, key, day) for key in sorted(entries(table)))
    return [one for one in found if one is not None]


def citation(key: str, day: date, language: Language, named: Callable[[str], str] | None = None) -> str:
    """Return the law behind a rule as it is cited on a day; of an article that is not sure, the act alone.

    Args:
        named: gives the names that the workspace sets for what the table leaves to it (the plan of a road map).
    """
    found = entry("citations", key, day)
    if found is None:
        return ""
    own = named(str(found.more["setting"])) if named and "setting" in found.more else ""
    if own:
        return own
    if found.confidence != "L":
        return found.words.get(language)
    act = entry("acts", str(found.more.get("act", "")), day)
    return act.words.get(language) if act else ""


def guide(sent: Mapping[str, list[dict[str, Any]]]) -> None:
    """Put in force what headquarters sent, in place of what it sent before."""
    if sent == GUIDED:
        return
    GUIDED.clear()
    GUIDED.update(sent)
    entries.cache_clear()
    for forget in _FORGET:
        forget()
