"""Who may open the workspace: one key slot a user, the database key itself never changes."""

from __future__ import annotations

from desktop_app.core.errors import Refusal, UsageFault
from desktop_app.services.rights import ROLES
from desktop_app.services.slots import check_slot, forget_slots
from desktop_app.services.workspace import KEYS, SHORTEST_PASSPHRASE, Workspace
from desktop_app.storage.keys import RECOVERY, KeyRing


def users(workspace: Workspace) -> dict[str, str]:
    """Return role by user."""
    return KeyRing(workspace.folder / KEYS).users()


def add_user(workspace: Workspace, name: str, role: str, passphrase: str) -> None:
    """Let a user in, or give one another role and passphrase.

    Raises:
        Refusal: no right, or the last administrator would lose the role.
        UsageFault: no name, no such role, or a passphrase under eight characters.
    """
    workspace.demand("users")
    name = name.strip()
    if not name or name == RECOVERY:
        raise UsageFault("usage.user_name")
    if role not in ROLES:
        raise UsageFault("usage.role", role=role, roles=", ".join(ROLES))
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageFault("usage.passphrase_short")
    if role != "administrator":
        _keep_an_administrator(workspace, name)
    _give_slot(workspace, name, passphrase, role)


def change_passphrase(workspace: Workspace, old: str, new: str) -> None:
    """Give who is signed in another passphrase; the old one proves that it is really them.

    Raises:
        Refusal: the old passphrase is wrong.
        UsageFault: the new one is under eight characters.
    """
    if len(new) < SHORTEST_PASSPHRASE:
        raise UsageFault("usage.passphrase_short")
    ring = KeyRing(workspace.folder / KEYS)
    opened = ring.open(old, workspace.user)
    if opened.user != workspace.user:
        raise Refusal("key.wrong_passphrase")
    _give_slot(workspace, workspace.user, new, workspace.opened.role)


def remove_user(workspace: Workspace, name: str) -> None:
    """Let a user in no longer.

    Raises:
        Refusal: no right, or it is the last administrator.
        UsageFault: no such user.
    """
    workspace.demand("users")
    if name not in users(workspace):
        raise UsageFault("usage.no_user", user=name)
    _keep_an_administrator(workspace, name)
    if not workspace.is_shared:
        forget_slots(workspace.store, workspace.user, name)
    KeyRing(workspace.folder / KEYS).remove(name)


def _give_slot(workspace: Workspace, name: str, passphrase: str, role: str) -> None:
    """Write a user's slot; whatever slot the user had before counts no longer, in old copies of the file either."""
    made = KeyRing(workspace.folder / KEYS).add(workspace.opened, name, passphrase, role)
    if not workspace.is_shared:
        check_slot(workspace.store, KeyRing(workspace.folder / KEYS), made)
        forget_slots(workspace.store, workspace.user, name, but=made.slot)


def _keep_an_administrator(workspace: Workspace, name: str) -> None:
    others = {role for user, role in users(workspace).items() if user != name}
    if users(workspace).get(name) == "administrator" and "administrator" not in others:
        raise Refusal("users.last_administrator")
