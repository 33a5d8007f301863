"""Lanes: the gapless sequences that one workstation's changes go into.

A package carries whole sequences, never picks from one: a gap must mean a loss. Headquarters writes about
every branch, so it keeps one sequence for each; what concerns nobody else goes into a sequence that stays home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOME: Final = "-"


@dataclass(frozen=True, slots=True)
class Lanes:
    """Names of a workstation's sequences.

    Attributes:
        each_branch: keep one sequence a branch (headquarters).
        mark: what the sequences of a headquarters that began anew end in.
    """

    workstation: str
    each_branch: bool
    mark: str = ""

    @property
    def home(self) -> str:
        """The sequence that never leaves."""
        return self.workstation + HOME

    def of(self, branch: str) -> str:
        """Return the sequence of changes about a branch."""
        if not self.each_branch:
            return self.workstation
        if not branch:
            return self.home
        return f"{self.workstation}.{branch}" + (f".{self.mark}" if self.mark else "")


def workstation_of(lane: str) -> str:
    """Return the workstation that a sequence belongs to."""
    return lane.rstrip(HOME).partition(".")[0]
