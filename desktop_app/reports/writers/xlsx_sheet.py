"""One worksheet, written from top to bottom; styles of the workbook."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_columns import groups

_LONGEST: Final = 32_767
_LINKS: Final = 60_000
"""Rows with links: a sheet may hold 65,530 of them."""
_LONGEST_LINK: Final = 2_000
_UPRIGHT_FROM: Final = 7
_UPRIGHT_PAGE: Final = 180.0
"""Characters beyond which a sheet on an upright page could not be read any more."""
_LINE_POINTS: Final = 13.5
_TALLEST: Final = 409.0
"""No row of a workbook may be taller, in points."""
_MIDNIGHT: Final = datetime.min.time()
_COUNTS: Final = {
    "number": '#,##0;-#,##0;"–"', "change": '+#,##0;"−"#,##0;"–"', "growth": '+0.0%;"−"0.0%;0.0%', "date": "dd.mm.yyyy",
}  # fmt: skip
"""Codes as stored: thousands are parted by the reader's own separator, nothing is a dash."""
_PLAIN_COUNT: Final = "#,##0"
FIGURES: Final = ("number", "change", "growth")


class Styles:
    """Formats by name; each is made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool, bool], Any] = {}
        base = {"font_name": "Times New Roman", "font_size": 10, "valign": "top"}
        cell = {**base, "border": 1, "text_wrap": True}
        head = {**cell, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#EDEDED"}
        self._kinds: dict[str, dict[str, Any]] = {
            "text": cell, "number": {**cell, "align": "right"}, "change": {**cell, "align": "right"}, "growth": {**cell, "align": "right"},
            "date": {**cell, "align": "center"}, "head": head, "upright": {**head, "rotation": 90},
            "letter": {**cell, "align": "center", "italic": True}, "title": {**base, "bold": True, "font_size": 14, "align": "center", "text_wrap": True},
            "plain": {**base, "text_wrap": True}, "bold": {**base, "bold": True, "text_wrap": True}, "right": {**base, "align": "right", "text_wrap": True},
            "sum": {**base, "align": "right", "num_format": _PLAIN_COUNT}, "sign": {**base, "align": "center"}, "mark": {**base, "bold": True, "font_size": 14, "font_color": "#A00000"},
        }  # fmt: skip

    def of(self, kind: str, *, total: bool = False, counted: bool = False) -> Any:
        """Return a format; ``total`` is bold, ``counted`` shows nothing as a dash."""
        key = (kind, total, counted)
        if key not in self._made:
            form = dict(self._kinds[kind])
            if kind in _COUNTS:
                form["num_format"] = _COUNTS[kind] if counted or kind != "number" else _PLAIN_COUNT
            if total:
                form["bold"] = True
            self._made[key] = self._book.add_format(form)
        return self._made[key]


def width_of(column: d.Column, rows: list[d.Row], place: int) -> float:
    """Return a column's width in characters: its longest word, its texts where they are short, within reason."""
    if column.kind == "date":
        return 11.5
    title = max((len(word) for word in column.title.split()), default=0) + 2.0
    if column.kind in FIGURES:
        return max(8.0, min(title, 14.0))
    texts = [len(str(row[place] or "")) for row in rows]
    longest = max(texts, default=0)
    return min(max(title, 9.0, min(longest * 0.95 + 2, column.weight * 7.5)), 60.0)


