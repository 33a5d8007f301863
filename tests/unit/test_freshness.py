"""Derived values, terms and problems follow what they depend on; the log stays right; signed papers stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.errors import Refusal
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record, new_record
from desktop_app.domain.register import register_type
from desktop_app.formdef import forms
from desktop_app.services import care, closing, entry, freshness, guiding, months
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE

JUNE = Period(2023, 6)


def complaint(workspace: Workspace, number: int = 1) -> Record:
    return entry.save(
        workspace,
        new_record(
            "complaint",
            "71",
            reg_no=f"ЖТ-{number}",
            received=date(2023, 6, 1),
            kind="APPLICATION",
            applicant="PERSON",
            name="Ким Анна",
        ),
    ).record


def due(workspace: Workspace, record: Record) -> Any:
    found = entry.load(workspace, "complaint", record.id)
    assert found is not None
    return found.values.due


def test_a_calendar_day_moves_terms_at_once_and_the_log_stays_right(branch: Workspace) -> None:
    record = complaint(branch)
    before = due(branch, record)
    care.set_calendar_day(branch, before, worked=False)
    assert due(branch, record) > before
    assert care.verify_log(branch).is_sound
    assert not [found.code for found in care.doctor(branch) if found.code == "doctor.log_broken"]


def test_a_closed_month_is_computed_anew_too_and_keeps_its_lock(branch: Workspace) -> None:
    record = complaint(branch)
    for register in ("sanction", "finding"):
        months.declare(branch, JUNE, register, "NIL")
    closing.close(branch, JUNE, reason="тексерілді")
    before = due(branch, record)
    care.set_calendar_day(branch, before, worked=False)
    assert due(branch, record) > before
    with pytest.raises(Refusal, match="closed"):
        entry.save(branch, record.with_values(name="Басқа"))
    assert care.verify_log(branch).is_sound


def test_a_broken_off_computation_goes_on_at_the_next_opening(
    branch: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [complaint(branch, number) for number in range(5)]
    before = due(branch, records[0])
    monkeypatch.setattr(freshness, "_PART", 2)
    monkeypatch.setattr(freshness, "MANY", 0)
    care.set_calendar_day(branch, before, worked=False)
    assert due(branch, records[0]) == before  # a large database does not keep anybody waiting
    with branch.store.read() as reader:
        wanted = freshness.stamp(reader)
    parts = freshness._parts(branch, register_type("complaint"), wanted, 0)
    assert next(parts) == 2
    assert [due(branch, record) > before for record in records] == [True, True, False, False, False]
    folder = branch.folder
    branch.close()
    monkeypatch.setattr(freshness, "MANY", 100)
    with Workspace.open(folder, PASSPHRASE) as again:
        assert not freshness.is_behind(again)
        assert all(due(again, record) > before for record in records)
        assert freshness.bring_up(again) == 0


def test_a_derived_value_of_a_newer_version_is_filled_at_opening(
    branch: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = complaint(branch)
    with branch.store.transaction(branch.user) as work:
        work.run("UPDATE complaint SET due = NULL, lateness = NULL")
    folder = branch.folder
    branch.close()
    monkeypatch.setattr(freshness, "_program", lambda: 1)
    with Workspace.open(folder, PASSPHRASE) as again:
        assert due(again, record) is not None
        assert care.verify_log(again).is_sound


def test_headings_of_a_form_in_force_are_read_in_the_same_process(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as headquarters:
        whole = (forms.FORM_FOLDERS[0] / "complaint.toml").read_text("utf-8")
        path = tmp_path / "complaint.toml"
        path.write_text(whole.replace("headings = [", 'headings = ["Жаңа тақырып X", ', 1), "utf-8")
        assert "Жаңа тақырып X" in path.read_text("utf-8")
        names: Mapping[str, Any] = _headings()
        assert "жаңа тақырып x" not in names
        guiding.publish(headquarters, path)
        assert "жаңа тақырып x" in _headings()
    with Workspace.create(tmp_path / "other", PASSPHRASE):
        assert "жаңа тақырып x" not in _headings()


def _headings() -> Mapping[str, Any]:
    from desktop_app.importing import headings

    return headings._wordings("complaint")
