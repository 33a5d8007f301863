"""Gathers what the papers of the exchange need: the consolidation and the receipts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop_app.core.errors import Refusal
from desktop_app.core.i18n import Language, long_date, month_name, tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import branch_name, classifier
from desktop_app.domain.register import monthly_registers
from desktop_app.domain.registers.submission import Submission
from desktop_app.formdef.forms import form_of
from desktop_app.reports import consolidation as paper
from desktop_app.reports.document import Document, Facts, Heading, Table
from desktop_app.services.board import Board, board, bridge
from desktop_app.services.months import totals_reported
from desktop_app.services.peers import own_card, peers
from desktop_app.services.receipts import receipts
from desktop_app.services.words import place_words, short_digest
from desktop_app.services.workspace import Workspace

_OWED = ("LATE", "MISSING", "OPEN", "RETURNED", "CLOSED", "SENT")


def consolidation(workspace: Workspace, period: Period, language: Language) -> Document:
    """Return headquarters' consolidation of a month.

    Raises:
        Refusal: a branch has nothing to consolidate.
    """
    if workspace.branch:
        raise Refusal("consolidation.headquarters_only")
    year = board(workspace, Period(period.year, 1), Period(period.year, 12))
    known = _known(workspace, period)
    lines = tuple(_line(workspace, year, code, period, known, language) for code in year.branches)
    marks = tuple(
        (line.name, tuple(tr(language, f"board.{year.cell(line.code, p).state}") for p in year.periods))
        for line in lines
    )
    data = paper.Consolidation(
        period, tuple(form_of(kind.code).short.get(language) for kind in monthly_registers()), lines, marks,
        tuple(_gaps(year, period, language)), tuple(_bridges(workspace, period, language)), year.came(period),
        year.expected(period), year.share(period), long_date(workspace.today, language),
        tuple(_after_closing(year, period, language)), workspace.user, *consolidated(workspace, period), workspace.today,
    )  # fmt: skip
    return paper.consolidation(data, language)


def consolidated(workspace: Workspace, period: Period) -> tuple[str, str]:
    """Return short digest and tie of what a month's consolidation consists of; both empty where nothing came.

    The digest is over branch, revision and digest of every revision in force, in the order of the branches.
    """
    parts = [
        f"{branch}:{values.revision}:{values.digest}"
        for (branch, _), values in sorted(reported(workspace, period, period).items())
    ]
    if not parts:
        return "", ""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return short_digest(digest), f"TZC1:{period}:{len(parts)}:{digest[:32]}"


def reported(workspace: Workspace, first: Period, last: Period) -> dict[tuple[str, int], Submission]:
    """Return the last closed revision of each month of each branch."""
    found: dict[tuple[str, int], Submission] = {}
    with workspace.store.read() as reader:
        for record in reader.records("submission", "month BETWEEN ? AND ?", [first.number, last.number]):
            values = record.values
            known = found.get((record.branch, values.month))
            if values.digest and (known is None or (known.revision or 0) < values.revision):
                found[record.branch, values.month] = values
    return found


@dataclass(frozen=True, slots=True)
class OnScreen:
    """The consolidation as a screen shows it: its facts, and each table with the heading it stands under."""

    facts: tuple[str, ...]
    tables: tuple[tuple[str, Table], ...]


def on_screen(workspace: Workspace, period: Period, language: Language) -> OnScreen:
    """Return the tables of the very document that is printed.

    Raises:
        Refusal: a branch has nothing to consolidate.
    """
    facts: list[str] = []
    tables: list[tuple[str, Table]] = []
    heading = ""
    for block in consolidation(workspace, period, language).blocks:
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Facts):
            facts += [f"{name}: {value}" for name, value in block.pairs if name != tr(language, "cover.made")]
        elif isinstance(block, Table) and block.name != tr(
            language, "consolidation.year", year=str(period.year)
        ):  # the board shows the year
            tables.append((heading, block))
    return OnScreen(tuple(facts), tuple(tables))


def _known(workspace: Workspace, period: Period) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    with workspace.store.read() as reader:
        for kind in monthly_registers():
            for (branch, _), n in reader.counted(kind.code, period.number, period.number).items():
                found[branch, kind.code] = n
    return found


def _line(
    workspace: Workspace,
    year: Board,
    code: str,
    period: Period,
    known: dict[tuple[str, str], int],
    language: Language,
) -> paper.BranchLine:
    cell = year.cell(code, period)
    reported = totals_reported(workspace, period, code)
    figures = tuple(
        (
            sum(reported.get(kind.code, {}).values()) if reported is not None else None,
            known.get((code, kind.code), 0),
        )
        for kind in monthly_registers()
    )
    state = tr(language, f"board.{cell.state}")
    return paper.BranchLine(
        code, branch_name(code, language), state, cell.due, cell.closed, cell.received, cell.revision, figures
    )


def _gaps(year: Board, period: Period, language: Language) -> list[tuple[str, str, str]]:
    return [
        (branch_name(code, language), month_name(each, language), tr(language, f"board.{year.cell(code, each).state}"))
        for each in year.periods if each <= period
        for code in year.branches if year.cell(code, each).state in _OWED
    ]  # fmt: skip


def _after_closing(year: Board, period: Period, language: Language) -> list[tuple[str, str, int]]:
    return [
        (branch_name(code, language), month_name(each, language), year.cell(code, each).after_closing)
        for each in year.periods if each <= period
        for code in year.branches if year.cell(code, each).after_closing
    ]  # fmt: skip


def _bridges(
    workspace: Workspace, period: Period, language: Language
) -> list[tuple[str, tuple[paper.BridgeLine, ...]]]:
    found = []
    for kind in monthly_registers():
        lines = bridge(workspace, kind.code, period.year - 1, period.year)
        if any(line.then for line in lines):
            listed = tuple(
                paper.BridgeLine(
                    ", ".join(branch_name(c, language) for c in line.codes),
                    line.then,
                    line.now,
                    len(line.codes) > 1,
                )
                for line in lines
            )
            found.append((form_of(kind.code).plural.get(language), listed))
    return found


def local_moment(moment: str) -> str:
    """Return a moment as this place's clock shows it: 24.11.2026 23:18."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%d.%m.%Y %H:%M}"
    except ValueError:
        return moment


