"""The child process that opens workbooks: a hostile file can only kill this process.

Reads paths from standard input, one a line; writes one JSON line a file: ``{"sheets": [[name, rows], …]}``
or ``{"fault": …}``. A date is written as a list of one ISO text, because JSON has no dates.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY_LIMIT = 1_500_000_000
MAX_ROWS, MAX_COLUMNS = 200_000, 200


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is float or kind is int or kind is bool:
        return value
    if kind is datetime:
        return [value.date().isoformat()] if value.time() == time() else value.isoformat(" ")
    if kind is date:
        return [value.isoformat()]
    return str(value) if isinstance(value, (time, timedelta)) else None


def _rows(sheet: Any) -> list[list[Any]]:
    rows: list[list[Any]] = []
    filled = 0
    # The library yields empty rows above the first filled one, but not the columns left of it.
    _, first_column = sheet.start or (0, 0)
    lead = [""] * min(first_column, MAX_COLUMNS)
    for cells in sheet.iter_rows():
        row = [*lead, *(_plain(cell) for cell in cells[:MAX_COLUMNS])]
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        rows.append(row)
        if row:
            filled = len(rows)
        if filled > MAX_ROWS:
            raise OverflowError
    return rows[:filled]


def read_workbook(path: str) -> dict[str, Any]:
    """Return the filled cells of every sheet."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = workbook.sheet_names
            return {"sheets": [[name, _rows(workbook.get_sheet_by_name(name))] for name in names]}
    except OverflowError:
        return {"fault": "import.too_many_rows"}
    except CalamineError as fault:
        return {"fault": "import.protected" if "assword" in str(fault) else "import.not_workbook"}
    except (OSError, MemoryError, ValueError):
        return {"fault": "import.not_workbook"}


def main() -> None:
    """Answer each path with one line."""
    _limit_memory()
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in sys.stdin:
        sys.stdout.write(
            json.dumps(read_workbook(line.rstrip("\n")), ensure_ascii=False, separators=(",", ":")) + "\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
