"""Errors become words here and nowhere else in the window."""

from __future__ import annotations

from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import Language, tr
from desktop_app.services.faults import write_report


def words_of(fault: BaseException, language: Language) -> str:
    """Return the sentence for an error; a bug is written to a report and named by its file."""
    if isinstance(fault, TizilimError):
        return tr(language, fault.code, **fault.params)
    return tr(language, "system.bug", path=write_report(fault))
