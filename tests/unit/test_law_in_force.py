"""Calendars and dated acts that headquarters puts in force, and what the doctor says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.errors import UsageFault
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.law import acts
from desktop_app.domain.record import new_record
from desktop_app.services import care, entry
from desktop_app.services.guiding import publish
from desktop_app.services.words import legal_source
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


def test_a_term_a_norm_and_an_article_are_mended_without_a_new_version(hq: Workspace, tmp_path: Path) -> None:
    guide(
        hq,
        tmp_path,
        {"acts": "terms", "rows": [{"key": "appeal.basis.SERVICE", "valid_from": "2026-01-01", "count": 7}]},
    )
    guide(
        hq,
        tmp_path,
        {
            "acts": "norms",
            "rows": [{"key": "5.02", "valid_from": "2026-01-01", "norm": 1.5, "confidence": "H"}],
        },
    )
    words = {"kk": "13-бап", "ru": "Статья 13", "en": "Art. 13"}
    guide(
        hq,
        tmp_path,
        {"acts": "citations", "rows": [{"key": "appc.anonymous", "valid_from": "2026-01-01", **words}]},
    )
    base = {
        "received": date(2026, 6, 1),
        "kind": "COMPLAINT",
        "basis": "SERVICE",
        "applicant": "ANON",
        "recorded": "EXPLAINED",
    }
    saved = entry.preview(hq, new_record("complaint", "71", **base))
    assert saved.values.due == date(2026, 6, 10)
    problem = next(p for p in saved.problems if p.code == "complaint.anonymous_considered")
    assert legal_source(problem, "ru", 202606) == "Статья 13"
    assert "64" in legal_source(problem, "ru", 202506)
    found = {
        "item": "5.02",
        "measured": Decimal("1.6"),
        "state": "COMPLIANT",
        "visited": date(2026, 6, 1),
        "department": "x",
    }
    assert "finding.norm_not_met" not in {
        p.code for p in entry.preview(hq, new_record("finding", "71", **found)).problems
    }
    hq.close()
    with Workspace.open(hq.folder, PASSPHRASE) as again:
        assert entry.preview(again, new_record("complaint", "71", **base)).values.due == date(2026, 6, 10)


@pytest.mark.parametrize(
    ("table", "row"),
    [("terms", {"key": "appeal.forward", "count": "five"}), ("terms", {"key": "appeal.forward", "unit": "weeks"}),
     ("terms", {"key": "new"}), ("norms", {"key": "2.02", "norm": "many"}), ("norms", {"key": "2.02", "document": "none"}),
     ("holidays", {"key": "new", "date": "13-01"}), ("citations", {"key": "appc.99", "ru": " "}), ("acts", {"key": "new"}),
     ("citations", {"key": "appc.99", "valid_from": "2026-02-30"}), ("terms", {"count": 5}), ("no", {"key": "x"})],
)  # fmt: skip
def test_rows_that_a_rule_would_stumble_over_are_refused(
    hq: Workspace, tmp_path: Path, table: str, row: dict[str, Any]
) -> None:
    with pytest.raises(UsageFault):
        guide(hq, tmp_path, {"acts": table, "rows": [row]})


def test_the_plan_of_the_road_map_is_a_setting(branch: Workspace) -> None:
    care.set_setting(branch, "road_map_act", "План № 5 от 01.02.2026")
    problem = Problem("finding.overdue", Severity.WARNING)
    assert legal_source(problem, "ru", named=branch.store.setting) == "План № 5 от 01.02.2026"
