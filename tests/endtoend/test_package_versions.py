"""Packages of every released version are read for good; these keys were made for the samples only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.services import care
from desktop_app.services.peers import add_peer
from desktop_app.services.receiving import receive_file
from desktop_app.services.workspace import Workspace
from tests.conftest import DATA, PASSPHRASE

SAMPLES = sorted((DATA / "packages").glob("*.tzp"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_package_of_each_version_is_read(sample: Path, tmp_path: Path) -> None:
    said = json.loads(sample.with_suffix(".json").read_text("utf-8"))
    Workspace.create(tmp_path / "hq", PASSPHRASE).close()
    with Workspace.open(tmp_path / "hq", PASSPHRASE) as hq:
        with hq.store.transaction("test") as work:
            work.run("UPDATE meta SET value = ? WHERE name = 'workstation'", (said["workstation"],))
            work.run(
                "INSERT INTO own_key(name, value) VALUES ('sign', ?), ('seal', ?)",
                (said["sign"], said["seal"]),
            )
        hq.store.forget_settings()
        add_peer(hq, said["card"])
        got = receive_file(hq, sample)
        assert got.refusal is None
        assert [str(period) for _, period, _ in got.months] == ["2023-05"]
        with hq.store.read() as reader:
            assert len(list(reader.records("sanction"))) == said["sanctions"]
        assert care.verify_log(hq).is_sound


def test_there_is_a_sample_of_the_version_in_use() -> None:
    assert [path.stem for path in SAMPLES][-1] == "v1"
