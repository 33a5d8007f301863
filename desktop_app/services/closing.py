"""Closing a month, reopening named records by an order, and what changed between revisions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.errors import Refusal
from desktop_app.core.i18n import Language, tr
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record
from desktop_app.domain.register import monthly_registers, register_type
from desktop_app.formdef.forms import form_of
from desktop_app.services.month_papers import every_language, signed
from desktop_app.services.months import (
    Month,
    Rehearsal,
    as_json,
    blank,
    month,
    one_branch,
    orders_in_force,
    rehearsed,
    submissions,
    totals_now,
    wake,
)
from desktop_app.services.recording import Recorder
from desktop_app.services.short_ids import beginning_with, the_one
from desktop_app.services.signing import digest_of, keep
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

NEW_RECORDS: Final = "new"
"""Named in a reopening order, it lets records be added to the month."""
EVERY_RECORD: Final = "*"
"""Named in a reopening order, it opens the whole month."""


def close(
    workspace: Workspace, period: Period, *, branch: str = "", reason: str = "", executor: str = "", head: str = "", phone: str = "",
) -> Month:  # fmt: skip
    """Close a month: freeze its totals, keep the papers it is signed with, lock its records on every path.

    Raises:
        Refusal: no right, already closed, a section neither filled nor declared, or errors without a reason.
    """
    workspace.demand("close")
    branch = one_branch(workspace, branch)
    wake(workspace)
    from desktop_app.storage.tables import month_lock

    with workspace.store.transaction(workspace.user) as work:
        # Looked at while nobody else writes: what is frozen, printed and locked is one and the same.
        now = _closable(rehearsed(workspace, period, branch), period, reason)
        latest = next(reversed(submissions(workspace, branch, period)), None)
        base = latest or blank(branch, period, 1)
        after = base.with_values(
            state="CLOSED", sections=as_json({s.register: s.state for s in now.sections}),
            totals=as_json(totals_now(workspace, period, branch)), digest=digest_of(work.reader, branch, period),
            due=now.due, closed=workspace.today, executor=executor or base.values.executor, head=head or base.values.head,
            phone=phone or base.values.phone, reason=reason.strip() or None,
            difference=as_json(difference(workspace, period, branch)) if now.revision > 1 else None,
        )  # fmt: skip
        standing = replace(signed(after, now.errors), whole=True)
        after = keep(work, after, every_language(workspace, standing))
        Recorder(workspace, work).save([(latest, after)], "close", reason)
        revision = {"revision": now.revision}
        order = work.note("closed", "submission", after.id, branch, period.number, reason, revision)
        work.flush()
        work.insert(
            month_lock, [{"branch": branch, "period": period.number, "revision": now.revision, "hash": order}]
        )
    return month(workspace, period, branch)


def _closable(found: Rehearsal, period: Period, reason: str) -> Month:
    """Return the month as it stands, or say why it cannot be closed."""
    now = found.month
    if now.state != "OPEN":
        raise Refusal("month.already_closed", period=period)
    if found.blockers:
        first = found.blockers[0]
        params = {
            **first.params,
            **{name: form_of(str(code)).plural for name, code in first.params.items() if name == "section"},
        }
        raise Refusal(f"close.{first.code}", **{**params, "period": period})
    if now.errors and not reason.strip():
        raise Refusal("close.errors_need_reason", n=now.errors)
    return now


def reopen(
    workspace: Workspace, period: Period, records: Sequence[str], reason: str, until: date, branch: str = "",
) -> Month:  # fmt: skip
    """Open named records of a closed month until a day; ``new`` among them lets records be added.

    Raises:
        Refusal: no right, the month is open, no record or no reason named, a day gone by, a record of another month.
    """
    workspace.demand("reopen")
    branch = one_branch(workspace, branch)
    if until < workspace.today:
        raise Refusal("reopen.until_past", until=until)
    with workspace.store.transaction(workspace.user) as work:
        now = month(workspace, period, branch)
        if now.state == "OPEN" and not now.reopened_until and now.revision == 1:
            raise Refusal("month.is_open", period=period)
        if not reason.strip() or not records:
            raise Refusal("reopen.needs_reason_and_records")
        latest = submissions(workspace, branch, period)[-1]
        named = named_records(workspace, period, branch, records)
        order_reopening(workspace, work, latest, named, reason, until)
        work.flush()
    return month(workspace, period, branch)


def opened_records(workspace: Workspace, period: Period, branch: str = "") -> list[tuple[str, str]]:
    """Return (register, id) of each record that an order holds open today in a closed month.

    The register is empty for adding records (``new``) and for the whole month (``*``).
    """
    with workspace.store.read() as reader:
        orders = orders_in_force(reader, one_branch(workspace, branch), period, workspace.today)
        return [(_register_of(reader, record), record) for record, _ in orders]


def _register_of(reader: Reader, record: str) -> str:
    for kind in monthly_registers():
        if reader.rows(f"SELECT 1 FROM {kind.code} WHERE id = ?", [record]):
            return kind.code
    return ""


def opened_words(workspace: Workspace, register: str, record: str, language: Language) -> str:
    """Return what an order holds open for correction, in words."""
    if register:
        return tr(language, "reopen.record", title=workspace.store.ref_title(register, record))
    return tr(language, "reopen.whole" if record == EVERY_RECORD else "reopen.new")


def order_reopening(
    workspace: Workspace, work: Work, latest: Record, named: Sequence[str], reason: str, until: date
) -> None:
    """Write an order within a transaction: the next revision, its note in the log, what it opens."""
    branch, number = latest.branch, latest.values.month
    locked = latest.values.revision - (latest.values.state == "OPEN")
    order = {"records": list(named), "reason": reason, "until": until.isoformat(), "by": workspace.user}
    following = latest if latest.values.state == "OPEN" else _next_revision(latest, locked + 1)
    orders = [*json.loads(following.values.reopened or "[]"), order]
    before = following if following is latest else None
    Recorder(workspace, work).save([(before, following.with_values(reopened=as_json(orders)))], "set", reason)
    said = {"revision": locked, "records": list(named), "until": until.isoformat()}
    digest = work.note("reopen", "submission", following.id, branch, number, reason, said)
    work.send()
    work.run(
        "INSERT INTO reopening(branch, period, revision, record, until, hash) VALUES (?, ?, ?, ?, ?, ?)",
        [(branch, number, locked, record, until.isoformat(), digest) for record in named],
    )


def _next_revision(latest: Record, revision: int) -> Record:
    values = latest.values
    return blank(latest.branch, Period.from_number(values.month), revision).with_values(
        sections=values.sections, executor=values.executor, head=values.head, phone=values.phone
    )


def named_records(workspace: Workspace, period: Period, branch: str, records: Sequence[str]) -> list[str]:
    """Return whole ids of records named by their beginnings; ``new`` and ``*`` (all) stay as they are.

    Raises:
        Refusal: no such record in that month.
        UsageFault: several.
    """
    return [_named(workspace, period, branch, record) for record in records]


def _named(workspace: Workspace, period: Period, branch: str, record: str) -> str:
    if record in (NEW_RECORDS, EVERY_RECORD):
        return record
    codes = [kind.code for kind in monthly_registers()]
    found = the_one(workspace, record, beginning_with(workspace, record, codes, branch, period))
    if found is None:
        raise Refusal("reopen.no_such_record", record=record, period=period)
    return found[1]


def difference(workspace: Workspace, period: Period, branch: str) -> list[dict[str, Any]]:
    """Return what changed since the month was last closed: record, field, before, after, who, why."""
    found: list[dict[str, Any]] = []
    with workspace.store.read() as reader:
        since = reader.rows(
            "SELECT max(stamp) FROM change WHERE operation = 'closed' AND branch = ? AND period = ?",
            [branch, period.number],
        )[0][0]
        if not since:
            return []
        monthly = [kind.code for kind in monthly_registers()]
        marks = ",".join("?" * len(monthly))
        latest = next(reversed(submissions(workspace, branch, period)), None)
        orders = json.loads(latest.values.reopened or "[]") if latest else []
        rows = reader.rows(
            f"SELECT record, register, entry FROM change WHERE branch = ? AND period = ? AND stamp > ? AND register IN ({marks}) "
            "ORDER BY stamp", [branch, period.number, since, *monthly],
        )  # fmt: skip
        for record, register, entry in rows:
            body = json.loads(entry)
            title = _title(reader, register, record)
            why = body.get("why") or _ordered(orders, record)
            for name, value in body["set"].items():
                was = _value_before(reader, record, name, body["t"])
                found.append({"register": register, "record": record, "title": title, "field": name, "was": was,
                              "became": value, "by": body["u"], "why": why})  # fmt: skip
    return found


def _ordered(orders: Sequence[dict[str, Any]], record: str) -> str:
    """Return why a record was opened for correction: by the order that names it, else by one that opens others too."""
    for named in ((record,), (NEW_RECORDS, EVERY_RECORD)):
        for order in reversed(orders):
            if set(named) & set(order["records"]):
                return str(order["reason"])
    return ""


def _title(reader: Reader, register: str, record: str) -> str:
    found = reader.get(register, record)
    return register_type(register).title(found.values) if found else record


def _value_before(reader: Reader, record: str, field: str, stamp: str) -> Any:
    value = None
    for entry in reader.changes_of(record):
        body = json.loads(entry)
        if body["t"] >= stamp:
            break
        if field in body["set"]:
            value = body["set"][field]
    return value
