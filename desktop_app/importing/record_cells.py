"""Reading the cells of one record: values, what could not be read, and what to say of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from desktop_app.domain.fields import Coded, Count, Day, FieldType, Flag, IdNumber, Iin, Measure, Number, Text
from desktop_app.domain.lettering import tidy
from desktop_app.domain.reading import BAD, EMPTY, NO_HINT, Hint, Reading, read
from desktop_app.importing import headings
from desktop_app.importing.cells import cell_text, has_no_value, is_ditto, is_filled, says_taken_back
from desktop_app.importing.recognise import Column, Layout, column_letter
from desktop_app.importing.workbook import Cell, Sheet

_NUMBER_AND_DAY: Final = re.compile(
    r"(?P<number>.*?\d.*?|б\s*/?\s*н|н/ж)[\s,;]*(?:\bот\b|\bfrom\b|\bc\b|[\s,;]+)\s*(?P<day>\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}|\d{1,2}\s+\D{3,12}\s+\d{4}|\d{4}\s+жыл\w*\s+\d{1,2}\s+\w+)"
    r"\s*(?:г\.?|года|ж\.?|жыл\w*|күнгі|күні)?\s*\.?",
    re.IGNORECASE | re.DOTALL,
)
_LEAST_WITH_DAY: Final = 8
_MOST_SEEN: Final = 4096
_TYPED: Final = (Coded, Day, Count, Flag, IdNumber, Iin, Measure)


class CellNote(NamedTuple):
    """What happened to one cell.

    Attributes:
        field: empty when the note is on the row.
        code: what was put right or said; ``bad`` says that nothing could be read.
        advice: message code of what to do; empty for the usual one.
    """

    place: int
    field: str
    raw: str
    became: str
    code: str
    bad: bool
    advice: str = ""


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


class _Taken(NamedTuple):
    """What a cell gives to its record, whichever row it stands in."""

    value: Any
    also: Mapping[str, Any]
    kept: str | None
    note: CellNote | None


@dataclass(slots=True, eq=False)
class _Prepared:
    """A column made ready.

    Attributes:
        leans: its cells are read by what its record or its column says else.
        seen: what was read of its cells; None where the same text may mean another thing in another row.
        above: the cell that «the same» means.
    """

    place: int
    name: str
    type: FieldType
    derived: bool
    second: str
    joined: tuple[int, ...]
    order: str
    leans: bool
    is_number: bool
    seen: dict[Cell, _Taken] | None
    above: Cell = None


def _prepared(layout: Layout, column: Column, orders: Mapping[int, str]) -> _Prepared:
    of = layout.register.by_name[column.field]
    measure, number = isinstance(of.type, Measure), isinstance(of.type, Number)
    order = orders.get(column.place, "")
    # a measure depends on its item, a number that may hold its date on the date's own cell
    return _Prepared(
        column.place, column.field, of.type, of.derived, column.second, column.joined, order,
        measure or bool(order), number, None if measure or number else {},
    )  # fmt: skip


Show = Callable[[FieldType, Any], str]


class RecordReader:
    """Reads the records of one table from top to bottom; remembers what «the same» means.

    Args:
        orders: column of dates → the order its texts prove.
        show: turns a value into the report's text.

    Attributes:
        unnamed: columns without a heading that had something in a record.
    """

    def __init__(self, sheet: Sheet, layout: Layout, orders: Mapping[int, str], show: Show) -> None:
        kind = layout.register
        self._sheet, self._layout, self._show = sheet, layout, show
        found = [_prepared(layout, column, orders) for column in layout.columns if column.field]
        # A measure is read after the item that gives its unit, a number with its date after the date's own column.
        self._columns = sorted(
            found, key=lambda item: (isinstance(item.type, Measure), isinstance(item.type, Number))
        )
        self._spare = [column for column in layout.columns if not column.field]
        self._known = {column.place for column in layout.columns} | {
            p for c in layout.columns for p in c.joined
        }
        if layout.number is not None:
            self._known.add(layout.number)
        self.unnamed: set[int] = set()
        self._typed = {item.name for item in found if isinstance(item.type, _TYPED) and not item.derived}
        self._free = [c for c in layout.columns if not c.field or type(kind.by_name[c.field].type) is Text]
        self._days = headings.day_beside(kind.code)
        self._first = min((c.place for c in layout.columns), default=0)
        self._unknown: dict[int, list[int]] = {}

    def read(self, number: int, cells: list[Cell]) -> DataRow:
        """Return a row's record with all that has to be said of it."""
        values: dict[str, Any] = {}
        told = [cell if type(cell) is str else cell_text(cell) for cell in cells]
        if self._layout.number is not None:
            del told[self._layout.number : self._layout.number + 1]
        row = DataRow(number, values, {}, {}, {}, [], tuple(told))
        width = len(cells)
        for item in self._columns:
            raw = cells[item.place] if item.place < width else None
            if item.joined:
                places = [p for p in (item.place, *item.joined) if p < width]
                raw = tidy(" ".join(cell_text(cells[p]) for p in places))
            if raw is None or raw == "":
                continue
            sort, seen = type(raw), item.seen
            taken = seen.get(raw) if seen is not None and (sort is str or sort is date) else None
            if taken is None:
                taken = self._taken(row, item, raw)
            else:
                item.above = raw
            value, also, kept, note = taken
            if item.derived:
                row.claimed[item.name] = value
            elif kept is not None:
                row.kept[item.name] = kept
            elif value is not None:
                values[item.name] = value
                if also:
                    values.update(also)
            if note is not None:
                row.notes.append(note)
        self._others(row, cells)
        self._remarks(row, cells)
        return row

    def _others(self, row: DataRow, cells: list[Cell]) -> None:
        """Keep what stands in the columns of no field."""
        width = len(cells)
        if width not in self._unknown:
            self._unknown[width] = [place for place in range(width) if place not in self._known]
        for place in self._unknown[width]:
            if is_filled(cells[place]):
                self.unnamed.add(place)
                row.extra[column_letter(place)] = tidy(cell_text(cells[place]))
        for column in self._spare:
            if column.place < width and is_filled(cells[column.place]):
                row.extra[column.heading] = tidy(cell_text(cells[column.place]))

    def is_garbage(self, row: DataRow) -> bool:
        """Tell whether nothing that has a form of its own could be read: the row belongs to something else."""
        bad = len(self._typed & row.kept.keys()) if len(row.kept) > 1 else 0
        return bad > 1 and len(self._typed & row.values.keys()) * 3 < bad

    def _taken(self, row: DataRow, item: _Prepared, raw: Cell) -> _Taken:
        """Read a cell; what the same text will say again in any row is remembered."""
        hint = Hint(row.values, 0, 0, item.order) if item.leans else NO_HINT
        ditto = type(raw) is str and is_ditto(raw)
        if ditto:
            source = item.above
        else:
            source = item.above = raw
        if source is None:
            found = BAD._replace(mended="read.ditto_of_nothing")
        elif has_no_value(source):
            found = BAD._replace(mended="read.no_value")
        else:
            with_day = self._with_day(row, item, source, hint) if item.is_number else None
            found = with_day or read(item.type, source, hint)
        code = "read.ditto" if ditto and not found.bad else found.mended or found.code
        note = None
        if code and found is not EMPTY and not (item.derived and found.bad):  # it is computed anyway
            became = "" if found.bad else self._show(item.type, found.value)
            note = CellNote(item.place, item.name, cell_text(raw), became, code, found.bad, found.advice)
        taken = _Taken(found.value, found.also, tidy(cell_text(raw)) if found.bad else None, note)
        if item.seen is not None and not ditto and (type(raw) is str or type(raw) is date):
            if len(item.seen) >= _MOST_SEEN:
                item.seen.clear()
            item.seen[raw] = taken
        return taken

    def _with_day(self, row: DataRow, item: _Prepared, raw: Cell, hint: Hint) -> Reading | None:
        """Return a number that stands with its date («5 от 05.12.2023»), the date taken where it has no cell of its own."""
        day_field = item.second or self._days.get(item.name, "")
        if isinstance(raw, date):
            return BAD._replace(mended="read.number_is_date")
        if type(raw) is str and len(raw) < _LEAST_WITH_DAY:
            return None
        text = tidy(cell_text(raw))
        if len(text) < _LEAST_WITH_DAY:
            return None
        found = _NUMBER_AND_DAY.fullmatch(text) if " " in text or "," in text else None
        if not found or not day_field:
            return BAD._replace(mended="read.number_is_date") if _is_day(text) else None
        day = read(self._layout.register.by_name[day_field].type, found["day"], hint)
        number = read(item.type, found["number"], hint)
        if day.value is None or number.value is None:
            return None
        known = row.values.setdefault(day_field, day.value)
        if known != day.value:
            return number._replace(mended="read.other_date", advice="rows.check_row")
        return number._replace(mended="read.number_with_date")

    def _remarks(self, row: DataRow, cells: list[Cell]) -> None:
        """Say what the sheet says beside the values: out of sight, struck through, noted, taken back."""
        layout, sheet = self._layout, self._sheet
        if layout.turned:
            return
        at = row.row - 1
        if at in sheet.hidden_rows:
            row.notes.append(CellNote(self._first, "", "", "", "read.row_hidden", False, "rows.check_counts"))
        struck = (
            [p for p in range(len(cells)) if (at, p) in sheet.struck and is_filled(cells[p])]
            if sheet.struck
            else []
        )
        if struck:
            raw = " ".join(tidy(cell_text(cells[p])) for p in struck)
            row.notes.append(
                CellNote(
                    struck[0], self._field_at(struck[0]), raw, "", "read.struck", False, "rows.check_counts"
                )
            )
        for place in range(len(cells) + 1) if sheet.comments else ():
            if text := sheet.comments.get((at, place)):
                row.notes.append(
                    CellNote(place, self._field_at(place), text, "", "read.comment", False, "rows.check_row")
                )
        for column in self._free:
            cell = cells[column.place] if column.place < len(cells) else None
            if isinstance(cell, str) and cell and says_taken_back(cell):
                raw = tidy(cell)
                row.notes.append(
                    CellNote(
                        column.place, column.field, raw, "", "read.taken_back", False, "rows.check_counts"
                    )
                )

    def _field_at(self, place: int) -> str:
        return next((c.field for c in self._layout.columns if c.place == place), "")


def _is_day(text: str) -> bool:
    return (
        bool(re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{2}-\d{2}", text)) and not read(Day(), text).bad
    )
