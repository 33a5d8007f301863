"""Reading dates in all the habits of two languages and of Excel."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from desktop_app.core.clock import today
from desktop_app.core.periods import Period
from desktop_app.domain import fields as f
from desktop_app.domain.lettering import digits_of, mend_lookalikes, tidy
from desktop_app.domain.reading_base import BAD, Hint, Raw, Reading

_EPOCH: Final = date(1899, 12, 30)
_SERIAL: Final = range(30000, 60000)

_MONTHS: Final = (
    "қаңтар январь январи january", "ақпан февраль феврали february", "наурыз март марта march", "сәуір апрель апрели april",
    "мамыр май мая may", "маусым июнь июни june", "шілде июль июли july", "тамыз август августа august",
    "қыркүйек сентябрь сентябри september", "қазан октябрь октябри october", "қараша ноябрь ноябри november",
    "желтоқсан декабрь декабри december",
)  # fmt: skip
_MONTH_STEMS: Final = {
    "қаңтар": 1, "ақпан": 2, "наурыз": 3, "сәуір": 4, "мамыр": 5, "маусым": 6, "шілде": 7, "тамыз": 8,
    "қыркүйек": 9, "қазан": 10, "қараша": 11, "желтоқсан": 12, "январ": 1, "феврал": 2, "март": 3,
    "апрел": 4, "ма": 5, "июн": 6, "июл": 7, "август": 8, "сентябр": 9, "октябр": 10, "ноябр": 11, "декабр": 12,
}  # fmt: skip
_ENDINGS: Final = (
    "дағы",
    "дегі",
    "тағы",
    "тегі",
    "ында",
    "інде",
    "ның",
    "нің",
    "дың",
    "дің",
    "а",
    "я",
    "ь",
    "й",
    "ы",
    "і",
    "",
)
_ROMAN: Final = dict(zip("i ii iii iv v vi vii viii ix x xi xii".split(), range(1, 13), strict=True))
_WEEKDAYS: Final = {
    word: day
    for day, words in enumerate((
        "понедельник пн пон дүйсенбі дс monday mon", "вторник вт сейсенбі сс tuesday tue", "среда сәрсенбі wednesday wed",
        "четверг чт бейсенбі бс thursday thu", "пятница пт жұма жм friday fri", "суббота сенбі saturday sat",
        "воскресенье вс жексенбі жс sunday sun",
    ))
    for word in words.split()
}  # fmt: skip

_SEPARATOR: Final = r"\s*[./\-,\s]\s*"
_DMY: Final = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})")
_USUAL: Final = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_YMD: Final = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})")
_DM: Final = re.compile(r"(\d{1,2})[./\-](\d{1,2})\.?")
_D_ROMAN_Y: Final = re.compile(r"(\d{1,2})([./\-\s]+)([ivxіх]{1,4})[./\-\s]+(\d{4}|\d{2})")
_NTH: Final = r"(?:\s*-?\s*(?:ші|шы|інші|ыншы|нші|ншы|ое|ого|го|е)(?![^\W\d]))?"
_KK_LONG: Final = re.compile(
    rf"(\d{{4}})\s*(?:жылғы|жылы|жылдың|жыл|ж)?\.?,?\s*(\d{{1,2}}){_NTH}\s*-?\s*([^\W\d]+)\.?"
)
_D_WORD_Y: Final = re.compile(rf"(\d{{1,2}}){_NTH}[\s.\-]*([^\W\d]+)\.?,?[\s\-]*(\d{{4}}|(?<=[\s\-])\d{{2}})")
_WORD_D_Y: Final = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})\s*,\s*(\d{4})")
_YEAR_TAIL: Final = re.compile(r"(?<=\d)\s*(?:жылғы|жылы|жылдың|жыл|жж|ж|года|год|гг|г)\.?$")
_TIME_TAIL: Final = re.compile(
    r"(?:(?<=\d)t|[\s,]+)(?:в|сағ\.?|сағат)?\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?:z|[+\-]\d{2}:?\d{2}|am|pm|ч\.?)?$"
)
_WEEKDAY: Final = re.compile(r"^([^\W\d]+)\.?,\s*|[\s,]*\(\s*([^\W\d]+)\.?\s*\)$|[\s,]+([^\W\d]+)\.?$")
_QUOTES: Final = re.compile(r"[«»\"“”„'`]")
_YEARS: Final = range(1900, 3000)


def month_number(word: str) -> int | None:
    """Return the month that a Kazakh, Russian or English word names, in any of its cases or cut short."""
    low = word.casefold()
    for ending in _ENDINGS:
        stem = low[: len(low) - len(ending)] if ending else low
        if low.endswith(ending) and stem in _MONTH_STEMS:
            return _MONTH_STEMS[stem]
    if len(low) < 3:
        return None
    begun = {n for n, names in enumerate(_MONTHS, 1) if any(name.startswith(low) for name in names.split())}
    return begun.pop() if len(begun) == 1 else None


def _date_or_bad(year: int, month: int, day: int, mended: str) -> Reading:
    if year < 100:
        year += 2000
    if year not in _YEARS:
        return BAD
    try:
        return Reading(date(year, month, day), mended)
    except ValueError:
        return BAD


def _six_digits(text: str, typed: bool) -> Reading:
    """Read six digits: day first as officers type them; in a workbook only if they cannot be year first."""
    day_first = _date_or_bad(int(text[4:]), int(text[2:4]), int(text[:2]), "read.date_form")
    year_first = _date_or_bad(int(text[:2]), int(text[2:4]), int(text[4:]), "read.date_form")
    if typed:
        return day_first
    likely = range(2015, today().year + 2)
    found = [r for r in (day_first, year_first) if r.value and r.value.year in likely]
    return day_first if found == [day_first] else BAD


def _plain_digits(text: str, hint: Hint) -> Reading:
    if len(text) == 8:
        form = _date_or_bad(int(text[4:]), int(text[2:4]), int(text[:2]), "read.date_form")
        return (
            form
            if not form.bad
            else _date_or_bad(int(text[:4]), int(text[4:6]), int(text[6:]), "read.date_form")
        )
    if len(text) == 6:
        return _six_digits(text, bool(hint.year))
    if len(text) == 5 and int(text) in _SERIAL:
        # «51223» is the fifth of December as well as a day of 2040
        without_nought = _date_or_bad(int(text[3:]), int(text[1:3]), int(text[0]), "")
        return Reading(_EPOCH + timedelta(days=int(text)), "read.date_serial") if without_nought.bad else BAD
    if len(text) == 4 and hint.year:
        return _date_or_bad(hint.year, int(text[2:]), int(text[:2]), "read.date_form")
    if len(text) <= 2 and hint.year and hint.month:
        return _date_or_bad(hint.year, hint.month, int(text), "read.date_form")
    return BAD


def _without_weekday(text: str) -> tuple[str, int | None]:
    for found in _WEEKDAY.finditer(text):
        word = next(filter(None, found.groups()))
        if word in _WEEKDAYS:
            return (text[: found.start()] + text[found.end() :]).strip(), _WEEKDAYS[word]
    return text, None


def _bare(text: str) -> tuple[str, str, int | None]:
    """Return a date's text without quotes, time of day, weekday, «от» and «года»; what was mended; the weekday."""
    plain = _QUOTES.sub("", mend_lookalikes(tidy(text)).casefold()).strip(" .,")
    plain, weekday = _without_weekday(plain)
    time = _TIME_TAIL.search(plain)
    mended = ""
    if time:
        plain = plain[: time.start()]
        mended = "read.date_time" if time[1].strip("0:") else ""
    plain = re.sub(r"^от\s+", "", plain)
    return _YEAR_TAIL.sub("", plain.strip(" .,")).strip(" .,"), mended, weekday


