"""What a carrier of packages must do, and the two simplest ones: a folder, and whatever else fsspec knows."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.address import Address

IDLE: Final = 20
"""Seconds that a line may stand still; how long a whole transfer takes is nobody's business."""
PIECE: Final = 1 << 16
Moved = Callable[[int], None]
"""Told how many bytes of a file have been moved so far."""


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file of a place; ``stamp`` changes when its content does."""

    name: str
    size: int
    stamp: str


class Broken(Exception):
    """The line broke: worth another try where it broke; or it ``stood`` still, and was waited for long enough."""

    def __init__(self, code: str, stood: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.stood = stood


class Carrier(Protocol):
    """Plain files in one folder; every fault is an :class:`EnvironmentFault` or :class:`Broken`."""

    def files(self) -> list[PlacedFile]:
        """Return every file of the place, also those half-written."""

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """Yield a file's bytes from a place on."""

    def put(self, source: Path, name: str, aside: str, moved: Moved) -> None:
        """Store a file under ``aside`` and give it its name once it is whole; go on where an earlier try broke."""

    def remove(self, name: str) -> None:
        """Remove a file."""

    def close(self) -> None:
        """Let the line go."""


_OF_SYSTEM: Final = {
    errno.EROFS: "exchange.read_only", errno.EACCES: "exchange.unreachable_right", errno.EPERM: "exchange.unreachable_right",
    errno.ENOSPC: "exchange.full", errno.EDQUOT: "exchange.full", errno.EFBIG: "exchange.too_big",
    errno.ENOENT: "exchange.no_folder", errno.ENOTDIR: "exchange.no_folder", errno.EIO: "exchange.medium_broken",
    errno.ENODEV: "exchange.medium_broken", errno.ENXIO: "exchange.medium_broken",
}  # fmt: skip


def fault_of_system(fault: OSError, where: object) -> EnvironmentFault:
    """Return in words what the system says of a folder."""
    return EnvironmentFault(_OF_SYSTEM.get(fault.errno or 0, "disk.write"), path=where, url=where)


class Folder:
    """A folder, a stick, a shared folder that the system has mounted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def files(self) -> list[PlacedFile]:
        """Return the folder's files."""
        try:
            if not self._path.is_dir():
                raise EnvironmentFault("exchange.no_folder", path=self._path)
            with os.scandir(self._path) as found:
                return [
                    PlacedFile(one.name, one.stat().st_size, str(one.stat().st_mtime_ns))
                    for one in found if one.is_file()
                ]  # fmt: skip
        except OSError as fault:
            raise fault_of_system(fault, self._path) from fault

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """Yield a file's bytes."""
        try:
            with (self._path / name).open("rb") as file:
                file.seek(start)
                while piece := file.read(PIECE):
                    yield piece
        except OSError as fault:
            raise EnvironmentFault("disk.read", path=self._path / name) from fault

    def put(self, source: Path, name: str, aside: str, moved: Moved) -> None:
        """Copy, make durable, rename."""
        part = self._path / aside
        try:
            with source.open("rb") as read, part.open("wb") as write:
                while piece := read.read(PIECE):
                    write.write(piece)
                    moved(read.tell())
                write.flush()
                os.fsync(write.fileno())
            part.replace(self._path / name)
        except OSError as fault:
            self._drop(part)
            raise fault_of_system(fault, self._path) from fault
        except BaseException:
            self._drop(part)
            raise

    @staticmethod
    def _drop(part: Path) -> None:
        try:
            part.unlink(missing_ok=True)
        except OSError:  # a medium that does not take a file does not give one up either
            return

    def remove(self, name: str) -> None:
        """Remove a file."""
        self._drop(self._path / name)

    def close(self) -> None:
        """Nothing is held."""


class Other:
    """An object store that fsspec has a driver for; its own words about faults are not ours."""

    def __init__(self, address: Address) -> None:
        self._address = address
        try:
            import fsspec

            self._fs, root = fsspec.core.url_to_fs(address.url)
        except ImportError as fault:
            raise EnvironmentFault(
                "exchange.no_driver", url=address.bare, missing=fault.name or ""
            ) from fault
        except ValueError as fault:
            raise EnvironmentFault(
                "exchange.scheme_unknown", url=address.bare, scheme=address.scheme
            ) from fault
        self._root = root.rstrip("/")

    def _told(self, fault: Exception) -> EnvironmentFault:
        return EnvironmentFault("exchange.unreachable", url=self._address.bare, why=type(fault).__name__)

    def files(self) -> list[PlacedFile]:
        """Return the files; a folder that nothing was put into yet is empty, not missing."""
        try:
            self._fs.invalidate_cache()  # others write there too
            found: list[dict[str, Any]] = self._fs.ls(self._root or "/", detail=True)
        except FileNotFoundError:
            return []
        except Exception as fault:
            raise self._told(fault) from fault
        return [
            PlacedFile(str(one["name"]).rstrip("/").rpartition("/")[2], int(one["size"] or 0),
                       str(one.get("ETag") or one.get("mtime") or one.get("created") or ""))
            for one in found if one["type"] == "file"
        ]  # fmt: skip

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """Yield a file's bytes."""
        try:
            with self._fs.open(f"{self._root}/{name}", "rb") as file:
                file.seek(start)
                while piece := file.read(PIECE):
                    yield piece
        except Exception as fault:
            raise self._told(fault) from fault

    def put(self, source: Path, name: str, aside: str, moved: Moved) -> None:
        """Store; the last byte makes the object visible, so ``aside`` is not needed."""
        try:
            self._fs.put_file(str(source), f"{self._root}/{name}")
        except Exception as fault:
            raise self._told(fault) from fault
        moved(source.stat().st_size)

    def remove(self, name: str) -> None:
        """Remove an object."""
        try:
            self._fs.rm_file(f"{self._root}/{name}")
        except Exception as fault:
            raise self._told(fault) from fault

    def close(self) -> None:
        """The driver keeps its own lines."""
