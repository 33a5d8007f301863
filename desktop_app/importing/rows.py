"""Reading a sheet: each row becomes a record, or is named for what it is; nothing is left without a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desktop_app.core.i18n import Text3
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Day
from desktop_app.domain.lettering import label_key, tidy
from desktop_app.domain.register import RegisterType
from desktop_app.formdef.forms import form_of
from desktop_app.importing.cells import cell_text, date_orders
from desktop_app.importing.recognise import Column, Lacks, Layout, Shortfall, column_letter
from desktop_app.importing.record_cells import CellNote, DataRow, RecordReader, Show
from desktop_app.importing.row_kinds import OtherRow, RowKinds, group_field, not_understood
from desktop_app.importing.swapped import swapped
from desktop_app.importing.tables import SheetTables, Table, tables_of
from desktop_app.importing.workbook import Cell, Sheet

__all__ = [
    "CellNote",
    "DataRow",
    "OtherRow",
    "SheetReading",
    "SheetRows",
    "cell_text",
    "read_sheet",
    "totals_faults",
]


@dataclass
class SheetRows:
    """Everything read of one table."""

    data: list[DataRow] = field(default_factory=list)
    others: list[OtherRow] = field(default_factory=list)


@dataclass
class SheetReading:
    """One table of a sheet; ``layout`` is None for a sheet that has none.

    Attributes:
        titles: texts above the sheet's first table.
        lacks: what is missing where a header nearly is a register's.
    """

    name: str
    layout: Layout | None
    rows: SheetRows = field(default_factory=SheetRows)
    titles: tuple[str, ...] = ()
    lacks: Lacks | None = None


def read_sheet(sheet: Sheet, show: Show) -> list[SheetReading]:
    """Return the tables of a sheet, or one reading without a layout that says why there is none."""
    if sheet.fault:
        return [_without_table(sheet, "rows.sheet_unread", "rows.save_anew")]
    if sheet.visible == "very_hidden" and sheet.rows:
        return [_without_table(sheet, "rows.sheet_very_hidden", "rows.unhide")]
    found = tables_of(sheet)
    titles = tuple(c for _, cells in found.above for c in cells if isinstance(c, str) and c.strip())
    if not found.tables:
        lacks = lacking(found.short) if found.short and found.short.nearness[0] else None
        return [SheetReading(sheet.name, None, titles=titles[:60], lacks=lacks)]
    readings: list[SheetReading] = []
    for table in found.tables:
        rows = read_rows(sheet, table, show)  # settles the layout too
        readings.append(SheetReading(sheet.name, table.layout, rows, titles))
    readings[0].rows.others[:0] = _remarks(sheet, found)
    return readings


def lacking(short: Shortfall) -> Lacks:
    """Return what a header lacks, in three languages."""
    form = form_of(short.register.code)
    labels = [form.label(name) for name in short.fields]
    named = ("«" + "», «".join(getattr(label, lang) for label in labels) + "»" for lang in ("kk", "ru", "en"))
    return Lacks(form.plural, Text3(*named))


def _without_table(sheet: Sheet, code: str, advice: str) -> SheetReading:
    remark = OtherRow(0, "remark", "", code=code, advice=advice)
    return SheetReading(sheet.name, None, SheetRows(others=[remark]))


def _remarks(sheet: Sheet, found: SheetTables) -> list[OtherRow]:
    remarks = [
        OtherRow(n + 1, "title" if any(cells) else "blank", tidy(" ".join(map(cell_text, cells))))
        for n, cells in found.above
    ]
    if sheet.visible == "hidden":
        remarks.insert(0, OtherRow(0, "remark", "", code="rows.sheet_hidden", advice="rows.check_counts"))
    for number, cells in found.outside:
        text = tidy(" ".join(map(cell_text, cells)))
        remarks.append(not_understood(number + 1, text) if text else OtherRow(number + 1, "blank", ""))
    return remarks


def read_rows(sheet: Sheet, table: Table, show: Show) -> SheetRows:
    """Read every row of a table."""
    layout = table.layout = swapped(table)
    found = SheetRows([], [OtherRow(row + 1, "header", "") for row in range(layout.first, layout.header + 1)])
    reader, kinds = RecordReader(sheet, layout, _orders(table), show), RowKinds(layout)
    group, group_row = "", 0
    carried = group_field(layout)
    for index, cells in table.rows:
        other = kinds.kind_of(index + 1, cells, bool(found.data))
        if other is None:
            row = reader.read(index + 1, cells)
            if reader.is_garbage(row):
                other = not_understood(index + 1, tidy(" ".join(map(cell_text, cells))))
            else:
                if group and carried not in row.values and carried not in row.kept:
                    row.values[carried] = group
                found.data.append(row)
                continue
        if other.kind == "group":
            group, group_row = other.text, other.row
            other = OtherRow(group_row, "group", group, code="rows.group", advice="rows.nothing")
        elif other.kind == "header":
            group = ""
        found.others.append(other)
    unnamed = [Column(place, "", column_letter(place)) for place in sorted(reader.unnamed)]
    table.layout = replace(layout, columns=(*layout.columns, *unnamed))
    return found


def _orders(table: Table) -> dict[int, str]:
    kind = table.layout.register
    places = [
        c.place for c in table.layout.columns if c.field and isinstance(kind.by_name[c.field].type, Day)
    ]
    columns: list[list[Cell]] = [[cells[p] for _, cells in table.rows if p < len(cells)] for p in places]
    return {place: order for place, order in zip(places, date_orders(columns), strict=True) if order}


def totals_faults(
    found: SheetRows, kind: RegisterType, counted: Sequence[DataRow]
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
