"""Branch by month: where each month stands, how many came, and the comparison across branches that split."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from desktop_app.core.periods import Period, months_between
from desktop_app.domain.arithmetic import share
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.register import monthly_registers
from desktop_app.services.months import sum_of
from desktop_app.services.workspace import Workspace

CAME: Final = frozenset(("RECEIVED", "ACCEPTED", "NIL"))
"""States of a cell that count as submitted."""
STATES: Final = (
    "ACCEPTED",
    "RECEIVED",
    "NIL",
    "SENT",
    "CLOSED",
    "RETURNED",
    "OPEN",
    "LATE",
    "MISSING",
    "NOT_YET",
    "NONE",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one branch as headquarters knows it; the four days are kept apart.

    Attributes:
        state: a submission's state, or NIL (accepted or received with empty sections only), LATE (due and not
            here), MISSING (not here, not due), NOT_YET (month not over), NONE (the branch did not exist).
        locked: day from which the branch's own database refuses writes, the day of closing of the revision in force.
        records: records in the totals as reported.
        reported: total as reported with the last revision that came.
        known: total as known now.
        after_closing: changes after the closing that no reopening covers.
    """

    branch: str
    period: Period
    state: str
    revision: int
    due: date
    closed: date | None
    received: date | None
    locked: date | None
    reported: int | None
    known: int
    reason: str = ""
    after_closing: int = 0

    @property
    def has_come(self) -> bool:
        """Tell whether a revision was received."""
        return self.state in CAME

    @property
    def is_late(self) -> bool:
        """Tell whether it was closed after it was due, or is due and has not come."""
        return self.state == "LATE" or bool(self.closed and self.closed > self.due)


@dataclass(frozen=True, slots=True)
class Board:
    """All cells, by branch and month."""

    branches: tuple[str, ...]
    periods: tuple[Period, ...]
    cells: dict[tuple[str, int], Cell]

    def cell(self, branch: str, period: Period) -> Cell:
        """Return one cell."""
        return self.cells[branch, period.number]

    def expected(self, period: Period) -> int:
        """Return how many branches owe a month."""
        return sum(self.cell(b, period).state != "NONE" for b in self.branches)

    def came(self, period: Period) -> int:
        """Return how many branches' months were received; each branch counts once, whatever its revisions."""
        return sum(self.cell(b, period).has_come for b in self.branches)

    def share(self, period: Period) -> Decimal | None:
        """Return the share received in percent, never above 100; None where no branch owed the month."""
        return share(self.came(period), self.expected(period))


def board(workspace: Workspace, first: Period, last: Period, branches: Sequence[str] = ()) -> Board:
    """Return the board of a span of months."""
    codes = tuple(branches) or (
        (workspace.branch,) if workspace.branch else tuple(c.code for c in classifier("branches").codes)
    )
    periods = tuple(months_between(first, last))
    latest = _latest(workspace, first, last)
    known = _known(workspace, first, last)
    late = _after_closing(workspace)
    cells = {
        (code, period.number): replace(
            _cell(workspace, code, period, latest.get((code, period.number), []), known),
            after_closing=late.get((code, str(period.number)), 0),
        )
        for code in codes
        for period in periods
    }
    return Board(codes, periods, cells)


def _latest(workspace: Workspace, first: Period, last: Period) -> dict[tuple[str, int], list[Any]]:
    found: dict[tuple[str, int], list[Any]] = defaultdict(list)
    with workspace.store.read() as reader:
        span = [first.number, last.number]
        for record in reader.records("submission", "month BETWEEN ? AND ?", span):
            found[record.branch, record.values.month].append(record.values)
    return {key: sorted(listed, key=lambda v: v.revision) for key, listed in found.items()}


def _known(workspace: Workspace, first: Period, last: Period) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    with workspace.store.read() as reader:
        for kind in monthly_registers():
            found.update(reader.counted(kind.code, first.number, last.number))
    return found


def _after_closing(workspace: Workspace) -> dict[tuple[str, str], int]:
    """Return (branch, month) → changes that came after the closing, outside a reopening."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT branch, detail, count(*) FROM quarantine WHERE reason = 'after_closing' GROUP BY branch, detail"
        )
    return {(branch, period): int(n) for branch, period, n in rows}


def _cell(
    workspace: Workspace, code: str, period: Period, revisions: list[Any], known: Counter[tuple[str, int]]
) -> Cell:
    due = workspace.store.calendar().month_deadline(period.last_day, workspace.settings.deadline_working_day)
    values = revisions[-1] if revisions else None
    closed = next((v for v in reversed(revisions) if v.totals), None)
    totals = json.loads(closed.totals) if closed else None
    state = _state(workspace, code, period, revisions, due)
    returned = next((v for v in reversed(revisions) if v.state == "RETURNED"), None)
    return Cell(
        code, period, state, values.revision if values else 0, due,
        closed.closed if closed else None, next((v.received for v in reversed(revisions) if v.received), None),
        closed.closed if closed else None, sum_of(totals) if totals is not None else None,
        known[code, period.number], (returned.reason or "") if returned and state == "RETURNED" else "",
    )  # fmt: skip


def standing(states: Sequence[str]) -> str:
    """Return where a month stands by the states of its revisions; one open because of a return is a returned one."""
    return "RETURNED" if states[-2:] == ["RETURNED", "OPEN"] else states[-1]


def _state(workspace: Workspace, code: str, period: Period, revisions: list[Any], due: date) -> str:
    created = classifier("branches").by_code[code].valid_from
    if revisions:
        last = revisions[-1]
        if last.state == "OPEN" and len(revisions) > 1:
            return standing([v.state for v in revisions])
        if last.state in ("RECEIVED", "ACCEPTED") and last.sections:
            declared = set(json.loads(last.sections).values())
            return "NIL" if declared and "DATA" not in declared else str(last.state)
        if last.state != "OPEN":
            return str(last.state)
    if created and period.last_day < created:
        return "NONE"
    if period.last_day >= workspace.today:
        return "NOT_YET"
    return "LATE" if workspace.today > due else "MISSING"


@dataclass(frozen=True, slots=True)
class Bridge:
    """One line of a comparison of two years: a branch, with the branches that split from it where they did.

    Attributes:
        codes: branches counted together.
        then: figure of the earlier year.
        now: figure of the later one.
    """

    codes: tuple[str, ...]
    then: int
    now: int

    @property
    def change(self) -> int:
        """Return the growth."""
        return self.now - self.then


def bridge(workspace: Workspace, register: str, then: int, now: int) -> list[Bridge]:
    """Compare two years branch by branch.

    A branch that split between the years is compared together with what it split into: their sum is the one
    figure that means the same in both years.
    """
    figures: Counter[tuple[str, int]] = Counter()
    with workspace.store.read() as reader:
        for year in (then, now):
            for (branch, _), n in reader.counted(register, year * 100 + 1, year * 100 + 12).items():
                figures[branch, year] += n
    groups: dict[str, list[str]] = {}
    for code in classifier("branches").codes:
        parent = code.more.get("split_from")
        split = bool(parent) and code.valid_from is not None and code.valid_from.year >= then
        groups.setdefault(str(parent) if split else code.code, []).append(code.code)
    return [
        Bridge(tuple(sorted(codes, key=lambda c, first=first: (c != first, c))),  # type: ignore[misc]
               sum(figures[c, then] for c in codes), sum(figures[c, now] for c in codes))
        for first, codes in sorted(groups.items())
    ]  # fmt: skip
