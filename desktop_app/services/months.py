"""The month: sections, rehearsal, closing, narrow reopening, what was reported and what is known now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from desktop_app.core.errors import Refusal, UsageFault
from desktop_app.core.ids import settled_id
from desktop_app.core.periods import Period, months_between
from desktop_app.core.problems import Located, Problem, Severity
from desktop_app.domain.record import Record, new_record
from desktop_app.domain.register import monthly_registers, register_type
from desktop_app.services.freshness import bring_up
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

SectionState = Literal["DATA", "NIL", "NOT_APPLICABLE", "MISSING"]
Totals = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Section:
    """One register's part of a month."""

    register: str
    state: SectionState
    count: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Month:
    """Where one month of a branch stands.

    Attributes:
        state: code of ``submission_states``.
        revision: the one in force, or the one being prepared.
        closed: day of closing, if closed.
        is_late: past its due date and not closed, or closed after it.
        reopened_until: last day of a reopening order in force, if any.
        order_reason: why it was reopened or returned.
    """

    period: Period
    branch: str
    state: str
    revision: int
    due: date
    closed: date | None
    sections: tuple[Section, ...]
    is_late: bool
    digest: str = ""
    reopened_until: date | None = None
    order_reason: str = ""

    @property
    def is_locked(self) -> bool:
        """Tell whether the month is closed: its records are read only."""
        return self.state != "OPEN"

    @property
    def errors(self) -> int:
        """Errors in all sections."""
        return sum(section.errors for section in self.sections)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Answer to «would headquarters accept this today?»; blockers must go, errors need a reason."""

    month: Month
    blockers: tuple[Problem, ...]
    problems: tuple[Located, ...]

    @property
    def is_acceptable(self) -> bool:
        """Tell whether the month could be closed and accepted without a reason."""
        return not self.blockers and not any(p.problem.severity is Severity.ERROR for p in self.problems)

    @property
    def verdict(self) -> str:
        """Code of what is said over the findings: a month that is closed is not judged as one still to be sent."""
        if self.month.is_locked:
            return "rehearse.is_closed"
        return "rehearse.yes" if self.is_acceptable else "rehearse.no"


def one_branch(workspace: Workspace, branch: str) -> str:
    """Return the branch meant: the one given, else the workspace's own."""
    found = branch or workspace.branch
    if not found:
        raise UsageFault("usage.branch_needed")
    return found


def _submission_id(branch: str, period: Period, revision: int) -> str:
    return settled_id("submission", branch, str(period), str(revision))


def _latest(reader: Reader, branch: str, period: Period) -> Record | None:
    found = list(reader.records("submission", "branch = ? AND month = ?", [branch, period.number]))
    return max(found, key=lambda r: r.values.revision) if found else None


def submissions(workspace: Workspace, branch: str, period: Period) -> list[Record]:
    """Return every revision of a month, oldest first."""
    with workspace.store.read() as reader:
        found = list(reader.records("submission", "branch = ? AND month = ?", [branch, period.number]))
    return sorted(found, key=lambda r: r.values.revision)


def _sections(
    reader: Reader, branch: str, period: Period, declared: dict[str, str], *, closed: bool
) -> tuple[Section, ...]:
    """Return the sections; those of a closed month are the ones it was signed with, as they were declared."""
    sections = []
    for kind in monthly_registers():
        if closed and declared and kind.code not in declared:
            continue
        count, errors, warnings = reader.rows(
            f"SELECT count(*), coalesce(sum(errors), 0), coalesce(sum(warnings), 0) FROM {kind.code} "
            "WHERE branch = ? AND period = ? AND void = ''", [branch, period.number],
        )[0]  # fmt: skip
        state: Any = "DATA" if count and not closed else declared.get(kind.code, "MISSING")
        sections.append(Section(kind.code, state, count, errors, warnings))
    return tuple(sections)


def month(workspace: Workspace, period: Period, branch: str = "") -> Month:
    """Return where a month stands."""
    branch = one_branch(workspace, branch)
    with workspace.store.read() as reader:
        return _month(workspace, reader, branch, period)


