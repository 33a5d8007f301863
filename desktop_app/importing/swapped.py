"""Columns of a number and of its date whose headings were exchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from desktop_app.domain.fields import Day
from desktop_app.domain.reading import read
from desktop_app.importing import headings
from desktop_app.importing.cells import is_filled
from desktop_app.importing.recognise import Layout
from desktop_app.importing.tables import Table
from desktop_app.importing.workbook import Cell

_LEAST: Final = 3
_MOST_OTHER: Final = 0.1


def swapped(table: Table) -> Layout:
    """Return the layout, the two columns exchanged where every number is a date and no date is one.

    Both are marked as guessed, so that the report asks to look at them.
    """
    layout = table.layout
    by_field = {column.field: column for column in layout.columns if column.field}
    for number, day in headings.day_beside(layout.register.code).items():
        one, other = by_field.get(number), by_field.get(day)
        if one is None or other is None or one.second:
            continue
        if _mostly(table, one.place, days=True) and _mostly(table, other.place, days=False):
            turned = {
                one.place: replace(one, field=day, guessed=True),
                other.place: replace(other, field=number, guessed=True),
            }
            layout = replace(layout, columns=tuple(turned.get(c.place, c) for c in layout.columns))
    return layout


def _mostly(table: Table, place: int, *, days: bool) -> bool:
    """Tell whether nearly all cells of a column are dates, or nearly none is; neither where there are too few."""
    cells: list[Cell] = [
        cells[place] for _, cells in table.rows if place < len(cells) and is_filled(cells[place])
    ]
    if len(cells) < _LEAST:
        return False
    others = 0
    for cell in cells:
        others += _is_day(cell) is not days
        if others > len(cells) * _MOST_OTHER:
            return False
    return True


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, date) or (isinstance(cell, str) and not read(Day(), cell).bad)
