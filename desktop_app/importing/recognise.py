"""What a sheet is: its register, its header row, its columns, its branch; by wording, never by position."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from desktop_app.domain.classifiers import classifier
from desktop_app.domain.lettering import label_key
from desktop_app.domain.register import RegisterType, registers
from desktop_app.formdef.forms import form_of
from desktop_app.importing.workbook import Cell, Workbook

HEADER_WITHIN: Final = 30
_ALIKE: Final = 0.86
_ROW_NUMBER: Final = frozenset(("№", "рет", "р/с", "реттік №", "№ п/п", "п/п", "р/н", "no", "#", ""))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a recognised sheet.

    Attributes:
        place: index from nought.
        field: register's field; empty for a column that is kept under its heading.
        guessed: the heading only resembles the field's; said in the report.
    """

    place: int
    field: str
    heading: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What was recognised of a sheet."""

    register: RegisterType
    header: int
    columns: tuple[Column, ...]
    number: int | None


@cache
def _headings(register: str) -> dict[str, str]:
    form = form_of(register)
    found: dict[str, str] = {}
    ordered = [*form.workbook, *(item.name for item in form.register.fields if item.derived)]
    for exact in (True, False):
        for name in ordered:
            field = form.fields[name]
            texts = field.headings if exact else (field.label.kk, field.label.ru, field.label.en)
            for text in texts:
                found.setdefault(label_key(text), name)
    return found


def _candidates() -> list[RegisterType]:
    return [kind for kind in registers().values() if form_of(kind.code).workbook]


def _match(cell: str, headings: dict[str, str]) -> tuple[str, bool]:
    key = label_key(cell.replace("\n", " "))
    if key in headings:
        return headings[key], False
    bare = label_key(re.sub(r"\(.*?\)", "", key))
    if bare in headings:
        return headings[bare], False
    close = difflib.get_close_matches(key, headings, n=1, cutoff=_ALIKE)
    return (headings[close[0]], True) if close else ("", False)


def _columns(cells: list[Cell], register: str) -> tuple[tuple[Column, ...], int | None]:
    headings, used = _headings(register), set()
    found: list[Column] = []
    number = None
    for place, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell.strip():
            continue
        if label_key(cell) in _ROW_NUMBER and number is None:
            number = place
            continue
        field, guessed = _match(cell, headings)
        if field in used:
            field = ""
        used.add(field)
        found.append(Column(place, field, cell.strip(), guessed))
    return tuple(found), number


def recognise(rows: list[list[Cell]]) -> Layout | None:
    """Return what a sheet is, None when no register's telling columns stand in one of its first rows."""
    best: tuple[int, Layout] | None = None
    for index, cells in enumerate(rows[:HEADER_WITHIN]):
        texts = sum(isinstance(cell, str) and bool(cell.strip()) for cell in cells)
        if texts < 2:
            continue
        for kind in _candidates():
            columns, number = _columns(cells, kind.code)
            fields = {column.field for column in columns if column.field}
            if not set(form_of(kind.code).telling) <= fields:
                continue
            score = sum(2 - column.guessed for column in columns if column.field)
            if best is None or score > best[0]:
                best = (score, Layout(kind, index, columns, number))
    return best[1] if best else None


@cache
def _branch_keys() -> list[tuple[str, str]]:
    keys = [(label_key(label), code.code) for code in classifier("branches").codes
            for label in (code.label.kk, code.label.ru)]  # fmt: skip
    return sorted(keys, key=lambda pair: -len(pair[0]))


def branch_in(text: str) -> str:
    """Return the branch that a text names, empty when none or several."""
    key = label_key(text.replace("_", " "))
    hits: set[str] = set()
    for name, code in _branch_keys():
        if name in key:
            hits.add(code)
            key = key.replace(name, " ")
    return hits.pop() if len(hits) == 1 else ""


def branch_of(workbook: Workbook) -> str:
    """Return the branch a workbook belongs to: by its title rows, else by its file's name."""
    named = {
        branch_in(cell)
        for sheet in workbook.sheets
        for row in sheet.rows[:8]
        for cell in row
        if isinstance(cell, str) and len(cell) < 200
    } - {""}
    if len(named) == 1:
        return named.pop()
    by_name = branch_in(workbook.path.stem)
    prefix = re.match(r"(\d{2})[_\s-]", workbook.path.name)
    if not by_name and prefix and prefix[1] in classifier("branches").by_code:
        return prefix[1]
    return by_name
