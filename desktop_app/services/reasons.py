"""Reasons that the program itself notes in the log, and how people read them."""

from __future__ import annotations

from typing import Final

from desktop_app.core.i18n import Language, tr

RESOLVED: Final = "conflict"
"""An edit that decides a conflict."""
UNDONE: Final = "undo"
"""A change that takes another one back."""
MADE: Final = "made"
"""A card or a department made because a record named it; it goes with that record when nobody else needs it."""
IMPORTED: Final = "import: "
"""What a workbook brought; its name follows."""
_WORDS: Final = {
    RESOLVED: "conflict.resolved_reason",
    UNDONE: "record.undone_reason",
    MADE: "record.made_reason",
}


def reason_words(reason: str, language: Language) -> str:
    """Return why a change was made: what a person wrote, or what the program noted for itself."""
    if reason in _WORDS:
        return tr(language, _WORDS[reason])
    if reason.startswith(IMPORTED):
        return tr(language, "import.reason", file=reason.removeprefix(IMPORTED))
    return reason
