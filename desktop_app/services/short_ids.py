"""Records named by the beginning of their ids: any beginning will do that only one of them has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from desktop_app.core.errors import UsageFault
from desktop_app.core.periods import Period
from desktop_app.services.workspace import Workspace

_SHOWN: Final = 5
"""Records that an ambiguous beginning is told with."""
_AFTER: Final = "~"
"""Sorts after every sign of an id, so that a beginning is one stretch of the index."""

Named = tuple[str, str]
"""(register, id) of a record."""


def beginning_with(
    workspace: Workspace, beginning: str, registers: Iterable[str], branch: str = "", period: Period | None = None
) -> list[Named]:  # fmt: skip
    """Return the records whose ids begin with a text, no more than are needed to name them.

    Args:
        branch: with ``period``, only records of that branch's month.
    """
    text = _plain(beginning)
    if not text:
        return []
    condition, values = "id >= ? AND id < ?", [text, text + _AFTER]
    if period is not None:
        condition, values = f"{condition} AND branch = ? AND period = ?", [*values, branch, period.number]  # type: ignore[list-item]
    with workspace.store.read() as reader:
        return [
            (code, str(key)) for code in registers
            for (key,) in reader.rows(f"SELECT id FROM {code} WHERE {condition} ORDER BY id LIMIT {_SHOWN + 1}", values)
        ]  # fmt: skip


def of_these(beginning: str, found: Iterable[Named]) -> list[Named]:
    """Return those of some records whose ids begin with a text, each once."""
    text = _plain(beginning)
    return sorted({one for one in found if text and one[1].startswith(text)})


def the_one(workspace: Workspace, beginning: str, found: Sequence[Named]) -> Named | None:
    """Return the only record found, None when there is none.

    Raises:
        UsageFault: several; it names them.
    """
    if len(found) > 1:
        shown = [f"{key} ({workspace.store.ref_title(register, key)})" for register, key in found[:_SHOWN]]
        more = "; …" if len(found) > _SHOWN else ""
        raise UsageFault("usage.many_records", record=beginning, records="; ".join(shown) + more)
    return found[0] if found else None


def _plain(beginning: str) -> str:
    return beginning.strip().lower().replace("-", "")
