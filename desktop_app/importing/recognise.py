"""What a header says: its register and what each column is; by wording, never by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from desktop_app.core.i18n import Text3
from desktop_app.domain.lettering import label_key
from desktop_app.domain.register import RegisterType
from desktop_app.formdef.forms import form_of
from desktop_app.importing import headings

Texts = Mapping[int, Sequence[str]]
"""Column → wordings to try for its heading, the fullest first (a header in several rows has several)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a recognised sheet.

    Attributes:
        place: index from nought.
        field: register's field; empty for a column that is kept under its heading.
        guessed: the heading only resembles the field's; said in the report.
        second: field of the date that stands in the same cells as the number.
        joined: further columns whose texts belong to the same value (name and patronymic beside the surname).
    """

    place: int
    field: str
    heading: str
    guessed: bool = False
    second: str = ""
    joined: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What was recognised of a table.

    Attributes:
        header: last row of the header, from nought.
        number: column of the running numbers.
        first: first row of the header.
        turned: rows and columns are exchanged: each record is a column of the sheet.
    """

    register: RegisterType
    header: int
    columns: tuple[Column, ...]
    number: int | None
    first: int = -1
    turned: bool = False

    def address(self, row: int, place: int) -> str:
        """Return the sheet's cell (``B12``) of a column ``place`` in a row counted from one."""
        return f"{column_letter(row - 1)}{place + 1}" if self.turned else f"{column_letter(place)}{row}"


class Shortfall(NamedTuple):
    """A header that nearly is a register's: what is missing of the columns that tell it."""

    register: RegisterType
    fields: tuple[str, ...]
    matched: int
    sure: int

    @property
    def nearness(self) -> tuple[float, int]:
        """How near it is: the share of the telling columns that surely stand there, then how many of all."""
        telling = form_of(self.register.code).telling
        return (self.sure / len(telling) if telling else 0.0, self.matched)


class Lacks(NamedTuple):
    """What a header lacks, in words: the register it is nearest to and the headings of the missing columns."""

    nearest: Text3
    fields: Text3


def column_letter(place: int) -> str:
    """Return the letters of a column counted from nought."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _matches(texts: Texts, register: str, number: int | None, least: int) -> Iterator[Column]:
    """Match headings exactly first; then by their words; then as number with date, then by resemblance.

    Resemblance, which is slow to tell, is not sought where even so the header would not score ``least``.
    """
    used: set[str] = set()
    taken: set[int] = set() if number is None else {number}
    certain = 0

    def claim(place: int, field: str) -> bool:
        nonlocal certain
        if not field or field in used or place in taken:
            return False
        used.add(field)
        taken.add(place)
        certain += 1
        return True

    for find in (headings.exact, headings.by_words):
        for place, wordings in texts.items():
            for text in wordings:
                if claim(place, field := find(text, register)):
                    yield Column(place, field, wordings[0])
    pairs = headings.number_and_day(register)
    for place, wordings in texts.items():
        for text in wordings:
            pair = pairs.get(headings.words_of(text))
            if pair and claim(place, pair[0]):
                yield Column(place, pair[0], wordings[0], second="" if pair[1] in used else pair[1])
                used.add(pair[1])
    yield from _name_in_parts(texts, register, used, taken)
    if certain + 2 + len(texts) < least:  # two for a name in parts, one for each column that may resemble
        return
    for place, wordings in texts.items():
        if len(wordings[0]) < 60 and claim(place, field := headings.resembling(wordings[0], register)):
            yield Column(place, field, wordings[0], guessed=True)


def _name_in_parts(texts: Texts, register: str, used: set[str], taken: set[int]) -> Iterator[Column]:
    field = headings.name_field(register)
    if not field or field in used:
        return
    parts: dict[int, int] = {}
    for place, wordings in texts.items():
        part = headings.part_of_name(wordings[-1])
        if part is not None and place not in taken:
            parts.setdefault(part, place)
    if 0 in parts and 1 in parts:
        places = [parts[part] for part in sorted(parts)]
        used.add(field)
        taken.update(places)
        yield Column(places[0], field, ", ".join(texts[p][-1] for p in places), joined=tuple(places[1:]))


def columns_of(texts: Texts, register: str, least: int = 0) -> tuple[tuple[Column, ...], int | None]:
    """Return what each column is, and the column of the running numbers.

    Args:
        least: the score below which nobody asks for this register any more.
    """
    number = next((p for p, wordings in texts.items() if headings.is_row_number(wordings[0])), None)
    found = {column.place: column for column in _matches(texts, register, number, least)}
    within = {place for column in found.values() for place in column.joined}
    for place, wordings in texts.items():
        if place not in found and place != number and place not in within:
            found[place] = Column(place, "", wordings[0])
    return tuple(found[place] for place in sorted(found)), number


def score(columns: tuple[Column, ...], kind: RegisterType) -> int:
    """Return how much of a register a header names; nought when a telling column is missing."""
    return 0 if missing(columns, kind) else sum(2 - column.guessed for column in columns if column.field)


def missing(columns: tuple[Column, ...], kind: RegisterType) -> tuple[str, ...]:
    """Return the telling fields that no column has."""
    fields = {column.field for column in columns} | {column.second for column in columns}
    return tuple(name for name in form_of(kind.code).telling if name not in fields)


def same_columns(one: Layout, other: Layout) -> bool:
    """Tell whether two tables have the same columns in the same places."""
    return one.register is other.register and [
        (c.place, c.field, label_key(c.heading)) for c in one.columns
    ] == [(c.place, c.field, label_key(c.heading)) for c in other.columns]
