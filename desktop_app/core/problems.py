"""A problem of a record or of a month, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How much a problem weighs; errors keep a month from being closed without a reason."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class Problem(NamedTuple):
    """One finding of one rule.

    Attributes:
        code: the rule's code, also the key of its message.
        severity: weight.
        fields: fields to jump to, most telling first.
        params: values for the message's blanks, as text or numbers.
    """

    code: str
    severity: Severity
    fields: tuple[str, ...] = ()
    params: dict[str, str | int] = {}  # noqa: RUF012 - a NamedTuple default, never written to


@dataclass(frozen=True, slots=True)
class Located:
    """A problem and where it is."""

    problem: Problem
    register: str
    record: str
    branch: str = ""
    period: int = 0
    label: str = ""
