"""A record: values and what surrounds them, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from desktop_app.core.ids import Head, new_record_id
from desktop_app.core.problems import Problem
from desktop_app.domain.register import RegisterType, register_type

EVERY = "*"
"""Key of the heads that hold for each field without heads of its own."""
Heads = Mapping[str, tuple[Head, ...]]


def read_heads(found: Mapping[str, Any]) -> Heads:
    """Return heads of their JSON form: field → [[sequence, number], …]."""
    return {name: tuple([(lane, seq) for lane, seq in heads]) for name, heads in found.items()}


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a register.

    Attributes:
        kept: field → text as it was found, where it could not be read; the field's value is then None.
        extra: answers to questions that headquarters added in a form file.
        void_reason: why the record does not count; empty for a live one. Nothing is ever deleted.
        heads: field → changes that its value came from, as this workstation knows it.
    """

    register: str
    branch: str
    values: Any
    id: str = field(default_factory=new_record_id)
    kept: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    void_reason: str = ""
    heads: Heads = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def type(self) -> RegisterType:
        """The record's register."""
        return register_type(self.register)

    @property
    def period(self) -> int:
        """Number of the month the record belongs to, 0 while it has no date."""
        return self.type.period_of(self.values)

    def with_values(self, **values: Any) -> Record:
        """Return the record with some values replaced; a value given clears the text kept in its place."""
        kept = {name: text for name, text in self.kept.items() if name not in values}
        return self._with(self.type.evolve(self.values, values), kept, self.heads, self.problems)

    def stamped(self, today: date) -> Record:
        """Return a record that was never stored with the day it is typed, where its register asks for that."""
        name = self.type.stamped_by
        if not name or self.heads or getattr(self.values, name) is not None:
            return self
        return self.with_values(**{name: today})

    def with_derived(self, values: Mapping[str, Any]) -> Record:
        """Return the record with computed values; texts kept in place of entered ones stay."""
        return self._with(self.type.evolve(self.values, values), self.kept, self.heads, self.problems)

    def with_problems(self, problems: tuple[Problem, ...]) -> Record:
        """Return the record with other problems."""
        return self._with(self.values, self.kept, self.heads, problems)

    def with_heads(self, heads: Heads) -> Record:
        """Return the record with other heads."""
        return self._with(self.values, self.kept, heads, self.problems)

    def _with(
        self, values: Any, kept: Mapping[str, str], heads: Heads, problems: tuple[Problem, ...]
    ) -> Record:
        # Written out: dataclasses.replace is the costliest call of an import.
        return Record(
            self.register, self.branch, values, self.id, kept, self.extra, self.void_reason, heads, problems
        )

    def with_texts(self, kept: Mapping[str, str], extra: Mapping[str, str]) -> Record:
        """Return the record with other texts kept in the place of values, and other answers."""
        return Record(
            self.register, self.branch, self.values, self.id, kept, extra, self.void_reason, self.heads, self.problems
        )  # fmt: skip

    def replaced(self, record_id: str) -> Record:
        """Return the same values as a record of another id."""
        return Record(self.register, self.branch, self.values, record_id, self.kept, self.extra)

    def heads_of(self, name: str) -> tuple[Head, ...]:
        """Return the changes that a field's value came from."""
        return self.heads.get(name) or self.heads.get(EVERY, ())


def new_record(register: str, branch: str, record_id: str = "", **values: Any) -> Record:
    """Return a record that is not stored yet."""
    kind = register_type(register)
    return Record(register, branch, kind.values(**values), record_id or new_record_id())
