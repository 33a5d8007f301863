"""Disciplinary sanctions: Labour Code, arts 52 and 64–66."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, Final

from desktop_app.core.i18n import short_date
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Count, Day, Flag, Iin, Number, PersonName, Ref, Text, Title
from desktop_app.domain.law import labour
from desktop_app.domain.law.repeats import CANCELLED, earlier_ones, in_force_on, last_day
from desktop_app.domain.lettering import may_be_one
from desktop_app.domain.register import (
    DERIVED,
    MUST,
    SHOULD,
    SHOULD_TYPED,
    TYPED_ON,
    WANTED,
    Around,
    derive,
    register,
    rule,
)  # fmt: skip

_FINANCE: Final = "AUDIT_FINANCE"
_RISKY: Final = ("possible", "high")


@register(
    "sanction",
    dated_by="order_date",
    identity=(
        ("order_no", "order_date", "employee"),
        ("order_no", "order_date", "iin"),
        ("order_date", "kind", "committed", "employee"),
        ("order_date", "kind", "committed", "iin"),
    ),
    tallied=("type", "category", "kind"),
    peers_by="person",
    looks_at=("person",),
    titled_by=("employee", "order_no"),
    monthly=1,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """One order on one employee, told as the order tells it; ``person`` ties it to the employee's card."""

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
    explanation_asked: Annotated[date | None, Day("before"), SHOULD_TYPED] = None
    explained: Annotated[date | None, Day("before")] = None
    refusal_act: Annotated[str | None, Text()] = None
    refusal_act_date: Annotated[date | None, Day("before")] = None
    suspended: Annotated[int | None, Count()] = None
    type: Annotated[str | None, Coded("sanction_types", as_written="type_as"), MUST] = None
    type_as: Annotated[str | None, Text()] = None
    ground: Annotated[str | None, Coded("dismissal_grounds")] = None
    order_no: Annotated[str | None, Number(), MUST] = None
    order_date: Annotated[date | None, Day(), MUST] = None
    signed_by: Annotated[str | None, Text(), SHOULD_TYPED] = None
    announced: Annotated[date | None, Day("after"), WANTED] = None
    announced_how: Annotated[str | None, Coded("announce_ways")] = None
    letter_no: Annotated[str | None, Number()] = None
    appealed: Annotated[str | None, Coded("appeal_states")] = None
    lifted: Annotated[date | None, Day("after")] = None
    risk_marked: Annotated[bool | None, Flag()] = None
    note: Annotated[str | None, Text(long=True)] = None
    typed_on: Annotated[date | None, Day("after"), TYPED_ON] = None
    expires: Annotated[date | None, Day(), DERIVED] = None
    corruption: Annotated[str | None, Coded("corruption_risks"), DERIVED] = None


@derive(Sanction)
def _derive(s: Sanction, around: Around) -> Mapping[str, Any]:
    kind = classifier("violation_kinds").by_code.get(s.kind or "")
    return {"expires": last_day(s), "corruption": kind.more["corruption_risk"] if kind else None}


@rule(Sanction, "sanction.type_not_in_code", Severity.ERROR, "labour.64")
def type_not_in_code(s: Sanction, around: Around) -> Problem | None:
    """No sanction but remark, reprimand, severe reprimand and dismissal exists (art. 64(2))."""
    kind = classifier("sanction_types").by_code.get(s.type or "")
    if kind is None or kind.more.get("in_labour_code", True):
        return None
    return Problem("sanction.type_not_in_code", Severity.ERROR, ("type",), {"value": s.type_as or kind.label.kk})  # fmt: skip


@rule(Sanction, "sanction.type_as_missing", Severity.ERROR, "labour.64")
def type_as_missing(s: Sanction, around: Around) -> Problem | None:
    """A sanction that the Code does not know is named as the order names it."""
    kind = classifier("sanction_types").by_code.get(s.type or "")
    if kind is None or not kind.more.get("named_by_order") or s.type_as:
        return None
    return Problem("sanction.type_as_missing", Severity.ERROR, ("type_as",))


@rule(Sanction, "sanction.no_ground", Severity.ERROR, "labour.64.dismissal")
def no_ground(s: Sanction, around: Around) -> Problem | None:
    """A dismissal as a sanction stands on art. 52(1), subitems 8–18; asked of what was typed since the form asks."""
    if s.type != labour.DISMISSAL or s.ground or not s.typed_on:
        return None
    return Problem("sanction.no_ground", Severity.ERROR, ("ground", "type"))


