"""Applications and complaints: terms of the Administrative Procedure and Process-Related Code (350-VI) and others.

The basis on which an appeal was lodged decides its term; a record that does not say it keeps the term of its kind.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from desktop_app.domain.law.calendar import WorkingCalendar
from desktop_app.domain.law.terms import Term, term

CONTESTED: Final = "CONTESTED"
"""Basis: a complaint about this branch itself, to be forwarded with the case or met by a favourable act (art. 91(4))."""


def term_of(kind: str, basis: str | None, begun: date) -> Term:
    """Return the term of an appeal that is counted from a day."""
    if basis:
        return term(f"appeal.basis.{basis}", begun)
    return term("appeal.kind.COMPLAINT" if kind == "COMPLAINT" else "appeal.kind.OTHER", begun)


def due_date(kind: str, begun: date, calendar: WorkingCalendar, basis: str | None = None) -> date:
    """Return when an appeal must be answered, counted from its registration (art. 76; complaints: art. 99)."""
    return term_of(kind, basis, begun).ends(begun, calendar)


def longest_extension(kind: str, basis: str | None, begun: date, calendar: WorkingCalendar) -> date | None:
    """Return the latest date an extension may set, None where the term cannot be extended (art. 76(3); art. 99)."""
    found = term_of(kind, basis, begun)
    return found.extension.ends(found.ends(begun, calendar), calendar) if found.extension else None


def notice_deadline(decided: date, calendar: WorkingCalendar) -> date:
    """Return the last day to tell the applicant of an extension: three working days (art. 76(3))."""
    return term("appeal.notice", decided).ends(decided, calendar)


def forward_deadline(begun: date, calendar: WorkingCalendar) -> date:
    """Return the last day to send an appeal to the body that may decide it: three working days (art. 64(7)2)."""
    return term("appeal.forward", begun).ends(begun, calendar)


def registration_deadline(received: date, calendar: WorkingCalendar) -> date:
    """Return the last day to register what came in: the next working day when it came after hours (art. 64(3))."""
    return term("appeal.registration", received).ends(received, calendar)
