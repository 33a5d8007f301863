"""What ties a sheet of paper to what it was printed from, read back: the text of its QR code or the short digest below.

A scanner types as a keyboard does: with the Cyrillic layout on, ``TZ1:`` comes as ``ЕЯ1Ж``; people type Cyrillic letters
that look like Latin ones, small letters, blanks and dashes of every kind.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from desktop_app.core.errors import UsageFault
from desktop_app.core.periods import Period

Kind = Literal["month", "receipt", "consolidation", "key", "digest"]

_LOOK: Final = str.maketrans("АВЕКМНОРСТУХІҮЅЈ", "ABEKMHOPCTYXIYSJ")
"""Cyrillic capital letters → the Latin ones that look like them."""
_LAYOUT: Final = str.maketrans(
    'ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬЖ"ӘІҢҒ,.ҮҰҚӨ№', "QWERTYUIOPASDFGHJKLZXCVBNM:1234567890-#"
)  # fmt: skip
"""What the keys of the Russian and the Kazakh layout type → what the Latin one does."""
_DIGITS: Final = str.maketrans("OIL|ЗQ", "011130")
"""Letters that are typed for the digits of a number in base 16."""
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\u00ad_]")
_BLANK: Final = re.compile(r"[\s\u00a0\u200b-\u200f\u2060\ufeff]+")
_HEX: Final = re.compile(r"[0-9A-F]{16,64}")
_KEY: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{32}")
_PREFIX: Final = {"TZ1": "month", "TZR1": "receipt", "TZC1": "consolidation", "TZK1": "key"}


@dataclass(frozen=True, slots=True)
class PaperCode:
    """What is said on a paper; empty where its kind does not say it.

    Attributes:
        digest: hexadecimal, small letters, 16 digits or more; of a key the fingerprint in groups.
        name: id of the receipt's package, or of the workstation.
        count: how many revisions a consolidation consists of.
    """

    kind: Kind
    digest: str
    branch: str = ""
    period: Period | None = None
    revision: int = 0
    name: str = ""
    count: int = 0


def read_code(text: str) -> PaperCode:
    """Read the text of a QR code, a printed short digest or a key's fingerprint.

    Raises:
        UsageFault: it is none of them.
    """
    clean = _BLANK.sub("", _DASHES.sub("-", unicodedata.normalize("NFKC", text)).upper())
    for mended in (clean.translate(_LOOK), clean.translate(_LAYOUT)):
        found = _read(mended)
        if found:
            return found
    raise UsageFault("usage.paper", text=text[:80])


def _read(text: str) -> PaperCode | None:
    head, *parts = (part for part in re.split("[:;]+", text.strip(":;.")))
    kind = _PREFIX.get(re.sub("^T[Z3З]([RCK]?)[1IL|]$", r"TZ\g<1>1", head))
    try:
        if kind == "month":
            branch, month, revision, digest = parts
            return PaperCode("month", _hex(digest), _number(branch, 2), _month(month), int(_number(revision)))
        if kind == "receipt":
            package, digest = parts
            return PaperCode("receipt", _hex(digest), name=_hex(package))
        if kind == "consolidation":
            month, count, digest = parts
            return PaperCode("consolidation", _hex(digest), period=_month(month), count=int(_number(count)))
        if kind == "key":
            workstation, letters = parts
            return PaperCode("key", _letters(letters), name=workstation.lower())
        if parts:
            return None
        whole = head.replace("-", "")
        return PaperCode("digest", _hex(whole)) if len(whole) in (16, 64) else _bare(whole)
    except (ValueError, UsageFault):
        return None


def _bare(whole: str) -> PaperCode:
    """Read 32 signs without a name: a fingerprint is in base 32, what a QR code ends with in base 16."""
    try:
        return PaperCode("digest", _hex(whole))
    except ValueError:
        return PaperCode("key", _letters(whole))


def _hex(text: str) -> str:
    found = text.replace("-", "").translate(_DIGITS)
    if not _HEX.fullmatch(found):
        raise ValueError
    return found.lower()


def _letters(text: str) -> str:
    found = text.replace("-", "").translate(str.maketrans("OIL|", "0111"))
    if not _KEY.fullmatch(found):
        raise ValueError
    return "-".join(found[place : place + 4] for place in range(0, 32, 4))


def _number(text: str, digits: int = 0) -> str:
    found = text.translate(_DIGITS)
    if not re.fullmatch("[0-9]{1,6}", found):
        raise ValueError
    return found.zfill(digits)


def _month(text: str) -> Period:
    return Period.parse(text.translate(_DIGITS))
