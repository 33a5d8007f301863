"""Disciplinary sanctions: terms of the Labour Code (414-V of 23.11.2015), arts 13 and 64–66."""

from __future__ import annotations

from datetime import date
from typing import Final

from desktop_app.domain.law.calendar import WorkingCalendar
from desktop_app.domain.law.terms import term

DISMISSAL: Final = "DISMISSAL"


def in_force_until(order_date: date, kind: str | None = None) -> date | None:
    """Return the last day of a sanction: six months from the order; a dismissal has no term (art. 66(4))."""
    if kind == DISMISSAL:
        return None
    return half_year_after(order_date)


def half_year_after(order_date: date) -> date:
    """Return the day six months after an order, whatever the sanction (art. 66(4))."""
    return term("sanction.in_force", order_date).ends(order_date, _NO_CALENDAR)


def discovery_deadline(discovered: date, suspended_days: int, calendar: WorkingCalendar) -> date:
    """Return the last day for the order after discovery: one month, and the days the clock stood (art. 66(1), (3))."""
    last = term("sanction.after_discovery", discovered).ends(discovered, calendar)
    return calendar.add_days(last, suspended_days)


def offence_deadline(committed: date, suspended_days: int, calendar: WorkingCalendar, *, audit: bool) -> date:
    """Return the last day for the order after the offence (art. 66(2), (3)).

    Args:
        audit: a revision or inspection of financial and economic activity found it: a year instead of six months.
    """
    key = "sanction.after_audit" if audit else "sanction.after_offence"
    return calendar.add_days(term(key, committed).ends(committed, calendar), suspended_days)


def announce_deadline(order_date: date, calendar: WorkingCalendar) -> date:
    """Return the last day to acquaint with an order or to send it by letter: three working days (art. 65(5))."""
    return term("sanction.announce", order_date).ends(order_date, calendar)


def explanation_deadline(asked: date, calendar: WorkingCalendar) -> date:
    """Return the last day for a demanded explanation: two working days; an act comes after it (art. 65(2))."""
    return term("sanction.explanation", asked).ends(asked, calendar)


_NO_CALENDAR: Final = WorkingCalendar(frozenset(), frozenset(), frozenset())
