"""Whose word counts: which sequences a package may carry, and who may say what of a month.

A change carries no signature of its own; the package has its carrier's. So a carrier is believed about its own
branch only: a sequence belongs to the branch of its workstation's card, else to the branch that the log has it
under. What headquarters decides (received, accepted, returned) counts from a headquarters' sequence only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from desktop_app.core.errors import FileRefusal
from desktop_app.exchange.wire import Carried, Manifest, Said, said_by
from desktop_app.services.beginning_anew import cuts, is_former
from desktop_app.services.peers import Peer, peers
from desktop_app.services.workspace import Workspace
from desktop_app.storage.lanes import HOME, workstation_of
from desktop_app.storage.log import LogRow

VERDICTS: Final = frozenset(("RECEIVED", "ACCEPTED", "RETURNED"))
"""States of a month that headquarters gives it."""
_NOTES: Final = {"closed": ("revision",), "reopen": ("revision", "records", "until")}
"""What a note that orders something must say."""


class WhoseWord:
    """Judges the changes of one package."""

    def __init__(self, workspace: Workspace, work: Any, sender: Peer, branch: str, file: str) -> None:
        self._workspace, self._work, self._sender = workspace, work, sender
        self._branch, self._file = branch, file
        self._peers = peers(workspace)
        self._own = workspace.store.workstation
        self._known: dict[str, bool] = {}
        self._claims: dict[str, int] = {}
        self.is_behind = self.is_stopped = False
        self._cuts = cuts(work.reader)
        self.lost = 0
        """Changes of our own that we lack and were not asked to take back."""
        self.differs: dict[str, int] = {}
        """Our former sequences → first number that the branch has otherwise."""

    def hear(self, manifest: Manifest) -> dict[str, int]:
        """Hear what the sender says it has of ours; return what it has besides what was lost here.

        A headquarters to whose own sequence a branch has later changes was restored from an older copy.
        """
        self._claims = manifest.vector
        own = self._workspace.store.lanes.of(self._branch)
        ahead = {
            lane for lane, n in manifest.vector.items()
            if workstation_of(lane) == self._own and n > self._work.tail(lane)[0]
        }  # fmt: skip
        other = own in manifest.ends and own not in ahead and self._has_otherwise(own, manifest)
        self.is_behind = not self._workspace.branch and (own in ahead or own in manifest.stopped or other)
        self.is_stopped = bool(self._workspace.branch) and self._own in manifest.stopped
        self.differs.update(
            {lane: n for lane, n in manifest.stopped.items() if is_former(self._workspace, lane, self._branch)}
            if self._sender.card.branch == self._branch else {}
        )  # fmt: skip
        lost = {own, *ahead} if other else ahead
        return {lane: n for lane, n in manifest.vector.items() if lane not in lost}

    def _has_otherwise(self, own: str, manifest: Manifest) -> bool:
        """Tell whether the sender has another change of ours under the last number that it knows."""
        rows = self._work.reader.rows(
            "SELECT hash FROM change WHERE workstation = ? AND seq = ?", [own, manifest.vector.get(own, 0)]
        )
        return bool(rows) and rows[0][0] != manifest.ends[own]

    def allowed(self, carried: list[Carried]) -> list[Carried]:
        """Return what may be taken in.

        Raises:
            FileRefusal: the package holds what its sender may not bring.
            WireFault: something in it is no change.
        """
        said = said_by(carried)
        return [one for one, of in zip(carried, said, strict=True) if self._may(of, one[1])]

    def _may(self, said: Said, digest: str) -> bool:
        own = self._sender.card.branch
        if said.b != self._branch or (own and said.b != own) or not self._belongs(said.w):
            raise self._refused("package.foreign_changes")
        return workstation_of(said.w) != self._own or self._own_change(said, digest)

    def _refused(self, code: str) -> FileRefusal:
        return FileRefusal(code, file=self._file, sender=self._sender.card.name)

    def _belongs(self, lane: str) -> bool:
        """Tell whether a sequence is of the branch that the package is about."""
        if lane not in self._known:
            self._known[lane] = self._is_of_branch(lane)
        return self._known[lane]

    def _is_of_branch(self, lane: str) -> bool:
        station = workstation_of(lane)
        parts = lane.split(".")
        if lane.endswith(HOME) or (len(parts) > 1 and parts[1] != self._branch):
            return False
        if station == self._own:
            return bool(self._workspace.branch) or len(parts) > 1
        peer = self._peers.get(station)
        if peer is not None:
            return len(parts) > 1 if peer.is_headquarters else peer.card.branch == self._branch
        of = self._work.reader.rows(
            "SELECT branch FROM change WHERE workstation = ? ORDER BY seq LIMIT 1", [lane]
        )
        return not of or of[0][0] == self._branch

    def _own_change(self, said: Said, digest: str) -> bool:
        """Tell whether a change under this workstation's own name is to be sorted in."""
        tail = self._work.tail(said.w)[0]
        former = is_former(self._workspace, said.w, self._branch)
        if said.n <= tail:
            rows = self._work.reader.rows(
                "SELECT hash FROM change WHERE workstation = ? AND seq = ?", [said.w, said.n]
            )
            if rows[0][0] == digest or self._workspace.branch:
                return True
            if not former:
                raise self._refused("package.own_changes_differ")
            self.differs[said.w] = min(said.n, self.differs.get(said.w, said.n))
            return False
        if said.w in self.differs or said.w in self._cuts:
            return False  # what follows on something that we have otherwise
        if former and self._workspace.store.setting("takes_back"):
            return True
        if self._claims.get(said.w, 0) < said.n:
            raise self._refused("package.own_changes_lost")
        self.lost += 1
        return False

    def judge(self, taken: Iterable[tuple[LogRow, dict[str, Any]]]) -> None:
        """Look at new changes of months.

        Raises:
            FileRefusal: somebody else's decision, or an order that orders nothing.
        """
        for row, body in taken:
            wanted = _NOTES.get(row.operation)
            if wanted and (row.register != "submission" or body["set"] or body.get("extra")):
                raise FileRefusal("package.malformed", file=self._file, place=row.operation)
            if wanted and any(name not in body.get("order", {}) for name in wanted):
                raise FileRefusal("package.malformed", file=self._file, place=f"{row.operation}.order")
            if (
                row.register == "submission"
                and body["set"].get("state") in VERDICTS
                and not self._is_headquarters(row.workstation)
            ):
                raise self._refused("package.not_theirs_to_say")

    def _is_headquarters(self, lane: str) -> bool:
        station = workstation_of(lane)
        if station == self._own:
            return not self._workspace.branch
        peer = self._peers.get(station)
        if peer is not None:
            return peer.is_headquarters
        return bool(self._workspace.branch) and "." in lane
