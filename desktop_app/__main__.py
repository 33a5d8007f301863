"""Starts the window, or the command line when there are arguments."""

from __future__ import annotations

import sys


def _is_for_the_window(arguments: list[str]) -> bool:
    """Tell whether the window alone is asked for: an option beside it is for the command line to answer."""
    return arguments[0] == "window" and not any(each.startswith("-") for each in arguments[1:])


def main() -> None:
    """Start what was asked for."""
    if sys.argv[1:] == ["--read-workbooks"]:
        from desktop_app.importing.reader_process import main as read

        read()
    elif sys.argv[1:2] == ["--unlock"]:
        from desktop_app.storage.unlock_process import main as unlock

        unlock(sys.argv[2])
    elif sys.argv[1:] and not _is_for_the_window(sys.argv[1:]):
        from desktop_app.cli import run

        sys.exit(run(sys.argv[1:]))
    else:
        from desktop_app.app import start

        sys.exit(start(sys.argv[2:]))


if __name__ == "__main__":
    main()
