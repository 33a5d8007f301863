"""Rounding and shares; one rule everywhere: half up."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

Match = Literal["rounded", "truncated", "no"]


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return ``value`` rounded half up to ``decimals`` places."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def share(part: int, whole: int, decimals: int = 1) -> Decimal | None:
    """Return ``part`` of ``whole`` in percent, rounded half up; None where the whole is nought."""
    return rounded(Decimal(part) * 100 / Decimal(whole), decimals) if whole else None


def compare_printed(computed: Decimal, printed: str) -> Match:
    """Tell whether a printed figure is the computed one rounded or truncated at its own precision."""
    shown = Decimal(printed.replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    exponent = shown.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    if computed.quantize(step, ROUND_HALF_UP) == shown:
        return "rounded"
    return "truncated" if computed.quantize(step, ROUND_DOWN) == shown else "no"
