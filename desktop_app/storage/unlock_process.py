"""The child process that derives a key while the window is being loaded: slow by design, on another core.

Arguments: the path of ``keys.json``. The passphrase comes by standard input, nothing when the system's key
store is to be asked; the key leaves by standard output. Both pipes belong to the parent alone.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from desktop_app.core.errors import Refusal, TizilimError
from desktop_app.storage.keys import KeyRing, Unlocked

_GIVES_WAY = 10
"""The window is being loaded meanwhile; the derivation takes what processor that leaves."""


def _opened(ring: KeyRing, passphrase: str) -> Unlocked:
    if passphrase:
        return ring.open(passphrase)
    found = ring.remembered()
    if found is None:
        raise Refusal("key.passphrase_needed")
    return found


def main(path: str) -> None:
    """Answer with the opened key or the refusal."""
    if hasattr(os, "nice"):
        os.nice(_GIVES_WAY)
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        opened = _opened(KeyRing(Path(path)), sys.stdin.read())
    except TizilimError as refusal:
        answer = {"fault": refusal.code, "kind": type(refusal).__name__, "params": refusal.params}
    else:
        answer = {"key": opened.key.hex(), "user": opened.user, "role": opened.role, "slot": opened.slot}
    sys.stdout.write(json.dumps(answer, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
