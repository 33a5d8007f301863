"""PDF: drawn straight on the canvas with measured text, page by page, so memory stays flat at any length.

Page norms: A4, 20 mm top and bottom and left, 10 mm right; page number and digest on every page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from desktop_app.core.errors import EnvironmentFault
from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_table import TableDrawer
from desktop_app.reports.writers.pdf_text import BOLD, LINE, REGULAR, measure

TOP, BOTTOM, LEFT, RIGHT = 18 * mm, 20 * mm, 20 * mm, 10 * mm
_QR: Final = 16 * mm
_GREY: Final = 0.45


class Page:
    """The sheet being drawn: canvas, frame and how far down it is written."""

    def __init__(self, canvas: Canvas, document: d.Document) -> None:
        self.canvas: Any = canvas
        self._document = document
        self.number = 0
        self.landscape = document.landscape
        self.y = 0.0
        self._qr = _qr_modules(document.tie)
        self.open()

    @property
    def width(self) -> float:
        """Width of the frame in points."""
        return (A4[1] if self.landscape else A4[0]) - LEFT - RIGHT

    @property
    def height(self) -> float:
        """Height of the sheet in points."""
        return A4[0] if self.landscape else A4[1]

    def open(self) -> None:
        """Begin a sheet."""
        size = (A4[1], A4[0]) if self.landscape else A4
        self.canvas.setPageSize(size)
        self.number += 1
        self.y = self.height - TOP
        self._frame()

    def turn(self, *, landscape: bool | None = None) -> None:
        """Finish the sheet and begin the next."""
        self.canvas.showPage()
        if landscape is not None:
            self.landscape = landscape
        self.open()

    def room(self) -> float:
        """Return what is left of the sheet in points."""
        return self.y - BOTTOM

    def need(self, height: float) -> None:
        """Turn the page unless ``height`` points are left."""
        if self.room() < height:
            self.turn()

    def _frame(self) -> None:
        canvas, doc = self.canvas, self._document
        if doc.mark:
            self._draw_mark(doc.mark)
        canvas.setFillGray(_GREY)
        canvas.setFont(REGULAR, 8)
        base = 9 * mm
        canvas.drawString(LEFT, base, doc.footer)
        if doc.digest:
            canvas.drawString(LEFT, base + 10, doc.digest)
        before, _, after = doc.page_of.replace("{page}", str(self.number)).partition("{pages}")
        text = measure(REGULAR, 8)
        total = text.width("0000")
        end = LEFT + self.width - (_QR + 3 * mm if self._qr else 0)
        start = end - text.width(before) - total - text.width(after)
        canvas.drawString(start, base, before)
        canvas.saveState()
        canvas.translate(start + text.width(before), base)
        canvas.doForm("pages_total")
        canvas.restoreState()
        if after:
            canvas.drawString(end - text.width(after), base, after)
        canvas.setFillGray(0)
        self._draw_qr(LEFT + self.width - _QR, 4 * mm)

    def _draw_mark(self, mark: str) -> None:
        """Write the word across the whole sheet, under everything else."""
        canvas = self.canvas
        canvas.saveState()
        canvas.setFillGray(0.9)
        canvas.setFont(BOLD, 120)
        canvas.translate(LEFT + self.width / 2, self.height / 2)
        canvas.rotate(38)
        canvas.drawCentredString(0, -40, mark)
        canvas.restoreState()

    def _draw_qr(self, x: float, y: float) -> None:
        if not self._qr:
            return
        side = _QR / len(self._qr)
        path = self.canvas.beginPath()
        for line, modules in enumerate(self._qr):
            for place, dark in enumerate(modules):
                if dark:
                    path.rect(x + place * side, y + _QR - (line + 1) * side, side, side)
        self.canvas.drawPath(path, stroke=0, fill=1)

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
        ruler = measure(font, size)
        for line in ruler.lines(text, room):
            self.need(size * LINE)
            self.y -= size * LINE
            self.canvas.setFont(font, size)
            shift = {
                "left": 0.0,
                "center": (room - ruler.width(line)) / 2,
                "right": room - ruler.width(line),
            }[align]
            self.canvas.drawString(x + shift, self.y, line)


def _qr_modules(text: str) -> list[list[int]]:
    if not text:
        return []
    import segno

    return [list(line) for line in segno.make(text, error="m", micro=False).matrix]


def write_pdf(documents: list[d.Document], path: Path) -> Path:
    """Write documents into one file each after the other; nothing half-written keeps the name.

    Raises:
        EnvironmentFault: the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        if len(documents) == 1:
            _write_one(documents[0], part)
        else:
            _write_many(documents, part)
        part.replace(path)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise EnvironmentFault("disk.write", path=path) from fault
    return path


def _write_one(doc: d.Document, part: Path) -> None:
    measure(REGULAR, 8)
    canvas = Canvas(str(part), pagesize=A4, pageCompression=1, invariant=1, lang=doc.language)
    canvas.setTitle(doc.title)
    canvas.setAuthor(doc.footer)
    canvas.setSubject(doc.tie)
    page = Page(canvas, doc)
    for block in doc.blocks:
        _draw(page, block)
    total = page.number
    canvas.showPage()
    canvas.beginForm("pages_total", 0, -3, 60, 12)
    canvas.setFillGray(_GREY)
    canvas.setFont(REGULAR, 8)
    canvas.drawString(0, 0, str(total))
    canvas.endForm()
    canvas.save()


