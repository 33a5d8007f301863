"""Files of a place that need no second look: refused for good, not for this workstation, or taken in before.

Nobody deletes anything in a place, so without a memory each receiving would fetch all of it again. A file is
known by name, size and date; one that changes, a new version of the program and a new card make it looked at again.
"""

from __future__ import annotations

import hashlib

from desktop_app import __version__
from desktop_app.exchange.transport import PlacedFile
from desktop_app.services.peers import now
from desktop_app.services.workspace import Workspace

ASIDE = "aside"
"""Direction of a package that neither came nor went: it was passed over."""


class PassedOver:
    """What the workspace remembers of the files of places."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        with workspace.store.read() as reader:
            rows = reader.rows("SELECT id, direction FROM package")
        self._marks = {key for key, direction in rows if direction == ASIDE}
        # A package that came or went has the beginning of its id in its name; a renamed one is looked into.
        self._ends = {f"-{key[:8]}." for key, direction in rows if direction != ASIDE}

    def __contains__(self, file: PlacedFile) -> bool:
        """Tell whether a file needs no look."""
        dash = file.name.rfind("-")
        return file.name[dash : dash + 10] in self._ends or self._mark(file) in self._marks

    def add(self, file: PlacedFile, code: str) -> None:
        """Pass a file over from now on; ``code`` says what was wrong with it."""
        mark = self._mark(file)
        if mark in self._marks:
            return
        self._marks.add(mark)
        with self._workspace.store.transaction(self._workspace.user) as work:
            work.run("INSERT INTO package(id, direction, kind, digest, moment, body) VALUES (?, ?, ?, ?, ?, ?)",
                     (mark, ASIDE, code, file.name[:200], now(), __version__))  # fmt: skip

    def _mark(self, file: PlacedFile) -> str:
        said = (self._workspace.store.workstation, __version__, file.name, str(file.size), file.stamp)
        return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()
