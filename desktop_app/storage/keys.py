"""Key slots: one random database key, wrapped for each user by a passphrase and to a recovery key.

The passphrase is checked once, here; connections get the raw key (2 ms instead of 180 ms each). A slot's role
and user are sealed with it, so that an edited file opens nothing; which slots still count, the database says
(:func:`desktop_app.services.users.check_slot`), so that an old file lets nobody back in.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.core.clock import now_millis
from desktop_app.core.errors import EnvironmentFault, Refusal, disk_fault
from desktop_app.core.private import PRIVATE_FILE, waiting_lock
from desktop_app.core.secrets import wipe

_TIME, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4
RECOVERY: Final = "recovery"
_SERVICE: Final = "tizilim"
_FREE_TRIES: Final = 5
_FIRST_WAIT, _LONGEST_WAIT = 5, 15 * 60
"""Seconds to wait after the fifth wrong passphrase in a row, doubled with each further one, and the most."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An opened key: the raw database key, whose passphrase opened it, and the mark of the slot it lay in."""

    key: bytes
    user: str
    role: str
    slot: str = ""


def _derive(passphrase: str, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(), salt, time_cost=_TIME, memory_cost=_MEMORY_KIB, parallelism=_LANES,
        hash_len=32, type=Type.ID,
    )  # fmt: skip


def _bound(user: str, role: str) -> bytes:
    return f"tizilim/slot/2\0{user}\0{role}".encode()


def _slot(key: bytes, user: str, role: str, passphrase: str) -> dict[str, Any]:
    """Return a slot whose user and role are sealed with the key: neither can be edited."""
    from nacl.secret import Aead

    salt = os.urandom(16)
    box = Aead(_derive(passphrase, salt)).encrypt(key, _bound(user, role))
    return {
        "role": role,
        "v": 2,
        "salt": base64.b64encode(salt).decode(),
        "box": base64.b64encode(bytes(box)).decode(),
    }


def _unwrap(slot: dict[str, Any], user: str, passphrase: str) -> bytes | None:
    """Return the key in a slot; None for a wrong passphrase.

    Raises:
        EnvironmentFault: the passphrase is right, but the slot was another user's or had another role.
    """
    try:
        wrapping = _derive(passphrase, base64.b64decode(slot["salt"]))
        box, role = base64.b64decode(slot["box"]), str(slot["role"])
    except (KeyError, ValueError, TypeError) as fault:
        raise EnvironmentFault("key.slot_altered", user=user) from fault
    try:
        found = _opened_box(wrapping, box, _bound(user, role) if slot.get("v") else b"")
        if found is None and slot.get("v"):
            # A slot of version 1 bound nothing: an edit that takes the mark of version 2 away fails here as well.
            others = (_bound(user, other) for other in _ROLES if other != role)
            if any(_opened_box(wrapping, box, bound) for bound in others):
                raise EnvironmentFault("key.slot_altered", user=user)
        return found
    finally:
        wipe(wrapping)


_ROLES: Final = ("auditor", "officer", "head", "analyst", "administrator")


def _opened_box(wrapping: bytes, box: bytes, bound: bytes) -> bytes | None:
    from nacl.exceptions import CryptoError
    from nacl.secret import Aead

    try:
        return bytes(Aead(wrapping).decrypt(box, bound))
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
            user: _slot(key, user, role, passphrase),
            RECOVERY: _slot(key, RECOVERY, "administrator", phrase),
        }
        ring._write({"version": 2, "slots": slots, "failures": 0})
        return ring, Unlocked(key, user, role, slots[user]["salt"]), phrase

    @classmethod
    def for_key(cls, path: Path, key: bytes, user: str, passphrase: str, role: str) -> KeyRing:
        """Make a ring for a database key that is known already (recovery)."""
        ring = cls(path)
        ring._write({"version": 2, "slots": {user: _slot(key, user, role, passphrase)}, "failures": 0})
        return ring

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text("utf-8"))
            if not isinstance(data, dict) or not all(
                isinstance(slot, dict) and isinstance(slot.get("role"), str)
                for slot in data["slots"].values()
            ):
                raise ValueError
        except FileNotFoundError as fault:
            raise EnvironmentFault("key.no_file", path=self.path) from fault
        except (OSError, ValueError, KeyError, AttributeError) as fault:
            raise EnvironmentFault("key.unreadable", path=self.path) from fault
        return data

    def _write(self, data: dict[str, Any]) -> None:
        # A name of its own: of two that write at once neither takes the other's half for its whole.
        part = self.path.with_name(f".{self.path.name}-{os.getpid()}-{os.urandom(4).hex()}.part")
        try:
            with open(part, "w", encoding="utf-8", opener=PRIVATE_FILE) as file:
                json.dump(data, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as fault:
            part.unlink(missing_ok=True)
            raise disk_fault(fault, self.path) from fault

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """Lend what the file holds and write it back; who changes it at the same time waits."""
        with waiting_lock(self.path.with_name(f".{self.path.name}.lock")):
            data = self._read()
            yield data
            self._write(data)

    def users(self) -> dict[str, str]:
        """Return role by user, the recovery slot left out."""
        return {u: slot["role"] for u, slot in self._read()["slots"].items() if u != RECOVERY}

    def slots(self) -> dict[str, tuple[str, str]]:
        """Return user and role by the mark of each slot, the recovery slot included."""
        return {str(slot["salt"]): (user, slot["role"]) for user, slot in self._read()["slots"].items()}

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
            slot = data["slots"][name]
            key = _unwrap(slot, name, passphrase)
            if key is not None:
                return self._succeeded(Unlocked(key, name, slot["role"], slot["salt"]), data)
        self._failed()
        raise Refusal("key.wrong_passphrase")

    def _failed(self) -> None:
        """Count a wrong passphrase; of several at once each counts."""
        with self._changing() as data:
            data["failures"] = int(data.get("failures", 0)) + 1
            data["failed_at"] = now_millis()

    def _succeeded(self, opened: Unlocked, data: dict[str, Any]) -> Unlocked:
        if data.get("failures"):
            with self._changing() as now:
                now["failures"] = 0
        return opened

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

    def add(self, opened: Unlocked, user: str, passphrase: str, role: str) -> Unlocked:
        """Add or replace a user's slot and return it; the database key stays as it is."""
        slot = _slot(opened.key, user, role, passphrase)
        with self._changing() as data:
            data["slots"][user] = slot
            data["version"] = 2
        return Unlocked(opened.key, user, role, slot["salt"])

    def remove(self, user: str) -> None:
        """Take a user's slot away; the last user stays."""
        with self._changing() as data:
            if user in data["slots"] and len([name for name in data["slots"] if name != RECOVERY]) > 1:
                del data["slots"][user]

    def remember(self, opened: Unlocked) -> bool:
        """Put the key into the system's key store; False where there is none."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, str(self.path.resolve()), f"{opened.user}:{opened.key.hex()}")
        except KeyringError:
            return False
        with self._changing() as data:
            data["remembered"] = True
        return True

    def is_remembered(self) -> bool:
        """Tell whether the key was put into a key store, without asking that: it is slow to load."""
        return bool(self._read().get("remembered"))

    def forget(self) -> None:
        """Take the key out of the system's key store; the passphrase is asked again."""
        import keyring
        from keyring.errors import KeyringError

        with self._changing() as data:
            data.pop("remembered", None)
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
        slot = self._read()["slots"].get(user)
        return Unlocked(bytes.fromhex(key), user, slot["role"], slot["salt"]) if slot else None
