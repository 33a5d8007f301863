"""What every command shares: global options, output for people and machines, the opened workspace."""

from __future__ import annotations

import getpass
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop_app.core.errors import UsageFault
from desktop_app.core.i18n import LANGUAGES, Language, tr
from desktop_app.core.paths import default_workspace
from desktop_app.core.terminal import plain, plain_json, plain_line, plain_value
from desktop_app.services.clocks import clock_behind
from desktop_app.services.freshness import keep_up
from desktop_app.services.privacy import hidden_text, hidden_within, sees_numbers
from desktop_app.services.workspace import Workspace

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
log_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(log_app, name="log")
key_app = typer.Typer(no_args_is_help=True, help="Keys of this workstation and of those it exchanges with.")
app.add_typer(key_app, name="key")
recovery_app = typer.Typer(
    no_args_is_help=True, help="Two-person recovery of a branch's key, at headquarters."
)
app.add_typer(recovery_app, name="recovery")
users_app = typer.Typer(no_args_is_help=True, help="Who may open the workspace.")
app.add_typer(users_app, name="users")


@dataclass
class _State:
    workspace: Path
    as_json: bool
    language: Language | None
    is_masked: bool = False
    """Who is signed in does not see identification numbers in full."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Passphrases taken out of the environment for this run."""


state = _State(Path(), as_json=False, language=None)
_GLOBAL = {"--workspace": 1, "-w": 1, "--json": 0, "--lang": 1}


def lift(arguments: list[str]) -> list[str]:
    """Take the options that hold for every command out of wherever they stand."""
    state.workspace = Path(os.environ.get("TIZILIM_WORKSPACE") or default_workspace())
    state.as_json, state.language, state.is_masked = False, None, False
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, _, value = argument.partition("=")
        if name not in _GLOBAL:
            rest.append(argument)
            continue
        if _GLOBAL[name] and not value:
            value = next(waiting, "")
        if name in ("--workspace", "-w"):
            state.workspace = Path(value)
        elif name == "--lang":
            if value not in LANGUAGES:
                raise UsageFault("usage.language", text=value)
            state.language = value
        else:
            state.as_json = True
    return rest


def language() -> Language:
    """Return the language of messages: asked for, of the environment, else Kazakh."""
    wanted = os.environ.get("TIZILIM_LANG", "")
    return state.language or (wanted if wanted in LANGUAGES else "kk")


def say(code: str, **params: object) -> None:
    """Print a message unless machines are listening."""
    if not state.as_json:
        _print(sentence(code, params))


def sentence(code: str, params: Mapping[str, object]) -> str:
    """Return a message in the language asked for, its values made harmless for a terminal."""
    shown = {
        name: plain_value(str(value)) if isinstance(value, str | Path) else value
        for name, value in params.items()
    }
    return _seen(tr(language(), code, **shown))


def out(text: str) -> None:
    """Print a line of text unless machines are listening."""
    if not state.as_json:
        _print(plain_line(_seen(text)))


def give(data: Any) -> None:
    """Print data for machines when asked for."""
    if state.as_json:
        text = json.dumps(data, ensure_ascii=False, indent=1, default=str)
        if state.is_masked:
            text = json.dumps(hidden_within(json.loads(text)), ensure_ascii=False, indent=1)
        _print(plain_json(text))


def complain(text: str) -> None:
    """Print a line to the channel for what went wrong."""
    sys.stderr.write(plain(text) + "\n")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _seen(text: str) -> str:
    """Return a text as the role of who is signed in sees it: here every word of every command comes by."""
    return hidden_text(text) if state.is_masked else text


def passphrase(*, new: bool = False) -> str | None:
    """Return the passphrase from the environment or typed; None leaves it to the key store."""
    found = state.secrets.get("TIZILIM_PASSPHRASE")
    if found is not None:
        return found
    if sys.stdin.isatty():
        return getpass.getpass(tr(language(), "ui.passphrase") + ": ")
    if new:
        raise UsageFault("usage.no_passphrase")
    return None


def new_passphrase() -> str:
    """Return a further user's passphrase from the environment or typed twice."""
    found = state.secrets.get("TIZILIM_NEW_PASSPHRASE")
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise UsageFault("usage.no_passphrase")
    first = getpass.getpass(tr(language(), "ui.passphrase") + ": ")
    if first != getpass.getpass(tr(language(), "ui.passphrase_again") + ": "):
        raise UsageFault("usage.passphrases_differ")
    return first


def officer_passphrase(name: str) -> str:
    """Return a recovery officer's passphrase, typed, or from TIZILIM_OFFICER_<NAME> for unattended use."""
    found = state.secrets.get(f"TIZILIM_OFFICER_{name.upper()}")
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise UsageFault("usage.no_passphrase")
    return getpass.getpass(f"{name}: ")


def opened() -> Workspace:
    """Open the workspace that was named; its language holds when none was asked for."""
    workspace = Workspace.open(state.workspace, passphrase(), os.environ.get("TIZILIM_USER", ""))
    if state.language is None and "TIZILIM_LANG" not in os.environ:
        state.language = workspace.language
    state.is_masked = not sees_numbers(workspace)
    keep_up(workspace, whole=True)
    if days := clock_behind(workspace):
        complain(tr(language(), "doctor.clock", n=days))
    return workspace


def whole_id(workspace: Workspace, beginning: str) -> tuple[str, str]:
    """Return register and id of the one record whose id begins with a text.

    Raises:
        UsageFault: none or several.
    """
    from desktop_app.domain.register import registers
    from desktop_app.services.short_ids import beginning_with, the_one

    found = the_one(workspace, beginning, beginning_with(workspace, beginning, registers()))
    if found is None:
        raise UsageFault("usage.no_record", record=beginning)
    return found


Branch = Annotated[str, typer.Option("--branch", help="Two-digit code of the branch.")]
PeriodText = Annotated[str, typer.Argument(help="Month, e.g. 2023-12.")]


def vars_of(line: Any) -> dict[str, Any]:
    """Return a frozen object's fields."""
    import dataclasses

    return dataclasses.asdict(line)


_TOLD_EVERY = 1.0
"""Seconds between two lines about how far a long transfer is."""


def progress() -> Callable[[int, int, str], None] | None:
    """Return what tells people how far a transfer is, on standard error; machines are told nothing."""
    if state.as_json:
        return None
    told = time.monotonic()

    def tell(done: int, count: int, what: str) -> None:
        nonlocal told
        if what and time.monotonic() - told >= _TOLD_EVERY:
            told = time.monotonic()
            typer.echo(f"{what}: {done * 100 // max(count, 1)} %", err=True)

    return tell
