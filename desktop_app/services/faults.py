"""Reports of our own faults: a traceback goes to a file, identification numbers and names blotted out, never to a person."""

from __future__ import annotations

import os
import re
import tempfile
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from desktop_app.core.errors import EnvironmentFault, TizilimError, disk_fault
from desktop_app.core.private import PRIVATE_FILE, private_folder
from desktop_app.storage.faults import is_of_database, translated

_NUMBERS: Final = re.compile(r"\d{6}[ \u00a0-]?\d{6}")
_NAMES: Final = re.compile(r"[\u0400-\u04ff]+")
"""Our own code and its errors are written in Latin letters: what is Cyrillic was typed by somebody."""


def blotted(text: str) -> str:
    """Return a report's text without identification numbers and without what people typed."""
    return _NAMES.sub("…", _NUMBERS.sub("############", text))


def write_report(fault: BaseException) -> Path:
    """Write a fault's traceback beside the user's data; return the file's path.

    Where nothing can be written, the path is that of a file which is not there: saying so must not fail too.
    """
    from desktop_app import __version__
    from desktop_app.core.paths import default_workspace

    text = blotted("".join(traceback.format_exception(fault)))
    name = f"fault-{datetime.now().astimezone():%Y%m%d-%H%M%S}-{os.urandom(2).hex()}.txt"
    path = Path(name)
    for folder in (default_workspace() / "faults", Path(tempfile.gettempdir())):
        path = folder / name
        with suppress(OSError):
            private_folder(folder)
            with open(path, "x", encoding="utf-8", opener=PRIVATE_FILE) as file:
                file.write(f"tizilim {__version__}\n{text}")
            return path
    return path


def refusal_of(fault: BaseException) -> TizilimError | None:
    """Return what the product says no with, for an error that came from disk, medium, driver or server.

    None for a bug of ours. Libraries wrap what the system said; so causes are looked at as well.
    """
    seen: BaseException | None = fault
    for _ in range(10):
        if seen is None:
            return None
        if isinstance(seen, TizilimError):
            return seen
        if isinstance(seen, MemoryError):
            return EnvironmentFault("system.memory")
        found = translated(seen) if isinstance(seen, Exception) and _is_outer(seen) else seen
        if isinstance(found, TizilimError):
            return found
        if number := _SYSTEM.search(str(seen)):
            return disk_fault(OSError(int(number[1]), ""))
        seen = seen.__cause__ or seen.__context__
    return None


def _is_outer(fault: Exception) -> bool:
    return isinstance(fault, OSError) or is_of_database(fault)


_SYSTEM: Final = re.compile(r"\(os error (\d+)\)")
"""How libraries written in Rust say what the system said."""
