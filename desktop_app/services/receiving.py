"""Receiving: every package is checked from the outside in, and taken in whole or not at all."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from desktop_app.core.errors import EnvironmentFault, FileRefusal, TizilimError
from desktop_app.core.periods import Period
from desktop_app.exchange.package import HEAD, Header, check_package, open_package, read_header
from desktop_app.exchange.transport import Moved, Place, PlacedFile, is_place
from desktop_app.exchange.wire import Manifest, WireFault, changes_of, files_in, manifest_of, said_again
from desktop_app.services.beginning_anew import ANEW, notice, say_again
from desktop_app.services.board import standing
from desktop_app.services.collecting import without_collecting
from desktop_app.services.faults import refusal_of
from desktop_app.services.freshness import keep_up
from desktop_app.services.guiding import apply_guidance, take_guidance, take_revocations
from desktop_app.services.merging import Merged, Merger
from desktop_app.services.parcels import learn, note_package
from desktop_app.services.passed_over import PassedOver
from desktop_app.services.peers import Peer, now, own_keys, peer_of
from desktop_app.services.recording import Recorder
from desktop_app.services.recovery import take_officers, take_shares
from desktop_app.services.sending import Progress, Sent, place_of, send
from desktop_app.services.whose_word import WhoseWord
from desktop_app.services.workspace import Workspace


@dataclass(slots=True)
class Received:
    """What became of one file.

    Attributes:
        refusal: why nothing of it was taken in, if so.
        already: it was taken in before; nothing changed.
        missing: numbers of packages of the same sender that did not come.
        months: months that came with it, as they stand now.
        guidance: names of forms, classifiers and calendars that came with it.
        unfit: names of those that do not fit and were left out.
        own: what it says of this workstation: ``own_lost`` (others have changes of ours that we lack), ``own_stopped``.
        is_behind: a branch has changes of ours under numbers that we would give away next.
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
    unfit: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    is_behind: bool = False


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
                with place_of(workspace, source) as place:
                    found.extend(_from_place(workspace, place, Path(folder), progress))
            else:
                found.append(receive_file(workspace, Path(source)))
    return found


def receive_and_answer(
    workspace: Workspace, sources: Sequence[str], progress: Progress | None = None
) -> tuple[list[Received], list[Sent], EnvironmentFault | None]:
    """Take packages in; headquarters leaves the answers to the branches in the first place among the sources.

    Returns:
        What became of the files, the answers, and why an answer could not be left; it is still owed then, and the
        next receiving from where the packages lie leaves it, as any sending does.
    """
    found = receive(workspace, sources, progress)
    places = [source for source in sources if is_place(source)]
    if workspace.branch or not places:
        return found, [], None
    came = {one.header.branch for one in found if one.header and not one.refusal and not one.already}
    answers: list[Sent] = []
    try:
        for code in sorted(came | _owed(workspace, places[0], came)):
            answers += send(workspace, places[0], branch=code, progress=progress)
    except EnvironmentFault as fault:
        return found, answers, fault
    return found, answers, None


def _owed(workspace: Workspace, source: str, besides: set[str]) -> set[str]:
    """Return the branches that no receipt was left for yet, of those whose packages lie in a place."""
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT id, branch FROM package WHERE direction = 'in' AND body = ''")
    waiting = [(f"-{key[:8]}.", branch) for key, branch in rows if branch not in besides]
    if not waiting:
        return set()
    with place_of(workspace, source) as place:
        names = place.names()
    return {branch for end, branch in waiting if any(end in name for name in names)}


