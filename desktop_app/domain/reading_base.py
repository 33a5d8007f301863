"""What every reader takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

Raw = str | int | float | bool | date | None


class Hint(NamedTuple):
    """What a reader may lean on.

    Attributes:
        siblings: values of the record read so far.
        year: year of a date typed without one.
        month: month of a date typed as a day alone.
    """

    siblings: Mapping[str, Any] = {}
    year: int = 0
    month: int = 0


class Reading(NamedTuple):
    """Outcome of reading one cell or one typed text.

    Attributes:
        value: the value; None for an empty cell and for an unreadable one.
        mended: message code of what had to be mended, empty when nothing had.
        bad: whether there was something that could not be read.
        also: values for neighbouring fields (the category of a post, a measure as written).
    """

    value: Any
    mended: str = ""
    bad: bool = False
    also: Mapping[str, Any] = {}


EMPTY: Final = Reading(None)
BAD: Final = Reading(None, "", True)


def as_text(raw: Raw) -> str:
    """Return a cell as the text a person sees: whole numbers without a point, dates as 22.08.2024."""
    if isinstance(raw, float) and raw == int(raw):
        return str(int(raw))
    if isinstance(raw, date):
        return raw.strftime("%d.%m.%Y")
    return str(raw)
