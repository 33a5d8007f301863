"""How a table's columns share the width of a page: from their longest words, then from what they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_text import BOLD, LINE, REGULAR, Measure, measure, shown

PAD: Final = 2.5
_SAMPLE: Final = 150
"""So many rows are looked at before the first is drawn; a longer table stays a stream."""
_SIZES: Final = (8.5, 7.5, 6.5)
_MANY: Final = 12
_UPRIGHT_FROM: Final = 7
"""So many columns of numbers make their titles stand upright."""
_TALLEST: Final = 118.0
"""Upright titles are not taller than this, in points."""
_FIGURES: Final = ("number", "change", "growth")
_WORDY: Final = 0.25
"""No single word asks for more than this part of the width."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table laid out: size of type, widths of the columns, which titles stand upright and how tall those are."""

    size: float
    widths: tuple[float, ...]
    upright: tuple[bool, ...]
    tall: float
    fits: bool


def sample(table: d.Table) -> list[d.Row]:
    """Return the first rows; the stream they came from is closed."""
    rows = iter(table.rows())
    found = list(islice(rows, _SAMPLE))
    close = getattr(rows, "close", None)
    if close:
        close()
    return found


def lay_out(table: d.Table, rows: list[d.Row], whole: float) -> Layout:
    """Return the layout in the largest type in which no word has to be divided, else in the smallest."""
    sizes = _SIZES[1:] if len(table.columns) > _MANY else _SIZES
    for size in sizes:
        found = _Columns(table, rows, whole, size).layout()
        if found.fits:
            return found
    return found


class _Columns:
    def __init__(self, table: d.Table, rows: list[d.Row], whole: float, size: float) -> None:
        self._table, self._whole, self._size = table, whole, size
        self._body, self._bold = measure(REGULAR, size), measure(BOLD, size)
        self._texts: list[list[str]] = [
            [shown(row[place], column.kind) for row in rows] for place, column in enumerate(table.columns)
        ]
        figures = sum(column.kind in _FIGURES for column in table.columns)
        self._upright = tuple(
            figures >= _UPRIGHT_FROM and column.kind in _FIGURES and len(column.title) > 2
            for column in table.columns
        )

    def layout(self) -> Layout:
        least = [self._least(place) for place in range(len(self._texts))]
        wanted = [max(self._wanted(place), need) for place, need in enumerate(least)]
        self._make_room_for_groups(least, wanted)
        widths = self._share(least, wanted)
        return Layout(
            self._size, tuple(widths), self._upright, self._height(widths), sum(least) <= self._whole + 0.01
        )

    def _ruler(self) -> Measure:
        return self._bold if self._table.summed else self._body

    def _digits(self, place: int) -> float:
        widest = max((self._ruler().width(text) for text in self._texts[place]), default=0.0)
        return max(widest, self._body.width("000")) + 2 * PAD + 0.5

    def _least(self, place: int) -> float:
        column = self._table.columns[place]
        words = self._bold.widest_word(column.title) + 2 * PAD + 0.5
        if self._upright[place]:
            lines = len(self._bold.lines(column.title, _TALLEST))
            return max(self._digits(place), lines * self._size * LINE + 2 * PAD)
        if column.kind in _FIGURES:
            return max(self._digits(place), words)
        if column.kind == "date":
            return max(self._body.width("00.00.0000") + 2 * PAD + 1, words)
        body = (
            max((self._ruler().widest_word(text) for text in self._texts[place]), default=0.0) + 2 * PAD + 0.5
        )
        return max(words, min(body, self._whole * _WORDY))

    def _wanted(self, place: int) -> float:
        column = self._table.columns[place]
        if column.kind in _FIGURES:
            return max(self._least(place), min(self._least(place) * 1.4, 44.0))
        title = self._bold.width(column.title) / 2
        if column.kind == "date":
            return max(title, self._least(place) * 1.1)
        body = max((self._ruler().width(text[:200]) for text in self._texts[place]), default=0.0)
        return min(max(body, title) + 2 * PAD + 1, self._whole * 0.45)

    def _make_room_for_groups(self, least: list[float], wanted: list[float]) -> None:
        """Widen the columns under a group title that is longer than they are together."""
        for text, first, last in groups(self._table):
            need = self._bold.widest_word(text) + 2 * PAD + 0.5
            short = need - sum(least[first:last])
            for place in range(first, last) if short > 0 else ():
                least[place] += short / (last - first)
                wanted[place] = max(wanted[place], least[place])

    def _share(self, least: list[float], wanted: list[float]) -> list[float]:
        whole = self._whole
        if sum(least) > whole:
            return self._squeeze(least)
        if sum(wanted) <= whole:
            # A table of few short columns stays narrow, so that a figure stands near its name.
            grown = min(whole, sum(wanted) * 1.5) / sum(wanted)
            return [width * grown for width in wanted]
        spare = whole - sum(least)
        more = [want - need for want, need in zip(wanted, least, strict=True)]
        return [need + spare * extra / sum(more) for need, extra in zip(least, more, strict=True)]

    def _squeeze(self, least: list[float]) -> list[float]:
        """Take what is missing from the columns of text, widest first; their words are divided by hyphens."""
        floor = 6 * self._size
        over = sum(least) - self._whole
        texts = [place for place, column in enumerate(self._table.columns) if column.kind == "text"]
        give = sum(max(least[place] - floor, 0.0) for place in texts)
        if give >= over:
            return [
                need - over * max(need - floor, 0.0) / give if place in texts else need
                for place, need in enumerate(least)
            ]
        return [need * self._whole / sum(least) for need in least]

    def _height(self, widths: list[float]) -> float:
        """Return how tall upright titles are so that each fits the lines its column has room for."""
        tallest = 0.0
        for place, column in enumerate(self._table.columns):
            if not self._upright[place]:
                continue
            allowed = max(int((widths[place] - 2 * PAD + 0.5) / (self._size * LINE)), 1)
            height = self._bold.widest_word(column.title)
            while height < _TALLEST and len(self._bold.lines(column.title, height)) > allowed:
                height += 2.0
            tallest = max(tallest, height)
        return min(tallest, _TALLEST) + 1.0 if tallest else 0.0


def groups(table: d.Table) -> list[tuple[str, int, int]]:
    """Return group title, first column and the one after the last; columns without a group stand alone."""
    found: list[tuple[str, int, int]] = []
    for place, column in enumerate(table.columns):
        if found and found[-1][0] == column.group and column.group:
            found[-1] = (column.group, found[-1][1], place + 1)
        else:
            found.append((column.group, place, place + 1))
    return found


def width_needed(tables: Iterable[d.Table], whole: float) -> float:
    """Return the least width in which the widest of several tables divides no word."""
    return max(
        (whole if lay_out(table, sample(table), whole).fits else whole + 1 for table in tables), default=0.0
    )