def _numeric(plain: str, text: str, year: int, order: str, mended: str) -> Reading | None:
    """Read a date of digits, letters typed for digits put right; None when it has another shape."""
    for candidate, suffix in ((plain, mended), (digits_of(digits_of(plain).upper()), "read.digit_letters")):
        if found := _DMY.fullmatch(candidate):
            first, second = int(found[1]), int(found[2])
            if order == "?" and first != second and max(first, second) <= 12:
                return BAD._replace(mended="read.date_order_unknown")
            if order == "mdy" and (first != second or suffix):
                return _date_or_bad(int(found[3]), first, second, "read.date_american")
            exact = text == f"{found[1]}.{found[2]}.{found[3]}" and len(text) == 10
            return _date_or_bad(int(found[3]), second, first, suffix or ("" if exact else "read.date_form"))
        if found := _YMD.fullmatch(candidate):
            return _date_or_bad(int(found[1]), int(found[2]), int(found[3]), suffix or "read.date_form")
        if (found := _DM.fullmatch(candidate)) and year:
            return _date_or_bad(year, int(found[2]), int(found[1]), suffix or "read.date_form")
    return None


def _in_words(plain: str, mended: str) -> Reading:
    parts: tuple[str, str, str] | None = None
    if found := _KK_LONG.fullmatch(plain):
        parts = (found[1], found[3], found[2])
    elif found := _D_WORD_Y.fullmatch(plain):
        parts = (found[3], found[2], found[1])
    elif found := _WORD_D_Y.fullmatch(plain):
        parts = (found[3], found[1], found[2])
    number = month_number(parts[1]) if parts else None
    if parts is None or number is None:
        return BAD
    return _date_or_bad(int(parts[0]), number, int(parts[2]), mended or "read.date_form")


