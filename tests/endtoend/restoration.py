"""Counts what became of every known dirty cell: restored, reported at its cell, or wrong.

Run by itself it prints the counts by kind: ``python -m tests.endtoend.restoration``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from desktop_app.domain.fields import Coded, Day, Flag
from desktop_app.domain.reading import read
from desktop_app.services.intake import import_workbooks
from desktop_app.services.intake_outcome import FileOutcome, RowOutcome, SheetOutcome
from desktop_app.services.intake_report import report_lines
from desktop_app.services.workspace import Workspace
from tests.conftest import truth

FIELDS = {
    "sanction": {
        "fio": "employee",
        "iin": "iin",
        "dep": "department",
        "pos": "position",
        "type": "type",
        "corr": "risk_marked",
    },
    "complaint": {
        "fio": "name",
        "iin": "id_no",
        "dep": "department",
        "serv": "service",
        "subj": "subject",
        "due": "due_entered",
    },
    "finding": {"dep": "department", "date": "visited", "status": "state", "value": "measured"},
}


class Fate(NamedTuple):
    """What became of one dirty cell."""

    kind: str
    outcome: str
    cell: str
    clean: str
    dirty: str
    became: str


def fates(workspace: Workspace, outcomes: Sequence[FileOutcome]) -> Iterator[Fate]:
    """Yield the fate of every dirty cell in ``dirty_cells.csv``."""
    sheets = {(o.branch, s.name): s for o in outcomes for s in o.sheets}
    files = {o.path.name: o.branch for o in outcomes}
    reported: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for line in report_lines(outcomes, "ru"):
        reported[files[line.file], line.sheet, line.cell].append(line.code)
    rows = {(b, name, r.row.row): r for (b, name), s in sheets.items() for r in s.rows}
    for cell in truth("dirty_cells"):
        place = (cell["branch"], cell["sheet"], cell["cell"])
        row = rows.get((cell["branch"], cell["sheet"], int(re.sub(r"\D", "", cell["cell"]))))
        outcome, became = _judge(workspace, cell, sheets[place[:2]], row, reported.get(place, []))
        yield Fate(cell["kind"], outcome, " ".join(place), cell["clean"], cell["dirty"], became)


def _judge(
    workspace: Workspace, cell: dict[str, str], sheet: SheetOutcome, row: RowOutcome | None, codes: list[str]
) -> tuple[str, str]:
    if cell["kind"] == "duplicate_row":
        return ("reported", "") if row and row.status == "duplicate" else ("wrong", "taken for a record")
    if cell["kind"] == "totals_row_counts_duplicates":
        return ("reported", "") if "wrong_total" in codes else ("wrong", "not noticed")
    assert row is not None, cell
    assert sheet.layout is not None
    register = sheet.layout.register
    name = FIELDS[register.code].get(cell["field"], cell["field"])
    value = row.row.claimed.get(name) if register.by_name[name].derived else row.row.values.get(name)
    if _equals(workspace, register.by_name[name].type, value, cell):
        return "restored", str(value)
    if value is None and (codes or _problem_at(row, name)):
        return "reported", str(value)
    faulty = [c for c in codes if c.startswith(("iin.", "bin.", "name.", "field."))]
    return ("reported" if faulty else "wrong"), str(value)


def _problem_at(row: RowOutcome, name: str) -> bool:
    return row.status == "duplicate" or any(name in p.fields for p in row.record.problems)


def _equals(workspace: Workspace, kind: Any, value: Any, cell: dict[str, str]) -> bool:
    clean = cell["clean"]
    if value is None:
        return False
    if isinstance(kind, Day):
        return value.isoformat() == clean
    if isinstance(kind, (Coded, Flag)):
        return value == read(kind, clean).value
    if cell["field"] == "dep":
        return workspace.store.ref_title("department", value) == clean
    if cell["field"] == "value":
        exact = Decimal(re.sub(r"[^\d,]", "", clean).replace(",", "."))
        ratio = re.fullmatch(r"1:(\d+(?:,\d)?)", cell["dirty"])
        if ratio:
            decimals = len(ratio[1].partition(",")[2])
            return round(100 / exact, decimals) == Decimal(ratio[1].replace(",", "."))
        return value == exact
    return str(value) == clean


def table(found: Sequence[Fate]) -> str:
    """Return the counts by kind as text."""
    counts = Counter((fate.kind, fate.outcome) for fate in found)
    lines = [f"{'kind':32}{'restored':>10}{'reported':>10}{'wrong':>8}"]
    for kind in sorted({fate.kind for fate in found}):
        lines.append(
            f"{kind:32}"
            + "".join(
                f"{counts[kind, o]:>{w}}" for o, w in (("restored", 10), ("reported", 10), ("wrong", 8))
            )
        )
    sums = Counter(fate.outcome for fate in found)
    lines.append(
        f"{'all ' + str(len(found)):32}{sums['restored']:>10}{sums['reported']:>10}{sums['wrong']:>8}"
    )
    return "\n".join(lines)


def main() -> None:
    """Import the sample workbooks into a fresh headquarters and print the counts."""
    from desktop_app.services.demonstration import sample_workbooks

    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.create(Path(folder) / "hq", "restoration") as workspace,
    ):
        found = list(fates(workspace, import_workbooks(workspace, sample_workbooks())))
    sys.stdout.write(table(found) + "\n")
    for fate in found:
        if fate.outcome == "wrong":
            sys.stdout.write(f"{fate}\n")


if __name__ == "__main__":
    main()
