"""Care of a workspace: log check, replay, doctor, settings, calendar."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import EnvironmentFault, TizilimError, UsageFault, disk_fault
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.record import Record
from desktop_app.domain.register import registers
from desktop_app.exchange.merge import usable
from desktop_app.services.backups import backups_of
from desktop_app.services.clocks import clock_behind
from desktop_app.services.conflicts import begins_elsewhere
from desktop_app.services.freshness import keep_up
from desktop_app.services.guiding import unfit_guidance
from desktop_app.services.orders import unordered
from desktop_app.services.workspace import DATABASE, Workspace
from desktop_app.storage.backup import is_space_low
from desktop_app.storage.codec import encode_values
from desktop_app.storage.connection import open_connection
from desktop_app.storage.guarding import guards_off
from desktop_app.storage.log import Fault, Folded, verify
from desktop_app.storage.pages import damaged_pages, pages_text

_NEXT_YEAR_FROM = 11
"""Month from which the calendar of the next year is asked for: terms begun now end there."""


@dataclass(frozen=True, slots=True)
class LogCheck:
    """Outcome of a check.

    Attributes:
        changes: how many were read.
        faults: where the chain breaks.
        differing: records whose row is not what the log says.
        unordered: (branch, month, what) of locks and reopenings that do not agree with the log.
        guards_off: guards that are not there or not what they should be.
    """

    changes: int
    faults: tuple[Fault, ...]
    differing: tuple[tuple[str, str], ...]
    unordered: tuple[tuple[str, int, str], ...] = ()
    guards_off: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many faults there are in all."""
        return len(self.faults) + len(self.differing) + len(self.unordered) + len(self.guards_off)

    @property
    def is_sound(self) -> bool:
        """Tell whether log and rows are whole and agree."""
        return not (self.faults or self.differing or self.unordered or self.guards_off)


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
        orders, off = unordered(reader), guards_off(reader)
    differing = tuple(_differing(workspace)) if replay else ()
    return LogCheck(count, tuple(faults), differing, tuple(orders), tuple(off))


