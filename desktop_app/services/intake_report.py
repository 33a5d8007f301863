"""Row report of an import: every cell that was mended, could not be read, or has a problem, with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop_app.core.i18n import Language, tr
from desktop_app.core.problems import Problem
from desktop_app.formdef.forms import Form, form_of
from desktop_app.importing.recognise import Layout
from desktop_app.reports.document import Row
from desktop_app.reports.row_report import ReportLine, row_report
from desktop_app.services.intake import FileOutcome, RowOutcome, SheetOutcome
from desktop_app.services.words import problem_advice, problem_words

_BAD, _PROBLEM, _MENDED, _QUIET = 3, 2, 1, 0


def report_lines(outcomes: Sequence[FileOutcome], language: Language) -> Iterator[ReportLine]:
    """Yield the lines in the order of the sheets' rows."""
    for outcome in outcomes:
        if outcome.refusal is not None:
            words = tr(language, outcome.refusal.code, **outcome.refusal.params)
            yield ReportLine(outcome.path.name, "", 0, "", "", "", "", words, "", _BAD, outcome.refusal.code)
        for sheet in outcome.sheets:
            yield from _sheet_lines(outcome.path.name, sheet, language)


def _sheet_lines(file: str, sheet: SheetOutcome, language: Language) -> Iterator[ReportLine]:
    for other in sheet.others:
        if other.code:
            address = sheet.layout.address(other.row, 0) if sheet.layout and other.row else ""
            weight = _QUIET if other.advice == "rows.nothing" else _PROBLEM
            yield ReportLine(file, sheet.name, other.row, address, "", other.text, "", tr(language, other.code),
                             tr(language, other.advice), weight, other.code.removeprefix("rows."))  # fmt: skip
    if sheet.layout is None:
        if sheet.lacks is not None:
            words = tr(language, "rows.columns_missing", fields=sheet.lacks)
            yield ReportLine(file, sheet.name, 0, "", "", "", "", words, tr(language, "rows.name_columns"), _PROBLEM, "columns_missing")  # fmt: skip
        elif not sheet.others:
            words = tr(language, "rows.sheet_unknown")
            yield ReportLine(file, sheet.name, 0, "", "", "", "", words, "", _QUIET, "sheet_unknown")
        return
    form = form_of(sheet.layout.register.code)
    header = sheet.layout.header + 1
    for column in sheet.layout.columns:
        if column.field and not column.guessed:
            continue
        label = form.label(column.field).get(language) if column.field else ""
        code = "rows.guessed_column" if column.field else "rows.extra_column"
        yield ReportLine(
            file, sheet.name, header, sheet.layout.address(header, column.place), label, column.heading, "",
            tr(language, code, heading=column.heading, field=label), tr(language, "rows.check_column"), _PROBLEM, code,
        )  # fmt: skip
    for row in sheet.rows:
        yield from _row_lines(file, sheet, form, row, language)
    for other, right in sheet.wrong_totals:
        cell = f"B{other.row}"
        yield ReportLine(file, sheet.name, other.row, cell, "", other.text, str(right), tr(language, "rows.wrong_total"),
                         tr(language, "rows.total_is", n=right), _PROBLEM, "wrong_total")  # fmt: skip


