"""What is read and what is typed into stands out from its ground, in both themes."""

from __future__ import annotations

import pytest

from desktop_app.window.theme import THEMES

TEXT, BORDER = 4.5, 3.0
PAIRS = [
    ("text", "ground", TEXT), ("text", "card", TEXT), ("text", "stripe", TEXT), ("text", "accent_soft", TEXT),
    ("text", "line", TEXT), ("faint", "ground", TEXT), ("faint", "card", TEXT), ("faint", "line", TEXT),
    ("faint", "stripe", TEXT), ("accent", "card", TEXT), ("accent", "ground", TEXT), ("on_accent", "accent", TEXT),
    ("accent", "accent_soft", TEXT), ("error", "error_soft", TEXT), ("warning", "warning_soft", TEXT),
    ("good", "good_soft", TEXT), ("card", "error", TEXT), ("card", "good", TEXT), ("side_text", "side", TEXT),
    ("side_text", "side_active", TEXT), ("side_faint", "side", TEXT),
    ("border", "card", BORDER), ("border", "ground", BORDER), ("accent", "card", BORDER), ("error", "card", BORDER),
    ("warning", "card", BORDER),
]  # fmt: skip


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((_light(first), _light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_every_pair(name: str) -> None:
    dress = THEMES[name]._asdict()
    found = {
        f"{front} on {back}": round(contrast(dress[front], dress[back]), 2)
        for front, back, least in PAIRS if contrast(dress[front], dress[back]) < least
    }  # fmt: skip
    assert found == {}