def _month(workspace: Workspace, reader: Reader, branch: str, period: Period) -> Month:
    due = workspace.store.calendar().month_deadline(period.last_day, workspace.settings.deadline_working_day)
    latest = _latest(reader, branch, period)
    values = latest.values if latest else None
    declared = json.loads(values.sections) if values and values.sections else {}
    state = values.state if values else "OPEN"
    closed = values.closed if values and state != "OPEN" else None
    until = max((day for _, day in orders_in_force(reader, branch, period, workspace.today)), default=None)
    return Month(
        period, branch, state, values.revision if values else 1, due, closed,
        _sections(reader, branch, period, declared, closed=state != "OPEN"), (closed or workspace.today) > due,
        (values.digest or "") if values else "", until, _order_reason(values) if until else "",
    )  # fmt: skip


def _order_reason(values: Any) -> str:
    orders = json.loads(values.reopened) if values and values.reopened else []
    return str(orders[-1]["reason"]) if orders else ""


def orders_in_force(reader: Reader, branch: str, period: Period, today: date) -> list[tuple[str, date]]:
    """Return what orders hold open today in a closed month: a record, ``new`` or ``*``, and until when."""
    rows = reader.rows(
        "SELECT record, max(until) FROM reopening WHERE branch = ? AND period = ? AND until >= ? AND revision = "
        "(SELECT max(revision) FROM month_lock WHERE branch = ? AND period = ?) GROUP BY record ORDER BY record",
        [branch, period.number, today.isoformat(), branch, period.number],
    )
    return [(str(record), date.fromisoformat(until)) for record, until in rows]


def closed_to(reader: Reader, branch: str, period: int, record: str, today: date) -> bool:
    """Tell whether a month is closed to a record (``new`` for one that is to be added)."""
    locked = reader.rows("SELECT 1 FROM month_lock WHERE branch = ? AND period = ? LIMIT 1", [branch, period])
    if not locked:
        return False
    held_open = {name for name, _ in orders_in_force(reader, branch, Period.from_number(period), today)}
    return not held_open & {record, "*"}


def months(workspace: Workspace, first: Period, last: Period, branch: str = "") -> list[Month]:
    """Return where each month of a span stands."""
    branch = one_branch(workspace, branch)
    with workspace.store.read() as reader:
        return [_month(workspace, reader, branch, period) for period in months_between(first, last)]


def declare(workspace: Workspace, period: Period, register: str, state: str, branch: str = "") -> Month:
    """Declare an empty section nil or not applicable; an empty ``state`` takes the declaration back.

    Raises:
        Refusal: the month is closed, or the section has records.
    """
    workspace.demand("enter")
    branch = one_branch(workspace, branch)
    with workspace.store.transaction(workspace.user) as work:
        now, latest = _month(workspace, work.reader, branch, period), _latest(work.reader, branch, period)
        if now.state != "OPEN":
            raise Refusal("month.closed")
        section = next(s for s in now.sections if s.register == register)
        if section.count and state:
            raise Refusal("month.section_has_records", count=section.count)
        declared = json.loads(latest.values.sections) if latest and latest.values.sections else {}
        declared[register] = state
        kept = {name: value for name, value in declared.items() if value}
        base = latest or blank(branch, period, 1)
        Recorder(workspace, work).save([(latest, base.with_values(sections=as_json(kept)))])
        work.flush()
    return month(workspace, period, branch)


def blank(branch: str, period: Period, revision: int) -> Record:
    """Return a revision of a month that is not stored yet."""
    return new_record(
        "submission",
        branch,
        _submission_id(branch, period, revision),
        month=period.number,
        revision=revision,
        state="OPEN",
    )


