"""Key slots: one random database key, wrapped for each user by a passphrase and to a recovery key.

The passphrase is checked once, here; connections get the raw key (2 ms instead of 180 ms each).
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.core.clock import now_millis
from desktop_app.core.errors import EnvironmentFault, Refusal

_TIME, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4
RECOVERY: Final = "recovery"
_SERVICE: Final = "tizilim"
_FREE_TRIES: Final = 5
_FIRST_WAIT, _LONGEST_WAIT = 5, 15 * 60
"""Seconds to wait after the fifth wrong passphrase in a row, doubled with each further one, and the most."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An opened key: the raw database key and whose passphrase opened it."""

    key: bytes
    user: str
    role: str


def _derive(passphrase: str, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(), salt, time_cost=_TIME, memory_cost=_MEMORY_KIB, parallelism=_LANES,
        hash_len=32, type=Type.ID,
    )  # fmt: skip


def _wrap(key: bytes, passphrase: str) -> dict[str, str]:
    from nacl.secret import Aead

    salt = os.urandom(16)
    box = Aead(_derive(passphrase, salt)).encrypt(key)
    return {"salt": base64.b64encode(salt).decode(), "box": base64.b64encode(bytes(box)).decode()}


def _unwrap(slot: dict[str, str], passphrase: str) -> bytes | None:
    from nacl.exceptions import CryptoError
    from nacl.secret import Aead

    try:
        wrapping = _derive(passphrase, base64.b64decode(slot["salt"]))
        return bytes(Aead(wrapping).decrypt(base64.b64decode(slot["box"])))
    except CryptoError:
        return None


def seal_text(key: bytes, text: str) -> str:
    """Return a text sealed with the database key (base64): the address of a server, its password in it."""
    from nacl.secret import Aead

    return base64.b64encode(bytes(Aead(key).encrypt(text.encode()))).decode()


def open_text(key: bytes, sealed: str) -> str:
    """Return a sealed text.

    Raises:
        EnvironmentFault: sealed with another key, or damaged.
    """
    from nacl.exceptions import CryptoError
    from nacl.secret import Aead

    try:
        return bytes(Aead(key).decrypt(base64.b64decode(sealed))).decode()
    except (CryptoError, ValueError) as fault:
        raise EnvironmentFault("key.server_unreadable") from fault


class KeyRing:
    """The file ``keys.json`` beside the database; back it up with the database."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path, user: str, passphrase: str, role: str) -> tuple[KeyRing, Unlocked, str]:
        """Make a new database key; return the ring, the opened key and the recovery phrase to write down."""
        ring, key = cls(path), os.urandom(32)
        phrase = "-".join(os.urandom(2).hex() for _ in range(8))
        slots = {
            user: {"role": role, **_wrap(key, passphrase)},
            RECOVERY: {"role": "administrator", **_wrap(key, phrase)},
        }
        ring._write({"version": 1, "slots": slots, "failures": 0})
        return ring, Unlocked(key, user, role), phrase

    @classmethod
    def for_key(cls, path: Path, key: bytes, user: str, passphrase: str, role: str) -> KeyRing:
        """Make a ring for a database key that is known already (recovery)."""
        ring = cls(path)
        ring._write({"version": 1, "slots": {user: {"role": role, **_wrap(key, passphrase)}}, "failures": 0})
        return ring

    def _read(self) -> dict[str, Any]:
        try:
            data: dict[str, Any] = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError as fault:
            raise EnvironmentFault("key.no_file", path=self.path) from fault
        except (OSError, ValueError) as fault:
            raise EnvironmentFault("key.unreadable", path=self.path) from fault
        return data

    def _write(self, data: dict[str, Any]) -> None:
        part = self.path.with_suffix(".part")
        try:
            with part.open("w", encoding="utf-8") as file:
                json.dump(data, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as fault:
            raise EnvironmentFault("disk.write", path=self.path) from fault

    def users(self) -> dict[str, str]:
        """Return role by user, the recovery slot left out."""
        return {u: slot["role"] for u, slot in self._read()["slots"].items() if u != RECOVERY}

    def failures(self) -> int:
        """Return how many wrong passphrases were tried in a row."""
        return int(self._read().get("failures", 0))

    def open(self, passphrase: str, user: str = "") -> Unlocked:
        """Return the database key.

        Raises:
            Refusal: no slot opens with the passphrase, or too many were wrong a moment ago; the count is kept.
        """
        data = self._read()
        self._wait(data)
        tried = [user] if user in data["slots"] else list(data["slots"])
        for name in tried:
            key = _unwrap(data["slots"][name], passphrase)
            if key is not None:
                if data.get("failures"):
                    self._write({**data, "failures": 0})
                return Unlocked(key, name, data["slots"][name]["role"])
        failures = int(data.get("failures", 0)) + 1
        self._write({**data, "failures": failures, "failed_at": now_millis()})
        raise Refusal("key.wrong_passphrase")

    @staticmethod
    def _wait(data: dict[str, Any]) -> None:
        over = int(data.get("failures", 0)) - _FREE_TRIES
        if over < 0:
            return
        pause = min(_FIRST_WAIT * 2 ** min(over, 16), _LONGEST_WAIT)
        # A clock set back since makes nobody wait longer than the pause itself.
        since = abs(now_millis() - int(data.get("failed_at", 0))) / 1000
        if since < pause:
            raise Refusal("key.wait", seconds=round(pause - since) or 1)

    def add(self, opened: Unlocked, user: str, passphrase: str, role: str) -> None:
        """Add or replace a user's slot; the database key stays as it is."""
        data = self._read()
        data["slots"][user] = {"role": role, **_wrap(opened.key, passphrase)}
        self._write(data)

    def remove(self, user: str) -> None:
        """Take a user's slot away; the last user stays."""
        data = self._read()
        if user in data["slots"] and len(self.users()) > 1:
            del data["slots"][user]
            self._write(data)

    def remember(self, opened: Unlocked) -> bool:
        """Put the key into the system's key store; False where there is none."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, str(self.path.resolve()), f"{opened.user}:{opened.key.hex()}")
        except KeyringError:
            return False
        self._write({**self._read(), "remembered": True})
        return True

    def is_remembered(self) -> bool:
        """Tell whether the key was put into a key store, without asking that: it is slow to load."""
        return bool(self._read().get("remembered"))

    def forget(self) -> None:
        """Take the key out of the system's key store; the passphrase is asked again."""
        import keyring
        from keyring.errors import KeyringError

        data = self._read()
        self._write({name: value for name, value in data.items() if name != "remembered"})
        try:
            keyring.delete_password(_SERVICE, str(self.path.resolve()))
        except KeyringError:
            return

    def remembered(self) -> Unlocked | None:
        """Return the key from the system's key store, if it is there and its user may still come in."""
        import keyring
        from keyring.errors import KeyringError

        try:
            stored = keyring.get_password(_SERVICE, str(self.path.resolve()))
        except KeyringError:
            return None
        user, _, key = (stored or "").rpartition(":")
        role = self.users().get(user)
        return Unlocked(bytes.fromhex(key), user, role) if role else None
