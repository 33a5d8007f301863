"""Opens workbooks in a child process with a memory limit; refuses what is none with one sentence."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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
_SECONDS: Final = 90
Cell = str | int | float | bool | date | None
Place = tuple[int, int]
"""Row and column, counted from nought."""


class Unread(str):
    """A cell whose value the file does not hold: an error, or a formula never computed. The text is what is written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of cells, the first row being row 1.

    Attributes:
        visible: empty, ``hidden`` or ``very_hidden``.
        fault: message code when the sheet could not be read.
        merged: first row, first column, last row, last column of merged cells.
        hidden_rows: rows out of sight, from nought.
        struck: cells in strike-through.
        comments: what is noted at a cell.
    """

    name: str
    rows: list[list[Cell]]
    visible: str = ""
    fault: str = ""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    struck: frozenset[Place] = frozenset()
    comments: Mapping[Place, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The filled cells of a workbook."""

    path: Path
    sheets: tuple[Sheet, ...]


def refuse_hostile(path: Path) -> None:
    """Look at a file's outside before anything parses it.

    Raises:
        FileRefusal: not there, no file of data, protected by a password, too big or a decompression bomb.
    """
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            code = "import.no_file" if stat.S_ISDIR(state.st_mode) else "import.not_regular"
            raise FileRefusal(code, file=path.name)
        with path.open("rb") as file:
            head = file.read(8)
            rest = file.read(min(state.st_size, 4_000_000)) if head == _OLE else b""
    except (OSError, ValueError) as fault:
        raise FileRefusal("import.no_file", file=path.name) from fault
    if not state.st_size:
        raise FileRefusal("import.not_workbook", file=path.name)
    if head == _OLE and _ENCRYPTED in rest:
        raise FileRefusal("import.protected", file=path.name)
    if state.st_size > MAX_FILE:
        raise FileRefusal("import.too_big", file=path.name)
    if head[:4] == b"PK\x03\x04":
        _refuse_bomb(path)


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as fault:
        raise FileRefusal("import.not_workbook", file=path.name) from fault
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefusal("import.protected", file=path.name)
    names = [part.filename.replace("\\", "/") for part in parts]
    if not any(name.startswith(("xl/", "word/")) or name == "content.xml" for name in names):
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


_UNWRITTEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Signs that nobody writes: control characters, turned writing, halves of letters."""


def _cell(value: Any) -> Cell:
    if type(value) is str:
        return value if value.isascii() and value.isprintable() else _UNWRITTEN.sub("", value)
    if type(value) is not list:
        return value  # type: ignore[no-any-return]
    return Unread(_UNWRITTEN.sub("", value[1])) if len(value) == 2 else date.fromisoformat(value[0])


def _sheet(grid: dict[str, Any]) -> Sheet:
    marks = grid["marks"]
    return Sheet(
        name=grid["name"],
        rows=[[_cell(value) for value in row] for row in grid["rows"]],
        visible=marks.get("visible", ""),
        fault=marks.get("fault", ""),
        merged=tuple((a, b, c, d) for a, b, c, d in marks.get("merged", ())),
        hidden_rows=frozenset(marks.get("hidden_rows", ())),
        struck=frozenset((row, column) for row, column in marks.get("struck", ())),
        comments={(row, column): text for row, column, text in marks.get("comments", ())},
    )


def _workbook(path: Path, line: str) -> Workbook:
    if not line:
        raise FileRefusal("import.too_big", file=path.name)
    answer = json.loads(line)
    if "fault" in answer:
        raise FileRefusal(answer["fault"], file=path.name)
    return Workbook(path, tuple(_sheet(grid) for grid in answer["sheets"]))


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
                process.stdin.write(json.dumps(str(path.resolve())) + "\n")
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
