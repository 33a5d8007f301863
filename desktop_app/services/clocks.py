"""This computer's clock beside the changes that were written by it."""

from __future__ import annotations

from typing import Final

from desktop_app.core.clock import now_millis
from desktop_app.services.workspace import Workspace

_DAY: Final = 24 * 60 * 60 * 1000


def clock_behind(workspace: Workspace) -> int:
    """Return by how many days the last change made here lies after the clock; 0 when it is not a whole day."""
    return max(((workspace.store.clock.last >> 16) - now_millis()) // _DAY, 0)
