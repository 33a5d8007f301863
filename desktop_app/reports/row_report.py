"""The row report of an import: sheet, row, cell, what was read, what it became, what to do; the gravest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_app.core.i18n import Language, tr
from desktop_app.reports.document import (
    Column,
    ColumnKind,
    Document,
    Heading,
    Link,
    NewPage,
    Paragraph,
    Row,
    Table,
)

REFUSED: Final = 4
"""Not taken in, or a cell that nobody can read."""
PROBLEM: Final = 3
CHANGED: Final = 2
MENDED: Final = 1
QUIET: Final = 0


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of the report; ``outcome``, ``advice`` and ``expected`` are already words.

    Attributes:
        raw: what the workbook says; ``was`` is what the record said, ``became`` what it says now or would say.
        expected: the form in which a value can be read.
        record: id of the record.
        source: path of the workbook.
    """

    file: str
    sheet: str
    row: int = 0
    cell: str = ""
    field: str = ""
    raw: str = ""
    became: str = ""
    outcome: str = ""
    advice: str = ""
    weight: int = QUIET
    code: str = ""
    was: str = ""
    expected: str = ""
    record: str = ""
    source: str = ""


def heaviest_first(lines: Iterable[ReportLine]) -> list[ReportLine]:
    """Return lines by weight; within one weight they keep the order of the workbooks' rows."""
    return sorted(lines, key=lambda line: -line.weight)


def weight_words(weight: int, language: Language) -> str:
    """Return a weight in words."""
    return tr(language, f"rows.weight_{weight}")


COLUMNS: Final[tuple[tuple[str, float, ColumnKind], ...]] = (
    ("weight", 2.6, "text"), ("file", 4.0, "text"), ("sheet", 3.0, "text"), ("row", 1.2, "number"), ("cell", 1.4, "text"),
    ("field", 3.2, "text"), ("raw", 4.0, "text"), ("was", 3.4, "text"), ("became", 3.4, "text"), ("outcome", 5.0, "text"),
    ("advice", 6.5, "text"), ("expected", 4.0, "text"), ("record", 3.0, "text"),
)  # fmt: skip


def line_texts(line: ReportLine, language: Language) -> tuple[str | int, ...]:
    """Return a line as people read it, in the order of the columns."""
    return (
        weight_words(line.weight, language), line.file, line.sheet, line.row, line.cell, line.field, line.raw, line.was,
        line.became, line.outcome, line.advice, line.expected, line.record,
    )  # fmt: skip


def _cells(line: ReportLine, language: Language) -> Row:
    texts = line_texts(line, language)
    place = next(number for number, (name, *_) in enumerate(COLUMNS) if name == "cell")
    if not (line.source and line.cell):
        return texts
    sheet = line.sheet.replace("'", "''")
    link = Link(line.cell, f"external:{line.source}#'{sheet}'!{line.cell}")
    return (*texts[:place], link, *texts[place + 1 :])


def row_report(
    lines: Callable[[], Iterable[ReportLine]], totals: Sequence[Row], language: Language
) -> Document:
    """Return the report: first what became of each sheet, then every cell that asks for attention."""
    heads = tuple(Column(tr(language, f"rows.{name}"), weight, kind) for name, weight, kind in COLUMNS)
    counts: list[tuple[str, float, ColumnKind]] = [(name, 2.0, "number") for name in COUNTED]
    named: list[tuple[str, float, ColumnKind]] = [
        ("file", 6.0, "text"),
        ("sheet", 4.0, "text"),
        ("register", 4.0, "text"),
    ]
    sums = tuple(
        Column(tr(language, f"rows.{name}"), weight, kind) for name, weight, kind in (*named, *counts, ("other", 5.0, "text"))
    )  # fmt: skip
    title = tr(language, "rows.title")
    return Document(
        title, language,
        (Heading(title), Table(sums, lambda: totals, name=tr(language, "rows.summary")), NewPage(landscape=True),
         Paragraph(tr(language, "rows.how"), size=9),
         Table(heads, lambda: (_cells(line, language) for line in heaviest_first(lines())), name=tr(language, "rows.cells"))),
        landscape=True,
    )  # fmt: skip


COUNTED: Final = ("new", "duplicate", "present", "changes", "closed", "left_out", "voided")
"""What is counted of a sheet, in the order of the totals' columns."""
