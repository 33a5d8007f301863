"""Nothing is destroyed: backups, key files, a killed ``init``; files are their owner's alone."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from desktop_app.core.errors import EnvironmentFault, Refusal
from desktop_app.core.i18n import tr
from desktop_app.services import backups, care, entry, rights, users
from desktop_app.services import workspace as workspaces
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from desktop_app.storage import keys
from desktop_app.storage.connection import filesystem_of, open_connection
from desktop_app.storage.keys import KeyRing
from tests.conftest import PASSPHRASE
from tests.unit.test_storage import sanction


def _codes(workspace: Workspace) -> dict[str, dict[str, object]]:
    return {finding.code: finding.params for finding in care.doctor(workspace)}


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("what", ["workplace", "its_backup", "papers", "file", "itself"])
def test_a_backup_never_goes_over_what_is_not_its_own(branch: Workspace, tmp_path: Path, what: str) -> None:
    with Workspace.create(tmp_path / "75", PASSPHRASE, branch="75") as other:
        backups.backup(other, tmp_path / "its_backup")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "бұйрық.txt").write_text("керек", "utf-8")
    (tmp_path / "file").write_text("керек", "utf-8")
    target = {"workplace": tmp_path / "75", "itself": branch.folder}.get(what, tmp_path / what)
    before = _tree(tmp_path / "75") | _tree(tmp_path / "its_backup") | _tree(tmp_path / "papers")
    with pytest.raises(Refusal, match="backup.not_empty"):
        backups.backup(branch, target)
    assert _tree(tmp_path / "75") | _tree(tmp_path / "its_backup") | _tree(tmp_path / "papers") == before


def test_a_backup_takes_the_place_of_the_one_before_it(branch: Workspace, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    backups.backup(branch, tmp_path / "copy")
    entry.save(branch, sanction())
    backups.backup(branch, tmp_path / "copy")
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {DATABASE, KEYS}
    assert backups.restore(tmp_path / "copy", tmp_path / "again", PASSPHRASE) > 0


def test_a_failed_backup_counts_as_none_and_pushes_no_good_one_out(branch: Workspace) -> None:
    home = branch.folder / backups.FOLDER
    (home / "20991231-235959").mkdir(parents=True)
    (home / "20991231-235958").mkdir()
    (home / "20991231-235958" / DATABASE).write_bytes(b"")
    (home / "менікі").mkdir()
    assert "doctor.no_backup" in _codes(branch)
    done = backups.backup_daily(branch)
    assert done is not None
    assert {path.name for path in home.iterdir()} == {done.name, "менікі"}
    assert _codes(branch)["doctor.backup"]["when"] == done.name
    assert backups.backup_daily(branch) is None


def test_a_backup_whose_log_does_not_verify_leaves_nothing(branch: Workspace, tmp_path: Path) -> None:
    entry.save(branch, sanction())
    connection = open_connection(branch.store.path, branch.opened.key)
    connection.execute("DROP TRIGGER change_no_update")
    connection.execute("UPDATE change SET entry = replace(entry, 'REMARK', 'SEVERE')")
    connection.close()
    with pytest.raises(EnvironmentFault, match="backup.damaged"):
        backups.backup(branch)
    with pytest.raises(EnvironmentFault, match="backup.damaged"):
        backups.backup(branch, tmp_path / "copy")
    assert not backups.backups_of(branch.folder)
    assert not list((branch.folder / backups.FOLDER).iterdir())
    assert not list((tmp_path / "copy").iterdir())


def test_the_doctor_says_when_the_last_backup_is_damaged(branch: Workspace) -> None:
    path = backups.backup(branch) / DATABASE
    body = bytearray(path.read_bytes())
    body[4096 * 3 + 50] ^= 1
    path.write_bytes(body)
    assert "doctor.backup_damaged" in _codes(branch)


def test_init_and_restore_leave_a_key_file_alone_whose_database_is_elsewhere(
    branch: Workspace, tmp_path: Path
) -> None:
    copy, folder = backups.backup(branch, tmp_path / "copy"), branch.folder
    entry.save(branch, sanction())
    branch.close()
    shutil.move(folder / DATABASE, tmp_path / "away.db")
    before = (folder / KEYS).read_bytes()
    with pytest.raises(EnvironmentFault, match="keys_alone"):
        Workspace.create(folder, PASSPHRASE, branch="71")
    with Workspace.create(tmp_path / "75", PASSPHRASE, branch="75") as other:
        foreign = backups.backup(other)
    with pytest.raises(EnvironmentFault, match="keys_alone"):
        backups.restore(foreign, folder, PASSPHRASE)
    assert (folder / KEYS).read_bytes() == before
    shutil.move(tmp_path / "away.db", folder / DATABASE)
    with Workspace.open(folder, PASSPHRASE) as again, again.store.read() as reader:
        assert len(list(reader.records("sanction", "void = ''"))) == 1
    assert backups.restore(copy, tmp_path / "new", PASSPHRASE) >= 0


def test_restoring_is_an_administrators(branch: Workspace, tmp_path: Path) -> None:
    users.add_user(branch, "Айгүл", "officer", "екінші сөйлем")
    copy = backups.backup(branch, tmp_path / "copy")
    with pytest.raises(Refusal, match="right.missing") as refused:
        backups.restore(copy, tmp_path / "new", "екінші сөйлем")
    assert "«ответственный работник» не даёт" in tr("ru", refused.value.code, **refused.value.params)
    assert not (tmp_path / "new").exists()


class _Killed(BaseException):
    """A power cut at one of the events that touch the folder."""


_AT: dict[str, tuple[str, int] | None] = {"cut": None}


def _audit(event: str, given: tuple[object, ...]) -> None:
    cut = _AT["cut"]
    if cut is None or event not in (
        "open",
        "os.rename",
        "os.mkdir",
        "os.remove",
        "os.rmdir",
        "shutil.copyfile",
    ):
        return
    if cut[0] in str(given[0]):
        left = cut[1] - 1
        _AT["cut"] = (cut[0], left) if left else None
        if not left:
            os._exit(9)


def _cut_children(folder: Path) -> Iterator[int]:
    """Fork a child for each event of ``init`` in turn and let it die there; end where one lives to the end."""
    sys.addaudithook(_audit)
    for number in range(1, 200):
        place = folder / str(number)
        child = os.fork()
        if not child:
            _AT["cut"] = (str(place), number)
            try:
                Workspace.create(place, PASSPHRASE, branch="71")
            finally:
                os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return
        yield number


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_init_killed_at_any_moment_can_begin_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "_TIME", 1)
    cut = 0
    for number in _cut_children(tmp_path):
        cut += 1
        folder = tmp_path / str(number)
        with suppress(EnvironmentFault):  # cut at the very end: it is whole already
            Workspace.create(folder, PASSPHRASE, branch="71").close()
        with Workspace.open(folder, PASSPHRASE) as again:
            assert again.branch == "71"
        assert not [
            p for p in folder.iterdir() if p.name.startswith((".init", ".in-")) or p.suffix == ".part"
        ]
    assert cut > 10


def test_what_was_opened_once_is_never_taken_back_by_init(branch: Workspace) -> None:
    folder = branch.folder
    branch.close()
    (folder / workspaces._HALF).mkdir()
    shutil.copy(folder / KEYS, folder / workspaces._HALF / KEYS)
    with Workspace.open(folder, PASSPHRASE) as again:
        entry.save(again, sanction())
    with pytest.raises(EnvironmentFault, match="workspace.exists"):
        Workspace.create(folder, PASSPHRASE, branch="71")


def test_an_upgrade_that_was_killed_leaves_no_half_copy(branch: Workspace) -> None:
    folder = branch.folder
    branch.close()
    for name in (
        "tizilim-before-upgrade-20240101-000000.db.part",
        "tizilim-before-upgrade-20240101-000000.part-wal",
    ):
        (folder / name).write_bytes(b"x" * 100)
    with Workspace.open(folder, PASSPHRASE):
        assert not list(folder.glob("*.part*"))


@pytest.mark.skipif(sys.platform == "win32", reason="rights of Windows are inherited from the user's folder")
def test_files_are_their_owners_alone_and_an_older_workspace_is_tightened(branch: Workspace) -> None:
    entry.save(branch, sanction())
    backups.backup(branch)
    users.add_user(branch, "Айгүл", "officer", "екінші сөйлем")

    def open_to_others() -> list[Path]:
        every = [branch.folder, *branch.folder.rglob("*")]
        return [path for path in every if stat.S_IMODE(path.stat().st_mode) & 0o077]

    assert not open_to_others()
    folder = branch.folder
    branch.close()
    for path in (folder, folder / DATABASE, folder / KEYS):
        path.chmod(0o755)
    with Workspace.open(folder, PASSPHRASE):
        assert not open_to_others()


def test_an_old_key_file_lets_nobody_back_in(branch: Workspace) -> None:
    folder = branch.folder
    users.add_user(branch, "Айгүл", "officer", "екінші сөйлем")
    old = (folder / KEYS).read_bytes()
    users.change_passphrase(branch, PASSPHRASE, "жаңа ұзын сөйлем")
    users.remove_user(branch, "Айгүл")
    copy = backups.backup(branch)
    new = (folder / KEYS).read_bytes()
    branch.close()
    (folder / KEYS).write_bytes(old)
    for phrase, user in (("екінші сөйлем", "Айгүл"), (PASSPHRASE, "administrator")):
        with pytest.raises(Refusal, match="slot_gone"):
            Workspace.open(folder, phrase, user)
    (folder / KEYS).write_bytes(new)
    Workspace.open(folder, "жаңа ұзын сөйлем").close()
    backups.restore(copy, folder.parent / "again", "жаңа ұзын сөйлем")
    Workspace.open(folder.parent / "again", "жаңа ұзын сөйлем").close()


def test_a_role_edited_in_the_key_file_opens_nothing(branch: Workspace) -> None:
    folder = branch.folder
    users.add_user(branch, "Тексеруші", "auditor", "үшінші сөйлем")
    branch.close()
    text = (folder / KEYS).read_text("utf-8")
    (folder / KEYS).write_text(text.replace('"auditor"', '"administrator"'), "utf-8")
    with pytest.raises(EnvironmentFault, match="slot_altered"):
        Workspace.open(folder, "үшінші сөйлем", "Тексеруші")
    assert set(keys._ROLES) == set(rights.ROLES)


def test_the_roles_of_an_older_key_file_are_bound_at_the_first_opening(branch: Workspace) -> None:
    folder, key = branch.folder, branch.opened.key
    branch.close()
    from nacl.secret import Aead

    def old_slot(role: str, phrase: str) -> dict[str, str]:
        made = keys._slot(key, "x", role, phrase)
        salt = keys.base64.b64decode(made["salt"])
        box = keys.base64.b64encode(bytes(Aead(keys._derive(phrase, salt)).encrypt(key))).decode()
        return {"role": role, "salt": made["salt"], "box": box}

    slots = {"әкімші": old_slot("administrator", PASSPHRASE), "x": old_slot("auditor", "екінші сөйлем")}
    (folder / KEYS).write_text(json.dumps({"version": 1, "slots": slots, "failures": 0}), "utf-8")
    with Workspace.open(folder, PASSPHRASE) as again:
        assert again.user == "әкімші"
    slots["x"]["role"] = "administrator"
    (folder / KEYS).write_text(json.dumps({"version": 1, "slots": slots, "failures": 0}), "utf-8")
    with pytest.raises(EnvironmentFault, match="slot_altered"):
        Workspace.open(folder, "екінші сөйлем", "x")


def test_wrong_passphrases_at_once_count_each(branch: Workspace) -> None:
    ring = KeyRing(branch.folder / KEYS)
    start = threading.Barrier(12)

    def wrong() -> None:
        start.wait()
        with pytest.raises(Refusal):
            ring.open("басқа сөйлем", "administrator")

    threads = [threading.Thread(target=wrong) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ring.failures() == 12


def test_mounts_of_networks_are_known_and_a_malformed_line_is_no_crash() -> None:
    for kind in ("vboxsf", "virtiofs", "ceph", "fuse.gvfsd-fuse", "fuse.s3fs", "lustre"):
        mounts = f"srv /mnt/a\\011b\\040c {kind} rw 0 0\nbroken\n\n/dev/sda1 / ext4 rw 0 0\n"
        assert filesystem_of(Path("/mnt/a\tb c/x"), mounts) == kind


def test_a_clock_set_back_is_told(branch: Workspace) -> None:
    entry.save(branch, sanction())
    assert "doctor.clock" not in _codes(branch)
    branch.store.clock.last += (
        3 * 24 * 60 * 60 * 1000 + 5000
    ) << 16  # a change saved while the clock ran ahead
    entry.save(branch, sanction(order_no="6"))
    folder = branch.folder
    branch.close()
    with Workspace.open(folder, PASSPHRASE) as again:
        assert _codes(again)["doctor.clock"] == {"n": 3}
