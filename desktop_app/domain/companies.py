"""Names of organisations: legal forms, quotes within quotes, abbreviations keep their letters."""

from __future__ import annotations

import re
from typing import Final

from desktop_app.domain.lettering import LEGAL_FORMS

_QUOTE: Final = re.compile(r"([«»\"“”„])")
_OPENING: Final = frozenset("«“„")
_VOWELS: Final = frozenset("аәеёиіоөуұүыэюя")
_LATIN: Final = re.compile(r"[A-Za-z]")
_BARE: Final = ".,()"
_ABBREVIATION: Final = 4


def is_company(text: str) -> bool:
    """Tell whether a name is an organisation's: it has quotes or a legal form."""
    return bool(_QUOTE.search(text)) or any(word.strip(_BARE) in LEGAL_FORMS for word in text.split())


def proper_company(text: str) -> str:
    """Return the name of an organisation with capitals where they belong, where that is certain.

    «ДАЛА АГРО» is «Дала Агро»; «KEGOC», «BI GROUP», «АБВ ЛТД» and the one word «ҚТЖ» stay: they may be
    written so. A legal form within quotes is a word of the name («АҚ ЖОЛ СЕРВИС»), except before another quote.
    """
    parts = _QUOTE.split(text)
    if len(parts) == 1:
        return " ".join(
            word if word.strip(_BARE) in LEGAL_FORMS else _recased(word) for word in text.split(" ")
        )
    for place in range(2, len(parts) - 1, 2):
        if parts[place + 1] not in _OPENING:
            parts[place] = _recased(parts[place])
    return "".join(parts)


def _recased(segment: str) -> str:
    words = re.findall(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", segment)
    letters = "".join(words)
    if not (letters.isupper() or letters.islower()) or _LATIN.search(letters):
        return segment
    if len(words) == 1 and len(letters) <= _ABBREVIATION:
        return segment
    if any(len(word) > 1 and _VOWELS.isdisjoint(word.lower()) for word in words):
        return segment
    return re.sub(r"[^\W\d_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), segment)
