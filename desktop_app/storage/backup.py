"""Copies of the database: made page by page beside a running application, verified before they count."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.core.errors import EnvironmentFault, TizilimError
from desktop_app.storage.connection import open_connection
from desktop_app.storage.faults import translated
from desktop_app.storage.log import verify
from desktop_app.storage.pages import damaged_pages

if TYPE_CHECKING:
    from desktop_app.storage.store import Store

_PAGES: Final = 256
_LOW_SPACE: Final = 500 * 1024 * 1024


def copy_database(store: Store, target: Path) -> None:
    """Copy the database, still encrypted with its key, to a new file; nothing half-written keeps the name.

    Raises:
        EnvironmentFault: the disk is full, or the copy does not verify.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        source = open_connection(store.path, store.key)
        copy = open_connection(part, store.key, create=True)
        try:
            source.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
            source.close()
        check_copy(part, store.key)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except Exception as fault:
        for left in part.parent.glob(f"{part.name}*"):
            left.unlink(missing_ok=True)
        if isinstance(fault, TizilimError):
            raise
        found = translated(fault)
        if isinstance(found, EnvironmentFault):
            raise EnvironmentFault(found.code, **{**found.params, "path": target}) from fault
        raise EnvironmentFault("backup.failed", path=target) from fault


def check_copy(path: Path, key: bytes) -> int:
    """Open a copy read-only and check file, encryption and log; return the number of changes.

    Raises:
        EnvironmentFault: the copy is damaged.
    """
    from sqlcipher3 import dbapi2 as driver

    connection = open_connection(path, key, read_only=True)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
        damaged = damaged_pages(path, key)
        rows = connection.execute(
            "SELECT workstation, seq, record, entry, hash FROM change ORDER BY workstation, seq"
        )
        count = 0

        def counted() -> Iterator[tuple[str, int, str, str, str]]:
            nonlocal count
            for row in rows:
                count += 1
                yield row

        faults = verify(counted())
    except driver.DatabaseError as fault:
        raise EnvironmentFault("backup.damaged", path=path) from fault
    finally:
        connection.close()
    if whole != "ok" or damaged or faults:
        raise EnvironmentFault("backup.damaged", path=path)
    return count


def is_space_low(folder: Path) -> bool:
    """Tell whether under 500 MB are free where the workspace lies."""
    return shutil.disk_usage(folder).free < _LOW_SPACE