def _write_many(documents: list[d.Document], part: Path) -> None:
    """Each document is drawn to a file of its own and appended, so that pages count within each."""
    import pypdfium2 as pdfium

    whole = pdfium.PdfDocument.new()
    pieces: list[Path] = []
    try:
        for number, doc in enumerate(documents):
            piece = part.with_name(f"{part.name}.{number}")
            pieces.append(piece)
            _write_one(doc, piece)
            with pdfium.PdfDocument(piece) as opened:
                whole.import_pages(opened)
        whole.save(part)
    finally:
        whole.close()
        for piece in pieces:
            piece.unlink(missing_ok=True)


def _draw(page: Page, block: d.Block) -> None:
    if isinstance(block, d.Table):
        TableDrawer(page, block).draw()
        page.y -= 8
    elif isinstance(block, d.Paragraph):
        page.text(block.text, block.size, bold=block.bold, align=block.align)
        page.y -= 4
    elif isinstance(block, d.Heading):
        size = 14 if block.level == 1 else 12
        page.need(size * 4)
        page.y -= 6
        page.text(block.text, size, bold=True, align="center" if block.level == 1 else "left")
        page.y -= 6
    elif isinstance(block, d.NewPage):
        page.turn(landscape=block.landscape)
    elif isinstance(block, d.FormHeader):
        _form_header(page, block)
    elif isinstance(block, d.Facts):
        _facts(page, block.pairs)
    elif isinstance(block, d.Ratios):
        _ratios(page, block)
    else:
        _signature(page, block)


def _form_header(page: Page, header: d.FormHeader) -> None:
    half = page.width * 0.42
    right = LEFT + page.width - half
    page.text(header.annex, 9, align="right", x=right, room=half)
    page.text(header.form, 9, align="right", x=right, room=half, bold=True)
    page.y -= 4
    page.text(header.title, 14, bold=True, align="center")
    page.text(header.period, 12, align="center")
    page.y -= 6
    _facts(page, header.facts)


def _facts(page: Page, pairs: tuple[tuple[str, str], ...]) -> None:
    """Write label and value pairs in two columns, three on a turned sheet, read down and then right."""
    count = 3 if page.landscape else 2
    each = -(-len(pairs) // count)
    gap = 14.0
    room = (page.width - gap * (count - 1)) / count
    page.need(each * 2 * 9.5 * LINE)
    top = lowest = page.y
    for column, part in enumerate(pairs[first : first + each] for first in range(0, len(pairs), each)):
        page.y = top
        for pair in part:
            _fact(page, pair, LEFT + column * (room + gap), room)
        lowest = min(lowest, page.y)
    page.y = lowest - 8


def _fact(page: Page, pair: tuple[str, str], x: float, room: float) -> None:
    size = 9.0
    label_room = room * 0.46
    labels = measure(REGULAR, size).lines(pair[0], label_room - 4)
    values = measure(BOLD, size).lines(pair[1], room - label_room)
    for number in range(max(len(labels), len(values))):
        page.y -= size * LINE
        for lines, font, place in ((labels, REGULAR, x), (values, BOLD, x + label_room)):
            if number < len(lines):
                page.canvas.setFont(font, size)
                page.canvas.drawString(place, page.y, lines[number])
    page.y -= 1.5


def _ratio_text(ratio: d.Ratio) -> str:
    sign = ratio.sign if ratio.holds else {"=": "≠", "≤": ">"}[ratio.sign]
    return f"{'+' if ratio.holds else '!'} {ratio.text}: {ratio.left} {sign} {ratio.right}"


def _ratios(page: Page, block: d.Ratios) -> None:
    """Write the control ratios in two columns; one that does not hold is bold."""
    half = (len(block.ratios) + 1) // 2
    size, room = 8.5, (page.width - 14) / 2
    page.need((half * 2 + 1) * size * LINE)
    page.y -= 2
    page.text(block.title, 9.5, bold=True)
    top = lowest = page.y
    for column, part in enumerate((block.ratios[:half], block.ratios[half:])):
        page.y = top
        for ratio in part:
            page.text(
                _ratio_text(ratio), size, bold=not ratio.holds, x=LEFT + column * (room + 14), room=room
            )
        lowest = min(lowest, page.y)
    page.y = lowest - 6


def _signature(page: Page, block: d.SignatureBlock) -> None:
    step = 18 if page.landscape else 24
    page.need(2 * step + 38)
    page.y -= 4
    for position, name in block.lines:
        page.y -= step
        canvas, y = page.canvas, page.y
        canvas.setFont(REGULAR, 11)
        canvas.drawString(LEFT, y, position)
        line_from, line_to = LEFT + page.width * 0.36, LEFT + page.width * 0.62
        canvas.setLineWidth(0.5)
        canvas.line(line_from, y - 2, line_to, y - 2)
        canvas.line(line_to + 12, y - 2, LEFT + page.width, y - 2)
        canvas.drawString(line_to + 16, y, name)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawCentredString((line_from + line_to) / 2, y - 11, block.captions[0])
        canvas.drawCentredString((line_to + 12 + LEFT + page.width) / 2, y - 11, block.captions[1])
    page.y -= 20
    page.text(f"{block.phone}        {block.dated}        {block.seal}", 10)
