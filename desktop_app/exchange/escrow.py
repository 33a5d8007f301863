"""Splitting a key into shares of which any two give it back, and sealing each to one person.

Each byte is the value at nought of a random line over GF(256) (polynomial 0x11B); share number x is the line's
value at x. One share is as good as a random number: it says nothing of the key (Shamir 1979, threshold two).
"""

from __future__ import annotations

import base64
import secrets
from typing import Final

_POLYNOMIAL: Final = 0x11B
Share = tuple[int, bytes]
"""Number from 1 and as many bytes as the key has."""


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= _POLYNOMIAL
        b >>= 1
    return product


def _inverse(a: int) -> int:
    # a to the power of 254, for the group has 255 members.
    found, power = 1, a
    for bit in range(8):
        if 254 >> bit & 1:
            found = _times(found, power)
        power = _times(power, power)
    return found


def split(key: bytes, count: int) -> list[Share]:
    """Return ``count`` shares (2 to 255) of a key; any two of them give it back."""
    slopes = secrets.token_bytes(len(key))
    return [
        (x, bytes(byte ^ _times(slope, x) for byte, slope in zip(key, slopes, strict=True)))
        for x in range(1, count + 1)
    ]


def join(one: Share, other: Share) -> bytes:
    """Return the key of two different shares."""
    (x1, y1), (x2, y2) = one, other
    # Lagrange at nought: y1 · x2/(x1+x2) + y2 · x1/(x1+x2); plus and minus are both XOR here.
    scale = _inverse(x1 ^ x2)
    left, right = _times(x2, scale), _times(x1, scale)
    return bytes(_times(a, left) ^ _times(b, right) for a, b in zip(y1, y2, strict=True))


def locked_identity(passphrase: str) -> tuple[str, str]:
    """Make an officer's key; return its recipient and the secret half locked by the passphrase (base64)."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    locked = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
    return str(identity.to_public()), base64.b64encode(locked).decode()


def open_identity(locked: str, passphrase: str) -> str | None:
    """Return an officer's secret key; None for a wrong passphrase."""
    import pyrage

    try:
        return bytes(pyrage.passphrase.decrypt(base64.b64decode(locked), passphrase)).decode()
    except pyrage.DecryptError:
        return None


def seal_share(share: Share, recipient: str) -> str:
    """Return a share sealed to an officer (base64)."""
    import pyrage

    body = bytes([share[0]]) + share[1]
    return base64.b64encode(pyrage.encrypt(body, [pyrage.x25519.Recipient.from_str(recipient)])).decode()


def is_recipient(text: str) -> bool:
    """Tell whether something can be sealed to a text."""
    import pyrage

    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def open_share(sealed: str, identity: str) -> Share:
    """Return a sealed share."""
    import pyrage

    body = bytes(pyrage.decrypt(base64.b64decode(sealed), [pyrage.x25519.Identity.from_str(identity)]))
    return body[0], body[1:]
