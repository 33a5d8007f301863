"""Runs every measurement on one database in one run: ``python -m benchmarks [rows]``."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks import exchanging, ledger, papers, reading, starting, writing
from benchmarks.million import COUNT, build


def main() -> None:
    """Build what is missing, measure, keep the figures."""
    print(f"database of {COUNT} sanctions and their log", flush=True)
    build().close()
    starting.measure()
    reading.measure()
    writing.measure()
    papers.measure()
    exchanging.measure()
    ledger.keep()


main()
