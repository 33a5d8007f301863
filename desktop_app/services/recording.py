"""Writing records: derive, run the rules with the records around, put; the same path for one save and for thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from desktop_app.domain.fields import Ref
from desktop_app.domain.record import Record
from desktop_app.domain.register import Around, RegisterType, register_type, registers
from desktop_app.domain.rules import derived, problems_of, wakes_on
from desktop_app.services.around import Surroundings
from desktop_app.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

Pair = tuple[Record | None, Record]
_PROJECT = "project"


class Recorder:
    """Saves records within one transaction."""

    def __init__(self, workspace: Workspace, work: Work) -> None:
        self._work = work
        self._settled: dict[str, Collection[str]] = {}
        """Fields that a person decided, of the records saved, not of those around them that are looked at again."""
        self._surroundings = Surroundings(workspace, work.reader)

    def save(
        self, pairs: Sequence[Pair], operation: str = "set", reason: str = "", settled: Collection[str] = ()
    ) -> list[Record]:
        """Write (before, after) pairs of records; problems of records around them are brought up to date.

        Args:
            settled: fields that a person decided, written even where the value shown stays.
        """
        self._settled = {after.id: settled for _, after in pairs}
        saved: dict[str, Record] = {}
        by_register: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            by_register[pair[1].register].append(pair)
        for register, group in by_register.items():
            for record in self._save_register(register_type(register), group, operation, reason):
                saved[record.id] = record
        return [saved[after.id] for _, after in pairs]

    def project(self, pairs: Sequence[Pair]) -> None:
        """Write records whose changes came from elsewhere: derived and checked here, not logged again."""
        by_register: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            by_register[pair[1].register].append(pair)
        for register, group in by_register.items():
            self._save_register(register_type(register), group, _PROJECT, "")

    def recheck(self, records: Iterable[Record]) -> None:
        """Run the rules anew over stored records (a term ran out, a setting changed)."""
        by_register: dict[str, list[Pair]] = defaultdict(list)
        for record in records:
            by_register[record.register].append((record, record))
        for register, group in by_register.items():
            self._save_register(register_type(register), group, "set", "")

    def _save_register(
        self, kind: RegisterType, pairs: list[Pair], operation: str, reason: str
    ) -> list[Record]:
        around = self._surroundings
        pairs = [(before, derived(after, around.base)) for before, after in pairs]
        around.look(after for _, after in pairs)
        groups, touched = around.groups(kind, pairs) if kind.peers_by else ({}, set())
        saved = [
            self._put(before, after, around.around(after, groups), operation, reason)
            for before, after in pairs
        ]
        mine = {after.id for _, after in pairs}
        for key in touched:
            for peer in groups.get(key, {}).values():
                if peer.id not in mine:
                    around.look([peer])
                    self._put(peer, peer, around.around(peer, groups), "set", "")
        self._tell_lookers(kind, pairs, saved, operation)
        return saved

    def _tell_lookers(
        self, kind: RegisterType, pairs: list[Pair], saved: list[Record], operation: str
    ) -> None:
        """Bring the problems of records up to date that look at these along their links."""
        if not any(
            isinstance(link := other.by_name[name].type, Ref) and link.to == kind.code
            for other in registers().values() for name in other.looks_at
        ):  # fmt: skip
            return
        for record in saved:
            self._surroundings.remember(record)
        # A card made here has nobody yet who looks at it; one that came may have been waited for.
        known = [after.id for before, after in pairs if before is not None or operation == _PROJECT]
        if known:
            self.recheck(self._surroundings.lookers(kind.code, known))

    def _put(
        self, before: Record | None, after: Record, around: Around, operation: str, reason: str
    ) -> Record:
        after = after.with_problems(problems_of(after, around))
        if operation == _PROJECT:
            self._work.project(before, after, wakes_on(after, around.today))
            return after
        wake = wakes_on(after, around.today)
        return self._work.put(before, after, wake, operation, reason, self._settled.pop(after.id, ()))
