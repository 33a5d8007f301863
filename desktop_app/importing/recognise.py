"""What a sheet is: its register, its header row, its columns, its branch; by wording, never by position."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
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


@lru_cache(maxsize=8192)
def _exact(cell: str, register: str) -> str:
    headings = _headings(register)
    key = label_key(cell.replace("\n", " "))
    return headings.get(key) or headings.get(label_key(re.sub(r"\(.*?\)", "", key)), "")


@lru_cache(maxsize=8192)
def _is_heading(cell: str) -> bool:
    """Tell whether a text heads a column of any register: most rows have no such cell and need no closer look."""
    return any(_exact(cell, kind.code) for kind in _candidates())


@lru_cache(maxsize=8192)
def _resembling(cell: str, register: str) -> str:
    headings = _headings(register)
    close = difflib.get_close_matches(label_key(cell), headings, n=1, cutoff=_ALIKE)
    return headings[close[0]] if close else ""


def _columns(cells: list[Cell], register: str, *, resembling: bool) -> tuple[tuple[Column, ...], int | None]:
    """Match headings exactly first; then, if asked, what is left by resemblance with the fields still free."""
    number = None
    texts = [
        (place, cell.strip()) for place, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()
    ]
    matched: dict[int, tuple[str, bool]] = {}
    used: set[str] = set()
    for place, text in texts:
        if number is None and label_key(text) in _ROW_NUMBER:
            number = place
        elif (field := _exact(text, register)) and field not in used:
            matched[place] = (field, False)
            used.add(field)
    for place, text in texts if resembling else ():
        if place not in matched and place != number:
            field = _resembling(text, register)
            if field and field not in used:
                matched[place] = (field, True)
                used.add(field)
    columns = tuple(Column(p, *_both(matched.get(p), text)) for p, text in texts if p != number)
    return columns, number


def _both(match: tuple[str, bool] | None, heading: str) -> tuple[str, str, bool]:
    field, guessed = match or ("", False)
    return field, heading, guessed


def _score(layout: Layout) -> int:
    fields = {column.field for column in layout.columns if column.field}
    telling = set(form_of(layout.register.code).telling)
    return sum(2 - column.guessed for column in layout.columns if column.field) if telling <= fields else 0


def recognise(rows: list[list[Cell]]) -> Layout | None:
    """Return what a sheet is, None when no register's telling columns stand in one of its first rows."""
    drafts: list[tuple[int, Layout]] = []
    for index, cells in enumerate(rows[:HEADER_WITHIN]):
        texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
        if len(texts) < 2 or not any(map(_is_heading, texts)):
            continue
        for kind in _candidates():
            columns, number = _columns(cells, kind.code, resembling=False)
            hits = sum(bool(column.field) for column in columns)
            if hits:
                drafts.append((hits, Layout(kind, index, columns, number)))
    drafts.sort(key=lambda draft: -draft[0])
    best: Layout | None = None
    for _, layout in drafts[:4]:
        columns, number = _columns(rows[layout.header], layout.register.code, resembling=True)
        whole = Layout(layout.register, layout.header, columns, number)
        if _score(whole) > (_score(best) if best else 0):
            best = whole
    return best


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
