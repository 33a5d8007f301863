"""The one function that opens the encrypted file, and the checks of where the file lies."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Final

from desktop_app.core.clock import today
from desktop_app.core.errors import EnvironmentFault, disk_fault
from desktop_app.core.private import PRIVATE_FILE
from desktop_app.core.secrets import wipe
from desktop_app.storage.faults import translated
from desktop_app.storage.pages import named

OLDEST_SQLITE: Final = (3, 51, 3)
"""Before it, the WAL-reset fault could corrupt a file that two connections write."""
_REMOTE: Final = frozenset(
    "nfs nfs4 cifs smb3 smbfs sshfs 9p afs davfs vboxsf virtiofs ceph glusterfs lustre beegfs ocfs2 gfs2 ncpfs "
    "fuse.sshfs fuse.rclone fuse.gvfsd-fuse fuse.ceph fuse.glusterfs fuse.s3fs fuse.onedriver fuse.afpfs "
    "fuse.curlftpfs fuse.davfs fuse.vmhgfs-fuse fuse.google-drive-ocamlfuse fuse.goofys fuse.mount.lustre".split()
)
_DECOYS: Final = 8
"""Statements run behind the key's; measured: one is enough, and they take some microseconds."""
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
"""A blank, a tab, a line's end or a backslash in a mount's name, as the kernel writes it."""
Connection = Any
"""A connection of the driver (``sqlcipher3``, which ships without types)."""


def filesystem_of(path: Path, mounts: str | None = None) -> str:
    """Return the type of the file system that holds ``path`` (Linux; empty elsewhere)."""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text("utf-8")
        except OSError:
            return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, fs, *_ = [*line.split(" "), "", "", ""]
        point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), point)
        if not point:
            continue
        if (str(path) + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best):
            best, kind = point, fs
    return kind


def is_network_path(path: Path, mounts: str | None = None) -> bool:
    """Tell whether a path is on a network drive: UNC, a mapped drive, a network mount."""
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(path.drive + "\\") == 4)
    return filesystem_of(path.resolve(), mounts) in _REMOTE


def refuse_network(path: Path) -> None:
    """Refuse a database on a network drive: SQLite's locks do not hold there.

    Raises:
        EnvironmentFault: the path is on a network drive.
    """
    if is_network_path(path):
        raise EnvironmentFault("disk.network", path=path)


def open_connection(path: Path, key: bytes, *, create: bool = False, read_only: bool = False) -> Connection:
    """Open the encrypted file with the raw key: WAL, a flush at every commit, locks waited for.

    Raises:
        EnvironmentFault: no such file, wrong key, damaged pages, a full, read-only or failing disk, SQLite too old.
    """
    from sqlcipher3 import dbapi2 as driver

    if driver.sqlite_version_info < OLDEST_SQLITE:
        raise EnvironmentFault("system.sqlite_old", version=driver.sqlite_version)
    if not create and not path.is_file():
        raise EnvironmentFault("disk.no_database", path=path)
    if create:
        _make_file(path)
    elif not path.stat().st_size:  # SQLite takes it for a new database
        raise EnvironmentFault("disk.empty", path=path)
    uri = path.resolve().as_uri() + f"?mode={'ro' if read_only else 'rw'}"
    connection = None
    try:
        connection = driver.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30)
        connection.execute("PRAGMA cipher_log_level=NONE")
        _give_key(connection, key)
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA recursive_triggers=ON")
        # The guards ask for the workstation's own day; whoever opens the file without it cannot write at all.
        connection.create_function("tizilim_today", 0, lambda: today().isoformat())
        connection.execute("PRAGMA cache_size=-16384")
        connection.execute("PRAGMA wal_autocheckpoint=4000")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.DatabaseError as fault:
        if connection is not None:
            connection.close()
        raise _why_not_opened(path, key, fault) from fault
    return connection


def _make_file(path: Path) -> None:
    """Make an empty file for its owner alone; what SQLite puts beside it has the same rights."""
    try:
        os.close(PRIVATE_FILE(str(path), os.O_CREAT | os.O_RDWR))
    except OSError as fault:
        raise disk_fault(fault, path) from fault


def _give_key(connection: Connection, key: bytes) -> None:
    """Give the raw key by statement, and overwrite what Python and the driver keep of its text.

    The driver's own switch for it (``cipher_memory_security``) cannot be turned off again and halves the speed of
    reading; so statements of the same length take the place of the key's in the memory that was let go of.
    """
    digits = key.hex()
    statement = f"PRAGMA key=\"x'{digits}'\""
    connection.executescript(statement)  # which keeps no prepared statement, nor its text, for another time
    wipe(digits)
    wipe(statement)
    for number in range(_DECOYS):
        connection.executescript(f"PRAGMA kex=\"x'{number:064x}'\"")


def _why_not_opened(path: Path, key: bytes, fault: Exception) -> Exception:
    """Return the sentence for what the driver said at opening: wrong key, damage, full or read-only disk, busy."""
    found = translated(fault)
    return named(found, path, key) if isinstance(found, EnvironmentFault) else fault
