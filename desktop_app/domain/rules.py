"""The one rule engine: form, list, import, rehearsal and headquarters all run this."""

from __future__ import annotations

import dataclasses
from datetime import date

from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.record import Record
from desktop_app.domain.register import Around


def derived(record: Record, around: Around) -> Record:
    """Return the record with its derived fields computed."""
    found: dict[str, object] = {}
    for function in record.type.derivations:
        found.update(function(record.values, around))
    if not found:
        return record
    return dataclasses.replace(record, values=dataclasses.replace(record.values, **found))


def problems_of(record: Record, around: Around) -> tuple[Problem, ...]:
    """Return every problem of a record: unreadable and missing values, values by themselves, the rules."""
    if record.void_reason:
        return ()
    found: list[Problem] = []
    for item in record.type.fields:
        value = getattr(record.values, item.name)
        if value is not None:
            own = item.type.check(value, item.name, around.today)
            if own:
                found.append(own)
        elif item.name in record.kept:
            found.append(
                Problem("field.unreadable", Severity.ERROR, (item.name,), {"text": record.kept[item.name]})
            )
        elif item.need is not None:
            found.append(Problem("field.missing", item.need, (item.name,), {}))
    for rule in record.type.rules:
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
