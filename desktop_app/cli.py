"""The command line: everything the window does, without a screen.

Exit codes: 0 done, 1 done with problems to look at (or refused by a rule), 2 wrong usage,
3 environment (disk, key, file). No traceback ever reaches a person.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

from desktop_app import cli_care, cli_exchange, cli_import, cli_merge, cli_month, cli_record
from desktop_app.cli_base import app, complain, give, language, lift, sentence, state
from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import tr
from desktop_app.core.secrets import secrets_taken
from desktop_app.services.faults import refusal_of, write_report

COMMANDS = (cli_month, cli_import, cli_record, cli_exchange, cli_merge, cli_care)
"""Modules whose import adds the commands."""


def run(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal without our letters is no reason to fail
    with secrets_taken() as state.secrets:
        return _run(arguments)


def _run(arguments: list[str]) -> int:
    try:
        done = app(args=lift(arguments), standalone_mode=False)
    except SystemExit as left:
        return int(left.code or 0)
    except (KeyboardInterrupt, EOFError):
        return 1
    except Exception as fault:  # the boundary: everything becomes a sentence, a bug a report besides
        refusal = refusal_of(fault)
        return _refuse(refusal) if refusal else _usage_or_bug(fault)
    return done if isinstance(done, int) else 0


def _refuse(refusal: TizilimError) -> int:
    message = sentence(refusal.code, refusal.params)
    complain(message)
    give({"error": refusal.code, "message": message})
    return refusal.exit_code


def _usage_or_bug(fault: Exception) -> int:
    message = getattr(fault, "format_message", None)
    if message is not None:
        complain(message())
        return 2
    if type(fault).__name__ == "Abort":
        return 1
    complain(tr(language(), "system.bug", path=write_report(fault)))
    return 3
