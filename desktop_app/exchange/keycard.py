"""Keys of a workstation and the card that introduces it to others.

Each workstation signs with an Ed25519 key and is sealed to with an X25519 (age) key. The card is a short text
that may be sent openly; the fingerprint is compared by telephone or in person before the card is trusted.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from desktop_app.core.errors import FileRefusal
from desktop_app.exchange.escrow import is_recipient

CARD_VERSION: Final = 1
_CONTEXT: Final = b"tizilim/keycard/1\0"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter is mistaken for a digit when read aloud."""
_LONGEST: Final = 8192


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The secret half: a signing seed (hex) and an age identity; kept in the encrypted database only."""

    sign_seed: str
    seal_identity: str


@dataclass(frozen=True, slots=True)
class Keycard:
    """The public half.

    Attributes:
        branch: code of the branch, empty for headquarters.
        sign_key: Ed25519 public key, hex.
        seal_key: age recipient.
    """

    workstation: str
    branch: str
    name: str
    sign_key: str
    seal_key: str

    @property
    def fingerprint(self) -> str:
        """Eight groups of four letters over both keys, to be compared by people."""
        digest = hashlib.sha256(f"{self.workstation}\n{self.sign_key}\n{self.seal_key}".encode()).digest()
        bits = int.from_bytes(digest[:20], "big")
        letters = "".join(_ALPHABET[(bits >> shift) & 31] for shift in range(155, -1, -5))
        return "-".join(letters[place : place + 4] for place in range(0, 32, 4))


def new_keys() -> OwnKeys:
    """Make the keys of a workstation."""
    import pyrage
    from nacl.signing import SigningKey

    return OwnKeys(SigningKey.generate().encode().hex(), str(pyrage.x25519.Identity.generate()))


def card_of(keys: OwnKeys, workstation: str, branch: str, name: str) -> Keycard:
    """Return the card of a workstation."""
    import pyrage
    from nacl.signing import SigningKey

    sign = SigningKey(bytes.fromhex(keys.sign_seed)).verify_key.encode().hex()
    seal = str(pyrage.x25519.Identity.from_str(keys.seal_identity).to_public())
    return Keycard(workstation, branch, name, sign, seal)


def sign(keys: OwnKeys, context: bytes, message: bytes) -> str:
    """Return the Ed25519 signature of a message in a context, 128 lower-case hexadecimal digits."""
    from nacl.signing import SigningKey

    return SigningKey(bytes.fromhex(keys.sign_seed)).sign(context + message).signature.hex()


def is_signed(sign_key: str, context: bytes, message: bytes, signature: str) -> bool:
    """Tell whether a signature is right and written in its one canonical form."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    if len(signature) != 128 or not set(signature) <= set("0123456789abcdef"):
        return False
    try:
        VerifyKey(bytes.fromhex(sign_key)).verify(context + message, bytes.fromhex(signature))
    except (BadSignatureError, ValueError):
        return False
    return True


def _body(card: Keycard) -> str:
    fields = {
        "tizilim": "keycard", "v": CARD_VERSION, "workstation": card.workstation, "branch": card.branch, "name": card.name,
        "sign": card.sign_key, "seal": card.seal_key,
    }  # fmt: skip
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def write_card(card: Keycard, keys: OwnKeys) -> str:
    """Return the text of a card file: one line of JSON, one line of its own signature."""
    body = _body(card)
    return f"{body}\n{sign(keys, _CONTEXT, body.encode())}\n"


def read_card(text: str) -> Keycard:
    """Read a card file.

    Raises:
        FileRefusal: no card, of a newer version, or altered.
    """
    lines = text.strip().splitlines()
    try:
        if len(lines) != 2 or len(text) > _LONGEST:
            raise ValueError
        data: dict[str, Any] = msgspec.json.decode(lines[0], type=dict[str, str | int])
        if data["tizilim"] != "keycard":
            raise ValueError
        if int(data["v"]) > CARD_VERSION:
            raise FileRefusal("key.newer_card")
        card = Keycard(*(str(data[name]) for name in ("workstation", "branch", "name", "sign", "seal")))
    except (ValueError, KeyError, TypeError, RecursionError) as fault:  # msgspec's own are ValueErrors
        raise FileRefusal("key.not_a_card") from fault
    if not is_signed(card.sign_key, _CONTEXT, lines[0].encode(), lines[1].strip()) or not is_recipient(
        card.seal_key
    ):
        raise FileRefusal("key.card_altered")
    return card
