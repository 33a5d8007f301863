"""XLSX: real dates, identification numbers as text, no cell that text could turn into a formula."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import EnvironmentFault
from desktop_app.reports import document as d
from desktop_app.reports.writers.pdf_columns import sample
from desktop_app.reports.writers.xlsx_sheet import Sheet, Styles, width_of

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_MAKER: Final = "Tizilim"
_LANGUAGES: Final = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}


def write_xlsx(documents: list[d.Document], path: Path) -> Path:
    """Write documents as sheets of one workbook; nothing half-written keeps the name.

    Raises:
        EnvironmentFault: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    part = path.with_name(path.name + ".part")
    try:
        part.touch()
    except OSError as fault:
        raise EnvironmentFault("disk.write", path=path) from fault
    book = xlsxwriter.Workbook(
        str(part),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    _describe(book, documents)
    styles, names = Styles(book), set[str]()
    try:
        for document in documents:
            _write_document(book, document, styles, names)
        book.close()
        part.replace(path)
    except (OSError, FileCreateError) as fault:
        for sheet in book.worksheets():
            sheet.row_data_fh.close()
        part.unlink(missing_ok=True)
        raise EnvironmentFault("disk.write", path=path) from fault
    return path


def _describe(book: Any, documents: list[d.Document]) -> None:
    first = documents[0]
    day = datetime.combine(first.day, datetime.min.time()) if first.day else datetime(2000, 1, 1)  # noqa: DTZ001 - a day, no moment
    book.set_properties({
        "title": first.kit if first.kit and len(documents) > 1 else first.title, "author": first.owner or _MAKER,
        "subject": " · ".join(part for part in (first.footer, first.tie or first.mark) if part),
        "company": first.owner, "keywords": _LANGUAGES[first.language], "created": day,
    })  # fmt: skip
    book.set_custom_property("Language", _LANGUAGES[first.language], "text")


def _name(wanted: str, taken: set[str]) -> str:
    """Return a name no other sheet has, of at most 31 letters, ending with a whole word."""
    clean = _FORBIDDEN.sub(" ", wanted).strip(" '") or "1"
    if len(clean) > 28:
        clean = clean[:28].rsplit(" ", 1)[0] if " " in clean[:28] else clean[:28]
    name, number = clean, 2
    while name.casefold() in taken:
        name, number = f"{clean} {number}", number + 1
    taken.add(name.casefold())
    return name


def _write_document(book: Any, document: d.Document, styles: Styles, names: set[str]) -> None:
    for blocks, landscape in d.sections(document):
        tables = [block for block in blocks if isinstance(block, d.Table)]
        name = _name(next((table.name for table in tables if table.name), document.title), names)
        sheet = Sheet(book, name, styles, _widths(tables), landscape=landscape)
        sheet.foot([document.index, document.footer, document.digest])
        if document.mark:
            sheet.line(document.mark, "mark")
        for block in blocks:
            _block(sheet, block, sole=len(tables) == 1)
        if document.tie:
            sheet.line(document.tie, "right")


def _widths(tables: list[d.Table]) -> list[float]:
    """Return widths in characters that suit every table of a sheet."""
    found: list[float] = []
    for table in tables:
        rows = sample(table)
        for place, column in enumerate(table.columns):
            width = width_of(column, rows, place)
            if place == len(found):
                found.append(width)
            else:
                found[place] = max(found[place], width)
    return found


def _block(sheet: Sheet, block: d.Block, *, sole: bool) -> None:
    if isinstance(block, d.Table):
        sheet.table(block, sole=sole)
    elif isinstance(block, d.Paragraph):
        sheet.line(block.text, "bold" if block.bold else "plain")
    elif isinstance(block, d.Heading):
        sheet.line(block.text, "title")
    elif isinstance(block, d.FormHeader):
        for text in (block.annex, block.form):
            sheet.line(text, "right")
        sheet.line(block.title, "title")
        _pairs(sheet, block.facts)
    elif isinstance(block, d.Facts):
        _pairs(sheet, block.pairs)
    elif isinstance(block, d.Ratios):
        sheet.line(block.title, "bold")
        for ratio in block.ratios:
            sheet.ratio(ratio)
        sheet.row += 1
    elif isinstance(block, d.SignatureBlock):
        _signature(sheet, block)


def _pairs(sheet: Sheet, pairs: d.Pairs) -> None:
    for label, value in pairs:
        sheet.pair(label, value if isinstance(value, str) else value.text)
    sheet.row += 1


def _signature(sheet: Sheet, block: d.SignatureBlock) -> None:
    blank = "____________________"
    for signer in block.lines:
        sheet.line("   ".join((signer.position, blank, signer.name or blank, signer.phone or blank)), "plain")
    sheet.line(f"{block.dated[0]}: {block.dated[1] or blank}   {block.seal}", "plain")
    sheet.row += 1