@lru_cache(maxsize=65536)
def _date_text(text: str, year: int, month: int, order: str = "") -> Reading:
    if not order and (usual := _USUAL.fullmatch(text)):
        return _date_or_bad(int(usual[3]), int(usual[2]), int(usual[1]), "")
    plain, mended, weekday = _bare(text)
    if plain.isdecimal():
        return _plain_digits(plain, Hint(year=year, month=month))
    roman = _D_ROMAN_Y.fullmatch(plain)
    if roman:
        numeral = roman[3].replace("і", "i").replace("х", "x")
        # «5.II.2023» may be the second month or «11» typed with letters
        sure = numeral in _ROMAN and (numeral != "ii" or roman[2].strip(" ") != ".")
        found = _date_or_bad(int(roman[4]), _ROMAN[numeral], int(roman[1]), "read.date_form") if sure else BAD
    else:
        found = _numeric(plain, text, year, order, mended) or _in_words(plain, mended)
    if weekday is not None and found.value is not None:
        return (
            found._replace(mended=found.mended or "read.date_form")
            if found.value.weekday() == weekday
            else BAD
        )
    return found


def _with_its_year(kind: f.FieldType, text: str, hint: Hint) -> Reading:
    """Read a typed date; without a year, it is the month's, or the next or last one at the turn of the year."""
    found = _date_text(text, hint.year, hint.month, hint.order)
    falls = kind.falls if isinstance(kind, f.Day) else "in"
    if falls == "in" or found.value is None or not hint.month or not _date_text(text, 0, 0).bad:
        return found
    month, day = Period(hint.year, hint.month), found.value
    step = (falls == "after" and day < month.first_day) - (falls == "before" and day > month.last_day)
    return _date_or_bad(day.year + step, day.month, day.day, found.mended) if step else found


def read_day(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a date in any of the habits: real dates, serial numbers, digits, words in two languages."""
    if isinstance(raw, date):
        day = raw.date() if isinstance(raw, datetime) else raw
        return Reading(day) if day.year in _YEARS else BAD
    if isinstance(raw, (int, float)):
        if not math.isfinite(raw) or isinstance(raw, bool) or raw <= 0:
            return BAD
        if raw != int(raw):
            in_time = int(raw) in _SERIAL
            return Reading(_EPOCH + timedelta(days=int(raw)), "read.date_time") if in_time else BAD
        return _plain_digits(str(int(raw)), hint)
    return _with_its_year(kind, str(raw), hint)
