"""Care of a workspace: log check, replay, backup, restore, doctor, settings, calendar."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from desktop_app.core.errors import EnvironmentFault, Refusal, UsageFault
from desktop_app.core.ids import new_workstation_id
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.register import Around, registers
from desktop_app.domain.rules import derived
from desktop_app.exchange.merge import usable
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from desktop_app.storage.backup import check_copy, copy_database, is_space_low
from desktop_app.storage.codec import encode_values
from desktop_app.storage.connection import open_connection
from desktop_app.storage.keys import KeyRing
from desktop_app.storage.log import Fault, Folded, verify

_KEEP = 30
_NEXT_YEAR_FROM = 11
"""Month from which the calendar of the next year is asked for: terms begun now end there."""


@dataclass(frozen=True, slots=True)
class LogCheck:
    """Outcome of a check: changes read, faults of the chain, records whose row is not what the log says."""

    changes: int
    faults: tuple[Fault, ...]
    differing: tuple[tuple[str, str], ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether log and rows are whole and agree."""
        return not self.faults and not self.differing


def verify_log(workspace: Workspace, *, replay: bool = True) -> LogCheck:
    """Check every change's hash and chain and, with ``replay``, that replaying the log gives the stored rows."""
    count = 0

    def counted(rows: Any) -> Iterator[Any]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with workspace.store.read() as reader:
        rows = reader.connection.execute(
            "SELECT workstation, seq, record, entry, hash FROM change ORDER BY workstation, seq"
        )
        faults = verify(counted(rows))
    differing = tuple(_differing(workspace)) if replay else ()
    return LogCheck(count, tuple(faults), differing)


def _differing(workspace: Workspace) -> Iterator[tuple[str, str]]:
    around = Around(workspace.today, workspace.store.calendar(), workspace.settings)
    with workspace.store.read() as reader, workspace.store.read() as other:
        for code, kind in registers().items():
            folded: dict[str, Folded] = {}
            for (entry,) in reader.connection.execute(
                "SELECT entry FROM change WHERE register = ? ORDER BY stamp, workstation, seq", [code]
            ):
                body = json.loads(entry)
                if body["set"] or body.get("extra"):
                    folded.setdefault(body["id"], Folded(code, body["id"], body["b"])).apply(
                        usable(body, kind)
                    )
            for stored in other.records(code):
                replayed = folded.pop(stored.id, None)
                if replayed is None:
                    yield (code, stored.id)
                    continue
                again = derived(replayed.to_record(), around)
                same = encode_values(again) == encode_values(stored) and dict(again.kept) == dict(stored.kept)
                if (
                    not same
                    or again.void_reason != stored.void_reason
                    or dict(again.heads) != dict(stored.heads)
                ):
                    yield (code, stored.id)
            yield from ((code, missing) for missing in folded)


def backup(workspace: Workspace, target: Path | None = None) -> Path:
    """Copy database and keys, verified, into ``backups`` of the workspace or to ``target``; return the folder."""
    if workspace.is_shared:
        raise Refusal("backup.shared")
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    folder = target or workspace.folder / "backups" / stamp
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copy_database(workspace.store, folder / DATABASE)
        shutil.copy2(workspace.folder / KEYS, folder / KEYS)
    except OSError as fault:
        raise EnvironmentFault("disk.write", path=folder) from fault
    _prune(workspace.folder / "backups")
    return folder


def _prune(folder: Path) -> None:
    if folder.is_dir():
        for old in sorted(p for p in folder.iterdir() if p.is_dir())[:-_KEEP]:
            shutil.rmtree(old, ignore_errors=True)


