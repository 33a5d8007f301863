"""The one function that opens the encrypted file, and the checks of where the file lies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from desktop_app.core.clock import today
from desktop_app.core.errors import EnvironmentFault

OLDEST_SQLITE: Final = (3, 51, 3)
"""Before it, the WAL-reset fault could corrupt a file that two connections write."""
_REMOTE: Final = frozenset("nfs nfs4 cifs smb3 smbfs sshfs fuse.sshfs 9p afs davfs fuse.rclone".split())
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
        point, fs = line.split(" ")[1:3]
        point = point.replace("\\040", " ")
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
        EnvironmentFault: no such file, wrong key or damaged file, SQLite too old.
    """
    from sqlcipher3 import dbapi2 as driver

    if driver.sqlite_version_info < OLDEST_SQLITE:
        raise EnvironmentFault("system.sqlite_old", version=driver.sqlite_version)
    if not create and not path.is_file():
        raise EnvironmentFault("disk.no_database", path=path)
    mode = "rwc" if create else "ro" if read_only else "rw"
    uri = path.resolve().as_uri() + f"?mode={mode}"
    try:
        connection = driver.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30)
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
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
        raise EnvironmentFault("key.or_damaged", path=path) from fault
    return connection
