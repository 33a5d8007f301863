"""Lines of an import's report: every cell that was mended, changed, could not be read or has a problem, with what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.core.i18n import Language, month_name, tr
from desktop_app.core.periods import Period
from desktop_app.core.problems import Problem
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded
from desktop_app.domain.register import Field
from desktop_app.formdef.forms import Form, form_of
from desktop_app.importing.recognise import Layout
from desktop_app.reports.document import Row
from desktop_app.reports.row_report import (
    CHANGED,
    COLUMNS,
    COUNTED,
    MENDED,
    PROBLEM,
    QUIET,
    REFUSED,
    ReportLine,
    line_texts,
    row_report,
)
from desktop_app.services.intake_outcome import Card, FileOutcome, Offer, RowOutcome, SheetOutcome
from desktop_app.services.words import problem_advice, problem_words

__all__ = [
    "COUNTED",
    "REFUSED",
    "expected_form",
    "line_texts",
    "report_lines",
    "sheet_counts",
    "shown_columns",
    "totals_rows",
    "write_row_report",
]
_LABELS = 6
"""Labels of a classifier that are named as what is expected; more would hide the rest of the line."""


def report_lines(outcomes: Sequence[FileOutcome], language: Language) -> Iterator[ReportLine]:
    """Yield the lines in the order of the sheets' rows."""
    for outcome in outcomes:
        source = str(outcome.path.resolve())
        for line in _file_lines(outcome, language):
            yield replace(line, source=source)


def _file_lines(outcome: FileOutcome, language: Language) -> Iterator[ReportLine]:
    file = outcome.path.name
    if outcome.refusal is not None:
        words = tr(language, outcome.refusal.code, **outcome.refusal.params)
        yield ReportLine(file, "", outcome=words, weight=REFUSED, code=outcome.refusal.code)
    for card in outcome.cards:
        yield _card_line(file, card, language)
    for sheet in outcome.sheets:
        yield from _sheet_lines(file, sheet, language)


def _card_line(file: str, card: Card, language: Language) -> ReportLine:
    kind = form_of(card.register).name.get(language)
    code = "card_made" if card.made else "card_not_made"
    advice = "rows.nothing" if card.made else "rows.make_card"
    if card.alike:
        code, advice = f"{code}_alike", "rows.check_card"
    # Not at a cell: what is said of a card is said of all its rows.
    weight = PROBLEM if card.alike or not card.made else CHANGED if card.register == "department" else QUIET
    alike = "», «".join(name for _, name in card.alike)
    return ReportLine(
        file, card.sheet, card.row, field=kind, raw=card.name, became=card.name if card.made else "",
        outcome=tr(language, f"rows.{code}", n=card.rows, alike=alike), advice=tr(language, advice, alike=alike),
        weight=weight, code=code, record=card.id if card.made else "",
    )  # fmt: skip


def _sheet_lines(file: str, sheet: SheetOutcome, language: Language) -> Iterator[ReportLine]:
    for other in sheet.others:
        if other.code:
            address = sheet.layout.address(other.row, 0) if sheet.layout and other.row else ""
            weight = QUIET if other.advice == "rows.nothing" else PROBLEM
            yield ReportLine(
                file, sheet.name, other.row, address, raw=other.text, outcome=tr(language, other.code),
                advice=tr(language, other.advice), weight=weight, code=other.code.removeprefix("rows."),
            )  # fmt: skip
    if sheet.layout is None:
        if sheet.lacks is not None:
            words, advice = (
                tr(language, "rows.columns_missing", fields=sheet.lacks.fields, nearest=sheet.lacks.nearest),
                tr(language, "rows.name_columns"),
            )
            yield ReportLine(
                file, sheet.name, outcome=words, advice=advice, weight=PROBLEM, code="columns_missing"
            )
        elif not sheet.others:
            yield ReportLine(
                file, sheet.name, outcome=tr(language, "rows.sheet_unknown"), code="sheet_unknown"
            )
        return
    teller = _Teller(file, sheet, sheet.layout, form_of(sheet.layout.register.code), language)
    yield from teller.columns()
    for row in sheet.rows:
        yield from teller.row(row)
    for other, right in sheet.wrong_totals:
        yield ReportLine(
            file, sheet.name, other.row, f"B{other.row}", raw=other.text, became=str(right),
            outcome=tr(language, "rows.wrong_total"), advice=tr(language, "rows.total_is", n=right),
            weight=PROBLEM, code="wrong_total",
        )  # fmt: skip


