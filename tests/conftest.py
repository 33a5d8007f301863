"""Shared parts: real workspaces on real files, the sample workbooks and the truth beside them."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TIZILIM_TODAY"] = "2024-01-05"
os.environ.pop("TIZILIM_PASSPHRASE", None)

from desktop_app.services.demonstration import sample_workbooks
from desktop_app.services.intake import import_workbooks
from desktop_app.services.intake_outcome import FileOutcome
from desktop_app.services.workspace import Workspace

DATA = Path(__file__).parent / "data"
PASSPHRASE = "сынақ сөйлемі"


def truth(name: str) -> list[dict[str, str]]:
    """Return the clean records of one kind."""
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    return json.loads((DATA / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    return json.loads((DATA / "vectors.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's own data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace of branch 71."""
    with Workspace.create(tmp_path / "71", PASSPHRASE, branch="71") as workspace:
        yield workspace


@pytest.fixture
def astana(branch: Workspace) -> Workspace:
    """Branch 71 with its workbook imported."""
    import_workbooks(branch, [path for path in sample_workbooks() if path.name.startswith("71")])
    return branch


class Country:
    """Headquarters with all twenty workbooks and what the import said."""

    def __init__(self, workspace: Workspace, outcomes: list[FileOutcome]) -> None:
        self.workspace = workspace
        self.outcomes = outcomes


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    folder = tmp_path_factory.mktemp("country")
    with Workspace.create(folder / "hq", PASSPHRASE) as workspace:
        yield Country(workspace, import_workbooks(workspace, sample_workbooks()))
