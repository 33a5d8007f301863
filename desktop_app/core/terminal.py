"""Text on its way to a terminal: what came from a file or another branch moves no cursor and turns no line round."""

from __future__ import annotations

import re
from typing import Final

_ACTING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""What acts instead of being shown: controls, marks of direction, halves of letters. Tab and line end stay."""
_CONTINUED: Final = "\n    "


def _named(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def plain(text: str) -> str:
    """Return a text with everything that acts on a terminal written out: the number of the character."""
    return _ACTING.sub(_named, text)


def plain_value(text: str) -> str:
    """Return a value for the middle of a sentence: its lines stand one behind the other."""
    return plain(" ⏎ ".join(text.splitlines()) if text.splitlines()[1:] else text.rstrip("\r\n"))


def plain_line(text: str) -> str:
    """Return a line of output: further lines of a value are set in, so that none looks like one of ours."""
    return _CONTINUED.join(plain(part) for part in text.split("\n"))


def plain_json(text: str) -> str:
    """Return JSON with the same characters as escapes; they stand within its strings only."""
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