def expected_form(field: Field, language: Language) -> str:
    """Return the form in which a value of a field can be read."""
    if isinstance(field.type, Coded):
        codes = classifier(field.type.of).codes
        labels = [field.type.show(code.code, language) for code in codes[:_LABELS]]
        return " / ".join(labels) + (" / …" if len(codes) > _LABELS else "")
    code = f"expected.{type(field.type).__name__.lower()}"
    words = tr(language, code)
    return "" if words == code else words


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says of one table what became of its columns and rows."""

    file: str
    sheet: SheetOutcome
    layout: Layout
    form: Form
    language: Language

    def _say(self, code: str, **params: object) -> str:
        return tr(self.language, code, **params)

    def _label(self, name: str) -> str:
        return self.form.label(name).get(self.language) if name else ""

    def _expected(self, name: str) -> str:
        return expected_form(self.form.register.by_name[name], self.language) if name else ""

    def _places(self) -> dict[str, int]:
        places = {column.field: column.place for column in self.layout.columns if column.field}
        places.update({column.second: column.place for column in self.layout.columns if column.second})
        return places

    def columns(self) -> Iterator[ReportLine]:
        """Say which columns were guessed and which belong to no field."""
        header = self.layout.header + 1
        for column in self.layout.columns:
            if column.field and not column.guessed:
                continue
            label = self._label(column.field)
            code = "rows.guessed_column" if column.field else "rows.extra_column"
            yield ReportLine(
                self.file, self.sheet.name, header, self.layout.address(header, column.place), label, column.heading,
                outcome=self._say(code, heading=column.heading, field=label), advice=self._say("rows.check_column"),
                weight=PROBLEM, code=code,
            )  # fmt: skip

    def row(self, row: RowOutcome) -> Iterator[ReportLine]:
        """Say what became of a row, of each of its cells, and what its record lacks."""
        places = self._places()
        lines = [*self._whole(row), *self._offers(row, places), *self._notes(row), *self._claims(row, places)]
        if row.status == "new":
            lines += [
                self._problem(row, places, p) for p in row.record.problems if p.code != "field.unreadable"
            ]
        stored = row.record.id if row.status in ("new", "present", "duplicate", "voided") else ""
        for line in lines:
            yield replace(line, record=stored)

    def _at(self, row: RowOutcome, place: int) -> ReportLine:
        return ReportLine(self.file, self.sheet.name, row.row.row, self.layout.address(row.row.row, place))

    def _whole(self, row: RowOutcome) -> Iterator[ReportLine]:
        title = row.record.type.title(row.record.values)
        if row.status != "new":
            period = (
                month_name(Period.from_number(row.record.period), self.language) if row.record.period else ""
            )
            words = self._say(
                f"rows.is_{row.status}", row=row.twin, period=period, reason=row.record.void_reason
            )
            weight, advice = _FATES.get(row.status, (QUIET, "rows.nothing"))
            if row.differs:
                words += "; " + self._say("rows.differs", fields=", ".join(map(self._label, row.differs)))
                weight, advice = PROBLEM, "rows.check_twin"
            if row.mended:
                words += "; " + self._say("rows.found_by_rest")
                weight, advice = CHANGED, "rows.check_mended"
            yield replace(
                self._at(row, 0),
                raw=title,
                outcome=words,
                advice=self._say(advice),
                weight=weight,
                code=row.status,
            )
        if row.joined:
            words = self._say("rows.joined", fields=", ".join(map(self._label, row.joined)))
            yield replace(
                self._at(row, 0),
                raw=title,
                outcome=words,
                advice=self._say("rows.nothing"),
                weight=MENDED,
                code="joined",
            )
        for name, known in row.taken_for.items():
            words, place = self._say("rows.taken_for", name=known), self._places().get(name, 0)
            yield replace(self._at(row, place), field=self._label(name), became=known, outcome=words,
                          advice=self._say("rows.check_taken_for"), weight=MENDED, code="taken_for")  # fmt: skip

    def _offers(self, row: RowOutcome, places: dict[str, int]) -> Iterator[ReportLine]:
        for offer in row.offers:
            code, advice = _offer_words(offer)
            yield replace(
                self._at(row, places.get(offer.field, 0)), field=self._label(offer.field), raw=offer.becomes, was=offer.was,
                became=offer.becomes if offer.taken else offer.was, outcome=self._say(f"rows.{code}"),
                advice=self._say(f"rows.{advice}"), weight=REFUSED if offer.closed else CHANGED, code=code,
            )  # fmt: skip

    def _notes(self, row: RowOutcome) -> Iterator[ReportLine]:
        for note in row.row.notes:
            advice = note.advice or ("rows.type_as_expected" if note.bad else "rows.nothing")
            yield replace(
                self._at(row, note.place), field=self._label(note.field), raw=note.raw, became=note.became,
                outcome=self._say(note.code), advice=self._say(advice), code=note.code,
                weight=REFUSED if note.bad else PROBLEM if note.advice else MENDED,
                expected=self._expected(note.field) if note.bad else "",
            )  # fmt: skip

    def _claims(self, row: RowOutcome, places: dict[str, int]) -> Iterator[ReportLine]:
        for name, claimed in row.row.claimed.items():
            kind, actual = self.form.register.by_name[name].type, getattr(row.record.values, name)
            if (
                row.status != "new"
                or None in (claimed, actual)
                or claimed == actual
                or name == "norm_version"
            ):
                continue
            now = kind.show(actual, self.language)
            yield replace(
                self._at(row, places[name]), field=self._label(name), raw=kind.show(claimed, self.language), became=now,
                outcome=self._say("rows.claimed", value=now), advice=self._say("rows.check_column"), weight=PROBLEM,
                code="claimed",
            )  # fmt: skip

    def _problem(self, row: RowOutcome, places: dict[str, int], problem: Problem) -> ReportLine:
        first = problem.fields[0] if problem.fields else ""
        name = next((field for field in problem.fields if field in places), first)
        value = getattr(row.record.values, name, None) if name else None
        shown = (
            self.form.register.by_name[name].type.show(value, self.language)
            if name and value is not None
            else ""
        )
        return replace(
            self._at(row, places.get(name, 0)), field=self._label(name), raw=shown, weight=PROBLEM, code=problem.code,
            outcome=problem_words(problem, self.language, self.form.register.code),
            advice=problem_advice(problem, self.language),
            expected=self._expected(name) if value is None else "",
        )  # fmt: skip


_FATES = {
    "closed": (REFUSED, "rows.reopen"), "left_out": (REFUSED, "rows.say_yes"), "voided": (PROBLEM, "rows.stays_void"),
}  # fmt: skip


def _offer_words(offer: Offer) -> tuple[str, str]:
    """Return the codes of what became of a change and of what to do."""
    if offer.closed:
        return "change_closed", "reopen"
    if offer.taken:
        return ("change_taken_here" if offer.here else "change_taken"), "nothing"
    if offer.stale:
        return "changed_here", "changed_here_do"
    if offer.new is None:
        return "change_emptied", "take_change"
    return ("change_offered_here" if offer.here else "change_offered"), "take_change"


def shown_columns() -> tuple[str, ...]:
    """Return the names of the report's columns."""
    return tuple(name for name, *_ in COLUMNS)


