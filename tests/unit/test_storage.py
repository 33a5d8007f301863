"""The store on a real encrypted file: keys, guards, log, migrations, backup, search."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.core.errors import EnvironmentFault, Refusal
from desktop_app.domain.record import new_record
from desktop_app.domain.register import registers
from desktop_app.services import backups, care, entry
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from desktop_app.storage.connection import filesystem_of, is_network_path, open_connection
from desktop_app.storage.exchange_tables import EXCHANGE_TABLES
from desktop_app.storage.keys import RECOVERY, KeyRing
from desktop_app.storage.log import Folded
from desktop_app.storage.migrate import scripts
from desktop_app.storage.search import FOLD_AT
from desktop_app.storage.store import SCHEMA, Store
from tests.conftest import PASSPHRASE

IIN = "850101300005"


def sanction(branch: str = "71", **values: object):
    base = {
        "employee": "Сәрсенов Тимур Маратович",
        "iin": IIN,
        "order_no": "5",
        "order_date": date(2023, 5, 4),
        "type": "REMARK",
    }
    return new_record("sanction", branch, **{**base, **values})


def test_nothing_readable_in_the_files(branch: Workspace) -> None:
    entry.save(branch, sanction(note="Құпия мәтін"))
    for path in branch.folder.iterdir():
        if path.is_file():
            body = path.read_bytes()
            assert IIN.encode() not in body
            assert "Құпия".encode() not in body
            assert not body.startswith(b"SQLite format")


def test_wrong_passphrase_and_plain_sqlite_are_refused(branch: Workspace) -> None:
    folder = branch.folder
    branch.close()
    with pytest.raises(Refusal, match="wrong_passphrase"):
        Workspace.open(folder, "басқа сөйлем")
    assert KeyRing(folder / KEYS).failures() == 1
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(folder / DATABASE).execute("SELECT * FROM meta")
    with pytest.raises(EnvironmentFault, match="or_damaged"):
        open_connection(folder / DATABASE, b"x" * 32)
    with Workspace.open(folder, PASSPHRASE):
        assert KeyRing(folder / KEYS).failures() == 0


def test_recovery_phrase_and_a_second_user_open_the_same_data(branch: Workspace) -> None:
    saved = entry.save(branch, sanction())
    ring = KeyRing(branch.folder / KEYS)
    ring.add(branch.opened, "бастық", "екінші сөйлем", "head")
    assert RECOVERY not in ring.users()
    phrase, folder = branch.recovery_phrase, branch.folder
    branch.close()
    for secret, role in ((phrase, "administrator"), ("екінші сөйлем", "head")):
        with Workspace.open(folder, secret) as again:
            assert again.opened.role == role
            assert entry.load(again, "sanction", saved.record.id) is not None


def test_one_instance_a_workspace(branch: Workspace) -> None:
    with pytest.raises(EnvironmentFault, match="in_use"):
        Workspace.open(branch.folder, PASSPHRASE)


def test_network_drives_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = f"//server/share {tmp_path} cifs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n"
    assert filesystem_of(tmp_path / "a", mounts) == "cifs"
    assert is_network_path(tmp_path / "a", mounts)
    assert not is_network_path(Path("/home/x"), mounts)
    assert is_network_path(Path("//server/share/x"))
    monkeypatch.setattr("desktop_app.storage.connection.filesystem_of", lambda _path, _mounts=None: "nfs4")
    with pytest.raises(EnvironmentFault, match="network"):
        Workspace.create(tmp_path / "net", PASSPHRASE, branch="71")


@pytest.mark.parametrize(
    "sql",
    ["UPDATE change SET entry = '{}'", "DELETE FROM change", "INSERT OR REPLACE INTO change SELECT * FROM change LIMIT 1",
     "UPDATE OR REPLACE change SET seq = 1", "DELETE FROM sanction", "INSERT OR REPLACE INTO sanction SELECT * FROM sanction LIMIT 1"],
)  # fmt: skip
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_log_and_rows_cannot_be_rewritten_behind_the_back(
    branch: Workspace, sql: str, recursive: str
) -> None:
    entry.save(branch, sanction())
    connection = open_connection(branch.store.path, branch.opened.key)
    connection.execute(f"PRAGMA recursive_triggers={recursive}")
    before = connection.execute("SELECT count(*), max(hash) FROM change").fetchall()
    with pytest.raises(Exception, match="tizilim:"):
        connection.execute(sql)
    assert connection.execute("SELECT count(*), max(hash) FROM change").fetchall() == before
    connection.close()


def test_a_tampered_log_does_not_verify(branch: Workspace) -> None:
    for number in range(4):
        entry.save(branch, sanction(order_no=str(number)))
    connection = open_connection(branch.store.path, branch.opened.key)
    connection.execute("DROP TRIGGER change_no_update")
    connection.execute("UPDATE change SET entry = replace(entry, 'REMARK', 'SEVERE') WHERE seq = 2")
    connection.execute("DROP TRIGGER change_no_delete")
    connection.execute("DELETE FROM change WHERE seq = 3")
    connection.close()
    found = care.verify_log(branch)
    assert {fault.what for fault in found.faults} >= {"hash", "gap"}


def test_a_row_changed_behind_the_log_differs_from_the_replay(branch: Workspace) -> None:
    saved = entry.save(branch, sanction())
    connection = open_connection(branch.store.path, branch.opened.key)
    connection.execute("UPDATE sanction SET type = 'SEVERE'")
    connection.close()
    assert ("sanction", saved.record.id) in care.verify_log(branch).differing


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["note", "order_no", "type", "announced", "suspended"]),
        st.integers(0, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_replay_equals_the_rows_after_any_edits(
    branch: Workspace, edits: list[tuple[str, int, bool]]
) -> None:
    record = entry.save(branch, sanction()).record
    values = {"note": ["а", "ә", None, "б"], "order_no": ["1", "2", "3", None], "type": ["REMARK", "SEVERE", None, "DISMISSAL"],
              "announced": [date(2023, 5, 5), None, date(2023, 6, 1), date(2023, 5, 9)], "suspended": [0, 5, None, 14]}  # fmt: skip
    for name, choice, undo in edits:
        record = entry.save(branch, record.with_values(**{name: values[name][choice]})).record
        if undo and not record.void_reason:
            record = entry.undo(branch, "sanction", record.id).record
    assert care.verify_log(branch).is_sound


@given(st.permutations(range(5)))
def test_fold_supersedes_exactly_what_the_author_saw(order: list[int]) -> None:
    def change(w: str, n: int, value: str, base: list[tuple[str, int]]) -> dict:
        return {
            "u": "o",
            "w": w,
            "n": n,
            "t": f"{n:016x}",
            "b": "71",
            "id": "r",
            "set": {"note": value},
            "base": {"note": base} if base else {},
        }

    changes = [
        change("a", 1, "x", []),
        change("a", 2, "y", [("a", 1)]),
        change("b", 1, "z", [("a", 1)]),
        change("b", 2, "z", [("b", 1)]),
        change("c", 1, "y", [("a", 1)]),
    ]
    folded = Folded("sanction", "r", "71")
    for place in order:
        folded.apply(changes[place])
    assert {v.value for v in folded.conflicts()["note"]} == {"y", "z"}
    folded.apply(change("a", 3, "w", [("a", 2), ("b", 2), ("c", 1)]))
    assert folded.conflicts() == {}
    assert folded.to_record().values.note == "w"


def test_migrations_are_the_newest_and_match_the_classes(branch: Workspace) -> None:
    assert scripts().get_current_head() == SCHEMA
    from desktop_app.storage import tables

    with branch.store.read() as reader:
        for table in [*tables.all_register_tables(), *tables.metadata.sorted_tables]:
            columns = {
                row[1]: (row[2], bool(row[3]) or bool(row[5]))
                for row in reader.rows(f"PRAGMA table_info({table.name})")
            }
            assert set(columns) == {column.name for column in table.columns}, table.name
            for column in table.columns:
                assert columns[column.name][0] == str(column.type), (table.name, column.name)
        for code in registers():
            assert reader.rows("SELECT 1 FROM sqlite_master WHERE name = ?", [f"{code}_search"])


def test_an_older_file_is_copied_then_brought_up_with_its_data(branch: Workspace) -> None:
    saved = entry.save(branch, sanction())
    folder, key = branch.folder, branch.opened.key
    branch.close()
    connection = open_connection(folder / DATABASE, key)
    later = [f"DROP TABLE {table.name}" for table in EXCHANGE_TABLES]
    later += ["DROP INDEX ix_change_reopen", "DROP INDEX ix_change_received", "DROP INDEX ix_sanction_branch_month",
              "CREATE INDEX ix_sanction_branch_period ON sanction (branch, period)"]  # fmt: skip
    for statement in (*later, "DROP TABLE draft", "DROP TABLE search_waiting", "DROP TABLE import_row", "UPDATE alembic_step SET version_num = '0001'",
                      "DROP TRIGGER sanction_no_delete", "DROP INDEX ix_sanction_order_date", "ALTER TABLE sanction DROP COLUMN lifted",
                      "UPDATE meta SET value = 'old' WHERE name = 'shape'"):  # fmt: skip
        if "DROP COLUMN" in statement:
            for trigger in [
                r[0]
                for r in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                ).fetchall()
            ]:
                connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.execute(statement)
    connection.close()
    with Workspace.open(folder, PASSPHRASE) as again, again.store.read() as reader:
        names = {
            row[0]
            for row in reader.rows(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'sanction'"
            )
        }
        assert "ix_sanction_branch_month" in names
        assert "ix_sanction_branch_period" not in names
        found = entry.load(again, "sanction", saved.record.id)
        assert found is not None
        assert found.values == saved.record.values
        entry.save_draft(again, "d", "sanction", {"note": "x"})
        entry.save(again, sanction(order_no="6", lifted=date(2023, 7, 1)))
        assert care.verify_log(again).is_sound
    copies = list(folder.glob("tizilim-before-upgrade-*.db"))
    assert len(copies) == 1
    assert open_connection(copies[0], key).execute("SELECT version_num FROM alembic_step").fetchone() == (
        "0001",
    )


def test_a_newer_file_is_refused_and_left_alone(branch: Workspace) -> None:
    folder, key = branch.folder, branch.opened.key
    branch.close()
    connection = open_connection(folder / DATABASE, key)
    connection.execute("UPDATE alembic_step SET version_num = '9999'")
    connection.close()
    with pytest.raises(EnvironmentFault, match="newer_file"):
        Workspace.open(folder, PASSPHRASE)
    with pytest.raises(EnvironmentFault, match="newer_file"):
        Store.open(folder / DATABASE, key)


def test_backup_is_verified_and_restores_as_a_new_workstation(astana: Workspace, tmp_path: Path) -> None:
    folder = backups.backup(astana)
    changes = backups.restore(folder, tmp_path / "again", PASSPHRASE)
    with Workspace.open(tmp_path / "again", PASSPHRASE) as again:
        assert again.store.workstation != astana.store.workstation
        found = care.verify_log(again)
        assert found.is_sound
        assert found.changes == changes
        entry.save(again, sanction())
        assert care.verify_log(again).is_sound


def test_a_damaged_backup_is_not_used(astana: Workspace, tmp_path: Path) -> None:
    folder = backups.backup(astana)
    path = folder / DATABASE
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0x40
    path.write_bytes(body)
    with pytest.raises(EnvironmentFault):
        backups.restore(folder, tmp_path / "again", PASSPHRASE)
    assert not (tmp_path / "again" / DATABASE).exists()


def test_a_full_disk_is_a_sentence_and_nothing_half_written(branch: Workspace) -> None:
    entry.save(branch, sanction())
    with branch.store.read() as reader:  # the one connection there is: the next save writes by it
        pages = reader.rows("PRAGMA page_count")[0][0]
        reader.rows(f"PRAGMA max_page_count={pages}")
    with pytest.raises(EnvironmentFault, match="disk.full"):
        for number in range(400):
            entry.save(branch, sanction(order_no=str(number), note="ұзын " * 400))
    with branch.store.read() as reader:
        reader.rows("PRAGMA max_page_count=100000")
    entry.save(branch, sanction(order_no="соңғы"))
    assert care.verify_log(branch).is_sound


def test_readers_in_threads_see_whole_transactions(branch: Workspace) -> None:
    faults: list[str] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            with branch.store.read() as reader:
                reader.connection.execute("BEGIN")
                rows = reader.rows(
                    "SELECT (SELECT count(*) FROM sanction), (SELECT coalesce(sum(n), 0) FROM tally WHERE register = 'sanction')"
                )
                reader.connection.execute("COMMIT")
            if rows[0][0] != rows[0][1]:
                faults.append(str(rows))

    watchers = [threading.Thread(target=watch) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    for number in range(40):
        entry.save(branch, sanction(order_no=str(number)))
    stop.set()
    for watcher in watchers:
        watcher.join()
    assert not faults


@pytest.mark.parametrize(
    "words", ["сәрсен", "САРСЕН", "сарсенов тимур", "Сарсeнов", "300005", "архивист", "39/1", "ескертпе сөзі"]
)
def test_search_finds_parts_of_names_numbers_and_words(branch: Workspace, words: str) -> None:
    record = sanction(order_no="139/15", note="Ұзақ ескертпе сөзі, архивист Пётр").with_values(kind="V07")
    entry.save(branch, record)
    entry.save(branch, sanction(employee="Ким Анна", iin="921215400109", order_no="1"))
    with branch.store.read() as reader:
        assert reader.search(words, ["sanction"]) == [("sanction", record.id)]


@pytest.mark.parametrize(
    ("words", "found"), [("ки", 1), ("13", 1), ("кі", 0), ("ки анн", 1), ("сә", 1), ("яя", 0)]
)
def test_one_or_two_letters_find_what_begins_with_them(branch: Workspace, words: str, found: int) -> None:
    from desktop_app.services.listing import Listing, ListQuery

    entry.save(branch, sanction(order_no="139/15"))
    entry.save(branch, sanction(employee="Ким Анна", iin="921215400109", order_no="7"))
    listing = Listing(branch)
    listing.begin(ListQuery("sanction", words=words))
    assert listing.count() == found


def test_search_follows_edits(branch: Workspace) -> None:
    saved = entry.save(branch, sanction(note="бұрынғы мәтін")).record
    entry.save(branch, saved.with_values(note="кейінгі мәтін"))
    with branch.store.read() as reader:
        assert reader.search("бұрынғы", ["sanction"]) == []
        assert reader.search("кейінгі", ["sanction"])


def test_workspace_copied_without_its_keys_does_not_open(branch: Workspace, tmp_path: Path) -> None:
    folder = branch.folder
    branch.close()
    (tmp_path / "copy").mkdir()
    shutil.copy2(folder / DATABASE, tmp_path / "copy" / DATABASE)
    with pytest.raises(EnvironmentFault, match="no_file"):
        Workspace.open(tmp_path / "copy", PASSPHRASE)


def test_words_of_single_saves_are_found_at_once_and_move_into_the_index(branch: Workspace) -> None:
    def waiting() -> int:
        with branch.store.read() as reader:
            return int(reader.rows("SELECT count(*) FROM search_waiting")[0][0])

    most = 0
    for number in range(150):
        entry.save(branch, sanction(order_no=f"{number}-ерекше", iin=None, employee=f"Қызметкер{number}"))
        most = max(most, waiting())
    assert 0 < most <= FOLD_AT
    assert waiting() < most
    with branch.store.read() as reader:
        for number in (0, 77, 149):
            assert len(reader.search(f"қызметкер{number}", ["sanction"])) >= 1
        saved = next(iter(reader.records("sanction", "order_no = ?", ["77-ерекше"])))
    entry.save(branch, saved.with_values(order_no="басқаша"))
    with branch.store.read() as reader:
        assert reader.search("77-ерекше", ["sanction"]) == []
        assert reader.search("басқаша", ["sanction"]) == [("sanction", saved.id)]
