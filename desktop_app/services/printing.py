"""Printing: gathers what a report needs and hands it to a writer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import UsageFault
from desktop_app.core.i18n import Language, Text3, long_date, short_date
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Day, Ref
from desktop_app.domain.register import monthly_registers, register_type
from desktop_app.formdef.forms import form_of
from desktop_app.reports import monthly
from desktop_app.reports.document import Document, Row
from desktop_app.services import months
from desktop_app.services.letterhead import letterhead
from desktop_app.services.privacy import hidden, sees_numbers
from desktop_app.services.words import short_digest
from desktop_app.services.workspace import Workspace

COVER: Final = "cover"
MONTH: Final = "month"
"""Everything a month is signed with: the cover sheet and every form."""
CONSOLIDATION: Final = "consolidation"
RECEIPT: Final = "receipt"


@dataclass(frozen=True, slots=True)
class ReportName:
    """A report by name."""

    name: str
    title: Text3


def reports() -> list[ReportName]:
    """Return every report that can be printed."""
    forms = [ReportName(kind.code, form_of(kind.code).print.title) for kind in monthly_registers()]
    whole = ReportName(
        MONTH, Text3("Айлық құжаттардың толық жинағы", "Полный комплект документов за месяц", "Whole month")
    )
    cover = ReportName(COVER, Text3("Титулдық парақ", "Титульный лист", "Cover sheet"))
    return [whole, cover, *forms, ReportName(CONSOLIDATION, Text3("Жиынтық", "Свод", "Consolidation")),
            ReportName(RECEIPT, Text3("Түбіртектер", "Квитанции", "Receipts"))]  # fmt: skip


def reports_for(workspace: Workspace) -> list[ReportName]:
    """Return the reports that have something to say here: a branch's papers, or headquarters' own."""
    if workspace.branch:
        return [report for report in reports() if report.name != CONSOLIDATION]
    return [report for report in reports() if report.name == CONSOLIDATION]


def _cover(workspace: Workspace, now: months.Month, language: Language) -> monthly.Cover:
    code = classifier("branches").by_code[now.branch]
    latest = next(
        (r for r in reversed(months.submissions(workspace, now.branch, now.period)) if r.values.digest), None
    )
    values = latest.values if latest else None
    digest = short_digest(values.digest) if values and values.digest else ""
    tie = (
        f"TZ1:{now.branch}:{now.period}:{values.revision}:{values.digest[:32]}"
        if values and values.digest
        else ""
    )
    return monthly.Cover(
        code.label, now.branch, str(code.more["kato"]), workspace.store.setting("bin"), now.period,
        values.revision if values else now.revision, short_date(now.due),
        (values.executor if values else "") or "", (values.head if values else "") or "",
        (values.phone if values else "") or "", long_date(workspace.today, language), digest, tie,
        (values.reason if values else "") or "", closed=long_date(now.closed, language) if now.closed else "",
        draft=not now.closed, letterhead=letterhead(workspace, language), day=workspace.today,
    )  # fmt: skip


def _listed(
    workspace: Workspace, register: str, branch: str, period: Period, language: Language
) -> Callable[[], Iterable[Row]]:
    kind, form = register_type(register), form_of(register)
    names = form.print.listed
    types = [kind.by_name[name].type for name in names]
    order = f"coalesce({kind.dated_by}, ''), rid"
    whole = sees_numbers(workspace)

    def show(kind_of: Any, stored: Any) -> Any:
        if stored is None:
            return None
        if isinstance(kind_of, Ref):
            return workspace.store.ref_title(kind_of.to, stored, language)
        value = kind_of.decode(stored if whole else hidden(kind_of, stored))
        return value if isinstance(kind_of, Day) else kind_of.printed(value, language)

    def rows() -> Iterable[Row]:
        with workspace.store.read() as reader:
            cursor = reader.connection.execute(
                f"SELECT {', '.join(names)} FROM {register} WHERE branch = ? AND period = ? AND void = '' ORDER BY {order}",
                [branch, period.number],
            )
            while block := cursor.fetchmany(500):
                for stored in block:
                    yield tuple(show(kind_of, value) for kind_of, value in zip(types, stored, strict=True))

    return rows


def monthly_data(
    workspace: Workspace, register: str, period: Period, branch: str, language: Language
) -> monthly.MonthlyData:
    """Return one register's figures of a month."""
    form = form_of(register)
    first = period.year * 100 + 1
    with workspace.store.read() as reader:
        tallies = {key: n for _, _, key, n in reader.tallies(register, period.number, period.number, branch)}
        cumulative = sum(reader.counted(register, first, period.number, branch).values())
        count = reader.rows(
            f"SELECT count(*) FROM {register} WHERE branch = ? AND period = ? AND void = ''",
            [branch, period.number],
        )[0][0]
        previous = sum(reader.counted(register, first, period.number - 1, branch).values())
    listed = _listed(workspace, register, branch, period, language)
    return monthly.MonthlyData(form, tallies, listed, count, cumulative, previous)


