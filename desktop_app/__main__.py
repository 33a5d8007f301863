"""Starts the window, or the command line when there are arguments."""

from __future__ import annotations

import sys


def main() -> None:
    """Start what was asked for."""
    if sys.argv[1:] == ["--read-workbooks"]:
        from desktop_app.importing.reader_process import main as read

        read()
    elif sys.argv[1:2] == ["--unlock"]:
        from desktop_app.storage.unlock_process import main as unlock

        unlock(sys.argv[2])
    elif sys.argv[1:] and sys.argv[1] != "window":
        from desktop_app.cli import run

        sys.exit(run(sys.argv[1:]))
    else:
        from desktop_app.app import start

        sys.exit(start(sys.argv[2:]))


if __name__ == "__main__":
    main()
