"""The tables of a sheet, wherever they stand: below one another, side by side, turned on their side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from desktop_app.domain.departments import is_department
from desktop_app.formdef.forms import form_of
from desktop_app.importing import headings
from desktop_app.importing.formats.grid import MAX_COLUMNS
from desktop_app.importing.header import Span, best_layout, heading_count, layouts, may_head
from desktop_app.importing.recognise import Layout, Shortfall, same_columns
from desktop_app.importing.workbook import Cell, Sheet

_TURNED_ROWS, _TURNED_COLUMNS = 60, 400
_LEAST_UNKNOWN: Final = 3


@dataclass(slots=True)
class Table:
    """One table: its layout and the sheet's rows that are its own.

    Attributes:
        rows: number of the row in the sheet, from nought, and its cells; cells of other tables are empty.
    """

    layout: Layout
    span: Span
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


@dataclass(slots=True)
class SheetTables:
    """What stands on a sheet.

    Attributes:
        above: rows above the first table: titles.
        outside: rows under a header that is no register's.
        short: the header that is nearly a register's.
    """

    tables: list[Table] = field(default_factory=list)
    above: list[tuple[int, list[Cell]]] = field(default_factory=list)
    outside: list[tuple[int, list[Cell]]] = field(default_factory=list)
    short: Shortfall | None = None


def tables_of(sheet: Sheet) -> SheetTables:
    """Return the tables of a sheet; a turned one is sought only where none stands upright."""
    rows = _carried_down(sheet)
    found = _upright(rows)
    if not found.tables and 2 < len(rows) <= _TURNED_ROWS:
        width = max(len(cells) for cells in rows)
        if width <= _TURNED_COLUMNS:
            turned = [[cells[p] if p < len(cells) else None for cells in rows] for p in range(width)]
            across = _upright(turned)
            if across.tables:
                for table in across.tables:
                    _name_titles(across, table)
                    table.layout = replace(_with_cells(table), turned=True)
                return across
    for table in found.tables:
        table.layout = _with_cells(table)
    return found


def _name_titles(found: SheetTables, table: Table) -> None:
    """Take the titles of a turned sheet, which stand in the column of its headings, out of the headings."""
    found.above.append((0, [column.heading for column in table.layout.columns if not column.field]))


def _carried_down(sheet: Sheet) -> list[list[Cell]]:
    """Return the rows with the value of each merged cell in every row it covers."""
    tall = [span for span in sheet.merged if span[2] > span[0]]
    if not tall:
        return sheet.rows
    rows = [list(cells) for cells in sheet.rows]
    for top, left, bottom, _ in tall:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else None
        if value is None or value == "":
            continue
        for row in rows[top + 1 : bottom + 1]:
            row.extend([None] * (left + 1 - len(row)))
            if row[left] is None or row[left] == "":
                row[left] = value
    return rows


def _upright(rows: list[list[Cell]]) -> SheetTables:
    found = SheetTables()
    current: list[Table] = []
    unknown = False
    number, floor = 0, 0
    while number < len(rows):
        cells = rows[number]
        hits = heading_count(cells) if may_head(cells) else 0
        if hits >= 2:
            begun = layouts(rows, number, floor)
            if begun:
                current, unknown = _begin(found, current, begun), False
                number = floor = begun[0][0].header + 1
                continue
            unknown = _unknown(found, rows, number, hits) or unknown
            if unknown:
                current = []
        elif hits and not found.tables and found.short is None:
            found.short = _matrix(cells)
        _file(found, current, number, cells, unknown)
        number += 1
    return found


def _begin(found: SheetTables, current: list[Table], begun: list[tuple[Layout, Span]]) -> list[Table]:
    """Begin the tables of a header; a header said again goes on with its table."""
    for table in current:
        table.rows = [pair for pair in table.rows if pair[0] < begun[0][0].first]
    if len(current) == len(begun) and all(
        same_columns(table.layout, layout) for table, (layout, _) in zip(current, begun, strict=True)
    ):
        for table in current:
            table.rows.append((begun[0][0].header, []))
        return current
    if not found.tables:
        first = begun[0][0].first
        found.above = [pair for pair in found.above if pair[0] < first]
    fresh = [Table(layout, span) for layout, span in begun]
    fresh[-1].span = (fresh[-1].span[0], MAX_COLUMNS)
    found.tables.extend(fresh)
    return fresh


def _matrix(cells: list[Cell]) -> Shortfall | None:
    """Return what a checklist lacks whose rows are items and whose columns are departments."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    if len(texts) < _LEAST_UNKNOWN or sum(map(is_department, texts)) < len(texts) - 1:
        return None
    for kind in headings.candidates():
        field = headings.exact(texts[0], kind.code) or headings.by_words(texts[0], kind.code)
        if field in form_of(kind.code).telling:
            return Shortfall(kind, tuple(n for n in form_of(kind.code).telling if n != field), 1, 1)
    return None


def _unknown(found: SheetTables, rows: list[list[Cell]], number: int, hits: int) -> bool:
    """Tell whether a row heads a table that is no register's; remember what it lacks."""
    filled = sum(1 for cell in rows[number] if cell is not None and cell != "")
    short = best_layout([rows[number]], number, (0, len(rows[number])))
    if not isinstance(short, Shortfall) or hits < _LEAST_UNKNOWN or hits * 2 < filled:
        return False
    if found.short is None or short.nearness > found.short.nearness:
        found.short = short
    return True


def _file(found: SheetTables, current: list[Table], number: int, cells: list[Cell], unknown: bool) -> None:
    if unknown and found.tables:
        found.outside.append((number, cells))
    elif not current:
        found.above.append((number, cells))
    elif len(current) == 1:
        current[0].rows.append((number, cells))
    else:
        for table in current:
            left, right = table.span
            table.rows.append((number, [*([None] * min(left, len(cells))), *cells[left:right]]))


def _with_cells(table: Table) -> Layout:
    """Return the layout without headings of no field under which nothing stands: nothing is kept of them."""
    layout = table.layout
    kept = tuple(
        c for c in layout.columns if c.field or any(_is_written(c.place, row) for _, row in table.rows)
    )
    return replace(layout, columns=kept)


def _is_written(place: int, cells: list[Cell]) -> bool:
    cell = cells[place] if place < len(cells) else None
    return cell is not None and cell != "" and cell is not False