def restore(backup_folder: Path, target: Path, passphrase: str) -> int:
    """Restore a backup into an empty folder after verifying it; the copy becomes a new workstation.

    Returns:
        The number of changes restored.

    Raises:
        EnvironmentFault: the backup is damaged, or the target already holds a workspace.
        Refusal: wrong passphrase.
    """
    source = backup_folder if backup_folder.is_dir() else backup_folder.parent
    if (target / DATABASE).exists():
        raise EnvironmentFault("workspace.exists", path=target)
    if not (source / DATABASE).is_file():
        raise EnvironmentFault("disk.no_database", path=source / DATABASE)
    opened = KeyRing(source / KEYS).open(passphrase)
    changes = check_copy(source / DATABASE, opened.key)
    try:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / KEYS, target / KEYS)
        part = target / (DATABASE + ".part")
        shutil.copy2(source / DATABASE, part)
        connection = open_connection(part, opened.key)
        connection.execute("UPDATE meta SET value = ? WHERE name = 'workstation'", [new_workstation_id()])
        # The copy is another workstation: it signs with keys of its own.
        connection.execute("DELETE FROM own_key")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        part.replace(target / DATABASE)
    except OSError as fault:
        raise EnvironmentFault("disk.write", path=target) from fault
    return changes


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: message code, values, whether all is well."""

    code: str
    params: dict[str, Any]
    is_well: bool


def doctor(workspace: Workspace) -> list[Finding]:
    """Look over disk, file, log, backups and calendar."""
    found = [Finding("doctor.location", {"path": str(workspace.folder)}, True)]
    low = is_space_low(workspace.folder)
    found.append(Finding("disk.low" if low else "doctor.space", {}, not low))
    whole = workspace.is_shared
    if not whole:
        with workspace.store.read() as reader:
            whole = reader.rows("PRAGMA quick_check")[0][0] == "ok"
    found.append(Finding("doctor.file" if whole else "doctor.file_damaged", {}, whole))
    log = verify_log(workspace)
    code = "doctor.log" if log.is_sound else "doctor.log_broken"
    found.append(
        Finding(code, {"n": log.changes, "faults": len(log.faults) + len(log.differing)}, log.is_sound)
    )
    found.extend(_exchange_findings(workspace))
    folder = workspace.folder / "backups"
    last = max((p.name for p in folder.iterdir() if p.is_dir()), default="") if folder.is_dir() else ""
    found.append(Finding("doctor.backup" if last else "doctor.no_backup", {"when": last}, bool(last)))
    found.extend(_calendar_findings(workspace))
    return found


def _calendar_findings(workspace: Workspace) -> Iterator[Finding]:
    """Tell of the year and, once its calendar should be out, of the next one whether their calendars are whole."""
    today = workspace.today
    calendar = workspace.store.calendar()
    for year in (today.year, today.year + 1) if today.month >= _NEXT_YEAR_FROM else (today.year,):
        settled = calendar.is_settled(year)
        yield Finding("doctor.calendar" if settled else "doctor.calendar_old", {"year": str(year)}, settled)


def _exchange_findings(workspace: Workspace) -> list[Finding]:
    """Return what the exchange left for people: stopped sequences, changes set aside or waiting, conflicts."""
    with workspace.store.read() as reader:
        counts = {
            code: int(reader.rows(f"SELECT count(*) FROM {table}")[0][0])
            for code, table in (("doctor.forks", "fork"), ("doctor.quarantine", "quarantine"),
                                ("doctor.waiting", "waiting_change"), ("doctor.conflicts", "conflict"))
        }  # fmt: skip
    return [Finding(code, {"n": n}, is_well=False) for code, n in counts.items() if n]


def set_setting(workspace: Workspace, name: str, value: str) -> None:
    """Change a setting of the workspace.

    Raises:
        UsageFault: no such setting or value.
    """
    workspace.demand("settings")
    allowed = {
        "repeat_window": value in classifier("repeat_windows").by_code, "deadline_working_day": value.isdigit() and 1 <= int(value) <= 31,
        "language": value in ("kk", "ru", "en"), "name": 0 < len(value.strip()) <= 60, "lock_minutes": value.isdigit() and 1 <= int(value) <= 240, "road_map_act": len(value.strip()) <= 300, "bin": value == "" or (len(value) == 12 and value.isdigit()),
    }  # fmt: skip
    if not allowed.get(name):
        raise UsageFault("usage.setting", name=name, value=value)
    with workspace.store.transaction(workspace.user) as work:
        from desktop_app.storage.tables import meta

        work.replace(meta, {"name": name, "value": value})
    workspace.store.forget_settings()


def set_calendar_day(workspace: Workspace, day: date, *, worked: bool) -> None:
    """Correct one day of the working-day calendar: it becomes worked or off, over what is known of its year."""
    workspace.demand("settings")
    with workspace.store.transaction(workspace.user) as work:
        from desktop_app.storage.tables import calendar_day

        work.replace(calendar_day, {"day": day.isoformat(), "worked": int(worked)})
    workspace.store.forget_calendar()


def backup_daily(workspace: Workspace) -> Path | None:
    """Copy the workspace unless today's copy is there; a full disk is no reason to keep the window open."""
    if workspace.is_shared:
        return None
    folder = workspace.folder / "backups"
    day = datetime.now().astimezone().strftime("%Y%m%d")
    if folder.is_dir() and any(p.name.startswith(day) for p in folder.iterdir()):
        return None
    try:
        return backup(workspace)
    except EnvironmentFault:
        return None
