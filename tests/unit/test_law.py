"""Law as code against the vectors and the truth of four thousand records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.periods import Period, add_months, months_between
from desktop_app.domain.law import appeals, labour
from desktop_app.domain.law.calendar import build_calendar, official_calendar
from tests.conftest import truth

CALENDAR = official_calendar()
DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [("2022-02-28", 3, "2022-03-03"), ("2022-02-28", 15, "2022-03-25"), ("2024-04-30", 5, "2024-05-10"),
     ("2023-12-29", 2, "2024-01-04"), ("2022-03-01", 20, "2022-04-04")],
)  # fmt: skip
def test_calendar_vectors(start: str, count: int, end: str) -> None:
    assert CALENDAR.add(day(start), count) == day(end)


@pytest.mark.parametrize(("year", "count"), [(2022, 246), (2023, 246), (2024, 249), (2025, 246), (2026, 247)])
def test_working_days_of_a_year(year: int, count: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert sum(CALENDAR.is_working(d) for d in days if d.year == year) == count


def test_a_year_outside_the_table_is_computed_and_says_so() -> None:
    assert not CALENDAR.is_settled(2021)
    assert not CALENDAR.is_working(date(2021, 12, 16))
    assert CALENDAR.is_working(date(2021, 12, 20))


@given(DAYS, st.integers(1, 60))
def test_adding_working_days_is_counted_back(start: date, count: int) -> None:
    end = CALENDAR.add(start, count)
    assert CALENDAR.is_working(end)
    assert CALENDAR.between(start, end) == count


@given(DAYS, st.booleans())
def test_a_row_of_the_table_wins_over_the_weekday(changed: date, worked: bool) -> None:
    found = build_calendar([(changed, worked)], {changed.year})
    assert found.is_working(changed) is worked


@given(DAYS, st.integers(-40, 40))
def test_months_end_on_the_same_day_number_or_the_last(start: date, months: int) -> None:
    end = add_months(start, months)
    assert Period.of(end) == Period.of(start).shifted(months)
    assert end.day == min(start.day, Period.of(end).last_day.day)


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(0, 60))
def test_periods_round_trip_and_count(year: int, month: int, count: int) -> None:
    period = Period(year, month)
    assert Period.parse(str(period)) == period == Period.from_number(period.number)
    assert len(months_between(period, period.shifted(count))) == count + 1


def test_due_dates_of_every_known_complaint() -> None:
    for row in truth("truth_complaints"):
        assert appeals.due_date(row["kind"], day(row["received"]), CALENDAR) == day(row["due"])


def test_defects_and_expiry_of_every_known_sanction() -> None:
    for row in truth("truth_sanctions"):
        ordered = day(row["order_date"])
        found = set()
        if row["announced"] and day(row["announced"]) > labour.announce_deadline(ordered, CALENDAR):
            found.add("ANNOUNCED_LATE")
        if ordered > labour.discovery_deadline(day(row["discovered"]), 0, CALENDAR):
            found.add("LATE_AFTER_DISCOVERY")
        if ordered > labour.offence_deadline(day(row["committed"]), 0, CALENDAR, audit=False):
            found.add("LATE_AFTER_OFFENCE")
        expected = {d for d in row["legal_defects"].replace(";", " ").replace("|", " ").replace(",", " ").split()
                    if d in ("ANNOUNCED_LATE", "LATE_AFTER_DISCOVERY", "LATE_AFTER_OFFENCE")}  # fmt: skip
        assert found == expected
        assert labour.in_force_until(ordered) == day(row["expires"])


def test_suspension_and_audit_move_the_terms() -> None:
    start = date(2023, 3, 1)
    plain = labour.discovery_deadline(start, 0, CALENDAR)
    assert labour.discovery_deadline(start, 14, CALENDAR) >= plain + timedelta(days=13)
    assert labour.offence_deadline(start, 0, CALENDAR, audit=True) > labour.offence_deadline(
        start, 0, CALENDAR, audit=False
    )
