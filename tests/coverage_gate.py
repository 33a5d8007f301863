"""The share of statements that the tests reach may only rise: ``python -m tests.coverage_gate`` after them.

``coverage-floor.txt`` beside this file holds the floor in percent; no earlier committed floor was higher.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FLOOR = Path(__file__).with_name("coverage-floor.txt")
SLACK = 1.0
"""Percent by which the share may stand above the floor before the floor wants raising."""


def measured() -> float:
    """Return the share of the last run, in percent."""
    said = subprocess.run(
        [sys.executable, "-m", "coverage", "report", "--format=total", "--precision=2"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(said.stdout)


def highest_committed() -> float:
    """Return the highest floor that was ever committed, 0 where there is no history."""
    said = subprocess.run(
        ["git", "log", "-p", "--format=", "--", FLOOR.name],
        capture_output=True, text=True, check=False, cwd=FLOOR.parent,
    )  # fmt: skip
    return max(
        (float(found) for found in re.findall(r"^\+(\d+\.?\d*)$", said.stdout, re.MULTILINE)), default=0.0
    )


def main() -> int:
    """Say how the share stands to the floor; 1 when it fell."""
    floor, share = float(FLOOR.read_text("ascii")), measured()
    if floor < highest_committed():
        print(f"The floor of coverage was lowered to {floor:g} %: it only rises.")
        return 1
    if share < floor:
        print(f"Tests reach {share:.2f} % of the statements, the floor is {floor:g} %: a test is missing.")
        return 1
    print(f"Tests reach {share:.2f} % of the statements (floor {floor:g} %).")
    if share > floor + SLACK:
        print(f"Write {int(share * 2) / 2:g} into {FLOOR.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
