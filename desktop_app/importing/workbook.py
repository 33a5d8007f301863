"""Opens workbooks in a child process with a memory limit; refuses what is none with one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import FileRefusal
from desktop_app.core.paths import ROOT
from desktop_app.core.secrets import child_environment

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
MAX_FILE: Final = 60 * 1024 * 1024
MAX_UNPACKED: Final = 400 * 1024 * 1024
MAX_RATIO: Final = 400
_SECONDS: Final = 120
Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of cells, the first row being row 1."""

    name: str
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The filled cells of a workbook."""

    path: Path
    sheets: tuple[Sheet, ...]


def refuse_hostile(path: Path) -> None:
    """Look at a file's outside before anything parses it.

    Raises:
        FileRefusal: not there, no workbook, protected by a password, too big or a decompression bomb.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
            rest = file.read(min(size, 4_000_000)) if head == _OLE else b""
    except OSError as fault:
        raise FileRefusal("import.no_file", file=path.name) from fault
    if head == _OLE:
        if _ENCRYPTED in rest:
            raise FileRefusal("import.protected", file=path.name)
    elif head[:4] != b"PK\x03\x04":
        raise FileRefusal("import.not_workbook", file=path.name)
    elif size <= MAX_FILE:
        _refuse_bomb(path)
    if size > MAX_FILE:
        raise FileRefusal("import.too_big", file=path.name)


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as fault:
        raise FileRefusal("import.not_workbook", file=path.name) from fault
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefusal("import.protected", file=path.name)
    if not any(part.filename.startswith("xl/") or part.filename == "content.xml" for part in parts):
        raise FileRefusal("import.not_workbook", file=path.name)
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if unpacked > MAX_UNPACKED or (unpacked > 20_000_000 and unpacked / packed > MAX_RATIO):
        raise FileRefusal("import.too_big", file=path.name)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--read-workbooks"]
    return [sys.executable, "-m", "desktop_app.importing.reader_process"]


def _start() -> subprocess.Popen[str]:
    environment = {**child_environment(), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, encoding="utf-8", env=environment, cwd=ROOT,
    )  # fmt: skip


def _cell(value: Any) -> Cell:
    return date.fromisoformat(value[0]) if type(value) is list else value


def _workbook(path: Path, line: str) -> Workbook:
    if not line:
        raise FileRefusal("import.too_big", file=path.name)
    answer = json.loads(line)
    if "fault" in answer:
        raise FileRefusal(answer["fault"], file=path.name)
    sheets = tuple(Sheet(name, [[_cell(v) for v in row] for row in rows]) for name, rows in answer["sheets"])
    return Workbook(path, sheets)


def read_workbooks(paths: Sequence[Path]) -> Iterator[Workbook | FileRefusal]:
    """Yield each workbook, or the refusal in its place; the next file is read while one is worked on."""
    process: subprocess.Popen[str] | None = None
    with ThreadPoolExecutor(1) as ahead:

        def ask(path: Path) -> str:
            nonlocal process
            refuse_hostile(path)
            if process is None:
                process = _start()
            assert process.stdin is not None  # noqa: S101 - both are pipes
            assert process.stdout is not None  # noqa: S101 - both are pipes
            try:
                process.stdin.write(f"{path.resolve()}\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except BrokenPipeError:
                answer = ""
            if not answer:
                _stop(process)  # the file killed the reader; the next file gets a new one
                process = None
            return answer

        waiting = [ahead.submit(ask, path) for path in paths]
        try:
            for path, answer in zip(paths, waiting, strict=True):
                try:
                    line = answer.result(timeout=_SECONDS)
                    yield _workbook(path, line)
                except FileRefusal as refusal:
                    yield refusal
                except TimeoutError:
                    if process is not None:
                        process.kill()
                    yield FileRefusal("import.too_big", file=path.name)
        finally:
            for answer in waiting:
                answer.cancel()
            if process is not None:
                _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
