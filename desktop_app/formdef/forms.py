"""Reads ``forms/*.toml`` and checks them against the registers' classes.

A form file names the register and its fields in three languages, puts the fields into sections,
and chooses the columns of the list, the workbook and the print. Whoever edits one gets a sentence
with file, place and remedy when something does not fit.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from desktop_app.core.errors import EnvironmentFault
from desktop_app.core.i18n import LANGUAGES, Text3
from desktop_app.core.paths import FORMS
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded
from desktop_app.domain.register import RegisterType, register_type

FORM_FOLDERS: list[Path] = [FORMS]
"""Where form files are looked for; the first file with the register's name wins."""


GUIDED: dict[str, str] = {}
"""Register → text of a form file that headquarters sent; it goes before the built-in one."""


_NOTHING = Text3("", "", "")


@dataclass(frozen=True, slots=True)
class FormField:
    """How people see one field.

    Attributes:
        headings: texts that workbooks use for its column.
        width: width of its column in characters.
        complete: register whose records are offered while typing, if any.
    """

    name: str
    label: Text3
    hint: Text3
    headings: tuple[str, ...] = ()
    width: int = 14
    complete: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields on the entry form."""

    title: Text3
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintForm:
    """The monthly form on paper: cross table and list of records.

    Attributes:
        rows: tallied field of the rows.
        columns: tallied fields, each a group of columns.
        listed: fields of the attached list.
        annex: which annex of the order the form is.
        beside: field → codes whose records the total counts and the form names beside it (cancelled ones).
    """

    title: Text3
    index: str = ""
    rows: str = ""
    columns: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    explanation: Text3 = _NOTHING
    annex: str = ""
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """How people see a register."""

    register: RegisterType
    name: Text3
    plural: Text3
    short: Text3
    icon: str
    fields: dict[str, FormField]
    sections: tuple[Section, ...]
    list_columns: tuple[str, ...]
    sorted_by: tuple[str, ...]
    workbook: tuple[str, ...]
    telling: tuple[str, ...]
    print: PrintForm
    sheet: str = ""
    extra: dict[str, FormField] = field(default_factory=dict)

    def label(self, name: str) -> Text3:
        """Return a field's label."""
        return self.fields[name].label


class FormFault(EnvironmentFault):
    """A form file does not fit its register's class."""


def _text3(data: Any, path: Path, place: str) -> Text3:
    if not isinstance(data, dict) or any(not data.get(language) for language in LANGUAGES):
        raise FormFault("form.text3", file=path.name, place=place)
    return Text3(data["kk"], data["ru"], data["en"])


def _field(name: str, data: dict[str, Any], path: Path) -> FormField:
    hint = data.get("hint", {})
    return FormField(
        name,
        _text3(data, path, f"fields.{name}"),
        Text3(hint.get("kk", ""), hint.get("ru", ""), hint.get("en", "")),
        tuple(data.get("headings", ())),
        int(data.get("width", 14)),
        str(data.get("complete", "")),
    )


def _known(names: Any, kind: RegisterType, path: Path, place: str) -> tuple[str, ...]:
    for name in names:
        if name.lstrip("-") not in kind.by_name:
            raise FormFault("form.field", file=path.name, place=place, field=name, register=kind.code)
    return tuple(names)


def _beside(part: dict[str, list[str]], kind: RegisterType, path: Path) -> dict[str, tuple[str, ...]]:
    for name, codes in part.items():
        _known((name,), kind, path, "print.beside")
        known = kind.by_name[name].type
        for code in codes:
            if not isinstance(known, Coded) or code not in classifier(known.of).by_code:
                raise FormFault(
                    "form.field", file=path.name, place="print.beside", field=code, register=kind.code
                )
    return {name: tuple(codes) for name, codes in part.items()}


def _print(data: dict[str, Any], kind: RegisterType, path: Path, fallback: Text3) -> PrintForm:
    part = data.get("print", {})
    explanation = part.get("explanation", {})
    return PrintForm(
        _text3(part["title"], path, "print.title") if "title" in part else fallback,
        part.get("index", ""),
        part.get("rows", ""),
        _known(part.get("columns", ()), kind, path, "print.columns"),
        _known(part.get("listed", ()), kind, path, "print.listed"),
        Text3(explanation.get("kk", ""), explanation.get("ru", ""), explanation.get("en", "")),
        str(part.get("annex", "")),
        _beside(part.get("beside", {}), kind, path),
    )


def read_form(path: Path) -> Form:
    """Read and check one form file.

    Raises:
        FormFault: names the file, the place and what to do.
    """
    try:
        text = path.read_text("utf-8")
    except (UnicodeDecodeError, OSError) as fault:
        raise FormFault("form.unreadable", file=path.name, place=str(fault)) from fault
    return parse_form(text, path)


def parse_form(text: str, path: Path) -> Form:
    """Check the text of a form file; ``path`` names it in what is said.

    Raises:
        FormFault: names the file, the place and what to do.
    """
    try:
        data = tomllib.loads(text)
        kind = register_type(data["register"])
    except (tomllib.TOMLDecodeError, KeyError) as fault:
        raise FormFault("form.unreadable", file=path.name, place=str(fault)) from fault
    if "name" not in data or "plural" not in data:
        raise FormFault("form.text3", file=path.name, place="name, plural")
    fields = {name: _field(name, item, path) for name, item in data.get("fields", {}).items()}
    _known(fields, kind, path, "fields")
    missing = [item.name for item in kind.fields if item.name not in fields]
    if missing:
        raise FormFault("form.no_label", file=path.name, field=", ".join(missing), register=kind.code)
    plural = _text3(data["plural"], path, "plural")
    sections = tuple(
        Section(_text3(part, path, "section"), _known(part["fields"], kind, path, "section.fields"))
        for part in data.get("section", ())
    )
    listing, workbook = data.get("list", {}), data.get("workbook", {})
    return Form(
        kind,
        _text3(data["name"], path, "name"),
        plural,
        _text3(data["short"], path, "short") if "short" in data else plural,
        str(data.get("icon", "register")),
        fields,
        sections,
        _known(listing.get("columns", ()), kind, path, "list.columns"),
        _known(listing.get("sort", ()), kind, path, "list.sort"),
        _known(workbook.get("columns", ()), kind, path, "workbook.columns"),
        _known(workbook.get("telling", ()), kind, path, "workbook.telling"),
        _print(data, kind, path, plural),
        str(data.get("sheet", "")),
        {name: _field(name, item, path) for name, item in data.get("question", {}).items()},
    )


def _guided(register: str) -> Form | None:
    """Return the form that headquarters sent, if this version understands it.

    How the list sorts stays: the database has its indexes for that.
    """
    if register not in GUIDED:
        return None
    try:
        found = parse_form(GUIDED[register], Path(f"{register}.toml"))
    except FormFault:
        return None
    return replace(found, sorted_by=_built_in(register).sorted_by)


@cache
def form_of(register: str) -> Form:
    """Return the form of a register.

    Raises:
        FormFault: no form file, or one that does not fit.
    """
    return _guided(register) or _built_in(register)


def _built_in(register: str) -> Form:
    for folder in FORM_FOLDERS:
        path = folder / f"{register}.toml"
        if path.is_file():
            return read_form(path)
    raise FormFault("form.none", register=register)