def _from_place(
    workspace: Workspace, place: Place, folder: Path, progress: Progress | None
) -> Iterator[Received]:
    known = PassedOver(workspace)
    found = [one for one in place.files() if one not in known]
    for done, one in enumerate(found):

        def moved(count: int, done: int = done, one: PlacedFile = one) -> None:
            if progress:
                progress(done * 100 + min(count * 100 // max(one.size, 1), 99), len(found) * 100, one.name)

        moved(0)
        local = folder / f"{done}.tzp"
        try:
            got = _fetched(workspace, place, one, local, moved)
        except EnvironmentFault as refusal:  # the line, not the file: tried again next time
            got = Received(one.name, refusal=refusal)
        except TizilimError as refusal:
            got = Received(one.name, refusal=refusal)
            known.add(one, refusal.code)
        if got is None:
            known.add(one, "")
            continue
        if isinstance(got.refusal, FileRefusal):
            known.add(one, got.refusal.code)
        got.name = one.name
        yield got
        local.unlink(missing_ok=True)
    if progress:
        progress(100, 100, "")


def _fetched(
    workspace: Workspace, place: Place, one: PlacedFile, local: Path, moved: Moved
) -> Received | None:
    """Fetch a file and take it in; None when its header says that it is not for this workstation."""
    place.fetch_head(one.name, local, HEAD)
    header = read_header(local)[0]
    if header.sender == workspace.store.workstation or workspace.store.workstation not in header.to:
        return None
    if _is_known(workspace, header.id):
        return Received(one.name, header, already=True)
    place.fetch(one.name, local, moved)
    return receive_file(workspace, local)


def _is_known(workspace: Workspace, package: str) -> bool:
    with workspace.store.read() as reader:
        return bool(reader.rows("SELECT 1 FROM package WHERE id = ? AND direction <> 'aside'", [package]))


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
    except (MemoryError, OSError) as fault:
        got.refusal = EnvironmentFault("disk.read", path=path)
        got.refusal.__cause__ = fault
    except Exception as fault:  # one file that nobody thought of must not stop the others
        # What the database or its server says is no fault of the file: it is taken in the next time.
        got.refusal = refusal_of(fault) or FileRefusal("package.not_understood", file=path.name)
        got.refusal.__cause__ = fault
    workspace.store.forget_titles()
    workspace.store.forget_settings()
    if got.refusal is None and got.is_behind:
        notice(workspace)
    if got.guidance:
        apply_guidance(workspace.store)
        keep_up(workspace)
    if got.refusal is not None:  # rolled back, whatever was counted before
        got.merged, got.months, got.guidance, got.unfit, got.missing, got.own = Merged(), (), (), (), (), ()
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
        self.whose = WhoseWord(workspace, work, sender, header.branch, name)
        self.merger = Merger(workspace, work, note, self.whose.judge)
        self.manifest: Manifest | None = None
        self._files: set[str] = set()
        self.have: dict[str, int] = {}

    def take(self, letter: bytes, body: bytes) -> None:
        """Take one frame."""
        if letter == b"M" and self.manifest is None:
            self.manifest = manifest_of(body)
            self._same_as_header(self.manifest)
            self.have = self.whose.hear(self.manifest)
        elif self.manifest is None:
            raise FileRefusal("package.damaged", file=self._name)
        elif letter == b"C":
            self.merger.take(self.whose.allowed(changes_of(body)), self._header.sender)
            self._files |= files_in(body)
        elif letter == b"B":
            self._blob(body)

    def _same_as_header(self, manifest: Manifest) -> None:
        header = self._header
        said = (manifest.id, manifest.sender, manifest.branch, manifest.kind)
        if said != (header.id, header.sender, header.branch, header.kind):
            raise FileRefusal("package.damaged", file=self._name)

    def _blob(self, body: bytes) -> None:
        import hashlib

        digest = hashlib.sha256(body).hexdigest()
        if digest not in self._files:  # nothing is kept that no record names
            raise FileRefusal("package.stray_file", file=self._name)
        if not self._work.reader.rows("SELECT 1 FROM blob WHERE digest = ?", [digest]):
            self._work.run("INSERT INTO blob(digest, size, body) VALUES (?, ?, ?)", (digest, len(body), body))


def _take_in(workspace: Workspace, path: Path, sender: Peer, got: Received) -> None:
    header = got.header
    assert header is not None  # noqa: S101 - read before
    with without_collecting(), workspace.store.transaction(workspace.user) as work:
        if work.reader.rows("SELECT 1 FROM package WHERE id = ? AND direction <> 'aside'", [header.id]):
            got.already = True
            return
        intake = _Intake(workspace, work, sender, header, path.name)
        try:
            open_package(path, header, own_keys(workspace), intake.take)
            got.merged = intake.merger.finish()
        except WireFault as fault:
            raise _malformed(path.name, fault) from fault
        manifest = intake.manifest
        if manifest is None:
            raise FileRefusal("package.damaged", file=path.name)
        _take_announcements(workspace, work, sender, header, manifest, got)
        learn(workspace, work, header.sender, intake.have, manifest.anew)
        if intake.whose.differs:
            say_again(workspace, work, intake.whose.differs)
        if intake.whose.is_behind or intake.whose.lost:
            got.own = ("own_lost",)
        elif intake.whose.is_stopped:
            got.own = ("own_stopped",)
        ordinal = manifest.ordinals.get(workspace.store.workstation, 0)
        note_package(work, "in", header, ordinal, got.merged.taken, said_again(manifest.receipt))
        got.missing = _missing(work, header, ordinal)
        got.months = _answer(workspace, work, got.merged)
        got.is_behind = intake.whose.is_behind
        work.flush()


def _malformed(name: str, fault: WireFault) -> FileRefusal:
    """Return the refusal of what is signed rightly and yet no version writes."""
    if not fault.place:
        return FileRefusal("package.damaged", file=name)
    return FileRefusal("package.malformed", file=name, place=fault.place)


def _take_announcements(
    workspace: Workspace, work: Any, sender: Peer, header: Header, manifest: Manifest, got: Received
) -> None:
    """Take what the manifest says besides changes; what does not fit is left out and said."""
    if sender.is_headquarters:
        taken, unfit = take_guidance(work, header.sender, now(), manifest.guidance)
        got.guidance, got.unfit = tuple(taken), tuple(unfit)
        take_revocations(work, manifest.revoked)
        got.unfit += tuple(take_officers(work, manifest.officers))
    elif not workspace.branch:
        take_shares(work, header.sender, header.branch, manifest.shares)


_MISSING_SHOWN = 50
"""Lost packages that are named; a sender's count may be anything."""


def _missing(work: Any, header: Header, ordinal: int) -> tuple[int, ...]:
    """Return which of the packages that this sender sent here before have not come."""
    rows = work.reader.rows(
        "SELECT number, moment FROM package WHERE direction = 'in' AND sender = ? AND branch = ?",
        [header.sender, header.branch],
    )
    here = {int(row[0]) for row in rows}
    # What came before this database was restored is not missed: the sequences themselves tell what lacks.
    anew = work.reader.meta(ANEW)
    first = (
        min((int(number) for number, moment in rows if moment >= anew[:19]), default=ordinal) if anew else 1
    )
    lost = (number for number in range(first, ordinal) if number not in here)
    return tuple(islice(lost, _MISSING_SHOWN))


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
