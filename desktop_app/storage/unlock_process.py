"""The child process that derives a key while the window is being loaded: slow by design, on another core.

Arguments: the path of ``keys.json``. The passphrase comes by standard input, the key leaves by standard
output; both pipes belong to the parent alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from desktop_app.core.errors import TizilimError
from desktop_app.storage.keys import KeyRing


def main(path: str) -> None:
    """Answer with the opened key or the refusal."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        opened = KeyRing(Path(path)).open(sys.stdin.read())
    except TizilimError as refusal:
        answer = {"fault": refusal.code, "kind": type(refusal).__name__, "params": refusal.params}
    else:
        answer = {"key": opened.key.hex(), "user": opened.user, "role": opened.role}
    sys.stdout.write(json.dumps(answer, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
