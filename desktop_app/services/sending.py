"""Sending: what a receiver is not known to have, as one sealed file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.core.errors import Refusal
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record
from desktop_app.exchange.address import Address, is_local
from desktop_app.exchange.package import (
    SUFFIX,
    Header,
    Kind,
    file_name,
)  # fmt: skip
from desktop_app.exchange.transport import Place
from desktop_app.services.months import as_json, submissions
from desktop_app.services.parcels import Parcel, note_package, parcel_for, said_of, write
from desktop_app.services.peers import Peer, peers
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

_SENDABLE: Final = ("CLOSED", "SENT", "RECEIVED", "ACCEPTED")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """One package that was written.

    Attributes:
        to: names of the receivers.
        changes: changes in it; none is no fault, a receipt has none.
    """

    header: Header
    name: str
    to: tuple[str, ...]
    changes: int
    periods: tuple[Period, ...] = ()


def send(
    workspace: Workspace, url: str, periods: Sequence[Period] = (), *, whole: bool = False, branch: str = "",
    progress: Progress | None = None,
) -> list[Sent]:  # fmt: skip
    """Send to every trusted workstation concerned: a branch to headquarters and its own, headquarters to each branch.

    Where there is nothing new to say nothing is written. A month is sent once its package is stored, not before.

    Args:
        periods: closed months that are submitted with it.
        whole: everything, whatever the receivers are known to have.
        branch: at headquarters, one branch only.
        progress: told (done, of, what); raises to stop.

    Raises:
        Refusal: no right, nobody to send to, or a month that is not closed.
        EnvironmentFault: the place cannot be reached; nothing keeps a name there.
    """
    workspace.demand("exchange")
    concerned = {branch or workspace.branch} if branch or workspace.branch else _branches_of(workspace)
    groups = {code: receivers_of(workspace, code) for code in sorted(concerned)}
    groups = {code: to for code, to in groups.items() if to}
    if not groups:
        raise Refusal("exchange.nobody")
    with place_of(workspace, url) as place:
        there = place.names()
        submit(workspace, periods)
        found = []
        try:
            for code, to in groups.items():
                parcel = parcel_for(workspace, code, to, whole=whole or bool(periods))
                if parcel.is_news(workspace, there):
                    found.append(_deliver(workspace, place, parcel, periods, progress))
        except BaseException:
            unsubmit(workspace)
            raise
    return found


def _branches_of(workspace: Workspace) -> set[str]:
    return {peer.card.branch for peer in peers(workspace).values() if peer.card.branch and not peer.revoked}


def place_of(workspace: Workspace, url: str) -> Place:
    """Return where packages lie; the keys of servers are remembered in the workspace."""
    return Place(url, workspace.folder / "known_hosts", workspace.store.workstation)


def kept_address(url: str) -> str:
    """Return an address as settings may keep it; its password goes to the system's key store where there is one."""
    if is_local(url):
        return url
    address = Address.of(url)
    if address.given:
        address.remember()
    return address.without_password


def receivers_of(workspace: Workspace, branch: str) -> list[Peer]:
    """Return the trusted workstations that changes about a branch go to."""
    return [
        peer for peer in peers(workspace).values()
        if not peer.revoked and (peer.card.branch == branch or (workspace.branch and not peer.card.branch))
    ]  # fmt: skip


_SENDING: Final = "sending"
"""Setting that names the months on their way; a transfer that never ended is found by it."""


def submit(workspace: Workspace, periods: Sequence[Period]) -> None:
    """Mark closed months as sent, until their package is stored or :func:`unsubmit` takes it back.

    Raises:
        Refusal: a month that is not closed.
    """
    from desktop_app.storage.tables import meta

    if not periods:
        return
    pairs: list[tuple[Record | None, Record]] = []
    with workspace.store.transaction(workspace.user) as work:
        for period in periods:
            latest = next(reversed(submissions(workspace, workspace.branch, period)), None)
            if latest is None or latest.values.state not in _SENDABLE:
                raise Refusal("exchange.not_closed", period=period)
            if latest.values.state == "CLOSED":
                pairs.append((latest, latest.with_values(state="SENT")))
        Recorder(workspace, work).save(pairs, "sent")
        work.replace(meta, {"name": _SENDING, "value": as_json([after.id for _, after in pairs])})
        work.flush()
    workspace.store.forget_settings()


def unsubmit(workspace: Workspace) -> None:
    """Take back that months were sent whose package was not stored: the line broke, or the machine stopped."""
    left = workspace.store.setting(_SENDING)
    if not left:
        return
    with workspace.store.transaction(workspace.user) as work:
        records = [work.reader.get("submission", key) for key in json.loads(left)]
        pairs: list[tuple[Record | None, Record]] = [
            (one, one.with_values(state="CLOSED")) for one in records if one and one.values.state == "SENT"
        ]
        Recorder(workspace, work).save(pairs, "set")
        _arrived(work)
        work.flush()
    workspace.store.forget_settings()


def _arrived(work: Work) -> None:
    work.run("DELETE FROM meta WHERE name = ?", (_SENDING,))


def _deliver(
    workspace: Workspace, place: Place, parcel: Parcel, periods: Sequence[Period], progress: Progress | None
) -> Sent:
    content = parcel.content
    kind: Kind = "receipt" if content.receipt else "guidance" if content.guidance else "data"
    with tempfile.TemporaryDirectory(dir=workspace.folder, prefix=".out-") as folder:
        path = Path(folder) / f"package{SUFFIX}"
        header = write(workspace, path, parcel, kind)
        name = file_name(header)
        size = max(path.stat().st_size, 1)
        place.store(path, name, lambda done: progress(done * 100 // size, 100, name) if progress else None)
    _remember(workspace, header, parcel)
    return Sent(header, name, tuple(peer.card.name for peer in parcel.to), parcel.count, tuple(periods))


def _remember(workspace: Workspace, header: Header, parcel: Parcel) -> None:
    from desktop_app.storage.tables import meta

    receipt = parcel.content.receipt
    with workspace.store.transaction(workspace.user) as work:
        note_package(work, "out", header, header.number, parcel.count, receipt)
        work.run("UPDATE peer SET sent = sent + 1 WHERE workstation = ?", [(key,) for key in header.to])
        work.replace(meta, {"name": said_of(header.branch), "value": parcel.mark})
        _arrived(work)
        if receipt:
            work.run("UPDATE package SET body = 'receipted' WHERE direction = 'in' AND branch = ? AND body = ''",
                     (header.branch,))  # fmt: skip
    workspace.store.forget_settings()