def totals_rows(outcomes: Sequence[FileOutcome], language: Language) -> list[Row]:
    """Return one line a sheet: register, what is counted of it (``COUNTED``), remark."""
    rows: list[Row] = []
    for outcome in outcomes:
        if outcome.refusal is not None:
            words = tr(language, outcome.refusal.code, **outcome.refusal.params)
            rows.append((outcome.path.name, "", "", 0, 0, 0, 0, 0, 0, 0, words))
        for sheet in outcome.sheets:
            name = form_of(sheet.layout.register.code).plural.get(language) if sheet.layout else ""
            counts = sheet_counts(sheet)
            rows.append((outcome.path.name, sheet.name, name, *counts.values(), _remark(sheet, language)))
    return rows


def sheet_counts(sheet: SheetOutcome) -> dict[str, int]:
    """Return what is counted of a sheet, in the order of ``COUNTED``."""
    offered = sheet.changes(taken=False) + sheet.changes(taken=True)
    first = {status: sheet.count(status) for status in ("new", "duplicate", "present")}
    return {
        **first,
        "changes": offered,
        **{status: sheet.count(status) for status in ("closed", "left_out", "voided")},
    }


def _remark(sheet: SheetOutcome, language: Language) -> str:
    if sheet.layout is not None:
        return ""
    if sheet.lacks is not None:
        return tr(language, "rows.columns_missing", fields=sheet.lacks.fields, nearest=sheet.lacks.nearest)
    return tr(
        language, sheet.others[0].code if sheet.others and sheet.others[0].code else "rows.sheet_unknown"
    )


def write_row_report(outcomes: Sequence[FileOutcome], path: Path, language: Language) -> Path:
    """Write the report as a workbook."""
    from desktop_app.reports.writers.xlsx import write_xlsx

    def lines() -> Iterator[ReportLine]:
        return (
            replace(line, source=_seen_from(path, line.source)) for line in report_lines(outcomes, language)
        )

    return write_xlsx([row_report(lines, totals_rows(outcomes, language), language)], path)


def _seen_from(report: Path, source: str) -> str:
    """Return a workbook's path from the report's folder, so that both may be moved together."""
    try:
        return os.path.relpath(source, report.resolve().parent)
    except ValueError:  # another drive
        return source
