"""Receiving: every package is checked from the outside in, and taken in whole or not at all."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_app.core.errors import FileRefusal, TizilimError
from desktop_app.core.periods import Period
from desktop_app.exchange.merge import Carried
from desktop_app.exchange.package import Header, check_package, open_package, read_header
from desktop_app.exchange.transport import Place, is_place
from desktop_app.exchange.wire import WireFault, changes_of, manifest_of, said_by
from desktop_app.services.board import standing
from desktop_app.services.collecting import without_collecting
from desktop_app.services.guiding import apply_guidance, take_guidance, take_revocations
from desktop_app.services.merging import Merged, Merger
from desktop_app.services.peers import Peer, now, own_keys, peer_of
from desktop_app.services.recording import Recorder
from desktop_app.services.recovery import put_officers, take_shares
from desktop_app.services.sending import Sent, is_own, learn, note_package, place_of, send
from desktop_app.services.workspace import Workspace

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Received:
    """What became of one file.

    Attributes:
        refusal: why nothing of it was taken in, if so.
        already: it was taken in before; nothing changed.
        missing: numbers of packages of the same sender that did not come.
        months: months that came with it, as they stand now.
        guidance: names of forms, classifiers and calendars that came with it.
    """

    name: str
    header: Header | None = None
    sender: str = ""
    refusal: TizilimError | None = None
    already: bool = False
    merged: Merged = field(default_factory=Merged)
    missing: tuple[int, ...] = ()
    months: tuple[tuple[str, Period, str], ...] = ()
    guidance: tuple[str, ...] = ()


def receive(workspace: Workspace, sources: Sequence[str], progress: Progress | None = None) -> list[Received]:
    """Take in packages from files, folders and stores; a refused one does not stop the others.

    In a place, what this workstation sent itself, what is for others and what came before is passed over.

    Raises:
        Refusal: no right.
        EnvironmentFault: a place cannot be reached.
    """
    workspace.demand("exchange")
    found: list[Received] = []
    with tempfile.TemporaryDirectory(dir=workspace.folder, prefix=".in-") as folder:
        for source in sources:
            if is_place(source):
                found.extend(_from_place(workspace, place_of(workspace, source), Path(folder), progress))
            else:
                found.append(receive_file(workspace, Path(source)))
    return found


def receive_and_answer(
    workspace: Workspace, sources: Sequence[str], progress: Progress | None = None
) -> tuple[list[Received], list[Sent]]:
    """Take packages in; headquarters leaves the answers to the branches in the first place among the sources."""
    found = receive(workspace, sources, progress)
    places = [source for source in sources if is_place(source)]
    if workspace.branch or not places:
        return found, []
    came = sorted({one.header.branch for one in found if one.header and not one.refusal and not one.already})
    return found, [sent for code in came for sent in send(workspace, places[0], branch=code)]


def _from_place(
    workspace: Workspace, place: Place, folder: Path, progress: Progress | None
) -> Iterator[Received]:
    known = _known_names(workspace)
    names = [name for name in place.names() if not any(mark in name for mark in known)]
    for done, name in enumerate(names):
        if progress:
            progress(done, len(names), name)
        local = folder / f"{done}.tzp"
        try:
            place.fetch(name, local)
            header = read_header(local)[0]
        except TizilimError as refusal:
            yield Received(name, refusal=refusal)
            continue
        if header.sender != workspace.store.workstation and workspace.store.workstation in header.to:
            got = receive_file(workspace, local)
            got.name = name
            yield got
        local.unlink(missing_ok=True)
    if progress:
        progress(len(names), len(names), "")


def _known_names(workspace: Workspace) -> list[str]:
    """Return the marks that the names of packages already dealt with end in; a renamed file is looked into anyway."""
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT id FROM package")
    return [f"-{key[:8]}." for (key,) in rows]


def receive_file(workspace: Workspace, path: Path) -> Received:
    """Take one package file in; whatever is wrong with it becomes its refusal and changes nothing."""
    got = Received(path.name)
    try:
        got.header, line, signature = read_header(path)
        sender = _sender(workspace, got.header, path.name)
        got.sender = sender.card.name
        check_package(path, got.header, line, signature, sender.card.sign_key)
        if workspace.store.workstation not in got.header.to:
            raise FileRefusal("package.not_for_us", file=path.name)
        _take_in(workspace, path, sender, got)
    except TizilimError as refusal:
        got.refusal = refusal
    workspace.store.forget_titles()
    workspace.store.forget_settings()
    if got.guidance:
        apply_guidance(workspace.store)
    return got


def _sender(workspace: Workspace, header: Header, name: str) -> Peer:
    sender = peer_of(workspace, header.sender)
    if sender is None:
        raise FileRefusal("package.unknown_sender", file=name, sender=header.sender)
    if sender.revoked:
        raise FileRefusal(
            "package.revoked_sender", file=name, sender=sender.card.name, day=sender.revoked, why=sender.why
        )
    return sender


class _Intake:
    """Gets the frames of one package within its transaction."""

    def __init__(self, workspace: Workspace, work: Any, sender: Peer, header: Header, name: str) -> None:
        self._workspace, self._work, self._sender, self._header = workspace, work, sender, header
        self._name = name
        note = work.note("received", "package", header.id, "", 0, header.sha256)
        self.merger = Merger(workspace, work, note)
        self.manifest: dict[str, Any] = {}

    def take(self, letter: bytes, body: bytes) -> None:
        """Take one frame."""
        if letter == b"M" and not self.manifest:
            self.manifest = manifest_of(body)
            self._same_as_header()
        elif not self.manifest:
            raise FileRefusal("package.damaged", file=self._name)
        elif letter == b"C":
            self.merger.take(self._allowed(changes_of(body)), self._header.sender)
        elif letter == b"B":
            self._blob(body)

    def _same_as_header(self) -> None:
        header = self._header
        said = {name: self.manifest.get(name) for name in ("id", "sender", "branch", "kind")}
        if said != {"id": header.id, "sender": header.sender, "branch": header.branch, "kind": header.kind}:
            raise FileRefusal("package.damaged", file=self._name)

    def _allowed(self, carried: list[Carried]) -> list[Carried]:
        """A branch brings changes about itself only, and nobody brings what this workstation wrote and lacks.

        Raises:
            FileRefusal: the package holds what its sender may not write.
        """
        own = self._sender.card.branch
        for said in said_by(carried):
            if said.b != self._header.branch or (own and said.b != own):
                raise FileRefusal("package.foreign_changes", file=self._name, sender=self._sender.card.name)
            if is_own(self._workspace, said.w) and said.n > self._work.tail(said.w)[0]:
                raise FileRefusal("package.own_changes_lost", file=self._name)
        return carried

    def _blob(self, body: bytes) -> None:
        import hashlib

        digest = hashlib.sha256(body).hexdigest()
        if not self._work.reader.rows("SELECT 1 FROM blob WHERE digest = ?", [digest]):
            self._work.run("INSERT INTO blob(digest, size, body) VALUES (?, ?, ?)", (digest, len(body), body))


def _take_in(workspace: Workspace, path: Path, sender: Peer, got: Received) -> None:
    header = got.header
    assert header is not None  # noqa: S101 - read before
    with without_collecting(), workspace.store.transaction(workspace.user) as work:
        if work.reader.rows("SELECT 1 FROM package WHERE id = ?", [header.id]):
            got.already = True
            return
        intake = _Intake(workspace, work, sender, header, path.name)
        try:
            open_package(path, header, own_keys(workspace), intake.take)
        except WireFault as fault:
            raise FileRefusal("package.damaged", file=path.name) from fault
        got.merged = intake.merger.finish()
        manifest = intake.manifest
        if not manifest:
            raise FileRefusal("package.damaged", file=path.name)
        if sender.is_headquarters:
            got.guidance = tuple(take_guidance(work, header.sender, now(), manifest.get("guidance") or []))
            take_revocations(work, manifest.get("revoked") or [])
            if manifest.get("officers"):
                put_officers(work, manifest["officers"])
        elif not workspace.branch:
            take_shares(work, header.sender, header.branch, manifest.get("shares") or [])
        learn(workspace, work, header.sender, manifest.get("vector") or {})
        ordinal = int((manifest.get("ordinals") or {}).get(workspace.store.workstation, 0))
        note_package(work, "in", header, ordinal, got.merged.taken, manifest.get("receipt"))
        got.missing = _missing(work, header, ordinal)
        got.months = _answer(workspace, work, got.merged)
        work.flush()


def _missing(work: Any, header: Header, ordinal: int) -> tuple[int, ...]:
    """Return which of the packages that this sender sent here before have not come."""
    rows = work.reader.rows(
        "SELECT number FROM package WHERE direction = 'in' AND sender = ? AND branch = ?",
        [header.sender, header.branch],
    )
    here = {int(row[0]) for row in rows}
    return tuple(number for number in range(1, ordinal) if number not in here)


def _answer(workspace: Workspace, work: Any, merged: Merged) -> tuple[tuple[str, Period, str], ...]:
    """At headquarters, mark the months that came as received; return each month as it stands, once."""
    months: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
    pairs = []
    for record_id in sorted(merged.submissions):
        record = work.reader.get("submission", record_id)
        if record is None:
            continue
        state = record.values.state
        if not workspace.branch and state == "SENT":
            state = "RECEIVED"
            pairs.append((record, record.with_values(state=state, received=workspace.today)))
        months[record.branch, record.values.month].append((record.values.revision, state))
    if pairs:
        Recorder(workspace, work).save(pairs, "received_month")
    return tuple(
        (branch, Period.from_number(month), standing([state for _, state in sorted(revisions)]))
        for (branch, month), revisions in sorted(months.items())
    )
