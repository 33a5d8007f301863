"""Cells keep their places, whatever stands empty above or beside them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl

from desktop_app.importing.workbook import Workbook, read_workbooks


def test_cells_keep_their_row_and_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["C3"], sheet["D4"], sheet["D6"] = "үшінші", 5, datetime(2023, 2, 1)
    book.save(tmp_path / "b.xlsx")
    found = next(iter(read_workbooks([tmp_path / "b.xlsx"])))
    assert isinstance(found, Workbook)
    rows = found.sheets[0].rows
    assert rows[2][2] == "үшінші"
    assert rows[3][3] == 5
    assert rows[5][3] == datetime(2023, 2, 1).date()
    assert len(rows) == 6
