"""Identification numbers: IIN of a person, BIN of an organisation.

Source: Law «On national registers of identification numbers»; check digit by two weighted passes.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, Literal

Fault = Literal["length", "digits", "date", "century", "type", "check"]
_FIRST: Final = tuple(range(1, 12))
_SECOND: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_DIGITS: Final = re.compile(r"\d{12}", re.ASCII)
_CENTURY: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def check_digit(body: str) -> int | None:
    """Return the twelfth digit that belongs to eleven digits, or None where no digit exists (0.8 %)."""
    for weights in (_FIRST, _SECOND):
        rest = sum(w * int(d) for w, d in zip(weights, body[:11], strict=True)) % 11
        if rest != 10:
            return rest
    return None


def _shape_fault(value: str) -> Fault | None:
    if len(value) != 12:
        return "length"
    return None if _DIGITS.fullmatch(value) else "digits"


@lru_cache(maxsize=65536)
def iin_fault(value: str) -> Fault | None:
    """Return what is wrong with an IIN, None when nothing is."""
    shape = _shape_fault(value)
    if shape:
        return shape
    if value[6] not in _CENTURY:
        return "century"
    try:
        date(_CENTURY[value[6]] + int(value[:2]), int(value[2:4]), int(value[4:6]))
    except ValueError:
        return "date"
    return None if check_digit(value) == int(value[11]) else "check"


@lru_cache(maxsize=65536)
def bin_fault(value: str) -> Fault | None:
    """Return what is wrong with a BIN, None when nothing is (5th digit 4–6, 6th digit 0–3)."""
    shape = _shape_fault(value)
    if shape:
        return shape
    if not 1 <= int(value[2:4]) <= 12:
        return "date"
    if value[4] not in "456" or value[5] not in "0123":
        return "type"
    return None if check_digit(value) == int(value[11]) else "check"


def is_bin_shaped(value: str) -> bool:
    """Tell whether the fifth digit makes it a BIN: a day of the month never starts with 4–6."""
    return len(value) == 12 and value[4] in "456"


def id_number_fault(value: str) -> Fault | None:
    """Return what is wrong with a number that may be an IIN or a BIN."""
    return bin_fault(value) if is_bin_shaped(value) else iin_fault(value)


def masked(value: str) -> str:
    """Return ``990101••••23``: what lists and prints show without the right to see the number."""
    return f"{value[:6]}••••{value[-2:]}" if len(value) == 12 else value
