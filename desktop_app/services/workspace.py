"""A workspace: one folder with database, keys and lock; who is signed in."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from desktop_app.core.clock import today
from desktop_app.core.errors import EnvironmentFault, Refusal, UsageFault, disk_fault
from desktop_app.core.i18n import LANGUAGES, Language
from desktop_app.core.ids import new_workstation_id
from desktop_app.core.private import PRIVATE_FILE, private_folder, tighten
from desktop_app.core.secrets import wipe
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.register import Settings
from desktop_app.services.rights import Right, demand
from desktop_app.services.slots import check_slot
from desktop_app.storage.connection import refuse_network
from desktop_app.storage.keys import KeyRing, Unlocked, open_text, seal_text
from desktop_app.storage.store import Store

DATABASE: Final = "tizilim.db"
KEYS: Final = "keys.json"
HEADQUARTERS: Final = "headquarters"
SERVER: Final = "server.json"
"""Beside the keys: the sealed address of a headquarters' PostgreSQL database."""
SHORTEST_PASSPHRASE: Final = 8
DEFAULTS: Final = {
    "repeat_window": "ever",
    "deadline_working_day": "5",
    "language": "kk",
    "lock_minutes": "10",
}
"""Settings that have a value before anybody chooses one."""


class _Lock:
    """One instance a workspace; the system lets go of it when the process dies."""

    def __init__(self, path: Path) -> None:
        try:
            self._file: IO[str] = open(path, "a+", encoding="utf-8", opener=PRIVATE_FILE)  # noqa: SIM115 - its mode; kept open
        except OSError as fault:
            raise disk_fault(fault, path.parent) from fault
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            raise EnvironmentFault("workspace.in_use", path=path.parent, holder=holder) from fault
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.close()


def is_workspace(folder: Path) -> bool:
    """Tell whether a folder holds a workspace: an embedded database, or the address of a shared one."""
    return (folder / DATABASE).is_file() or (folder / SERVER).is_file()


_HALF: Final = ".init"
"""Where a new workspace is made before it takes its place whole."""
_LEFT: Final = (
    ".in-*",
    ".out-*",
    ".print-*",
    f".{KEYS}-*.part",
    "backups/.part-*",
    "*-before-upgrade-*.part*",
    _HALF,
)
"""What a crash leaves half-way: packages coming and going, prints, copies and key files being written."""


def _sweep(folder: Path) -> None:
    """Remove what a crash left half-way. Called under the lock."""
    for pattern in _LEFT:
        for left in folder.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _undo_half(folder: Path) -> None:
    """Take back what a killed ``init`` had put in its place; its recovery phrase was shown to nobody.

    The key file is known by its double in the half-made folder, which every opening sweeps away: whatever was
    opened once is never taken back.
    """
    try:
        half, whole = (folder / _HALF / KEYS).read_bytes(), (folder / KEYS).read_bytes()
    except OSError:
        return
    if half == whole:
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SERVER, KEYS):
            (folder / name).unlink(missing_ok=True)


def _settle(half: Path, folder: Path) -> None:
    """Put a whole new workspace in its place: the key file first, then what it opens."""
    shutil.copy2(half / KEYS, folder / KEYS)
    for name in (DATABASE, SERVER):
        if (half / name).is_file():
            (half / name).replace(folder / name)
    half.rename(folder / f".in-{half.name}-{os.getpid()}")
    _sweep(folder)


def _open_store(folder: Path, key: bytes) -> Store:
    if not (folder / SERVER).is_file():
        return Store.open(folder / DATABASE, key)
    from desktop_app.storage.postgres import PostgresStore

    try:
        sealed = json.loads((folder / SERVER).read_text("utf-8"))["sealed"]
    except (OSError, ValueError, KeyError) as fault:
        raise EnvironmentFault("key.server_unreadable") from fault
    return PostgresStore.join(open_text(key, sealed), {})


def _new_store(folder: Path, key: bytes, settings: dict[str, str], database: str) -> Store:
    if not database:
        return Store.create(folder / DATABASE, key, settings)
    from desktop_app.storage.postgres import PostgresStore

    store = PostgresStore.join(database, settings)
    with open(folder / SERVER, "w", encoding="utf-8", opener=PRIVATE_FILE) as file:
        json.dump({"sealed": seal_text(key, database)}, file)
    return store


def _reach(database: str) -> None:
    """Try the address before anything is made."""
    from desktop_app.storage.postgres import PostgresStore

    PostgresStore(database).close()


