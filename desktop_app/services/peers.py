"""Keys of this workstation and the workstations it exchanges with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_app.core.errors import FileRefusal, Refusal, UsageFault
from desktop_app.exchange.keycard import Keycard, OwnKeys, card_of, new_keys, read_card, write_card
from desktop_app.services.words import place_words
from desktop_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Peer:
    """A workstation that packages go to and come from.

    Attributes:
        vector: sequence → number of the last change it is known to have.
        revoked: day from which its packages are refused, empty while it is trusted.
        anew: moment from which it began anew, after a restoration.
    """

    card: Keycard
    added: str
    added_by: str
    revoked: str
    why: str
    vector: dict[str, int]
    anew: str = ""

    @property
    def is_headquarters(self) -> bool:
        """Tell whether it is a headquarters."""
        return not self.card.branch


def own_keys(workspace: Workspace) -> OwnKeys:
    """Return this workstation's secret keys, made on first need."""
    with workspace.store.read() as reader:
        found = dict(reader.rows("SELECT name, value FROM own_key"))
    if "sign" in found:
        return OwnKeys(found["sign"], found["seal"])
    made = new_keys()
    with workspace.store.transaction(workspace.user) as work:
        work.run("INSERT INTO own_key(name, value) VALUES (?, ?)",
                 [("sign", made.sign_seed), ("seal", made.seal_identity)])  # fmt: skip
    return made


def own_card(workspace: Workspace) -> Keycard:
    """Return the card that introduces this workstation."""
    place = place_words(workspace.branch, workspace.language)
    name = workspace.store.setting("name") or f"{place}, {workspace.user}"
    return card_of(own_keys(workspace), workspace.store.workstation, workspace.branch, name)


def card_text(workspace: Workspace) -> str:
    """Return this workstation's card as a file's text."""
    return write_card(own_card(workspace), own_keys(workspace))


def write_card_file(text: str, path: Path) -> None:
    """Write a card's text to a file; an earlier card gives way, any other file does not.

    Raises:
        Refusal: there is a file of that name which is no card.
        OSError: the file cannot be written.
    """
    if path.exists():
        try:
            read_card(path.read_text("utf-8"))
        except (FileRefusal, UnicodeDecodeError, IsADirectoryError) as fault:
            raise Refusal("usage.exists", path=path) from fault
    path.write_text(text, "utf-8")


def add_peer(workspace: Workspace, text: str) -> Peer:
    """Trust a workstation by its card; who adds it has compared the fingerprint.

    Raises:
        FileRefusal: no card, or an altered one.
        Refusal: no right, one's own card, another card of a known workstation, or a revoked one.
    """
    workspace.demand("keys")
    card = read_card(text)
    if card.workstation == workspace.store.workstation:
        raise Refusal("key.own_card")
    if workspace.branch and card.branch not in ("", workspace.branch):
        raise Refusal("key.other_branch", branch=card.branch, own=workspace.branch)
    known = peer_of(workspace, card.workstation)
    if known is not None and known.revoked:
        raise Refusal("key.revoked", name=known.card.name, day=known.revoked)
    if known is not None and known.card != card:
        raise Refusal("key.card_changed", name=known.card.name)
    if known is None:
        with workspace.store.transaction(workspace.user) as work:
            work.run(
                "INSERT INTO peer(workstation, branch, name, sign_key, seal_key, added, added_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    card.workstation,
                    card.branch,
                    card.name,
                    card.sign_key,
                    card.seal_key,
                    now(),
                    workspace.user,
                ),
            )
            work.run("DELETE FROM package WHERE direction = 'aside'")  # what was refused may be right now
    return peers(workspace)[card.workstation]


def card_in(text: str) -> Keycard:
    """Return the card that a file's text holds, to be shown before it is trusted.

    Raises:
        FileRefusal: no card, or an altered one.
    """
    return read_card(text)


def revoke_peer(workspace: Workspace, workstation: str, reason: str) -> Peer:
    """Refuse a workstation's packages from now on (lost, stolen, replaced); what came before stays.

    Raises:
        Refusal: no right or no reason.
        UsageFault: no such workstation.
    """
    workspace.demand("keys")
    if not reason.strip():
        raise Refusal("key.revoke_needs_reason")
    found = find_peer(workspace, workstation)
    with workspace.store.transaction(workspace.user) as work:
        work.run("UPDATE peer SET revoked = ?, why = ? WHERE workstation = ?",
                 (workspace.today.isoformat(), reason.strip(), found.card.workstation))  # fmt: skip
    return peers(workspace)[found.card.workstation]


def find_peer(workspace: Workspace, text: str) -> Peer:
    """Return the peer whose workstation begins with a text.

    Raises:
        UsageFault: none or several.
    """
    hits = [peer for key, peer in peers(workspace).items() if text and key.startswith(text)]
    if len(hits) != 1:
        raise UsageFault("usage.no_peer", text=text)
    return hits[0]


def peers(workspace: Workspace) -> dict[str, Peer]:
    """Return every known workstation by its id."""
    with workspace.store.read() as reader:
        return {row[0]: _peer(row) for row in reader.rows(f"{_SELECT} ORDER BY branch, added")}


def peer_of(workspace: Workspace, workstation: str) -> Peer | None:
    """Return one workstation, None when it is not known."""
    with workspace.store.read() as reader:
        rows = reader.rows(f"{_SELECT} WHERE workstation = ?", [workstation])
    return _peer(rows[0]) if rows else None


_SELECT = (
    "SELECT workstation, branch, name, sign_key, seal_key, added, added_by, revoked, why, vector FROM peer"
)


def _peer(row: tuple[Any, ...]) -> Peer:
    added, by, revoked, why, vector = row[5:]
    have = json.loads(vector or "{}")
    anew = str(have.pop("", ""))  # kept under no sequence's name
    return Peer(Keycard(*row[:5]), added, by, revoked, why, have, anew)


def now() -> str:
    """Return the moment as ISO text, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
