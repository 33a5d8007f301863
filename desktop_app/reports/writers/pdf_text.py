"""Fonts, text widths, line breaks and hyphens for the PDF writer."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from desktop_app.core.paths import RESOURCES

REGULAR: Final = "Tinos"
BOLD: Final = "Tinos-Bold"
_SPARE: Final = {REGULAR: "NotoSans", BOLD: "NotoSans-Bold"}
"""What a letter is taken from that the font of the text lacks."""
_FILES: Final = {
    REGULAR: "Tinos-Regular.ttf", BOLD: "Tinos-Bold.ttf", "NotoSans": "NotoSans-Regular.ttf", "NotoSans-Bold": "NotoSans-Bold.ttf",
}  # fmt: skip
BOX: Final = "\u25a1"
"""Stands for a letter that no font of ours has."""
LINE: Final = 1.2
"""Line height as a multiple of the type size."""
_SOFT: Final = "\u00ad"
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufe00-\ufe0f\ufeff]")
_VOWELS: Final = frozenset("аәеёиіоөуұүыэюяaeiouy")
_NEVER_FIRST: Final = frozenset("ьъй")
_BREAK_AFTER: Final = frozenset("-/.,:;_@)\\")
_SHORTEST: Final = 5
"""Words with fewer letters are not divided into syllables."""


@lru_cache(maxsize=4)
def font_widths(name: str) -> dict[str, float]:
    """Register an embedded font (complete for Kazakh) and return the width of each letter it has, per 1 pt."""
    import reportlab.rl_config

    reportlab.rl_config.trustedSchemes = []
    font: Any = TTFont(name, str(RESOURCES / "fonts" / _FILES[name]))
    pdfmetrics.registerFont(font)
    return {chr(code): width / 1000 for code, width in font.face.charWidths.items()}


class _Widths(dict[str, float]):
    """Widths by letter; one that the font lacks is as wide as its stand-in."""

    def __init__(self, font: str, size: float) -> None:
        super().__init__({letter: width * size for letter, width in font_widths(font).items()})
        self._font, self._size = font, size

    def __missing__(self, letter: str) -> float:
        name, shown = stand_in(self._font, letter)
        self[letter] = found = font_widths(name)[shown] * self._size
        return found


@lru_cache(maxsize=4096)
def stand_in(font: str, letter: str) -> tuple[str, str]:
    """Return font and letter that are drawn for a letter: itself, the same of another font, or a box."""
    for name in (font, _SPARE[font]):
        if letter in font_widths(name):
            return name, letter
    return font, BOX


def runs(font: str, text: str) -> list[tuple[str, str]]:
    """Divide a text into parts drawn in one font each; letters no font has become boxes."""
    found: list[tuple[str, str]] = []
    for letter in text:
        name, shown = stand_in(font, letter)
        if found and found[-1][0] == name:
            found[-1] = (name, found[-1][1] + shown)
        else:
            found.append((name, shown))
    return found


def boxed(font: str, text: str) -> list[str]:
    """Return the letters of a text that are drawn as boxes."""
    return [letter for letter in text if letter != BOX and stand_in(font, letter)[1] == BOX]


def syllables(word: str) -> list[int]:
    """Return where a Kazakh or Russian word may be divided: before a consonant and its vowel.

    Each part keeps two letters and a vowel, and none begins with ь, ъ or й. Parts without letters
    (numbers, codes) are not divided this way.
    """
    small = word.casefold()
    if len(small) != len(word):
        return []
    vowels = [place for place, letter in enumerate(small) if letter in _VOWELS]
    found = []
    for place in range(2, len(small) - 1):
        if small[place] in _VOWELS or not small[place].isalpha() or not small[place - 1].isalpha():
            continue
        if small[place + 1] in _VOWELS and small[place] not in _NEVER_FIRST and vowels and vowels[0] < place:
            found.append(place)
    return found


class Measure:
    """Widths and line breaks for one font and size; breaks are remembered, because tables repeat themselves."""

    def __init__(self, font: str, size: float) -> None:
        self.font, self.size = font, size
        self._widths = _Widths(font, size)
        self._known = frozenset(font_widths(font)) - {_SOFT}
        self._broken: dict[tuple[str, float], list[str]] = {}

    def width(self, text: str) -> float:
        """Return the width of a text in points."""
        widths = self._widths
        return sum([widths[letter] for letter in text])

    def widest_word(self, text: str) -> float:
        """Return the width of the longest part that should stay in one piece."""
        return max((self.width(part) for word in text.split() for part in _pieces(word)), default=0.0)

    def is_plain(self, text: str) -> bool:
        """Tell whether one font has every letter of a text."""
        return self._known.issuperset(text)

    def lines(self, text: str, room: float) -> list[str]:
        """Break a text into lines not wider than ``room``; a word wider than that is divided, never lost."""
        if not text:
            return [""]
        key = (text, room)
        found = self._broken.get(key)
        if found is None:
            clean = text if self._known.issuperset(text) else _clean(text)
            if len(clean) < 200 and "\n" not in clean and _SOFT not in clean and self.width(clean) <= room:
                found = [clean]
            else:
                found = [line for part in clean.split("\n") for line in self._wrap(part, room)]
            if len(self._broken) > 20_000:
                self._broken.clear()
            self._broken[key] = found
        return found

    def _wrap(self, text: str, room: float) -> list[str]:
        lines: list[str] = []
        line, used = "", 0.0
        space = self._widths[" "]
        for marked in text.split(" "):
            word = marked.replace(_SOFT, "")
            wide = self.width(word)
            if line and used + space + wide <= room:
                line, used = f"{line} {word}", used + space + wide
                continue
            if line:
                lines.append(line)
            if wide > room and len(word) > 1:
                *cut, word = self._divide(marked, room)
                lines += cut
                wide = self.width(word)
            line, used = word, wide
        lines.append(line)
        return lines

    def _divide(self, marked: str, room: float) -> list[str]:
        """Divide a word that has no room: at its own marks, after a hyphen, between syllables, else anywhere."""
        soft: list[int] = []
        for place, letter in enumerate(marked):
            if letter == _SOFT:
                soft.append(place - len(soft))
        word = marked.replace(_SOFT, "")
        hyphened = soft or (syllables(word) if len(word) >= _SHORTEST else [])
        plain = [place + 1 for place, letter in enumerate(word[:-1]) if letter in _BREAK_AFTER]
        parts, start = [], 0
        while self.width(word[start:]) > room and len(word) - start > 1:
            fits = start + self._fit(word[start:], room)
            at = max((place for place in plain if start < place <= fits), default=0)
            last = max(
                (p for p in hyphened if start + 1 < p <= fits and self.width(word[start:p] + "-") <= room),
                default=0,
            )
            if last > at:
                parts.append(word[start:last] + "-")
                start = last
                continue
            start, before = at or fits, start
            parts.append(word[before:start])
        return [*parts, word[start:]]

    def _fit(self, word: str, room: float) -> int:
        used = 0.0
        for place, letter in enumerate(word):
            used += self._widths[letter]
            if used > room:
                return max(place, 1)
        return len(word)


def _pieces(word: str) -> list[str]:
    """Return the parts of a word between the places where it may be divided without a new hyphen."""
    found = [""]
    for letter in word:
        if letter == _SOFT:
            found.append("")
            continue
        found[-1] += letter
        if letter in _BREAK_AFTER and len(found[-1]) > 3:
            found.append("")
    return found


def _clean(text: str) -> str:
    """Put composed letters for combined ones, spaces for tabs and the like; drop what has no width."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        " "
        if letter != "\n"
        and unicodedata.category(letter) in ("Cc", "Zs", "Zl", "Zp")
        and letter not in "\u00a0\u202f"
        else letter
        for letter in text
    )


@lru_cache(maxsize=32)
def measure(font: str, size: float) -> Measure:
    """Return the measure of a font and size."""
    return Measure(font, size)


def shown(value: object, kind: str = "") -> str:
    """Return a cell as text: dates 22.08.2024, whole numbers with no-break spaces, +897, −12, 100,0%."""
    from datetime import date
    from decimal import Decimal

    from desktop_app.core.i18n import change_text, growth_text, number_text, short_date

    of = type(value)
    if of is str:
        return value  # type: ignore[return-value]
    if value is None:
        return ""
    if kind == "growth" and isinstance(value, Decimal):
        return growth_text(value)
    if of is int:
        if kind == "change":
            return change_text(value)  # type: ignore[arg-type]
        return str(value) if 0 <= value < 1000 else number_text(value).replace("-", "−")  # type: ignore[operator, arg-type]
    return short_date(value) if isinstance(value, date) else str(value)
