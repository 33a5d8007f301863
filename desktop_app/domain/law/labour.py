"""Disciplinary sanctions: terms of the Labour Code (414-V of 23.11.2015), arts 14 and 64–66."""

from __future__ import annotations

from datetime import date
from typing import Final

from desktop_app.core.periods import add_months
from desktop_app.domain.law.calendar import WorkingCalendar

IN_FORCE_MONTHS: Final = 6
AFTER_DISCOVERY_MONTHS: Final = 1
AFTER_OFFENCE_MONTHS: Final = 6
AFTER_AUDIT_MONTHS: Final = 12
ANNOUNCE_WORKING_DAYS: Final = 3


def in_force_until(order_date: date) -> date:
    """Return the day a sanction ends: six months from the order (art. 66)."""
    return add_months(order_date, IN_FORCE_MONTHS)


def discovery_deadline(discovered: date, suspended_days: int, calendar: WorkingCalendar) -> date:
    """Return the last day for the order after discovery: one month, and the days the clock stood (art. 66)."""
    return _moved(add_months(discovered, AFTER_DISCOVERY_MONTHS), suspended_days, calendar)


def offence_deadline(committed: date, suspended_days: int, calendar: WorkingCalendar, *, audit: bool) -> date:
    """Return the last day for the order after the offence: six months, a year after an audit (art. 66)."""
    months = AFTER_AUDIT_MONTHS if audit else AFTER_OFFENCE_MONTHS
    return _moved(add_months(committed, months), suspended_days, calendar)


def announce_deadline(order_date: date, calendar: WorkingCalendar) -> date:
    """Return the last day to announce an order under signature: three working days (art. 65)."""
    return calendar.add(order_date, ANNOUNCE_WORKING_DAYS)


def _moved(day: date, suspended_days: int, calendar: WorkingCalendar) -> date:
    return calendar.add_days(day, suspended_days)
