"""Between a record and its row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec

from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.fields import FieldType, Primitive, Text
from desktop_app.domain.lettering import search_key, sort_key
from desktop_app.domain.record import Record
from desktop_app.domain.register import RegisterType, register_type

ENVELOPE: Final = (
    "rid",
    "id",
    "branch",
    "period",
    "void",
    "kept",
    "extra",
    "heads",
    "wake",
    "errors",
    "warnings",
)
"""Columns that every register's table has before its own."""


_JSON: Final = msgspec.json.Encoder(order="deterministic")


def dumps(data: Any) -> str:
    """Return compact JSON with sorted keys; hashed texts are stored as they are, never made again."""
    return _JSON.encode(data).decode()


@cache
def sort_columns(register: str) -> tuple[str, ...]:
    """Return text fields whose list order needs a key in alphabet order."""
    from desktop_app.formdef.forms import form_of

    kind = register_type(register)
    names = (name.lstrip("-") for name in form_of(register).sorted_by)
    return tuple(n for n in names if isinstance(kind.by_name[n].type, Text))


@cache
def _encoders(register: str) -> tuple[tuple[str, FieldType, bool], ...]:
    plain = (FieldType.encode,)
    return tuple(
        (item.name, item.type, type(item.type).encode in plain) for item in register_type(register).fields
    )


@cache
def _searched(register: str) -> tuple[str, ...]:
    return tuple(name for name, kind, _ in _encoders(register) if kind.is_searched)


def encode_values(record: Record) -> dict[str, Primitive]:
    """Return the stored form of each field."""
    row: dict[str, Primitive] = {}
    every = record.type.every(record.values)
    for (name, kind, plain), value in zip(_encoders(record.register), every, strict=True):
        row[name] = value if plain or value is None else kind.encode(value)
    return row


def encode_row(record: Record, encoded: Mapping[str, Primitive], wake: Any) -> dict[str, Any]:
    """Return a whole row but for its number."""
    row: dict[str, Any] = dict(encoded)
    row["id"], row["branch"], row["period"] = record.id, record.branch, record.period
    row["void"] = record.void_reason
    row["kept"] = dumps(dict(record.kept)) if record.kept else ""
    row["extra"] = dumps(dict(record.extra)) if record.extra else ""
    row["heads"] = dumps(record.heads)
    row["wake"] = wake.isoformat() if wake else ""
    errors = warnings = 0
    for problem in record.problems:
        errors += problem.severity is Severity.ERROR
        warnings += problem.severity is Severity.WARNING
    row["errors"], row["warnings"] = errors, warnings
    for name in sort_columns(record.register):
        value = encoded[name]
        row[f"{name}_key"] = sort_key(str(value)) if value is not None else ""
    return row


def decode_values(kind: RegisterType, stored: Mapping[str, Primitive]) -> Any:
    """Return an instance of the register's class."""
    return kind.values(**{item.name: item.type.decode(stored[item.name]) for item in kind.fields})


def decode_row(register: str, row: Mapping[str, Any]) -> Record:
    """Return the record of a row."""
    heads = {
        name: tuple((str(w), int(n)) for w, n in found) for name, found in json.loads(row["heads"]).items()
    }
    return Record(
        register,
        row["branch"],
        decode_values(register_type(register), row),
        row["id"],
        json.loads(row["kept"]) if row["kept"] else {},
        json.loads(row["extra"]) if row["extra"] else {},
        row["void"],
        heads,
    )


def search_words(record: Record, labels: Sequence[str]) -> str:
    """Return the folded text that search looks in: texts, numbers, labels of codes in Kazakh and Russian."""
    values = record.values
    words = [search_key(str(value)) for name in _searched(record.register)
             if (value := getattr(values, name)) is not None]  # fmt: skip
    words.extend(search_key(label) for label in labels)
    words.extend(search_key(text) for text in record.kept.values())
    return "\n".join(dict.fromkeys(words))


def problem_row(record: Record, problem: Problem) -> dict[str, Any]:
    """Return the stored form of a problem."""
    return {
        "register": record.register, "record": record.id, "branch": record.branch, "period": record.period,
        "code": problem.code, "severity": int(problem.severity), "fields": ",".join(problem.fields),
        "params": dumps(problem.params) if problem.params else "",
    }  # fmt: skip


def decode_problem(code: str, severity: int, fields: str, params: str) -> Problem:
    """Return the problem of a stored row."""
    names = tuple(fields.split(",")) if fields else ()
    return Problem(code, Severity(severity), names, json.loads(params) if params else {})
