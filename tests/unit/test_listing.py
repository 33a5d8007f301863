"""A month's list holds the month's records and the undated ones, each once, in the order asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from desktop_app.core.periods import Period
from desktop_app.services.listing import PAGE, Listing, ListQuery
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from tests.unit.test_storage import sanction


@pytest.fixture
def filled(branch: Workspace) -> Workspace:
    """900 sanctions of three months and 150 without a date."""
    days = [date(2023, 2, 20) + timedelta(days=n % 60) for n in range(900)] + [None] * 150
    records = [sanction(order_no=str(n), order_date=day) for n, day in enumerate(days)]
    with branch.store.transaction(branch.user) as work:
        Recorder(branch, work).save([(None, record) for record in records])
        work.flush()
    return branch


@pytest.mark.parametrize("sort", ["-order_date", "order_date", "-order_no", "employee"])
@pytest.mark.parametrize("branch_code", ["", "71"])
def test_every_page_of_a_month_in_any_order(filled: Workspace, sort: str, branch_code: str) -> None:
    listing = Listing(filled)
    listing.begin(ListQuery("sanction", period=Period(2023, 3), sort=sort, branch=branch_code))
    count = listing.count()
    with filled.store.read() as reader:
        wanted = {r.id for r in reader.records("sanction") if r.period == 202303}
    pages = [listing.page(number) for number in range(-(-count // PAGE))]
    rows = [row for page in pages for row in page]
    assert len(rows) == count == len(wanted)
    assert {row[2] for row in rows} == wanted
    keys = [(row[1], row[0]) for row in rows]
    assert keys == sorted(keys, reverse=sort.startswith("-"))
    assert min(map(len, pages[:-1])) == PAGE
    # From the end too, as the End key asks for it.
    again = Listing(filled)
    again.begin(ListQuery("sanction", period=Period(2023, 3), sort=sort, branch=branch_code))
    again.count()
    assert again.page(len(pages) - 1) == pages[-1]


@pytest.mark.parametrize(
    ("branch_code", "way"),
    [
        ("", "ix_sanction_order_date (<expr>>? AND <expr><?)"),
        ("71", "ix_sanction_branch_month (branch=? AND period=?)"),
    ],
)
def test_an_old_month_is_found_without_walking_the_later_ones(
    filled: Workspace, branch_code: str, way: str
) -> None:
    with filled.store.read() as reader:
        plan = ""
        original = reader.rows

        def explained(sql: str, values: object = ()) -> list[tuple[object, ...]]:
            nonlocal plan
            plan += str(original("EXPLAIN QUERY PLAN " + sql, values))  # type: ignore[arg-type]
            return original(sql, values)  # type: ignore[arg-type]

        reader.rows = explained  # type: ignore[method-assign, assignment]
        from desktop_app.domain.register import register_type
        from desktop_app.storage.conditions import Filter

        shown = Filter(branch=branch_code, first=202302, last=202302)
        found = reader.page(register_type("sanction"), ("order_no",), shown, "-order_date", None, 50)
    assert len(found) == 50
    assert way in plan
    assert "TEMP B-TREE" not in plan
