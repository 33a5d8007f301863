"""The monthly submission: one revision of one branch's month, with its figures frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from desktop_app.domain.fields import Coded, Count, Day, Structured, Text
from desktop_app.domain.register import MUST, register


@register("submission", titled_by=("month", "revision"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A closed month; ``sections``, ``totals`` and ``exceptions`` are JSON, ``digest`` covers the records."""

    month: Annotated[int | None, Count(), MUST] = None
    revision: Annotated[int | None, Count(), MUST] = None
    state: Annotated[str | None, Coded("submission_states"), MUST] = None
    sections: Annotated[str | None, Structured()] = None
    totals: Annotated[str | None, Structured()] = None
    digest: Annotated[str | None, Text()] = None
    due: Annotated[date | None, Day()] = None
    closed: Annotated[date | None, Day()] = None
    received: Annotated[date | None, Day()] = None
    executor: Annotated[str | None, Text()] = None
    head: Annotated[str | None, Text()] = None
    phone: Annotated[str | None, Text()] = None
    reason: Annotated[str | None, Text(long=True)] = None
    difference: Annotated[str | None, Structured()] = None
    reopened: Annotated[str | None, Structured()] = None
