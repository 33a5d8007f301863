"""What derived values and problems depend on besides the record, and computing them anew when it changed.

Only what was entered is in the log. Derived values, terms and problems are functions of that and of the surroundings:
working days, settings, codes, forms, dated acts, the rules of this version. A stamp tells in which surroundings a
database was computed; where it is another one, every record is computed anew, in parts that a crash interrupts
without harm.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app import __version__, domain
from desktop_app.core.errors import TizilimError
from desktop_app.core.paths import FORMS, RESOURCES
from desktop_app.domain.register import RegisterType, registers
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

Progress = Callable[[int, int, str], None]
_STAMP: Final = "surroundings"
"""Setting that holds the stamp of what the database was computed in."""
_NEXT: Final = "surroundings_next"
"""Setting that says how far a computation that is under way got: stamp, register, number of its last row."""
_SETTINGS: Final = ("repeat_window", "deadline_working_day")
_PART: Final = 500
"""Records in one transaction: few enough that nobody waits long for the database meanwhile."""
MANY: Final = 20_000
"""Records from which opening does not wait until all are computed."""


@cache
def _program() -> int:
    """Return a checksum of the rules, forms and tables that this version comes with."""
    files = [*Path(domain.__file__).parent.rglob("*.py"), *FORMS.glob("*.toml")]
    files += [path for name in ("classifiers", "acts") for path in (RESOURCES / name).glob("*.json")]
    found = zlib.crc32(__version__.encode())
    for path in sorted(files):
        found = zlib.crc32(path.read_bytes(), found)
    return found


def stamp(reader: Reader) -> str:
    """Return the stamp of what this database is computed in now."""
    marks = ",".join("?" * len(_SETTINGS))
    parts = [
        reader.rows("SELECT day, worked FROM calendar_day ORDER BY day"),
        reader.rows(f"SELECT name, value FROM meta WHERE name IN ({marks}) ORDER BY name", _SETTINGS),
        reader.rows("SELECT name, version, body FROM guidance ORDER BY name"),
    ]
    return f"{zlib.crc32(repr([[tuple(row) for row in part] for part in parts]).encode(), _program()):08x}"


def is_behind(workspace: Workspace) -> bool:
    """Tell whether derived values and problems were computed in other surroundings than those of today."""
    with workspace.store.read() as reader:
        return reader.meta(_STAMP) != stamp(reader)


def bring_up(workspace: Workspace, progress: Progress | None = None) -> int:
    """Compute derived values, terms and problems anew where the surroundings changed; return of how many records.

    What was entered, the log and the papers of closed months stay as they are. Broken off, it goes on where it stopped.

    Args:
        progress: called between parts with records done, records in all and nothing more; raising from it stops.
    """
    with workspace.store.read() as reader:
        wanted = stamp(reader)
        if reader.meta(_STAMP) == wanted:
            return 0
        done, register, last = _begun(reader, wanted)
        whole = _size(reader)
    count = 0
    for kind in _computed():
        if done and kind.code != register:
            continue
        for part in _parts(workspace, kind, wanted, last if done else 0):
            count += part
            if progress:
                progress(min(count, whole), whole, "")
        done = False
    with workspace.store.transaction(workspace.user) as work:
        _remember(work, _STAMP, wanted)
        work.run("DELETE FROM meta WHERE name = ?", (_NEXT,))
    workspace.store.forget_settings()
    return count


def keep_up(workspace: Workspace, *, whole: bool = False) -> None:
    """Bring a database up where that is quickly done; a large one is left to who can show that it takes a while.

    A login of a shared database that may only read leaves it as it is.

    Args:
        whole: a large one too.
    """
    with workspace.store.read() as reader:
        if reader.meta(_STAMP) == stamp(reader) or (not whole and _size(reader) >= MANY):
            return
    try:
        bring_up(workspace)
    except TizilimError:
        if not workspace.is_shared:
            raise


def _size(reader: Reader) -> int:
    return sum(
        int(reader.rows(f"SELECT coalesce(max(rid), 0) FROM {kind.code}")[0][0]) for kind in _computed()
    )


def _computed() -> list[RegisterType]:
    return [kind for kind in registers().values() if kind.rules or kind.derivations]


def _begun(reader: Reader, wanted: str) -> tuple[bool, str, int]:
    """Return whether this very computation was begun, and behind which row of which register it goes on."""
    said = reader.meta(_NEXT).split("|")
    if len(said) != 3 or said[0] != wanted or said[1] not in registers():
        return False, "", 0
    return True, said[1], int(said[2])


def _parts(workspace: Workspace, kind: RegisterType, wanted: str, last: int) -> Iterator[int]:
    from desktop_app.services.recording import Recorder

    following = (
        f"SELECT max(rid) FROM (SELECT rid FROM {kind.code} WHERE rid > ? ORDER BY rid LIMIT {_PART}) part"
    )
    while True:
        with workspace.store.transaction(workspace.user) as work:
            upto = work.reader.rows(following, [last])[0][0]
            if upto is None:
                return
            found = list(work.reader.records(kind.code, "rid > ? AND rid <= ?", [last, upto]))
            Recorder(workspace, work).recheck(found)
            _remember(work, _NEXT, f"{wanted}|{kind.code}|{upto}")
            work.flush()
        last = int(upto)
        yield len(found)


def _remember(work: Work, name: str, value: str) -> None:
    from desktop_app.storage.tables import meta

    work.replace(meta, {"name": name, "value": value})