def documents(
    workspace: Workspace, name: str, period: Period, branch: str = "", language: Language | None = None
) -> list[Document]:
    """Return a report as neutral documents.

    Raises:
        UsageFault: no report of that name, or no branch given at headquarters.
    """
    language = language or workspace.language
    if name in (CONSOLIDATION, RECEIPT):
        from desktop_app.services import exchange_papers

        if name == RECEIPT:
            return list(exchange_papers.receipt_papers(workspace, language))
        return [exchange_papers.consolidation(workspace, period, language)]
    now = months.month(workspace, period, branch)
    frame = _cover(workspace, now, language)
    codes = [kind.code for kind in monthly_registers()]
    if name in codes:
        section = next(s for s in now.sections if s.register == name)
        data_of = replace(monthly_data(workspace, name, period, now.branch, language), state=section.state)
        return [monthly.monthly_form(frame, data_of, language)]
    if name not in (COVER, MONTH):
        raise UsageFault("usage.report", name=name)
    declared = {s.register: s.state for s in now.sections}
    data = {
        code: replace(monthly_data(workspace, code, period, now.branch, language), state=declared[code])
        for code in codes
    }
    states = {s.register: classifier("section_states").label(s.state, language) for s in now.sections}
    parts = [(data[code], states[code]) for code in codes]
    found = [monthly.cover_sheet(frame, parts, language, _difference(workspace, now, language))]
    if name == MONTH:
        found += [monthly.monthly_form(frame, data[code], language) for code in codes]
    return found


def _difference(workspace: Workspace, now: months.Month, language: Language) -> list[Row]:
    stored = [r for r in months.submissions(workspace, now.branch, now.period) if r.values.difference]
    if not stored:
        return []
    rows: list[Row] = []
    for item in json.loads(stored[-1].values.difference):
        field = register_type(item["register"]).by_name.get(item["field"])
        label = form_of(item["register"]).label(item["field"]).get(language) if field else item["field"]
        was, became = (_shown(workspace, field, item[side], language) for side in ("was", "became"))
        rows.append((item["title"], label, was, became, item["why"]))
    return rows


def _shown(workspace: Workspace, field: Any, stored: Any, language: Language) -> str:
    if field is None or stored is None:
        return str(stored or "")
    if isinstance(field.type, Ref):
        return workspace.store.ref_title(field.type.to, stored, language)
    return str(field.type.printed(field.type.decode(stored), language))


def print_report(
    workspace: Workspace,
    name: str,
    period: Period,
    out: Path,
    branch: str = "",
    language: Language | None = None,
) -> Path:
    """Write a report; the file's suffix says the format.

    Raises:
        UsageFault: unknown report or format.
        EnvironmentFault: the file cannot be written.
    """
    workspace.demand("read")
    found = documents(workspace, name, period, branch, language)
    if out.suffix.lower() == ".pdf":
        from desktop_app.reports.writers.pdf import write_pdf

        return write_pdf(found, out)
    if out.suffix.lower() == ".xlsx":
        from desktop_app.reports.writers.xlsx import write_xlsx

        return write_xlsx(found, out)
    raise UsageFault("usage.format", suffix=out.suffix)
