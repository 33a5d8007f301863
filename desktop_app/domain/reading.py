"""Reading what people write: one reader a field type, for workbook cells and typed fields alike.

A reader either gives the value, saying whether it had to mend anything, or says that it cannot;
it never guesses. Nothing here depends on which file a cell came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, NamedTuple

from desktop_app.domain import fields as f
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.identifiers import id_number_fault, iin_fault
from desktop_app.domain.lettering import digits_of, label_key, mend_lookalikes, mend_name, proper_name, tidy

Raw = str | int | float | bool | date | None


class Hint(NamedTuple):
    """What a reader may lean on.

    Attributes:
        siblings: values of the record read so far.
        year: year of a date typed without one.
        month: month of a date typed as a day alone.
    """

    siblings: Mapping[str, Any] = {}
    year: int = 0
    month: int = 0


class Reading(NamedTuple):
    """Outcome of reading one cell or one typed text.

    Attributes:
        value: the value; None for an empty cell and for an unreadable one.
        mended: message code of what had to be mended, empty when nothing had.
        bad: whether there was something that could not be read.
        also: values for neighbouring fields (the category of a post, a measure as written).
    """

    value: Any
    mended: str = ""
    bad: bool = False
    also: Mapping[str, Any] = {}


EMPTY: Final = Reading(None)
BAD: Final = Reading(None, "", True)
_EPOCH: Final = date(1899, 12, 30)
_SERIAL: Final = range(30000, 60000)

_MONTH_STEMS: Final = {
    "қаңтар": 1, "ақпан": 2, "наурыз": 3, "сәуір": 4, "мамыр": 5, "маусым": 6, "шілде": 7, "тамыз": 8,
    "қыркүйек": 9, "қазан": 10, "қараша": 11, "желтоқсан": 12, "январ": 1, "феврал": 2, "март": 3,
    "апрел": 4, "ма": 5, "июн": 6, "июл": 7, "август": 8, "сентябр": 9, "октябр": 10, "ноябр": 11, "декабр": 12,
    "қаң": 1, "ақп": 2, "нау": 3, "сәу": 4, "мам": 5, "мау": 6, "шіл": 7, "там": 8, "қыр": 9, "қаз": 10,
    "қар": 11, "жел": 12, "янв": 1, "фев": 2, "мар": 3, "апр": 4, "июнь": 6, "авг": 8, "сен": 9, "сент": 9,
    "окт": 10, "ноя": 11, "нояб": 11, "дек": 12,
}  # fmt: skip
_ENDINGS: Final = ("дағы", "дегі", "тағы", "тегі", "ында", "інде", "а", "я", "ь", "й", "ы", "і", "")
_DMY: Final = re.compile(r"(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4}|\d{2})")
_YMD: Final = re.compile(r"(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})(?:[T ]00:00(?::00)?)?")
_DM: Final = re.compile(r"(\d{1,2})[./\-](\d{1,2})\.?")
_KK_LONG: Final = re.compile(r"(\d{4})\s*(?:жылғы|жылы|жыл|ж)\.?\s*(\d{1,2})\s*-?\s*([^\W\d]+)\.?")
_D_WORD_Y: Final = re.compile(r"(\d{1,2})\s*-?\s*([^\W\d]+)\.?\s*(\d{4})")
_YEAR_TAIL: Final = re.compile(r"(?<=\d)\s*(?:жылғы|жыл|жж|ж|года|год|гг|г)\.?$")


def month_number(word: str) -> int | None:
    """Return the month that a Kazakh or Russian word in any of its cases names."""
    low = word.casefold()
    for ending in _ENDINGS:
        stem = low[: len(low) - len(ending)] if ending else low
        if low.endswith(ending) and stem in _MONTH_STEMS:
            return _MONTH_STEMS[stem]
    return None


def _date_or_bad(year: int, month: int, day: int, mended: str) -> Reading:
    if year < 100:
        year += 2000
    try:
        return Reading(date(year, month, day), mended)
    except ValueError:
        return BAD


def _plain_digits(text: str, hint: Hint) -> Reading:
    if len(text) == 8:
        form = _date_or_bad(int(text[4:]), int(text[2:4]), int(text[:2]), "read.date_form")
        return (
            form
            if not form.bad
            else _date_or_bad(int(text[:4]), int(text[4:6]), int(text[6:]), "read.date_form")
        )
    if len(text) == 6:
        return _date_or_bad(int(text[4:]), int(text[2:4]), int(text[:2]), "read.date_form")
    if len(text) == 5 and int(text) in _SERIAL:
        return Reading(_EPOCH + timedelta(days=int(text)), "read.date_serial")
    if len(text) == 4 and hint.year:
        return _date_or_bad(hint.year, int(text[2:]), int(text[:2]), "read.date_form")
    if len(text) <= 2 and hint.year and hint.month:
        return _date_or_bad(hint.year, hint.month, int(text), "read.date_form")
    return BAD


@lru_cache(maxsize=65536)
def _date_text(text: str, year: int, month: int) -> Reading:
    plain = _YEAR_TAIL.sub("", mend_lookalikes(tidy(text)).casefold()).strip(" .,")
    if plain.isdigit():
        return _plain_digits(plain, Hint(year=year, month=month))
    for candidate, suffix in ((plain, ""), (digits_of(plain), "read.digit_letters")):
        if found := _DMY.fullmatch(candidate):
            exact = text == f"{found[1]}.{found[2]}.{found[3]}" and len(text) == 10
            mended = suffix or ("" if exact else "read.date_form")
            return _date_or_bad(int(found[3]), int(found[2]), int(found[1]), mended)
        if found := _YMD.fullmatch(candidate):
            return _date_or_bad(int(found[1]), int(found[2]), int(found[3]), suffix or "read.date_form")
        if (found := _DM.fullmatch(candidate)) and year:
            return _date_or_bad(year, int(found[2]), int(found[1]), suffix or "read.date_form")
    if found := _KK_LONG.fullmatch(plain):
        number = month_number(found[3])
        return _date_or_bad(int(found[1]), number, int(found[2]), "read.date_form") if number else BAD
    if found := _D_WORD_Y.fullmatch(plain):
        number = month_number(found[2])
        return _date_or_bad(int(found[3]), number, int(found[1]), "read.date_form") if number else BAD
    return BAD


def read_day(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a date in any of the habits: real dates, serial numbers, digits, words in two languages."""
    if isinstance(raw, datetime):
        return Reading(raw.date())
    if isinstance(raw, date):
        return Reading(raw)
    if isinstance(raw, (int, float)):
        if int(raw) in _SERIAL and int(raw) == raw:
            return Reading(_EPOCH + timedelta(days=int(raw)), "read.date_serial")
        return _plain_digits(str(int(raw)), hint) if int(raw) == raw and raw > 0 else BAD
    return _date_text(str(raw), hint.year, hint.month)


