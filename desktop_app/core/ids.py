"""Identifiers: records, workstations and names that must be equal on every workstation."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from uuid import UUID

RecordId = NewType("RecordId", str)
"""32 hexadecimal digits of a UUID."""
WorkstationId = NewType("WorkstationId", str)
"""12 hexadecimal digits, random, minted anew after each restore."""
BranchCode = NewType("BranchCode", str)
"""First two digits of the branch's KATO code, e.g. ``71``."""

Head = tuple[str, int]
"""(workstation, sequence number) of the change that a value came from."""

_NAMESPACE = "6f1d3f0e-5a1c-4a53-9d0b-7a1f0c5e7a11"


def new_record_id() -> RecordId:
    """Return a fresh UUIDv7 (RFC 9562): time ordered, so new rows land at the end of the index."""
    millis = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    high = (millis << 16) | 0x7000 | (tail >> 68)
    low = (0b10 << 62) | (tail & ((1 << 62) - 1))
    return RecordId(f"{high:016x}{low:016x}")


def settled_id(*parts: str) -> RecordId:
    """Return the id that every workstation gives to the same thing (UUIDv5 over ``parts``).

    A department or a person with an identification number entered on two workstations that
    never met must become one card when they meet; equal ids make that automatic.
    """
    return RecordId(_named()("\x1f".join(parts)).hex)


@cache
def _named() -> Callable[[str], UUID]:
    import uuid  # not at the start: it asks the platform what it is

    return partial(uuid.uuid5, uuid.UUID(_NAMESPACE))


def new_workstation_id() -> WorkstationId:
    """Return a random workstation id."""
    return WorkstationId(os.urandom(6).hex())
