"""Letters of Kazakh and Russian: look-alikes, tidy text, search keys, alphabetical order.

Source: the Kazakh alphabet of 42 letters (checked with ICU ``kk``); SQLite folds ASCII only,
so every comparison happens on keys made here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

ALPHABET_KK: Final = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"

_LOOKALIKES: Final = str.maketrans(
    "ABCEHIKMOPTXYaceihopxyƏəƟɵ",
    "АВСЕНІКМОРТХҮасеіһорхуӘәӨө",
)
_DIGIT_LIKE: Final = str.maketrans("OoОоӨөIlІ|З", "00000011113")
_LOOSE: Final = str.maketrans("қғңәөұүіһё", "кгнаоууихе")
_SPACES: Final = re.compile(r"[\s\u00a0\u200b\ufeff\u00ad]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LATIN: Final = re.compile(r"[A-Za-z\u018f\u0259\u019f\u0275]")
_WORD: Final = re.compile(r"[^\W\d_]+", re.UNICODE)
_QUOTES: Final = re.compile(r"[«»\"“”„'`]")

_RANK: Final = {letter: chr(0x3041 + place) for place, letter in enumerate(ALPHABET_KK)}
_ORDER: Final = str.maketrans({**_RANK, **{k.lower(): v for k, v in _RANK.items()}})

LEGAL_FORMS: Final = frozenset(
    "ТОО ЖШС АО АҚ КЕАҚ НАО ИП ЖК РГП РМК ГКП МКК КГП КММ ГУ ММ КХ ШҚ ОО ҚБ ПК ӨК ЧП ОЮЛ ЗТБ".split()
)


def tidy(text: str) -> str:
    """Return ``text`` without stray, doubled and no-break spaces."""
    if "  " not in text and text.isprintable():  # of the spaces only the plain one is printable
        return text.strip()
    return _SPACES.sub(" ", text).strip()


def mend_lookalikes(text: str) -> str:
    """Replace Latin letters that look Cyrillic, but only in words that have a Cyrillic letter.

    A word made of Latin letters alone stays: folding those broke codes such as «T01».
    """
    if text.isascii() or not _LATIN.search(text) or not _CYRILLIC.search(text):
        return text
    return _WORD.sub(lambda m: m[0].translate(_LOOKALIKES) if _CYRILLIC.search(m[0]) else m[0], text)


def mend_name(text: str) -> str:
    """Replace look-alikes in a whole name once any of its words is Cyrillic (``A.C.`` after «Оспанова»)."""
    if not _LATIN.search(text) or not _CYRILLIC.search(text):
        return text
    mended = text.translate(_LOOKALIKES)
    return mended if not _LATIN.search(mended) else mend_lookalikes(text)


def digits_of(text: str) -> str:
    """Return ``text`` with the letters people type for digits (О, I, l, З) turned back into digits."""
    return text.translate(_DIGIT_LIKE)


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """Return the key under which spellings of one label meet: look-alikes, case, spaces, ё and quotes."""
    mended = mend_lookalikes(tidy(text)).casefold().replace("ё", "е")
    return tidy(_QUOTES.sub("", mended)).strip(" .,:;")


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """Return the key under which spellings of one person's name meet."""
    return tidy(re.sub(r"[.,]", " ", mend_name(tidy(text)).casefold().replace("ё", "е")))


@lru_cache(maxsize=65536)
def initials_key(text: str) -> str:
    """Return surname and initials («оспанова д у»), equal for a name in full and with initials."""
    words = name_key(text).split(" ")
    return " ".join([words[0], *(word[0] for word in words[1:3])]) if words[0] else ""


@lru_cache(maxsize=65536)
def search_key(text: str) -> str:
    """Return the loose key of search: case, look-alikes, ё/е, і/и and the Kazakh letters folded."""
    if text.isascii():  # numbers, mostly: nothing to mend or to fold but case
        return tidy(text).lower()
    return mend_lookalikes(tidy(text)).casefold().translate(_LOOSE)


def may_be_one(first: str, second: str) -> bool:
    """Tell whether two spellings may name one person: same surname and initials, or two words in common.

    A surname that changed by marriage leaves name and patronymic; initials leave the surname.
    """
    if search_key(initials_key(first)) == search_key(initials_key(second)):
        return True
    one, other = ({search_key(word) for word in name_key(text).split(" ")} for text in (first, second))
    if has_initials(first) or has_initials(second) or min(len(one), len(other)) < 2:
        return bool({word for word in one & other if len(word) > 1})
    return len(one & other) >= 2


def sort_key(text: str) -> str:
    """Return a key whose code-point order is the order of the Kazakh alphabet."""
    return tidy(text).translate(_ORDER)


def has_initials(name: str) -> bool:
    """Tell whether a personal name has initials in place of names."""
    return bool(re.search(r"(^|[\s.])[^\W\d_]\.", name, re.UNICODE))


_SMALL: Final = frozenset("оглы оғлы кызы қызы ұлы улы".split())


def _proper(word: str) -> str:
    if word.lower() in _SMALL:
        return word.lower()
    return "-".join(_capital(part) for part in word.split("-"))


def _capital(part: str) -> str:
    for place, letter in enumerate(part):
        if letter.isalpha():
            return part[:place] + letter.upper() + part[place + 1 :].lower()
    return part


def proper_name(text: str) -> str:
    """Return a name typed all in capitals (or all small) with capitals where they belong.

    Initials and names of mixed case stay as they are; organisations have rules of their own.
    """
    from desktop_app.domain.companies import is_company, proper_company

    if is_company(text):
        return proper_company(text)
    words = text.split(" ")
    joined = "".join(word for word in words if not has_initials(word))
    if len(joined) < 3 or not (joined.isupper() or joined.islower()):
        return text
    return " ".join(word if has_initials(word) else _proper(word) for word in words)


_KAZAKH_LETTERS: Final = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_RUSSIAN_WORDS: Final = frozenset(
    "отдел отделение сектор управление центр район района город города области область г по для обслуживания".split()
)


def language_of(text: str) -> Literal["kk", "ru"] | None:
    """Tell in which of the two languages a name is written, None when nothing in it tells.

    A letter that only Kazakh has decides; without one, a Russian word of the names of departments.
    """
    if not _KAZAKH_LETTERS.isdisjoint(text):
        return "kk"
    words = "".join(letter if letter.isalpha() else " " for letter in text.lower()).split()
    return None if _RUSSIAN_WORDS.isdisjoint(words) else "ru"
