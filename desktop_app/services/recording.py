"""Writing records: derive, run the rules with the records around, put; the same path for one save and for thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from desktop_app.domain.fields import Ref
from desktop_app.domain.record import Record
from desktop_app.domain.register import Around, Peer, RegisterType, register_type
from desktop_app.domain.rules import derived, problems_of, wakes_on
from desktop_app.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

Pair = tuple[Record | None, Record]
_MANY = 400
_PROJECT = "project"


class Recorder:
    """Saves records within one transaction."""

    def __init__(self, workspace: Workspace, work: Work) -> None:
        self._work = work
        self._settled: Collection[str] = ()
        self._base = Around(workspace.today, workspace.store.calendar(), workspace.settings)
        self._roots: dict[str, dict[str, str]] = {}

    def save(
        self, pairs: Sequence[Pair], operation: str = "set", reason: str = "", settled: Collection[str] = ()
    ) -> list[Record]:
        """Write (before, after) pairs of records; problems of records around them are brought up to date.

        Args:
            settled: fields that a person decided, written even where the value shown stays.
        """
        self._settled = settled
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
        pairs = [(before, derived(after, self._base)) for before, after in pairs]
        if not kind.peers_by:
            return [self._put(before, after, self._base, operation, reason) for before, after in pairs]
        groups, touched = self._groups(kind, pairs)
        saved = [
            self._put(before, after, self._around(kind, after, groups), operation, reason)
            for before, after in pairs
        ]
        mine = {after.id for _, after in pairs}
        for key in touched:
            for peer in groups.get(key, {}).values():
                if peer.id not in mine:
                    self._put(peer, peer, self._around(kind, peer, groups), "set", "")
        return saved

    def _put(
        self, before: Record | None, after: Record, around: Around, operation: str, reason: str
    ) -> Record:
        after = after.with_problems(problems_of(after, around))
        if operation == _PROJECT:
            self._work.project(before, after, wakes_on(after, around.today))
            return after
        wake = wakes_on(after, around.today)
        settled = self._settled if before is not after else ()
        return self._work.put(before, after, wake, operation, reason, settled)

    def _around(self, kind: RegisterType, record: Record, groups: dict[str, dict[str, Record]]) -> Around:
        key = self._key(kind, record)
        group = groups.get(key, {}) if key else {}
        peers = tuple(Peer(r.id, r.values) for r in group.values() if r.id != record.id and not r.void_reason)
        base = self._base
        return Around(base.today, base.calendar, base.settings, peers, record.id)

    def _key(self, kind: RegisterType, record: Record) -> str:
        value = getattr(record.values, kind.peers_by)
        if value is None:
            return ""
        return self._root(kind, str(value))

    def _root(self, kind: RegisterType, value: str) -> str:
        link = kind.by_name[kind.peers_by].type
        if not isinstance(link, Ref) or "same_as" not in register_type(link.to).by_name:
            return value
        if link.to not in self._roots:
            sql = f"SELECT id, same_as FROM {link.to} WHERE same_as IS NOT NULL"
            self._roots[link.to] = dict(self._work.reader.rows(sql))
        roots = self._roots[link.to]
        seen = set()
        while value in roots and value not in seen:
            seen.add(value)
            value = roots[value]
        return value

    def _groups(self, kind: RegisterType, pairs: list[Pair]) -> tuple[dict[str, dict[str, Record]], set[str]]:
        """Return records by peer key, stored ones and the ones being written together."""
        touched = {k for pair in pairs for r in pair if r is not None and (k := self._key(kind, r))}
        values = set(touched)
        for roots in self._roots.values():
            values.update(child for child in roots if self._root(kind, child) in touched)
        groups: dict[str, dict[str, Record]] = defaultdict(dict)
        wanted = sorted(values)
        for start in range(0, len(wanted), _MANY):
            part = wanted[start : start + _MANY]
            marks = ",".join("?" * len(part))
            condition = f"{kind.peers_by} IN ({marks}) AND void = ''"
            for record in self._work.reader.records(kind.code, condition, part):
                groups[self._key(kind, record)][record.id] = record
        for before, after in pairs:
            if before is not None and (key := self._key(kind, before)):
                groups[key].pop(before.id, None)
            if key := self._key(kind, after):
                groups[key][after.id] = after
        return groups, touched
