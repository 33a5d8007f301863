"""Field types: what a value is, how it is stored, shown and checked by itself.

A register's class annotates each field with one of these; every other part of the product
(table, form, list, search, import, log, workbook, print) asks the field type what to do. A type without
attributes of its own is no dataclass again: each costs half a millisecond at every start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal, NamedTuple

from desktop_app.core.i18n import Language, short_date
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.identifiers import id_number_fault, iin_fault, is_bin_shaped

Primitive = str | int | None
Column = Literal["text", "integer"]


class Stored(NamedTuple):
    """How values of a type are stored: into the stored form and back; neither is asked about None."""

    encode: Callable[[Any], Primitive]
    decode: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class FieldType:
    """Base: a value that is stored as it is.

    Attributes:
        column: storage type; dates and decimals are ISO text, flags 0 and 1.
        form: how a value that is there becomes its stored form and back; none where both are one.
    """

    column: ClassVar[Column] = "text"
    is_searched: ClassVar[bool] = False
    form: ClassVar[Stored | None] = None

    def encode(self, value: Any) -> Primitive:
        """Return the stored form of a value."""
        return value if value is None or self.form is None else self.form.encode(value)

    def decode(self, stored: Primitive) -> Any:
        """Return the value of a stored form."""
        return stored if stored is None or self.form is None else self.form.decode(stored)

    def show(self, value: Any, language: Language) -> str:
        """Return the value as people read it."""
        return "" if value is None else str(value)

    def printed(self, value: Any, language: Language) -> str:
        """Return the value as a paper in that language says it."""
        return self.show(value, language)

    def check(self, value: Any, field: str, today: date) -> Problem | None:
        """Return what is wrong with the value by itself."""
        return None


@dataclass(frozen=True, slots=True)
class Text(FieldType):
    """Free text; ``long`` asks for several lines."""

    is_searched: ClassVar[bool] = True
    long: bool = False


@dataclass(frozen=True, slots=True)
class PersonName(Text):
    """Surname, name and patronymic of one person; with ``organisations`` the name of a company as well."""

    organisations: bool = False

    def check(self, value: Any, field: str, today: date) -> Problem | None:
        """Note initials: the card of the person should have the name in full."""
        from desktop_app.domain.lettering import has_initials

        if value and has_initials(value):
            return Problem("name.initials", Severity.NOTE, (field,), {"value": value})
        return None


class Number(Text):
    """Number of a document or of a registration, kept as text without a leading №."""


class Count(FieldType):
    """Whole number, not below nought."""

    column: ClassVar[Column] = "integer"


class Money(FieldType):
    """Sum in tenge, a decimal with two places."""

    form: ClassVar[Stored | None] = Stored(str, Decimal)

    def show(self, value: Any, language: Language) -> str:
        return "" if value is None else f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",")


@dataclass(frozen=True, slots=True)
class Measure(FieldType):
    """Measured value in the unit of the classifier entry that field ``of`` names; 1 and 0 for yes and no.

    The value as it was written («1:10,8», «134 см») goes to the field ``as_written``.
    """

    form: ClassVar[Stored | None] = Stored(str, Decimal)
    of: str = ""
    as_written: str = ""

    def show(self, value: Any, language: Language) -> str:
        return "" if value is None else f"{value.normalize():f}".replace(".", ",")

    def with_unit(self, value: Any, entry: Mapping[str, Any], language: Language) -> str:
        """Return a value in words: there is or is not, or the number with the unit of its classifier entry."""
        if value is None:
            return ""
        if entry.get("op") == "bool":
            return {"kk": ("жоқ", "бар"), "ru": ("нет", "есть"), "en": ("no", "yes")}[language][bool(value)]
        return f"{self.show(value, language)} {entry.get('unit', '')}".rstrip()


@dataclass(frozen=True, slots=True)
class Day(FieldType):
    """Calendar date.

    Attributes:
        falls: whether it precedes the month its record belongs to (``before``: the offence), follows it (``after``:
            a reply, a term) or lies within it; the year of a date typed without one comes from that.
    """

    falls: Literal["before", "in", "after"] = "in"

    form: ClassVar[Stored | None] = Stored(date.isoformat, date.fromisoformat)

    def show(self, value: Any, language: Language) -> str:
        return "" if value is None else short_date(value)

    def check(self, value: Any, field: str, today: date) -> Problem | None:
        """Doubt years before 2000 and more than three years ahead."""
        if value is not None and not 2000 <= value.year <= today.year + 3:
            return Problem("date.unlikely", Severity.ERROR, (field,), {"value": short_date(value)})
        return None


class Flag(FieldType):
    """Yes, no or not said."""

    column: ClassVar[Column] = "integer"
    form: ClassVar[Stored | None] = Stored(int, bool)

    def show(self, value: Any, language: Language) -> str:
        words = {"kk": ("жоқ", "иә"), "ru": ("нет", "да"), "en": ("no", "yes")}[language]
        return "" if value is None else words[bool(value)]


@dataclass(frozen=True, slots=True)
class Coded(FieldType):
    """Code of a classifier; ``with_code`` shows the code before the label (accessibility items).

    Where a text means a code that stands for many (a sanction that the law does not know), the text itself goes to the
    field ``as_written``.
    """

    of: str
    with_code: bool = False
    as_written: str = ""

    def show(self, value: Any, language: Language) -> str:
        if value is None:
            return ""
        label = classifier(self.of).label(value, language)
        return f"{value} {label}" if self.with_code else label

    def check(self, value: Any, field: str, today: date) -> Problem | None:
        """Flag a code that the classifier does not have."""
        if value is not None and value not in classifier(self.of).by_code:
            return Problem("code.unknown", Severity.ERROR, (field,), {"value": str(value)})
        return None


@dataclass(frozen=True, slots=True)
class Title(Text):
    """Title of a post; its category goes to the coded field ``category`` beside it.

    It is kept as it was written; a paper in the other language says it where the list ``terms`` knows the post.
    """

    category: str = "category"
    terms: str = "posts"

    def printed(self, value: Any, language: Language) -> str:
        known = classifier(self.terms)
        code = known.find(value) if value else None
        return known.label(code, language) if code and not known.says(code, value, language) else value or ""


class Iin(FieldType):
    """Individual identification number, twelve digits as text."""

    is_searched: ClassVar[bool] = True

    def check(self, value: Any, field: str, today: date) -> Problem | None:
        """Check date, century digit and check digit."""
        fault = iin_fault(value) if value else None
        return _id_problem(fault, field, value)


class IdNumber(FieldType):
    """IIN of a person or BIN of an organisation."""

    is_searched: ClassVar[bool] = True

    def check(self, value: Any, field: str, today: date) -> Problem | None:
        """Check by the rules of the number's own kind."""
        fault = id_number_fault(value) if value else None
        return _id_problem(fault, field, value)


def _id_problem(fault: str | None, field: str, value: Any) -> Problem | None:
    if fault is None:
        return None
    kind = "bin" if is_bin_shaped(value) else "iin"
    return Problem(f"{kind}.{fault}", Severity.ERROR, (field,), {"value": value})


@dataclass(frozen=True, slots=True)
class Ref(FieldType):
    """Link to a record of another register."""

    to: str

    def show(self, value: Any, language: Language) -> str:
        return "" if value is None else str(value)


class Structured(FieldType):
    """Frozen figures and other data that only services read, kept as JSON text."""
