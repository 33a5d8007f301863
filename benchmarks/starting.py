"""Start to the first painted window and to the first list, beside a bare PySide6 window with an empty table."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.ledger import limit, note
from benchmarks.million import FOLDER, PASSPHRASE
from desktop_app.storage.keys import KeyRing

_TIMES = 7


def _run(script: str, **more: str) -> dict[str, float]:
    environment = {**os.environ, **more, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", script], env=environment, capture_output=True, text=True, check=True
    )
    return {
        name: float(value)
        for name, value in (line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)
    }


_STORE = {
    "PYTHON_KEYRING_BACKEND": "tests.keystore.FileStore",
    "TIZILIM_TEST_KEYSTORE": str(FOLDER.resolve() / "store.json"),
}
"""A machine for measuring has no key store of its own."""


def _remember() -> None:
    os.environ.update(_STORE)
    ring = KeyRing(FOLDER / "keys.json")
    ring.remember(ring.open(PASSPHRASE))


def measure() -> None:
    """Measure, alternating both programs."""
    bare, ours, remembered = [], [], []
    here = Path(__file__).parent
    _remember()
    for _ in range(_TIMES):
        bare.append(_run(str(here / "bare_window.py")))
        ours.append(
            _run(str(here / "our_window.py"), TIZILIM_WORKSPACE=str(FOLDER), TIZILIM_PASSPHRASE=PASSPHRASE)
        )
        remembered.append(_run(str(here / "our_window.py"), TIZILIM_WORKSPACE=str(FOLDER), **_STORE))

    def middle(found: list[dict[str, float]], name: str) -> float:
        return statistics.median(item[name] for item in found[1:])

    note("start to the first painted window", middle(ours, "painted"), middle(bare, "painted"), 1.3)
    note("first list, the key in the key store", middle(remembered, "listed"), middle(bare, "painted"), 2.0)
    note("first list, the key derived", middle(ours, "listed"), middle(bare, "painted"), 2.0)
    limit("resident memory with the first list", middle(ours, "memory"), 140, "MB")
    limit("resident memory once the writers are loaded", middle(ours, "memory_warm"), 140, "MB")
