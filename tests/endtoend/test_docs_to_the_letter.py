"""The commands of the guides, followed to the letter in an empty folder by the shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.core.i18n import tr
from tests.postgres import binaries, new_database, running_server

DOCS = Path(__file__).parents[2] / "docs"


def _follow(guide: str, folder: Path, **more: str) -> str:
    """Run every ``sh`` block of a guide; «done with problems to look at» (1) is a way to end, nothing above is."""
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / guide).read_text("utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert len(lines) > 10
    script = "\n".join(f"{line} || [ $? -le 1 ] || exit 9" for line in lines)
    programs = folder / "bin"
    programs.mkdir()
    (programs / "tizilim").write_text(f'#!/bin/sh\nexec {sys.executable} -m desktop_app --lang en "$@"\n')
    (programs / "tizilim").chmod(0o755)
    place = folder / "empty"
    place.mkdir()
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(DOCS.parent), **more}
    done = subprocess.run(
        ["sh", "-c", script], cwd=place, env=env, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "failed" not in done.stderr.lower()
    return done.stdout


def test_exchange(tmp_path: Path) -> None:
    said = _follow("exchange.md", tmp_path)
    assert re.search(r"2023-12 +accepted", said)


@pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server is installed")
def test_growing(tmp_path: Path) -> None:
    with running_server() as address:
        said = _follow("growing.md", tmp_path, DATABASE=new_database(address))
    assert tr("en", "anew.done").split("(")[0] in said