@lru_cache(maxsize=65536)
def _clean_text(text: str) -> Reading:
    clean = tidy(text)
    return Reading(clean or None, "read.spaces" if clean != text else "")


def _as_text(raw: Raw) -> str:
    if isinstance(raw, float) and raw == int(raw):
        return str(int(raw))
    if isinstance(raw, date):
        return raw.strftime("%d.%m.%Y")
    return str(raw)


def read_text(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read free text; only spaces at the ends and doubled ones go."""
    return _clean_text(_as_text(raw))


@lru_cache(maxsize=65536)
def _name(text: str) -> Reading:
    clean = tidy(text)
    mended = mend_name(clean)
    proper = proper_name(mended)
    if proper != mended:
        return Reading(proper, "read.capitals")
    if mended != clean:
        return Reading(mended, "read.lookalikes")
    return Reading(clean or None, "read.spaces" if clean != text else "")


def read_name(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a personal name: spaces, look-alike letters, all capitals."""
    return _name(_as_text(raw))


_NUMBER_PREFIX: Final = re.compile(r"^(?:№|N[o0º°]?\.?(?=[\s\d])|нөмірі?\s|номер\s)\s*", re.IGNORECASE)


@lru_cache(maxsize=65536)
def _number(text: str) -> Reading:
    clean = tidy(text)
    bare = _NUMBER_PREFIX.sub("", clean)
    if bare != clean:
        return Reading(bare or None, "read.number_sign")
    return Reading(clean or None, "read.spaces" if clean != text else "")


def read_number(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a document's number without its №."""
    return _number(_as_text(raw))


def _id_text(text: str) -> tuple[str, str]:
    bare = re.sub(r"[\s\u00a0\-.']", "", text)
    digits = digits_of(bare)
    if digits != bare:
        return digits, "read.digit_letters"
    return bare, "read.spaces" if bare != text else ""


def _read_id(raw: Raw, fault: Callable[[str], object]) -> Reading:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        digits = str(int(raw)) if raw == int(raw) and raw > 0 else str(raw)
        if len(digits) < 12 and digits.isdigit() and fault(digits.zfill(12)) is None:
            return Reading(digits.zfill(12), "read.zero_lost")
        return Reading(digits, "read.number_cell") if len(digits) == 12 else BAD
    digits, mended = _id_text(str(raw))
    if len(digits) != 12 or not digits.isdigit():
        return BAD
    return Reading(digits, mended)


def read_iin(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read an IIN: inner spaces, letters for digits, numbers that lost their noughts; twelve digits or nothing."""
    return _read_id(raw, iin_fault)


def read_id_number(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read an IIN or a BIN."""
    return _read_id(raw, id_number_fault)


_CODED: Final = re.compile(r"(\d{1,2}\.\d{2})\s*[.:)\-–—]?\s*(.*)", re.DOTALL)


@lru_cache(maxsize=65536)
def _coded(text: str, name: str, with_code: bool) -> Reading:
    codes = classifier(name)
    clean = tidy(text)
    if with_code and (found := _CODED.fullmatch(clean)):
        code = codes.by_code.get(found[1])
        if code is None or (found[2] and codes.find(found[2]) not in (code.code, None)):
            return BAD
        return Reading(code.code, "" if clean == text else "read.spaces")
    hit = codes.find(text)
    if hit is None:
        return BAD
    label = codes.by_code[hit].label
    exact = text in (label.kk, label.ru, label.en, hit)
    mended = "" if exact else "read.spaces" if clean in (label.kk, label.ru, label.en) else "read.label_form"
    return Reading(hit, mended)


def read_coded(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a label of a classifier in any spelling; the labels' own words must all be there."""
    assert isinstance(kind, f.Coded)  # noqa: S101 - the reader table pairs them
    text = f"{raw:.2f}" if kind.with_code and isinstance(raw, float) else _as_text(raw)
    return _coded(text, kind.of, kind.with_code)


_DEPUTY: Final = frozenset("орынбасары орынбасар заместитель зам замруководителя замначальника".split())
_HEAD: Final = frozenset(
    "басшы басшысы руководитель начальник директор директоры меңгеруші заведующий".split()
)
_STAFF: Final = frozenset(
    "маман маманы специалист оператор операторы консультант консультанты архивші архивариус инспектор "
    "сарапшы эксперт менеджер менеджері есепші бухгалтер инженер хатшы секретарь жүргізуші водитель".split()
)


_ACTING: Final = re.compile(
    r"\b(?:м\s*\.?\s*а|и\s*\.?\s*о|врио|міндетін атқаруш\w*|исполняющ\w+ обязанности)\b"
)
_HEAD_OF: Final = frozenset(
    "басшысының басшының руководителя начальника директора директордың меңгерушінің заведующего".split()
)


@lru_cache(maxsize=4096)
def _title(text: str) -> Reading:
    clean = mend_lookalikes(tidy(text))
    key = label_key(text)
    for code in classifier("position_categories").codes:
        for title in (*code.more["titles_kk"], *code.more["titles_ru"]):
            if label_key(title) == key:
                return Reading(title, "" if title == text else "read.label_form", also={"_": code.code})
    words = set(re.split(r"[\s.,()/-]+", key))
    category = (
        "DEPUTY"
        if words & _DEPUTY
        else "HEAD"
        if words & _HEAD or (words & _HEAD_OF and _ACTING.search(key))
        else "STAFF"
        if words & _STAFF
        else None
    )
    return Reading(
        clean or None, "" if clean == text else "read.spaces", also={"_": category} if category else {}
    )


def read_title(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read the title of a post and the category it belongs to.

    «бас маман» is not «басшы», «басшының орынбасары» is a deputy; an acting head (м.а., и.о.)
    counts as head, because the duties are his. A title with no known word gets no category.
    """
    assert isinstance(kind, f.Title)  # noqa: S101 - the reader table pairs them
    found = _title(_as_text(raw))
    return found._replace(also={kind.category: found.also["_"]} if found.also else {})


_YES: Final = frozenset("иә бар да есть имеется болған + 1 yes true v ✓ х".split())
_NO: Final = frozenset("жоқ жок нет отсутствует емес - – — 0 no false".split())


def read_flag(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read yes or no in two languages and as signs."""
    if isinstance(raw, bool):
        return Reading(raw)
    text = _as_text(raw)
    key = mend_lookalikes(tidy(text)).casefold().strip(".")
    if key in _YES or key in _NO:
        return Reading(key in _YES, "" if text in ("иә", "жоқ", "да", "нет") else "read.flag_form")
    return BAD


def _decimal(text: str) -> Decimal | None:
    plain = tidy(text).replace(" ", "").replace(",", ".")
    try:
        return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None
    except InvalidOperation:
        return None


_MEASURE: Final = re.compile(r"([-\d\s.,ОоOo]*\d[\d\s.,ОоOo]*)\s*([^\d\s]*)\.?")
_RATIO: Final = re.compile(r"1\s*[:/]\s*(\d+(?:[.,]\d+)?)")
_UNITS: Final = {"м": {"м": 1, "метр": 1, "см": 100, "мм": 1000}, "с": {"с": 1, "сек": 1, "секунд": 1}}
_FARTHEST: Final = 20


def _slope(text: str) -> Decimal | None:
    if found := _RATIO.fullmatch(text):
        run = Decimal(found[1].replace(",", "."))
        return (Decimal(100) / run).quantize(Decimal("0.01")) if run else None
    if found := re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(?:°|град\w*\.?|градус\w*)", text):
        import math

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
    text = tidy(_as_text(raw)).replace(".", ",") if isinstance(raw, float) else tidy(_as_text(raw))
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
    value = _decimal(digits_of(_as_text(raw)))
    return BAD if value is None or value != int(value) or value < 0 else Reading(int(value))


def read_money(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a sum in tenge."""
    text = re.sub(r"\s*(?:₸|тг|теңге|тенге|KZT)\.?$", "", tidy(_as_text(raw)), flags=re.IGNORECASE)
    value = _decimal(text)
    return BAD if value is None else Reading(value.quantize(Decimal("0.01")))


Reader = Callable[[f.FieldType, Raw, Hint], Reading]
_READERS: Final[dict[type[f.FieldType], Reader]] = {
    f.Day: read_day, f.Text: read_text, f.PersonName: read_name, f.Number: read_number, f.Iin: read_iin,
    f.IdNumber: read_id_number, f.Coded: read_coded, f.Title: read_title, f.Flag: read_flag,
    f.Measure: read_measure, f.Count: read_count, f.Money: read_money, f.Ref: read_text, f.Structured: read_text,
}  # fmt: skip
_NO_HINT: Final = Hint()
_DASHES: Final = frozenset(("-", "–", "—", "--"))


def read(kind: f.FieldType, raw: Raw, hint: Hint = _NO_HINT) -> Reading:
    """Read one cell or typed text as a value of a field type."""
    if raw is None or (isinstance(raw, str) and not raw.strip(" \t\r\n\u00a0")):
        return EMPTY
    if raw in _DASHES and not isinstance(kind, f.Flag | f.Measure):
        return EMPTY
    return _READERS[type(kind)](kind, raw, hint)
