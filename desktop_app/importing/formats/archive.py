"""The ZIP file round a workbook: checked part by part, mended where a program wrote it oddly."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from desktop_app.importing.formats.grid import FileFault


def opened(path: Path) -> tuple[zipfile.ZipFile, io.BytesIO | None]:
    r"""Return an archive whose parts are whole, and a mended copy of it when folders were written with ``\\``.

    Raises:
        FileFault: a part's check sum is wrong: what it says may not be what was saved.
    """
    try:
        archive = zipfile.ZipFile(path)
        if archive.testzip() is not None:
            raise FileFault("import.damaged")
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as fault:
        raise FileFault("import.damaged") from fault
    except Exception as fault:
        if isinstance(fault, FileFault):
            raise
        raise FileFault("import.damaged") from fault  # zlib has an error of its own
    if not any("\\" in name for name in archive.namelist()):
        return archive, None
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as mended:
        for part in archive.infolist():
            if not part.is_dir():
                mended.writestr(part.filename.replace("\\", "/"), archive.read(part))
    copy.seek(0)
    return zipfile.ZipFile(copy), copy