def receipt_papers(
    workspace: Workspace, language: Language, period: Period | None = None
) -> Sequence[Document]:
    """Return the receipts, newest first, each a document of its own; with ``period`` those that name the month.

    Raises:
        Refusal: no receipt came.
    """
    found = [
        one
        for one in receipts(workspace)
        if period is None or any(month[0] == period for month in one.months)
    ]
    if not found:
        raise Refusal("receipt.none")
    known = peers(workspace)
    states = classifier("submission_states")
    papers = []
    for one in found:
        signer = known.get(one.sender)
        months = tuple((month_name(p, language), revision, states.label(state, language), n, short_digest(digest))
                       for p, revision, state, digest, n in one.months)  # fmt: skip
        packages = tuple(
            (number, key, changes, local_moment(came)) for key, number, changes, came in one.packages
        )
        papers.append(paper.receipt_paper(paper.ReceiptPaper(
            branch_name(workspace.branch, language), signer.card.name if signer else one.sender,
            signer.card.fingerprint if signer else "", local_moment(one.moment), short_digest(one.digest), packages, months,
            f"TZR1:{one.package}:{one.digest[:32]}", workspace.today,
        ), language))  # fmt: skip
    return papers


def keycard_paper(workspace: Workspace, language: Language) -> Document:
    """Return the paper of this workstation's key: who it belongs to and the fingerprint, signed by hand."""
    card = own_card(workspace)
    return paper.keycard_paper(
        place_words(workspace.branch, language), card.name, card.workstation, card.fingerprint, long_date(workspace.today, language),
        workspace.user, workspace.today, language,
    )  # fmt: skip


def envelope_paper(workspace: Workspace, phrase: str, language: Language) -> Document:
    """Return the sheet that keeps the recovery phrase in a sealed envelope."""
    return paper.envelope_paper(
        place_words(workspace.branch, language), workspace.store.workstation, phrase,
        long_date(workspace.today, language), workspace.today, language,
    )  # fmt: skip
