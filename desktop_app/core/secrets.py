"""Secrets of a run: out of the environment of children, out of memory when they are done with."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from desktop_app.core.paths import ROOT

_SECRET: Final = ("TIZILIM_PASSPHRASE", "TIZILIM_NEW_PASSPHRASE", "TIZILIM_OFFICER_")
"""How the names of variables begin that hold passphrases."""


def child_environment() -> dict[str, str]:
    """Return the environment of a child process of ours: no passphrase is in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
    return {**kept, "PYTHONPATH": str(ROOT)}


@contextmanager
def secrets_taken() -> Iterator[dict[str, str]]:
    """Take the passphrases out of the environment for the time of a run and lend them; put them back behind it."""
    taken = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(_SECRET)}
    try:
        yield taken
    finally:
        os.environ.update(taken)


def wipe(secret: bytes | str) -> None:
    """Overwrite a secret in memory, so that no picture of the process shows it later.

    Whoever still holds it holds noughts afterwards. Texts must be ASCII (hexadecimal digits are). Python itself
    has no such thing for its immutable values; elsewhere than in CPython nothing happens.
    """
    if sys.implementation.name == "cpython" and (isinstance(secret, bytes) or secret.isascii()):
        place = id(secret) + sys.getsizeof(secret) - len(secret) - 1
        ctypes.memset(place, 0, len(secret))
