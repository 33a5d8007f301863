"""Working days of Kazakhstan: a five-day week, days off and worked weekend days as a table.

The 2026 calendar changed after it was published, so no library can be the last word. Three layers lie over one
another: holidays computed from the dated table ``resources/acts/holidays.json``; whole calendars of a year, the
product's (``resources/classifiers/calendar.json``) or headquarters', which alone make a year settled; and single
days that somebody corrected, which never settle a year.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final

from desktop_app.core.paths import RESOURCES
from desktop_app.domain.law import acts

_DAY: Final = timedelta(days=1)
Row = tuple[date, bool]
"""A day, and whether it is worked."""


def _marks(year: int) -> dict[date, bool]:
    """Return the holidays of a year by the dated table, each with whether it moves when it falls on a weekend."""
    found: dict[date, bool] = {}
    for listed in acts.entries("holidays").values():
        for entry in listed:
            text = str(entry.more["date"])
            if len(text) > len("MM-DD") and not text.startswith(f"{year:04d}-"):
                continue
            day = date.fromisoformat(text if len(text) > len("MM-DD") else f"{year:04d}-{text}")
            if entry.valid_on(day):
                found[day] = bool(entry.more.get("moves", True))
    return found


def computed_days_off(year: int) -> frozenset[date]:
    """Return the holidays of a year; one on a weekend moves to the next working day, save for some (Christmas, Kurban Ait)."""
    marks = _marks(year)
    days = set(marks)
    for day in sorted(marks):
        if day.weekday() >= 5 and marks[day]:
            moved = day
            while moved.weekday() >= 5 or moved in days:
                moved += _DAY
            days.add(moved)
    return frozenset(days)


def unspoken(rows: Iterable[Row], year: int) -> list[date]:
    """Return the computed days off of a year's working weeks of which a calendar says nothing.

    A whole calendar of the year leaves none; whether it calls them off or worked is its own affair. Days named
    by the moon (Kurban Ait) are not asked for: their date here is an estimate.
    """
    said = {day for day, _ in rows}
    by_moon = {day for day in _marks(year) if not _marks(year)[day] and (day.month, day.day) != (1, 7)}
    return [d for d in sorted(computed_days_off(year)) if d.weekday() < 5 and d not in said | by_moon]


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """Which days are worked.

    Attributes:
        days_off: days not worked besides Saturdays and Sundays; in a year that is not settled, besides the computed
            holidays too.
        worked: days worked though they are a weekend or, in a year that is not settled, a computed holiday.
        settled_years: years that a whole calendar covers.
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
        if day.weekday() >= 5 or day in self.days_off:
            return False
        if day.year in self.settled_years:
            return True
        if day.year not in self._computed:
            self._computed[day.year] = computed_days_off(day.year)
        return day not in self._computed[day.year]

    @lru_cache(maxsize=16384)  # noqa: B019 - calendars live as long as the process
    def add(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day`` (the day itself is not counted)."""
        while count > 0 and day < date.max:
            day += _DAY
            if self.is_working(day):
                count -= 1
        return day

    @lru_cache(maxsize=16384)  # noqa: B019 - calendars live as long as the process
    def next_working(self, day: date) -> date:
        """Return ``day`` itself when worked, else the next worked one (a term ending on a day off moves)."""
        while day < date.max and not self.is_working(day):
            day += _DAY
        return day

    def add_days(self, day: date, count: int) -> date:
        """Return the day ``count`` calendar days on, or the next worked one when that is a day off."""
        return self.next_working(date.fromordinal(min(day.toordinal() + count, date.max.toordinal())))

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


def build_calendar(days: Iterable[Row], settled: Iterable[int]) -> WorkingCalendar:
    """Build a calendar from rows (day, worked?): a worked row undoes a day off and a weekend.

    Args:
        settled: years of which the rows are the whole calendar; rows of other years lie over the computed holidays.
    """
    off: set[date] = set()
    worked: set[date] = set()
    for day, is_worked in days:
        (worked if is_worked else off).add(day)
        (off if is_worked else worked).discard(day)
    return WorkingCalendar(frozenset(off), frozenset(worked), frozenset(settled))


@cache
def official_rows() -> tuple[Row, ...]:
    """Return the rows of the whole calendars that come with the product."""
    data = json.loads((RESOURCES / "classifiers" / "calendar.json").read_text("utf-8"))
    rows = [(date.fromisoformat(item["date"]), False) for item in data["days"]]
    return (*rows, *((date.fromisoformat(item["worked"]), True) for item in data["moved_working_days"]))


def _by_year(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0].year].append(row)
    return found


def workspace_calendar(own: Iterable[Row]) -> WorkingCalendar:
    """Return the calendar of a workspace from the days that are its own: headquarters' calendars, corrected days.

    A year of which they leave nothing unspoken is taken from them alone; else they lie over the product's calendar
    of that year, or over the computed holidays.
    """
    mine, official = _by_year(own), _by_year(official_rows())
    whole = {year for year, rows in mine.items() if not unspoken(rows, year)}
    rows = [row for year, listed in official.items() if year not in whole for row in listed]
    rows.extend(row for listed in mine.values() for row in listed)
    return build_calendar(rows, whole | set(official))


@cache
def official_calendar() -> WorkingCalendar:
    """Return the calendar that comes with the product."""
    return workspace_calendar(())


acts.remembers(official_calendar.cache_clear)
