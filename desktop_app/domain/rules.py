"""The one rule engine: form, list, import, rehearsal and headquarters all run this."""

from __future__ import annotations

from datetime import date
from typing import Any

from desktop_app.core.i18n import short_date
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded
from desktop_app.domain.record import Record
from desktop_app.domain.register import Around, Field


def derived(record: Record, around: Around) -> Record:
    """Return the record with its derived fields computed."""
    found: dict[str, object] = {}
    for function in record.type.derivations:
        found.update(function(record.values, around))
    if all(getattr(record.values, name) == value for name, value in found.items()):
        return record
    return record.with_derived(found)


def outdated(item: Field, value: Any, day: date | None) -> Problem | None:
    """Return what is wrong with a code that was not in use on the record's day."""
    if day is None:
        return None
    assert isinstance(item.type, Coded)  # noqa: S101 - asked for codes only
    code = classifier(item.type.of).by_code.get(value)
    if code is None or code.valid_on(day):
        return None
    first = short_date(code.valid_from) if code.valid_from else "…"
    last = short_date(code.valid_to) if code.valid_to else "…"
    return Problem(
        "code.outdated", Severity.WARNING, (item.name,), {"value": value, "first": first, "last": last}
    )


def problems_of(record: Record, around: Around) -> tuple[Problem, ...]:
    """Return every problem of a record: unreadable and missing values, values by themselves, the rules."""
    if record.void_reason:
        return ()
    found: list[Problem] = []
    kind = record.type
    day = getattr(record.values, kind.dated_by) if kind.dated_by else None
    for (item, is_checked, is_code), value in zip(kind.checks, kind.every(record.values), strict=True):
        if value is not None:
            if not is_checked:
                continue
            own = item.type.check(value, item.name, around.today) or (is_code and outdated(item, value, day))
            if own:
                found.append(own)
        elif item.name in record.kept:
            found.append(
                Problem("field.unreadable", Severity.ERROR, (item.name,), {"text": record.kept[item.name]})
            )
        elif item.need is not None:
            found.append(Problem("field.missing", item.need, (item.name,), {}))
    for rule in kind.rules:
        result = rule.check(record.values, around)
        if result is None:
            continue
        found.extend((result,) if isinstance(result, Problem) else result)
    return tuple(found)


def wakes_on(record: Record, today: date) -> date | None:
    """Return the first day after ``today`` on which the problems may change without a write."""
    days = [rule.wakes(record.values) for rule in record.type.rules if rule.wakes]
    ahead = [day for day in days if day and day > today]
    return min(ahead) if ahead and not record.void_reason else None