def _differing(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield records whose row is not what the log says was entered; what is derived from it is no matter of the log."""
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
                if replayed is None or _entered(replayed.to_record()) != _entered(stored):
                    yield (code, stored.id)
            # What waits for its beginning in another sequence is not shown yet.
            yield from ((code, missing) for missing in folded if not begins_elsewhere(other, missing))


def _entered(record: Record) -> tuple[Any, ...]:
    """Return what people entered of a record, and which changes it came from."""
    values = encode_values(record)
    entered = {item.name: values[item.name] for item in record.type.entered}
    return entered, dict(record.kept), dict(record.extra), record.void_reason, dict(record.heads)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: message code, values, whether all is well."""

    code: str
    params: dict[str, Any]
    is_well: bool


def doctor(workspace: Workspace) -> list[Finding]:
    """Look over disk, file, log, backups, clock and calendar; what is damaged stops none of the other looks."""
    found = _place_findings(workspace.folder)
    if not workspace.is_shared:
        found.append(_looked(lambda: _file_finding(workspace)))
    found.append(_looked(lambda: _log_finding(workspace)))
    found.extend(_looked_at(lambda: list(_guard_findings(workspace))))
    found.extend(_looked_at(lambda: _exchange_findings(workspace)))
    found.append(_shared_backup() if workspace.is_shared else _backup_finding(workspace.folder, workspace))
    found.extend(_clock_findings(workspace))
    found.extend(_looked_at(lambda: list(_calendar_findings(workspace))))
    return found


def doctor_closed(folder: Path, fault: EnvironmentFault) -> list[Finding]:
    """Look over a workspace that does not open: where it is, why it does not open, which backup there is."""
    return [
        *_place_findings(folder),
        Finding(fault.code, fault.params, is_well=False),
        _backup_finding(folder),
    ]


def _looked_at(look: Callable[[], list[Finding]]) -> list[Finding]:
    """Return what a look found, or why it could not be taken: a damaged page, a failing disk, a lost server."""
    try:
        return look()
    except EnvironmentFault as fault:
        return [Finding(fault.code, fault.params, is_well=False)]


def _looked(look: Callable[[], Finding]) -> Finding:
    return _looked_at(lambda: [look()])[0]


def _place_findings(folder: Path) -> list[Finding]:
    low = is_space_low(folder)
    return [
        Finding("doctor.location", {"path": str(folder)}, is_well=True),
        Finding("disk.low" if low else "doctor.space", {}, not low),
    ]


def _file_finding(workspace: Workspace) -> Finding:
    """Check every page's checksum, then how the pages hang together."""
    try:
        damaged = damaged_pages(workspace.store.path, workspace.opened.key)
    except OSError as fault:
        raise disk_fault(fault, workspace.store.path) from fault
    if damaged:
        return Finding("doctor.file_damaged", {"pages": pages_text(damaged)}, is_well=False)
    with workspace.store.read() as reader:
        whole = reader.rows("PRAGMA quick_check")[0][0] == "ok"
    return Finding("doctor.file" if whole else "doctor.file_damaged", {"pages": "—"}, whole)


def _log_finding(workspace: Workspace) -> Finding:
    log = verify_log(workspace)
    code = "doctor.log" if log.is_sound else "doctor.log_broken"
    return Finding(code, {"n": log.changes, "faults": log.count}, log.is_sound)


_TOLD_FOR: Final = timedelta(days=30)
"""How long the doctor tells that guards had been taken off."""


def _guard_findings(workspace: Workspace) -> Iterator[Finding]:
    """Tell of guards that were off, and of locks and reopenings that the log did not order."""
    with workspace.store.read() as reader:
        said = reader.meta("guards_off")
        off, orders = len(guards_off(reader)), len(unordered(reader))
    day, _, count = said.partition(" ")
    if off or (said and workspace.today - date.fromisoformat(day) <= _TOLD_FOR):
        yield Finding("doctor.guards", {"n": off or int(count)}, is_well=False)
    if orders:
        yield Finding("doctor.locks", {"n": orders}, is_well=False)


def _shared_backup() -> Finding:
    """A server's own tools copy it; whether they do, only who keeps the server can tell."""
    return Finding("doctor.backup_server", {}, is_well=True)


def _backup_finding(folder: Path, workspace: Workspace | None = None) -> Finding:
    """Tell of the newest backup: whether there is one, and whether it opens with this workspace's key."""
    made = backups_of(folder)
    if not made:
        return Finding("doctor.no_backup", {}, is_well=False)
    when = {"when": made[-1].name}
    if workspace is not None:
        try:
            open_connection(made[-1] / DATABASE, workspace.opened.key, read_only=True).close()
            if damaged_pages(made[-1] / DATABASE, workspace.opened.key):
                return Finding("doctor.backup_damaged", when, is_well=False)
        except (TizilimError, OSError):
            return Finding("doctor.backup_damaged", when, is_well=False)
    return Finding("doctor.backup", when, is_well=True)


def _clock_findings(workspace: Workspace) -> list[Finding]:
    days = clock_behind(workspace)
    return [Finding("doctor.clock", {"n": days}, is_well=False)] if days else []


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
            for code, table in (("doctor.forks", "fork"), ("doctor.quarantine", "quarantine WHERE reason <> 'after_closing'"),
                                ("doctor.after_closing", "quarantine WHERE reason = 'after_closing'"),
                                ("doctor.waiting", "waiting_change"), ("doctor.conflicts", "conflict"))
        }  # fmt: skip
    unfit = [
        Finding("doctor.guidance", {"name": name}, is_well=False) for name in unfit_guidance(workspace.store)
    ]
    return [*unfit, *(Finding(code, {"n": n}, is_well=False) for code, n in counts.items() if n)]


def set_setting(workspace: Workspace, name: str, value: str) -> None:
    """Change a setting of the workspace.

    Raises:
        UsageFault: no such setting or value.
    """
    workspace.demand("settings")
    allowed = {
        "repeat_window": value in classifier("repeat_windows").by_code, "deadline_working_day": value.isdigit() and 1 <= int(value) <= 31,
        "language": value in ("kk", "ru", "en"), "name": 0 < len(value.strip()) <= 60, "lock_minutes": value.isdigit() and 1 <= int(value) <= 240, "road_map_act": len(value.strip()) <= 300, "bin": value == "" or (len(value) == 12 and value.isdigit()),
        "address": len(value) <= 200, "email": value == "" or (value.count("@") == 1 and 3 <= len(value) <= 100 and " " not in value),
        "phone": len(value) <= 40, "head_phone": len(value) <= 40, "order_no": len(value) <= 40, "order_date": value == "" or _is_day(value),
    }  # fmt: skip
    if not allowed.get(name):
        raise UsageFault("usage.setting", name=name, value=value)
    with workspace.store.transaction(workspace.user) as work:
        from desktop_app.storage.tables import meta

        work.replace(meta, {"name": name, "value": value})
    workspace.store.forget_settings()
    keep_up(workspace)


def _is_day(value: str) -> bool:
    from desktop_app.services.letterhead import day_of

    try:
        day_of(value)
    except ValueError:
        return False
    return len(value) == len("22.08.2024")


def set_calendar_day(workspace: Workspace, day: date, *, worked: bool) -> None:
    """Correct one day of the working-day calendar: it becomes worked or off, over what is known of its year."""
    workspace.demand("settings")
    with workspace.store.transaction(workspace.user) as work:
        from desktop_app.storage.tables import calendar_day

        work.replace(calendar_day, {"day": day.isoformat(), "worked": int(worked)})
    workspace.store.forget_calendar()
    keep_up(workspace)
