"""The driver's errors in the house's words: guards, full disk, lock, lost connection."""

from __future__ import annotations

from typing import Final

from desktop_app.core.errors import EnvironmentFault, Refusal

_GUARDS: Final = {
    "month_closed": "month.closed",
    "log_is_append_only": "log.append_only",
    "never_deleted": "record.never_deleted",
}


_DATABASE: Final = frozenset(("sqlcipher3", "psycopg", "sqlalchemy"))


def is_of_database(fault: BaseException) -> bool:
    """Tell whether an error came from the driver or what lies over it."""
    return any(kind.__module__.partition(".")[0] in _DATABASE for kind in type(fault).__mro__)


def translated(fault: Exception) -> Exception:
    """Return the house's error for the driver's: guards, full disk, lock; our own bugs stay as they are."""
    text = str(getattr(fault, "orig", fault))
    for mark, code in _GUARDS.items():
        if f"tizilim:{mark}" in text:
            return Refusal(code)
    if "No space left" in text:
        return EnvironmentFault("disk.full")
    if any(
        kind.__name__ == "OperationalError" and kind.__module__.startswith("psycopg")
        for kind in type(fault).__mro__
    ):
        return EnvironmentFault("database.lost")
    if "disk is full" in text or "disk I/O error" in text:
        return EnvironmentFault("disk.full")
    if "readonly" in text:
        return EnvironmentFault("disk.read_only")
    if "locked" in text:
        return EnvironmentFault("disk.locked")
    return fault
