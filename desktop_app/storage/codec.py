"""Between a record and its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Primitive, Ref, Stored, Text
from desktop_app.domain.lettering import search_key, sort_key
from desktop_app.domain.record import Record, read_heads
from desktop_app.domain.register import register_type

if TYPE_CHECKING:
    import msgspec

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


@cache
def _encoder() -> msgspec.json.Encoder:
    import msgspec  # not at the start: the first list of records needs none of it

    return msgspec.json.Encoder(order="deterministic")


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    import msgspec

    return msgspec.json.Decoder()


def dumps(data: Any) -> str:
    """Return compact JSON with sorted keys; hashed texts are stored as they are, never made again."""
    return _encoder().encode(data).decode()


def _parsed(text: str) -> Any:
    return _decoder().decode(text)


@cache
def sort_columns(register: str) -> tuple[str, ...]:
    """Return text fields whose list order needs a key in alphabet order."""
    from desktop_app.formdef.forms import form_of

    kind = register_type(register)
    names = (name.lstrip("-") for name in form_of(register).sorted_by)
    return tuple(n for n in names if isinstance(kind.by_name[n].type, Text))


@cache
def _forms(register: str) -> dict[str, Stored | None]:
    return {item.name: item.type.form for item in register_type(register).fields}


_LABELLED: Final = {"kind", "type", "item", "zone", "subject", "service"}
RefTitle = Callable[[str, str], str]


@cache
def _labelled(register: str) -> tuple[tuple[str, Coded], ...]:
    fields = register_type(register).fields
    return tuple((f.name, f.type) for f in fields if isinstance(f.type, Coded) and f.name in _LABELLED)


@cache
def _linked(register: str) -> tuple[tuple[str, str], ...]:
    fields = register_type(register).fields
    return tuple((f.name, f.type.to) for f in fields if isinstance(f.type, Ref) and f.type.to != "person")


def _code_words(kind: Coded, value: str) -> tuple[str, ...]:
    code = classifier(kind.of).by_code.get(value)
    if code is None:
        return (search_key(value),)
    labels = (search_key(code.label.kk), search_key(code.label.ru))
    return (search_key(value), *labels) if kind.with_code else labels


@cache
def _searched(register: str) -> tuple[str, ...]:
    return tuple(item.name for item in register_type(register).fields if item.type.is_searched)


def encode_values(record: Record) -> dict[str, Primitive]:
    """Return the stored form of each field."""
    every = record.type.every(record.values)
    return {
        name: value if value is None or form is None else form.encode(value)
        for (name, form), value in zip(_forms(record.register).items(), every, strict=True)
    }


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


def decoded(register: str, stored: Mapping[str, Primitive]) -> dict[str, Any]:
    """Return the values of stored forms by field; what is no field of the register is left out."""
    forms = _forms(register)
    found: dict[str, Any] = {}
    for name, value in stored.items():
        if name in forms:
            form = forms[name]
            found[name] = value if value is None or form is None else form.decode(value)
    return found


def decode_row(register: str, row: Mapping[str, Any]) -> Record:
    """Return the record of a row."""
    return Record(
        register,
        row["branch"],
        register_type(register).values(**decoded(register, row)),
        row["id"],
        _parsed(row["kept"]) if row["kept"] else {},
        _parsed(row["extra"]) if row["extra"] else {},
        row["void"],
        read_heads(_parsed(row["heads"])),
    )


def search_words(record: Record, ref_title: RefTitle) -> str:
    """Return the folded text that search looks in: texts, numbers, labels of codes in Kazakh and Russian.

    Args:
        ref_title: the name of a record that a link leads to.
    """
    values = record.values
    words = [search_key(str(value)) for name in _searched(record.register)
             if (value := getattr(values, name)) is not None]  # fmt: skip
    for name, kind in _labelled(record.register):
        if (value := getattr(values, name)) is not None:
            words.extend(_code_words(kind, value))
    for name, to in _linked(record.register):
        if (value := getattr(values, name)) is not None:
            words.append(search_key(ref_title(to, value)))
    words.extend(search_key(text) for text in record.kept.values())
    return "\n".join(dict.fromkeys(words))


def problem_rows(record: Record) -> list[tuple[str | int, ...]]:
    """Return the stored form of a record's problems, in the order of the table's columns."""
    place = (record.register, record.id, record.branch, record.period)
    return [
        (*place, code, int(severity), ",".join(fields), dumps(params) if params else "")
        for code, severity, fields, params in record.problems
    ]


def decode_problem(code: str, severity: int, fields: str, params: str) -> Problem:
    """Return the problem of a stored row."""
    names = tuple(fields.split(",")) if fields else ()
    return Problem(code, Severity(severity), names, _parsed(params) if params else {})
