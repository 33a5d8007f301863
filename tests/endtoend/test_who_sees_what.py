"""Every command for every role: who may do it, and that who may not see an identification number sees none."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from desktop_app import cli
from desktop_app.cli_base import app
from desktop_app.services import entry, users
from desktop_app.services.listing import Listing, ListQuery
from desktop_app.services.peers import card_text
from desktop_app.services.rights import ROLES, may
from desktop_app.services.workspace import Workspace
from desktop_app.storage import keys
from tests.conftest import PASSPHRASE
from tests.unit.test_storage import sanction

IIN = "850101300011"
OTHER = "850101300012"
"""One digit beside: a pair to doubt, and a number with a wrong check digit."""
BRANCH: dict[str, tuple[str, str]] = {
    # command → right, and a call of it; {…} is filled in below
    "log verify": ("read", "log verify"), "log show": ("read", "log show {record}"), "doctor": ("read", "doctor"),
    "backup": ("backup", "backup"), "set": ("settings", "set lock_minutes 15"),
    "calendar": ("settings", "calendar 2024-01-10 off"), "users list": ("read", "users list"),
    "users add": ("users", "users add жаңа --role officer"), "users remove": ("users", "users remove жаңа"),
    "send": ("exchange", "send --to {stick}"), "receive": ("exchange", "receive {stick}"),
    "key show": ("exchange", "key show"), "key add": ("keys", "key add {card}"), "key list": ("read", "key list"),
    "key revoke": ("keys", "key revoke {peer} --reason жоғалды"), "status": ("read", "status"),
    "conflicts": ("read", "conflicts"), "set-aside": ("read", "set-aside"), "receipts": ("read", "receipts"),
    "attach": ("enter", "attach {record} {file}"), "attachments": ("read", "attachments {record}"),
    "detach": ("enter", "detach {record} скан.txt"), "import": ("import", "import {file}"),
    "acts": ("read", "acts terms"), "paper": ("read", "paper BA4A-BF2F-2799-A714"), "check": ("read", "check"), "summary": ("read", "summary"), "declare": ("enter", "declare 2023-11 finding NIL"),
    "rehearse": ("read", "rehearse 2023-05"), "close": ("close", "close 2023-11 --reason себебі"),
    "reopen": ("reopen", "reopen 2023-11 --records new --reason себебі --until 2024-02-01"),
    "print": ("read", "print month --period 2023-05 --out {paper}"),
    "visit": ("enter", "visit Бөлім 2023-12-10 1.02=бар"), "record list": ("read", "record list person"),
    "record show": ("read", "record show {record}"), "record add": ("enter", "record add sanction employee=Аты"),
    "record set": ("enter", "record set {record} note=жазба --reason себебі"),
    "record void": ("enter", "record void {other} --reason қате"), "record undo": ("enter", "record undo {other}"),
    "persons doubtful": ("read", "persons doubtful"), "persons join": ("merge", "persons join {one} {two}"),
    "persons part": ("merge", "persons part {two}"),
}  # fmt: skip
HEADQUARTERS: dict[str, tuple[str, str]] = {
    "guide": ("settings", "guide {file}"), "accept": ("accept", "accept 71 2023-05"),
    "return": ("accept", "return 71 2023-05 --reason қате"), "recovery officer": ("users", "recovery officer Жанар"),
    "recovery open": ("users", "recovery open {peer} --by а --by ә --to {stick}"),
}  # fmt: skip
ELSEWHERE = {"init", "restore", "demo", "showcase", "resolve", "users passphrase", "window"}
"""No workspace is opened by them, it is one's own passphrase, or (``resolve``) there is nothing to decide here."""


class Place(NamedTuple):
    folder: Path
    blanks: dict[str, str]
    headquarters: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("roles")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MEMORY_KIB", 64)
        patch.setattr(keys, "_TIME", 1)
        with (
            Workspace.create(folder / "71", PASSPHRASE, branch="71") as branch,
            Workspace.create(folder / "hq", PASSPHRASE) as hq,
        ):
            saved = entry.save(branch, sanction(iin=IIN, note="ЖСН 850101 300011")).record
            other = entry.save(branch, sanction(iin=OTHER, order_no="6", order_date=date(2023, 12, 4))).record
            users_of = {
                role: users.add_user(w, role, role, PASSPHRASE) for w in (branch, hq) for role in ROLES
            }
            assert set(users_of) == set(ROLES)
            (folder / "card").write_text(card_text(hq), "utf-8")
            blanks = {
                "record": saved.id, "other": other.id, "one": saved.values.person, "two": other.values.person,
                "stick": str(folder / "stick"), "card": str(folder / "card"), "file": str(folder / "скан.txt"),
                "paper": str(folder / "paper.pdf"), "peer": hq.store.workstation,
            }  # fmt: skip
        (folder / "stick").mkdir()
        (folder / "скан.txt").write_text("мәтін", "utf-8")
        yield Place(folder / "71", blanks, folder / "hq")


