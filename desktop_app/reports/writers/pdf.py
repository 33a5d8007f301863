"""PDF: drawn straight on the canvas with measured text, page by page, so memory stays flat at any length.

Page norms: A4, 20 mm top and left, 10 mm right; pages count through everything that is printed together,
each page names its form and, where the paper is tied to a package, the digest. All papers of a print share
one canvas: each font is embedded once, and two prints of equal papers are equal to the byte.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO, cast

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from desktop_app.core.errors import EnvironmentFault
from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_archive import finish
from desktop_app.reports.writers.pdf_blocks import draw_section
from desktop_app.reports.writers.pdf_columns import lay_out, sample
from desktop_app.reports.writers.pdf_page import LEFT, RIGHT, Page, total_form
from desktop_app.reports.writers.pdf_text import BOLD, REGULAR, font_widths


def write_pdf(documents: list[d.Document], path: Path) -> Path:
    """Write documents into one file each after the other; nothing half-written keeps the name.

    Raises:
        EnvironmentFault: the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as target:
            _write(documents, target)
        part.replace(path)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise EnvironmentFault("disk.write", path=path) from fault
    return path


def pdf_bytes(documents: list[d.Document]) -> bytes:
    """Return the same file without a file: nothing is left on a disk."""
    target = io.BytesIO()
    _write(documents, target)
    return target.getvalue()


def _write(documents: list[d.Document], target: BinaryIO) -> None:
    drawn = io.BytesIO()
    _draw(documents, drawn)
    drawn.seek(0)
    finish(drawn, target, documents)


def _draw(documents: list[d.Document], target: BinaryIO) -> None:
    for font in (REGULAR, BOLD):
        font_widths(font)
    # The published types know no name of a font.
    canvas = cast("Any", Canvas)(
        target,
        pagesize=A4,
        pageCompression=1,
        invariant=1,
        lang=documents[0].language,
        initialFontName=REGULAR,
    )
    number = 0
    for order, document in enumerate(documents):
        number = _draw_one(canvas, document, number, f"d{order}")
    total_form(canvas, number)
    canvas.save()


def _draw_one(canvas: Any, document: d.Document, number: int, key: str) -> int:
    """Draw a document after ``number`` pages and return how many there are then; its headings go to the outline."""
    page: Page | None = None
    headings = 0
    for blocks, landscape in d.sections(document):
        turned = landscape or not _fits_upright(blocks)
        if page is None:
            page = Page(canvas, document, landscape=turned, number=number)
            canvas.bookmarkPage(key)
            title = f"{document.index} · {document.title}" if document.index else document.title
            canvas.addOutlineEntry(title, key, level=0, closed=False)
        else:
            page.turn(landscape=turned)

        def entry(heading: d.Heading) -> None:
            nonlocal headings
            if heading.text == document.title:
                return
            headings += 1
            canvas.bookmarkPage(f"{key}.{headings}")
            canvas.addOutlineEntry(heading.text, f"{key}.{headings}", level=1, closed=True)

        draw_section(page, blocks, entry)
    if page is None:
        return number
    page.close()
    return page.number


def _fits_upright(blocks: list[d.Block]) -> bool:
    """Tell whether no table of a section needs a turned sheet."""
    whole = A4[0] - LEFT - RIGHT
    return all(lay_out(block, sample(block), whole).fits for block in blocks if isinstance(block, d.Table))