@rule(Sanction, "sanction.ground_of_other_sanction", Severity.WARNING, "labour.64.dismissal")
def ground_of_other_sanction(s: Sanction, around: Around) -> Problem | None:
    """Only a dismissal has a ground of termination."""
    if not s.ground or s.type in (None, labour.DISMISSAL):
        return None
    return Problem("sanction.ground_of_other_sanction", Severity.WARNING, ("ground", "type"))


@rule(Sanction, "sanction.no_explanation", Severity.ERROR, "labour.65.explanation")
def no_explanation(s: Sanction, around: Around) -> Problem | None:
    """A written explanation is demanded first; without one an act is drawn up (art. 65(2))."""
    if s.explained or s.refusal_act or s.refusal_act_date or not s.order_date:
        return None
    return Problem("sanction.no_explanation", Severity.ERROR, ("explained", "refusal_act"))


@rule(Sanction, "sanction.explained_after_order", Severity.WARNING, "labour.65.explanation")
def explained_after_order(s: Sanction, around: Around) -> Problem | None:
    """The explanation comes before the order."""
    if s.explained and s.order_date and s.explained > s.order_date:
        return Problem("sanction.explained_after_order", Severity.WARNING, ("explained", "order_date"))
    return None


@rule(Sanction, "sanction.act_too_early", Severity.ERROR, "labour.65.explanation")
def act_too_early(s: Sanction, around: Around) -> Problem | None:
    """Without an explanation neither act nor order comes before two working days have passed (art. 65(2)).

    Where there is no act at all, that is said by a rule of its own.
    """
    if not s.explanation_asked or s.explained or not (s.refusal_act or s.refusal_act_date):
        return None
    last = labour.explanation_deadline(s.explanation_asked, around.calendar)
    for name in ("refusal_act_date", "order_date"):
        day = getattr(s, name)
        if day and s.explanation_asked <= day <= last:
            return Problem("sanction.act_too_early", Severity.ERROR, (name, "explanation_asked"),
                           {"last": short_date(last)})  # fmt: skip
    return None


@rule(Sanction, "sanction.late_after_discovery", Severity.ERROR, "labour.66.month")
def late_after_discovery(s: Sanction, around: Around) -> Problem | None:
    """The order comes within a month of discovery (art. 66(1))."""
    if not s.discovered or not s.order_date:
        return None
    last = labour.discovery_deadline(s.discovered, s.suspended or 0, around.calendar)
    if s.order_date <= last:
        return None
    return Problem("sanction.late_after_discovery", Severity.ERROR, ("order_date", "discovered", "suspended"),
                   {"last": short_date(last), "days": (s.order_date - last).days})  # fmt: skip


@rule(Sanction, "sanction.late_after_offence", Severity.ERROR, "labour.66.half_year")
def late_after_offence(s: Sanction, around: Around) -> Problem | None:
    """The order comes within six months of the offence, a year where a financial audit found it (art. 66(2))."""
    if not s.committed or not s.order_date:
        return None
    audit = s.source == _FINANCE
    last = labour.offence_deadline(s.committed, s.suspended or 0, around.calendar, audit=audit)
    if s.order_date <= last:
        return None
    return Problem("sanction.late_after_offence", Severity.ERROR, ("order_date", "committed", "source"),
                   {"last": short_date(last), "months": 12 if audit else 6})  # fmt: skip


@rule(Sanction, "sanction.announced_late", Severity.WARNING, "labour.65.announce")
def announced_late(s: Sanction, around: Around) -> Problem | None:
    """The order is announced under signature, or sent by letter, within three working days (art. 65(5))."""
    if not s.order_date or not s.announced:
        return None
    last = labour.announce_deadline(s.order_date, around.calendar)
    if s.announced <= last:
        return None
    return Problem(
        "sanction.announced_late", Severity.WARNING, ("announced", "order_date"), {"last": short_date(last)}
    )


def _days_of_announcing(s: Sanction) -> list[date]:
    """Return the days on which the term of announcing may have run out: how long it is, holidays decide."""
    if not s.order_date or s.announced or s.announced_how == "REFUSED":
        return []
    return [s.order_date + timedelta(days=n) for n in range(4, 16) if s.order_date.year < date.max.year]


@rule(Sanction, "sanction.not_announced", Severity.WARNING, "labour.65.announce", wakes=_days_of_announcing)
def not_announced(s: Sanction, around: Around) -> Problem | None:
    """An order that was not announced in time; a refusal to sign is noted in the order itself (art. 65(5))."""
    if not s.order_date or s.announced or s.announced_how == "REFUSED":
        return None
    last = labour.announce_deadline(s.order_date, around.calendar)
    if around.today <= last:
        return None
    return Problem(
        "sanction.not_announced", Severity.WARNING, ("announced", "announced_how"), {"last": short_date(last)}
    )


