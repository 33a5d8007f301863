"""What goes into a package: changes that its receivers are not known to have, and what is said beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.exchange.package import VERSION, Frame, Header, Kind, Receiver, new_package_id, write_package
from desktop_app.exchange.wire import BLOCK, encode, files_in
from desktop_app.services.months import as_json
from desktop_app.services.peers import Peer, now, own_keys
from desktop_app.services.workspace import Workspace
from desktop_app.storage.lanes import HOME, workstation_of
from desktop_app.storage.queries import Reader
from desktop_app.storage.store import SCHEMA

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

Vector = dict[str, int]


@dataclass(slots=True)
class Content:
    """What goes into a package besides changes."""

    receipt: dict[str, Any] | None = None
    guidance: list[dict[str, Any]] = field(default_factory=list)
    revoked: list[dict[str, str]] = field(default_factory=list)
    officers: list[dict[str, str]] = field(default_factory=list)
    shares: list[dict[str, str]] = field(default_factory=list)
    stopped: Vector = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    anew: str = ""


def vector_of(reader: Reader, branch: str) -> Vector:
    """Return sequence → number of the last change, of every sequence about a branch that may leave."""
    return {
        lane: reader.last_of(lane)[0]
        for lane, of in reader.lanes()
        if of == branch and not lane.endswith(HOME)
    }


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one group of receivers is to get.

    Attributes:
        have: sequence → number up to which it is told and sent.
        mark: digest of all it says but for receipts; the same again is no news.
    """

    branch: str
    to: tuple[Peer, ...]
    content: Content
    have: Vector
    known: Vector
    mark: str
    whole: bool

    @property
    def count(self) -> int:
        """How many changes it carries."""
        return sum(last - self.known.get(lane, 0) for lane, last in self.have.items())

    def is_news(self, workspace: Workspace, there: Sequence[str]) -> bool:
        """Tell whether it says anything that the receivers were not told.

        What was told before and is neither confirmed nor lying in the place any more may be lost: it is told again.
        """
        if self.whole or self.content.receipt:
            return True
        with workspace.store.read() as reader:
            if reader.meta(said_of(self.branch)) != self.mark:
                return True
            rows = reader.rows(
                "SELECT id FROM package WHERE direction = 'out' AND branch = ? ORDER BY number DESC LIMIT 1",
                [self.branch],
            )
        return bool(self.count) and not any(f"-{key[:8]}." in name for (key,) in rows for name in there)


def said_of(branch: str) -> str:
    """Return the name under which the digest of what was last said about a branch is kept."""
    return f"said:{branch}"


def parcel_for(workspace: Workspace, branch: str, to: Sequence[Peer], *, whole: bool) -> Parcel:
    """Return what these receivers are not known to have; everything where the ``whole`` is asked for."""
    if not workspace.branch:
        from desktop_app.services.guiding import guidance_frames, revocations
        from desktop_app.services.receipts import receipt_for
        from desktop_app.services.recovery import announced

        content = Content(
            receipt_for(workspace, branch),
            guidance_frames(workspace),
            revocations(workspace, branch),
            announced(workspace),
        )
    else:
        content = Content(shares=_shares(workspace, to))
    from desktop_app.services.beginning_anew import ANEW, settled

    with workspace.store.read() as reader:
        have = settled(workspace, reader, branch, vector_of(reader, branch))
        stopped = dict(reader.rows("SELECT workstation, seq FROM fork"))
        content.stopped = {lane: int(seq) for lane, seq in stopped.items() if lane in have}
        content.ends = {
            lane: reader.rows("SELECT hash FROM change WHERE workstation = ? AND seq = ?", [lane, last])[0][0]
            for lane, last in have.items() if last and workstation_of(lane) != workspace.store.workstation
        }  # fmt: skip
    content.anew = workspace.store.setting(ANEW)
    said = [
        have, sorted((peer.card.workstation, peer.anew) for peer in to), content.guidance, content.revoked, content.officers,
        [share["officer"] for share in content.shares], content.stopped, content.anew,
    ]  # fmt: skip
    mark = hashlib.sha256(as_json(said).encode()).hexdigest()
    return Parcel(branch, tuple(to), content, have, {} if whole else _common(to, have), mark, whole)


def _shares(workspace: Workspace, to: Sequence[Peer]) -> list[dict[str, str]]:
    """Return the shares of the database key for headquarters; the branch's own workstations get none."""
    from desktop_app.services.recovery import shares_for

    return shares_for(workspace) if any(peer.is_headquarters for peer in to) else []


