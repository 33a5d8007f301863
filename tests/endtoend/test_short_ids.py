"""What a command prints of an id can be used by every other one; a beginning that several have is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop_app import cli
from desktop_app.domain.record import Record
from desktop_app.services import entry
from desktop_app.services.receiving import receive
from desktop_app.services.sending import send
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE
from tests.endtoend.test_exchange import MAY, close_may, hq, introduce, place, sanction, second

__all__ = ["hq", "place", "second"]
COMMON = "01a20fedca507"
"""Records of one import are made within a thousandth of a second: thirteen signs are the same."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(folder: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("TIZILIM_PASSPHRASE", PASSPHRASE)
        monkeypatch.setenv("TIZILIM_LANG", "en")
        capsys.readouterr()
        code = cli.run(["--workspace", str(folder), *arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return call


def _entered(workspace: Workspace) -> list[str]:
    keys = [f"{COMMON}{tail:019x}" for tail in (0xA << 72, 0xAB << 68, 0xB << 72)]
    for number, key in enumerate(keys):
        record = sanction(str(number))
        entry.save(workspace, Record(**{**_parts(record), "id": key}))
    return keys


def _parts(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def test_what_conflicts_prints_resolves(branch: Workspace, second: Workspace, place: Path, run: Any) -> None:
    introduce(branch, second)
    keys = _entered(branch)
    send(branch, str(place))
    receive(second, [str(place)])
    for workspace, note in ((branch, "бірінші"), (second, "екінші")):
        for key in keys[:2]:
            one = entry.load(workspace, "sanction", key)
            assert one is not None
            entry.save(workspace, one.with_values(note=note))
    send(second, str(place))
    receive(branch, [str(place)])
    folder = branch.folder
    branch.close()
    code, out, _ = run(folder, "conflicts")
    assert code == 1
    printed = [line.split()[:2] for line in out.splitlines() if line.startswith(COMMON)]
    assert len(printed) == 2
    code, _, err = run(folder, "resolve", COMMON, "note")
    assert code == 2
    for key in keys[:2]:
        assert key in err
    assert keys[2] not in err  # nothing is to decide there
    assert run(folder, "resolve", keys[2], "note")[0] == 1
    assert run(folder, "conflicts")[1] == out
    for key, field in printed:
        code, _, err = run(folder, "resolve", key, field, "--take", "0")
        assert code == 0, (err, [key, field], printed)
    assert run(folder, "conflicts")[0] == 0


def test_any_beginning_that_only_one_has_names_it(branch: Workspace, run: Any) -> None:
    keys = _entered(branch)
    folder = branch.folder
    branch.close()
    whole = json.loads(run(folder, "record", "list", "sanction", "--json")[1])["records"]
    assert {one["id"] for one in whole} == set(keys)
    for command in (
        ["record", "show"],
        ["log", "show"],
        ["record", "set"],
        ["record", "void"],
        ["record", "undo"],
    ):
        more = ["note=жазба"] if command[1] == "set" else ["--reason", "қате"] if command[1] == "void" else []
        code, _, err = run(folder, *command, f"{COMMON}a", *more)
        assert (code, [key in err for key in keys]) == (2, [True, True, False]), command
        for nothing in ("", "%", "_", "ffff"):
            code, _, err = run(folder, *command, nothing, *more)
            assert code == 2, command
            assert "several" not in err
        assert run(folder, *command, f"{COMMON}B", *more)[0] in (0, 1), command


def test_months_are_returned_and_reopened_by_beginnings(
    branch: Workspace, hq: Workspace, place: Path, run: Any
) -> None:
    introduce(branch, hq)
    keys = _entered(branch)
    close_may(branch)
    send(branch, str(place), [MAY])
    receive(hq, [str(place)])
    folders = branch.folder, hq.folder
    branch.close()
    hq.close()
    asked = (
        (folders[0], ["reopen", "2023-05", "--reason", "қате", "--until", "2024-02-01"]),
        (folders[1], ["return", "71", "2023-05", "--reason", "қате"]),
    )
    for folder, command in asked:
        code, _, err = run(folder, *command, "--records", f"{COMMON}b,{COMMON}a")
        assert (code, [key in err for key in keys]) == (2, [True, True, False])
        assert run(folder, *command, "--records", "ffff")[0] == 1
        assert run(folder, *command, "--records", f"{COMMON}b, {keys[0][:15]}")[0] == 0
    with Workspace.open(folders[1], PASSPHRASE) as again, again.store.read() as reader:
        assert {row[0] for row in reader.rows("SELECT record FROM reopening")} == {keys[0], keys[2]}
