"""Headquarters restored from a dump or a backup comes back with every branch; a restored branch raises no false alarm."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from desktop_app.core.periods import Period
from desktop_app.services import care, conflicts, entry
from desktop_app.services.backups import backup, restore
from desktop_app.services.beginning_anew import begin_anew
from desktop_app.services.board import board
from desktop_app.services.closing import close
from desktop_app.services.months import declare, month
from desktop_app.services.receiving import Received, receive
from desktop_app.services.sending import send
from desktop_app.services.set_aside import set_aside
from desktop_app.services.verdicts import accept, return_month
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE
from tests.endtoend.test_exchange import introduce, place, sanction
from tests.postgres import binaries, new_database, running_server

__all__ = ["place"]
MONTHS = (Period(2023, 3), Period(2023, 4), Period(2023, 5))
needs_server = pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server is installed")


def _close(branch: Workspace, period: Period) -> None:
    entry.save(branch, sanction(str(period), order_date=period.first_day))
    for section in month(branch, period).sections:
        if section.state == "MISSING":
            declare(branch, period, section.register, "NIL")
    close(branch, period, reason="салыстырылды")


class Country:
    """A headquarters whose database can be put back to an earlier copy, and a branch."""

    def __init__(self, tmp_path: Path, database: str) -> None:
        self._folder, self._database, self._copy = tmp_path, database, tmp_path / "copy"
        self.hq = Workspace.create(tmp_path / "hq", PASSPHRASE, database=database)

    def copy(self) -> None:
        if not self._database:
            backup(self.hq, self._copy)
            return
        self._run("pg_dump", "-Fc", "-f", str(self._copy), self._database)

    def put_back(self) -> None:
        self.hq.close()
        if not self._database:
            shutil.rmtree(self._folder / "hq")
            restore(self._copy, self._folder / "hq", PASSPHRASE)
        else:
            import psycopg

            parts = urlsplit(self._database)
            server, name = self._database.rpartition("/")[0], parts.path.strip("/")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}"')
                connection.execute(f'CREATE DATABASE "{name}"')
            self._run("pg_restore", "-d", self._database, str(self._copy))
        self.hq = Workspace.open(self._folder / "hq", PASSPHRASE)

    @staticmethod
    def _run(*command: str) -> None:
        programs = binaries()
        assert programs is not None
        subprocess.run(
            [str(programs / command[0]), *command[1:]], check=True, capture_output=True, env=dict(os.environ)
        )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_server)])
def country(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Country]:
    made = Country(
        tmp_path, "" if request.param == "sqlite" else new_database(request.getfixturevalue("server"))
    )
    yield made
    made.hq.close()


@pytest.fixture
def on_server(server: str, tmp_path: Path) -> Iterator[Country]:
    made = Country(tmp_path, new_database(server))
    yield made
    made.hq.close()


def _fine(found: list[Received]) -> None:
    for got in found:
        assert got.refusal is None
        assert (got.merged.forks, got.merged.waiting, got.missing, got.own) == ([], 0, (), ())


def _states(workspace: Workspace) -> list[str]:
    cells = board(workspace, MONTHS[0], MONTHS[-1], ["71"])
    return [cells.cell("71", period).state for period in MONTHS]


def _all_is_well(branch: Workspace, hq: Workspace) -> None:
    for workspace in (branch, hq):
        assert care.verify_log(workspace).is_sound
        assert [one for one in set_aside(workspace) if one.kind != "quarantine"] == []
        assert conflicts.listed(workspace) == []
    assert _states(branch) == _states(hq)


def _until_the_copy(country: Country, branch: Workspace, place: Path) -> None:
    """Three months come; the copy is made; one is accepted and the branch hears of it."""
    introduce(branch, country.hq)
    for period in MONTHS:
        _close(branch, period)
    send(branch, str(place), MONTHS)
    receive(country.hq, [str(place)])
    send(country.hq, str(place))
    receive(branch, [str(place)])
    country.copy()
    accept(country.hq, "71", MONTHS[:1])
    entry.save(branch, sanction("after", order_date=Period(2023, 6).first_day))
    send(branch, str(place))
    receive(country.hq, [str(place)])
    send(country.hq, str(place))
    _fine(receive(branch, [str(place)]))
    assert _states(branch)[0] == "ACCEPTED"


def _exchange(country: Country, branch: Workspace, place: Path, times: int = 2) -> list[Received]:
    found: list[Received] = []
    for _ in range(times):
        send(country.hq, str(place))
        _fine(receive(branch, [str(place)]))
        send(branch, str(place))
        found = receive(country.hq, [str(place)])
        _fine(found)
    send(country.hq, str(place))
    _fine(receive(branch, [str(place)]))
    return found


def test_by_one_command_everything_comes_back(country: Country, branch: Workspace, place: Path) -> None:
    _until_the_copy(country, branch, place)
    country.put_back()
    hq = country.hq
    begin_anew(hq)
    _exchange(country, branch, place)
    assert _states(hq) == ["ACCEPTED", "RECEIVED", "RECEIVED"]
    return_month(hq, "71", MONTHS[1], "Тексеріңіз")
    _exchange(country, branch, place, 1)
    assert _states(branch)[1] == "RETURNED"
    with hq.store.read() as reader, branch.store.read() as other:
        ours, theirs = ({r.id for r in one.records("sanction")} for one in (reader, other))
    assert ours == theirs  # the branch's own changes that the copy lacked came again too
    _all_is_well(branch, hq)


@needs_server
def test_what_was_written_before_anybody_noticed_is_said_again(
    on_server: Country, branch: Workspace, place: Path
) -> None:
    country = on_server
    _until_the_copy(country, branch, place)
    country.put_back()
    hq = country.hq
    # Nobody has noticed: a month is returned under numbers that are given away already.
    return_month(hq, "71", MONTHS[1], "Тексеріңіз")
    entry.save(branch, sanction("later", order_date=Period(2023, 6).first_day))
    send(branch, str(place))
    found = receive(hq, [str(place)])
    assert [got.refusal for got in found] == [None] * len(found)
    assert "own_lost" in [code for got in found for code in got.own]
    begin_anew(hq)
    _exchange(country, branch, place, 3)
    assert _states(branch)[1] == "RETURNED"
    accept(hq, "71", MONTHS[:1])
    _exchange(country, branch, place, 1)
    _all_is_well(branch, hq)


@needs_server
def test_a_fork_that_reached_the_branch_is_healed_too(
    on_server: Country, branch: Workspace, place: Path
) -> None:
    country = on_server
    _until_the_copy(country, branch, place)
    country.put_back()
    hq = country.hq
    return_month(hq, "71", MONTHS[1], "Тексеріңіз")
    send(hq, str(place))
    (got,) = receive(branch, [str(place)])
    assert got.merged.forks == [f"{hq.store.workstation}.71"]
    send(branch, str(place), whole=True)
    receive(hq, [str(place)])
    begin_anew(hq)
    for _ in range(3):
        send(hq, str(place))
        receive(branch, [str(place)])
        send(branch, str(place))
        receive(hq, [str(place)])
    accept(hq, "71", MONTHS[:1])
    _exchange(country, branch, place, 1)
    assert _states(branch) == ["ACCEPTED", "RETURNED", "RECEIVED"]
    _all_is_well(branch, hq)


def test_a_restored_branch_is_missed_nothing_by(branch: Workspace, tmp_path: Path, place: Path) -> None:
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as hq:
        introduce(branch, hq)
        for number in range(3):
            entry.save(branch, sanction(str(number)))
            send(branch, str(place))
        receive(hq, [str(place)])
        backup(branch, tmp_path / "copy")
        branch.close()
        restore(tmp_path / "copy", tmp_path / "again", PASSPHRASE)
        with Workspace.open(tmp_path / "again", PASSPHRASE) as again:
            introduce(again, hq)
            entry.save(again, sanction("9"))
            send(again, str(place))
            _fine(receive(hq, [str(place)]))


def test_a_clone_is_told_that_it_was_stopped(branch: Workspace, tmp_path: Path, place: Path) -> None:
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as hq:
        introduce(branch, hq)
        entry.save(branch, sanction("1"))
        send(branch, str(place))
        receive(hq, [str(place)])
        folder = branch.folder
        branch.close()
        shutil.copytree(folder, tmp_path / "clone")
        for number, where in (("2", folder), ("3", tmp_path / "clone")):
            with Workspace.open(where, PASSPHRASE) as one:
                entry.save(one, sanction(number))
                send(one, str(place))
        receive(hq, [str(place)])
        send(hq, str(place))
        with Workspace.open(tmp_path / "clone", PASSPHRASE) as clone:
            assert "own_stopped" in [code for got in receive(clone, [str(place)]) for code in got.own]
