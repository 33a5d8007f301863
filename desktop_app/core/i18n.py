"""Message catalogues in Kazakh, Russian and English, dates, numbers and plural forms.

Catalogues are JSON (``resources/locale``): the standard library reads them in a millisecond,
which the start-up budget needs. Plural choice in a message: ``{n} {n|запись|записи|записей}``;
Kazakh nouns stay singular after numerals, so Kazakh messages need no choice.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final, Literal

from desktop_app.core.paths import RESOURCES
from desktop_app.core.periods import Period

Language = Literal["kk", "ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru", "en")
OWN_NAMES: Final[dict[Language, str]] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
"""What speakers of a language call it."""
NBSP: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Text3:
    """One text in three languages; Kazakh is the state language and comes first."""

    kk: str
    ru: str
    en: str

    def get(self, language: Language) -> str:
        """Return the text in ``language``, else in Kazakh, else in Russian."""
        return getattr(self, language) or self.kk or self.ru


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Return all messages of a language by code."""
    data: dict[str, str] = json.loads((RESOURCES / "locale" / f"{language}.json").read_text("utf-8"))
    return data


_BLANK: Final = re.compile(r"\{(\w+)(?:\|([^}]*))?\}")
"""A value's place ``{n}``, or a choice by a number ``{n|record|records}``."""


def plural_index(language: Language, number: int) -> int:
    """Return which of the plural forms fits: Russian has three, English two, Kazakh one (CLDR 44)."""
    if language == "ru":
        if number % 10 == 1 and number % 100 != 11:
            return 0
        return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2
    return 0 if language == "kk" or number == 1 else 1


def tr(language: Language, code: str, **params: object) -> str:
    """Return the message ``code`` with its blanks filled; an unknown code shows itself."""
    pattern = catalogue(language).get(code, code)
    if not params:
        return pattern

    def fill(match: re.Match[str]) -> str:
        name, forms = match[1], match[2]
        if forms is not None:
            number = params.get(name)
            index = plural_index(language, number) if isinstance(number, int) else 0
            choice = forms.split("|")
            return choice[min(index, len(choice) - 1)]
        return show_value(params[name], language) if name in params else match[0]

    return _BLANK.sub(fill, pattern)  # in one pass: braces within a value are a person's own


def show_value(value: object, language: Language) -> str:
    """Return a message's value as people read it: dates, periods and counts formatted."""
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, Period):
        return month_name(value, language)
    if isinstance(value, Text3):
        return value.get(language)
    if isinstance(value, int) and not isinstance(value, bool):
        return number_text(value)
    return str(value)


_MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "kk": ("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
           "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"),
    "ru": ("январь", "февраль", "март", "апрель", "май", "июнь",
           "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
}  # fmt: skip
_MONTHS_RU_OF: Final = ("января", "февраля", "марта", "апреля", "мая", "июня",
                        "июля", "августа", "сентября", "октября", "ноября", "декабря")  # fmt: skip


def month_word(month: int, language: Language) -> str:
    """Return the month's name alone, in the nominative."""
    return _MONTHS[language][month - 1]


def month_name(period: Period, language: Language) -> str:
    """Return «2023 жылғы желтоқсан», «декабрь 2023 года», "December 2023"."""
    word = month_word(period.month, language)
    if language == "kk":
        return f"{period.year} жылғы {word}"
    return f"{word} {period.year} года" if language == "ru" else f"{word} {period.year}"


def long_date(day: date, language: Language) -> str:
    """Return «2024 жылғы 22 тамыз», «22 августа 2024 года», "22 August 2024".

    CLDR's Kazakh pattern («2024 ж. 22 тамыз») is not what documents use, hence our own.
    """
    if language == "kk":
        return f"{day.year} жылғы {day.day} {month_word(day.month, 'kk')}"
    if language == "ru":
        return f"{day.day} {_MONTHS_RU_OF[day.month - 1]} {day.year} года"
    return f"{day.day} {month_word(day.month, 'en')} {day.year}"


def short_date(day: date) -> str:
    """Return 22.08.2024."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def number_text(number: float | Decimal, decimals: int = 0) -> str:
    """Return 16 527 473 or 0,43: no-break spaces between thousands, decimal comma."""
    text = f"{number:,.{decimals}f}".replace(",", NBSP)
    return text.replace(".", ",")


def change_text(number: int) -> str:
    """Return a difference with its sign: +897, −1 072, 0."""
    return f"{'+' if number > 0 else ''}{number_text(number)}".replace("-", "−")


def growth_text(part: Decimal) -> str:
    """Return a growth in percent with its sign, rounded half up: +54,4%, −45,8%, 0,0%."""
    percent = (part * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{'+' if percent > 0 else ''}{number_text(percent, 1)}%".replace("-", "−")