class Sheet:
    """One worksheet being written from top to bottom."""

    def __init__(self, book: Any, name: str, styles: Styles, widths: list[float], *, landscape: bool) -> None:
        self.sheet = book.add_worksheet(name)
        self.name, self.styles, self.row = name, styles, 0
        self.widths = widths or [80.0]
        self._totals: tuple[int, int, int] | None = None
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)
        self.sheet.set_paper(9)
        self.sheet.set_margins(0.79, 0.39, 0.79, 0.79)
        self.sheet.fit_to_pages(1, 0)
        if landscape or sum(self.widths) > _UPRIGHT_PAGE:
            self.sheet.set_landscape()

    def foot(self, parts: list[str]) -> None:
        """Write whose paper it is and the page's number on each printed page."""
        text = " · ".join(part for part in parts if part).replace("&", "&&")
        # A blank ends the size: a text that begins with a digit would be read as part of it.
        self.sheet.set_footer(f"&L&8 {text[:200]}&R&8 &P / &N")

    def line(self, text: str, style: str) -> None:
        """Write one text across the columns of the table that follows, as tall as its lines."""
        room = max(sum(self.widths), 10.0)
        big = 1.4 if style in ("title", "mark") else 1.0
        lines = sum(1 + int(len(part) * big / room) for part in text.split("\n"))
        self.sheet.set_row(self.row, min(_LINE_POINTS * big * lines, _TALLEST))
        form = self.styles.of(style)
        if len(self.widths) > 1:
            self.sheet.merge_range(self.row, 0, self.row, len(self.widths) - 1, "", form)
        self.sheet.write_string(self.row, 0, text[:_LONGEST], form)
        self.row += 1

    def pair(self, label: str, value: str) -> None:
        """Write a label and its value."""
        self.line(f"{label}: {value or '____________________'}", "plain")

    def table(self, table: d.Table, *, sole: bool) -> None:
        """Write a table; the only long one of a sheet has a frozen header, a filter and a header on each page."""
        header = self.row
        self._header(table)
        first = self.row
        rows = iter(table.rows())
        following = next(rows, None)
        if following is None and table.empty:
            self.line(table.empty, "text")
        kinds, plain = [column.kind for column in table.columns], self.styles.of("text")
        while following is not None:
            row, following = following, next(rows, None)
            is_total = table.summed and following is None
            tall = self._tall(row)
            if tall > _LINE_POINTS or table.summed:
                self.sheet.set_row(self.row, tall)
            for place, value in enumerate(row):
                if type(value) is str and value and not is_total:  # most cells of a long list
                    self.sheet.write_string(self.row, place, value[:_LONGEST], plain)
                else:
                    self._cell(place, kinds[place], value, first if is_total else -1, counted=table.summed)
            self.row += 1
        if table.summed and self.row > first:
            self._totals = (first, self.row - 2, self.row - 1)
        if sole:
            self.sheet.freeze_panes(first, 0)
            self.sheet.repeat_rows(header, first - 1)
            if not table.summed and self.row > first:
                self.sheet.autofilter(first - 1, 0, max(self.row - 1, first), len(table.columns) - 1)
        self.row += 1

    def _header(self, table: d.Table) -> None:
        sheet, styles = self.sheet, self.styles
        grouped = any(column.group for column in table.columns)
        upright = sum(column.kind in FIGURES for column in table.columns) >= _UPRIGHT_FROM
        turned = [upright and column.kind in FIGURES and len(column.title) > 2 for column in table.columns]
        if grouped:
            sheet.set_row(self.row, _LINE_POINTS * 2)
        sheet.set_row(self.row + grouped, self._title_height(table, turned))
        tops = [
            place
            for text, first, last in groups(table)
            if grouped and not text
            for place in range(first, last)
        ]
        for text, first, last in groups(table):
            if text and last - first > 1:
                sheet.merge_range(self.row, first, self.row, last - 1, text, styles.of("head"))
            elif text:
                sheet.write_string(self.row, first, text, styles.of("head"))
        for place, column in enumerate(table.columns):
            style = styles.of("upright" if turned[place] else "head")
            if place in tops:
                sheet.write_string(self.row, place, column.title, style)
                # Not merge_range: it writes the row below, and then nothing more can be written to this one.
                sheet.merge.append([self.row, place, self.row + 1, place])
        for place, column in enumerate(table.columns):
            style = styles.of("upright" if turned[place] else "head")
            if place in tops:
                sheet.write_blank(self.row + 1, place, None, style)
            else:
                sheet.write_string(self.row + grouped, place, column.title, style)
        self.row += 1 + grouped
        for place, letter in enumerate(table.letters):
            sheet.write_string(self.row, place, letter, styles.of("letter"))
        self.row += bool(table.letters)

    def _title_height(self, table: d.Table, turned: list[bool]) -> float:
        if any(turned):
            return 110.0
        lines = max(_lines(column.title, self.widths[place]) for place, column in enumerate(table.columns))
        return _LINE_POINTS * max(lines, 1) + 3

    def _tall(self, row: d.Row) -> float:
        """Return the height that shows every line: not every program fits rows by itself."""
        lines = 1
        for value, width in zip(row, self.widths, strict=False):
            if isinstance(value, str) and (len(value) > width - 1 or "\n" in value):
                lines = max(lines, _lines(value, width))
        return min(_LINE_POINTS * lines, _TALLEST)

    def _cell(self, place: int, kind: str, value: d.CellValue, summed_from: int, *, counted: bool) -> None:
        sheet, total = self.sheet, summed_from >= 0
        style = self.styles.of(kind, total=total, counted=counted)
        if value is None or value == "":
            sheet.write_blank(self.row, place, None, style)
        elif type(value) is d.Link and self.row < _LINKS and len(value.target) < _LONGEST_LINK:
            sheet.write_url(self.row, place, value.target, self.styles.of("text", total=total), str(value))
        elif isinstance(value, (int, float, Decimal)) and kind in FIGURES:
            if total and kind != "growth" and self.row > summed_from:
                span = f"{_at(summed_from, place)}:{_at(self.row - 1, place)}"
                sheet.write_formula(self.row, place, f"=SUM({span})", style, value)
            else:
                sheet.write_number(
                    self.row, place, float(value) if isinstance(value, Decimal) else value, style
                )
        elif isinstance(value, date) and kind == "date":
            sheet.write_datetime(self.row, place, datetime.combine(value, _MIDNIGHT), style)
        else:
            sheet.write_string(self.row, place, str(value)[:_LONGEST], self.styles.of("text", total=total))

    def ratio(self, ratio: d.Ratio) -> None:
        """Write a control ratio that the workbook reckons itself: both sides and whether it holds."""
        last = max(len(self.widths) - 4, 0)
        if last:
            self.sheet.merge_range(self.row, 0, self.row, last, "", self.styles.of("plain"))
        self.sheet.write_string(self.row, 0, ratio.text, self.styles.of("plain"))
        self.sheet.set_row(
            self.row, _LINE_POINTS * (1 + int(len(ratio.text) / max(sum(self.widths[: last + 1]), 10.0)))
        )
        for place, value, columns in (
            (last + 1, ratio.left, ratio.left_at),
            (last + 3, ratio.right, ratio.right_at),
        ):
            style = self.styles.of("sum")
            if columns and self._totals:
                cells = "+".join(_at(self._totals[2], column) for column in columns)
                self.sheet.write_formula(self.row, place, f"={cells}", style, value)
            else:
                self.sheet.write_number(self.row, place, value, style)
        left, right = _at(self.row, last + 1), _at(self.row, last + 3)
        holds, fails = ("=", "≠") if ratio.sign == "=" else ("≤", ">")
        test = f"{left}{'=' if ratio.sign == '=' else '<='}{right}"
        self.sheet.write_formula(
            self.row,
            last + 2,
            f'=IF({test},"{holds}","{fails}")',
            self.styles.of("sign"),
            holds if ratio.holds else fails,
        )
        self.row += 1


@lru_cache(2048)
def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, words kept whole."""
    room = max(width - 1.0, 1.0)
    if len(text) <= room and "\n" not in text:
        return 1
    count = 0
    for part in text.split("\n"):
        used, count = 0.0, count + 1
        for word in part.split(" "):
            if used and used + 1 + len(word) > room:
                count, used = count + 1, 0.0
            used += len(word) + (1 if used else 0)
            while used > room:
                count, used = count + 1, used - room
    return count


def _at(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))
