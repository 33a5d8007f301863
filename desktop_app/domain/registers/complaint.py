"""Applications and complaints with the spot check: recorded against verified outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Final

from desktop_app.core.i18n import short_date
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.fields import Coded, Day, IdNumber, Number, PersonName, Ref, Text
from desktop_app.domain.law import appeals
from desktop_app.domain.register import (
    DERIVED,
    MUST,
    MUST_TYPED,
    SHOULD,
    TYPED_ON,
    Around,
    derive,
    register,
    rule,
)

_COMPLAINT_BASES: Final = ("CONTESTED", "COMPLAINT", "SERVICE")


@register(
    "complaint",
    dated_by="received",
    identity=(("reg_no", "received"), ("reg_no", "name"), ("reg_no", "id_no")),
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
    registered: Annotated[date | None, Day("after"), MUST_TYPED] = None
    kind: Annotated[str | None, Coded("appeal_kinds"), MUST] = None
    basis: Annotated[str | None, Coded("appeal_bases"), MUST_TYPED] = None
    applicant: Annotated[str | None, Coded("applicant_types"), MUST] = None
    name: Annotated[str | None, PersonName(organisations=True)] = None
    id_no: Annotated[str | None, IdNumber()] = None
    department: Annotated[str | None, Ref("department"), SHOULD] = None
    service: Annotated[str | None, Coded("service_groups"), SHOULD] = None
    subject: Annotated[str | None, Coded("complaint_subjects"), SHOULD] = None
    due_entered: Annotated[date | None, Day("after")] = None
    extended: Annotated[date | None, Day("after")] = None
    prolonged_on: Annotated[date | None, Day("after")] = None
    prolong_notified: Annotated[date | None, Day("after")] = None
    forwarded_on: Annotated[date | None, Day("after")] = None
    forwarded_to: Annotated[str | None, Text()] = None
    replied: Annotated[date | None, Day("after")] = None
    recorded: Annotated[str | None, Coded("outcomes"), MUST] = None
    checked: Annotated[date | None, Day("after")] = None
    checked_by: Annotated[str | None, Text()] = None
    verified: Annotated[str | None, Coded("outcomes")] = None
    note: Annotated[str | None, Text(long=True)] = None
    typed_on: Annotated[date | None, Day("after"), TYPED_ON] = None
    due: Annotated[date | None, Day(), DERIVED] = None
    lateness: Annotated[str | None, Coded("lateness"), DERIVED] = None


def begun(c: Complaint) -> date | None:
    """Return the day from which the term is counted: of registration, else of arrival (APPC, art. 64(3), 76)."""
    return c.registered or c.received


def final_due(c: Complaint) -> date | None:
    """Return the day by which an answer counts as in time; an extension counts only where the law allows one."""
    first = begun(c)
    if c.extended and c.due and first and appeals.term_of(c.kind or "", c.basis, first).extension:
        return max(c.extended, c.due)
    return c.due


def _law(c: Complaint) -> str:
    """Return the key of the article that sets the term."""
    first = begun(c)
    return appeals.term_of(c.kind or "", c.basis, first).citation if first else "appeal.term"


def answered(c: Complaint) -> date | None:
    """Return the day of the answer; for a complaint about the branch itself forwarding it is one (art. 91(4))."""
    if c.basis == appeals.CONTESTED and c.forwarded_on:
        return min(c.forwarded_on, c.replied or c.forwarded_on)
    return c.replied


def _day_after_due(c: Complaint) -> date | None:
    last = final_due(c)
    return last + timedelta(days=1) if last and last < date.max and not answered(c) else None


@derive(Complaint)
def _derive(c: Complaint, around: Around) -> Mapping[str, Any]:
    first = begun(c)
    due = appeals.due_date(c.kind, first, around.calendar, c.basis) if c.kind and first else None
    last, done = final_due(replace(c, due=due)), answered(c)
    if done is None:
        lateness = "UNANSWERED"
    else:
        lateness = "LATE" if last and done > last else "IN_TIME"
    return {"due": due, "lateness": lateness}


@rule(Complaint, "complaint.late", Severity.WARNING, "appeal.term")
def late(c: Complaint, around: Around) -> Problem | None:
    """An appeal is answered within the term of its basis, or by the day to which it was lawfully extended."""
    last, done = final_due(c), answered(c)
    if not done or not last or done <= last:
        return None
    return Problem("complaint.late", Severity.WARNING, ("replied", "extended"),
                   {"last": short_date(last), "days": around.calendar.between(last, done), "law": _law(c)})  # fmt: skip


@rule(Complaint, "complaint.unanswered", Severity.ERROR, "appc.91", wakes=_day_after_due)
def unanswered(c: Complaint, around: Around) -> Problem | None:
    """No answer in time counts as refusal."""
    last = final_due(c)
    if answered(c) or not last or around.today <= last:
        return None
    return Problem("complaint.unanswered", Severity.ERROR, ("replied",), {"last": short_date(last)})


@rule(Complaint, "complaint.outcome_differs", Severity.WARNING, "eotinish.rules")
def outcome_differs(c: Complaint, around: Around) -> Problem | None:
    """The spot check found another outcome than the one recorded: the entry in e-Otinish is to be corrected.

    Found after the month was closed, it must not stop the branch's next revision.
    """
    if not c.verified or not c.recorded or c.verified == c.recorded:
        return None
    return Problem("complaint.outcome_differs", Severity.WARNING, ("recorded", "verified"))


@rule(Complaint, "complaint.due_differs", Severity.NOTE, "appeal.term")
def due_differs(c: Complaint, around: Around) -> Problem | None:
    """The due date written by hand and the one by the working-day calendar should agree."""
    if not c.due_entered or not c.due or c.due_entered == c.due:
        return None
    return Problem(
        "complaint.due_differs", Severity.NOTE, ("due_entered",), {"due": short_date(c.due), "law": _law(c)}
    )


@rule(Complaint, "complaint.replied_before_received", Severity.ERROR, "appc.76")
def replied_before_received(c: Complaint, around: Around) -> Problem | None:
    """A reply comes after the appeal."""
    if c.replied and c.received and c.replied < c.received:
        return Problem("complaint.replied_before_received", Severity.ERROR, ("replied", "received"))
    return None


@rule(Complaint, "complaint.registered_before_received", Severity.ERROR, "appc.64.registration")
def registered_before_received(c: Complaint, around: Around) -> Problem | None:
    """Nothing is registered before it came in."""
    if c.registered and c.received and c.registered < c.received:
        return Problem("complaint.registered_before_received", Severity.ERROR, ("registered", "received"))
    return None


@rule(Complaint, "complaint.registered_late", Severity.WARNING, "appc.64.registration")
def registered_late(c: Complaint, around: Around) -> Problem | None:
    """An appeal is registered on the day it came in; after hours or on a day off on the next working day."""
    if not c.registered or not c.received:
        return None
    last = appeals.registration_deadline(c.received, around.calendar)
    if c.registered <= last:
        return None
    return Problem(
        "complaint.registered_late", Severity.WARNING, ("registered", "received"), {"last": short_date(last)}
    )


@rule(Complaint, "complaint.basis_against_kind", Severity.WARNING, "appeal.term")
def basis_against_kind(c: Complaint, around: Around) -> Problem | None:
    """A complaint is lodged on the basis of a complaint, anything else on another one."""
    if not c.basis or not c.kind or (c.kind == "COMPLAINT") == (c.basis in _COMPLAINT_BASES):
        return None
    return Problem("complaint.basis_against_kind", Severity.WARNING, ("basis", "kind"))


@rule(Complaint, "complaint.extension_not_allowed", Severity.ERROR, "appc.76.extension")
def extension_not_allowed(c: Complaint, around: Around) -> Problem | None:
    """Only the term of an application is extended (art. 76(3)); a complaint is not (art. 99)."""
    first = begun(c)
    if not c.extended or not first or not c.kind or appeals.term_of(c.kind, c.basis, first).extension:
        return None
    last = c.due
    return Problem("complaint.extension_not_allowed", Severity.ERROR, ("extended", "kind"),
                   {"last": short_date(last) if last else "–"})  # fmt: skip


@rule(Complaint, "complaint.extension_too_long", Severity.ERROR, "appc.76.extension")
def extension_too_long(c: Complaint, around: Around) -> Problem | None:
    """An extension of an application is at most two months (art. 76(3))."""
    first = begun(c)
    if not c.extended or not first or not c.kind:
        return None
    last = appeals.longest_extension(c.kind, c.basis, first, around.calendar)
    if last is None or c.extended <= last:
        return None
    return Problem("complaint.extension_too_long", Severity.ERROR, ("extended",), {"last": short_date(last)})


@rule(Complaint, "complaint.extended_after_due", Severity.WARNING, "appc.76.extension")
def extended_after_due(c: Complaint, around: Around) -> Problem | None:
    """A term is extended while it runs."""
    if not c.prolonged_on or not c.due or c.prolonged_on <= c.due:
        return None
    return Problem(
        "complaint.extended_after_due", Severity.WARNING, ("prolonged_on",), {"last": short_date(c.due)}
    )


@rule(Complaint, "complaint.extension_notice_late", Severity.WARNING, "appc.76.extension")
def extension_notice_late(c: Complaint, around: Around) -> Problem | None:
    """The applicant is told of an extension within three working days."""
    if not c.prolonged_on or not c.prolong_notified:
        return None
    last = appeals.notice_deadline(c.prolonged_on, around.calendar)
    if c.prolong_notified <= last:
        return None
    return Problem("complaint.extension_notice_late", Severity.WARNING, ("prolong_notified", "prolonged_on"),
                   {"last": short_date(last)})  # fmt: skip


@rule(Complaint, "complaint.forwarded_late", Severity.WARNING, "appc.forward")
def forwarded_late(c: Complaint, around: Around) -> Problem | None:
    """What another body decides is sent to it within three working days; a contested act has the rule of its term."""
    first = begun(c)
    if not c.forwarded_on or not first or c.basis == appeals.CONTESTED:
        return None
    last = appeals.forward_deadline(first, around.calendar)
    if c.forwarded_on <= last:
        return None
    return Problem(
        "complaint.forwarded_late", Severity.WARNING, ("forwarded_on",), {"last": short_date(last)}
    )


@rule(Complaint, "complaint.anonymous_considered", Severity.WARNING, "appc.anonymous")
def anonymous_considered(c: Complaint, around: Around) -> Problem | None:
    """Anonymous appeals are not considered; signs of a crime or a threat to security are forwarded at once."""
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
