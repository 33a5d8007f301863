"""Applications and complaints with the spot check: recorded against verified outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.fields import Coded, Day, IdNumber, Number, PersonName, Ref, Text
from desktop_app.domain.law import appeals
from desktop_app.domain.register import DERIVED, MUST, SHOULD, Around, derive, register, rule


@register(
    "complaint",
    dated_by="received",
    identity=(("reg_no",),),
    tallied=("kind", "applicant", "recorded", "verified", "lateness"),
    peers_by="reg_no",
    titled_by=("reg_no", "name"),
    monthly=2,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One appeal and, when drawn for the spot check, its real outcome beside the recorded one."""

    reg_no: Annotated[str | None, Number(), MUST] = None
    received: Annotated[date | None, Day(), MUST] = None
    kind: Annotated[str | None, Coded("appeal_kinds"), MUST] = None
    applicant: Annotated[str | None, Coded("applicant_types"), MUST] = None
    name: Annotated[str | None, PersonName(organisations=True)] = None
    id_no: Annotated[str | None, IdNumber()] = None
    department: Annotated[str | None, Ref("department"), SHOULD] = None
    service: Annotated[str | None, Coded("service_groups"), SHOULD] = None
    subject: Annotated[str | None, Coded("complaint_subjects"), SHOULD] = None
    due_entered: Annotated[date | None, Day("after")] = None
    extended: Annotated[date | None, Day("after")] = None
    replied: Annotated[date | None, Day("after")] = None
    recorded: Annotated[str | None, Coded("outcomes"), MUST] = None
    checked: Annotated[date | None, Day("after")] = None
    checked_by: Annotated[str | None, Text()] = None
    verified: Annotated[str | None, Coded("outcomes")] = None
    note: Annotated[str | None, Text(long=True)] = None
    due: Annotated[date | None, Day(), DERIVED] = None
    lateness: Annotated[str | None, Coded("lateness"), DERIVED] = None


def final_due(c: Complaint) -> date | None:
    """Return the day by which a reply counts as in time."""
    return c.extended or c.due


def _day_after_due(c: Complaint) -> date | None:
    last = final_due(c)
    return last + timedelta(days=1) if last and not c.replied else None


@derive(Complaint)
def _derive(c: Complaint, around: Around) -> Mapping[str, Any]:
    due = appeals.due_date(c.kind, c.received, around.calendar) if c.kind and c.received else None
    last = c.extended or due
    if c.replied is None:
        lateness = "UNANSWERED"
    else:
        lateness = "LATE" if last and c.replied > last else "IN_TIME"
    return {"due": due, "lateness": lateness}


@rule(Complaint, "complaint.late", Severity.WARNING, "appc.99")
def late(c: Complaint, around: Around) -> Problem | None:
    """A complaint is answered in 20 working days, other appeals in 15, or by the extended date."""
    last = final_due(c)
    if not c.replied or not last or c.replied <= last:
        return None
    return Problem("complaint.late", Severity.WARNING, ("replied", "extended"),
                   {"last": last.strftime("%d.%m.%Y"), "days": around.calendar.between(last, c.replied)})  # fmt: skip


@rule(
    Complaint,
    "complaint.unanswered",
    Severity.ERROR,
    "appc.91",
    wakes=lambda c: _day_after_due(c),
)
def unanswered(c: Complaint, around: Around) -> Problem | None:  # fmt: skip
    """No answer in time counts as refusal."""
    last = final_due(c)
    if c.replied or not last or around.today <= last:
        return None
    return Problem("complaint.unanswered", Severity.ERROR, ("replied",), {"last": last.strftime("%d.%m.%Y")})


@rule(Complaint, "complaint.outcome_differs", Severity.ERROR, "note.3.5")
def outcome_differs(c: Complaint, around: Around) -> Problem | None:
    """The spot check found another outcome than the one recorded."""
    if not c.verified or not c.recorded or c.verified == c.recorded:
        return None
    return Problem("complaint.outcome_differs", Severity.ERROR, ("recorded", "verified"))


@rule(Complaint, "complaint.due_differs", Severity.NOTE, "appc.99")
def due_differs(c: Complaint, around: Around) -> Problem | None:
    """The due date written by hand and the one by the working-day calendar should agree."""
    if not c.due_entered or not c.due or c.due_entered == c.due:
        return None
    return Problem(
        "complaint.due_differs", Severity.NOTE, ("due_entered",), {"due": c.due.strftime("%d.%m.%Y")}
    )


@rule(Complaint, "complaint.replied_before_received", Severity.ERROR, "appc.76")
def replied_before_received(c: Complaint, around: Around) -> Problem | None:
    """A reply comes after the appeal."""
    if c.replied and c.received and c.replied < c.received:
        return Problem("complaint.replied_before_received", Severity.ERROR, ("replied", "received"))
    return None


@rule(Complaint, "complaint.extension_too_long", Severity.ERROR, "appc.76")
def extension_too_long(c: Complaint, around: Around) -> Problem | None:
    """An extension is at most two months (art. 76)."""
    if not c.extended or not c.due or c.extended <= appeals.longest_extension(c.due):
        return None
    return Problem("complaint.extension_too_long", Severity.ERROR, ("extended",),
                   {"last": appeals.longest_extension(c.due).strftime("%d.%m.%Y")})  # fmt: skip


@rule(Complaint, "complaint.anonymous_considered", Severity.WARNING, "appc.anonymous")
def anonymous_considered(c: Complaint, around: Around) -> Problem | None:
    """Anonymous appeals are left without consideration save for signs of a crime."""
    considered = c.recorded in ("FAVOURABLE", "EXPLAINED", "UNSATISFIED")
    if c.applicant != "ANON" or not considered:
        return None
    return Problem("complaint.anonymous_considered", Severity.WARNING, ("recorded", "applicant"))


@rule(Complaint, "complaint.number_twice", Severity.WARNING, "eotinish.rules")
def number_twice(c: Complaint, around: Around) -> Problem | None:
    """An e-Otinish number is given once."""
    if not c.reg_no or not around.peers:
        return None
    return Problem("complaint.number_twice", Severity.WARNING, ("reg_no",), {"value": c.reg_no})


@rule(Complaint, "complaint.id_missing", Severity.WARNING, "eotinish.rules")
def id_missing(c: Complaint, around: Around) -> Problem | None:
    """The card of an appeal that is not anonymous names the applicant's IIN or BIN."""
    if c.id_no or c.applicant in (None, "ANON"):
        return None
    return Problem("complaint.id_missing", Severity.WARNING, ("id_no",))
