"""Pages of a list for the window: keys of pages are remembered, rows are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from desktop_app.core.errors import UsageFault
from desktop_app.core.periods import Period
from desktop_app.domain.register import RegisterType, register_type
from desktop_app.formdef.forms import form_of
from desktop_app.services.locks import Locks, locks
from desktop_app.services.privacy import hidden, hidden_text, sees_numbers
from desktop_app.services.workspace import Workspace
from desktop_app.storage.conditions import Filter

PAGE: Final = 200
BRANCH: Final = "branch"
KEPT: Final = "kept"
"""Behind a list's columns: texts that could not be read, field by field, and whose the record is."""
_STEP: Final = 10
"""An anchor is taken every ten pages."""
_END: Final = 999_999
"""A period number after every month."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list shows and in which order; ``sort`` with a leading ``-`` descends, ``undated`` shows no month."""

    register: str
    period: Period | None = None
    words: str = ""
    problem: str = ""
    sort: str = ""
    branch: str = ""
    is_void: bool = False
    undated: bool = False


def _order(kind: RegisterType, asked: str) -> str:
    """Return an order that was asked for, a field's name with or without a ``-`` before it.

    Raises:
        UsageFault: no such field.
    """
    if asked and asked.removeprefix("-") not in kind.by_name:
        raise UsageFault("usage.sort", text=asked, known=", ".join(kind.by_name))
    return asked


class Listing:
    """Reads the pages of one query over one connection."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._query = ListQuery("")
        self._keys: dict[int, tuple[Any, int] | None] = {}
        self._count = 0

    def begin(self, query: ListQuery) -> None:
        """Turn to another query."""
        form = form_of(query.register)
        self._query = query
        self._kind = register_type(query.register)
        self._columns = (*form.list_columns, KEPT, BRANCH)
        self._sort = _order(self._kind, query.sort) or (f"-{form.sorted_by[0]}" if form.sorted_by else "id")
        number = query.period.number if query.period and self._kind.dated_by else 0
        self._filter = Filter(query.branch, number, number, query.words, query.problem, query.is_void,
                              blind=not sees_numbers(self._workspace))  # fmt: skip
        self._filter = replace(self._filter, undated=query.undated and bool(self._kind.dated_by))
        self._keys = {0: None}
        self._anchored = False

    def count(self) -> int:
        """Return how many records the query shows; from the maintained totals where they suffice."""
        query = self._query
        plain = not (query.words or query.problem or query.is_void) and self._kind.tallied
        with self._workspace.store.read() as reader:
            if plain:
                first, last = self._filter.first, self._filter.last or _END
                span = (0, 0) if self._filter.undated else (first, last) if first else (0, _END)
                self._count = sum(reader.counted(query.register, *span, query.branch).values())
            else:
                self._count = reader.count(self._kind, self._filter)
        return self._count

    def page(self, number: int) -> list[tuple[Any, ...]]:
        """Return the rows of a page: (rid, sort value, id, errors, warnings, *list columns, texts not read, branch)."""
        if number not in self._keys:
            tail = self._from_end(number)
            if tail is not None:
                return tail
            self._anchor()
        start = max(known for known in self._keys if known <= number)
        for step in range(start, number):
            self._read(step)
        return self._read(number)

    def _read(self, number: int) -> list[tuple[Any, ...]]:
        with self._workspace.store.read() as reader:
            rows = reader.page(
                self._kind, self._columns, self._filter, self._sort, self._keys.get(number), PAGE
            )
        if len(rows) == PAGE:
            self._keys[number + 1] = (rows[-1][1], rows[-1][0])
        return self._shown(rows)

    def _from_end(self, number: int) -> list[tuple[Any, ...]] | None:
        """Read the last pages backwards, so that End is as quick as Home."""
        whole = -(-self._count // PAGE)
        behind = whole - 1 - number
        if behind >= 3 or behind < 0:
            return None
        size = self._count - number * PAGE
        backward = self._sort[1:] if self._sort.startswith("-") else f"-{self._sort}"
        with self._workspace.store.read() as reader:
            rows = reader.page(self._kind, self._columns, self._filter, backward, None, size)
        return self._shown(rows[::-1][:PAGE])

    def _shown(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Mask identification numbers for a role that may not see them."""
        if sees_numbers(self._workspace):
            return rows
        kinds = [found.type if (found := self._kind.by_name.get(name)) else None for name in self._columns]
        lead = len(rows[0]) - len(kinds) if rows else 0
        return [
            (*row[:lead], *(hidden(kind, stored) if kind else hidden_text(stored) for kind, stored in zip(kinds, row[lead:], strict=True)))
            for row in rows
        ]  # fmt: skip

    def _anchor(self) -> None:
        if self._anchored:
            return
        self._anchored = True
        with self._workspace.store.read() as reader:
            found = reader.anchors(self._kind, self._filter, self._sort, PAGE * _STEP)
        for place, key in enumerate(found, 1):
            if place * PAGE * _STEP < self._count:
                self._keys[place * _STEP] = key

    def locks(self) -> Locks:
        """Return the closed months of the branch on show; a register without months has none."""
        if not self._kind.dated_by or not self._query.branch:
            return Locks(frozenset(), frozenset())
        return locks(self._workspace, self._query.branch)

    def title(self, register: str, record_id: str) -> str:
        """Return the name of a linked record."""
        found = self._workspace.store.ref_title(register, record_id)
        return found if sees_numbers(self._workspace) else hidden_text(found)
