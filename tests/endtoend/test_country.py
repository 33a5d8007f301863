"""The demonstration country: twenty branches' months travel to headquarters and back, and the figures add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop_app.core.errors import Refusal
from desktop_app.core.i18n import Language, tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import branch_name
from desktop_app.services import care, printing
from desktop_app.services.board import board, bridge
from desktop_app.services.conflicts import listed as conflicts
from desktop_app.services.demonstration import MONTHS, PASSPHRASE, make_country
from desktop_app.services.months import totals_now, totals_reported
from desktop_app.services.receipts import receipts
from desktop_app.services.summary import summary
from desktop_app.services.workspace import HEADQUARTERS, Workspace
from tests.unit.test_prints import pages

# These hang on cells that the workbooks left empty or impossible.
HANG_ON_EMPTIED_CELLS = {"persons_sanctioned", "sanctions_while_earlier_in_force", "legal_defects"}


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_country(tmp_path_factory.mktemp("country"), PASSPHRASE, "kk")


def test_headquarters_totals_equal_the_truth(country: dict[str, Path], manifest: dict[str, Any]) -> None:
    with Workspace.open(country[HEADQUARTERS], PASSPHRASE) as headquarters:
        found = summary(headquarters, MONTHS[0], MONTHS[-1])
        assert found["all"]["sanctions"] == 4197
        for name, value in manifest["all"].items():
            if name not in HANG_ON_EMPTIED_CELLS:
                assert found["all"][name] == value, name
        assert abs(found["all"]["persons_sanctioned"] - manifest["all"]["persons_sanctioned"]) <= 15
        assert care.verify_log(headquarters).is_sound
        assert conflicts(headquarters) == []


def test_every_month_is_accepted_returned_ones_in_their_second_revision(country: dict[str, Path]) -> None:
    with Workspace.open(country[HEADQUARTERS], PASSPHRASE) as headquarters:
        found = board(headquarters, MONTHS[0], MONTHS[-1])
        states = [found.cell(code, period).state for code in found.branches for period in MONTHS]
        assert set(states) <= {"ACCEPTED", "NIL"}
        second = [(c.branch, c.period) for c in found.cells.values() if c.revision == 2]
        assert second == [("10", MONTHS[-1]), ("11", MONTHS[-2])]
        assert all(found.came(period) == found.expected(period) == 20 for period in MONTHS)
        assert all(found.share(period) == 100 for period in MONTHS)
        for code in found.branches:
            for period in MONTHS:
                assert totals_reported(headquarters, period, code) == totals_now(headquarters, period, code)
        late = found.cell("71", Period(2023, 5))
        assert late.due.isoformat() == "2023-06-07"
        assert late.closed == late.received == headquarters.today
        assert late.is_late


def test_a_branch_has_the_answers_the_receipts_and_what_changed(country: dict[str, Path]) -> None:
    with Workspace.open(country["10"], PASSPHRASE) as branch:
        own = board(branch, MONTHS[0], MONTHS[-1])
        assert {own.cell("10", period).state for period in MONTHS} <= {"ACCEPTED", "NIL"}
        listed = receipts(branch)
        assert len(listed) == 2
        assert {month[0] for month in listed[0].months} == set(MONTHS)
        assert listed[1].packages[0][1] == 1
        with branch.store.read() as reader:
            revised = list(reader.records("submission", "revision = 2"))
        assert len(revised) == 1
        assert '"field":"note"' in str(revised[0].values.difference)
        assert revised[0].values.reason
        assert care.verify_log(branch).is_sound


def test_comparison_of_years_bridges_branches_that_split(country: dict[str, Path]) -> None:
    with Workspace.open(country[HEADQUARTERS], PASSPHRASE) as headquarters:
        lines = bridge(headquarters, "sanction", 2022, 2023)
        groups = {line.codes for line in lines}
        assert {("63", "10"), ("19", "33"), ("35", "62")} <= groups
        assert len(lines) == 17
        assert sum(line.then + line.now for line in lines) == 4197
        assert tr("kk", "board.LATE")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_consolidation_and_receipts_on_paper(
    country: dict[str, Path], tmp_path: Path, language: Language
) -> None:
    with Workspace.open(country[HEADQUARTERS], PASSPHRASE) as headquarters:
        pdf = printing.print_report(
            headquarters, "consolidation", MONTHS[-1], tmp_path / "c.pdf", "", language
        )
        book = printing.print_report(
            headquarters, "consolidation", MONTHS[-1], tmp_path / "c.xlsx", "", language
        )
        known = totals_now(headquarters, MONTHS[-1], "71")["sanction"]
        with pytest.raises(Refusal, match="receipt.none"):
            printing.print_report(headquarters, "receipt", MONTHS[-1], tmp_path / "r.pdf", "", language)
    text = "\n".join(pages(pdf))
    assert branch_name("71", language) in text
    assert tr(language, "consolidation.no_gaps") in text
    assert "1 650" in text.replace("\xa0", " ")  # the first of both years, as the bridge counts it
    sheet = openpyxl.load_workbook(book).worksheets[0]
    line = next(row for row in sheet.iter_rows(values_only=True) if branch_name("71", language) in row)
    assert sum(known.values()) in line
    with Workspace.open(country["10"], PASSPHRASE) as branch:
        paper = printing.print_report(branch, "receipt", MONTHS[-1], tmp_path / "r.pdf", "", language)
        said = receipts(branch)[0]
        with pytest.raises(Refusal, match="headquarters_only"):
            printing.print_report(branch, "consolidation", MONTHS[-1], tmp_path / "x.pdf", "", language)
    text = "\n".join(pages(paper))
    assert said.packages[0][0] in text
    assert tr(language, "receipt.title") in text
