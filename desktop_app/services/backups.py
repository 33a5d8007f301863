"""Backups: made whole and verified under another name before they count; restoring makes a new workstation."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from desktop_app.core.errors import EnvironmentFault, Refusal, TizilimError, disk_fault
from desktop_app.core.ids import new_workstation_id
from desktop_app.core.private import private_folder
from desktop_app.services.beginning_anew import new_beginning
from desktop_app.services.rights import demand
from desktop_app.services.workspace import DATABASE, KEYS, Workspace, is_workspace
from desktop_app.storage.backup import check_copy, copy_database
from desktop_app.storage.connection import open_connection
from desktop_app.storage.keys import KeyRing

FOLDER: Final = "backups"
_KEEP: Final = 30
_STAMPED: Final = re.compile(r"\d{8}-\d{6}(-\d+)?")
_OWN: Final = frozenset((DATABASE, KEYS))


def backup(workspace: Workspace, target: Path | None = None) -> Path:
    """Copy database and keys, verified, into ``backups`` of the workspace or to ``target``; return the folder.

    Raises:
        Refusal: no right, a shared database, or ``target`` holds anything but an earlier backup of this workspace.
        EnvironmentFault: the disk is full, or the copy does not verify; then nothing is left behind.
    """
    workspace.demand("backup")
    return _made(workspace, target)


def backup_daily(workspace: Workspace) -> Path | None:
    """Copy the workspace, whoever is signed in, unless today's copy is there.

    A full disk is no reason to keep the window open: the doctor says that there is no new backup.
    """
    if workspace.is_shared:
        return None
    day = datetime.now().astimezone().strftime("%Y%m%d")
    if any(path.name.startswith(day) for path in backups_of(workspace.folder)):
        return None
    try:
        return _made(workspace, None)
    except EnvironmentFault:
        return None


def backups_of(folder: Path) -> list[Path]:
    """Return the finished backups in a workspace's own folder, oldest first."""
    return [path for path in _stamped(folder / FOLDER) if _is_backup(path)]


def _is_backup(folder: Path) -> bool:
    return all((folder / name).is_file() and (folder / name).stat().st_size for name in _OWN)


def _stamped(home: Path) -> list[Path]:
    if not home.is_dir():
        return []
    return sorted(path for path in home.iterdir() if path.is_dir() and _STAMPED.fullmatch(path.name))


def _made(workspace: Workspace, target: Path | None) -> Path:
    if workspace.is_shared:
        raise Refusal("backup.shared")
    home = workspace.folder / FOLDER
    try:
        if target is not None:
            _refuse_foreign(workspace, target)
        private_folder(target or home)
        part = (target or home) / f".part-{os.getpid()}"
        shutil.rmtree(part, ignore_errors=True)
        try:
            private_folder(part)
            copy_database(workspace.store, part / DATABASE)
            shutil.copy2(workspace.folder / KEYS, part / KEYS)
            done = _settled(part, target) if target else part.rename(_free(home))
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as fault:
        raise disk_fault(fault, target or home) from fault
    _prune(home)
    return done


def _settled(part: Path, target: Path) -> Path:
    """Put a whole backup in the place of the one before it; each file of either opens with the other."""
    for name in (KEYS, DATABASE):
        (part / name).replace(target / name)
    return target


def _free(home: Path) -> Path:
    """Return a name that no backup has yet: of the second, with a number behind it when that is taken."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    names = [stamp, *(f"{stamp}-{number}" for number in range(2, 100))]
    return next(home / name for name in names if not (home / name).exists())


def _refuse_foreign(workspace: Workspace, target: Path) -> None:
    """Refuse a folder in which a backup would destroy anything that is no earlier backup of this workspace.

    Raises:
        Refusal: a file, another workplace, another workspace's backup, or any other folder that is not empty.
    """
    if not target.exists():
        return
    names = {path.name for path in target.iterdir()} if target.is_dir() else {""}
    names = {name for name in names if not name.startswith(".part-")}
    if names and (not names <= _OWN or not _opens(workspace, target / DATABASE)):
        raise Refusal("backup.not_empty", path=target)


def _opens(workspace: Workspace, copy: Path) -> bool:
    try:
        open_connection(copy, workspace.opened.key, read_only=True).close()
    except TizilimError:
        return False
    return True


def _prune(home: Path) -> None:
    """Keep the newest whole backups; take away those before them, and what a failed one left."""
    every = _stamped(home)
    whole = [path for path in every if _is_backup(path)]
    for old in [*whole[:-_KEEP], *(path for path in every if path not in whole)]:
        shutil.rmtree(old, ignore_errors=True)


def restore(backup_folder: Path, target: Path, passphrase: str) -> int:
    """Restore a backup into an empty folder after verifying it; the copy becomes a new workstation.

    Returns:
        The number of changes restored.

    Raises:
        EnvironmentFault: the backup is damaged, or the target already holds a workspace or another's key file.
        Refusal: wrong passphrase, or it is no administrator's.
    """
    source = backup_folder if backup_folder.is_dir() else backup_folder.parent
    if is_workspace(target):
        raise EnvironmentFault("workspace.exists", path=target)
    if not (source / DATABASE).is_file():
        raise EnvironmentFault("disk.no_database", path=source / DATABASE)
    opened = KeyRing(source / KEYS).open(passphrase)
    demand(opened.role, "restore")
    changes = check_copy(source / DATABASE, opened.key)
    try:
        if (target / KEYS).exists() and (target / KEYS).read_bytes() != (source / KEYS).read_bytes():
            raise EnvironmentFault("workspace.keys_alone", path=target / KEYS)
        private_folder(target)
        part = target / f".in-restored-{os.getpid()}"
        try:
            private_folder(part)
            _copied(source, part, opened.key)
            for name in (KEYS, DATABASE):
                (part / name).replace(target / name)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as fault:
        raise disk_fault(fault, target) from fault
    return changes


def _copied(source: Path, part: Path, key: bytes) -> None:
    """Copy a backup; a branch's becomes another workstation with keys of its own, headquarters' begins anew."""
    for name in (KEYS, DATABASE):
        shutil.copyfile(source / name, part / name)
        (part / name).chmod(0o600)
    connection = open_connection(part / DATABASE, key)
    try:
        branch = connection.execute("SELECT value FROM meta WHERE name = 'branch'").fetchone()
        if branch and branch[0]:
            connection.execute("UPDATE meta SET value = ? WHERE name = 'workstation'", [new_workstation_id()])
            connection.execute("DELETE FROM own_key")
            connection.execute("UPDATE peer SET sent = 0")  # nobody misses what another workstation sent
        else:
            # Every branch knows headquarters' card: it keeps its name and goes on in sequences of its own.
            for setting in new_beginning(takes_back=True).items():
                connection.execute("INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)", setting)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
