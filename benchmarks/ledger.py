"""Timing, and the table of what was measured against its bar."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path(__file__).parent / "results.json"


@dataclass
class Line:
    """One figure: ours, the raw limit, their ratio and the bar."""

    name: str
    ours: float
    raw: float
    unit: str
    bar: float
    ratio: float
    met: bool


LINES: list[Line] = []


def median(work: Callable[[], object], times: int = 7, warm: int = 1) -> float:
    """Return the median of seconds that ``work`` takes."""
    for _ in range(warm):
        work()
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return statistics.median(found)


def note(name: str, ours: float, raw: float, bar: float, unit: str = "s") -> None:
    """Print and keep a ratio."""
    ratio = ours / raw if raw else float("inf")
    line = Line(name, round(ours, 6), round(raw, 6), unit, bar, round(ratio, 3), ratio <= bar)
    LINES.append(line)
    print(
        f"{name:58} {ours:12.5f} / {raw:12.5f} {unit:3} = {ratio:7.3f} x   bar {bar:g}   {'met' if line.met else 'NOT MET'}",
        flush=True,
    )


def limit(name: str, value: float, bar: float, unit: str) -> None:
    """Print and keep a figure that has an absolute bar."""
    line = Line(name, round(value, 3), bar, unit, 1, round(value / bar, 3), value <= bar)
    LINES.append(line)
    print(f"{name:58} {value:12.2f} {unit}   bar {bar:g}   {'met' if line.met else 'NOT MET'}", flush=True)


def keep() -> None:
    """Write the run's figures."""
    OUT.write_text(json.dumps([asdict(line) for line in LINES], ensure_ascii=False, indent=1) + "\n", "utf-8")


def resident_mb(pid: int | str = "self") -> float:
    """Return resident memory in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
