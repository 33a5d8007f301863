"""Working days of Kazakhstan: a five-day week, days off and worked weekend days as a table.

The table is data (``resources/classifiers/calendar.json`` and the workspace's own rows over it):
the 2026 calendar changed after it was published, so no library can be the last word.
For years outside the table fixed holidays are computed and ``is_settled`` says no.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final

from desktop_app.core.paths import RESOURCES

_FIXED: Final = ((1, 1), (1, 2), (1, 7), (3, 8), (3, 21), (3, 22), (3, 23), (5, 1), (5, 7), (5, 9),
                 (7, 6), (8, 30), (12, 16))  # fmt: skip
_REPUBLIC_DAY: Final = (10, 25)
_NOT_MOVED: Final = (1, 7)
_DAY: Final = timedelta(days=1)


def _computed_days_off(year: int) -> set[date]:
    """Fixed holidays of a year, each on a weekend moved to the next working day (Law on holidays, art. 3)."""
    marks = [*_FIXED, _REPUBLIC_DAY] if year >= 2022 else list(_FIXED)
    days = {date(year, month, day) for month, day in marks}
    for day in sorted(days):
        if day.weekday() >= 5 and (day.month, day.day) != _NOT_MOVED:
            moved = day
            while moved.weekday() >= 5 or moved in days:
                moved += _DAY
            days.add(moved)
    return days


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """Which days are worked.

    Attributes:
        days_off: days not worked besides Saturdays and Sundays.
        worked: Saturdays and Sundays that are worked in exchange for a moved day off.
        settled_years: years that an official calendar covers.
    """

    days_off: frozenset[date]
    worked: frozenset[date]
    settled_years: frozenset[int]
    _computed: dict[int, frozenset[date]] = field(default_factory=dict, repr=False)

    def is_settled(self, year: int) -> bool:
        """Tell whether the year has an official calendar rather than a computed one."""
        return year in self.settled_years

    def is_working(self, day: date) -> bool:
        """Tell whether ``day`` is a working day."""
        if day in self.worked:
            return True
        if day.weekday() >= 5:
            return False
        if day.year in self.settled_years:
            return day not in self.days_off
        if day.year not in self._computed:
            self._computed[day.year] = frozenset(_computed_days_off(day.year))
        return day not in self._computed[day.year]

    @lru_cache(maxsize=16384)  # noqa: B019 - calendars live as long as the process
    def add(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day`` (the day itself is not counted)."""
        while count > 0:
            day += _DAY
            if self.is_working(day):
                count -= 1
        return day

    @lru_cache(maxsize=16384)  # noqa: B019 - calendars live as long as the process
    def next_working(self, day: date) -> date:
        """Return ``day`` itself when worked, else the next worked one (a term ending on a day off moves)."""
        while not self.is_working(day):
            day += _DAY
        return day

    def between(self, first: date, last: date) -> int:
        """Count working days after ``first`` up to and with ``last``."""
        count, day = 0, first
        while day < last:
            day += _DAY
            count += self.is_working(day)
        return count

    def month_deadline(self, last_day: date, working_days: int) -> date:
        """Return the due date: the given working day after the month's last day."""
        return self.add(last_day, working_days)


def build_calendar(days: Iterable[tuple[date, bool]], settled: Iterable[int]) -> WorkingCalendar:
    """Build a calendar from rows (day, worked?): a worked row undoes a day off and a weekend."""
    off: set[date] = set()
    worked: set[date] = set()
    for day, is_worked in days:
        (worked if is_worked else off).add(day)
        (off if is_worked else worked).discard(day)
    return WorkingCalendar(frozenset(off), frozenset(worked), frozenset(settled))


def official_rows() -> list[tuple[date, bool]]:
    """Return the rows that come with the product."""
    data = json.loads((RESOURCES / "classifiers" / "calendar.json").read_text("utf-8"))
    rows = [(date.fromisoformat(item["date"]), False) for item in data["days"]]
    return rows + [(date.fromisoformat(item["worked"]), True) for item in data["moved_working_days"]]


@cache
def official_calendar() -> WorkingCalendar:
    """Return the calendar that comes with the product."""
    rows = official_rows()
    return build_calendar(rows, {day.year for day, _ in rows})
