"""When two records are one event: by whole groups of identifying fields, else by what remains of them.

A group says it outright. Where a field of identity was mended in the workbook, the rest must agree so well that
only a correction explains it; what may as well be another event is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rapidfuzz.fuzz import ratio

from desktop_app.core.clock import today
from desktop_app.domain.fields import Day, IdNumber, Iin, Number, PersonName, Ref, Text
from desktop_app.domain.lettering import initials_key, label_key, name_key, search_key
from desktop_app.domain.record import Record
from desktop_app.domain.register import RegisterType

Key = tuple[Hashable, ...]
_WHO: Final = (PersonName, Iin, IdNumber)
_NEAR_NAME: Final = 84.0
_NOT_TOLD: Final = re.compile(r"[\s№]+")
"""What a number of a document is written with or without: «401 - л/с», «№ 401-л/с»."""
_NUMBER_REST, _DAY_REST, _APART_REST, _PLACE_REST = 0, 1, 2, 2
_ENOUGH: Final = 2
_MOST_DIFFERING: Final = 0.34


def telling(kind: RegisterType, name: str, value: Any) -> Any:
    """Return a value as it is compared; None for what tells nothing (no value, a number without a digit: «б/н»)."""
    if value is None:
        return None
    of = kind.by_name[name].type
    if isinstance(of, PersonName):
        return name_key(value)
    if isinstance(of, Number):
        return _NOT_TOLD.sub("", label_key(value)) if any(map(str.isdigit, value)) else None
    return value


def identities(kind: RegisterType, record: Record) -> Iterator[Key]:
    """Yield the keys of a record's whole groups of identity."""
    values = record.values
    for number, group in enumerate(kind.identity):
        parts = [telling(kind, name, getattr(values, name)) for name in group]
        if None not in parts:
            yield (number, *parts)


def remains(kind: RegisterType, record: Record) -> Iterator[Key]:
    """Yield the keys of what remains of each group when one of its fields is left out."""
    for number, group in enumerate(kind.identity):
        parts = [telling(kind, name, getattr(record.values, name)) for name in group]
        for left in range(len(parts)):
            rest = [part for place, part in enumerate(parts) if place != left]
            if rest and None not in rest:
                yield (number, left, *rest)


def contradict(kind: RegisterType, one: Record, other: Record) -> bool:
    """Tell whether records of one group differ soundly in who, number, day or what tells visits' measurements apart."""
    for name in _core(kind):
        pair = [getattr(r.values, name) for r in (one, other)]
        if pair[0] is None or pair[1] is None or pair[0] == pair[1]:
            continue
        told = [telling(kind, name, value) for value in pair]
        if None not in told and told[0] != told[1] and all(_sound(kind, name, value) for value in pair):
            return True
    return False


def _identifying(kind: RegisterType) -> list[str]:
    return list(dict.fromkeys([*(name for group in kind.identity for name in group), *kind.apart]))


def _core(kind: RegisterType) -> list[str]:
    return [
        name for name in _identifying(kind)
        if name == kind.dated_by or name in kind.apart or isinstance(kind.by_name[name].type, (*_WHO, Number))
    ]  # fmt: skip


def _sound(kind: RegisterType, name: str, value: Any) -> bool:
    return kind.by_name[name].type.check(value, name, today()) is None


@dataclass(slots=True)
class _Compared:
    """Two records side by side: identifying fields that agree and contradict, other fields that differ and agree.

    Days but the one that dates the record are counted apart: all of them move when it is another event.
    """

    agreeing: set[str]
    contradicting: set[str]
    who: bool | None
    differing: int = 0
    equal: int = 0
    days_differing: int = 0
    days_equal: int = 0


def _compare(kind: RegisterType, one: Record, other: Record) -> _Compared:
    found = _Compared(set(), set(), None)
    whos: list[bool] = []
    identifying = _identifying(kind)
    for item in kind.entered:
        first, second = getattr(one.values, item.name), getattr(other.values, item.name)
        if (
            isinstance(item.type, _WHO)
            and item.name in one.kept
            and one.kept[item.name] == other.kept.get(item.name)
        ):
            whos.append(True)
        if first is None or second is None or (isinstance(item.type, Ref) and item.name not in identifying):
            continue
        if isinstance(item.type, Day) and item.name != kind.dated_by:
            found.days_equal += first == second
            found.days_differing += first != second
        if item.name not in identifying:
            if not (isinstance(item.type, Text) and item.type.long):
                found.equal += first == second
                found.differing += first != second
            continue
        told = telling(kind, item.name, first), telling(kind, item.name, second)
        if None in told:
            continue
        agrees = told[0] == told[1]
        if isinstance(item.type, _WHO):
            whos.append(agrees or (isinstance(item.type, PersonName) and _near(first, second)))
        elif agrees:
            found.agreeing.add(item.name)
        elif _sound(kind, item.name, first) and _sound(kind, item.name, second):
            found.contradicting.add(item.name)
    found.who = any(whos) if whos else None
    return found


def _near(one: str, other: str) -> bool:
    return initials_key(one) == initials_key(other) or ratio(search_key(one), search_key(other)) >= _NEAR_NAME


def likeness(kind: RegisterType, row: Record, stored: Record, *, in_place: bool) -> float | None:
    """Return how well a row fits a stored record that it may correct; None where it is another event.

    Args:
        in_place: the row stands where the record was read, in a workbook that is mostly as it was.
    """
    found = _compare(kind, row, stored)
    against = found.contradicting
    agreeing = len(found.agreeing) + bool(found.who)
    if found.who is False:
        if not in_place or against or found.differing or agreeing < _ENOUGH:
            return None
    elif against:
        if not _mended(kind, row, stored, found, in_place=in_place):
            return None
    elif not in_place and (
        agreeing < _ENOUGH or found.differing > _MOST_DIFFERING * (found.equal + found.differing + agreeing)
    ):
        return None
    if not agreeing and not found.equal:
        return None
    return agreeing * 3 + found.equal - found.differing * 2 - len(against) * 2 + 4 * in_place


def _mended(kind: RegisterType, row: Record, stored: Record, found: _Compared, *, in_place: bool) -> bool:
    """Tell whether contradicting fields are explained by a correction of one of them (in place: of two)."""
    against = found.contradicting
    if len(against) > 1 + in_place:
        return False
    if not (in_place or found.who) and any(
        isinstance(kind.by_name[name].type, _WHO) for name in _identifying(kind)
    ):
        return False  # one act over several people differs in nothing but them: an unread name is no proof of sameness
    room = _PLACE_REST if in_place else 0
    for name in against:
        if name == kind.dated_by:
            if not _same_slip(getattr(row.values, name), getattr(stored.values, name)):
                return False
            if found.days_differing > in_place or not (found.days_equal or in_place):
                return False
            rest = _DAY_REST
        elif name in kind.apart:
            rest = _APART_REST
        elif isinstance(kind.by_name[name].type, Number):
            rest = _NUMBER_REST
        elif in_place:
            rest = 0
        else:
            return False
        if found.differing > rest + room:
            return False
    return len(found.agreeing) + bool(found.who) >= _ENOUGH


def _same_slip(one: date, other: date) -> bool:
    """Tell whether two dates may be one, mistyped: within one year, or the year alone differs."""
    return one.year == other.year or (one.day, one.month) == (other.day, other.month)
