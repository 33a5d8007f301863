"""The sheet being drawn: frame, foot, the mark of a draft, text; and a sheet without paper to measure on."""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from desktop_app.core.i18n import tr
from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_text import BOLD, LINE, REGULAR, boxed, measure, runs

TOP, BOTTOM, LEFT, RIGHT = 17 * mm, 20 * mm, 20 * mm, 10 * mm
_QR: Final = 20 * mm
_EDGE: Final = 9 * mm
"""Nothing is printed nearer to the edge than this: many printers leave that much blank."""
_QUIET: Final = 4
"""Modules of quiet zone round a QR code (ISO/IEC 18004)."""
_GREY: Final = 0.4
_FOOT: Final = 8.0
TOTAL: Final = "pages_total"
"""Form that holds the number of all pages, known only at the end."""


class NoPaper:
    """A canvas on which nothing appears."""

    def __getattr__(self, name: str) -> Any:
        """Take any call."""
        return self._nothing

    def _nothing(self, *_args: Any, **_named: Any) -> NoPaper:
        return self


class Page:
    """The sheet being drawn: canvas, frame and how far down it is written.

    Attributes:
        number: pages so far, through everything printed together.
        turns: how often this document went on to a new page.
        air: how much of the usual spacing is left, 1 for all of it.
    """

    def __init__(
        self, canvas: Any, document: d.Document, *, landscape: bool, number: int = 0, air: float = 1.0
    ) -> None:
        self.canvas: Any = canvas
        self.document = document
        self.number = number
        self.landscape = landscape
        self.air = air
        self.left = LEFT
        self.turns = 0
        self._qr = _qr_modules(document.tie)
        self._bottom = _EDGE + _QR + _QUIET * _QR / len(self._qr) if self._qr else BOTTOM
        self._type: tuple[str, float] | None = None
        self._missing: list[str] = []
        self.y = 0.0
        self._open(first=True)

    def probe(self) -> Page:
        """Return a sheet like this one on which nothing appears, to measure what is to be drawn."""
        return Page(NoPaper(), self.document, landscape=self.landscape, air=self.air)

    @property
    def width(self) -> float:
        """Width of the frame in points."""
        return (A4[1] if self.landscape else A4[0]) - LEFT - RIGHT

    @property
    def height(self) -> float:
        """Height of the sheet in points."""
        return A4[0] if self.landscape else A4[1]

    @property
    def frame_height(self) -> float:
        """Height of the frame in points."""
        return self.height - TOP - self._bottom

    def _open(self, *, first: bool) -> None:
        self.canvas.setPageSize((A4[1], A4[0]) if self.landscape else A4)
        self.number += 1
        self._type = None
        self.y = self.height - TOP
        if self.document.mark:
            self._mark(self.document.mark)
        self._frame(first=first)

    def turn(self, *, landscape: bool | None = None) -> None:
        """Finish the sheet and begin the next."""
        self.close()
        if landscape is not None:
            self.landscape = landscape
        self.turns += 1
        self._open(first=False)

    def close(self) -> None:
        """Finish the sheet; letters that no font has are named in its foot."""
        if self._missing:
            codes = ", ".join(dict.fromkeys(f"U+{ord(letter):04X}" for letter in self._missing))
            said = tr(self.document.language, "print.no_letter", codes=codes)
            self.put(
                LEFT,
                _EDGE + 2 * _FOOT * LINE,
                measure(REGULAR, 7).lines(said, self.width * 0.75)[0],
                REGULAR,
                7,
            )
            self._missing = []
        self.canvas.showPage()

    def room(self) -> float:
        """Return what is left of the sheet in points."""
        return self.y - self._bottom

    @property
    def is_fresh(self) -> bool:
        """Tell whether nothing was written on the sheet yet."""
        return self.y >= self.height - TOP - 0.01

    def need(self, height: float) -> None:
        """Turn the page unless ``height`` points are left; a fresh page is never turned."""
        if self.room() < height and not self.is_fresh:
            self.turn()

    def gap(self, height: float) -> None:
        """Leave room, less where the sheet is tight; none at the top of a page."""
        if not self.is_fresh:
            self.y -= height * self.air

    def use(self, font: str, size: float) -> None:
        """Choose the type of what is written next."""
        self._type = (font, size)
        self.canvas.setFont(font, size)

    def put(self, x: float, y: float, text: str, font: str, size: float, align: str = "left") -> None:
        """Write one line at a place; letters that the font lacks come from another, else as boxes, which are named."""
        if self._type != (font, size):
            self.use(font, size)
        ruler = measure(font, size)
        if align != "left":
            x -= ruler.width(text) * (0.5 if align == "center" else 1.0)
        if ruler.is_plain(text):
            self.canvas.drawString(x, y, text)
            return
        self._missing += boxed(font, text)
        for name, part in runs(font, text):
            self.canvas.setFont(name, size)
            self.canvas.drawString(x, y, part)
            x += measure(name, size).width(part) if name == font else ruler.width(part)
        self.canvas.setFont(font, size)

    def text(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: str = "left",
        x: float = LEFT,
        room: float = 0,
    ) -> None:
        """Write wrapped text at the current height and move down."""
        font = BOLD if bold else REGULAR
        room = room or self.width
        place = {"left": x, "center": x + room / 2, "right": x + room}[align]
        for line in measure(font, size).lines(text, room):
            self.need(size * LINE)
            self.y -= size * LINE
            self.put(place, self.y, line, font, size, align)

    def rule(self, x: float, y: float, to: float) -> None:
        """Draw a thin line to write on."""
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x, y, to, y)

    def _mark(self, mark: str) -> None:
        """Write the word across the whole sheet, under everything else."""
        canvas = self.canvas
        canvas.saveState()
        canvas.setFillGray(0.9)
        canvas.translate(LEFT + self.width / 2, self.height / 2)
        canvas.rotate(38)
        self.put(0, -40, mark, BOLD, 120, "center")
        canvas.restoreState()
        self._type = None

    def _frame(self, *, first: bool) -> None:
        canvas, doc = self.canvas, self.document
        canvas.setFillGray(_GREY)
        base = _EDGE
        room = self.width - (_QR + 5 * mm if self._qr else 0) - 60
        where = " · ".join(part for part in (doc.index, doc.footer) if part)
        for line in reversed(measure(REGULAR, _FOOT).lines(where, room)[:2]):
            self.put(LEFT, base, line, REGULAR, _FOOT)
            base += _FOOT * LINE
        if doc.digest:
            self.put(LEFT, base, f"{doc.digest_name} {doc.digest}".strip(), REGULAR, _FOOT)
        self._number(LEFT + self.width - (_QR + 5 * mm if self._qr else 0))
        if not first:
            title = f"{doc.index} · {doc.title}" if doc.index else doc.title
            shown = measure(REGULAR, _FOOT).lines(title, self.width * 0.8)[0]
            self.put(
                LEFT,
                self.height - 12 * mm,
                f"{shown} ({tr(doc.language, 'print.continued')})",
                REGULAR,
                _FOOT,
            )
        canvas.setFillGray(0)
        if self._qr:
            self._draw_qr(LEFT + self.width - _QR, _EDGE)

    def _number(self, end: float) -> None:
        """Write «2 / 7»; the number of all pages is a form that is filled in at the end."""
        before, _, after = self.document.page_of.replace("{page}", str(self.number)).partition("{pages}")
        ruler = measure(REGULAR, _FOOT)
        start = end - ruler.width("000") - ruler.width(after)
        self.put(start, _EDGE, before, REGULAR, _FOOT, "right")
        self.canvas.saveState()
        self.canvas.translate(start, _EDGE)
        self.canvas.doForm(TOTAL)
        self.canvas.restoreState()
        self._type = None
        if after:
            self.put(end - ruler.width(after), _EDGE, after, REGULAR, _FOOT)

    def _draw_qr(self, x: float, y: float) -> None:
        """Draw the code, neighbours in a row as one bar, so that no hairline parts them."""
        count = len(self._qr)
        side = _QR / count
        path = self.canvas.beginPath()
        for line, modules in enumerate(self._qr):
            start = 0
            while start < count:
                end = start
                while end < count and modules[end]:
                    end += 1
                if end > start:
                    path.rect(x + start * side, y + _QR - (line + 1) * side, side * (end - start), side)
                start = max(end, start + 1)
        self.canvas.drawPath(path, stroke=0, fill=1)


def total_form(canvas: Any, pages: int) -> None:
    """Fill in the number of all pages."""
    canvas.beginForm(TOTAL, 0, -3, 60, 12)
    canvas.setFillGray(_GREY)
    canvas.setFont(REGULAR, _FOOT)
    canvas.drawString(0, 0, str(pages))
    canvas.endForm()


def _qr_modules(text: str) -> list[list[int]]:
    """Return the modules, few and big enough for a poor scan: least correction, and capitals, which take less room.

    The codes are read back without regard to case.
    """
    if not text:
        return []
    import segno

    return [list(line) for line in segno.make(text.upper(), error="l", micro=False, boost_error=True).matrix]
