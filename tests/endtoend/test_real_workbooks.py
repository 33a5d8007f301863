"""The twenty real workbooks: every count, every dirty cell, nothing twice."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from desktop_app.core.i18n import tr
from desktop_app.core.periods import Period
from desktop_app.reports.row_report import COLUMNS, weight_words
from desktop_app.services import care, persons
from desktop_app.services.demonstration import sample_workbooks
from desktop_app.services.intake import import_workbooks
from desktop_app.services.intake_report import write_row_report
from desktop_app.services.summary import summary
from tests.conftest import Country
from tests.endtoend.restoration import fates, table

SPAN = (Period(2022, 1), Period(2023, 12))
PERSONS = ("persons_sanctioned", "persons_2plus", "persons_2plus_in_12_months", "persons_2plus_corruption_kinds",
           "persons_2plus_any_corruption_kind", "sanctions_while_earlier_in_force")  # fmt: skip


def without_noughts(figures: Any) -> Any:
    if not isinstance(figures, dict):
        return figures
    cleaned = {key: without_noughts(value) for key, value in figures.items()}
    return {key: value for key, value in cleaned.items() if value not in (0, {})}


def test_every_count_is_equal(country: Country, manifest: dict[str, Any]) -> None:
    found = summary(country.workspace, *SPAN)
    expected = {"all": manifest["all"], **{code: b["expected"] for code, b in manifest["branches"].items()}}
    for code, wanted in expected.items():
        got = found["all"] if code == "all" else found["branches"][code]
        for key, value in wanted.items():
            if key in PERSONS:
                # An employee whose number is missing or wrong and whose department is missing cannot be told for sure.
                assert abs(got[key] - value) <= max(1, value * 0.005), (code, key)
            elif key == "legal_defects":
                # A missing explanation is a defect on paper too: 55 explanation cells were emptied.
                got_rest = {k: v for k, v in got[key].items() if k != "NO_EXPLANATION"}
                assert without_noughts(got_rest) == without_noughts(
                    {k: v for k, v in value.items() if k != "NO_EXPLANATION"}
                )
                assert got[key]["NO_EXPLANATION"] >= value.get("NO_EXPLANATION", 0)
            else:
                assert without_noughts(got[key]) == without_noughts(value), (code, key)


def test_employees_differ_only_by_the_listed_pairs(country: Country, manifest: dict[str, Any]) -> None:
    found = summary(country.workspace, *SPAN)["all"]["persons_sanctioned"]
    surplus = found - manifest["all"]["persons_sanctioned"]
    assert 0 <= surplus <= manifest["all"]["persons_sanctioned"] * 0.005
    assert len(persons.doubtful_pairs(country.workspace)) >= surplus


def test_dirty_cells_are_restored_or_reported_and_none_is_changed_silently(country: Country) -> None:
    found = list(fates(country.workspace, country.outcomes))
    assert len(found) == 7932
    wrong = [fate for fate in found if fate.outcome == "wrong"]
    assert not wrong, "\n" + table(found) + "\n" + "\n".join(map(str, wrong[:20]))


def test_every_row_is_a_record_or_a_named_duplicate(country: Country, manifest: dict[str, Any]) -> None:
    for outcome in country.outcomes:
        assert outcome.refusal is None
        for sheet in outcome.sheets:
            expected = manifest["branches"][outcome.branch]["sheets"][sheet.name]
            assert sheet.layout is not None
            assert sheet.layout.header + 1 == expected["header_row"]
            assert sheet.count("new") == expected["records"]
            assert sheet.count("duplicate") == expected["duplicate_rows"]
            assert all(row.twin for row in sheet.rows if row.status == "duplicate")


def test_wrong_totals_rows_are_found_and_no_right_one_is_blamed(country: Country) -> None:
    wrong = [(o.branch, t[0].count, t[1]) for o in country.outcomes for s in o.sheets for t in s.wrong_totals]
    assert sorted(wrong) == [("19", 296, 295), ("55", 185, 181)]


def test_importing_again_adds_nothing(country: Country) -> None:
    with country.workspace.store.read() as reader:
        before = reader.rows("SELECT count(*) FROM change")
    again = import_workbooks(country.workspace, sample_workbooks())
    assert sum(sheet.count("new") for outcome in again for sheet in outcome.sheets) == 0
    with country.workspace.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM change") == before


def test_log_verifies_and_replay_gives_the_same_rows(country: Country) -> None:
    found = care.verify_log(country.workspace)
    assert found.changes > 12_000
    assert found.is_sound, (found.faults[:3], found.differing[:3])


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_row_report_says_sheet_row_cell_and_what_to_do(country: Country, tmp_path, language) -> None:
    path = write_row_report(country.outcomes, tmp_path / "report.xlsx", language)
    book = openpyxl.load_workbook(path, read_only=True)
    rows = list(book.worksheets[1].iter_rows(values_only=True))
    above = next(n for n, row in enumerate(rows) if tr(language, "rows.weight") in row)
    place = {heading: number for number, heading in enumerate(rows[above])}
    of = {name: place[tr(language, f"rows.{name}")] for name, *_ in COLUMNS}
    lines = [row for row in rows[above + 1 :] if isinstance(row[of["row"]], int) and row[of["cell"]]]
    assert len(lines) > 7000
    assert all(row[of["file"]].endswith(".xlsx") and row[of["sheet"]] for row in lines)
    assert all(row[of["outcome"]] and row[of["advice"]] for row in lines)
    assert sum(bool(row[of["record"]]) for row in lines) > 6900
    weights = [weight_words(number, language) for number in (4, 3, 2, 1, 0)]
    found = [weights.index(row[of["weight"]]) for row in rows[above + 1 :] if row[0]]
    assert found == sorted(found)
    assert len(book.worksheets[0]["A1"].value) > 5
