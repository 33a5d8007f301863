"""Which pages of an encrypted file are damaged, told from its checksums alone: no page is decrypted.

Each page carries a keyed checksum (HMAC-SHA512) over its sealed content and its number; the file's first sixteen
bytes salt the checksum's key. So a damaged file can be examined that the driver does not open any more, and a key
that does not fit is told from damage. Source: SQLCipher 4 design, https://www.zetetic.net/sqlcipher/design/.
"""

from __future__ import annotations

import hashlib
import hmac
import shutil
from pathlib import Path
from typing import Final

from desktop_app.core.errors import EnvironmentFault, disk_fault

_PAGE: Final = 4096
_RESERVED: Final = 80
"""Bytes at a page's end: 16 of the cipher's own, 64 of the checksum."""
_SALT: Final = 16
_FULL: Final = 256 * 1024
"""Bytes free under which a disk counts as full."""
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


def named(fault: EnvironmentFault, path: Path, key: bytes) -> EnvironmentFault:
    """Return a fault of the disk with the file it happened to, and more exactly where a look can tell more.

    A disk without a free block answers some calls as a failing one does; a file that is no database may be
    damaged here and there, or belong to another key.
    """
    code, params = fault.code, {**fault.params, "path": path}
    try:
        if code == "disk.io" and shutil.disk_usage(path.parent).free < _FULL:
            code = "disk.full"
        elif code == "disk.damaged":
            damaged = damaged_pages(path, key)
            params["pages"] = pages_text(damaged) or "—"
            if len(damaged) * _PAGE >= path.stat().st_size:
                code = "key.or_damaged"
    except OSError as beneath:
        return disk_fault(beneath, path)
    return EnvironmentFault(code, **params)


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
