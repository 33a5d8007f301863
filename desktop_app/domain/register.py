"""A register: one typed frozen class, its field types and its rules.

``@register`` reads the class once; from then on everything generic works from the description.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib import import_module
from operator import attrgetter
from pkgutil import iter_modules
from typing import Any, TypeVar

from desktop_app.core.i18n import Language, short_date
from desktop_app.core.periods import period_number
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.fields import Coded, FieldType
from desktop_app.domain.lettering import language_of

Values = Any
"""An instance of a register's class: every field optional, because saving never waits for rules."""
Derive = Callable[[Any, "Around"], Mapping[str, Any]]
ValueCheck = Callable[[Any, str, date], Problem | None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Need:
    """How badly a field is needed, by the severity of its absence.

    Attributes:
        typed: only in records that people typed since the form asks for it: no workbook and no older version has
            the field.
    """

    severity: Severity
    typed: bool = False


MUST = Need(Severity.ERROR)
SHOULD = Need(Severity.WARNING)
WANTED = Need(Severity.NOTE)
MUST_TYPED = Need(Severity.ERROR, typed=True)
SHOULD_TYPED = Need(Severity.WARNING, typed=True)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Mark of the field that says on which day a record was typed; imports leave it empty."""


TYPED_ON = Stamp()


@dataclass(frozen=True, slots=True)
class Derived:
    """Mark of a field that is computed from the others and never entered."""


DERIVED = Derived()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a register."""

    name: str
    type: FieldType
    need: Severity | None = None
    derived: bool = False
    need_typed: bool = False
    stamp: bool = False


@dataclass(frozen=True, slots=True)
class Peer:
    """Another record that shares this record's peer field (the sanctions of one person)."""

    id: str
    values: Any


@dataclass(frozen=True, slots=True)
class Settings:
    """What a branch may set.

    Attributes:
        repeat_window: what counts as repeat: ``ever``, ``12months`` or ``in_force``.
        deadline_working_day: working day after the month on which the submission is due.
    """

    repeat_window: str = "ever"
    deadline_working_day: int = 5


@dataclass(frozen=True, slots=True)
class Around:
    """What rules may look at besides the record.

    Attributes:
        today: the day the rules are run for.
        calendar: working days.
        settings: the workspace's settings.
        peers: other live records with the same peer field.
        self_id: id of the record under the rules.
        links: values of the records that this one looks at, by the field that links to them.
    """

    today: date
    calendar: Any
    settings: Settings = field(default_factory=Settings)
    peers: tuple[Peer, ...] = ()
    self_id: str = ""
    links: Mapping[str, Any] = field(default_factory=dict)


Check = Callable[[Any, Around], Iterable[Problem] | Problem | None]
Wakes = Callable[[Any], date | Iterable[date] | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one register.

    Attributes:
        code: message code; ``rule.<code>`` says what is wrong, ``rule.<code>.do`` what to do.
        check: pure function of a record and its surroundings.
        source: key of the legal source in the dated table ``citations``; a problem's own ``law`` or ``clause`` goes before.
        wakes: when the answer may change without a write (a term runs out), if ever; several days where it hangs on
            the calendar.
    """

    code: str
    severity: Severity
    source: str
    check: Check
    wakes: Wakes | None = None


@dataclass(frozen=True)
class RegisterType:
    """Description of a register, read from its class.

    Attributes:
        code: stable name, also the table's.
        values: the class.
        dated_by: field whose month a record belongs to; empty for reference data.
        identity: groups of fields; records of a branch equal in one whole group are the same event.
        apart: fields that tell apart what is equal in such a group (two doors measured on one visit).
        tallied: fields of the maintained monthly totals.
        peers_by: field that ties records which rules look at together.
        looks_at: fields that link to records whose values the rules look at.
        titled_by: fields that name a record in lists, problems and links.
        other_names: field of ``titled_by`` → field with the same name in the other language, for papers.
        monthly: place of its section in the monthly submission, 0 for none.
    """

    code: str
    values: type[Any]
    fields: tuple[Field, ...]
    dated_by: str
    identity: tuple[tuple[str, ...], ...]
    tallied: tuple[str, ...]
    peers_by: str
    titled_by: tuple[str, ...]
    monthly: int
    other_names: Mapping[str, str] = field(default_factory=dict)
    looks_at: tuple[str, ...] = ()
    rules: list[Rule] = field(default_factory=list)
    derivations: list[Derive] = field(default_factory=list)
    apart: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by name."""
        return {item.name: item for item in self.fields}

    @cached_property
    def entered(self) -> tuple[Field, ...]:
        """Fields that people enter; only these are logged."""
        return tuple(item for item in self.fields if not item.derived)

    @cached_property
    def every(self) -> Callable[[Values], tuple[Any, ...]]:
        """Function that returns all fields of a record's values in order."""
        found = attrgetter(*(item.name for item in self.fields))
        return found if len(self.fields) > 1 else lambda values: (found(values),)

    @cached_property
    def stamped_by(self) -> str:
        """Name of the field that says when a record was typed, if there is one."""
        return next((item.name for item in self.fields if item.stamp), "")

    @cached_property
    def typed_checks(self) -> tuple[tuple[str, Severity | None, ValueCheck | None, str], ...]:
        """The same as :attr:`checks` for a record that was typed: more is needed of it."""
        return self._checks(typed=True)

    @cached_property
    def checks(self) -> tuple[tuple[str, Severity | None, ValueCheck | None, str], ...]:
        """Each field's name, need, check of a value by itself where its type has one, and classifier if any."""
        return self._checks(typed=False)

    def _checks(self, *, typed: bool) -> tuple[tuple[str, Severity | None, ValueCheck | None, str], ...]:
        plain = FieldType.check
        return tuple(
            (
                f.name, f.need if typed or not f.need_typed else None, f.type.check if type(f.type).check is not plain else None,
                f.type.of if isinstance(f.type, Coded) else "",
            ) for f in self.fields
        )  # fmt: skip

    def evolve(self, values: Values, changed: Mapping[str, Any]) -> Values:
        """Return a record's values with some replaced."""
        whole = dict(zip(self.by_name, self.every(values), strict=True))
        return self.values(**{**whole, **changed})

    @cached_property
    def blank(self) -> Any:
        """A record's values with nothing entered."""
        return self.values()

    def period_of(self, values: Values) -> int:
        """Return the number of the month a record belongs to; 0 without a date or for reference data."""
        day = getattr(values, self.dated_by) if self.dated_by else None
        return period_number(day) if day else 0

    def title(self, values: Values) -> str:
        """Return a short text that names a record, the same in every language."""
        return self.named([getattr(values, name) for name in self.titled_by])

    def title_in(self, values: Mapping[str, Any], language: Language) -> str:
        """Return the title as a paper in that language says it, by the values of ``titled_by`` and ``other_names``."""
        return self.named(
            other
            if (other := values.get(self.other_names.get(name, ""))) and language_of(str(values[name])) != language
            and language_of(str(other)) in (language, None)
            else values[name]
            for name in self.titled_by
        )  # fmt: skip

    @staticmethod
    def named(parts: Iterable[Any]) -> str:
        """Return the same text of the values of ``titled_by``."""
        shown = (short_date(part) if isinstance(part, date) else str(part) for part in parts if part)
        return " · ".join(shown)


_REGISTERS: dict[str, RegisterType] = {}


def register(
    code: str,
    *,
    dated_by: str = "",
    identity: tuple[tuple[str, ...], ...] = (),
    apart: tuple[str, ...] = (),
    tallied: tuple[str, ...] = (),
    peers_by: str = "",
    titled_by: tuple[str, ...] = (),
    monthly: int = 0,
    other_names: Mapping[str, str] | None = None,
    looks_at: tuple[str, ...] = (),
) -> Callable[[type[T]], type[T]]:
    """Describe a frozen dataclass as a register (see :class:`RegisterType`)."""

    def read(cls: type[T]) -> type[T]:
        hints = typing.get_type_hints(cls, include_extras=True)
        names = [item.name for item in dataclasses.fields(cls)]  # type: ignore[arg-type]
        fields = tuple(_field(name, typing.get_args(hints[name])[1:]) for name in names)
        _REGISTERS[code] = RegisterType(
            code, cls, fields, dated_by, identity, tallied, peers_by, titled_by or (names[0],), monthly,
            other_names or {}, looks_at,
            apart=apart,
        )  # fmt: skip
        return cls

    return read


def _field(name: str, marks: tuple[Any, ...]) -> Field:
    kind = next(mark for mark in marks if isinstance(mark, FieldType))
    need = next((mark for mark in marks if isinstance(mark, Need)), None)
    return Field(
        name, kind, need.severity if need else None, any(isinstance(mark, Derived) for mark in marks),
        need is not None and need.typed, any(isinstance(mark, Stamp) for mark in marks),
    )  # fmt: skip


def rule(
    of: type[Any],
    code: str,
    severity: Severity,
    source: str,
    wakes: Wakes | None = None,
) -> Callable[[Check], Check]:
    """Add a rule to the register of class ``of``."""

    def add(check: Check) -> Check:
        _of(of).rules.append(Rule(code, severity, source, check, wakes))
        return check

    return add


def derive(of: type[Any]) -> Callable[[Derive], Derive]:
    """Add a function that computes derived fields of the register of class ``of``."""

    def add(function: Derive) -> Derive:
        _of(of).derivations.append(function)
        return function

    return add


def _of(cls: type[Any]) -> RegisterType:
    return next(item for item in _REGISTERS.values() if item.values is cls)


@cache
def _discover() -> None:
    from desktop_app.domain import registers as package

    for module in sorted(iter_modules(package.__path__), key=lambda m: m.name):
        import_module(f"{package.__name__}.{module.name}")


def registers() -> dict[str, RegisterType]:
    """Return every register by code: one module of ``domain/registers`` each."""
    _discover()
    return _REGISTERS


def register_type(code: str) -> RegisterType:
    """Return a register by its code."""
    found = _REGISTERS.get(code)
    return found if found is not None else registers()[code]


def monthly_registers() -> tuple[RegisterType, ...]:
    """Return the registers that a monthly submission has sections of."""
    return tuple(
        sorted((item for item in registers().values() if item.monthly), key=lambda item: item.monthly)
    )
