"""Damage, a full or read-only disk, a wrong key: each has its own sentence in every command, and nothing crashes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app import cli
from desktop_app.core.errors import EnvironmentFault
from desktop_app.services import backups, entry
from desktop_app.services.intake import import_workbooks
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from desktop_app.storage import keys
from desktop_app.storage.connection import open_connection
from desktop_app.storage.faults import translated
from desktop_app.storage.pages import damaged_pages
from tests.conftest import PASSPHRASE
from tests.endtoend.test_command_line import BOOK
from tests.unit.test_storage import sanction

PAGE = 4096
LOOKS = (["status"], ["summary"], ["check"], ["record", "list", "sanction"], ["log", "verify"], ["backup"], ["doctor"],
         ["record", "add", "sanction", "employee=Аты Жөні"])  # fmt: skip


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "_TIME", 1)
    monkeypatch.setenv("TIZILIM_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("TIZILIM_LANG", "en")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage") / "62"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_MEMORY_KIB", 64)
        patch.setattr(keys, "_TIME", 1)
        with Workspace.create(folder, PASSPHRASE, branch="62") as workspace:
            import_workbooks(workspace, [BOOK])
            backups.backup(workspace)
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


def _said(folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = cli.run(["-w", str(folder), *words])
    told = capsys.readouterr()
    assert "failed" not in told.err, (words, told.err)
    return code, told.out + told.err


def _flip(path: Path, page: int) -> None:
    body = bytearray(path.read_bytes())
    body[(page - 1) * PAGE + 777] ^= 0x10
    path.write_bytes(body)


@pytest.mark.parametrize("part", range(12))
def test_a_flipped_bit_is_named_by_its_page_and_crashes_no_command(
    copy: Path, part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copy / DATABASE
    count = path.stat().st_size // PAGE
    page = 1 + part * (count - 1) // 11
    _flip(path, page)
    for words in LOOKS:
        code, told = _said(copy, words, capsys)
        if words == ["doctor"]:
            assert code == 1
            assert f"pages: {page})" in told
            assert "Last backup" in told
        elif words == ["backup"]:
            assert code == 3
            assert len(backups.backups_of(copy)) == 1


def test_a_wrong_key_a_cut_and_an_empty_file_are_told_apart(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Workspace.create(tmp_path / "71", PASSPHRASE, branch="71"):
        pass
    own = (copy / KEYS).read_bytes()
    shutil.copy(tmp_path / "71" / KEYS, copy / KEYS)
    code, told = _said(copy, ["status"], capsys)
    assert (code, "does not fit" in told) == (3, True), told
    assert "does not fit" in _said(copy, ["doctor"], capsys)[1]
    (copy / KEYS).write_bytes(own)
    body = (copy / DATABASE).read_bytes()
    (copy / DATABASE).write_bytes(body[: len(body) // 2 + 100])
    code, told = _said(copy, ["doctor"], capsys)
    assert (code, "pages:" in told) == (1, True), told
    (copy / DATABASE).write_bytes(b"")
    code, told = _said(copy, ["status"], capsys)
    assert (code, "is empty" in told) == (3, True), told
    (copy / DATABASE).unlink()
    open_connection(copy / DATABASE, keys.KeyRing(copy / KEYS).open(PASSPHRASE).key, create=True).close()
    with pytest.raises(EnvironmentFault, match="half_made"):
        Workspace.open(copy, PASSPHRASE)


def test_each_fault_of_the_driver_has_its_sentence(branch: Workspace) -> None:
    entry.save(branch, sanction())
    path, key = branch.store.path, branch.opened.key

    def fault_of(connection: Any, *statements: str) -> str:
        with pytest.raises(Exception) as raised:
            for statement in statements:
                connection.execute(statement)
        found = translated(raised.value)
        assert isinstance(found, EnvironmentFault)
        return found.code

    writer, other = open_connection(path, key), open_connection(path, key)
    other.execute("PRAGMA busy_timeout=0")
    writer.execute("BEGIN IMMEDIATE")
    assert fault_of(other, "BEGIN IMMEDIATE") == "disk.locked"
    writer.execute("ROLLBACK")
    reader = open_connection(path, key, read_only=True)
    assert fault_of(reader, "DELETE FROM draft") == "disk.read_only"
    assert fault_of(other, "ATTACH '/nowhere/at/all.db' AS x KEY ''") == "disk.cannot_open"
    writer.execute(f"PRAGMA max_page_count={writer.execute('PRAGMA page_count').fetchone()[0]}")
    fill = "INSERT INTO draft SELECT 'd' || count(*), '', hex(zeroblob(400000)), '' FROM draft"
    assert fault_of(writer, fill) == "disk.full"
    for connection in (writer, other, reader):
        connection.close()


def test_every_connection_flushes_each_commit(branch: Workspace) -> None:
    """``kill -9`` cannot see it: what the system holds survives the process, not the power."""
    entry.save(branch, sanction())

    def flushing(connection: Any) -> None:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    with branch.store.read() as one, branch.store.read() as two, branch.store.read() as three:
        for reader in (one, two, three):
            flushing(reader.connection)
    with branch.store.transaction("x") as work:
        flushing(work.reader.connection)
    with branch.store.engine.begin() as connection:
        flushing(connection.connection.driver_connection)
    again = branch.store.new_connection()
    flushing(again)
    again.close()
    copy = backups.backup(branch) / DATABASE
    assert damaged_pages(copy, branch.opened.key) == []


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes, where this user may mount one."""
    place = tmp_path / "tiny"
    place.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(asked, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.mark.parametrize("free", [0, 20_000, 150_000])
def test_a_full_disk_is_said_by_every_command_and_leaves_nothing_half(
    tiny: Path, free: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny / "71"
    with Workspace.create(folder, PASSPHRASE, branch="71") as branch:
        entry.save(branch, sanction())
    left = shutil.disk_usage(tiny).free - free
    (tiny / "filling").write_bytes(b"x" * max(left, 0))
    monkeypatch.setenv("TIZILIM_NEW_PASSPHRASE", "жаңа ұзын сөйлем")
    for words in (
        ["backup"], ["record", "add", "sanction", "employee=Аты"], ["users", "add", "Айгүл"], ["status"], ["doctor"],
        ["send", "--to", str(tiny / "stick")], ["key", "show", "--out", str(tiny / "card")], ["check"],
        ["print", "month", "--period", "2023-05", "--out", str(tiny / "a.pdf")],
    ):  # fmt: skip
        code, told = _said(folder, words, capsys)
        assert code in (0, 1, 3), (words, told)
        if code == 3:
            assert "full" in told or "free space" in told, (words, told)
    (tiny / "filling").unlink()
    assert not list((folder / "backups").glob(".part*"))
    with Workspace.open(folder, PASSPHRASE) as again:
        assert backups.backup(again).is_dir()
        entry.save(again, sanction(order_no="8"))


def test_a_read_only_medium_is_said(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Workspace.create(tiny / "71", PASSPHRASE, branch="71") as branch:
        copy = backups.backup(branch, tiny / "copy")
    subprocess.run(["mount", "-o", "remount,ro", str(tiny)], check=True)
    for words in (["status"], ["backup"], ["doctor"]):
        code, told = _said(tiny / "71", words, capsys)
        assert (code, "read-only" in told) == (3, True), (words, told)
    code, told = _said(tiny.parent / "new", ["restore", str(copy)], capsys)
    assert code == 0, told
    code, told = _said(tiny.parent / "new", ["backup", str(tiny / "other")], capsys)
    assert (code, "read-only" in told) == (3, True), told
    code, told = _said(tiny.parent / "new", ["key", "show", "--out", str(tiny / "card")], capsys)
    assert (code, "read-only" in told) == (3, True), told
