"""Tables of web pages: what portals and 1C save under the name .xls."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, Final

from desktop_app.importing.formats.grid import MAX_COLUMNS, FileFault, Grid, Marks, grid

_BREAKS: Final = frozenset(("br", "p", "div", "li"))
_SILENT: Final = frozenset(("script", "style", "head", "title"))


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.merged: list[list[int]] = []
        self.taken: set[tuple[int, int]] = set()
        self.column = 0
        self.span = (1, 1)
        self.text: list[str] | None = None

    def new_row(self) -> None:
        self.rows.append([])
        self.column = 0

    def open_cell(self, rows: int, columns: int) -> None:
        if not self.rows:
            self.new_row()
        self.close_cell()
        self.span = (max(1, min(rows, 10_000)), max(1, min(columns, MAX_COLUMNS)))
        self.text = []

    def close_cell(self) -> None:
        if self.text is None:
            return
        row = len(self.rows) - 1
        while (row, self.column) in self.taken:
            self.column += 1
        value = "\n".join(filter(None, (" ".join(line.split()) for line in "".join(self.text).split("\n"))))
        cells = self.rows[row]
        cells.extend([""] * (self.column + 1 - len(cells)))
        cells[self.column] = value
        down, across = self.span
        if down > 1 or across > 1:
            self.merged.append([row, self.column, row + down - 1, self.column + across - 1])
            self.taken.update((row + d, self.column + a) for d in range(down) for a in range(across))
        self.column += across
        self.text = None


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.before: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in _SILENT:
            self.silent += 1
        elif tag == "table":
            self.open.append(_Table())
            self.tables.append(self.open[-1])
            for text in self.before:
                self.open[-1].rows.append([text])
            self.before = []
        elif not self.open:
            return
        elif tag == "tr":
            self.open[-1].close_cell()
            self.open[-1].new_row()
        elif tag in ("td", "th"):
            self.open[-1].open_cell(_number(found.get("rowspan")), _number(found.get("colspan")))
        elif tag in _BREAKS and self.open[-1].text is not None:
            self.open[-1].text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif self.open and tag in ("td", "th", "tr"):
            self.open[-1].close_cell()
        elif self.open and tag == "table":
            self.open.pop().close_cell()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.open and self.open[-1].text is not None:
            self.open[-1].text.append(data.replace("\n", " "))
        elif not self.open and data.strip():
            self.before.append(" ".join(data.split()))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1


def read_page(text: str) -> list[Grid]:
    """Return each table of a page as a sheet, the lines before it as its first rows.

    Raises:
        FileFault: the page has no table.
    """
    page = _Page()
    page.feed(text)
    page.close()
    found: list[Grid] = []
    for number, table in enumerate(page.tables, 1):
        table.close_cell()
        marks: Marks = {"merged": table.merged} if table.merged else {}
        found.append(grid(str(number), table.rows, marks))
    if not found:
        raise FileFault("import.not_workbook")
    return found
