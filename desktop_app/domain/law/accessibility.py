"""Norms of accessibility: measured value against the norm in force, item by item (``resources/acts/norms.json``).

A visit is judged by the edition of its day, or of the day it was typed when that is later: what was recorded under
an edition that proved wrong keeps it, what is typed today does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from desktop_app.domain.law import acts


@dataclass(frozen=True, slots=True)
class Norm:
    """What an item must meet.

    Attributes:
        operator: ``<=``, ``>=`` or ``bool`` (1 is «there is»).
        exception: value allowed under the item's exceptional condition, if the norm has one.
        source: code of the clause, a key of the classifier ``norm_clauses``.
        is_sure: whether the norm was confirmed.
    """

    operator: str
    value: Decimal
    exception: Decimal | None = None
    source: str = ""
    is_sure: bool = True

    def is_met(self, measured: Decimal, *, condition: bool = False) -> bool:
        """Tell whether a measured value meets the norm, its exception counted where the condition is given."""
        value = self.exception if condition and self.exception is not None else self.value
        return norm_met(self.operator, value, measured)


def norm_met(operator: str, norm: Decimal, measured: Decimal) -> bool:
    """Tell whether a measured value meets a norm; for a yes/no item 1 is «there is»."""
    if operator == "<=":
        return measured <= norm
    return measured >= norm


def norm_of(item: str, own: dict[str, Any] | Any, visited: date, typed: date | None) -> Norm:
    """Return the norm by which a finding is judged.

    Args:
        own: ``op`` and ``norm`` of the item in the checklist, for items that the table does not have.
        typed: day the finding was typed; none for one that an older version or a workbook recorded.
    """
    listed = acts.entries("norms").get(item, ())
    if typed:
        listed = tuple(entry for entry in listed if not entry.more.get("recorded"))
    day = max(visited, typed) if typed else visited
    found = next((entry for entry in reversed(listed) if entry.valid_on(day)), listed[0] if listed else None)
    if found is None:
        return Norm(own["op"], Decimal(str(own["norm"])))
    more = {**own, **found.more}
    exception = more.get("exception")
    return Norm(
        more["op"], Decimal(str(more["norm"])), None if exception is None else Decimal(str(exception)),
        clause_code(found, day), found.confidence != "L",
    )  # fmt: skip


def clause_code(norm: acts.Entry, day: date) -> str:
    """Return the code of a norm's clause: number of the act in force that day, and the clause where it is known."""
    act = acts.entry("acts", str(norm.more["document"]), day)
    number = str(act.more["number"]) if act else str(norm.more["document"])
    clause = str(norm.more.get("clause", ""))
    return f"{number}/{clause}" if clause else number


def clauses() -> list[dict[str, str]]:
    """Return every clause that a norm has or had, as rows of a classifier."""
    found: dict[str, dict[str, str]] = {}
    documents = {(str(e.more["document"]), str(e.more.get("clause", "")))
                 for listed in acts.entries("norms").values() for e in listed}  # fmt: skip
    for document, clause in sorted(documents):
        for act in acts.entries("acts").get(document, ()):
            code = str(act.more["number"]) + (f"/{clause}" if clause else "")
            words = act.words
            found[code] = {
                "code": code,
                "kk": words.kk + (f", {clause}-тармақ" if clause else ""),
                "ru": words.ru + (f", п. {clause}" if clause else ""),
                "en": words.en + (f", cl. {clause}" if clause else ""),
            }
    return list(found.values())
