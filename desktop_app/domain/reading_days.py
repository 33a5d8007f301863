"""Reading dates in all the habits of two languages and of Excel."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from desktop_app.core.periods import Period
from desktop_app.domain import fields as f
from desktop_app.domain.lettering import digits_of, mend_lookalikes, tidy
from desktop_app.domain.reading_base import BAD, Hint, Raw, Reading

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
    if plain.isdecimal():
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


def _with_its_year(kind: f.FieldType, text: str, hint: Hint) -> Reading:
    """Read a typed date; without a year, it is the month's, or the next or last one at the turn of the year."""
    found = _date_text(text, hint.year, hint.month)
    falls = kind.falls if isinstance(kind, f.Day) else "in"
    if falls == "in" or found.value is None or not hint.month or not _date_text(text, 0, 0).bad:
        return found
    month, day = Period(hint.year, hint.month), found.value
    step = (falls == "after" and day < month.first_day) - (falls == "before" and day > month.last_day)
    return _date_or_bad(day.year + step, day.month, day.day, found.mended) if step else found


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
    return _with_its_year(kind, str(raw), hint)