def as_json(data: Any) -> str:
    """Return compact JSON with sorted keys."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check(workspace: Workspace, period: Period | None = None, branch: str = "") -> list[Located]:
    """Return every problem of a month, or of all months; rules whose terms ran out are run anew first."""
    wake(workspace)
    return _problems(workspace, period, branch or workspace.branch)


def _problems(workspace: Workspace, period: Period | None, branch: str) -> list[Located]:
    first, last = (period.number, period.number) if period else (0, 999999)
    with workspace.store.read() as reader:
        found = reader.problems(branch, first, last, limit=1_000_000)
    monthly = {kind.code for kind in monthly_registers()}
    return [place for place in found if place.register in monthly]


def wake(workspace: Workspace) -> int:
    """Run the rules anew over records whose answer may have changed with the calendar; return how many."""
    bring_up(workspace)
    today = workspace.today.isoformat()

    def stale(reader: Reader) -> Iterator[Record]:
        for kind in monthly_registers():
            yield from reader.records(kind.code, "wake <> '' AND wake <= ? AND void = ''", [today])

    with workspace.store.read() as reader:
        if next(stale(reader), None) is None:
            return 0
    with workspace.store.transaction(workspace.user) as work:
        found = list(stale(work.reader))
        Recorder(workspace, work).recheck(found)
        work.flush()
    return len(found)


def rehearse(workspace: Workspace, period: Period, branch: str = "") -> Rehearsal:
    """Run headquarters' rules over a month as it is now."""
    wake(workspace)
    return rehearsed(workspace, period, branch)


def rehearsed(workspace: Workspace, period: Period, branch: str = "") -> Rehearsal:
    """Return what :func:`rehearse` does without running any rule anew: it reads only."""
    branch = one_branch(workspace, branch)
    found = _problems(workspace, period, branch)
    now = month(workspace, period, branch)
    blockers: list[Problem] = []
    if period.first_day > workspace.today:
        blockers.append(Problem("month.future", Severity.ERROR))
    blockers.extend(
        Problem("month.section_missing", Severity.ERROR, (section.register,), {"section": section.register})
        for section in now.sections if section.state == "MISSING"
    )  # fmt: skip
    if now.state == "OPEN":
        found = [*found, *_asked_for(undated(workspace, branch))]
    return Rehearsal(now, tuple(blockers), tuple(found))


def undated(workspace: Workspace, branch: str = "") -> dict[str, list[str]]:
    """Return register → ids of the live records without the date that puts them in a month."""
    found: dict[str, list[str]] = {}
    here, values = (" AND branch = ?", [branch]) if branch else ("", [])
    with workspace.store.read() as reader:
        for kind in monthly_registers():
            sql = f"SELECT id FROM {kind.code} WHERE period = 0 AND void = ''{here} ORDER BY rid"
            if ids := [str(key) for (key,) in reader.rows(sql, values)]:
                found[kind.code] = ids
    return found


def _asked_for(found: dict[str, list[str]]) -> list[Located]:
    """Return the undated records as what is to be looked at before a month closes: one may belong to it."""
    return [
        Located(Problem("record.undated", Severity.WARNING, (register_type(register).dated_by,)), register, key)
        for register, ids in found.items() for key in ids
    ]  # fmt: skip


def totals_now(workspace: Workspace, period: Period, branch: str) -> Totals:
    """Return register → codes of the tallied fields → count, as known now."""
    totals: Totals = {}
    with workspace.store.read() as reader:
        for kind in monthly_registers():
            rows = reader.tallies(kind.code, period.number, period.number, branch)
            totals[kind.code] = {"|".join(key): n for _, _, key, n in rows}
    return totals


def sum_of(totals: Totals) -> int:
    """Return how many records a month's totals count."""
    return sum(sum(found.values()) for found in totals.values())


def totals_reported(workspace: Workspace, period: Period, branch: str) -> Totals | None:
    """Return the totals frozen at the last closing, None when the month was never closed."""
    closed = [r for r in submissions(workspace, branch, period) if r.values.totals]
    return json.loads(closed[-1].values.totals) if closed else None


def last_signatories(workspace: Workspace) -> dict[str, str]:
    """Return executor, head and phone of the month closed last."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT executor, head, phone FROM submission WHERE branch = ? AND executor IS NOT NULL ORDER BY rid DESC LIMIT 1",
            [workspace.branch],
        )
    return (
        dict(zip(("executor", "head", "phone"), (text or "" for text in rows[0]), strict=True))
        if rows
        else {}
    )


def records_of(workspace: Workspace, period: Period, branch: str = "") -> list[tuple[str, str, str]]:
    """Return (register, id, title) of every live record of a month."""
    values = [branch or workspace.branch, period.number]
    with workspace.store.read() as reader:
        return [
            (kind.code, record.id, kind.title(record.values))
            for kind in monthly_registers()
            for record in reader.records(kind.code, "branch = ? AND period = ? AND void = ''", values)
        ]
