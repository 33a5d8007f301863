"""Tables as plain text: any separator, any encoding that Kazakhstan's programs write."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from statistics import median
from typing import Final

from desktop_app.importing.formats.grid import FileFault, Grid, grid

_SEPARATORS: Final = (";", "\t", ",", "|")
_LOOK_AT: Final = 60
_CONTROL: Final = frozenset(chr(code) for code in range(32)) - frozenset("\t\r\n\f\v")


def decoded(body: bytes) -> str:
    """Return the text of a file: by its mark, as UTF-8, else in the Kazakh code page (KZ-1048, over cp1251).

    Raises:
        FileFault: it is no text.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    elif body[:200].count(b"\0") > len(body[:200]) // 4:
        text = body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("kz1048", "replace")
    if any(letter in _CONTROL for letter in text[:20_000]):
        raise FileFault("import.not_workbook")
    return text


def read_delimited(path: Path, text: str) -> list[Grid]:
    """Return the one sheet of a table in plain text.

    Raises:
        FileFault: no separator makes two rows of two columns of it.
    """
    named, text = _named_separator(text)
    separator = named or _separator(text)
    csv.field_size_limit(10_000_000)
    try:
        rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as fault:
        raise FileFault("import.not_workbook") from fault
    return [grid(path.stem, rows)]


def _named_separator(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    line = first.strip()
    return (line[4], rest) if line.lower().startswith("sep=") and len(line) == 5 else ("", text)


def _separator(text: str) -> str:
    lines = "\n".join(text.splitlines()[:_LOOK_AT])
    best, widest = "", 1.0
    for separator in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(lines), delimiter=separator) if any(row)]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        if len(wide) > 1 and (width := median(wide) * len(wide) / len(widths)) > widest:
            best, widest = separator, width
    if not best:
        raise FileFault("import.not_workbook")
    return best
