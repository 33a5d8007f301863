"""The one rule engine: form, list, import, rehearsal and headquarters all run this."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

from desktop_app.core.i18n import short_date
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.record import Record
from desktop_app.domain.register import Around


def derived(record: Record, around: Around) -> Record:
    """Return the record with its derived fields computed."""
    found: dict[str, object] = {}
    for function in record.type.derivations:
        found.update(function(record.values, around))
    if all(getattr(record.values, name) == value for name, value in found.items()):
        return record
    return record.with_derived(found)


def outdated(name: str, of: str, value: Any, day: date | None) -> Problem | None:
    """Return what is wrong with a code of classifier ``of`` that was not in use on the record's day."""
    code = classifier(of).by_code.get(value) if day else None
    if code is None or day is None or code.valid_on(day):
        return None
    first = short_date(code.valid_from) if code.valid_from else "…"
    last = short_date(code.valid_to) if code.valid_to else "…"
    return Problem("code.outdated", Severity.WARNING, (name,), {"value": value, "first": first, "last": last})


def problems_of(record: Record, around: Around) -> tuple[Problem, ...]:
    """Return every problem of a record: unreadable and missing values, values by themselves, the rules."""
    if record.void_reason:
        return ()
    found: list[Problem] = []
    kind, kept, today = record.type, record.kept, around.today
    day = getattr(record.values, kind.dated_by) if kind.dated_by else None
    stamp = kind.stamped_by
    checks = kind.typed_checks if stamp and getattr(record.values, stamp) else kind.checks
    for (name, need, check, of), value in zip(checks, kind.every(record.values), strict=True):
        if value is None:
            if name in kept:
                found.append(Problem("field.unreadable", Severity.ERROR, (name,), {"text": kept[name]}))
            elif need is not None:
                found.append(Problem("field.missing", need, (name,), {}))
        elif check is not None:
            own = check(value, name, today) or (outdated(name, of, value, day) if of else None)
            if own:
                found.append(own)
    for rule in kind.rules:
        result = rule.check(record.values, around)
        if result is None:
            continue
        found.extend((result,) if isinstance(result, Problem) else result)
    return tuple(found)


def wakes_on(record: Record, today: date) -> date | None:
    """Return the first day after ``today`` on which the problems may change without a write."""
    found = [rule.wakes(record.values) for rule in record.type.rules if rule.wakes]
    days = chain.from_iterable((days,) if isinstance(days, date) else days or () for days in found)
    ahead = [day for day in days if day > today]
    return min(ahead) if ahead and not record.void_reason else None
