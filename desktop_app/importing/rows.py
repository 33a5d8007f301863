"""Reading the rows of a recognised sheet: each becomes values, or is named for what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, FieldType, Measure
from desktop_app.domain.lettering import label_key, tidy
from desktop_app.domain.reading import EMPTY, Hint, Reading, read
from desktop_app.domain.register import RegisterType
from desktop_app.importing.recognise import Column, Layout
from desktop_app.importing.workbook import Cell

_TOTAL: Final = re.compile(
    r"^(?:\d{4}\D{0,12})?(?:барлығы|жиыны|қорытынды|итого|всего|total)\b", re.IGNORECASE
)
_YEAR: Final = re.compile(
    r"^(?:за\s+)?(?:19|20)\d{2}\s*(?:жыл\w*|год\w*|г|ж|жж|гг)?\.?(?:\s+үшін)?$", re.IGNORECASE
)
_SIGNATURE: Final = re.compile(
    r"^(?:орындаушы|орынд|исполнитель|исп|басшы|руководитель|директор|м\.?о|м\.?п)\b.*[_:]", re.IGNORECASE
)
_LEAST_CELLS: Final = 3


class CellNote(NamedTuple):
    """What happened to one cell: ``mended`` names what was put right, ``bad`` says that nothing could be read."""

    place: int
    field: str
    raw: str
    became: str
    code: str
    bad: bool


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row that is a record.

    Attributes:
        row: row number in the sheet, from 1.
        values: field → value read; links are still names.
        kept: field → text that could not be read.
        extra: heading → text of columns that no field takes.
        claimed: derived field → value written in the sheet.
    """

    row: int
    values: dict[str, Any]
    kept: dict[str, str]
    extra: dict[str, str]
    claimed: dict[str, Any]
    notes: list[CellNote]
    fingerprint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherRow:
    """One row that is no record: ``title``, ``header``, ``numbering``, ``year``, ``total``, ``blank``, ``other``."""

    row: int
    kind: str
    text: str
    count: int | None = None
    label: str = ""


@dataclass
class SheetRows:
    """Everything read of one sheet."""

    data: list[DataRow] = field(default_factory=list)
    others: list[OtherRow] = field(default_factory=list)


_Column = tuple[int, str, FieldType, bool, bool]


def _prepared(layout: Layout) -> list[_Column]:
    kind = layout.register
    found = [
        (c.place, c.field, kind.by_name[c.field].type, kind.by_name[c.field].derived, isinstance(kind.by_name[c.field].type, Measure))
        for c in layout.columns if c.field
    ]  # fmt: skip
    return sorted(found, key=lambda item: item[4])


def cell_text(cell: Cell) -> str:
    """Return a cell as a person sees it in the sheet."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)


def _other(number: int, cells: list[Cell], mapped: int) -> OtherRow | None:
    filled = [cell for cell in cells if cell is not None and (not isinstance(cell, str) or cell.strip())]
    if not filled:
        return OtherRow(number, "blank", "")
    text = tidy(" ".join(cell_text(cell) for cell in filled))
    first = tidy(cell_text(filled[0]))
    if _TOTAL.match(first):
        counts = [int(c) for c in filled[1:] if isinstance(c, (int, float)) and c == int(c)]
        digits = [int(found) for c in filled[1:] if isinstance(c, str) and (found := c.strip()).isdecimal()]
        return OtherRow(number, "total", text, next(iter([*counts, *digits]), None))
    if len(filled) == 1 and _YEAR.match(first):
        return OtherRow(number, "year", text)
    if (
        all(isinstance(c, (int, float)) or cell_text(c).strip().isdecimal() for c in filled)
        and len(filled) > 3
    ):
        sequence = [int(float(cell_text(c))) for c in filled]
        if sequence == list(range(sequence[0], sequence[0] + len(sequence))):
            return OtherRow(number, "numbering", text)
    if mapped < _LEAST_CELLS:
        if _SIGNATURE.match(first):
            return OtherRow(number, "signature", text)
        return _mini_total(number, filled, text)
    return None


def _mini_total(number: int, filled: Sequence[Cell], text: str) -> OtherRow:
    if len(filled) == 2 and isinstance(filled[0], str):
        count = cell_text(filled[1]).strip()
        label = filled[0].strip().rstrip("-–—:= ").strip()
        if count.isdecimal() and label:
            return OtherRow(number, "mini_total", text, int(count), label)
    return OtherRow(number, "other", text)


def read_rows(rows: list[list[Cell]], layout: Layout, show: Callable[[FieldType, Any], str]) -> SheetRows:
    """Read every row below the header; ``show`` turns a value into the report's text."""
    found = SheetRows()
    columns = _prepared(layout)
    spare = [column for column in layout.columns if not column.field]
    for index, cells in enumerate(rows):
        number = index + 1
        if index <= layout.header:
            text = tidy(" ".join(cell_text(c) for c in cells))
            kind = "header" if index == layout.header else "title" if text else "blank"
            found.others.append(OtherRow(number, kind, text))
            continue
        width = len(cells)
        mapped = sum(1 for c in columns if c[0] < width and cells[c[0]] not in (None, ""))
        suspicious = (
            mapped < _LEAST_CELLS + 2 or all(isinstance(c, (int, float)) for c in cells[:4]) or not mapped
        )
        other = _other(number, cells, mapped) if suspicious else None
        if other is not None:
            found.others.append(other)
        else:
            found.data.append(_data_row(number, cells, columns, spare, layout.number, show))
    return found


