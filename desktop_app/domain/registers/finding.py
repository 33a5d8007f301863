"""Findings of accessibility inspections: a visit is a sheet of items, each a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from desktop_app.core.i18n import short_date
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import Code, classifier
from desktop_app.domain.fields import Coded, Day, Flag, Measure, Money, Ref, Text
from desktop_app.domain.law.accessibility import Norm, norm_of
from desktop_app.domain.register import DERIVED, MUST, SHOULD, TYPED_ON, Around, derive, register, rule

OPEN_STATES = ("NON_COMPLIANT", "PARTIAL")


@register(
    "finding",
    dated_by="visited",
    identity=(("department", "visited", "item"),),
    apart=("measured",),
    tallied=("zone", "state"),
    peers_by="",
    titled_by=("item", "visited"),
    monthly=3,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """State of one item of the checklist at one visit; ``measured_as`` is the value as it was written."""

    department: Annotated[str | None, Ref("department"), MUST] = None
    visited: Annotated[date | None, Day(), MUST] = None
    item: Annotated[str | None, Coded("accessibility_items", with_code=True), MUST] = None
    measured: Annotated[Decimal | None, Measure("item", "measured_as"), SHOULD] = None
    measured_as: Annotated[str | None, Text()] = None
    condition: Annotated[bool | None, Flag()] = None
    state: Annotated[str | None, Coded("finding_states"), MUST] = None
    due: Annotated[date | None, Day("after")] = None
    fixed: Annotated[date | None, Day("after")] = None
    cost: Annotated[Decimal | None, Money()] = None
    note: Annotated[str | None, Text(long=True)] = None
    typed_on: Annotated[date | None, Day("after"), TYPED_ON] = None
    zone: Annotated[str | None, Coded("accessibility_zones"), DERIVED] = None
    norm_version: Annotated[str | None, Coded("norm_clauses"), DERIVED] = None


def item_code(f: Finding) -> Code | None:
    """Return the checklist item of a finding."""
    return classifier("accessibility_items").by_code.get(f.item or "")


def norm_for(f: Finding, around: Around) -> Norm | None:
    """Return the norm by which a finding is judged: of the edition of its visit, or of the day it was typed."""
    item = item_code(f)
    return (
        norm_of(item.code, item.more, f.visited or f.typed_on or around.today, f.typed_on) if item else None
    )


@derive(Finding)
def _derive(f: Finding, around: Around) -> Mapping[str, Any]:
    item, norm = item_code(f), norm_for(f, around)
    return {
        "zone": item.more["zone"] if item else None,
        "norm_version": (norm.source or None) if norm else None,
    }


def _against_norm(f: Finding, around: Around, code: str, *, met: bool) -> Problem | None:
    """Return that state and measured value disagree about the norm; of a norm not confirmed only as a warning."""
    norm = norm_for(f, around)
    if norm is None or f.measured is None or norm.is_met(f.measured, condition=bool(f.condition)) is not met:
        return None
    weight = Severity.ERROR if norm.is_sure else Severity.WARNING
    return Problem(code, weight, ("state", "measured"), {
        "measured": Measure().show(f.measured, "kk"), "norm": Measure().show(norm.value, "kk"), "clause": norm.source,
    })  # fmt: skip


@rule(Finding, "finding.norm_met", Severity.ERROR, "access.norm")
def norm_met(f: Finding, around: Around) -> Problem | None:
    """A value that meets the norm is not found non-compliant."""
    return _against_norm(f, around, "finding.norm_met", met=True) if f.state in OPEN_STATES else None


@rule(Finding, "finding.norm_not_met", Severity.ERROR, "access.norm")
def norm_not_met(f: Finding, around: Around) -> Problem | None:
    """A value that does not meet the norm is not found compliant."""
    return _against_norm(f, around, "finding.norm_not_met", met=False) if f.state == "COMPLIANT" else None


@rule(Finding, "finding.no_exception", Severity.NOTE, "access.norm")
def no_exception(f: Finding, around: Around) -> Problem | None:
    """The exception for cramped conditions stands only where the norm of the item has one."""
    norm = norm_for(f, around)
    if not f.condition or norm is None or norm.exception is not None:
        return None
    return Problem("finding.no_exception", Severity.NOTE, ("condition",))


@rule(
    Finding,
    "finding.overdue",
    Severity.WARNING,
    "access.road_map",
    wakes=lambda f: f.due + timedelta(days=1) if f.due and f.due < date.max and not f.fixed else None,
)
def overdue(f: Finding, around: Around) -> Problem | None:  # fmt: skip
    """An open finding is fixed by its due date."""
    if f.state not in OPEN_STATES or not f.due or f.fixed or around.today <= f.due:
        return None
    return Problem("finding.overdue", Severity.WARNING, ("fixed", "due"), {"due": short_date(f.due)})


@rule(Finding, "finding.fixed_before_found", Severity.ERROR, "access.road_map")
def fixed_before_found(f: Finding, around: Around) -> Problem | None:
    """Nothing is fixed before it was found."""
    if f.fixed and f.visited and f.fixed < f.visited:
        return Problem("finding.fixed_before_found", Severity.ERROR, ("fixed", "visited"))
    return None


@rule(Finding, "finding.fixed_and_state", Severity.WARNING, "access.road_map")
def fixed_and_state(f: Finding, around: Around) -> Problem | None:
    """State «fixed» and the date of fixing go together."""
    if (f.state == "FIXED") == bool(f.fixed) or f.state is None:
        return None
    return Problem("finding.fixed_and_state", Severity.WARNING, ("fixed", "state"))


@rule(Finding, "finding.no_due", Severity.WARNING, "access.road_map")
def no_due(f: Finding, around: Around) -> Problem | None:
    """An open finding has a due date."""
    if f.state not in OPEN_STATES or f.due:
        return None
    return Problem("finding.no_due", Severity.WARNING, ("due",))