def _call(
    folder: Path, role: str, words: list[str], capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
) -> str:
    for name, value in (("PASSPHRASE", PASSPHRASE), ("USER", role), ("NEW_PASSPHRASE", PASSPHRASE), ("LANG", "en"),
                        ("OFFICER_А", PASSPHRASE), ("OFFICER_Ә", PASSPHRASE)):  # fmt: skip
        patch.setenv(f"TIZILIM_{name}", value)
    capsys.readouterr()
    cli.run(["-w", str(folder), *words])
    told = capsys.readouterr()
    assert "failed" not in told.err, (words, told.err)
    return told.out + told.err


def _commands() -> set[str]:
    import typer.main

    group: Any = typer.main.get_command(app)
    found = set()
    for name, command in group.commands.items():
        found |= {f"{name} {sub}" for sub in command.commands} if hasattr(command, "commands") else {name}
    return found


def test_every_command_is_asked_of_every_role_below() -> None:
    assert _commands() - ELSEWHERE == set(BRANCH) | set(HEADQUARTERS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_its_rights_say_and_no_more(
    place: Place, role: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, commands in ((place.folder, BRANCH), (place.headquarters, HEADQUARTERS)):
        for right, call in commands.values():
            words = [part.format(**place.blanks) for part in call.split()]
            told = _call(folder, role, [*words, "--json"], capsys, monkeypatch)
            assert ("right.missing" in told) is not may(role, right), (role, call, told)  # type: ignore[arg-type]
            if not may(role, "unmask"):
                told += _call(folder, role, words, capsys, monkeypatch)
                for number in (IIN, OTHER, "850101 300011"):
                    assert number not in told, (call, told)


def test_an_auditor_finds_no_number_by_searching(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(role: str, words: str) -> int:
        told = _call(
            place.folder,
            role,
            ["record", "list", "sanction", "--search", words, "--json"],
            capsys,
            monkeypatch,
        )
        return int(json.loads(told)["count"])

    for part in (IIN, "0011", "300", "85"):
        assert found("officer", part) > 0, part
        assert found("auditor", part) == 0, part
    assert found("auditor", "сәрсенов") > 0
    with Workspace.open(place.folder, PASSPHRASE, "auditor") as auditor:
        listing = Listing(auditor)
        listing.begin(ListQuery("sanction", words="сәрсенов 0011"))
        assert listing.count() == 0


def test_an_order_that_is_no_field_is_refused_and_every_register_can_be_listed(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for sort in ("(select 1)", "name; DROP TABLE person", "--id", "rid"):
        told = _call(place.folder, "administrator", ["record", "list", "person", f"--sort={sort}", "--json"], capsys, monkeypatch)  # fmt: skip
        assert "usage.sort" in told, told
    for register in ("submission", "sanction", "person", "complaint", "finding", "department"):
        told = _call(place.folder, "auditor", ["record", "list", register, "--json"], capsys, monkeypatch)
        assert "records" in json.loads(told), told


def test_nothing_that_acts_reaches_the_terminal(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = "x\x1b]0;иә\x07\u202eгод\x9b2J\r"
    file = tmp_path / "скан\x1b[2J\u202e.txt"
    file.write_text("x", "utf-8")
    with Workspace.open(place.folder, PASSPHRASE, "administrator") as opened:
        bad = entry.save(opened, sanction(employee=evil, note=evil + "\n! Қате: жоқ", order_no="77")).record
    acting = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
    for words in (
        ["record", "show", bad.id], ["log", "show", bad.id], ["attach", bad.id, str(file)], ["attachments", bad.id],
        ["record", "list", "sanction"], ["record", "list", "person"], ["check"], ["import", str(file)],
        ["rehearse", "2023-05"], ["record", "show", evil], [evil], ["persons", "doubtful"],
    ):  # fmt: skip
        for more in ([], ["--json"]):
            told = _call(place.folder, "administrator", [*words, *more], capsys, monkeypatch)
            assert not acting.search(told), (words, told)
            if more and told.startswith(("{", "[")):
                json.JSONDecoder().raw_decode(told)
            assert "\n! Қате" not in told


def test_year_9999_is_saved_with_its_problem(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ("31.12.9999", "01.01.0001", "9999-12-31"):
        told = _call(place.folder, "officer", ["record", "add", "sanction", "employee=Аты Жөні", f"order_date={day}"],
                     capsys, monkeypatch)  # fmt: skip
        assert told
        told = _call(place.folder, "officer", ["record", "set", place.blanks["record"], f"announced={day}",
                                               "--reason", "сынақ"], capsys, monkeypatch)  # fmt: skip
    for words in (["check"], ["status"], ["summary"], ["log", "verify"], ["record", "list", "sanction"]):
        _call(place.folder, "officer", words, capsys, monkeypatch)
