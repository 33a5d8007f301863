"""Sticks that are write-protected or full: what came is taken in, what could not be written is said and owed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from desktop_app import cli
from desktop_app.core.errors import EnvironmentFault
from desktop_app.services import entry
from desktop_app.services.months import month
from desktop_app.services.receipts import receipts
from desktop_app.services.receiving import receive, receive_and_answer
from desktop_app.services.sending import place_of, send, submit
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE
from tests.endtoend.test_damage_is_named import tiny
from tests.endtoend.test_exchange import MAY, close_may, hq, introduce, sanction, second, state

__all__ = ["hq", "second", "tiny"]


def _remount(place: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)


def test_a_write_protected_stick_is_read_and_its_answer_comes_later(
    branch: Workspace, hq: Workspace, tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    introduce(branch, hq)
    entry.save(branch, sanction())
    send(branch, str(tiny))
    _remount(tiny, "ro")
    folder = hq.folder
    hq.close()
    monkeypatch.setenv("TIZILIM_LANG", "en")
    for once in ("taken in", "owed"):
        monkeypatch.setenv("TIZILIM_PASSPHRASE", PASSPHRASE)
        capsys.readouterr()
        code = cli.run(["-w", str(folder), "receive", str(tiny), "--json"])
        told = capsys.readouterr()
        assert code == 3, told
        assert "read-only" in told.err, once
        assert "only the answer" in told.err
        data = json.loads(told.out)
        assert [one["taken"] > 0 for one in data[:-1]] == [True] * (once == "taken in")
        assert data[-1]["error"] == "exchange.read_only"
    _remount(tiny, "rw")
    with Workspace.open(folder, PASSPHRASE) as again:
        found, answers, fault = receive_and_answer(again, [str(tiny)])
        assert (found, len(answers), fault) == ([], 1, None)
        assert receive_and_answer(again, [str(tiny)]) == ([], [], None)
    receive(branch, [str(tiny)])
    assert len(receipts(branch)) == 1


def test_an_answer_owed_to_one_branch_is_not_left_on_the_stick_of_another(
    branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    sticks = [tmp_path / name for name in ("ours", "theirs")]
    for stick in sticks:
        stick.mkdir()
    send(branch, str(sticks[0]))
    receive(hq, [str(sticks[0])])
    assert receive_and_answer(hq, [str(sticks[1])]) == ([], [], None)
    assert len(receive_and_answer(hq, [str(sticks[0])])[1]) == 1


def test_no_room_for_a_month_leaves_it_closed_and_nothing_half_written(
    branch: Workspace, hq: Workspace, tiny: Path
) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    close_may(branch)
    (tiny / "filling").write_bytes(b"x" * ((3 << 20) - 8192))
    before = state(branch)["submission"]
    with pytest.raises(EnvironmentFault) as fault:
        send(branch, str(tiny), [MAY])
    assert (fault.value.code, fault.value.exit_code) == ("exchange.full", 3)
    assert [path.name for path in tiny.iterdir()] == ["filling"]
    assert month(branch, MAY).state == "CLOSED"
    assert len(state(branch)["submission"]) == len(before)
    assert not list(branch.folder.glob(".out-*"))
    (tiny / "filling").unlink()
    assert send(branch, str(tiny), [MAY])[0].changes > 0
    assert month(branch, MAY).state == "SENT"
    receive(hq, [str(tiny)])
    assert month(hq, MAY, "71").state == "RECEIVED"


def test_where_nothing_is_new_nothing_is_written(branch: Workspace, hq: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "share"
    place.mkdir()
    introduce(branch, hq)
    entry.save(branch, sanction())
    send(branch, str(place))
    receive_and_answer(hq, [str(place)])
    receive(branch, [str(place)])
    files, said = sorted(place.iterdir()), (state(branch), state(hq))
    for _ in range(2):
        assert send(branch, str(place)) == []
        assert send(hq, str(place)) == []
        assert receive_and_answer(hq, [str(place)]) == ([], [], None)
        assert receive_and_answer(branch, [str(place)]) == ([], [], None)
    assert sorted(place.iterdir()) == files
    assert (state(branch), state(hq)) == said
    entry.save(branch, sanction("6"))
    assert len(send(branch, str(place))) == 1


def test_a_month_whose_sending_never_ended_is_closed_not_sent(branch: Workspace, hq: Workspace) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    close_may(branch)
    submit(branch, [MAY])  # as a process leaves it that is killed before its package is stored
    folder = branch.folder
    branch.close()
    with Workspace.open(folder, PASSPHRASE) as again:
        assert month(again, MAY).state == "CLOSED"


def test_a_package_has_its_name_only_when_it_is_whole(branch: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "share"
    place.mkdir()
    package = tmp_path / "package.tzp"
    package.write_bytes(b"x" * 300_000)
    seen: list[list[str]] = []
    with place_of(branch, str(place)) as there:
        there.store(package, "71-a.tzp", lambda _count: seen.append(there.names()))
        assert len(seen) > 3
        assert not any(seen)
        assert there.names() == ["71-a.tzp"]
        # An older file of that name stays whole when the next one is broken off.
        package.write_bytes(b"y" * 300_000)

        def stop(count: int) -> None:
            if count > 100_000:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            there.store(package, "71-a.tzp", stop)
    assert [(one.name, one.read_bytes()[:1]) for one in place.iterdir()] == [("71-a.tzp", b"x")]
