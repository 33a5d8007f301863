"""Commands of care: the log, backup and restore, doctor, settings, calendar, demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desktop_app.cli_base import (
    app,
    give,
    language,
    log_app,
    new_passphrase,
    opened,
    out,
    passphrase,
    say,
    sentence,
    state,
    users_app,
    vars_of,
    whole_id,
)
from desktop_app.core.clock import today
from desktop_app.core.errors import EnvironmentFault, UsageFault
from desktop_app.core.i18n import tr


@log_app.command("verify")
def log_verify() -> None:
    """Check hashes, chain, and that replaying the log gives the stored rows."""
    from desktop_app.services.care import verify_log

    with opened() as workspace:
        found = verify_log(workspace)
    say("doctor.log" if found.is_sound else "doctor.log_broken", n=found.changes, faults=found.count)
    if found.unordered:
        say("doctor.locks", n=len(found.unordered))
    give(
        {
            "changes": found.changes,
            "sound": found.is_sound,
            "faults": [f._asdict() for f in found.faults],
            "differing": found.differing,
            "unordered": found.unordered,
            "guards_off": found.guards_off,
        }
    )
    raise typer.Exit(0 if found.is_sound else 3)


@log_app.command("show")
def log_show(record: str) -> None:
    """Show who set which field of a record to what, when and why."""
    from desktop_app.services.entry import history
    from desktop_app.services.exchange_words import field_words, value_words
    from desktop_app.services.reasons import reason_words

    with opened() as workspace:
        register, whole = whole_id(workspace, record)
        lines = history(workspace, register, whole)
        for line in lines:
            was, became = (
                value_words(workspace, register, line.field, value, language())
                for value in (line.was, line.became)
            )
            field = field_words(register, line.field, language())
            out(
                f"{line.moment:%Y-%m-%d %H:%M} {line.user} {line.operation} {field}: {was} → {became} {reason_words(line.reason, language())}"
            )
    give([vars_of(line) for line in lines])


@app.command()
def backup(target: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Make a verified copy of database and keys."""
    from desktop_app.services.backups import backup as run

    with opened() as workspace:
        done = run(workspace, target)
    say("backup.done", path=done)
    give({"backup": str(done)})


@app.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="Folder of a backup.")] = None,
    anew: Annotated[
        bool,
        typer.Option("--begin-anew", help="Headquarters: the server's database was restored from a dump."),
    ] = False,
) -> None:
    """Restore a backup into the workspace folder, as a new workstation; headquarters goes on under its own name."""
    from desktop_app.services.backups import restore as run
    from desktop_app.services.beginning_anew import begin_anew

    if (file is None) != anew:
        raise UsageFault("usage.restore")
    if file is None:
        with opened() as workspace:
            mark = begin_anew(workspace)
        say("anew.done", token=mark)
        give({"sequence": mark})
        return
    phrase = passphrase(new=True)
    changes = run(file, state.workspace, phrase or "")
    say("restore.done", path=state.workspace, n=changes)
    give({"workspace": str(state.workspace), "changes": changes})


@app.command()
def doctor() -> None:
    """Look over disk, file, log, backups and calendar."""
    from desktop_app.services.care import doctor as run
    from desktop_app.services.care import doctor_closed

    try:
        with opened() as workspace:
            found = run(workspace)
    except EnvironmentFault as fault:
        if fault.code not in ("disk.damaged", "key.or_damaged", "disk.io"):
            raise
        found = doctor_closed(state.workspace, fault)
    for line in found:
        out(("  " if line.is_well else "! ") + sentence(line.code, line.params))
    give([vars_of(line) for line in found])
    raise typer.Exit(0 if all(line.is_well for line in found) else 1)


@app.command("set")
def set_value(name: str, value: str) -> None:
    """Change a setting: repeat_window, deadline_working_day, language, bin, lock_minutes, name, road_map_act; for papers address, email,
    phone, head_phone, order_no, order_date (22.08.2024).
    """
    from desktop_app.services.care import set_setting

    with opened() as workspace:
        set_setting(workspace, name, value)
    say("settings.done")


