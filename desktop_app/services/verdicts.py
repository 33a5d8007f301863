"""Headquarters' answers to a month: accepted, or returned with a reason and named records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from desktop_app.core.errors import Refusal
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record
from desktop_app.services.closing import EVERY_RECORD, named_records, order_reopening
from desktop_app.services.months import Month, month, submissions
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace

_ANSWERABLE: Final = ("RECEIVED", "ACCEPTED")
_DAYS: Final = 10
"""Days a branch has to correct a returned month, unless the return says otherwise."""


def accept(workspace: Workspace, branch: str, periods: Sequence[Period]) -> list[Month]:
    """Accept received months; an accepted one stays as it is.

    Raises:
        Refusal: no right, not at headquarters, or a month that was not received.
    """
    pairs: list[tuple[Record | None, Record]] = []
    with workspace.store.transaction(workspace.user) as work:
        for period in periods:
            latest = _received(workspace, branch, period)
            if latest.values.state == "RECEIVED":
                pairs.append((latest, latest.with_values(state="ACCEPTED")))
        Recorder(workspace, work).save(pairs, "accepted")
        work.flush()
    return [month(workspace, period, branch) for period in periods]


def return_month(
    workspace: Workspace, branch: str, period: Period, reason: str, records: Sequence[str] = (),
    until: date | None = None,
) -> Month:  # fmt: skip
    """Send a month back: exactly the named records open again at the branch, the whole month when none is named.

    Raises:
        Refusal: no right, not at headquarters, no reason, a month not received, or no such record.
    """
    if not reason.strip():
        raise Refusal("return.needs_reason")
    last = until or workspace.today + timedelta(days=_DAYS)
    if last < workspace.today:
        raise Refusal("reopen.until_past", until=last)
    with workspace.store.transaction(workspace.user) as work:
        latest = _received(workspace, branch, period)
        named = named_records(workspace, period, branch, records) or [EVERY_RECORD]
        returned = latest.with_values(state="RETURNED", reason=reason.strip())
        saved = Recorder(workspace, work).save([(latest, returned)], "returned", reason)[0]
        work.send()
        order_reopening(workspace, work, saved, named, reason.strip(), last)
        work.flush()
    return month(workspace, period, branch)


def _received(workspace: Workspace, branch: str, period: Period) -> Record:
    workspace.demand("accept")
    if workspace.branch:
        raise Refusal("return.headquarters_only")
    latest = next(reversed(submissions(workspace, branch, period)), None)
    if latest is None or latest.values.state not in _ANSWERABLE:
        raise Refusal("return.not_received", branch=branch, period=period)
    return latest
