"""The row report of an import: sheet, row, cell, what was read, what it became, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop_app.core.i18n import Language, tr
from desktop_app.reports.document import Column, Document, Heading, Paragraph, Row, Table


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of the report; ``outcome`` and ``advice`` are already words."""

    file: str
    sheet: str
    row: int
    cell: str
    field: str
    raw: str
    became: str
    outcome: str
    advice: str
    weight: int
    code: str = ""


_COLUMNS = (("file", 5.0), ("sheet", 3.2), ("row", 1.2), ("cell", 1.2), ("field", 3.5), ("raw", 4.5), ("became", 4.0),
            ("outcome", 5.0), ("advice", 8.0))  # fmt: skip


def row_report(lines: Callable[[], Iterable[ReportLine]], totals: list[Row], language: Language) -> Document:
    """Return the report: first what became of each sheet, then every cell that asks for attention."""
    heads = tuple(
        Column(tr(language, f"rows.{name}"), weight, "number" if name == "row" else "text")
        for name, weight in _COLUMNS
    )
    sums = tuple(
        Column(tr(language, f"rows.{name}"), weight, kind)  # type: ignore[arg-type]
        for name, weight, kind in (
            ("file", 6.0, "text"), ("sheet", 4.0, "text"), ("register", 4.0, "text"), ("new", 2.0, "number"),
            ("duplicate", 2.0, "number"), ("present", 2.0, "number"), ("other", 5.0, "text"),
        )
    )  # fmt: skip

    def rows() -> Iterable[Row]:
        for line in lines():
            yield (
                line.file,
                line.sheet,
                line.row,
                line.cell,
                line.field,
                line.raw,
                line.became,
                line.outcome,
                line.advice,
            )

    title = tr(language, "rows.title")
    from desktop_app.reports.document import NewPage

    return Document(
        title, language,
        (Heading(title), Table(sums, lambda: totals, name=tr(language, "rows.summary")), NewPage(landscape=True),
         Paragraph(tr(language, "rows.how"), size=9), Table(heads, rows, name=tr(language, "rows.cells"))),
        landscape=True,
    )  # fmt: skip
