"""Workplaces written by released versions open with everything in them; ``tests/data/workspaces`` keeps one a version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from desktop_app.core.periods import Period
from desktop_app.services import care, entry, months, printing
from desktop_app.services.receiving import receive
from desktop_app.services.sending import send
from desktop_app.services.workspace import Workspace
from tests.conftest import DATA, PASSPHRASE

KEPT = DATA / "workspaces"
VERSIONS = sorted(path.name for path in KEPT.iterdir())


def copied(version: str, side: str, to: Path) -> Path:
    shutil.copytree(KEPT / version / side, to / side)
    return to / side


def facts(version: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((KEPT / version / "facts.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("side", ["branch", "hq"])
def test_an_old_workplace_opens_whole(version: str, side: str, tmp_path: Path) -> None:
    told = facts(version)[side]
    with Workspace.open(copied(version, side, tmp_path), PASSPHRASE) as workspace:
        with workspace.store.read() as reader:
            for table in ("sanction", "complaint", "finding", "person", "department"):
                assert reader.rows(f"SELECT count(*) FROM {table}")[0][0] == told[table]
            assert reader.rows("SELECT count(*) FROM change")[0][0] >= told["change"]
        for name, then in told["months"].items():
            now = months.month(workspace, Period.parse(name), "62" if side == "hq" else "")
            assert (now.state, now.digest, now.revision) == (then["state"], then["digest"], then["revision"])
        assert care.verify_log(workspace).is_sound
        ill = {found.code for found in care.doctor(workspace) if not found.is_well}
        assert not ill & {"doctor.file_damaged", "doctor.log_broken"}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_month_is_still_tied_to_what_was_signed(version: str, tmp_path: Path) -> None:
    with Workspace.open(copied(version, "branch", tmp_path), PASSPHRASE) as workspace:
        path = printing.print_report(workspace, "month", Period(2023, 11), tmp_path / "m.pdf", language="kk")
        digest = facts(version)["branch"]["months"]["2023-11"]["digest"]
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    short = "-".join(digest[:16].upper()[i : i + 4] for i in range(0, 16, 4))
    assert text.count(short) >= 3
    assert "ЖОБА" not in text


@pytest.mark.parametrize("version", VERSIONS)
def test_old_workplaces_go_on_exchanging(version: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with (
        Workspace.open(copied(version, "branch", tmp_path), PASSPHRASE) as branch,
        Workspace.open(copied(version, "hq", tmp_path), PASSPHRASE) as hq,
    ):
        with branch.store.read() as reader:
            record = reader.rows("SELECT id FROM sanction WHERE period < 202311 ORDER BY id")[0][0]
        found = entry.load(branch, "sanction", record)
        assert found is not None
        entry.save(branch, found.with_values(note="кейінгі нұсқада"))
        send(branch, str(place))
        receive(hq, [str(place)])
        there = entry.load(hq, "sanction", record)
        assert there is not None
        assert there.values.note == "кейінгі нұсқада"
        assert care.verify_log(hq).is_sound
