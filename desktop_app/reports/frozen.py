"""A document as it was signed, kept as data: made again, it is drawn as the first time but for the day of printing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from desktop_app.reports import document
from desktop_app.reports.document import Document, Table

PRINT_DAY: Final = "\ufff9print day\ufffb"
"""Stands in a frozen document where each print says its own day: characters that no keyboard types."""
_KIND: Final = "is"
_DAY: Final = "day"
_NUMBER: Final = "number"
_BLOCKS: Final[dict[str, Any]] = {
    name: kind for name, kind in vars(document).items() if dataclasses.is_dataclass(kind)
}


class FrozenFault(ValueError):
    """What was kept is no document."""


def freeze(found: Any) -> Any:
    """Return a document, its tables read to the end, as what JSON holds."""
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        parts = {item.name: freeze(getattr(found, item.name)) for item in dataclasses.fields(found)}
        return {_KIND: type(found).__name__, **parts}
    if isinstance(found, date):
        return {_KIND: _DAY, _DAY: found.isoformat()}
    if isinstance(found, Decimal):
        return {_KIND: _NUMBER, _NUMBER: str(found)}
    if isinstance(found, tuple | list):
        return [freeze(part) for part in found]
    return [freeze(row) for row in found()] if callable(found) else found


def thaw(kept: Any, made: str, day: date, cell: Callable[[str], str] | None = None) -> Document:
    """Return the document again.

    Args:
        kept: what :func:`freeze` returned.
        made: day of this print, in words; ``day`` the same for the file's properties.
        cell: shows the texts of tables as who prints may see them.

    Raises:
        FrozenFault: it is no document, or one of a version that knows more.
    """
    try:
        found = _thawed(kept, made, cell)
        if "day" in (item.name for item in dataclasses.fields(found)):
            found = dataclasses.replace(found, day=day)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError) as fault:
        raise FrozenFault from fault
    if not isinstance(found, Document):
        raise FrozenFault
    return found


def _thawed(kept: Any, made: str, cell: Callable[[str], str] | None) -> Any:
    if isinstance(kept, str):
        return kept.replace(PRINT_DAY, made)
    if isinstance(kept, list):
        return tuple(_thawed(part, made, cell) for part in kept)
    if not isinstance(kept, dict):
        return kept
    if kept.get(_KIND) == _DAY:
        return date.fromisoformat(kept[_DAY])
    if kept.get(_KIND) == _NUMBER:
        return Decimal(kept[_NUMBER])
    if _KIND not in kept:
        return {name: _thawed(part, made, cell) for name, part in kept.items()}
    kind = _BLOCKS[kept[_KIND]]
    if kind is Table:
        kept = {**kept, "rows": [[_shown(value, cell) for value in row] for row in kept["rows"]]}
    known = {item.name for item in dataclasses.fields(kind)}
    parts = {name: _thawed(part, made, cell) for name, part in kept.items() if name in known}
    if kind is Table:
        rows = parts["rows"]
        parts["rows"] = lambda: rows
    return kind(**parts)


def _shown(value: Any, cell: Callable[[str], str] | None) -> Any:
    return cell(value) if cell is not None and isinstance(value, str) else value