@dataclass(slots=True)
class Workspace:
    """An opened workspace; close it, or use it in a ``with`` block."""

    folder: Path
    store: Store
    opened: Unlocked
    _lock: _Lock
    recovery_phrase: str = ""

    @classmethod
    def create(
        cls, folder: Path, passphrase: str, *, branch: str = "", user: str = "administrator",
        role: str = "administrator", language: Language = "kk", database: str = "",
    ) -> Self:  # fmt: skip
        """Make a workspace of a branch, or of headquarters when no branch is given.

        Args:
            database: address of a PostgreSQL database that headquarters' analysts share; empty for the embedded one.

        Raises:
            UsageFault: no such branch, or a passphrase under eight characters.
            EnvironmentFault: a network drive, a folder that already holds a workspace, a full disk.
        """
        if branch and branch not in classifier("branches").by_code:
            raise UsageFault("usage.branch", branch=branch)
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise UsageFault("usage.passphrase_short")
        if database and branch:
            raise UsageFault("usage.database")
        refuse_network(folder)
        try:
            private_folder(folder)
        except OSError as fault:
            raise disk_fault(fault, folder) from fault
        lock = _Lock(folder / "lock")
        settings = {
            "kind": "branch" if branch else HEADQUARTERS, "branch": branch, "workstation": new_workstation_id(),
            **DEFAULTS, "language": language,
        }  # fmt: skip
        try:
            opened, phrase = cls._make(folder, settings, database, user, passphrase, role)
            return cls._in(folder, opened, lock, phrase)
        except BaseException:
            lock.release()
            raise

    @staticmethod
    def _make(
        folder: Path, settings: dict[str, str], database: str, user: str, passphrase: str, role: str
    ) -> tuple[Unlocked, str]:
        """Make key file and database beside, and put them in their place whole; return the key and the phrase."""
        _undo_half(folder)
        if is_workspace(folder):
            raise EnvironmentFault("workspace.exists", path=folder)
        if (folder / KEYS).exists():
            raise EnvironmentFault("workspace.keys_alone", path=folder / KEYS)
        half = folder / _HALF
        try:
            _sweep(folder)
            private_folder(half)
            if database:
                _reach(database)
            _ring, opened, phrase = KeyRing.create(half / KEYS, user, passphrase, role)
            _new_store(half, opened.key, settings, database).close()
            _settle(half, folder)
        except OSError as fault:
            raise disk_fault(fault, folder) from fault
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise
        return opened, phrase

    @classmethod
    def _in(cls, folder: Path, opened: Unlocked, lock: _Lock, phrase: str = "") -> Self:
        """Open the database under the lock; refuse a slot that counts no longer."""
        store = _open_store(folder, opened.key)
        try:
            if not (folder / SERVER).is_file():  # a server knows its logins itself
                check_slot(store, KeyRing(folder / KEYS), opened)
            return cls(folder, store, opened, lock, phrase).ready()
        except BaseException:
            store.close()
            raise

    def ready(self) -> Self:
        """Let headquarters' forms and classifiers take effect; show what waited for this version; compute anew what changed."""
        from desktop_app.services.guiding import apply_guidance

        apply_guidance(self.store)
        with self.store.read() as reader:
            waits = reader.rows("SELECT 1 FROM quarantine LIMIT 1")
        if waits:
            from desktop_app.services.merging import show_what_became_known

            show_what_became_known(self)
        if self.store.setting("sending"):
            from desktop_app.services.sending import unsubmit

            unsubmit(self)  # a month whose package never arrived was not sent
        from desktop_app.services.freshness import keep_up

        keep_up(self)
        return self

    @classmethod
    def open(cls, folder: Path, passphrase: str | None = None, user: str = "") -> Self:
        """Open a workspace by passphrase, or by the key store when none is given.

        Raises:
            EnvironmentFault: no workspace there, in use, damaged, of a newer version, on a network drive.
            Refusal: wrong passphrase.
        """
        opened = cls.unlock(folder, passphrase, user)
        return cls.enter(folder, opened)

    @staticmethod
    def unlock(folder: Path, passphrase: str | None = None, user: str = "") -> Unlocked:
        """Return the key without opening the database: slow by design, so the window does it in the background."""
        if not is_workspace(folder):
            raise EnvironmentFault("workspace.none", path=folder)
        ring = KeyRing(folder / KEYS)
        if passphrase is not None:
            return ring.open(passphrase, user)
        found = ring.remembered()
        if found is None:
            raise Refusal("key.passphrase_needed")
        return found

    @classmethod
    def enter(cls, folder: Path, opened: Unlocked) -> Self:
        """Open the database with a key that is already unlocked."""
        refuse_network(folder)
        lock = _Lock(folder / "lock")
        try:
            _sweep(folder)
            tighten(folder)
            return cls._in(folder, opened, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def enter_with(cls, folder: Path, key: bytes, user: str, role: str, slot: str = "") -> Self:
        """Open the database with a key that a child process derived."""
        return cls.enter(folder, Unlocked(key, user, role, slot))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and let the lock go."""
        self.store.close()
        self._lock.release()

    def forget(self) -> None:
        """Close, and overwrite the key in memory: nobody can go on with this object."""
        self.close()
        wipe(self.opened.key)

    def demand(self, right: Right) -> None:
        """Check a right of who is signed in."""
        demand(self.opened.role, right)

    @property
    def is_shared(self) -> bool:
        """Tell whether the database is a server's, shared by several analysts."""
        return (self.folder / SERVER).is_file()

    @property
    def is_busy(self) -> bool:
        """Whether a write is going on in the background, so that another one would wait for it."""
        return self.store.is_writing()

    @property
    def user(self) -> str:
        """Who is signed in."""
        return self.opened.user

    @property
    def branch(self) -> str:
        """Code of the branch, empty at headquarters."""
        return self.store.setting("branch")

    @property
    def language(self) -> Language:
        """The language that documents default to."""
        found = self.setting("language")
        return found if found in LANGUAGES else "kk"

    def setting(self, name: str) -> str:
        """Return a setting, the usual value where none was chosen."""
        return self.store.setting(name, DEFAULTS.get(name, ""))

    @property
    def settings(self) -> Settings:
        """What the branch has set."""
        return Settings(self.setting("repeat_window"), int(self.setting("deadline_working_day")))

    @property
    def today(self) -> date:
        """The working day."""
        return today()
