"""Law as code against the vectors and the truth of four thousand records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.periods import Period, add_months, months_between
from desktop_app.domain.law import appeals, labour
from desktop_app.domain.law.calendar import (
    build_calendar,
    computed_days_off,
    official_calendar,
    official_rows,
    unspoken,
    workspace_calendar,
)
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


OFF_2027 = ("01-01 01-04 01-07 03-08 03-15 03-22 03-23 03-24 05-03 05-07 05-10 07-06 10-25 12-16").split()


def test_the_year_2027_by_the_holidays_in_force_then() -> None:
    days = (date(2027, 1, 1) + timedelta(days=n) for n in range(365))
    off = [f"{d:%m-%d}" for d in days if d.weekday() < 5 and not CALENDAR.is_working(d)]
    assert off == OFF_2027  # 15 March, no 30 August; Kurban Ait falls on a Sunday
    assert not CALENDAR.is_settled(2027)
    assert CALENDAR.add(date(2027, 3, 10), 15) == date(2027, 4, 6)
    assert date(2027, 5, 16) in computed_days_off(2027)


@pytest.mark.parametrize(("text", "worked"), [("2021-12-01", False), ("2021-12-17", False), ("2021-07-20", False),
                                              ("2020-12-01", False), ("2021-10-25", True), ("2023-12-01", True)])  # fmt: skip
def test_holidays_hold_in_the_years_in_which_they_were_in_force(text: str, worked: bool) -> None:
    assert CALENDAR.is_working(day(text)) is worked


def test_single_days_lie_over_the_computed_year_and_do_not_settle_it() -> None:
    found = workspace_calendar([(date(2027, 3, 16), False), (date(2027, 3, 8), True)])
    assert not found.is_settled(2027)
    assert [found.is_working(date(2027, 3, d)) for d in (8, 15, 16, 17, 22)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    # Over a settled year too, and a day taken back.
    assert workspace_calendar([(date(2026, 8, 31), False)]).add(date(2026, 8, 28), 1) == date(2026, 9, 1)


def test_only_a_whole_calendar_settles_a_year() -> None:
    whole = [(day(f"2027-{text}"), False) for text in OFF_2027]
    assert unspoken(whole, 2027) == []
    assert workspace_calendar(whole).is_settled(2027)
    assert unspoken(whole[:-1], 2027) == [date(2027, 12, 16)]
    assert not workspace_calendar(whole[:-1]).is_settled(2027)
    moved = [(date(2027, 1, 4), True), (date(2027, 1, 5), False), *whole[:1], *whole[2:]]
    assert workspace_calendar(moved).is_working(date(2027, 1, 4))
    # A whole calendar is taken alone: what the product's own had for the year is gone.
    fewer = [row for row in official_rows() if row[0].year == 2026 and row[0] != date(2026, 5, 27)]
    assert workspace_calendar(fewer).is_working(date(2026, 5, 27))


def test_terms_at_the_end_of_all_days_end_there() -> None:
    last = date(9999, 12, 31)
    assert CALENDAR.add(last, 20) == CALENDAR.next_working(last) == CALENDAR.add_days(last, 15) == last
    assert add_months(last, 6) == last
    assert labour.discovery_deadline(date(2023, 1, 2), 10**20, CALENDAR) == last


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
