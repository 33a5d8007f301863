"""kill -9 at a random moment: nothing confirmed is lost, nothing half-written is seen, the log verifies."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.core.paths import ROOT
from desktop_app.services import care
from desktop_app.services.workspace import Workspace
from desktop_app.storage.connection import open_connection
from tests.conftest import PASSPHRASE

VICTIM = [sys.executable, "-m", "tests.endtoend.kill_victim"]


def kill_once(folder: Path, key: str, work: str, seed: int, dice: random.Random) -> list[tuple[str, str]]:
    """Start the victim, let it confirm a random number of writes (or wait a random moment), kill it."""
    process = subprocess.Popen(
        [*VICTIM, str(folder), key, work, str(seed)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    confirmed: list[tuple[str, str]] = []
    assert process.stdout.readline() == "ready\n"
    if work == "save":
        for _ in range(dice.randrange(0, 8)):
            line = process.stdout.readline().split()
            confirmed.append((line[0], line[1]))
    try:
        # Not a pause to be safe: the random moment of death is what is tested.
        process.wait(timeout=dice.uniform(0, 0.05 if work == "save" else 1.2))
    except subprocess.TimeoutExpired:
        process.kill()
    for line in process.stdout.read().splitlines():
        if len(line.split()) == 2:
            register, record = line.split()
            confirmed.append((register, record))
    process.wait()
    process.stdout.close()
    return confirmed


def check(folder: Path, confirmed: set[tuple[str, str]], *, replay: bool) -> None:
    with Workspace.open(folder, PASSPHRASE) as workspace:
        found = care.verify_log(workspace, replay=replay)
        assert found.is_sound, (found.faults[:3], found.differing[:3])
        with workspace.store.read() as reader:
            assert reader.rows("PRAGMA quick_check") == [("ok",)]
            for register in {register for register, _ in confirmed}:
                ids = {row[0] for row in reader.rows(f"SELECT id FROM {register}")}
                lost = {record for code, record in confirmed if code == register} - ids
                assert not lost
            for register in ("sanction", "complaint", "finding"):
                rows = reader.rows(f"SELECT count(*) FROM {register}")[0][0]
                assert (
                    reader.rows("SELECT coalesce(sum(n), 0) FROM tally WHERE register = ?", [register])[0][0]
                    == rows
                )
                found = reader.rows(
                    f"SELECT rowid FROM {register}_search UNION SELECT rid FROM search_waiting WHERE register = ?",
                    [register],
                )
                assert len(found) == rows


def campaign(folder: Path, kills: int, seed: int) -> None:
    dice = random.Random(seed)
    Workspace.create(folder, PASSPHRASE).close()
    with Workspace.open(folder, PASSPHRASE) as workspace:
        key = workspace.opened.key.hex()
    confirmed: set[tuple[str, str]] = set()
    for number in range(kills):
        work = "import" if number % 5 == 4 else "save"
        confirmed.update(kill_once(folder, key, work, number, dice))
        connection = open_connection(folder / "tizilim.db", bytes.fromhex(key))
        half = connection.execute(
            "SELECT count(*) FROM change c WHERE register = 'sanction' AND NOT EXISTS (SELECT 1 FROM sanction s WHERE s.id = c.record)"
        ).fetchone()
        connection.close()
        assert half == (0,)
        if number % 25 == 24:
            check(folder, confirmed, replay=False)
    check(folder, confirmed, replay=True)
    assert confirmed


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_kills(tmp_path: Path, seed: int) -> None:
    campaign(tmp_path / "ws", 50, seed)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(10))
def test_two_hundred_kills(tmp_path: Path, seed: int) -> None:
    campaign(tmp_path / "ws", 200, 100 + seed)
