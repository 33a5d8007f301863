"""What an .xlsx says beside its values: errors, formulas never computed, hidden rows, strike-through, comments.

The library that reads the values gives none of these. The parts are looked through by pattern, and only for what a
quick search says is there: most workbooks have none, and a register may have a million cells.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from desktop_app.importing.formats.grid import Grid, unread

_P: Final = rb"(?:\w+:)?"
_ROW: Final = re.compile(rb"<" + _P + rb"row\b([^>]*)>")
_CELL: Final = re.compile(rb"<" + _P + rb"c\b([^>]*[^/>])>(.*?)</" + _P + rb"c>", re.DOTALL)
_STYLED: Final = re.compile(rb"<" + _P + rb"c\b([^>]*)>")
_FORMULA: Final = re.compile(rb"<" + _P + rb"f\b[^>]*?(?:/>|>(.*?)</" + _P + rb"f>)", re.DOTALL)
_VALUE: Final = re.compile(rb"<" + _P + rb"v\b[^>]*>(.+?)</" + _P + rb"v>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_PLACE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST: Final = 5000


def add_marks(archive: zipfile.ZipFile, grids: list[Grid]) -> None:
    """Add to the sheets of an .xlsx what its parts say; a part that cannot be understood adds nothing."""
    try:
        places = _sheet_parts(archive)
        struck = _struck_styles(archive)
    except (KeyError, ParseError, DefusedXmlException, ValueError):
        return
    for sheet in grids:
        part = places.get(sheet["name"], "")
        if part in archive.NameToInfo:
            _cells(archive.read(part), sheet, struck)
            _comments(archive, part, sheet)


def place_of(reference: str) -> tuple[int, int] | None:
    """Return row and column, from nought, of a reference such as ``B12``."""
    found = _PLACE.fullmatch(reference.replace("$", ""))
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    folder, _, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels".lstrip("/")
    if path not in archive.NameToInfo:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for item in fromstring(archive.read(path)):
        target = item.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else _joined(folder, target)
        found[item.get("Id", "")] = (item.get("Type", "").rpartition("/")[2], whole)
    return found


def _joined(folder: str, target: str) -> str:
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = _relations(archive, "xl/workbook.xml")
    found: dict[str, str] = {}
    for element in fromstring(archive.read("xl/workbook.xml")).iter():
        if _local(element) == "sheet":
            key = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            found[element.get("name", "")] = relations.get(key, ("", ""))[1]
    return found


def _struck_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    if "xl/styles.xml" not in archive.NameToInfo or b"strike" not in (body := archive.read("xl/styles.xml")):
        return frozenset()
    styles = fromstring(body)
    sections = {_local(section): section for section in styles}
    if "fonts" not in sections or "cellXfs" not in sections:
        return frozenset()
    fonts = {
        str(number)
        for number, font in enumerate(sections["fonts"])
        if any(_local(mark) == "strike" and mark.get("val", "1") not in ("0", "false") for mark in font)
    }
    return frozenset(
        str(number).encode()
        for number, style in enumerate(sections["cellXfs"])
        if style.get("fontId") in fonts
    )


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(text))


def _cells(body: bytes, sheet: Grid, struck: frozenset[bytes]) -> None:
    marks = sheet["marks"]
    if b"hidden=" in body:
        rows = [
            int(found[b"r"]) - 1
            for tag in _ROW.finditer(body)
            if (found := _attributes(tag[1])).get(b"hidden") in (b"1", b"true") and b"r" in found
        ]
        if rows:
            marks["hidden_rows"] = rows[:_MOST]
    if b't="e"' in body or b"<f" in body or b":f" in body:
        for place, text in _without_value(body):
            _put(sheet, place, unread(text))
    if struck:
        places = [
            list(cell)
            for tag in _STYLED.finditer(body)
            if not tag[1].endswith(b"/")
            and (found := _attributes(tag[1])).get(b"s") in struck
            and (cell := place_of(found.get(b"r", b"").decode()))
        ]
        if places:
            marks["struck"] = places[:_MOST]


def _without_value(body: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in _CELL.finditer(body):
        found = _attributes(cell[1])
        kind = found.get(b"t", b"")
        formula = _FORMULA.search(cell[2]) if kind != b"str" else None
        if kind != b"e" and formula is None:
            continue
        value = _VALUE.search(cell[2])
        place = place_of(found.get(b"r", b"").decode())
        if place and kind == b"e":
            yield place, _text(value[1]) if value else "#"
        elif place and formula and value is None:
            yield place, "=" + _text(formula[1] or b"")


def _text(body: bytes) -> str:
    from html import unescape

    return unescape(body.decode("utf-8", "replace"))


def _put(sheet: Grid, place: tuple[int, int], value: Any) -> None:
    row, column = place
    rows = sheet["rows"]
    if row < len(rows):
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = value


def _comments(archive: zipfile.ZipFile, part: str, sheet: Grid) -> None:
    found: list[list[Any]] = []
    try:
        for kind, target in _relations(archive, part).values():
            if kind == "comments" and target in archive.NameToInfo:
                for element in fromstring(archive.read(target)).iter():
                    place = place_of(element.get("ref", "")) if _local(element) == "comment" else None
                    if place:
                        texts = [e.text or "" for e in element.iter() if _local(e) == "t"]
                        found.append([*place, "".join(texts).strip()])
    except (ParseError, DefusedXmlException, ValueError):
        return
    if found:
        sheet["marks"]["comments"] = found[:_MOST]
