"""Files that belong to a record (a scanned order): kept once by their content, named in the record's log."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_app.core.errors import Refusal, UsageFault, disk_fault
from desktop_app.domain.record import Record
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

PREFIX: Final = "file:"
"""Before a file's name among a record's extra values; the value is the SHA-256 of its content."""
LARGEST: Final = 15 * 1024 * 1024
_UNSAFE: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_RESERVED: Final = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a record; ``size`` is None while its content has not come."""

    name: str
    digest: str
    size: int | None


def attach(workspace: Workspace, register: str, record_id: str, path: Path) -> Attachment:
    """Attach a file to a record; one of the same name takes its place, the older one stays in the history.

    Raises:
        UsageFault: no such record.
        Refusal: no right, a closed month, or a file over 15 MiB.
        EnvironmentFault: the file cannot be read.
    """
    workspace.demand("enter")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Refusal("attachment.too_big", file=path.name, mib=LARGEST >> 20)
        body = path.read_bytes()
    except OSError as fault:
        raise disk_fault(fault, path) from fault
    digest = hashlib.sha256(body).hexdigest()
    with workspace.store.transaction(workspace.user) as work:
        before = _record(work.reader, register, record_id)
        after = dataclasses.replace(before, extra={**before.extra, PREFIX + path.name: digest})
        if not work.reader.rows("SELECT 1 FROM blob WHERE digest = ?", [digest]):
            work.run("INSERT INTO blob(digest, size, body) VALUES (?, ?, ?)", (digest, size, body))
        Recorder(workspace, work).save([(before, after)], "set", "")
        work.flush()
    return Attachment(path.name, digest, size)


def detach(workspace: Workspace, register: str, record_id: str, name: str) -> None:
    """Take a file off a record; its content and who took it off stay in the history.

    Raises:
        UsageFault: no such record, or it has no file of that name.
        Refusal: no right, or a closed month.
    """
    workspace.demand("enter")
    with workspace.store.transaction(workspace.user) as work:
        before = _record(work.reader, register, record_id)
        if not before.extra.get(PREFIX + name):
            raise UsageFault("attachment.none", file=name)
        after = dataclasses.replace(before, extra={**before.extra, PREFIX + name: ""})
        Recorder(workspace, work).save([(before, after)], "set", "")
        work.flush()


def attachments(workspace: Workspace, register: str, record_id: str) -> list[Attachment]:
    """Return the files of a record."""
    found = []
    with workspace.store.read() as reader:
        named = {k.removeprefix(PREFIX): v for k, v in _record(reader, register, record_id).extra.items()
                 if k.startswith(PREFIX) and v}  # fmt: skip
        for name, digest in sorted(named.items()):
            rows = reader.rows("SELECT size FROM blob WHERE digest = ?", [digest])
            found.append(Attachment(name, digest, int(rows[0][0]) if rows else None))
    return found


def save_attachment(workspace: Workspace, found: Attachment, folder: Path) -> Path:
    """Write a file's content into a folder under a name that every system takes; nothing there is overwritten.

    Raises:
        Refusal: the content has not come.
        EnvironmentFault: the folder says no.
    """
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT body FROM blob WHERE digest = ?", [found.digest])
    if not rows:
        raise Refusal("attachment.not_here", file=found.name)
    name = safe_name(found.name)
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    try:
        target.write_bytes(bytes(rows[0][0]))
    except OSError as fault:
        raise disk_fault(fault, folder) from fault
    return target


def safe_name(name: str) -> str:
    """Return a file name without what some system takes for a path, a device or a disguise."""
    clean = _UNSAFE.sub("_", name).strip(" .")[:120] or "file"
    return f"_{clean}" if _RESERVED.match(clean) else clean


def _record(reader: Reader, register: str, record_id: str) -> Record:
    found = reader.get(register, record_id)
    if found is None:
        raise UsageFault("usage.no_record", record=record_id)
    return found
