"""Which pages of an encrypted file are damaged, told from its checksums alone: no page is decrypted.

Each page carries a keyed checksum (HMAC-SHA512) over its sealed content and its number; the file's first sixteen
bytes salt the checksum's key. So a damaged file can be examined that the driver does not open any more, and a key
that does not fit is told from damage. Source: SQLCipher 4 design, https://www.zetetic.net/sqlcipher/design/.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Final

_PAGE: Final = 4096
_RESERVED: Final = 80
"""Bytes at a page's end: 16 of the cipher's own, 64 of the checksum."""
_SALT: Final = 16
_CHECKED: Final = _PAGE - _RESERVED + 16


def damaged_pages(path: Path, key: bytes) -> list[int]:
    """Return the numbers of the pages whose checksum is not right, from 1; every page where the key does not fit.

    Raises:
        OSError: the file cannot be read.
    """
    found = []
    with path.open("rb") as file:
        salt = file.read(_SALT)
        checking = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
        file.seek(0)
        number = 0
        while page := file.read(_PAGE):
            number += 1
            body = page[_SALT if number == 1 else 0 : _CHECKED] + number.to_bytes(4, "little")
            if len(page) < _PAGE or hmac.digest(checking, body, "sha512") != page[_CHECKED:]:
                found.append(number)
    return found


def why_unreadable(path: Path, key: bytes) -> tuple[str, dict[str, object]]:
    """Return the message, and its values, for a file that the driver does not take as a database."""
    pages = -(-path.stat().st_size // _PAGE)
    damaged = damaged_pages(path, key)
    if 0 < len(damaged) < pages:
        return "disk.damaged", {"path": path, "pages": pages_text(damaged)}
    return "key.or_damaged", {"path": path}


def pages_text(numbers: list[int], most: int = 12) -> str:
    """Return page numbers as people read them: 3, 7–9 …."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [str(a) if a == b else f"{a}–{b}" for a, b in spans[:most]]
    return ", ".join(shown) + (" …" if len(spans) > most else "")
