"""Identification numbers shown in full only to roles that may see them."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Final

from desktop_app.domain.fields import FieldType, IdNumber, Iin
from desktop_app.domain.identifiers import masked
from desktop_app.domain.record import Record
from desktop_app.services.rights import may
from desktop_app.services.workspace import Workspace

_NUMBER: Final = re.compile(r"(?<![0-9a-f])(\d{6})[ \u00a0-]?(\d{6})(?![0-9a-f])")
"""Twelve digits, written together or in halves; the digits within a record's id are none."""


def sees_numbers(workspace: Workspace) -> bool:
    """Tell whether who is signed in sees identification numbers in full."""
    return may(workspace.opened.role, "unmask")


def hidden(kind: FieldType, stored: Any) -> Any:
    """Return a stored value as a role without the right sees it."""
    return masked(str(stored)) if stored is not None and isinstance(kind, Iin | IdNumber) else stored


def hidden_text(text: str) -> str:
    """Return a text with every identification number masked."""
    return _NUMBER.sub(lambda found: masked(found[1] + found[2]), text)


def hidden_within(data: Any) -> Any:
    """Return lists and dictionaries with every identification number in their texts masked."""
    if isinstance(data, str):
        return hidden_text(data)
    if isinstance(data, dict):
        return {hidden_text(name): hidden_within(value) for name, value in data.items()}
    return [hidden_within(value) for value in data] if isinstance(data, list) else data


def hidden_record(record: Record) -> Record:
    """Return a record to be looked at, its identification numbers masked everywhere."""
    values = {
        item.name: hidden(item.type, getattr(record.values, item.name))
        for item in record.type.fields
        if isinstance(item.type, Iin | IdNumber)
    }
    kept = {name: hidden_text(text) for name, text in record.kept.items()}
    problems = tuple(
        p._replace(params={n: hidden_text(v) if isinstance(v, str) else v for n, v in p.params.items()})
        for p in record.problems
    )
    return dataclasses.replace(record.with_derived(values), kept=kept).with_problems(problems)