def _data_row(
    number: int, cells: list[Cell], columns: list[_Column], spare: list[Column], numbered: int | None,
    show: Callable[[FieldType, Any], str],
) -> DataRow:  # fmt: skip
    values: dict[str, Any] = {}
    row = DataRow(
        number, values, {}, {}, {}, [], tuple(cell_text(c) for p, c in enumerate(cells) if p != numbered)
    )
    width = len(cells)
    hint = Hint(values)
    for place, name, kind, derived, _ in columns:
        raw = cells[place] if place < width else None
        if raw is None or raw == "":
            continue
        found = read(kind, raw, hint)
        if derived:
            row.claimed[name] = found.value
        elif found.bad:
            row.kept[name] = tidy(cell_text(raw))
        elif found.value is not None:
            values[name] = found.value
            values.update(found.also)
        if found is not EMPTY and (found.bad or found.mended):
            row.notes.append(_note(place, name, kind, raw, found, show))
    for column in spare:
        if column.place < width and (text := tidy(cell_text(cells[column.place]))):
            row.extra[column.heading] = text
    return row


def _note(
    place: int, name: str, kind: FieldType, raw: Cell, found: Reading, show: Callable[[FieldType, Any], str]
) -> CellNote:
    code = "read.unreadable" if found.bad else found.mended
    return CellNote(
        place, name, cell_text(raw), "" if found.bad else show(kind, found.value), code, found.bad
    )


def totals_faults(
    found: SheetRows, kind: RegisterType, counted: Iterator[DataRow] | list[DataRow]
) -> list[tuple[OtherRow, int]]:
    """Return totals rows that disagree with their sheet, each with the right count.

    A totals row counts all rows above it, or the rows since the totals row before it.
    """
    rows = [row.row for row in counted]
    values = {row.row: row.values for row in found.data}
    faults: list[tuple[OtherRow, int]] = []
    last = 0
    for other in found.others:
        if other.count is None:
            continue
        above = [row for row in rows if row < other.row]
        if other.kind == "total":
            since = [row for row in above if row > last]
            if other.count not in (len(above), len(since)):
                faults.append((other, len(above)))
            last = other.row
        elif (
            other.kind == "mini_total"
            and (counts := _by_label(kind, other.label, [values[r] for r in above])) is not None
        ) and other.count != counts:
            faults.append((other, counts))
    return faults


def _by_label(kind: RegisterType, label: str, rows: list[dict[str, Any]]) -> int | None:
    for item in kind.fields:
        if isinstance(item.type, Coded) and (code := classifier(item.type.of).find(label_key(label))):
            return len([values for values in rows if values.get(item.name) == code])
    return None
