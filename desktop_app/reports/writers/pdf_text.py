"""Fonts, text widths and wrapping for the PDF writer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from desktop_app.core.paths import RESOURCES

REGULAR: Final = "Tinos"
BOLD: Final = "Tinos-Bold"
LINE: Final = 1.2
"""Line height as a multiple of the type size."""


@lru_cache(maxsize=1)
def ready_fonts() -> dict[str, dict[int, float]]:
    """Register the embedded fonts (complete for Kazakh) and return each one's widths by code point, per 1 pt."""
    import reportlab.rl_config

    reportlab.rl_config.trustedSchemes = []
    widths: dict[str, dict[int, float]] = {}
    for name in (REGULAR, BOLD):
        file = "Tinos-Bold.ttf" if name == BOLD else "Tinos-Regular.ttf"
        font: Any = TTFont(name, str(RESOURCES / "fonts" / file))
        pdfmetrics.registerFont(font)
        default = font.face.defaultWidth
        table = {code: width / 1000 for code, width in font.face.charWidths.items()}
        table[-1] = default / 1000
        widths[name] = table
    return widths


class Measure:
    """Widths and line breaks for one font and size; breaks are remembered, because tables repeat themselves."""

    def __init__(self, font: str, size: float) -> None:
        self.font, self.size = font, size
        table = ready_fonts()[font]
        self._widths = {chr(code): width * size for code, width in table.items() if code >= 0}
        self._default = table[-1] * size
        self._broken: dict[tuple[str, float], list[str]] = {}

    def width(self, text: str) -> float:
        """Return the width of a text in points."""
        widths, default = self._widths, self._default
        return sum([widths.get(letter, default) for letter in text])

    def lines(self, text: str, room: float) -> list[str]:
        """Break a text into lines not wider than ``room``; a word wider than that is cut, never lost."""
        if not text:
            return [""]
        key = (text, room)
        found = self._broken.get(key)
        if found is None:
            if len(text) < 200 and "\n" not in text and self.width(text) <= room:
                found = [text]
            else:
                found = [line for part in text.split("\n") for line in self._wrap(part, room)]
            if len(self._broken) > 20_000:
                self._broken.clear()
            self._broken[key] = found
        return found

    def _wrap(self, text: str, room: float) -> list[str]:
        lines: list[str] = []
        line, used = "", 0.0
        space = self._widths.get(" ", self._default)
        for word in text.split(" "):
            wide = self.width(word)
            if line and used + space + wide <= room:
                line, used = f"{line} {word}", used + space + wide
                continue
            if line:
                lines.append(line)
            while wide > room and len(word) > 1:
                cut = self._fit(word, room)
                lines.append(word[:cut])
                word = word[cut:]
                wide = self.width(word)
            line, used = word, wide
        lines.append(line)
        return lines

    def _fit(self, word: str, room: float) -> int:
        used = 0.0
        for place, letter in enumerate(word):
            used += self._widths.get(letter, self._default)
            if used > room:
                return max(place, 1)
        return len(word)


@lru_cache(maxsize=32)
def measure(font: str, size: float) -> Measure:
    """Return the measure of a font and size."""
    return Measure(font, size)


def shown(value: object) -> str:
    """Return a cell as text: dates 22.08.2024, whole numbers with no-break spaces."""
    from datetime import date

    from desktop_app.core.i18n import number_text, short_date

    kind = type(value)
    if kind is str:
        return value  # type: ignore[return-value]
    if value is None:
        return ""
    if kind is int:
        return str(value) if 0 <= value < 1000 else number_text(value)  # type: ignore[operator, arg-type]
    return short_date(value) if isinstance(value, date) else str(value)
