"""Two-person recovery: headquarters holds a branch's database key so that no one person can open it.

The key is split into shares of which any two give it back (a line over GF(256) for each byte); each share is
sealed to one recovery officer, whose own key lies under a passphrase of that officer. One share says nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import EnvironmentFault, Refusal, UsageFault
from desktop_app.exchange.escrow import (
    is_recipient,
    join,
    locked_identity,
    open_identity,
    open_share,
    seal_share,
    split,
)
from desktop_app.exchange.wire import Announced, Share
from desktop_app.services.peers import now
from desktop_app.services.workspace import KEYS, SHORTEST_PASSPHRASE, Workspace
from desktop_app.storage.keys import KeyRing

_OFFICERS: Final = "recovery_officers"
LEAST_OFFICERS: Final = 2


@dataclass(frozen=True, slots=True)
class Officer:
    """A recovery officer: name, what shares are sealed to, and the locked key that opens them."""

    name: str
    recipient: str
    locked: str


def officers(workspace: Workspace) -> list[Officer]:
    """Return the recovery officers of headquarters, or those that headquarters announced to a branch."""
    return [
        Officer(o["name"], o["recipient"], o.get("locked", "")) for o in _stored(workspace)
        if is_recipient(o["recipient"])
    ]  # fmt: skip


def _stored(workspace: Workspace) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(workspace.store.setting(_OFFICERS, "[]"))
    return found


def add_officer(workspace: Workspace, name: str, passphrase: str) -> None:
    """Name a recovery officer at headquarters; the passphrase is the officer's own.

    Raises:
        Refusal: no right, not at headquarters, or known already.
        UsageFault: the passphrase is too short.
    """
    workspace.demand("users")
    if workspace.branch:
        raise Refusal("recovery.headquarters_only")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageFault("usage.passphrase_short")
    known = _stored(workspace)
    if not name.strip() or any(one["name"] == name for one in known):
        raise Refusal("recovery.known_officer", name=name)
    recipient, locked = locked_identity(passphrase)
    remember_officers(workspace, [*known, {"name": name, "recipient": recipient, "locked": locked}])


def announced(workspace: Workspace) -> list[dict[str, str]]:
    """Return what branches are told of the officers: names and recipients, never the locked keys."""
    return [{"name": one["name"], "recipient": one["recipient"]} for one in _stored(workspace)]


def remember_officers(workspace: Workspace, found: list[dict[str, str]]) -> None:
    """Keep the officers; at a branch, those that headquarters announced."""
    with workspace.store.transaction(workspace.user) as work:
        put_officers(work, found)
    workspace.store.forget_settings()


def take_officers(work: Any, found: list[Announced]) -> list[str]:
    """Keep the officers that headquarters announced; return the names of those that nothing can be sealed to."""
    fit = [{"name": one.name, "recipient": one.recipient} for one in found if is_recipient(one.recipient)]
    if fit:
        put_officers(work, fit)
    return [one.name for one in found if not is_recipient(one.recipient)]


def put_officers(work: Any, found: list[dict[str, str]]) -> None:
    """Keep the officers within a transaction."""
    from desktop_app.storage.tables import meta

    work.replace(meta, {"name": _OFFICERS, "value": json.dumps(found, ensure_ascii=False)})


def shares_for(workspace: Workspace) -> list[dict[str, str]]:
    """Return a branch's database key in sealed shares, one an officer; none while fewer than two are known."""
    known = officers(workspace)
    if not workspace.branch or len(known) < LEAST_OFFICERS:
        return []
    parts = split(workspace.opened.key, len(known))
    return [
        {"officer": one.name, "sealed": seal_share(part, one.recipient)}
        for one, part in zip(known, parts, strict=True)
    ]


def take_shares(work: Any, workstation: str, branch: str, shares: list[Share]) -> None:
    """Keep a workstation's shares at headquarters in the place of those before."""
    if not shares:
        return
    kept = {one.officer: one.sealed for one in shares}
    work.run("DELETE FROM escrow WHERE workstation = ?", (workstation,))
    work.run("INSERT INTO escrow(workstation, officer, branch, sealed, moment) VALUES (?, ?, ?, ?, ?)",
             [(workstation, name, branch, sealed, now()) for name, sealed in sorted(kept.items())])  # fmt: skip


def recover(
    workspace: Workspace, workstation: str, passphrases: dict[str, str], new_passphrase: str, folder: Path
) -> Path:
    """Make a key file that opens a branch's database, by two officers' passphrases; put it beside the database.

    Args:
        passphrases: officer → passphrase; two of them.
        new_passphrase: what the branch's administrator will sign in with.

    Raises:
        Refusal: no right, no shares of that workstation, fewer than two officers, or a wrong passphrase.
    """
    workspace.demand("users")
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT officer, sealed FROM escrow WHERE workstation = ?", [workstation])
    sealed = dict(rows)
    if not sealed:
        raise Refusal("recovery.no_shares", workstation=workstation)
    if len(new_passphrase) < SHORTEST_PASSPHRASE:
        raise UsageFault("usage.passphrase_short")
    opened = []
    for officer in officers(workspace):
        if officer.name in passphrases and officer.name in sealed:
            identity = open_identity(officer.locked, passphrases[officer.name])
            if identity is None:
                raise Refusal("recovery.wrong_passphrase", name=officer.name)
            opened.append(open_share(sealed[officer.name], identity))
    if len(opened) < LEAST_OFFICERS:
        raise Refusal("recovery.two_needed")
    key = join(*next(combinations(opened, 2)))
    path = folder / KEYS
    if path.exists():
        raise EnvironmentFault("recovery.file_exists", path=path)
    KeyRing.for_key(path, key, "administrator", new_passphrase, "administrator")
    with workspace.store.transaction(workspace.user) as work:
        work.note("recover", "key", workstation, "", 0, ", ".join(sorted(passphrases)))
        work.flush()
    return path
