"""XLSX: real dates, identification numbers as text, no cell that text could turn into a formula."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import EnvironmentFault
from desktop_app.reports import document as d

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST: Final = 32_767
_LINKS: Final = 60_000
"""Rows with links: a sheet may hold 65,530 links."""
_LONGEST_LINK: Final = 2_000
_UPRIGHT_FROM: Final = 7
_LINE_POINTS: Final = 14.0
_MIDNIGHT: Final = datetime.min.time()


class _Formats:
    def __init__(self, book: Any) -> None:
        base = {"font_name": "Times New Roman", "font_size": 10, "valign": "top"}
        line = {**base, "border": 1, "text_wrap": True}
        self.text = book.add_format(line)
        self.number = book.add_format({**line, "num_format": "#,##0", "align": "right"})
        self.date = book.add_format({**line, "num_format": "dd.mm.yyyy", "align": "center"})
        self.head = book.add_format({**line, "bold": True, "align": "center", "bg_color": "#EDEDED"})
        self.upright = book.add_format(
            {**line, "bold": True, "align": "center", "bg_color": "#EDEDED", "rotation": 90}
        )
        self.letter = book.add_format({**line, "align": "center", "italic": True})
        self.total = book.add_format({**line, "bold": True, "num_format": "#,##0", "align": "right"})
        self.total_text = book.add_format({**line, "bold": True})
        self.title = book.add_format(
            {**base, "bold": True, "font_size": 14, "align": "center", "text_wrap": True}
        )
        self.plain = book.add_format({**base, "text_wrap": True})
        self.bold = book.add_format({**base, "bold": True, "text_wrap": True})
        self.right = book.add_format({**base, "align": "right", "text_wrap": True})


class _Sheet:
    """One worksheet being written from top to bottom."""

    def __init__(self, book: Any, name: str, formats: _Formats, *, landscape: bool, footer: str) -> None:
        self.sheet = book.add_worksheet(name)
        self.formats = formats
        self.row = 0
        self.columns = 1
        self.width = 80.0
        self.sheet.set_paper(9)
        self.sheet.set_margins(0.79, 0.39, 0.79, 0.79)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer(f"&L{footer.replace('&', '&&')[:200]}&R&P / &N")
        if landscape:
            self.sheet.set_landscape()

    def line(self, text: str, style: Any) -> None:
        """Write one text across the columns of the table that follows."""
        room = max(self.width, 10.0)
        self.sheet.set_row(self.row, _LINE_POINTS * 1.25 * (1 + int(len(text) / room)))
        if self.columns > 1:
            self.sheet.merge_range(self.row, 0, self.row, self.columns - 1, "", style)
            self.sheet.write_string(self.row, 0, text[:_LONGEST], style)
        else:
            self.sheet.write_string(self.row, 0, text[:_LONGEST], style)
        self.row += 1

    def table(self, table: d.Table) -> None:
        """Write a table with filter, frozen header on lists, and totals as formulas."""
        sheet, formats = self.sheet, self.formats
        if any(column.group for column in table.columns):
            self._groups(table)
        upright = sum(column.kind == "number" for column in table.columns) >= _UPRIGHT_FROM
        sheet.set_row(self.row, 110 if upright else 42)
        for place, column in enumerate(table.columns):
            turned = upright and column.kind == "number"
            sheet.write_string(self.row, place, column.title, formats.upright if turned else formats.head)
        header = self.row
        self.row += 1
        if table.letters:
            for place, letter in enumerate(table.letters):
                sheet.write_string(self.row, place, letter, formats.letter)
            self.row += 1
        first = self.row
        writers = [self._writer(column.kind) for column in table.columns]
        rows = iter(table.rows())
        following = next(rows, None)
        while following is not None:
            row, following = following, next(rows, None)
            if table.summed and following is None:
                self._total(table, row, first)
            else:
                number = self.row
                if table.summed:
                    sheet.set_row(
                        number, _LINE_POINTS * (1 + int(len(str(row[0])) / _width(table.columns[0])))
                    )
                for place, value in enumerate(row):
                    writers[place](number, place, value)
            self.row += 1
        if not table.summed:
            sheet.repeat_rows(header)
            sheet.autofilter(header, 0, max(self.row - 1, header), len(table.columns) - 1)
        self.row += 1

    def _groups(self, table: d.Table) -> None:
        place = 0
        while place < len(table.columns):
            group, end = table.columns[place].group, place
            while group and end + 1 < len(table.columns) and table.columns[end + 1].group == group:
                end += 1
            if end > place:
                self.sheet.merge_range(self.row, place, self.row, end, "", self.formats.head)
            self.sheet.write_string(self.row, place, group, self.formats.head)
            place = end + 1
        self.row += 1

    def _total(self, table: d.Table, row: d.Row, first: int) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell

        for place, value in enumerate(row):
            if value is None:
                self.sheet.write_blank(self.row, place, None, self.formats.total_text)
            elif table.columns[place].kind == "number" and self.row > first:
                span = f"{xl_rowcol_to_cell(first, place)}:{xl_rowcol_to_cell(self.row - 1, place)}"
                self.sheet.write_formula(self.row, place, f"=SUM({span})", self.formats.total, value)
            else:
                self.sheet.write_string(self.row, place, str(value), self.formats.total_text)

    def _writer(self, kind: d.ColumnKind) -> Any:
        sheet, formats = self.sheet, self.formats
        string, number, moment = sheet.write_string, sheet.write_number, sheet.write_datetime

        def text(row: int, place: int, value: Any) -> None:
            if value is None:
                sheet.write_blank(row, place, None, formats.text)
            elif type(value) is d.Link and row < _LINKS and len(value.target) < _LONGEST_LINK:
                sheet.write_url(row, place, value.target, formats.text, str(value))
            else:
                string(row, place, value[:_LONGEST] if type(value) is str else str(value), formats.text)

        def count(row: int, place: int, value: Any) -> None:
            if isinstance(value, (int, float)):
                number(row, place, value, formats.number)
            else:
                text(row, place, value)

        def day(row: int, place: int, value: Any) -> None:
            if isinstance(value, date):
                moment(row, place, datetime.combine(value, _MIDNIGHT), formats.date)
            else:
                text(row, place, value)

        return {"text": text, "number": count, "date": day}[kind]


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
    book.set_properties({"title": documents[0].title, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - a fixed stamp
    formats, names = _Formats(book), set[str]()
    try:
        for document in documents:
            _write_document(book, document, formats, names)
        book.close()
        part.replace(path)
    except (OSError, FileCreateError) as fault:
        for sheet in book.worksheets():
            sheet.row_data_fh.close()
        part.unlink(missing_ok=True)
        raise EnvironmentFault("disk.write", path=path) from fault
    return path


def _name(wanted: str, taken: set[str]) -> str:
    base = _FORBIDDEN.sub(" ", wanted).strip(" '")[:28] or "1"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base} {number}", number + 1
    taken.add(name.casefold())
    return name


def _sections(document: d.Document) -> list[tuple[list[d.Block], bool]]:
    parts: list[tuple[list[d.Block], bool]] = [([], document.landscape)]
    for block in document.blocks:
        if isinstance(block, d.NewPage):
            parts.append(([], block.landscape))
        else:
            parts[-1][0].append(block)
    return [part for part in parts if part[0]]


def _write_document(book: Any, document: d.Document, formats: _Formats, names: set[str]) -> None:
    for blocks, landscape in _sections(document):
        tables = [block for block in blocks if isinstance(block, d.Table)]
        name = _name(tables[0].name if tables and tables[0].name else document.title, names)
        sheet = _Sheet(
            book, name, formats, landscape=landscape, footer=f"{document.footer} · {document.digest}"
        )
        if tables:
            widest = max(tables, key=lambda table: len(table.columns))
            sheet.columns = len(widest.columns)
            sheet.width = sum(_width(column) for column in widest.columns)
            for place, column in enumerate(widest.columns):
                sheet.sheet.set_column(place, place, _width(column))
        for block in blocks:
            _block(sheet, block)


def _width(column: d.Column) -> float:
    if column.kind == "date":
        return 11.5
    return max(7.5 if column.kind == "number" else 9.0, column.weight * 5.5)


def _block(sheet: _Sheet, block: d.Block) -> None:
    formats = sheet.formats
    if isinstance(block, d.Table):
        sheet.table(block)
    elif isinstance(block, d.Paragraph):
        sheet.line(block.text, formats.bold if block.bold else formats.plain)
    elif isinstance(block, d.Heading):
        sheet.line(block.text, formats.title)
    elif isinstance(block, d.FormHeader):
        sheet.line(f"{block.annex}  {block.form}", formats.right)
        sheet.line(block.title, formats.title)
        for label, value in block.facts:
            sheet.line(f"{label}: {value}", formats.plain)
        sheet.row += 1
    elif isinstance(block, d.Facts):
        for label, value in block.pairs:
            sheet.line(f"{label}: {value}", formats.plain)
        sheet.row += 1
    elif isinstance(block, d.Ratios):
        sheet.line(block.title, formats.bold)
        for ratio in block.ratios:
            sheet.line(
                f"{'✓' if ratio.holds else '✗'} {ratio.text}: {ratio.left} {ratio.sign} {ratio.right}",
                formats.plain,
            )
        sheet.row += 1
    elif isinstance(block, d.SignatureBlock):
        for position, person in block.lines:
            sheet.line(f"{position} ____________________ {person}", formats.plain)
        sheet.line(block.phone, formats.plain)
        sheet.line(f"{block.dated}   {block.seal}", formats.plain)
