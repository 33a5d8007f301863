"""Reading yes and no, measured values in any unit, counts and sums."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from desktop_app.domain import fields as f
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.lettering import digits_of, mend_lookalikes, tidy
from desktop_app.domain.reading_base import BAD, Hint, Raw, Reading, as_text

_YES: Final = frozenset("иә бар да есть имеется болған + 1 yes true v ✓ х".split())
_NO: Final = frozenset("жоқ жок нет отсутствует емес - – — 0 no false".split())


def read_flag(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read yes or no in two languages and as signs."""
    if isinstance(raw, bool):
        return Reading(raw)
    text = as_text(raw)
    key = mend_lookalikes(tidy(text)).casefold().strip(".")
    if key in _YES or key in _NO:
        return Reading(key in _YES, "" if text in ("иә", "жоқ", "да", "нет") else "read.flag_form")
    return BAD


_LONGEST: Final = 20
"""Characters of a number: longer ones are no sum and no measure, and would not fit their columns."""


def _decimal(text: str) -> Decimal | None:
    plain = tidy(text).replace(" ", "").replace(",", ".")
    try:
        return Decimal(plain) if len(plain) <= _LONGEST and re.fullmatch(r"-?\d+(\.\d+)?", plain) else None
    except InvalidOperation:
        return None


_MEASURE: Final = re.compile(r"([-\d\s.,ОоOo]*\d[\d\s.,ОоOo]*)\s*([^\d\s]*)\.?")
_RATIO: Final = re.compile(r"1\s*[:/]\s*(\d+(?:[.,]\d+)?)")
_UNITS: Final = {"м": {"м": 1, "метр": 1, "см": 100, "мм": 1000}, "с": {"с": 1, "сек": 1, "секунд": 1}}
_FARTHEST: Final = 20
_MOST: Final = 1_000_000_000


def _slope(text: str) -> Decimal | None:
    if found := _RATIO.fullmatch(text):
        run = Decimal(found[1].replace(",", "."))
        return (Decimal(100) / run).quantize(Decimal("0.01")) if run else None
    if found := re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(?:°|град\w*\.?|градус\w*)", text):
        tangent = math.tan(math.radians(float(found[1].replace(",", "."))))
        return Decimal(str(round(tangent * 100, 2)))
    return None


def _measured(text: str, unit: str, norm: Decimal) -> Reading:
    slope = _slope(text) if unit == "%" else None
    if slope is not None:
        return Reading(slope, "read.slope_ratio")
    found = _MEASURE.fullmatch(text)
    value = _decimal(digits_of(found[1])) if found else None
    if found is None or value is None or value < 0:
        return BAD
    written = (
        mend_lookalikes(found[2]).casefold().replace("cм", "см").rstrip(".").translate({99: "с", 109: "м"})
    )
    if written in ("", unit):
        return Reading(value) if written or value <= norm * _FARTHEST else BAD
    factor = _UNITS.get(unit, {}).get(written)
    if factor is None:
        return BAD
    return Reading(value / factor, "read.unit" if factor != 1 else "")


def read_measure(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a measured value in the unit of its item: centimetres, ratios 1:12, degrees, yes and no."""
    assert isinstance(kind, f.Measure)  # noqa: S101 - the reader table pairs them
    item = classifier("accessibility_items").by_code.get(hint.siblings.get(kind.of) or "")
    text = tidy(as_text(raw)).replace(".", ",") if isinstance(raw, float) else tidy(as_text(raw))
    if item is None:
        return BAD
    if item.more["op"] == "bool":
        flag = read_flag(kind, raw, hint)
        found = BAD if flag.bad else Reading(Decimal(int(flag.value)))
    else:
        found = _measured(text, item.more["unit"], Decimal(str(item.more["norm"])))
    if found.bad or not kind.as_written:
        return found
    if not found.mended and "." in text:
        found = found._replace(mended="read.decimal_point")
    return found._replace(also={kind.as_written: text})


def read_count(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a whole number."""
    value = _decimal(digits_of(as_text(raw)))
    return BAD if value is None or not 0 <= value <= _MOST or value != int(value) else Reading(int(value))


def read_money(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a sum in tenge."""
    text = re.sub(r"\s*(?:₸|тг|теңге|тенге|KZT)\.?$", "", tidy(as_text(raw)), flags=re.IGNORECASE)
    value = _decimal(text)
    return BAD if value is None else Reading(value.quantize(Decimal("0.01")))
