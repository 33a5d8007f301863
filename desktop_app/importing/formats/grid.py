"""What every reader of a kind of file gives: sheets of plain cells with their marks, ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NotRequired, TypedDict

MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200


class Marks(TypedDict):
    """What a sheet says beside its cells; rows and columns are counted from nought.

    Attributes:
        visible: ``hidden`` or ``very_hidden``.
        fault: message code when the sheet could not be read.
        merged: ``[first row, first column, last row, last column]`` of merged cells.
        hidden_rows: rows out of sight.
        struck: ``[row, column]`` of cells in strike-through.
        comments: ``[row, column, text]``.
    """

    visible: NotRequired[str]
    fault: NotRequired[str]
    merged: NotRequired[list[list[int]]]
    hidden_rows: NotRequired[list[int]]
    struck: NotRequired[list[list[int]]]
    comments: NotRequired[list[list[Any]]]


class Grid(TypedDict):
    """One sheet: its name, its rows (the first being row 1) and its marks."""

    name: str
    rows: list[list[Any]]
    marks: Marks


class FileFault(Exception):
    """A file that gives nothing; ``code`` is the sentence's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def plain(value: Any) -> Any:
    """Return a cell as JSON knows it: a date is a list of one ISO text, a number without an end its text."""
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else str(value)
    if kind is str or kind is int or kind is bool:
        return value
    if kind is datetime:
        return [value.date().isoformat()] if value.time() == time() else value.isoformat(" ", "seconds")
    if kind is date:
        return [value.isoformat()]
    return str(value) if isinstance(value, (time, timedelta)) else None


def unread(text: str) -> list[str]:
    """Return the mark of a cell whose value the file does not hold, with what is written there."""
    return ["", text]


def grid(name: str, rows: Iterable[list[Any]], marks: Marks | None = None) -> Grid:
    """Return a sheet without the empty cells at the end of its rows and the empty rows at its end.

    Raises:
        FileFault: there are more rows than a register can have.
    """
    kept: list[list[Any]] = []
    filled = 0
    for cells in rows:
        row = cells[:MAX_COLUMNS]
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        kept.append(row)
        if row:
            filled = len(kept)
        if filled > MAX_ROWS:
            raise FileFault("import.too_many_rows")
    return {"name": name, "rows": kept[:filled], "marks": marks or {}}
