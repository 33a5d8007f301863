"""Applications and complaints: terms of the Administrative Procedure and Process-Related Code (350-VI)."""

from __future__ import annotations

from datetime import date
from typing import Final

from desktop_app.core.periods import add_months
from desktop_app.domain.law.calendar import WorkingCalendar

TERM_WORKING_DAYS: Final[dict[str, int]] = {"COMPLAINT": 20}
OTHER_TERM: Final = 15
EXTENSION_MONTHS: Final = 2


def due_date(kind: str, received: date, calendar: WorkingCalendar) -> date:
    """Return when an appeal must be answered: a complaint in 20 working days (art. 99), others in 15 (art. 76)."""
    return calendar.add(received, TERM_WORKING_DAYS.get(kind, OTHER_TERM))


def longest_extension(due: date) -> date:
    """Return the latest date an extension may set: two months on (art. 76)."""
    return add_months(due, EXTENSION_MONTHS)
