"""Wall clock and hybrid logical clock.

The hybrid clock only orders what is shown meanwhile; it decides nothing (see docs/decisions).
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime


def now_millis() -> int:
    """Milliseconds since 1970-01-01 UTC by this workstation's clock."""
    return time.time_ns() // 1_000_000


def today() -> date:
    """The working day of this workstation; ``TIZILIM_TODAY=2024-01-10`` sets it for rehearsals and tests."""
    forced = os.environ.get("TIZILIM_TODAY")
    return date.fromisoformat(forced) if forced else datetime.now().astimezone().date()


class HybridClock:
    """Never goes back, even when the wall clock does."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def tick(self) -> int:
        """Return the next stamp: milliseconds × 65536 + counter."""
        self.last = max(now_millis() << 16, self.last + 1)
        return self.last


def stamp_text(stamp: int) -> str:
    """Return a stamp as fixed-width text, so that text order is time order."""
    return f"{stamp:016x}"


def stamp_moment(text: str) -> datetime:
    """Return the UTC moment of a stamp's text."""
    return datetime.fromtimestamp((int(text, 16) >> 16) / 1000, UTC)
