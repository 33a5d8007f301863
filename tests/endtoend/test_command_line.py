"""The command line as a person or a server uses it: real processes, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.paths import ROOT
from desktop_app.domain.register import monthly_registers
from desktop_app.services import entry
from desktop_app.services.demonstration import sample_workbooks
from desktop_app.services.workspace import Workspace
from tests.unit.test_storage import sanction

BOOK = next(path for path in sample_workbooks() if path.name.startswith("62"))


def tizilim(
    folder: Path, *arguments: str, passphrase: str | None = "сынақ сөйлемі", **more: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TIZILIM_LANG": "ru", "TIZILIM_TODAY": "2024-01-05", **more}
    environment.pop("TIZILIM_PASSPHRASE", None)
    if passphrase is not None:
        environment["TIZILIM_PASSPHRASE"] = passphrase
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app", "--workspace", str(folder), *arguments], env=environment, cwd=ROOT,
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Traceback" not in done.stderr + done.stdout
    return done


def data(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def ulytau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "62"
    assert tizilim(folder, "init", "--branch", "62").returncode == 0
    assert tizilim(folder, "import", str(BOOK)).returncode == 1
    return folder


def test_a_month_from_the_command_line(ulytau: Path, tmp_path: Path, manifest: dict[str, Any]) -> None:
    figures = data(tizilim(ulytau, "summary", "--json", "--from", "2022-01", "--to", "2023-12"))
    assert figures["all"]["sanctions_by_year"] == manifest["branches"]["62"]["expected"]["sanctions_by_year"]
    assert set(manifest["all"]) <= set(figures["all"])
    assert figures["branches"]["62"]["complaints"] == manifest["branches"]["62"]["expected"]["complaints"]

    checked = tizilim(ulytau, "check", "--period", "2023-12", "--json")
    assert checked.returncode == (1 if data(checked)["problems"] else 0)
    rehearsed = tizilim(ulytau, "rehearse", "2023-12")
    assert "2023" in rehearsed.stdout
    month = data(tizilim(ulytau, "rehearse", "2023-12", "--json"))
    for section in month["sections"]:
        if section["state"] == "MISSING":
            assert tizilim(ulytau, "declare", "2023-12", section["register"], "NIL").returncode == 0
    closed = tizilim(
        ulytau,
        "close",
        "2023-12",
        "--reason",
        "проверено",
        "--executor",
        "А. Исполнитель",
        "--head",
        "Б. Глава",
    )
    assert closed.returncode == 0, closed.stderr
    assert tizilim(ulytau, "close", "2023-12").returncode == 1
    for name in ("a.pdf", "a.xlsx"):
        assert (
            tizilim(ulytau, "print", "month", "--period", "2023-12", "--out", str(tmp_path / name)).returncode
            == 0
        )
        assert (tmp_path / name).stat().st_size > 5000
    assert data(tizilim(ulytau, "status", "--json"))["62"]["2023-12"]["state"] == "CLOSED"
    with_new = tizilim(
        ulytau, "reopen", "2023-12", "--records", "new", "--reason", "забыли", "--until", "31.12.2999"
    )
    assert with_new.returncode == 0, with_new.stderr
    assert tizilim(ulytau, "log", "verify").returncode == 0


def test_dry_run_writes_nothing_and_reports(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    tizilim(folder, "init", "--headquarters")
    tried = tizilim(
        folder, "import", str(BOOK), "--dry-run", "--report", str(tmp_path / "rows.xlsx"), "--json"
    )
    sheets = data(tried)["files"][0]["sheets"]
    assert sum(sheet["new"] for sheet in sheets) > 80
    assert (tmp_path / "rows.xlsx").stat().st_size > 5000
    assert data(tizilim(folder, "summary", "--json"))["all"]["sanctions"] == 0


def test_backup_restore_doctor_history(ulytau: Path, tmp_path: Path) -> None:
    backup = data(tizilim(ulytau, "backup", str(tmp_path / "copy"), "--json"))["backup"]
    assert tizilim(tmp_path / "again", "restore", backup).returncode == 0
    assert tizilim(tmp_path / "again", "doctor").returncode == 1
    tizilim(tmp_path / "again", "backup")
    assert tizilim(tmp_path / "again", "doctor").returncode == 0
    record = data(tizilim(ulytau, "check", "--json"))["problems"][0]["record"]
    assert data(tizilim(ulytau, "log", "show", record, "--json"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["summary"], 3), (["frobnicate"], 2), (["check", "--period", "2023-13"], 2), (["init"], 2), (["init", "--branch", "99"], 2),
        (["print", "nothing", "--period", "2023-01", "--out", "x.pdf"], 3), (["import"], 2), (["reopen", "2023-01"], 2), (["--lang", "xx", "summary"], 2),
    ],
)  # fmt: skip
def test_exit_codes_and_one_sentence(tmp_path: Path, arguments: list[str], code: int) -> None:
    done = tizilim(tmp_path / "none", *arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.strip()
    assert "{" not in done.stderr


def test_wrong_and_missing_passphrase(ulytau: Path) -> None:
    wrong = tizilim(ulytau, "summary", passphrase="не та фраза")
    assert wrong.returncode == 1
    assert "фраза" in wrong.stderr
    assert tizilim(ulytau, "summary", passphrase=None).returncode == 1
    short = tizilim(ulytau.parent / "new", "init", "--branch", "62", passphrase="мало")
    assert short.returncode == 2


def test_settings_and_calendar(ulytau: Path) -> None:
    assert tizilim(ulytau, "set", "repeat_window", "12months").returncode == 0
    assert tizilim(ulytau, "set", "repeat_window", "когда-нибудь").returncode == 2
    assert tizilim(ulytau, "calendar", "2024-03-09", "worked").returncode == 0
    listed = tizilim(ulytau, "--json", "acts", "terms", "--on", "2026-06-01")
    assert {row["key"]: row["count"] for row in json.loads(listed.stdout)}["appeal.basis.SERVICE"] == 5
    assert tizilim(ulytau, "acts", "nothing").returncode == 2
    assert tizilim(ulytau, "set", "repeat_window", "ever").returncode == 0


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_reports_are_listed_in_each_language(tmp_path: Path, language: str) -> None:
    listed = tizilim(tmp_path, "print", "--list", "--lang", language)
    assert listed.returncode == 0
    names = [line.split()[0] for line in listed.stdout.splitlines()]
    assert len(names) == len(set(names))
    assert {
        "month",
        "cover",
        "consolidation",
        "receipt",
        *(kind.code for kind in monthly_registers()),
    } <= set(names)


def test_files_of_a_record_come_and_go(tmp_path: Path) -> None:
    folder, scan = tmp_path / "71", tmp_path / "бұйрық.pdf"
    scan.write_bytes(b"%PDF scanned")
    tizilim(folder, "init", "--branch", "71")
    with Workspace.open(folder, "сынақ сөйлемі") as workspace:
        record = entry.save(workspace, sanction()).record.id
    assert tizilim(folder, "attach", record[:14], str(scan)).returncode == 0
    assert [one["name"] for one in data(tizilim(folder, "attachments", record, "--json"))] == [scan.name]
    (tmp_path / "out").mkdir()
    tizilim(folder, "attachments", record, "--save", str(tmp_path / "out"))
    assert (tmp_path / "out" / scan.name).read_bytes() == scan.read_bytes()
    assert scan.name in tizilim(folder, "detach", record, scan.name).stdout
    assert data(tizilim(folder, "attachments", record, "--json")) == []
    again = tizilim(folder, "detach", record, scan.name)
    assert (again.returncode, scan.name in again.stderr) == (2, True)
    nothing = tizilim(folder, "set-aside", "--json")
    assert (nothing.returncode, data(nothing)) == (0, [])


def test_ones_own_passphrase_is_changed_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "71"
    tizilim(folder, "init", "--branch", "71")
    short = tizilim(folder, "users", "passphrase", TIZILIM_NEW_PASSPHRASE="қысқа")
    assert short.returncode == 2
    assert tizilim(folder, "users", "passphrase", TIZILIM_NEW_PASSPHRASE="жаңа құпия сөйлем").returncode == 0
    assert tizilim(folder, "doctor").returncode == 1
    assert tizilim(folder, "users", "list", passphrase="жаңа құпия сөйлем").returncode == 0


def test_one_record_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "71"
    tizilim(folder, "init", "--branch", "71")
    typed = ("employee=Оспанова Дина Уалиқызы", "iin=850101300005", "department=Есіл ХҚКБ", "type=выговор",
             "order_no=1-ж/қ", "order_date=05.01.2024")  # fmt: skip
    added = tizilim(folder, "record", "add", "sanction", *typed, "--json")
    assert added.returncode == 1  # with problems to look at
    record = data(added)
    assert record["values"]["type"] == "REPRIMAND"
    assert record["values"]["expires"] == "2024-07-05"
    short = record["id"][:12]
    changed = data(tizilim(folder, "record", "set", short, "announced=32.13", "note=тексерілді", "--json"))
    assert (changed["kept"], changed["values"]["note"]) == ({"announced": "32.13"}, "тексерілді")
    listed = data(tizilim(folder, "record", "list", "sanction", "--search", "оспанова дина", "--json"))
    assert [row["id"] for row in listed["records"]] == [record["id"]]
    assert data(tizilim(folder, "record", "list", "sanction", "--period", "2023-12", "--json"))["count"] == 0
    undone = data(tizilim(folder, "record", "undo", short, "--json"))
    assert (undone["kept"], undone["values"]["note"]) == ({}, None)
    assert tizilim(folder, "record", "void", short).returncode == 1  # a reason is asked for
    assert data(tizilim(folder, "record", "void", short, "--reason", "қате", "--json"))["void"] == "қате"
    assert "Оспанова" in tizilim(folder, "record", "show", short).stdout
    for wrong in (
        ("add", "sanction", "foo"),
        ("add", "nothing"),
        ("set", short, "expires=2030-01-01"),
        ("show", "zz"),
    ):
        assert tizilim(folder, "record", *wrong).returncode == 2
    assert tizilim(folder, "visit", "Есіл ХҚКБ", "04.01.2024", "1.02=340 см", "1.07=бар").returncode == 0
    assert tizilim(folder, "visit", "Есіл ХҚКБ", "04.01.2024", "99=1").returncode == 2
    assert data(tizilim(folder, "record", "list", "finding", "--search", "1.02", "--json"))["count"] == 1
    assert data(tizilim(folder, "log", "verify", "--json"))["sound"]


def test_cards_are_joined_and_parted_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "71"
    tizilim(folder, "init", "--branch", "71")
    for name, number in (("Оспанова Дина Уалиқызы", "1"), ("Оспанова Д.У.", "2")):
        tizilim(
            folder,
            "record",
            "add",
            "sanction",
            f"employee={name}",
            f"order_no={number}",
            "order_date=05.01.2024",
        )
    doubtful = tizilim(folder, "persons", "doubtful", "--json")
    assert doubtful.returncode == 1
    pair = data(doubtful)[0]
    assert tizilim(folder, "persons", "join", pair["first"][:12], pair["second"][:12]).returncode == 0
    assert tizilim(folder, "persons", "doubtful").returncode == 0
    assert tizilim(folder, "persons", "part", pair["second"][:12]).returncode == 0
    assert tizilim(folder, "persons", "doubtful").returncode == 1


def test_the_window_is_a_command_with_help(ulytau: Path) -> None:
    for where in (["--help"], ["window", "--help"]):
        helped = tizilim(ulytau, *where, DISPLAY="", QT_QPA_PLATFORM="")
        assert helped.returncode == 0
        assert "window" in helped.stdout
    assert not (ROOT / "--help").exists()
