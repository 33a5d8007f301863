"""Tables on the PDF canvas: wrapped cells, repeated headers, groups over columns, a bold total."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_columns import PAD, groups, lay_out, sample
from desktop_app.reports.writers.pdf_text import BOLD, LINE, REGULAR, measure, shown

if TYPE_CHECKING:
    from desktop_app.reports.writers.pdf_page import Page

_TOGETHER: Final = 4
"""So many of the last rows stay together, also with what follows the table."""
_CENTRED: Final = ("date",)
Cells = list[list[str]]


class TableDrawer:
    """Draws one table over as many pages as it needs, one row at a time."""

    def __init__(self, page: Page, table: d.Table) -> None:
        self._page, self._table = page, table
        first = sample(table)
        self._layout = lay_out(table, first, page.width)
        size = self._size = self._layout.size
        self._line = size * LINE
        self._pad = PAD * page.air
        self._body, self._bold = measure(REGULAR, size), measure(BOLD, size)
        self._rooms = [width - 2 * PAD for width in self._layout.widths]
        self._aligns = ["center" if c.kind in _CENTRED else "left" if c.kind == "text" and c.align == "left" else c.align if c.align != "left" else "right"
                        for c in table.columns]  # fmt: skip
        self._kinds = [column.kind for column in table.columns]
        self._xs = [page.left]
        for width in self._layout.widths:
            self._xs.append(self._xs[-1] + width)
        self._heights = self._header_heights()

    def draw(self, tail: float = 0.0) -> None:
        """Draw header and rows; the header again on each page.

        The last rows are not left alone at the top of a page, nor is what follows the table:
        ``tail`` points of it go where the last rows go.
        """
        page, rows = self._page, self._prepared()
        ahead: deque[Cells] = deque()
        self._fill(ahead, rows)
        if not ahead and not self._table.empty:
            return
        settled = len(ahead) <= _TOGETHER
        header, rest = sum(self._heights), sum(self._tall(cells) for cells in ahead)
        whole = header + rest + tail
        page.need(whole if settled and whole <= page.frame_height else header + min(rest, 120.0))
        self._header()
        if not ahead:
            self._nothing()
        while ahead:
            if len(ahead) <= _TOGETHER and not settled:
                settled = True
                self._keep_together(sum(self._tall(cells) for cells in ahead), tail)
            bold = self._table.summed and len(ahead) == 1
            self._row(ahead.popleft(), bold=bold)
            self._fill(ahead, rows)

    def _prepared(self) -> Iterator[Cells]:
        kinds, rooms = self._kinds, self._rooms
        # Any row may be the last, and that one is bold: lines are broken for the wider type.
        ruler = self._bold if self._table.summed else self._body
        for row in self._table.rows():
            if self._table.summed:
                row = tuple("–" if type(value) is int and value == 0 else value for value in row)
            yield [
                ruler.lines(shown(value, kind), room)
                for value, kind, room in zip(row, kinds, rooms, strict=True)
            ]

    def _fill(self, ahead: deque[Cells], rows: Iterator[Cells]) -> None:
        while len(ahead) <= _TOGETHER:
            following = next(rows, None)
            if following is None:
                return
            ahead.append(following)

    def _tall(self, cells: Cells) -> float:
        return max([len(lines) for lines in cells]) * self._line + 2 * self._pad

    def _keep_together(self, rest: float, tail: float) -> None:
        page = self._page
        fresh = page.frame_height - sum(self._heights)
        wanted = rest + tail if rest + tail <= fresh else rest
        if page.room() < wanted <= fresh:
            page.turn()
            self._header()

    def _nothing(self) -> None:
        page = self._page
        top = page.y
        page.y -= self._line + 2 * self._pad
        page.put(
            (self._xs[0] + self._xs[-1]) / 2,
            top - self._pad - self._size * 0.95,
            self._table.empty,
            REGULAR,
            self._size,
            "center",
        )
        self._page.canvas.rect(
            self._xs[0], page.y, self._xs[-1] - self._xs[0], top - page.y, stroke=1, fill=0
        )

    def _row(self, cells: Cells, *, bold: bool) -> None:
        tallest = max([len(lines) for lines in cells])
        first = 0
        while first < tallest:
            fits = int((self._page.room() - 2 * self._pad) / self._line)
            if fits < min(tallest - first, 3):
                self._page.turn()
                self._header()
                fits = int((self._page.room() - 2 * self._pad) / self._line)
            part = [lines[first : first + fits] for lines in cells] if first or fits < tallest else cells
            self._cells(part, min(fits, tallest - first), BOLD if bold else REGULAR)
            first += fits

    def _cells(self, cells: Cells, tall: int, font: str) -> None:
        page, size, line = self._page, self._size, self._line
        top = page.y
        page.y = top - tall * line - 2 * self._pad
        base = top - self._pad - size * 0.95
        page.use(font, size)
        for place, lines in enumerate(cells):
            align, left, right = self._aligns[place], self._xs[place] + PAD, self._xs[place + 1] - PAD
            x = left if align == "left" else right if align == "right" else (left + right) / 2
            y = base
            for text in lines:
                if text:
                    page.put(x, y, text, font, size, align)
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

    def _header_heights(self) -> tuple[float, float, float]:
        """Return the heights of the row of groups, of the titles and of the letters."""
        line, columns = self._line, self._table.columns
        grouped = [
            len(self._bold.lines(text, self._span(first, last)))
            for text, first, last in groups(self._table)
            if text
        ]
        over = max(grouped) * line + 2 * PAD if grouped else 0.0
        titles = max(self._layout.tall, line)
        for column, room, upright in zip(columns, self._rooms, self._layout.upright, strict=True):
            if not upright:
                tall = len(self._bold.lines(column.title, room)) * line
                titles = max(titles, tall if column.group else tall - over)
        return over, titles + 2 * PAD, line + 2 * self._pad if self._table.letters else 0.0

    def _span(self, first: int, last: int) -> float:
        return self._xs[last] - self._xs[first] - 2 * PAD

    def _header(self) -> None:
        """Draw the shaded titles; a column without a group has one cell from top to bottom."""
        page, canvas = self._page, self._page.canvas
        over, titles, letters = self._heights
        top, height = page.y, over + titles
        canvas.setFillGray(0.93)
        canvas.rect(self._xs[0], top - height, self._xs[-1] - self._xs[0], height, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.setLineWidth(0.4)
        page.use(BOLD, self._size)
        for text, first, last in groups(self._table):
            if text:
                self._title(text, first, last, top, over, upright=False)
            for place in range(first, last):
                start = top - over if text else top
                self._title(self._table.columns[place].title, place, place + 1, start, titles if text else height,
                            upright=self._layout.upright[place])  # fmt: skip
        page.y = top - height
        if letters:
            aligns, self._aligns = self._aligns, ["center"] * len(self._aligns)
            self._cells([[letter] for letter in self._table.letters], 1, REGULAR)
            self._aligns = aligns

    def _title(self, text: str, first: int, last: int, top: float, height: float, *, upright: bool) -> None:
        page, size, line = self._page, self._size, self._line
        left, right = self._xs[first], self._xs[last]
        page.canvas.rect(left, top - height, right - left, height, stroke=1, fill=0)
        middle = (left + right) / 2
        if not upright:
            lines = self._bold.lines(text, self._span(first, last))
            y = top - height / 2 + len(lines) * line / 2 - size * 0.95
            for part in lines:
                page.put(middle, y, part, BOLD, size, "center")
                y -= line
            return
        lines = self._bold.lines(text, self._layout.tall)
        page.canvas.saveState()
        page.canvas.translate(middle, top - height + PAD)
        page.canvas.rotate(90)
        for number, part in enumerate(lines):
            page.put(0, (len(lines) / 2 - number - 0.8) * line, part, BOLD, size)
        page.canvas.restoreState()
