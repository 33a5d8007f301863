"""Printing: gathers what a report needs and hands it to a writer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from desktop_app.core.errors import Refusal, UsageFault
from desktop_app.core.i18n import Language, Text3, long_date
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record
from desktop_app.domain.register import monthly_registers
from desktop_app.formdef.forms import form_of
from desktop_app.reports.document import Document
from desktop_app.reports.frozen import FrozenFault, thaw
from desktop_app.services import months
from desktop_app.services.month_papers import COVER, Standing, draft_of, papers_of, signed
from desktop_app.services.privacy import hidden_text, sees_numbers
from desktop_app.services.signing import is_of, kept_of
from desktop_app.services.workspace import Workspace

MONTH: Final = "month"
"""Everything a month is signed with: the cover sheet and every form."""
CONSOLIDATION: Final = "consolidation"
RECEIPT: Final = "receipt"
KEYCARD: Final = "keycard"
"""Name and fingerprint of this workstation's key, to be compared and signed."""


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
    return [whole, cover, *forms,
            ReportName(CONSOLIDATION, Text3("Жиынтық мәлімет", "Сводные сведения", "Consolidation")),
            ReportName(RECEIPT, Text3("Түбіртектер", "Квитанции", "Receipts")),
            ReportName(KEYCARD, Text3("Кілт карточкасы", "Карточка ключа", "Key card"))]  # fmt: skip


def reports_for(workspace: Workspace) -> list[ReportName]:
    """Return the reports that have something to say here: a branch's papers, or headquarters' own."""
    if workspace.branch:
        return [report for report in reports() if report.name != CONSOLIDATION]
    country = {CONSOLIDATION, KEYCARD, *(kind.code for kind in monthly_registers())}
    return sorted(
        (report for report in reports() if report.name in country),
        key=lambda report: report.name != CONSOLIDATION,
    )


def documents(
    workspace: Workspace, name: str, period: Period, branch: str = "", language: Language | None = None, revision: int = 0,
) -> list[Document]:  # fmt: skip
    """Return a report as neutral documents.

    A closed month is printed as it was signed, an open one as a draft of what stands now.

    Args:
        revision: a revision of the month that was signed; 0 for where the month stands now.

    Raises:
        UsageFault: no report of that name, or no branch given at headquarters.
        Refusal: no such revision, or the month has no such section.
    """
    language = language or workspace.language
    if name in (CONSOLIDATION, RECEIPT, KEYCARD):
        from desktop_app.services import exchange_papers

        if name == KEYCARD:
            return [exchange_papers.keycard_paper(workspace, language)]
        if name == RECEIPT:
            return list(exchange_papers.receipt_papers(workspace, language, period))
        return [exchange_papers.consolidation(workspace, period, language)]
    if name not in (report.name for report in reports()):
        raise UsageFault("usage.report", name=name)
    if not workspace.branch and not branch and name in (kind.code for kind in monthly_registers()):
        from desktop_app.services.country_papers import country_form

        return [country_form(workspace, name, period, language)]
    papers = _papers(workspace, period, branch, language, revision)
    if name == MONTH:
        return list(papers.values())
    if name not in papers:
        raise Refusal("print.no_section", section=form_of(name).plural, period=period)
    return [papers[name]]


def _papers(
    workspace: Workspace, period: Period, branch: str, language: Language, revision: int
) -> dict[str, Document]:
    now = months.month(workspace, period, branch)
    made = long_date(workspace.today, language)
    listed = months.submissions(workspace, now.branch, period)
    wanted = next((r for r in reversed(listed) if r.values.revision == revision), None) if revision else None
    if revision and (wanted is None or not wanted.values.digest):
        known = ", ".join(str(r.values.revision) for r in listed if r.values.digest)
        raise Refusal("print.no_revision", period=period, revision=revision, known=known or "–")
    latest = wanted or (listed[-1] if listed else None)
    if latest is None or not latest.values.digest:
        return papers_of(workspace, draft_of(now, latest), language, made)
    kept = kept_of(workspace, latest)
    found = kept.papers.get(language) if kept else None
    if found:
        cell = None if sees_numbers(workspace) else hidden_text
        try:
            return {name: thaw(paper, made, workspace.today, cell) for name, paper in found.items()}
        except FrozenFault:
            pass  # kept by a newer version: made again below, tied only if what was signed still stands
    return papers_of(workspace, _made_again(workspace, latest, now), language, made)


def _made_again(workspace: Workspace, revision: Record, now: months.Month) -> Standing:
    """Return a revision whose papers are not here: tied only if what was signed still stands, and said where it does not."""
    standing = signed(revision, now.errors)
    reported = json.loads(revision.values.totals or "{}")
    with workspace.store.read() as reader:
        same = is_of(reader, revision.branch, now.period, standing.digest)
    if same:
        tallies = {
            code: {tuple(key.split("|")): n for key, n in found.items()} for code, found in reported.items()
        }
        return replace(standing, tallies=tallies)
    return replace(standing, digest="", notice="print.not_as_signed")


def print_report(
    workspace: Workspace,
    name: str,
    period: Period,
    out: Path,
    branch: str = "",
    language: Language | None = None,
    revision: int = 0,
) -> Path:
    """Write a report; the file's suffix says the format, ``revision`` which signed one (0: where the month stands).

    Raises:
        UsageFault: unknown report or format.
        EnvironmentFault: the file cannot be written.
    """
    workspace.demand("read")
    found = documents(workspace, name, period, branch, language, revision)
    if out.suffix.lower() == ".pdf":
        from desktop_app.reports.writers.pdf import write_pdf

        return write_pdf(found, out)
    if out.suffix.lower() == ".xlsx":
        from desktop_app.reports.writers.xlsx import write_xlsx

        return write_xlsx(found, out)
    raise UsageFault("usage.format", suffix=out.suffix)


def print_bytes(
    workspace: Workspace, name: str, period: Period, language: Language, revision: int = 0
) -> bytes:
    """Return the PDF of a report without a file: a print is personal data, and nothing of it is left on the disk.

    Raises:
        UsageFault: unknown report.
    """
    from desktop_app.reports.writers.pdf import pdf_bytes

    workspace.demand("read")
    return pdf_bytes(documents(workspace, name, period, "", language, revision))


def envelope_bytes(workspace: Workspace, phrase: str, language: Language) -> bytes:
    """Return the PDF of the sheet with the recovery phrase; it is never written to the disk."""
    from desktop_app.reports.writers.pdf import pdf_bytes
    from desktop_app.services.exchange_papers import envelope_paper

    return pdf_bytes([envelope_paper(workspace, phrase, language)])
