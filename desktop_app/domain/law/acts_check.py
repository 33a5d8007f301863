"""Checks rows of the dated tables before they are put in force: what a rule would stumble over is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from desktop_app.core.i18n import LANGUAGES
from desktop_app.domain.law import acts
from desktop_app.domain.law.terms import Unit

_MOST = 1000
_OPERATORS = ("<=", ">=", "bool")


def check_rows(table: str, rows: list[dict[str, Any]]) -> None:
    """Check rows as they would stand in their table.

    Raises:
        UsageFault: no such table.
        ValueError, LookupError, TypeError: a row that does not fit; the text says which and what.
    """
    whole = acts.joined(table, rows)
    for row in rows:
        row = whole[str(row["key"]), row.get("valid_from") or ""]
        try:
            acts.read_entry(row)
            _CHECKS[table](row)
        except (ValueError, LookupError, TypeError, InvalidOperation) as fault:
            raise ValueError(f"{row['key']}: {fault}") from fault


def _worded(row: Mapping[str, Any]) -> None:
    for language in LANGUAGES:
        if not str(row.get(language, "")).strip():
            raise ValueError(language)


def _citation(row: Mapping[str, Any]) -> None:
    _worded(row)
    if row.get("act") and row["act"] not in acts.entries("acts"):
        raise ValueError(f"act {row['act']}")


def _act(row: Mapping[str, Any]) -> None:
    _worded(row)
    row["number"]


def _term(row: Mapping[str, Any]) -> None:
    if not isinstance(row["count"], int) or not 0 < row["count"] <= _MOST:
        raise ValueError(f"count {row['count']}")
    if row["unit"] not in get_args(Unit):
        raise ValueError(f"unit {row['unit']}")
    if row.get("extension"):
        _term(row["extension"])


def _norm(row: Mapping[str, Any]) -> None:
    if row["op"] not in _OPERATORS:
        raise ValueError(f"op {row['op']}")
    if row["document"] not in acts.entries("acts"):
        raise ValueError(f"document {row['document']}")
    for name in ("norm", "exception"):
        if name in row and not Decimal(str(row[name])).is_finite():
            raise ValueError(name)


def _holiday(row: Mapping[str, Any]) -> None:
    text = str(row["date"])
    date.fromisoformat(text if len(text) > len("MM-DD") else f"2023-{text}")


_CHECKS = {"acts": _act, "citations": _citation, "terms": _term, "norms": _norm, "holidays": _holiday}
