"""What headquarters sends down besides answers: forms, classifiers, calendar, revoked workstations."""

from __future__ import annotations

from typing import Any

from desktop_app.services.workspace import Workspace


def guidance_frames(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every piece of guidance in force: name, version, body."""
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT name, version, body FROM guidance ORDER BY name")
    return [{"name": name, "version": version, "body": body} for name, version, body in rows]


def revocations(workspace: Workspace, branch: str) -> list[dict[str, str]]:
    """Return the branch's workstations that are trusted no longer."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT workstation, revoked, why FROM peer WHERE revoked <> '' AND branch = ?", [branch]
        )
    return [{"workstation": key, "day": day, "why": why} for key, day, why in rows]


def take_guidance(work: Any, sender: str, moment: str, pieces: list[dict[str, Any]]) -> list[str]:
    """Keep guidance that is newer than what is here; return the names taken."""
    taken = []
    for piece in pieces:
        name, version, body = str(piece["name"]), int(piece["version"]), str(piece["body"])
        here = work.reader.rows("SELECT version FROM guidance WHERE name = ?", [name])
        if here and int(here[0][0]) >= version:
            continue
        work.run("DELETE FROM guidance WHERE name = ?", (name,))
        work.run("INSERT INTO guidance(name, version, body, moment, sender) VALUES (?, ?, ?, ?, ?)",
                 (name, version, body, moment, sender))  # fmt: skip
        taken.append(name)
    return taken


def take_revocations(work: Any, revoked: list[dict[str, str]]) -> None:
    """Refuse from now on the workstations that headquarters trusts no longer."""
    for one in revoked:
        work.run("UPDATE peer SET revoked = ?, why = ? WHERE workstation = ? AND revoked = ''",
                 (one["day"], one["why"], one["workstation"]))  # fmt: skip
