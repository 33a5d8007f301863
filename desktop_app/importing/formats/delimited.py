"""Tables as plain text: any separator, any encoding that Kazakhstan's programs write."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from statistics import median
from typing import Final

from desktop_app.importing.formats.grid import FileFault, Grid, grid

_SEPARATORS: Final = (";", "\t", ",", "|")
_HIGH: Final = frozenset((0, 4, 0x20, 0x21))
_LOOK_AT: Final = 60
_CONTROL: Final = frozenset(chr(code) for code in range(32)) - frozenset("\t\r\n\f\v")


def decoded(body: bytes) -> str:
    """Return the text of a file: by its mark, as UTF-8, else in the Kazakh code page (KZ-1048, over cp1251).

    Raises:
        FileFault: it is no text.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    elif wide := _wide(body):
        text = body.decode(wide, "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("kz1048", "replace")
    if any(letter in _CONTROL for letter in text[:20_000]):
        raise FileFault("import.not_workbook")
    return text


def _wide(body: bytes) -> str:
    """Return the encoding of a text in two bytes a letter without a mark: the high bytes are 0 or Cyrillic's 4."""
    sample = body[:2000]
    for name, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if high and sum(byte in _HIGH for byte in high) > len(high) * 0.9:
            return name
    return ""


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
