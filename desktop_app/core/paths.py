"""Where the product's own files are."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(getattr(sys, "_MEIPASS", "") or Path(__file__).resolve().parents[2])
RESOURCES = ROOT / "resources"
FORMS = ROOT / "forms"
DEMO_WORKBOOKS = RESOURCES / "demo"


def default_workspace() -> Path:
    """The user's data folder (``%LOCALAPPDATA%`` on Windows, ``~/.local/share`` on Linux)."""
    import platformdirs

    return Path(platformdirs.user_data_path("tizilim", appauthor=False))
