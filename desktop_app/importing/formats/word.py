"""Tables of Word documents: each is a sheet, the paragraphs before it are its first rows."""

from __future__ import annotations

import zipfile
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from desktop_app.importing.formats.grid import FileFault, Grid, Marks, grid


def read_word(archive: zipfile.ZipFile) -> list[Grid]:
    """Return the tables of a document.

    Raises:
        FileFault: the document is damaged or has no table.
    """
    try:
        root = fromstring(archive.read("word/document.xml"))
    except (KeyError, ParseError, DefusedXmlException, ValueError) as fault:
        raise FileFault("import.not_workbook") from fault
    body = next((part for part in root if _local(part) == "body"), root)
    found: list[Grid] = []
    before: list[str] = []
    for part in body:
        if _local(part) == "p" and (text := _text(part)):
            before.append(text)
        elif _local(part) == "tbl":
            found.append(_table(part, str(len(found) + 1), before))
            before = []
    if not found:
        raise FileFault("import.word_no_table")
    return found


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _child(element: Element, *path: str) -> Element | None:
    found: Element | None = element
    for name in path:
        found = next((part for part in found if _local(part) == name), None) if found is not None else None
    return found


def _value(element: Element | None, default: str = "") -> str:
    if element is None:
        return default
    return next((v for k, v in element.attrib.items() if k.endswith("}val")), default)


def _text(paragraph: Element) -> str:
    pieces = []
    for part in paragraph.iter():
        name = _local(part)
        if name == "t":
            pieces.append(part.text or "")
        elif name in ("tab", "br", "cr"):
            pieces.append(" " if name == "tab" else "\n")
    return "".join(pieces).strip()


def _table(table: Element, name: str, before: list[str]) -> Grid:
    rows: list[list[Any]] = [[text] for text in before]
    merged: list[list[int]] = []
    reaching: dict[int, list[int]] = {}
    for row in (part for part in table if _local(part) == "tr"):
        cells: list[Any] = []
        for cell in (part for part in row if _local(part) == "tc"):
            place, number = len(cells), len(rows)
            across = int(_value(_child(cell, "tcPr", "gridSpan"), "1") or 1)
            down = _child(cell, "tcPr", "vMerge")
            continues = down is not None and _value(down, "continue") == "continue"
            cells.append("" if continues else _cell_text(cell))
            cells.extend([""] * (across - 1))
            if continues and place in reaching:
                reaching[place][2] = number
            else:
                span = [number, place, number, place + across - 1]
                reaching.pop(place, None)
                if down is not None:
                    reaching[place] = span
                if down is not None or across > 1:
                    merged.append(span)
        rows.append(cells)
    marks: Marks = {"merged": [span for span in merged if span[0] != span[2] or span[1] != span[3]]}
    return grid(name, rows, marks)


def _cell_text(cell: Element) -> str:
    lines = [_text(part) for part in cell if _local(part) == "p"]
    return "\n".join(line for line in lines if line)
