"""Errors become words here and nowhere else in the window."""

from __future__ import annotations

from desktop_app.core.i18n import Language, tr
from desktop_app.services.faults import refusal_of, write_report


def words_of(fault: BaseException, language: Language) -> str:
    """Return the sentence for an error; a bug is written to a report and named by its file."""
    refusal = refusal_of(fault)
    if refusal is not None:
        return tr(language, refusal.code, **refusal.params)
    return tr(language, "system.bug", path=write_report(fault))
