"""Judges how foreign workbooks are read: right, refused with the right sentence, or wrong.

``python -m tests.endtoend.import_cases [DIR]`` goes over a folder of workbooks (the kept cases when none is
named). What is expected of a file stands in ``tests/data/import_cases.toml`` under its name:

``refused``  code of the sentence with which nothing is read
``tables``   register and number of rows of each table, in order
``like``     places of the six clean records that the rows of the first table(s) say again: every field is the
             clean one, or is empty and reported at its cell; nothing else is ever right
``reported`` cells that the row report must name, with the code of what it says
``values``   ``"row field" = text`` that must have been read

A file without an entry is shown with what became of it, and judged by no one.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from desktop_app.services.intake import FileOutcome, import_workbooks
from desktop_app.services.intake_report import report_lines
from desktop_app.services.workspace import Workspace

DATA = Path(__file__).parents[1] / "data"
CLEAN = "00_clean.xlsx"
RIGHT, REFUSED, WRONG, UNJUDGED = "read right", "refused rightly", "WRONG", "not judged"


class Verdict(NamedTuple):
    """What became of one file, and why."""

    file: str
    verdict: str
    reasons: tuple[str, ...]


def expectations() -> dict[str, dict[str, Any]]:
    """Return what is expected of each file, by its name."""
    return tomllib.loads((DATA / "import_cases.toml").read_text("utf-8"))


def unpack(folder: Path) -> Path:
    """Unpack the kept cases."""
    with zipfile.ZipFile(DATA / "import_cases.zip") as archive:
        archive.extractall(folder)
    return folder


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder and its subfolders in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def judge(workspace: Workspace, folder: Path) -> Iterator[Verdict]:
    """Try every file of a folder, nothing stored, and yield a verdict on each."""
    expected = expectations()
    clean = (
        [row.row.values for row in _tried(workspace, folder / CLEAN).sheets[0].rows]
        if (folder / CLEAN).exists()
        else []
    )
    for path in files_of(folder):
        name = path.relative_to(folder).as_posix()
        outcome = _tried(workspace, path)
        wanted = expected.get(name)
        if wanted is None:
            yield Verdict(
                name,
                UNJUDGED,
                tuple(_tables(outcome)) if outcome.refusal is None else (outcome.refusal.code,),
            )
            continue
        reasons = tuple(_faults(outcome, wanted, clean))
        yield Verdict(name, WRONG if reasons else REFUSED if "refused" in wanted else RIGHT, reasons)


def _tried(workspace: Workspace, path: Path) -> FileOutcome:
    return import_workbooks(workspace, [path], dry_run=True)[0]


def _tables(outcome: FileOutcome) -> list[str]:
    return [f"{s.layout.register.code} {len(s.rows)}" for s in outcome.sheets if s.layout]


def _faults(outcome: FileOutcome, wanted: dict[str, Any], clean: list[dict[str, Any]]) -> Iterator[str]:
    refused = outcome.refusal.code if outcome.refusal else ""
    if refused != wanted.get("refused", ""):
        yield f"refused: {refused or 'no'} {outcome.refusal.params if outcome.refusal else ''}"
        return
    if refused:
        return
    if _tables(outcome) != wanted["tables"]:
        yield f"tables: {_tables(outcome)}"
    said: dict[str, set[str]] = defaultdict(set)
    for line in report_lines([outcome], "ru"):
        said[line.cell].add(line.code)
    for cell, code in wanted.get("reported", {}).items():
        if code not in said[cell]:
            yield f"{cell}: {code} is not said, but {sorted(said[cell])}"
    yield from _values(outcome, wanted.get("values", {}))
    if "like" in wanted:
        yield from _unlike(
            outcome, [clean[place] for place in wanted["like"]], said, set(wanted.get("values", ()))
        )


def _values(outcome: FileOutcome, wanted: dict[str, str]) -> Iterator[str]:
    read = {row.row.row: row.row.values for sheet in outcome.sheets for row in sheet.rows}
    for key, text in wanted.items():
        row, _, field = key.partition(" ")
        value = read.get(int(row), {}).get(field)
        if str("" if value is None else value) != text:
            yield f"{key}: {value!r} instead of {text!r}"


def _unlike(
    outcome: FileOutcome, clean: list[dict[str, Any]], said: dict[str, set[str]], judged: set[str]
) -> Iterator[str]:
    rows = [(sheet, row) for sheet in outcome.sheets if sheet.layout for row in sheet.rows][: len(clean)]
    for (sheet, row), true in zip(rows, clean, strict=True):
        assert sheet.layout is not None
        places = {c.field: c.place for c in sheet.layout.columns if c.field}
        for field, value in row.row.values.items():
            if f"{row.row.row} {field}" not in judged and value != true.get(field):
                yield f"row {row.row.row} {field}: {value!r} instead of {true.get(field)!r}"
        for field in true.keys() & places.keys() - row.row.values.keys():
            cell = sheet.layout.address(row.row.row, places[field])
            if not said[cell]:
                yield f"row {row.row.row} {field}: empty, and nothing is said at {cell}"


def main() -> None:
    """Judge a folder and print what was found."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else unpack(Path(temporary) / "cases")
        with Workspace.create(Path(temporary) / "w", "cases of import", branch="71") as workspace:
            found = list(judge(workspace, folder))
    for verdict in found:
        sys.stdout.write(f"{verdict.file:45}{verdict.verdict:18}{'; '.join(verdict.reasons)}\n")
    counts = Counter(verdict.verdict for verdict in found)
    sys.stdout.write(" · ".join(f"{name}: {count}" for name, count in counts.items()) + "\n")


if __name__ == "__main__":
    main()
