"""The child process that opens workbooks: a hostile file can only kill this process.

Reads paths from standard input, one a line as JSON; writes one JSON line a file: ``{"sheets": [grid, …]}``
or ``{"fault": …}``. A date is written as a list of one ISO text, because JSON has no dates; a cell without
a value as a list of nothing and of what is written there.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from desktop_app.importing.formats.grid import FileFault, Grid

MEMORY_LIMIT: Final = 900_000_000
SECONDS: Final = 30
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"


def _least_of(limit: int, setting: str) -> int:
    """Return a limit, or a lower one that the environment asks for (bytes, seconds): none can be lifted."""
    asked = os.environ.get(setting, "")
    return min(limit, int(asked)) if asked.isdecimal() else limit


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    most = _least_of(MEMORY_LIMIT, "TIZILIM_READER_MEMORY")
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    """Give the next file so many seconds of the processor: the system ends the process after them."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + _least_of(SECONDS, "TIZILIM_READER_SECONDS")
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _grids(path: Path) -> list[Grid]:
    with path.open("rb") as file:
        head = file.read(8)
    if head == _OLE:
        from desktop_app.importing.formats.spreadsheet import read_spreadsheet

        return read_spreadsheet(path, None, None)
    if head[:4] == _ZIP:
        return _packed(path)
    return _text_file(path)


def _packed(path: Path) -> list[Grid]:
    from desktop_app.importing.formats.archive import opened

    archive, copy = opened(path)
    with archive:
        names = archive.NameToInfo
        if "word/document.xml" in names:
            from desktop_app.importing.formats.word import read_word

            return read_word(archive)
        from desktop_app.importing.formats.spreadsheet import read_spreadsheet

        found = read_spreadsheet(path, copy, archive)
        if "xl/workbook.xml" in names:
            from desktop_app.importing.formats.marks import add_marks

            add_marks(archive, found)
        return found


def _text_file(path: Path) -> list[Grid]:
    from desktop_app.importing.formats.delimited import decoded, read_delimited

    body = path.read_bytes()
    if not body.strip() or body.startswith((b"%PDF", b"{\\rtf")):
        raise FileFault("import.not_workbook")
    start = body[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"<?xml") or body.startswith((b"\xff\xfe<\0?\0", b"\xfe\xff\0<\0?")):
        from desktop_app.importing.formats.flat_xml import read_flat_xml

        found = read_flat_xml(body) if b"<html" not in start else None
        if found is not None:
            return found
    text = decoded(body)
    if "<table" in text[:2_000_000].lower():
        from desktop_app.importing.formats.markup import read_page

        return read_page(text)
    return read_delimited(path, text)


def read_workbook(path: str) -> dict[str, Any]:
    """Return the filled cells of every sheet, or what is wrong with the file."""
    try:
        return {"sheets": _grids(Path(path))}
    except FileFault as fault:
        return {"fault": fault.code}
    except MemoryError:
        return {"fault": "import.too_big"}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the library is no Exception
        return {"fault": "import.not_workbook"}


def main() -> None:
    """Answer each path with one line."""
    _limit_memory()
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    for line in sys.stdin:
        _limit_time()
        answer = read_workbook(json.loads(line))
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
