"""Who may do what. Roles guard against mistakes; only disk encryption guards against a hostile administrator."""

from __future__ import annotations

from typing import Final, Literal

from desktop_app.core.errors import Refusal
from desktop_app.core.i18n import Text3, tr

Right = Literal[
    "read",
    "enter",
    "import",
    "close",
    "reopen",
    "merge",
    "unmask",
    "settings",
    "users",
    "restore",
    "exchange",
    "accept",
    "keys",
    "backup",
]
_OFFICER: Final = frozenset({"read", "enter", "import", "merge", "unmask", "exchange", "backup"})
_RIGHTS: Final[dict[str, frozenset[str]]] = {
    "auditor": frozenset({"read"}),
    "officer": _OFFICER,
    "head": _OFFICER | {"close", "reopen", "keys"},
    "analyst": _OFFICER | {"close", "reopen", "accept", "keys"},
    "administrator": _OFFICER | {"close", "reopen", "accept", "keys", "settings", "users", "restore"},
}


ROLES: Final = tuple(_RIGHTS)


def may(role: str, right: Right) -> bool:
    """Tell whether a role has a right."""
    return right in _RIGHTS.get(role, frozenset())


def demand(role: str, right: Right) -> None:
    """Check a right.

    Raises:
        Refusal: the role does not have it.
    """
    if not may(role, right):
        named = Text3(*(tr(language, f"role.{role}") for language in ("kk", "ru", "en")))
        raise Refusal("right.missing", right=right, role=named)