def _row_lines(
    file: str, sheet: SheetOutcome, form: Form, row: RowOutcome, language: Language
) -> Iterator[ReportLine]:
    assert sheet.layout is not None  # noqa: S101 - rows are read of recognised sheets
    number, layout = row.row.row, sheet.layout
    address = layout.address
    if row.status != "new":
        words = tr(language, f"rows.is_{row.status}", row=row.twin)
        if row.differs:
            names = ", ".join(form.label(name).get(language) for name in row.differs)
            words += "; " + tr(language, "rows.differs", fields=names)
        advice = "rows.check_twin" if row.differs else "rows.nothing"
        title = row.record.type.title(row.record.values)
        yield ReportLine(
            file,
            sheet.name,
            number,
            address(number, 0),
            "",
            title,
            "",
            words,
            tr(language, advice),
            _QUIET,
            row.status,
        )
    places = {column.field: column.place for column in layout.columns if column.field}
    places.update({column.second: column.place for column in layout.columns if column.second})
    for note in row.row.notes:
        yield ReportLine(
            file, sheet.name, number, address(number, note.place), form.label(note.field).get(language) if note.field else "", note.raw,
            note.became, tr(language, note.code), tr(language, note.advice or ("rule.field.unreadable.do" if note.bad else "rows.nothing")),
            _BAD if note.bad else _PROBLEM if note.advice else _MENDED, note.code,
        )  # fmt: skip
    yield from _claims(file, sheet, form, row, places, language)
    if row.status == "new":
        for problem in row.record.problems:
            if problem.code != "field.unreadable":
                yield _problem_line(file, sheet.name, number, form, places, layout, row, problem, language)


def _claims(
    file: str, sheet: SheetOutcome, form: Form, row: RowOutcome, places: dict[str, int], language: Language
) -> Iterator[ReportLine]:
    for name, claimed in row.row.claimed.items():
        field = form.register.by_name[name]
        actual = getattr(row.record.values, name)
        if (
            row.status == "new"
            and claimed is not None
            and actual is not None
            and claimed != actual
            and name != "norm_version"
        ):
            assert sheet.layout is not None  # noqa: S101 - rows are read of recognised sheets
            cell = sheet.layout.address(row.row.row, places[name])
            yield ReportLine(
                file, sheet.name, row.row.row, cell, form.label(name).get(language), field.type.show(claimed, language),
                field.type.show(actual, language), tr(language, "rows.claimed", value=field.type.show(actual, language)),
                tr(language, "rows.check_column"), _PROBLEM, "claimed",
            )  # fmt: skip


def _problem_line(
    file: str,
    sheet: str,
    number: int,
    form: Form,
    places: dict[str, int],
    layout: Layout,
    row: RowOutcome,
    problem: Problem,
    language: Language,
) -> ReportLine:
    name = next(
        (field for field in problem.fields if field in places), problem.fields[0] if problem.fields else ""
    )
    cell = layout.address(number, places.get(name, 0))
    value = getattr(row.record.values, name, None) if name else None
    shown = form.register.by_name[name].type.show(value, language) if name and value is not None else ""
    label = form.label(name).get(language) if name else ""
    return ReportLine(file, sheet, number, cell, label, shown, "", problem_words(problem, language, form.register.code),
                      problem_advice(problem, language), _PROBLEM, problem.code)  # fmt: skip


def totals_rows(outcomes: Sequence[FileOutcome], language: Language) -> list[Row]:
    """Return one line a sheet: register, new, duplicate, already present."""
    rows: list[Row] = []
    for outcome in outcomes:
        if outcome.refusal is not None:
            rows.append(
                (
                    outcome.path.name,
                    "",
                    "",
                    0,
                    0,
                    0,
                    tr(language, outcome.refusal.code, **outcome.refusal.params),
                )
            )
        for sheet in outcome.sheets:
            name = form_of(sheet.layout.register.code).plural.get(language) if sheet.layout else ""
            remark = "" if sheet.layout else tr(language, "rows.sheet_unknown")
            if sheet.layout is None and sheet.others and sheet.others[0].code:
                remark = tr(language, sheet.others[0].code)
            rows.append(
                (
                    outcome.path.name,
                    sheet.name,
                    name,
                    *(sheet.count(s) for s in ("new", "duplicate", "present")),
                    remark,
                )
            )
    return rows


def write_row_report(outcomes: Sequence[FileOutcome], path: Path, language: Language) -> Path:
    """Write the report as a workbook."""
    from desktop_app.reports.writers.xlsx import write_xlsx

    document = row_report(lambda: report_lines(outcomes, language), totals_rows(outcomes, language), language)
    return write_xlsx([document], path)