def write(workspace: Workspace, target: Path, parcel: Parcel, kind: Kind) -> Header:
    """Write a package file; return its header."""
    content, to, branch = parcel.content, parcel.to, parcel.branch
    with workspace.store.read() as reader:
        number = 1 + int(
            reader.rows(
                "SELECT coalesce(max(number), 0) FROM package WHERE direction = 'out' AND branch = ?",
                [branch],
            )[0][0]
        )
        header = Header(
            VERSION, kind, new_package_id(), branch, workspace.store.workstation,
            tuple(peer.card.workstation for peer in to), number, now(), SCHEMA,
        )  # fmt: skip
        manifest = {
            "id": header.id, "sender": header.sender, "to": list(header.to), "branch": branch, "kind": kind,
            "vector": parcel.have, "since": parcel.known, "changes": parcel.count, "receipt": content.receipt,
            "guidance": content.guidance, "revoked": content.revoked, "officers": content.officers, "shares": content.shares,
            "stopped": content.stopped, "ends": content.ends, "anew": content.anew, "ordinals": _ordinals(reader, to),
        }  # fmt: skip
        frames = _frames(reader, manifest, parcel.have, parcel.known)
        receivers = [Receiver(peer.card.workstation, peer.card.seal_key) for peer in to]
        return write_package(target, header, frames, receivers, own_keys(workspace))


def _ordinals(reader: Reader, to: Sequence[Peer]) -> dict[str, int]:
    """Return, for each receiver, how many packages it has been sent with this one: a missing number is a loss."""
    sent = dict(reader.rows("SELECT workstation, sent FROM peer"))
    return {peer.card.workstation: sent.get(peer.card.workstation, 0) + 1 for peer in to}


def _common(to: Sequence[Peer], have: Vector) -> Vector:
    """Return what every receiver is known to have."""
    return {lane: min(min(peer.vector.get(lane, 0), last) for peer in to) for lane, last in have.items()}


def _frames(reader: Reader, manifest: dict[str, Any], have: Vector, known: Vector) -> Iterator[Frame]:
    yield b"M", encode(manifest)
    files: set[str] = set()
    for lane, last in have.items():
        for body in _blocks(reader, lane, known.get(lane, 0), last):
            files.update(files_in(body))
            yield b"C", body
    for digest in sorted(files):
        for (body,) in reader.rows("SELECT body FROM blob WHERE digest = ?", [digest]):
            yield b"B", bytes(body)


def _blocks(reader: Reader, lane: str, known: int, last: int) -> Iterator[bytes]:
    """Yield a sequence's changes as bodies of frames; the database makes the next one while one is packed."""

    def ask(begin: int) -> bytes:
        return reader.changes_text(lane, begin, min(begin + BLOCK, last)).encode()

    ahead: Future[bytes] | None = None
    with ThreadPoolExecutor(1) as reading:
        for begin in range(known, last, BLOCK):
            following = reading.submit(ask, begin)
            if ahead is not None:
                yield ahead.result()
            ahead = following
        if ahead is not None:
            yield ahead.result()


def note_package(
    work: Work, direction: str, header: Header, number: int, changes: int, receipt: dict[str, Any] | None
) -> None:
    """Remember a package that went out or came in, with the receipt it carried."""
    from desktop_app.storage.exchange_tables import package

    work.insert(package, [{
        "id": header.id, "direction": direction, "kind": header.kind, "sender": header.sender, "branch": header.branch,
        "number": number, "created": header.created, "digest": header.sha256, "changes": changes, "moment": now(),
        "body": as_json(receipt) if receipt else "",
    }])  # fmt: skip


def merge_vectors(one: Vector, other: Vector) -> Vector:
    """Return the larger number of each sequence."""
    return {lane: max(one.get(lane, 0), other.get(lane, 0)) for lane in {*one, *other}}


def learn(workspace: Workspace, work: Any, sender: str, vector: Vector, anew: str = "") -> None:
    """Remember what a workstation said it has; after a new beginning only that, for it may be less than before."""
    known = work.reader.rows("SELECT vector FROM peer WHERE workstation = ?", [sender])
    have = json.loads(known[0][0]) if known and known[0][0] else {}
    begun = str(have.pop("", ""))
    if anew > begun:
        have = {}
        # Its former sequences grow no more: what stopped or waits there waits for nothing.
        for table in ("fork", "waiting_change"):
            work.run(f"DELETE FROM {table} WHERE workstation LIKE ?", (f"{sender}.%",))
    elif anew < begun:
        return  # an older package that came late
    said = {**merge_vectors(have, vector), **({"": anew} if anew else {})}
    work.run("UPDATE peer SET vector = ? WHERE workstation = ?", (as_json(said), sender))
