"""Tables on the PDF canvas: wrapped cells, repeated headers, groups over columns, a bold total."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_text import BOLD, LINE, REGULAR, measure, shown

if TYPE_CHECKING:
    from desktop_app.reports.writers.pdf import Page

_PAD: Final = 2.5
_MANY: Final = 12
_UPRIGHT_FROM: Final = 7


class TableDrawer:
    """Draws one table over as many pages as it needs, one row at a time."""

    def __init__(self, page: Page, table: d.Table) -> None:
        self._page, self._table = page, table
        self._size = 7.5 if len(table.columns) > _MANY else 8.5
        self._body, self._bold = measure(REGULAR, self._size), measure(BOLD, self._size)
        self._aligns = [column.align for column in table.columns]
        self._upright = 62.0 if page.landscape else 78.0
        """Height of upright titles in points."""
        self._place()

    def _place(self) -> None:
        from desktop_app.reports.writers.pdf import LEFT

        columns, whole = self._table.columns, self._page.width
        least = [self._least(column) for column in columns]
        spare = max(whole - sum(least), 0.0)
        weight = sum(column.weight for column in columns if column.kind != "number") or 1.0
        # What is left over goes to the texts; a column of numbers needs no more than its digits.
        widths = [
            need if column.kind == "number" else need + spare * column.weight / weight
            for column, need in zip(columns, least, strict=True)
        ]
        if all(column.kind == "number" for column in columns) or sum(widths) > whole:
            widths = [width * whole / sum(widths) for width in widths]
        self._widths = widths
        self._rooms = [width - 2 * _PAD for width in widths]
        self._xs = [LEFT]
        for width in widths:
            self._xs.append(self._xs[-1] + width)

    def _least(self, column: d.Column) -> float:
        """A number column holds five digits, a date itself, and each the longest word of its title."""
        words = max((self._bold.width(word) for word in column.title.split(" ")), default=0.0)
        if self._is_upright(column):
            return max(self._body.width("00000"), 2.2 * self._size * LINE) + 2 * _PAD
        if column.kind == "number":
            return max(self._body.width("00000"), words) + 2 * _PAD + 0.5
        if column.kind == "date":
            return max(self._body.width("00.00.0000"), words) + 2 * _PAD + 1
        return min(words, self._page.width / 6) + 2 * _PAD

    def _is_upright(self, column: d.Column) -> bool:
        """Titles of many narrow columns stand upright."""
        numbers = sum(other.kind == "number" for other in self._table.columns)
        return numbers >= _UPRIGHT_FROM and column.kind == "number"

    def draw(self) -> None:
        """Draw header and rows; the header again on each page."""
        self._page.need(self._header_height() + 40)
        self._header()
        line = self._size * LINE
        drawn = False
        rows = iter(self._table.rows())
        following = next(rows, None)
        while following is not None:
            row, following = following, next(rows, None)
            bold = self._table.summed and following is None
            self._row(row, line, bold=bold)
            drawn = True
        if not drawn and self._table.empty:
            self._page.text(self._table.empty, 10, align="center")

    def _row(self, row: d.Row, line: float, *, bold: bool) -> None:
        ruler = self._bold if bold else self._body
        if self._table.summed:
            row = tuple("–" if value == 0 else value for value in row)
        cells = [ruler.lines(shown(value), room) for value, room in zip(row, self._rooms, strict=True)]
        tallest = max([len(lines) for lines in cells])
        first = 0
        while first < tallest:
            fits = int((self._page.room() - 2 * _PAD) / line)
            if fits < min(tallest - first, 3):
                self._page.turn()
                self._header()
                fits = int((self._page.room() - 2 * _PAD) / line)
            part = [lines[first : first + fits] for lines in cells] if first or fits < tallest else cells
            self._cells(part, min(fits, tallest - first), ruler.font, line)
            first += fits

    def _cells(self, cells: list[list[str]], tall: int, font: str, line: float) -> None:
        page, canvas, size = self._page, self._page.canvas, self._size
        top = page.y
        height = tall * line + 2 * _PAD
        page.y = top - height
        base = top - _PAD - size * 0.95
        canvas.setFont(font, size)
        for place, lines in enumerate(cells):
            align = self._aligns[place]
            x = self._xs[place] + _PAD
            y = base
            for text in lines:
                if text:
                    if align == "left":
                        canvas.drawString(x, y, text)
                    elif align == "right":
                        canvas.drawRightString(self._xs[place + 1] - _PAD, y, text)
                    else:
                        canvas.drawCentredString((x + self._xs[place + 1] - _PAD) / 2, y, text)
                y -= line
        self._grid(top, page.y)

    def _grid(self, top: float, bottom: float) -> None:
        canvas = self._page.canvas
        canvas.setLineWidth(0.4)
        path = canvas.beginPath()
        path.moveTo(self._xs[0], bottom)
        path.lineTo(self._xs[-1], bottom)
        for x in self._xs:
            path.moveTo(x, top)
            path.lineTo(x, bottom)
        canvas.drawPath(path, stroke=1, fill=0)

    def _titles(self) -> list[list[str]]:
        return [
            self._bold.lines(column.title, room)
            for column, room in zip(self._table.columns, self._rooms, strict=True)
        ]

    def _groups(self) -> list[tuple[str, int, int]]:
        found: list[tuple[str, int, int]] = []
        for place, column in enumerate(self._table.columns):
            if found and found[-1][0] == column.group and column.group:
                found[-1] = (column.group, found[-1][1], place + 1)
            else:
                found.append((column.group, place, place + 1))
        return found

    def _header_height(self) -> float:
        line = self._size * LINE
        upright = any(self._is_upright(column) for column in self._table.columns)
        tallest = round(self._upright / line) if upright else max(len(lines) for lines in self._titles())
        grouped = any(column.group for column in self._table.columns)
        return (tallest + (2 if grouped else 0) + (1 if self._table.letters else 0)) * line + 6 * _PAD

    def _header(self) -> None:
        canvas, page = self._page.canvas, self._page
        canvas.setLineWidth(0.4)
        canvas.line(self._xs[0], page.y, self._xs[-1], page.y)
        if any(column.group for column in self._table.columns):
            self._group_row()
        line = self._size * LINE
        if any(self._is_upright(column) for column in self._table.columns):
            self._upright_titles(line)
        else:
            titles = self._titles()
            self._shaded(max(len(lines) for lines in titles) * line + 2 * _PAD)
            self._centred(titles, line, self._bold.font)
        if self._table.letters:
            self._centred([[letter] for letter in self._table.letters], line, REGULAR)

    def _upright_titles(self, line: float) -> None:
        canvas, page = self._page.canvas, self._page
        height = self._upright + 2 * _PAD
        self._shaded(height)
        top = page.y
        page.y -= height
        canvas.setFont(self._bold.font, self._size)
        for place, column in enumerate(self._table.columns):
            middle = (self._xs[place] + self._xs[place + 1]) / 2
            if not self._is_upright(column):
                lines = self._bold.lines(column.title, self._rooms[place])
                for number, text in enumerate(lines):
                    canvas.drawCentredString(
                        middle, (top + page.y) / 2 + (len(lines) / 2 - number - 0.8) * line, text
                    )
                continue
            lines = self._bold.lines(column.title, self._upright)
            canvas.saveState()
            canvas.translate(middle, page.y + _PAD)
            canvas.rotate(90)
            for number, text in enumerate(lines):
                canvas.drawString(0, (len(lines) / 2 - number - 0.8) * line, text)
            canvas.restoreState()
        self._grid(top, page.y)

    def _shaded(self, height: float) -> None:
        canvas = self._page.canvas
        canvas.setFillGray(0.93)
        canvas.rect(self._xs[0], self._page.y - height, self._xs[-1] - self._xs[0], height, stroke=0, fill=1)
        canvas.setFillGray(0)

    def _centred(self, cells: list[list[str]], line: float, font: str) -> None:
        aligns, self._aligns = self._aligns, ["center"] * len(self._aligns)
        self._cells(cells, max(len(lines) for lines in cells), font, line)
        self._aligns = aligns

    def _group_row(self) -> None:
        line, page = self._size * LINE, self._page
        parts = [(self._bold.lines(text, self._xs[last] - self._xs[first] - 2 * _PAD) if text else [""], first, last)
                 for text, first, last in self._groups()]  # fmt: skip
        height = max(len(lines) for lines, _, _ in parts) * line + 2 * _PAD
        self._shaded(height)
        top = page.y
        page.y -= height
        canvas = page.canvas
        canvas.setFont(self._bold.font, self._size)
        for lines, first, last in parts:
            y = top - _PAD - self._size * 0.95
            for text in lines:
                canvas.drawCentredString((self._xs[first] + self._xs[last]) / 2, y, text)
                y -= line
            canvas.rect(self._xs[first], page.y, self._xs[last] - self._xs[first], height, stroke=1, fill=0)
