"""What stands in the frames: the manifest and blocks of changes, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from desktop_app.exchange.merge import Carried

BLOCK = 1000
"""Changes in one frame: enough to compress well, few enough to hold in memory."""


T = TypeVar("T")


class WireFault(Exception):
    """A frame is not what it should be."""


class Said(msgspec.Struct):
    """What decides whether a change may come from its sender: sequence, number, branch."""

    w: str
    n: int
    b: str


def encode(data: Any) -> bytes:
    """Return a manifest as a frame's body; blocks of changes come from the database as they are."""
    return msgspec.json.encode(data)


def manifest_of(body: bytes) -> dict[str, Any]:
    """Read a manifest.

    Raises:
        WireFault: it is none.
    """
    return _decoded(body, dict[str, Any])


def changes_of(body: bytes) -> list[Carried]:
    """Read a block of changes.

    Raises:
        WireFault: it is none.
    """
    return _decoded(body, list[tuple[str, str]])


def said_by(carried: Iterable[Carried]) -> list[Said]:
    """Return what each change says of where it belongs.

    Raises:
        WireFault: one is no change.
    """
    return [_decoded(entry.encode(), Said) for entry, _ in carried]


def files_in(body: bytes) -> set[str]:
    """Return the digests of the files that a block of changes names."""
    found: set[str] = set()
    if b"file:" not in body:  # most blocks name none: a look at the text spares reading it
        return found
    for entry, _ in changes_of(body):
        if '"file:' in entry:
            extra: dict[str, str] = msgspec.json.decode(entry).get("extra", {})
            found.update(digest for name, digest in extra.items() if name.startswith("file:") and digest)
    return found


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError) as fault:
        raise WireFault from fault
