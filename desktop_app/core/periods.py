"""Reporting periods: calendar months."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Self

from desktop_app.core.errors import UsageFault

_FORM = re.compile(r"(\d{4})-(\d{1,2})")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One calendar month; ordered, written ``2023-12``, stored as ``202312``."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month that ``day`` falls in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2023-12``.

        Raises:
            UsageFault: the text is not a year and a month.
        """
        found = _FORM.fullmatch(text.strip())
        if not found or not 1 <= int(found[2]) <= 12:
            raise UsageFault("usage.period", text=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def from_number(cls, number: int) -> Self:
        """Return the period stored as ``202312``."""
        return cls(number // 100, number % 100)

    @property
    def number(self) -> int:
        """The period as it is stored: year × 100 + month."""
        return self.year * 100 + self.month

    @property
    def first_day(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Last day of the month."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def shifted(self, months: int) -> Period:
        """Return the period ``months`` later (earlier when negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Period(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def period_number(day: date) -> int:
    """Return the number under which the month of ``day`` is stored."""
    return day.year * 100 + day.month


def months_between(first: Period, last: Period) -> list[Period]:
    """Return every period from ``first`` to ``last``, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [first.shifted(step) for step in range(max(count, 0))]


@lru_cache(maxsize=16384)
def add_months(day: date, months: int) -> date:
    """Return the same day number ``months`` later, or the month's last day where it has no such day.

    Past the last day that can be written (31.12.9999) it is that day.

    Source: Labour Code, art. 13 (terms counted in months end on the same day number).
    """
    target = Period.of(day).shifted(months)
    if target.year > date.max.year:
        return date.max
    return target.first_day.replace(day=min(day.day, target.last_day.day))
