"""The demonstration: a country of twenty branches and a headquarters from the sample workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from desktop_app.core.errors import Refusal
from desktop_app.core.i18n import Language
from desktop_app.core.paths import DEMO_WORKBOOKS
from desktop_app.core.periods import Period, months_between
from desktop_app.services.board import board
from desktop_app.services.closing import close
from desktop_app.services.entry import load, save
from desktop_app.services.intake import import_workbooks
from desktop_app.services.months import declare, month, records_of
from desktop_app.services.peers import add_peer, card_text, peers
from desktop_app.services.receiving import receive
from desktop_app.services.sending import send
from desktop_app.services.verdicts import accept, return_month
from desktop_app.services.workspace import HEADQUARTERS, Workspace

PASSPHRASE: Final = "demonstration"  # noqa: S105 - invented data, told to everyone
MONTHS: Final = tuple(months_between(Period(2022, 1), Period(2023, 12)))
"""The months of the sample workbooks."""
_REASON: Final = "Деректер бастапқы құжаттармен салыстырылды"
_RETURNED: Final = "Бұйрық күнін бастапқы құжатпен салыстырыңыз"
_CHECKED: Final = "Басқарма аппаратының сұрауы бойынша бастапқы құжатпен салыстырылды"
Progress = Callable[[int, int, str], None]


def sample_workbooks() -> list[Path]:
    """Return the sample workbooks, one a branch, named by the branch's code."""
    return sorted(DEMO_WORKBOOKS.glob("*.xlsx"))


def make_branch(folder: Path, workbook: Path, passphrase: str, language: Language) -> Workspace:
    """Make one branch's workspace from its workbook and leave it open."""
    workspace = Workspace.create(folder, passphrase, branch=workbook.name[:2], language=language)
    import_workbooks(workspace, [workbook])
    return workspace


def make_country(
    folder: Path, passphrase: str, language: Language, progress: Progress | None = None
) -> dict[str, Path]:
    """Make twenty branches and a headquarters below ``folder`` and send two years of months to and fro.

    Each branch imports its workbook, closes its months and sends them; headquarters receives, returns two
    months, receives their corrected revisions and accepts everything; the branches have the receipts.

    Returns:
        Workspace by branch code, ``headquarters`` and ``exchange`` (the folder of packages).
    """
    workbooks = sample_workbooks()
    report = progress or (lambda _done, _count, _what: None)
    count = len(workbooks) + 3
    made = {HEADQUARTERS: folder / HEADQUARTERS, "exchange": folder / "exchange"}
    made["exchange"].mkdir(parents=True, exist_ok=True)
    place = str(made["exchange"])
    with Workspace.create(made[HEADQUARTERS], passphrase, language=language) as headquarters:
        for number, workbook in enumerate(workbooks):
            report(number, count, workbook.name)
            code = workbook.name[:2]
            made[code] = folder / f"branch-{code}"
            with make_branch(made[code], workbook, passphrase, language) as branch:
                _introduce(headquarters, branch)
                send(branch, place, close_all(branch))
        report(count - 3, count, HEADQUARTERS)
        receive(headquarters, [place])
        corrections = _return_two(headquarters)
        send(headquarters, place)
        for code, period in corrections:
            report(count - 2, count, made[code].name)
            with Workspace.open(made[code], passphrase) as branch:
                receive(branch, [place])
                _correct(branch, period)
                send(branch, place, [period])
        report(count - 1, count, HEADQUARTERS)
        receive(headquarters, [place])
        for code in (workbook.name[:2] for workbook in workbooks):
            accept(headquarters, code, _received_months(headquarters, code))
        send(headquarters, place)
    for code in (workbook.name[:2] for workbook in workbooks):
        with Workspace.open(made[code], passphrase) as branch:
            receive(branch, [place])
    report(count, count, "")
    return made


def _introduce(one: Workspace, other: Workspace) -> None:
    add_peer(one, card_text(other))
    add_peer(other, card_text(one))


def close_all(branch: Workspace) -> list[Period]:
    """Close every month of both years; empty sections are nil."""
    closed = []
    for period in MONTHS:
        for section in month(branch, period).sections:
            if section.state == "MISSING":
                declare(branch, period, section.register, "NIL")
        close(branch, period, reason=_REASON, executor="Орындаушы", head="Филиал директоры")
        closed.append(period)
    return closed


def _return_two(headquarters: Workspace) -> list[tuple[str, Period]]:
    """Send the last month of the first branch and the one before of the second back, one record named in each."""
    chosen = list(zip(_branches(headquarters)[:2], (MONTHS[-1], MONTHS[-2]), strict=True))
    for code, period in chosen:
        record = next(
            key for register, key, _ in records_of(headquarters, period, code) if register == "sanction"
        )
        return_month(headquarters, code, period, _RETURNED, [record])
    return chosen


def _branches(workspace: Workspace) -> list[str]:
    return sorted(peer.card.branch for peer in peers(workspace).values() if peer.card.branch)


def _correct(branch: Workspace, period: Period) -> None:
    """Do what a branch does with a returned month: look at the record that is open, write what was checked, close."""
    for register, key, _ in records_of(branch, period):
        record = load(branch, register, key)
        if record is None or register != "sanction":
            continue
        try:
            save(branch, record.with_values(note=_CHECKED), _CHECKED)
        except Refusal:
            continue  # closed, as every record is that the return does not name
    close(branch, period, reason=_REASON)


def _received_months(headquarters: Workspace, code: str) -> list[Period]:
    found = board(headquarters, MONTHS[0], MONTHS[-1], [code])
    return [p for p in found.periods if found.cell(code, p).has_come]
