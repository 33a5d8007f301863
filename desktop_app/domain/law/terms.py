"""Terms of the law by the dated table ``resources/acts/terms.json``: how long, of what days, by which article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from desktop_app.core.periods import add_months
from desktop_app.domain.law import acts
from desktop_app.domain.law.calendar import WorkingCalendar

Unit = Literal["working_days", "calendar_days", "months"]


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    Attributes:
        extension: by how much it may be extended at most, none where it may not.
        citation: key of the article.
    """

    count: int
    unit: Unit
    citation: str = ""
    extension: Term | None = None

    def ends(self, first: date, calendar: WorkingCalendar) -> date:
        """Return the last day of the term that begins on ``first`` (itself not counted).

        A term in calendar days that ends on a day off ends on the next working day; one in months ends on the
        same day number, and whoever asks says whether it moves.
        """
        if self.unit == "months":
            return add_months(first, self.count)
        if self.unit == "calendar_days":
            return calendar.add_days(first, self.count)
        return calendar.add(first, self.count)


@lru_cache(maxsize=4096)
def term(key: str, day: date) -> Term:
    """Return the term of a key as it is on a day; before the first entry of the table its first one holds.

    Raises:
        KeyError: the table has no such key (a fault of a rule, caught by the contract tests).
    """
    found = acts.entry("terms", key, day) or acts.entries("terms")[key][0]
    return _read(found.more)


def _read(more: Any) -> Term:
    extension = more.get("extension")
    return Term(
        int(more["count"]), more["unit"], str(more.get("citation", "")),
        _read(extension) if extension else None,
    )  # fmt: skip


acts.remembers(term.cache_clear)
