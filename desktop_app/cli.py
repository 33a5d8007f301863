"""The command line: everything the window does, without a screen.

Exit codes: 0 done, 1 done with problems to look at (or refused by a rule), 2 wrong usage,
3 environment (disk, key, file). No traceback ever reaches a person.
"""

from __future__ import annotations

import sys

from desktop_app import cli_care, cli_exchange, cli_import, cli_merge, cli_month, cli_record
from desktop_app.cli_base import app, give, language, lift
from desktop_app.core.errors import EnvironmentFault, TizilimError
from desktop_app.core.i18n import tr

COMMANDS = (cli_month, cli_import, cli_record, cli_exchange, cli_merge, cli_care)
"""Modules whose import adds the commands."""


def run(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    try:
        done = app(args=lift(arguments), standalone_mode=False)
    except TizilimError as refusal:
        return _refuse(refusal)
    except SystemExit as left:
        return int(left.code or 0)
    except (KeyboardInterrupt, EOFError):
        return 1
    except Exception as fault:  # the boundary: a bug becomes a report and a sentence
        return _usage_or_bug(fault)
    return done if isinstance(done, int) else 0


def _refuse(refusal: TizilimError) -> int:
    sys.stderr.write(tr(language(), refusal.code, **refusal.params) + "\n")
    give({"error": refusal.code, "message": tr(language(), refusal.code, **refusal.params)})
    return refusal.exit_code


def _usage_or_bug(fault: Exception) -> int:
    message = getattr(fault, "format_message", None)
    if message is not None:
        sys.stderr.write(message() + "\n")
        return 2
    if type(fault).__name__ == "Abort":
        return 1
    if isinstance(fault, OSError):
        return _refuse(EnvironmentFault("disk.write", path=fault.filename or ""))
    from desktop_app.services.faults import write_report

    sys.stderr.write(tr(language(), "system.bug", path=write_report(fault)) + "\n")
    return 3