@users_app.command("list")
def users_list() -> None:
    """List users and their roles."""
    from desktop_app.services.users import users

    with opened() as workspace:
        found = users(workspace)
    for name, role in found.items():
        out(f"{name:<24} {tr(language(), f'role.{role}')}")
    give(found)


@users_app.command("passphrase")
def users_passphrase() -> None:
    """Give yourself another passphrase; it is asked for, or taken from TIZILIM_NEW_PASSPHRASE."""
    from desktop_app.services.users import change_passphrase

    with opened() as workspace:
        change_passphrase(workspace, passphrase() or "", new_passphrase())
        user = workspace.user
    say("users.passphrase_changed", user=user)


@users_app.command("add")
def users_add(name: str, role: Annotated[str, typer.Option("--role")] = "officer") -> None:
    """Let a user in; the passphrase is asked for, or taken from TIZILIM_NEW_PASSPHRASE."""
    from desktop_app.services.users import add_user

    with opened() as workspace:
        add_user(workspace, name, role, new_passphrase())
    say("users.added", user=name, role=tr(language(), f"role.{role}"))


@users_app.command("remove")
def users_remove(name: str) -> None:
    """Let a user in no longer."""
    from desktop_app.services.users import remove_user

    with opened() as workspace:
        remove_user(workspace, name)
    say("users.removed", user=name)


@app.command()
def calendar(day: str, kind: Annotated[str, typer.Argument(help="worked or off")]) -> None:
    """Correct the working-day calendar."""
    from datetime import date

    from desktop_app.services.care import set_calendar_day

    try:
        parsed = date.fromisoformat(day)
    except ValueError as fault:
        raise UsageFault("usage.date", text=day) from fault
    if kind not in ("worked", "off"):
        raise UsageFault("usage.calendar")
    with opened() as workspace:
        set_calendar_day(workspace, parsed, worked=kind == "worked")
    say("settings.done")


@app.command()
def acts(
    table: Annotated[str, typer.Argument(help="acts, citations, terms, norms or holidays")] = "citations",
    on: Annotated[str, typer.Option("--on", help="Day, 2026-11-25.")] = "",
) -> None:
    """Show the law that the rules go by: acts, citations, terms, norms or holidays as in force on a day."""
    from datetime import date

    from desktop_app.domain.law.acts import in_force

    try:
        day = date.fromisoformat(on) if on else today()
    except ValueError as fault:
        raise UsageFault("usage.date", text=on) from fault
    with opened():  # headquarters' rows are those of the workspace
        found = in_force(table, day)
    for item in found:
        figures = " ".join(f"{name}={value}" for name, value in item.more.items())
        out(f"{item.key:<28} {item.confidence}  {item.words.get(language()) or figures}")
    give([{"key": e.key, "valid_from": str(e.valid_from or ""), "valid_to": str(e.valid_to or ""), "confidence": e.confidence,
           "source": e.source, "kk": e.words.kk, "ru": e.words.ru, "en": e.words.en, **e.more} for e in found])  # fmt: skip


@app.command()
def demo(folder: Path) -> None:
    """Make a ready country: twenty branches and a headquarters, from the sample workbooks."""
    from desktop_app.services.demonstration import PASSPHRASE, make_country

    def progress(done: int, count: int, name: str) -> None:
        if name:
            out(f"{done + 1:>2}/{count}  {name}")

    phrase = state.secrets.get("TIZILIM_PASSPHRASE", PASSPHRASE)
    made = make_country(folder, phrase, language(), progress)
    say("demo.done", path=folder, phrase=phrase)
    give({name: str(path) for name, path in made.items()})


@app.command()
def window(
    folder: Annotated[Path | None, typer.Argument(help="Folder of the workplace.")] = None,
) -> int:
    """Open the window; a folder without a workplace is offered as a new one."""
    from desktop_app.app import start

    return start([str(folder or state.workspace)])


@app.command(hidden=True)
def showcase(folder: Path) -> None:
    """Do the main job without a screen and name each file made."""
    from desktop_app.showcase import run_showcase

    say("system.display")
    for path in run_showcase(folder, language(), out):
        out(str(path))