@rule(Sanction, "sanction.announced_how_missing", Severity.ERROR, "labour.65.announce")
def announced_how_missing(s: Sanction, around: Around) -> Problem | None:
    """Signature, note of refusal or letter: asked of what was typed since the form asks."""
    if not s.announced or s.announced_how or not s.typed_on:
        return None
    return Problem("sanction.announced_how_missing", Severity.ERROR, ("announced_how",))


@rule(Sanction, "sanction.letter_no_missing", Severity.WARNING, "labour.65.announce")
def letter_no_missing(s: Sanction, around: Around) -> Problem | None:
    """Who cannot be acquainted in person gets a letter with notice (art. 65(5))."""
    if s.announced_how != "LETTER" or s.letter_no:
        return None
    return Problem("sanction.letter_no_missing", Severity.WARNING, ("letter_no",))


_CHAINS: Final = (
    ("committed", "discovered", "order_date", "announced"),
    ("committed", "discovered", "explanation_asked", "explained"),
    ("explanation_asked", "refusal_act_date", "order_date"),
    ("committed", "refusal_act_date"),
)
"""Fields whose days follow one another. That an explanation came after the order is a rule of its own."""


@rule(Sanction, "sanction.dates_out_of_order", Severity.ERROR, "labour.65_66.order")
def dates_out_of_order(s: Sanction, around: Around) -> Iterator[Problem]:
    """Committed, discovered, explanation demanded and given (or an act drawn up), ordered, announced."""
    said = set()
    for chain in _CHAINS:
        known = [(name, day) for name in chain if (day := getattr(s, name))]
        for (first, before), (second, after) in pairwise(known):
            if before > after and (first, second) not in said:
                said.add((first, second))
                yield Problem("sanction.dates_out_of_order", Severity.ERROR, (second, first),
                              {"first": short_date(before), "second": short_date(after)})  # fmt: skip


@rule(Sanction, "sanction.second_for_offence", Severity.WARNING, "labour.65.one_offence")
def second_for_offence(s: Sanction, around: Around) -> Problem | None:
    """One offence, one sanction (art. 65(3)): same person, kind and day, another order.

    A warning: a person may do two things of one kind on one day. A cancelled sanction leaves room for another.
    """
    if not s.committed or not s.kind or not s.order_date or s.appealed == CANCELLED:
        return None
    for peer in around.peers:
        other = peer.values
        if not other.order_date or other.appealed == CANCELLED:
            continue
        same = other.committed == s.committed and other.kind == s.kind
        if same and (other.order_date, peer.id) < (s.order_date, around.self_id):
            return Problem("sanction.second_for_offence", Severity.WARNING, ("kind", "committed"),
                           {"order": other.order_no or "", "date": short_date(other.order_date)})  # fmt: skip
    return None


@rule(Sanction, "sanction.while_in_force", Severity.NOTE, "labour.52.repeat")
def while_in_force(s: Sanction, around: Around) -> Problem | None:
    """An offence of an employee who has a sanction opens dismissal for repeated breach (art. 52(1)16).

    It was committed after the earlier order and within its term: the day of the later order says nothing.
    """
    if not s.committed or s.appealed == CANCELLED:
        return None
    for peer in around.peers:
        last = last_day(peer.values)
        if last and in_force_on(peer.values, s.committed):
            return Problem("sanction.while_in_force", Severity.NOTE, ("committed", "order_date"),
                           {"order": peer.values.order_no or "", "until": short_date(last)})  # fmt: skip
    return None


@rule(Sanction, "sanction.fitness_due", Severity.WARNING, "note.fitness")
def fitness_due(s: Sanction, around: Around) -> Problem | None:
    """A repeat with corruption risk asks for a reasoned decision on fitness (recommendations 8.3.3, 8.7.3).

    Unfitness itself is proven by attestation only (Labour Code, art. 52(1)4).
    """
    earlier = earlier_ones(s, [p.values for p in around.peers], around.settings.repeat_window)
    if not earlier or not any(one.corruption in _RISKY for one in (s, *earlier)):
        return None
    return Problem("sanction.fitness_due", Severity.WARNING, ("employee",), {"times": len(earlier) + 1})


@rule(Sanction, "sanction.risk_mark_differs", Severity.NOTE, "violation_kinds")
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
