"""Headquarters restored from an older copy: it keeps its name and keys and goes on in new sequences.

The branches may have changes of headquarters that the copy lacks, under numbers that it would give away again. So
it writes on under new names of its sequences; what it lacks comes back from the branches once an administrator has
said so, for only they have it and no signature of headquarters proves it; what it wrote under numbers that were
taken already is said again. ``docs/decisions`` has the reasons.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from desktop_app.core.errors import Refusal
from desktop_app.domain.record import Record
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.lanes import workstation_of
from desktop_app.storage.queries import Reader

SEQUENCE: Final = "sequence"
ANEW: Final = "anew"
TAKES_BACK: Final = "takes_back"
_CUTS: Final = "sequence_cuts"


def new_beginning(*, takes_back: bool) -> dict[str, str]:
    """Return the settings of a database that goes on in new sequences."""
    found = {SEQUENCE: secrets.token_hex(3), ANEW: datetime.now(UTC).isoformat(timespec="microseconds")}
    return {**found, TAKES_BACK: "1"} if takes_back else found


def begin_anew(workspace: Workspace) -> str:
    """Go on in new sequences and take back from the branches what this copy lacks; return the new mark.

    Raises:
        Refusal: no right, or not at headquarters.
    """
    workspace.demand("restore")
    if workspace.branch:
        raise Refusal("anew.headquarters_only")
    return _begin(workspace, takes_back=True)


def notice(workspace: Workspace) -> str:
    """Go on in new sequences because a branch has later numbers of ours; nothing is taken back unasked."""
    return _begin(workspace, takes_back=False)


def _begin(workspace: Workspace, *, takes_back: bool) -> str:
    from desktop_app.storage.tables import meta

    said = new_beginning(takes_back=takes_back)
    with workspace.store.transaction(workspace.user) as work:
        for name, value in said.items():
            work.replace(meta, {"name": name, "value": value})
        work.run("DELETE FROM package WHERE direction = 'aside'")
        work.note("anew", "workstation", workspace.store.workstation, "", 0, said[SEQUENCE])
    workspace.store.forget_settings()
    return said[SEQUENCE]


def is_former(workspace: Workspace, lane: str, branch: str) -> bool:
    """Tell whether a sequence is one that headquarters wrote before it began anew."""
    store = workspace.store
    return (
        not workspace.branch and workstation_of(lane) == store.workstation and lane != store.lanes.of(branch)
    )


def cuts(reader: Reader) -> dict[str, int]:
    """Return former sequence → first number under which a branch has something else than we."""
    found: dict[str, int] = json.loads(reader.meta(_CUTS) or "{}")
    return found


def settled(workspace: Workspace, reader: Reader, branch: str, have: Mapping[str, int]) -> dict[str, int]:
    """Return up to which number each sequence may be told and sent.

    Of our former sequences only what the branch is known to share: more may stand there under the same numbers.
    """
    former = [lane for lane in have if is_former(workspace, lane, branch)]
    if not former:
        return dict(have)
    anew = reader.meta(ANEW)
    heard = reader.rows(
        "SELECT 1 FROM package WHERE direction = 'in' AND branch = ? AND moment > ? LIMIT 1", [branch, anew]
    )
    cut = cuts(reader)
    found = dict(have)
    for lane in former:
        if not heard:
            found[lane] = min(have[lane], _shared(reader, branch, lane))
        elif lane in cut:
            found[lane] = cut[lane] - 1
    return found


def _shared(reader: Reader, branch: str, lane: str) -> int:
    rows = reader.rows("SELECT vector FROM peer WHERE branch = ? AND revoked = ''", [branch])
    return min((int(json.loads(vector or "{}").get(lane, 0)) for (vector,) in rows), default=0)


def say_again(workspace: Workspace, work: Any, differs: Mapping[str, int]) -> None:
    """Say again, in the new sequences, what stands under numbers that a branch has otherwise.

    Args:
        differs: former sequence → first number that differs.
    """
    from desktop_app.storage.tables import meta

    known = cuts(work.reader)
    for lane, first in differs.items():
        last = known.get(lane)
        if last is not None and last <= first:
            continue
        rows = work.reader.rows(
            "SELECT entry FROM change WHERE workstation = ? AND seq >= ? ORDER BY seq", [lane, first]
        )
        for (entry,) in rows:
            body = json.loads(entry)
            if last is None or body["n"] < last:
                _say(workspace, work, body)
        known[lane] = first
    work.replace(meta, {"name": _CUTS, "value": json.dumps(known, sort_keys=True)})


def _say(workspace: Workspace, work: Any, body: dict[str, Any]) -> None:
    why = str(body.get("why", ""))
    names = [*body["set"], *body.get("extra", {})]
    if names:
        record = work.reader.get(body["r"], body["id"])
        if record is not None:
            seen = _seen(record, body.get("base", {}), names)
            Recorder(workspace, work).save([(seen, seen)], body["op"], why, settled=names)
            work.send()
    if "order" in body:
        order = body["order"]
        digest = work.note(body["op"], body["r"], body["id"], body["b"], body["p"], why, order)
        work.send()
        if body["op"] == "reopen":
            values = [
                (body["b"], body["p"], order["revision"], record, order["until"], digest)
                for record in order["records"]
            ]
            work.run(
                "INSERT INTO reopening(branch, period, revision, record, until, hash) VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )


def _seen(record: Record, base: Mapping[str, Any], names: Sequence[str]) -> Record:
    """Return a record whose author saw, besides what stands, what the author of the lost change saw."""
    heads = {
        name: tuple(sorted({*record.heads_of(name), *((head[0], head[1]) for head in base.get(name, ()))}))
        for name in names
    }
    return dataclasses.replace(record, heads={**record.heads, **heads})
