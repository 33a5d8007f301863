"""Where packages lie: a folder, a stick, SFTP, WebDAV, an object store. Nothing but plain files is asked of it.

A file is written under a temporary name in the same folder and renamed; on object stores the last byte makes
it visible. Receivers delete nothing and lock nothing; files that are no packages are left alone. A line that breaks
is taken up where it broke; one that stands still is given up after some seconds, one that is only slow never.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.address import Address, is_local, local_path, shown
from desktop_app.exchange.carrier import IDLE, Broken, Carrier, Folder, Moved, Other, PlacedFile
from desktop_app.exchange.package import SUFFIX

__all__ = ["Moved", "Place", "PlacedFile", "is_place", "shown"]
_ASIDE: Final = ".part-"
_OLD: Final = 7 * 24 * 3600
_TRIES: Final = 3
"""Tries that may get nowhere; one that moved something does not count."""
_PAUSE: Final = 0.5
T = TypeVar("T")


def _nothing(_bytes: int) -> None:
    """Nobody asks how far it is."""


class Place:
    """One folder of packages.

    Args:
        known_hosts: file in which the keys of SFTP servers are remembered.
        station: who writes here; half-written files of its own that an earlier try left are removed.
        idle: seconds that a line may stand still.
    """

    def __init__(self, url: str, known_hosts: Path, station: str = "", idle: float = IDLE) -> None:
        self.url = url
        self._idle = idle
        self._known_hosts = known_hosts
        self._station = station
        self._carrier: Carrier | None = None
        self._parts: list[PlacedFile] = []

    def _open(self) -> Carrier:
        if self._carrier is None:
            self._carrier = self._made()
        return self._carrier

    def _made(self) -> Carrier:
        if is_local(self.url):
            return Folder(local_path(self.url))
        address = Address.of(self.url)
        if address.scheme in ("webdav", "webdavs", "dav", "davs", "http", "https"):
            from desktop_app.exchange.webdav import WebDav

            return WebDav(address, self._idle)
        if address.scheme in ("sftp", "ssh"):
            from desktop_app.exchange.sftp import Sftp

            return Sftp(address, self._known_hosts, self._idle)
        if address.scheme in ("s3", "s3a"):
            from desktop_app.exchange.s3 import S3

            return S3(address, self._idle)
        return Other(address)

    def close(self) -> None:
        """Let the line go; the next question opens it again."""
        if self._carrier is not None:
            self._carrier.close()
            self._carrier = None

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Broken as fault:
            raise EnvironmentFault(fault.code, url=shown(self.url)) from fault

    def _tried(self, work: Callable[[Carrier], T], moved: Callable[[], int] = lambda: 0) -> T:
        """Do something over a line that may break, anew while it gets on."""
        left, far = _TRIES, moved()
        with self._told():
            while True:
                try:
                    return work(self._open())
                except Broken as fault:
                    self.close()
                    if fault.stood:
                        raise
                    left = _TRIES - 1 if moved() > far else left - 1
                    far = moved()
                    if not left:
                        raise
                    time.sleep(_PAUSE)

    def files(self) -> list[PlacedFile]:
        """Return the files that may be packages, by name.

        Raises:
            EnvironmentFault: the place is gone or cannot be reached.
        """
        found = self._tried(lambda carrier: carrier.files())
        self._parts = [one for one in found if one.name.startswith(_ASIDE)]
        whole = (one for one in found if not one.name.startswith(".") and SUFFIX in one.name.lower())
        return sorted(whole, key=lambda one: one.name)

    def names(self) -> list[str]:
        """Return the names of the files that may be packages, sorted; the errors are those of ``files``."""
        return [one.name for one in self.files()]

    def fetch_head(self, name: str, target: Path, size: int) -> None:
        """Copy the first bytes of a file to this machine."""

        def read(carrier: Carrier) -> None:
            found = b""
            for piece in carrier.read(name, 0):
                found += piece
                if len(found) >= size:
                    break
            target.write_bytes(found[:size])

        self._tried(read)

    def fetch(self, name: str, target: Path, moved: Moved = _nothing) -> None:
        """Copy a file of the place to this machine; what came before the line broke is kept."""
        target.unlink(missing_ok=True)
        here = 0

        def read(carrier: Carrier) -> None:
            nonlocal here
            with target.open("ab") as file:
                for piece in carrier.read(name, here):
                    try:
                        file.write(piece)
                    except OSError as fault:
                        raise EnvironmentFault("disk.write", path=target.parent) from fault
                    here += len(piece)
                    moved(here)

        self._tried(read, lambda: here)

    def store(self, source: Path, name: str, moved: Moved = _nothing) -> None:
        """Copy a file to the place; it has its name only when it is whole.

        Raises:
            EnvironmentFault: the place is gone, full, or says no.
        """
        aside = f"{_ASIDE}{self._station}-{secrets.token_hex(6)}"
        far = 0

        def told(count: int) -> None:
            nonlocal far
            far = count
            moved(count)

        with self._told():
            self._sweep()
        try:
            self._tried(lambda carrier: carrier.put(source, name, aside, told), lambda: far)
        except BaseException as fault:
            if not _stood(fault.__cause__):
                with suppress(Broken):  # the first fault is the one to tell
                    self._drop(aside)
            raise

    def _sweep(self) -> None:
        """Remove what earlier tries left half-written: this workstation's own at once, anybody's after a week."""
        ours = f"{_ASIDE}{self._station}-" if self._station else _ASIDE + "?"
        for one in self._parts:
            if one.name.startswith(ours) or _age(one.stamp) > _OLD:
                self._drop(one.name)
        self._parts = []

    def _drop(self, name: str) -> None:
        try:
            self._open().remove(name)
        except (EnvironmentFault, Broken) as fault:
            self.close()
            if _stood(fault):  # neither will the next be taken
                raise


def _stood(fault: BaseException | None) -> bool:
    return isinstance(fault, Broken) and fault.stood


def _age(stamp: str) -> float:
    """Return how many seconds ago a file was written, nought where the place does not say it as a number."""
    if not stamp.isdigit():
        return 0
    seconds = int(stamp) / (1e9 if len(stamp) > 12 else 1)
    return time.time() - seconds


def is_place(text: str) -> bool:
    """Tell whether a text names a folder or a store rather than one file."""
    return not is_local(text) or local_path(text).is_dir()
