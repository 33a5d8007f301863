"""The driver's errors in the house's words: guards, full disk, lock, lost connection."""

from __future__ import annotations

from typing import Final

from desktop_app.core.errors import EnvironmentFault, Refusal, disk_fault

_GUARDS: Final = {
    "month_closed": "month.closed",
    "log_is_append_only": "log.append_only",
    "never_deleted": "record.never_deleted",
}


_DATABASE: Final = frozenset(("sqlcipher3", "psycopg", "sqlalchemy"))


def is_of_database(fault: BaseException) -> bool:
    """Tell whether an error came from the driver or what lies over it."""
    return any(kind.__module__.partition(".")[0] in _DATABASE for kind in type(fault).__mro__)


_BY_NUMBER: Final = {
    5: "disk.locked", 6: "disk.locked", 8: "disk.read_only", 10: "disk.io", 11: "disk.damaged", 13: "disk.full",
    14: "disk.cannot_open", 23: "disk.forbidden", 26: "disk.damaged",
}  # fmt: skip
"""SQLite's primary result codes, https://www.sqlite.org/rescode.html."""
_LOST: Final = frozenset(("OperationalError", "InterfaceError"))
_REFUSED: Final = {
    "ReadOnlySqlTransaction": "database.read_only",
    "InsufficientPrivilege": "database.no_right",
}


def translated(fault: Exception) -> Exception:
    """Return the house's error for the driver's: guards, disk, damage, lock, server; our own bugs stay as they are."""
    if isinstance(fault, OSError):
        return disk_fault(fault)
    own = getattr(fault, "orig", None) or fault
    text = str(own)
    for mark, code in _GUARDS.items():
        if f"tizilim:{mark}" in text:
            return Refusal(code)
    names = [kind.__name__ for kind in type(own).__mro__]
    if any(kind.__module__.startswith("psycopg") for kind in type(own).__mro__):
        refused = next((_REFUSED[name] for name in names if name in _REFUSED), "")
        if refused:
            return EnvironmentFault(refused)
        if "No space left" in text:
            return EnvironmentFault("disk.full", path="")
        return EnvironmentFault("database.lost") if _LOST.intersection(names) else fault
    found = _BY_NUMBER.get(getattr(own, "sqlite_errorcode", 0) & 0xFF)
    return EnvironmentFault(found, path="", pages="") if found else fault
