"""Norms of accessibility: measured value against norm (SP RK 3.06-101-2012, SN RK 3.06-01-2011)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

NORM_VERSION: Final = "СП РК 3.06-101-2012"


def norm_met(operator: str, norm: Decimal, measured: Decimal) -> bool:
    """Tell whether a measured value meets its norm; for a yes/no item 1 is «there is»."""
    if operator == "<=":
        return measured <= norm
    return measured >= norm
