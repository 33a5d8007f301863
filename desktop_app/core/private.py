"""Files and folders that only their owner may read, and a lock between processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def PRIVATE_FILE(path: str, flags: int) -> int:  # noqa: N802 - an opener, given like a constant
    """Open a file for ``open(..., opener=PRIVATE_FILE)``: made for its owner alone from the first byte."""
    return os.open(path, flags, FILE_MODE)


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that lack, for its owner alone.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def tighten(folder: Path) -> None:
    """Take from everybody but the owner what an older version left open; media without rights stay as they are."""
    if sys.platform == "win32":
        return
    for path in (folder, *folder.rglob("*")):
        with suppress(OSError):
            if path.is_symlink():
                continue
            wanted = FOLDER_MODE if path.is_dir() else FILE_MODE
            if path.stat().st_mode & 0o077:
                path.chmod(wanted)


@contextmanager
def waiting_lock(path: Path) -> Iterator[None]:
    """Hold a file's lock; another process that wants it waits. A medium that cannot be written needs none."""
    try:
        file = open(path, "a+", encoding="utf-8", opener=PRIVATE_FILE)  # noqa: SIM115 - its mode; closed below
    except OSError:
        yield
        return
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        file.close()
