"""Disciplinary sanctions: Labour Code, arts 64–66."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from desktop_app.core.periods import add_months
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Count, Day, Flag, Iin, Number, PersonName, Ref, Text, Title
from desktop_app.domain.law import labour
from desktop_app.domain.lettering import may_be_one
from desktop_app.domain.register import DERIVED, MUST, SHOULD, WANTED, Around, Peer, derive, register, rule


@register(
    "sanction",
    dated_by="order_date",
    identity=(("order_no", "order_date", "employee"), ("order_no", "order_date", "iin")),
    tallied=("type", "category", "kind"),
    peers_by="person",
    looks_at=("person",),
    titled_by=("employee", "order_no"),
    monthly=1,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """One order on one employee.

    ``employee``, ``iin``, ``department`` and ``position`` are what the order says; ``person`` ties
    it to the employee's card.
    """

    employee: Annotated[str | None, PersonName(), MUST] = None
    iin: Annotated[str | None, Iin(), SHOULD] = None
    person: Annotated[str | None, Ref("person")] = None
    department: Annotated[str | None, Ref("department"), SHOULD] = None
    position: Annotated[str | None, Title(), MUST] = None
    category: Annotated[str | None, Coded("position_categories"), MUST] = None
    kind: Annotated[str | None, Coded("violation_kinds"), MUST] = None
    violation_no: Annotated[str | None, Number()] = None
    source: Annotated[str | None, Coded("discovery_sources")] = None
    committed: Annotated[date | None, Day("before"), SHOULD] = None
    discovered: Annotated[date | None, Day("before"), SHOULD] = None
    explained: Annotated[date | None, Day("before")] = None
    refusal_act: Annotated[str | None, Text()] = None
    suspended: Annotated[int | None, Count()] = None
    type: Annotated[str | None, Coded("sanction_types"), MUST] = None
    order_no: Annotated[str | None, Number(), MUST] = None
    order_date: Annotated[date | None, Day(), MUST] = None
    announced: Annotated[date | None, Day("after"), WANTED] = None
    appealed: Annotated[str | None, Coded("appeal_states")] = None
    lifted: Annotated[date | None, Day("after")] = None
    risk_marked: Annotated[bool | None, Flag()] = None
    note: Annotated[str | None, Text(long=True)] = None
    expires: Annotated[date | None, Day(), DERIVED] = None
    corruption: Annotated[str | None, Coded("corruption_risks"), DERIVED] = None


@derive(Sanction)
def _derive(s: Sanction, around: Around) -> Mapping[str, Any]:
    kind = classifier("violation_kinds").by_code.get(s.kind or "")
    return {
        "expires": labour.in_force_until(s.order_date) if s.order_date else None,
        "corruption": kind.more["corruption_risk"] if kind else None,
    }


def in_force_on(s: Sanction, day: date) -> bool:
    """Tell whether a sanction is in force on a day: until it expires, is lifted or cancelled (art. 66)."""
    if s.order_date is None or s.expires is None or s.appealed == "CANCELLED":
        return False
    return s.order_date < day <= min(s.expires, s.lifted or s.expires)


def is_repeat(s: Sanction, peers: tuple[Peer, ...], window: str) -> int:
    """Return how many earlier sanctions of the person count under the repeat setting."""
    if s.order_date is None:
        return 0
    earlier = [p.values for p in peers if p.values.order_date and p.values.order_date < s.order_date]
    if window == "12months":
        since = add_months(s.order_date, -12)
        earlier = [e for e in earlier if e.order_date >= since]
    elif window == "in_force":
        earlier = [e for e in earlier if in_force_on(e, s.order_date)]
    return len(earlier)


@rule(Sanction, "sanction.type_not_in_code", Severity.ERROR, "labour.64")
def type_not_in_code(s: Sanction, around: Around) -> Problem | None:
    """No sanction but remark, reprimand, severe reprimand and dismissal exists (art. 64(2))."""
    kind = classifier("sanction_types").by_code.get(s.type or "")
    if kind is None or kind.more.get("in_labour_code", True):
        return None
    return Problem("sanction.type_not_in_code", Severity.ERROR, ("type",), {"value": kind.label.kk})


@rule(Sanction, "sanction.no_explanation", Severity.ERROR, "labour.65.explanation")
def no_explanation(s: Sanction, around: Around) -> Problem | None:
    """A written explanation is demanded first; without one an act is drawn up (art. 65(2))."""
    if s.explained or s.refusal_act or not s.order_date:
        return None
    return Problem("sanction.no_explanation", Severity.ERROR, ("explained", "refusal_act"))


@rule(Sanction, "sanction.explained_after_order", Severity.WARNING, "labour.65.explanation")
def explained_after_order(s: Sanction, around: Around) -> Problem | None:
    """The explanation comes before the order."""
    if s.explained and s.order_date and s.explained > s.order_date:
        return Problem("sanction.explained_after_order", Severity.WARNING, ("explained", "order_date"))
    return None


@rule(Sanction, "sanction.late_after_discovery", Severity.ERROR, "labour.66.month")
def late_after_discovery(s: Sanction, around: Around) -> Problem | None:
    """The order comes within a month of discovery (art. 66(1))."""
    if not s.discovered or not s.order_date:
        return None
    last = labour.discovery_deadline(s.discovered, s.suspended or 0, around.calendar)
    if s.order_date <= last:
        return None
    return Problem(
        "sanction.late_after_discovery", Severity.ERROR, ("order_date", "discovered", "suspended"),
        {"last": last.strftime("%d.%m.%Y"), "days": (s.order_date - last).days},
    )  # fmt: skip


@rule(Sanction, "sanction.late_after_offence", Severity.ERROR, "labour.66.half_year")
def late_after_offence(s: Sanction, around: Around) -> Problem | None:
    """The order comes within six months of the offence, a year where an audit found it (art. 66(1))."""
    if not s.committed or not s.order_date:
        return None
    audit = s.source == "AUDIT"
    last = labour.offence_deadline(s.committed, s.suspended or 0, around.calendar, audit=audit)
    if s.order_date <= last:
        return None
    return Problem(
        "sanction.late_after_offence", Severity.ERROR, ("order_date", "committed", "source"),
        {"last": last.strftime("%d.%m.%Y"), "months": 12 if audit else 6},
    )  # fmt: skip


@rule(
    Sanction,
    "sanction.announced_late",
    Severity.WARNING,
    "labour.65.announce",
    wakes=lambda s: (
        date.fromordinal(s.order_date.toordinal() + 4) if s.order_date and not s.announced else None
    ),
)
def announced_late(s: Sanction, around: Around) -> Problem | None:  # fmt: skip
    """The order is announced under signature within three working days (art. 65(4))."""
    if not s.order_date:
        return None
    last = labour.announce_deadline(s.order_date, around.calendar)
    if s.announced and s.announced > last:
        return Problem("sanction.announced_late", Severity.WARNING, ("announced", "order_date"),
                       {"last": last.strftime("%d.%m.%Y")})  # fmt: skip
    if not s.announced and around.today > last:
        return Problem("sanction.not_announced", Severity.WARNING, ("announced",),
                       {"last": last.strftime("%d.%m.%Y")})  # fmt: skip
    return None


@rule(Sanction, "sanction.dates_out_of_order", Severity.ERROR, "labour.66.month")
def dates_out_of_order(s: Sanction, around: Around) -> Iterator[Problem]:
    """Committed, discovered, ordered, announced follow one another."""
    chain = ("committed", "discovered", "order_date", "announced")
    for first, second in zip(chain, chain[1:], strict=False):
        before, after = getattr(s, first), getattr(s, second)
        if before and after and before > after:
            yield Problem("sanction.dates_out_of_order", Severity.ERROR, (second, first),
                          {"first": before.strftime("%d.%m.%Y"), "second": after.strftime("%d.%m.%Y")})  # fmt: skip


@rule(Sanction, "sanction.second_for_offence", Severity.ERROR, "labour.64.one_offence")
def second_for_offence(s: Sanction, around: Around) -> Problem | None:
    """One offence, one sanction (art. 64(3)): same person, same kind, same day, another order."""
    if not s.committed or not s.kind or not s.order_date:
        return None
    for peer in around.peers:
        other = peer.values
        same = other.committed == s.committed and other.kind == s.kind
        later = (other.order_date, peer.id) < (s.order_date, around.self_id) if other.order_date else False
        if same and later:
            return Problem("sanction.second_for_offence", Severity.ERROR, ("kind", "committed"),
                           {"order": other.order_no or "", "date": other.order_date.strftime("%d.%m.%Y")})  # fmt: skip
    return None


@rule(Sanction, "sanction.while_in_force", Severity.NOTE, "labour.52.repeat")
def while_in_force(s: Sanction, around: Around) -> Problem | None:
    """A sanction while an earlier one is in force opens dismissal for repeated breach (art. 52(1)16)."""
    if not s.order_date:
        return None
    for peer in around.peers:
        if in_force_on(peer.values, s.order_date):
            return Problem("sanction.while_in_force", Severity.NOTE, ("order_date",),
                           {"order": peer.values.order_no or "", "until": peer.values.expires.strftime("%d.%m.%Y")})  # fmt: skip
    return None


@rule(Sanction, "sanction.fitness_due", Severity.WARNING, "note.8.3.3")
def fitness_due(s: Sanction, around: Around) -> Problem | None:
    """A repeat with corruption risk asks for a reasoned decision on fitness (recommendations 8.3.3, 8.7.3)."""
    times = is_repeat(s, around.peers, around.settings.repeat_window)
    risky = s.corruption in ("possible", "high") or any(
        p.values.corruption in ("possible", "high") for p in around.peers
    )
    if not times or not risky:
        return None
    return Problem("sanction.fitness_due", Severity.WARNING, ("employee",), {"times": times + 1})


@rule(Sanction, "sanction.risk_mark_differs", Severity.NOTE, "law.anticorruption.8")
def risk_mark_differs(s: Sanction, around: Around) -> Problem | None:
    """The mark of corruption risk and the risk of the offence's kind should agree."""
    if s.risk_marked is None or s.corruption is None or s.risk_marked == (s.corruption == "high"):
        return None
    return Problem("sanction.risk_mark_differs", Severity.NOTE, ("risk_marked", "kind"))


@rule(Sanction, "person.two_cards", Severity.ERROR, "person.card")
def two_cards(s: Sanction, around: Around) -> Problem | None:
    """The name and the number of an order belong to one employee, else the law is applied to another."""
    card = around.links.get("person")
    if card is None or not (s.employee and card.name and s.iin and s.iin == card.iin):
        return None
    if may_be_one(s.employee, card.name):
        return None
    return Problem("person.two_cards", Severity.ERROR, ("iin", "employee"), {"iin": s.iin, "name": card.name})
