"""What a write changed, for views to refresh from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Changes:
    """Result of a use case that wrote.

    Attributes:
        records: register code → ids of records written.
        periods: (branch, period number) pairs touched.
    """

    records: dict[str, tuple[str, ...]] = field(default_factory=dict)
    periods: frozenset[tuple[str, int]] = frozenset()

    def __bool__(self) -> bool:
        return any(self.records.values())
