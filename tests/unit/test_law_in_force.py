"""Calendars and dated acts that headquarters puts in force, and what the doctor says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.errors import UsageFault
from desktop_app.domain.law import acts
from desktop_app.services import care
from desktop_app.services.guiding import publish
from desktop_app.services.workspace import Workspace
from desktop_app.storage.migrate import drop_official_days
from tests.conftest import PASSPHRASE
from tests.unit.test_law import OFF_2027


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as workspace:
        yield workspace
    acts.guide({})


def guide(hq: Workspace, folder: Path, body: dict[str, Any]) -> None:
    path = folder / "guidance.json"
    path.write_text(json.dumps(body), "utf-8")
    publish(hq, path)


def test_a_corrected_day_settles_no_year_and_moves_no_other(branch: Workspace) -> None:
    """``calendar 2027-03-15 off`` made 8 and 22–24 March working days: a term moved from 26.03 to 23.03.2027."""
    before = branch.store.calendar().add(date(2027, 3, 9), 10)
    care.set_calendar_day(branch, date(2027, 3, 15), worked=False)
    found = branch.store.calendar()
    assert found.add(date(2027, 3, 9), 10) == before == date(2027, 3, 29)
    assert not found.is_settled(2027)
    care.set_calendar_day(branch, date(2027, 3, 16), worked=False)
    assert branch.store.calendar().add(date(2027, 3, 9), 10) == date(2027, 3, 30)
    care.set_calendar_day(branch, date(2027, 3, 16), worked=True)
    assert branch.store.calendar().add(date(2027, 3, 9), 10) == before


def test_a_whole_calendar_settles_and_the_next_one_takes_its_place(hq: Workspace, tmp_path: Path) -> None:
    whole = {f"2027-{text}": "off" for text in OFF_2027}
    with pytest.raises(UsageFault) as fault:
        guide(hq, tmp_path, {"calendar": {"2027-03-15": "off"}, "whole": [2027]})
    assert "08.03.2027" in str(fault.value.params["days"])
    guide(hq, tmp_path, {"calendar": whole | {"2027-05-17": "off"}, "whole": [2027]})
    assert hq.store.calendar().is_settled(2027)
    assert not hq.store.calendar().is_working(date(2027, 5, 17))
    care.set_calendar_day(hq, date(2027, 5, 18), worked=False)
    guide(hq, tmp_path, {"calendar": whole, "whole": [2027]})
    assert hq.store.calendar().is_working(date(2027, 5, 17))
    assert not hq.store.calendar().is_working(date(2027, 5, 18))  # corrected here: it stays


@pytest.mark.parametrize(
    ("day", "asked"), [("2026-10-31", []), ("2026-11-01", ["2027"]), ("2027-02-01", ["2027"])]
)
def test_the_doctor_asks_for_the_next_year_from_november(
    branch: Workspace, monkeypatch: pytest.MonkeyPatch, day: str, asked: list[str]
) -> None:
    monkeypatch.setenv("TIZILIM_TODAY", day)
    found = [f.params["year"] for f in care.doctor(branch) if f.code == "doctor.calendar_old"]
    assert found == asked


def test_the_copy_of_the_products_calendar_in_an_older_file_goes(branch: Workspace) -> None:
    care.set_calendar_day(branch, date(2026, 3, 9), worked=False)  # as an older version copied it
    care.set_calendar_day(branch, date(2026, 3, 10), worked=False)
    with branch.store.engine.begin() as connection:
        drop_official_days(connection)
    branch.store.forget_calendar()
    with branch.store.read() as reader:
        assert reader.rows("SELECT day FROM calendar_day") == [("2026-03-10",)]
    assert not branch.store.calendar().is_working(date(2026, 3, 9))
