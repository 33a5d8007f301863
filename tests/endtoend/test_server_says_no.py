"""What the shared database's server refuses or breaks off is said in a sentence of its own; nothing is lost by it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from desktop_app import cli
from desktop_app.core.errors import EnvironmentFault
from desktop_app.services import care, entry
from desktop_app.services.peers import card_text
from desktop_app.services.receiving import receive
from desktop_app.services.sending import send
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE
from tests.endtoend.test_exchange import introduce, only, place, sanction, shown
from tests.postgres import binaries, new_database, running_server

__all__ = ["place"]
pytestmark = pytest.mark.skipif(
    binaries() is None, reason="no PostgreSQL server is installed (.ci/run installs it)"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as address:
        yield address


@pytest.fixture
def database(server: str) -> str:
    return new_database(server)


@pytest.fixture
def hq(database: str, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "hq", PASSPHRASE, database=database) as workspace:
        yield workspace


def _login(database: str, name: str, *said: str) -> str:
    """Make a login of the server; return the database's address for it."""
    with psycopg.connect(database, autocommit=True) as owner:
        if owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            owner.execute(f"DROP OWNED BY {name}")  # type: ignore[arg-type]
            owner.execute(f"DROP ROLE {name}")  # type: ignore[arg-type]
        owner.execute(f"CREATE ROLE {name} LOGIN")  # type: ignore[arg-type]
        for statement in said:
            owner.execute(statement.format(name=name))  # type: ignore[arg-type]
    parts = urlsplit(database)
    return parts._replace(netloc=f"{name}@{parts.hostname}:{parts.port}").geturl()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(folder: Path, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("TIZILIM_PASSPHRASE", PASSPHRASE)
        monkeypatch.setenv("TIZILIM_LANG", "en")
        capsys.readouterr()
        code = cli.run(["-w", str(folder), *words])
        told = capsys.readouterr()
        assert "failed" not in told.err, (words, told.err)
        return code, told.out + told.err

    return call


def test_nobody_empties_a_table_and_a_guard_taken_off_is_named_and_put_back(
    hq: Workspace, branch: Workspace, database: str, place: Path
) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    send(branch, str(place))
    receive(hq, [str(place)])
    asked = (
        "TRUNCATE change CASCADE",
        "TRUNCATE change_71",
        "TRUNCATE month_lock",
        "TRUNCATE sanction",
        "TRUNCATE reopening",
    )
    with psycopg.connect(database, autocommit=True) as owner:
        for statement in asked:
            with pytest.raises(psycopg.errors.RaiseException, match="tizilim:log_is_append_only"):
                owner.execute(statement)  # type: ignore[arg-type]
        assert care.verify_log(hq).guards_off == ()
        owner.execute("DROP TRIGGER change_no_truncate ON change")
        owner.execute("ALTER TABLE sanction DISABLE TRIGGER sanction_no_truncate")
        assert sorted(care.verify_log(hq).guards_off) == ["change_no_truncate", "sanction_no_truncate"]
        owner.execute("CREATE OR REPLACE FUNCTION tizilim_no_truncate() RETURNS trigger LANGUAGE plpgsql AS "
                      "$$ BEGIN RETURN NULL; END $$")  # fmt: skip
        assert "change_71_no_truncate" in care.verify_log(hq).guards_off
        folder = hq.folder
        hq.close()
        with Workspace.open(folder, PASSPHRASE) as again:
            assert care.verify_log(again).guards_off == ()
        for statement in asked:
            with pytest.raises(psycopg.errors.RaiseException, match="tizilim:log_is_append_only"):
                owner.execute(statement)  # type: ignore[arg-type]


def test_a_session_killed_amid_a_merge_is_said_and_the_package_goes_in_the_next_time(
    hq: Workspace, branch: Workspace, database: str, place: Path
) -> None:
    introduce(branch, hq)
    for number in range(30):
        entry.save(branch, sanction(str(number)))
    send(branch, str(place))
    found: list[Any] = []
    work = threading.Thread(target=lambda: found.extend(receive(hq, [str(place)])))
    with psycopg.connect(database) as holder:
        holder.execute("LOCK TABLE sanction IN EXCLUSIVE MODE")  # the merge comes as far as this and waits
        work.start()
        _kill_who_waits(database)
        holder.rollback()
    work.join(30)
    assert not work.is_alive()
    refusal = only(found).refusal
    assert isinstance(refusal, EnvironmentFault)
    assert refusal.code == "database.lost"
    assert shown(hq)["sanction"] == []
    assert only(receive(hq, [str(place)])).refusal is None
    assert shown(hq)["sanction"] == shown(branch)["sanction"]
    assert care.verify_log(hq).is_sound


def _kill_who_waits(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as behind:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            killed = behind.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ).fetchall()
            if killed:
                return
    pytest.fail("nobody came as far as the lock")


def test_a_copy_that_only_reads_says_so_to_who_writes(
    hq: Workspace, branch: Workspace, database: str, place: Path, tmp_path: Path, said: Any
) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    send(branch, str(place))
    receive(hq, [str(place)])
    card = tmp_path / "75.card"
    with Workspace.create(tmp_path / "75", PASSPHRASE, branch="75") as other:
        card.write_text(card_text(other), "utf-8")
    address = _login(database, "copy_test", "GRANT tizilim_writer TO {name}")
    folder = tmp_path / "copy"
    Workspace.create(folder, PASSPHRASE, database=address).close()
    _login_set(database, "copy_test", "SET default_transaction_read_only = on")
    with hq.store.read() as reader:
        key = next(reader.records("sanction")).id
    for words in (["record", "list", "sanction"], ["record", "show", key], ["status"], ["log", "show", key]):
        assert said(folder, *words)[0] in (0, 1), words
    for words in (
        ["record", "void", key, "--reason", "қате"], ["key", "add", str(card)], ["calendar", "2024-01-10", "off"],
        ["set", "lock_minutes", "15"], ["receive", str(place)],
    ):  # fmt: skip
        code, told = said(folder, *words)
        assert (code, "read-only" in told) == (3, True), (words, told)


def _login_set(database: str, name: str, what: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f"ALTER ROLE {name} {what}")  # type: ignore[arg-type]


def test_a_reader_has_no_key_and_is_told_so(
    hq: Workspace, branch: Workspace, database: str, tmp_path: Path, said: Any
) -> None:
    card = tmp_path / "71.card"
    card.write_text(card_text(branch), "utf-8")
    address = _login(database, "reading_test", "GRANT tizilim_reader TO {name}")
    folder = tmp_path / "reading"
    Workspace.create(folder, PASSPHRASE, database=address).close()
    assert said(folder, "record", "list", "sanction")[0] == 0
    for words in (["key", "show"], ["key", "add", str(card)]):
        code, told = said(folder, *words)
        assert (code, "account" in told) == (3, True), (words, told)


def test_a_login_that_may_not_make_tables_is_told_so(server: str, tmp_path: Path, said: Any) -> None:
    empty = new_database(server)
    address = _login(empty, "making_test", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    code, told = said(tmp_path / "new", "init", "--headquarters", "--database", address)
    assert (code, "account" in told) == (3, True), told
    assert not (tmp_path / "new" / "keys.json").exists()
