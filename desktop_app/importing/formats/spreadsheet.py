"""Workbooks of Excel and of LibreOffice (.xlsx, .xlsm, .xlsb, .xls, .ods) by calamine, sheet by sheet."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, Final

from desktop_app.importing.formats.grid import MAX_COLUMNS, FileFault, Grid, Marks, grid, plain

_FALLBACK_SIZE: Final = 60_000_000
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_VISIBLE: Final = {"Hidden": "hidden", "VeryHidden": "very_hidden"}


def read_spreadsheet(path: Path, copy: io.BytesIO | None, archive: zipfile.ZipFile | None) -> list[Grid]:
    """Return every sheet; one that cannot be read says so and does not stop the others.

    Raises:
        FileFault: nothing of the file can be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if archive is not None and _is_wide(archive):
        return _other_library(path, copy, archive)
    try:
        source: Any = CalamineWorkbook.from_filelike(copy) if copy else CalamineWorkbook.from_path(str(path))
    except PasswordError as fault:
        raise FileFault("import.protected") from fault
    except (CalamineError, OSError, ValueError) as fault:
        if "assword" in str(fault):
            raise FileFault("import.protected") from fault
        return _other_library(path, copy, archive)
    with source as workbook:
        found = [_sheet(workbook, place, meta) for place, meta in enumerate(workbook.sheets_metadata)]
    if found and all(sheet["marks"].get("fault") for sheet in found):
        try:
            return _other_library(path, copy, archive)
        except FileFault:
            return found
    return found


def _is_wide(archive: zipfile.ZipFile) -> bool:
    """Tell whether a part is written in UTF-16: calamine takes such a sheet for an empty one without a word."""
    for part in archive.infolist():
        if part.filename.startswith("xl/") and part.filename.endswith(".xml"):
            with archive.open(part) as body:
                if body.read(2) in _WIDE:
                    return True
    return False


def _sheet(workbook: Any, place: int, meta: Any) -> Grid:
    marks: Marks = {}
    if visible := _VISIBLE.get(str(meta.visible).rpartition(".")[2]):
        marks["visible"] = visible
    if not str(meta.typ).endswith(("WorkSheet", "Vba")):
        return grid(meta.name, [], marks)  # a chart or a macro holds no rows
    try:
        sheet = workbook.get_sheet_by_index(place)
        merged = sheet.merged_cell_ranges or []
        found = grid(meta.name, _rows(sheet), marks)
    except FileFault:
        raise
    except BaseException as fault:
        if isinstance(fault, (KeyboardInterrupt, MemoryError, SystemExit)):
            raise
        marks["fault"] = "import.sheet_unread"  # the library's panic is no Exception
        return grid(meta.name, [], marks)
    if merged:
        marks["merged"] = [[top, left, bottom, right] for (top, left), (bottom, right) in merged]
    return found


def _rows(sheet: Any) -> Any:
    # The library yields empty rows above the first filled one, but not the columns left of it.
    _, first_column = sheet.start or (0, 0)
    lead = [""] * min(first_column, MAX_COLUMNS)
    for cells in sheet.iter_rows():
        yield [*lead, *(plain(cell) for cell in cells[:MAX_COLUMNS])]


def _other_library(path: Path, copy: io.BytesIO | None, archive: zipfile.ZipFile | None) -> list[Grid]:
    """Read by openpyxl what calamine refuses: other encodings, sheets without relations."""
    if archive is None or sum(part.file_size for part in archive.infolist()) > _FALLBACK_SIZE:
        raise FileFault("import.not_workbook")
    import warnings

    from openpyxl import load_workbook

    if copy:
        copy.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(copy or path, data_only=True)
    except Exception as fault:  # the library lets errors of many kinds through
        raise FileFault("import.not_workbook") from fault
    return [_openpyxl_sheet(sheet) for sheet in workbook.worksheets]


def _openpyxl_sheet(sheet: Any) -> Grid:
    marks: Marks = {}
    if sheet.sheet_state != "visible":
        marks["visible"] = "very_hidden" if sheet.sheet_state == "veryHidden" else "hidden"
    ranges = [[r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1] for r in sheet.merged_cells.ranges]
    if ranges:
        marks["merged"] = ranges
    rows = ([plain(cell) for cell in cells] for cells in sheet.iter_rows(values_only=True))
    return grid(sheet.title, rows, marks)
