"""Workbooks in one XML file: Excel 2003 («SpreadsheetML») and LibreOffice (.fods)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from desktop_app.importing.formats.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    FileFault,
    Grid,
    Marks,
    grid,
    plain,
    unread,
)

_EMPTY_TAIL: Final = 1000


def read_flat_xml(body: bytes) -> list[Grid] | None:
    """Return the sheets of a workbook in one XML file, None when the file is another kind of XML.

    Raises:
        FileFault: the XML is damaged or names entities of its own.
    """
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise FileFault("import.not_workbook") from fault
    name = _local(root)
    if name == "Workbook":
        return [_excel(sheet) for sheet in root if _local(sheet) == "Worksheet"]
    if name == "document" and "opendocument" in root.tag:
        return [_office(table) for table in root.iter() if _local(table) == "table"]
    return None


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _get(element: Element, name: str, default: str = "") -> str:
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), default)


def _whole(element: Element, name: str, default: int) -> int:
    text = _get(element, name)
    return int(text) if text.isdecimal() and len(text) < 8 else default


def _excel(sheet: Element) -> Grid:
    rows: list[list[Any]] = []
    merged: list[list[int]] = []
    hidden: list[int] = []
    table = next((part for part in sheet if _local(part) == "Table"), None)
    for row in table if table is not None else ():
        if _local(row) != "Row":
            continue
        place = min(_whole(row, "Index", len(rows) + 1), MAX_ROWS + 1) - 1
        rows.extend([] for _ in range(place - len(rows)))
        if _get(row, "Hidden") == "1":
            hidden.append(len(rows))
        rows.append(_excel_row(row, len(rows), merged))
    marks: Marks = {}
    if merged:
        marks["merged"] = merged
    if hidden:
        marks["hidden_rows"] = hidden
    return grid(_get(sheet, "Name"), rows, marks)


def _excel_row(row: Element, number: int, merged: list[list[int]]) -> list[Any]:
    cells: list[Any] = []
    for cell in row:
        if _local(cell) != "Cell":
            continue
        place = min(_whole(cell, "Index", len(cells) + 1), MAX_COLUMNS) - 1
        cells.extend([""] * (place - len(cells)))
        across, down = _whole(cell, "MergeAcross", 0), _whole(cell, "MergeDown", 0)
        if across or down:
            merged.append([number, len(cells), number + down, len(cells) + across])
        data = next((part for part in cell if _local(part) == "Data"), None)
        cells.append("" if data is None else _excel_value(_get(data, "Type"), "".join(data.itertext())))
        cells.extend([""] * min(across, MAX_COLUMNS))
    return cells


def _excel_value(kind: str, text: str) -> Any:
    try:
        if kind == "Number":
            return plain(float(text))
        if kind == "DateTime":
            return plain(datetime.fromisoformat(text.removesuffix("Z")))
    except ValueError:
        return text
    if kind == "Boolean":
        return text == "1"
    return unread(text) if kind == "Error" else text


def _office(table: Element) -> Grid:
    merged: list[list[int]] = []
    hidden: list[int] = []
    rows: list[list[Any]] = []
    for row in _office_rows(table):
        again = _whole(row, "number-rows-repeated", 1)
        cells = _office_row(row, len(rows), merged)
        if _get(row, "visibility") in ("collapse", "filter"):
            hidden.append(len(rows))
        rows.extend(list(cells) for _ in range(again if cells else min(again, _EMPTY_TAIL)))
        if len(rows) > MAX_ROWS + _EMPTY_TAIL:
            raise FileFault("import.too_many_rows")
    marks: Marks = {}
    if merged:
        marks["merged"] = merged
    if hidden:
        marks["hidden_rows"] = hidden
    return grid(_get(table, "name"), rows, marks)


def _office_rows(table: Element) -> Iterator[Element]:
    for part in table:
        if _local(part) == "table-row":
            yield part
        elif _local(part) in ("table-rows", "table-header-rows", "table-row-group"):
            yield from _office_rows(part)


def _office_row(row: Element, number: int, merged: list[list[int]]) -> list[Any]:
    cells: list[Any] = []
    for cell in row:
        if _local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        across, down = _whole(cell, "number-columns-spanned", 1), _whole(cell, "number-rows-spanned", 1)
        if across > 1 or down > 1:
            merged.append([number, len(cells), number + down - 1, len(cells) + across - 1])
        value = _office_value(cell)
        cells.extend([value] * min(_whole(cell, "number-columns-repeated", 1), MAX_COLUMNS))
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _office_value(cell: Element) -> Any:
    kind = _get(cell, "value-type")
    try:
        if kind in ("float", "currency", "percentage"):
            return plain(float(_get(cell, "value")))
        if kind == "date":
            return plain(datetime.fromisoformat(_get(cell, "date-value").removesuffix("Z")))
    except ValueError:
        pass  # what the file says of the value cannot be read: the text that people see counts
    if kind == "boolean":
        return _get(cell, "boolean-value") == "true"
    lines = ["".join(part.itertext()) for part in cell if _local(part) == "p"]
    text = "\n".join(lines)
    return unread(text) if text.startswith("#") and _get(cell, "formula") else text
