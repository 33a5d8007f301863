"""Findings of accessibility inspections: a visit is a sheet of items, each a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import Code, classifier
from desktop_app.domain.fields import Coded, Day, Measure, Money, Ref, Text
from desktop_app.domain.law.accessibility import NORM_VERSION, norm_met
from desktop_app.domain.register import DERIVED, MUST, SHOULD, Around, derive, register, rule

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
    state: Annotated[str | None, Coded("finding_states"), MUST] = None
    due: Annotated[date | None, Day("after")] = None
    fixed: Annotated[date | None, Day("after")] = None
    cost: Annotated[Decimal | None, Money()] = None
    note: Annotated[str | None, Text(long=True)] = None
    zone: Annotated[str | None, Coded("accessibility_zones"), DERIVED] = None
    norm_version: Annotated[str | None, Text(), DERIVED] = None


def item_code(f: Finding) -> Code | None:
    """Return the checklist item of a finding."""
    return classifier("accessibility_items").by_code.get(f.item or "")


def item_norm_met(item: Code, measured: Decimal) -> bool:
    """Tell whether a measured value meets the norm of a checklist item."""
    return norm_met(item.more["op"], Decimal(str(item.more["norm"])), measured)


@derive(Finding)
def _derive(f: Finding, around: Around) -> Mapping[str, Any]:
    item = item_code(f)
    return {"zone": item.more["zone"] if item else None, "norm_version": NORM_VERSION if item else None}


@rule(Finding, "finding.state_against_norm", Severity.ERROR, "access.norm")
def state_against_norm(f: Finding, around: Around) -> Problem | None:
    """The state must agree with the measured value and the norm."""
    item = item_code(f)
    if item is None or f.measured is None or f.state is None:
        return None
    met = item_norm_met(item, f.measured)
    if (met and f.state in OPEN_STATES) or (not met and f.state == "COMPLIANT"):
        return Problem("finding.norm_met" if met else "finding.norm_not_met", Severity.ERROR, ("state", "measured"),
                       {"measured": Measure().show(f.measured, "kk"), "norm": str(item.more["norm"]).replace(".", ",")})  # fmt: skip
    return None


@rule(
    Finding,
    "finding.overdue",
    Severity.WARNING,
    "access.road_map",
    wakes=lambda f: f.due + timedelta(days=1) if f.due and not f.fixed else None,
)
def overdue(f: Finding, around: Around) -> Problem | None:  # fmt: skip
    """An open finding is fixed by its due date."""
    if f.state not in OPEN_STATES or not f.due or f.fixed or around.today <= f.due:
        return None
    return Problem("finding.overdue", Severity.WARNING, ("fixed", "due"), {"due": f.due.strftime("%d.%m.%Y")})


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
