"""Which sanctions an employee has on a day, and which make a later one a repeat (Labour Code, arts 52 and 66)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Protocol

from desktop_app.core.periods import add_months
from desktop_app.domain.law import labour

CANCELLED: Final = "CANCELLED"
"""State of an appeal: the sanction was cancelled and counts for nothing any more."""


class SanctionLike(Protocol):
    """What the questions here look at."""

    @property
    def type(self) -> str | None: ...
    @property
    def order_date(self) -> date | None: ...
    @property
    def committed(self) -> date | None: ...
    @property
    def appealed(self) -> str | None: ...
    @property
    def lifted(self) -> date | None: ...
    @property
    def corruption(self) -> str | None: ...


def last_day(s: SanctionLike) -> date | None:
    """Return the last day on which a sanction is in force: six months, or the day it was lifted (art. 66(4), (5)).

    A dismissal has no term, a cancelled sanction none any more.
    """
    if s.order_date is None or s.appealed == CANCELLED:
        return None
    last = labour.in_force_until(s.order_date, s.type)
    return min(last, s.lifted) if last and s.lifted else last


def in_force_on(s: SanctionLike, day: date) -> bool:
    """Tell whether an employee has the sanction on a day after its order."""
    last = last_day(s)
    return last is not None and s.order_date is not None and s.order_date < day <= last


def earlier_ones(s: SanctionLike, peers: Iterable[SanctionLike], window: str) -> list[SanctionLike]:
    """Return the earlier sanctions of the person that count under the repeat setting; cancelled ones never do.

    While in force: the offence was committed after the earlier order and within its term (Labour Code, art. 52(1)16).
    """
    if s.order_date is None or s.appealed == CANCELLED:
        return []
    earlier = [p for p in peers if p.order_date and p.order_date < s.order_date and p.appealed != CANCELLED]
    if window == "12months":
        since = add_months(s.order_date, -12)
        return [e for e in earlier if e.order_date and e.order_date >= since]
    if window == "in_force":
        return [e for e in earlier if s.committed and in_force_on(e, s.committed)]
    return earlier
