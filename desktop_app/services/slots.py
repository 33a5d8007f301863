"""Which key slots still count: the encrypted database remembers each, so that an old key file lets nobody back in."""

from __future__ import annotations

import json
from typing import Final

from desktop_app.core.errors import EnvironmentFault, Refusal
from desktop_app.storage.keys import KeyRing, Unlocked
from desktop_app.storage.store import Store

_SETTING: Final = "key_slots"
_GONE: Final = ""
"""The role of a slot that was taken away or replaced."""


def check_slot(store: Store, ring: KeyRing, opened: Unlocked) -> None:
    """Refuse a slot that was taken away since, or whose role is not the one it was made with.

    A slot that the database does not know yet is remembered with its role: of a file made by an older version,
    by two-person recovery, or of a database that was put back from a backup.

    Raises:
        Refusal: the user was let out, or has another passphrase by now.
        EnvironmentFault: the key file was edited.
    """
    known, of_file = _known(store), ring.slots()
    mark = opened.slot or next((slot for slot, (user, _) in of_file.items() if user == opened.user), "")
    role = known.get(mark, (opened.user, opened.role))[1]
    if role == _GONE:
        raise Refusal("key.slot_gone", user=opened.user)
    if role != opened.role:
        raise EnvironmentFault("key.slot_altered", user=opened.user)
    fresh = {slot: found for slot, found in of_file.items() if slot not in known}
    if fresh:
        _keep(store, opened.user, {**known, **fresh})


def forget_slots(store: Store, author: str, user: str, but: str = "") -> None:
    """Remember that the slots a user had count no longer, save the one named."""
    known = _known(store)
    gone = {slot: (name, _GONE) for slot, (name, _) in known.items() if name == user and slot != but}
    _keep(store, author, {**known, **gone})


def _known(store: Store) -> dict[str, tuple[str, str]]:
    """Return user and role by the mark of each slot ever seen."""
    stored: dict[str, list[str]] = json.loads(store.setting(_SETTING, "{}"))
    return {mark: (user, role) for mark, (user, role) in stored.items()}


def _keep(store: Store, author: str, known: dict[str, tuple[str, str]]) -> None:
    from desktop_app.storage.tables import meta

    with store.transaction(author) as work:
        work.replace(meta, {"name": _SETTING, "value": json.dumps(known, ensure_ascii=False)})
    store.forget_settings()
