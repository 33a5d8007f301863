"""Reports of our own faults: a traceback goes to a file, identification numbers blotted out, never to a person."""

from __future__ import annotations

import re
import tempfile
import traceback
from datetime import datetime
from pathlib import Path
from typing import Final

_NUMBERS: Final = re.compile(r"\d{12}")


def write_report(fault: BaseException) -> Path:
    """Write a fault's traceback beside the user's data; return the file's path."""
    from desktop_app import __version__
    from desktop_app.core.paths import default_workspace

    text = "".join(traceback.format_exception(fault))
    folder = default_workspace() / "faults"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir())
    path = folder / f"fault-{datetime.now().astimezone():%Y%m%d-%H%M%S}.txt"
    path.write_text(f"tizilim {__version__}\n{_NUMBERS.sub('############', text)}", "utf-8")
    return path
