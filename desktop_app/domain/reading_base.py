"""What every reader takes and gives."""

from __future__ import annotations

import math
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
        order: how the dates of a column are written: day first when empty, ``mdy``, ``?`` when it cannot be told.
    """

    siblings: Mapping[str, Any] = {}
    year: int = 0
    month: int = 0
    order: str = ""


NO_HINT: Final = Hint()


class Reading(NamedTuple):
    """Outcome of reading one cell or one typed text.

    Attributes:
        value: the value; None for an empty cell and for an unreadable one.
        mended: message code of what had to be mended, empty when nothing had; why it is bad, when that can be said.
        bad: whether there was something that could not be read.
        also: values for neighbouring fields (the category of a post, a measure as written).
        advice: message code of what to do about it, empty for the usual one.
    """

    value: Any
    mended: str = ""
    bad: bool = False
    also: Mapping[str, Any] = {}
    advice: str = ""

    @property
    def code(self) -> str:
        """Message code of what happened to the cell, empty when there is nothing to say."""
        return self.mended or ("read.unreadable" if self.bad else "")


EMPTY: Final = Reading(None)
BAD: Final = Reading(None, "", True)


def as_text(raw: Raw) -> str:
    """Return a cell as the text a person sees: whole numbers without a point, dates as 22.08.2024."""
    if type(raw) is str:
        return raw
    if isinstance(raw, float) and math.isfinite(raw) and raw == int(raw):
        return str(int(raw))
    if isinstance(raw, date):
        return raw.strftime("%d.%m.%Y")
    return str(raw)
