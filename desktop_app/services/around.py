"""What rules look at besides the record itself, the same while typing, on saving, on importing and on receiving."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from desktop_app.domain.fields import Ref
from desktop_app.domain.record import Record
from desktop_app.domain.register import Around, Peer, RegisterType, register_type
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

Groups = dict[str, dict[str, Record]]
"""Key of the peers → id → record."""
_MANY = 400


class Surroundings:
    """Reads what stands around records within one transaction.

    Args:
        reader: reads what is stored, and what was written before within the transaction.
    """

    def __init__(self, workspace: Workspace, reader: Reader) -> None:
        self._reader = reader
        self.base = Around(workspace.today, workspace.store.calendar(), workspace.settings)
        self._roots: dict[str, dict[str, str]] = {}
        self._linked: dict[str, Any] = {}

    def of(self, record: Record) -> Around:
        """Return the surroundings of one record that is not stored as it is."""
        kind = record.type
        self.look([record])
        if not kind.peers_by:
            return self.around(record, {})
        return self.around(record, self.groups(kind, [(None, record)])[0])

    def remember(self, record: Record) -> None:
        """Keep what was written a moment ago, for the records that link to it."""
        self._linked[record.id] = record.values

    def look(self, records: Iterable[Record]) -> None:
        """Read the records that these look at along their links, many at a time."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for record in records:
            for name in record.type.looks_at:
                value = getattr(record.values, name)
                if value and value not in self._linked:
                    wanted[_target(record.type, name)].add(value)
        for register, ids in wanted.items():
            for part in parts(sorted(ids)):
                marks = ",".join("?" * len(part))
                for found in self._reader.records(register, f"id IN ({marks}) AND void = ''", part):
                    self._linked[found.id] = found.values

    def around(self, record: Record, groups: Groups) -> Around:
        """Return a record's surroundings; its links were looked along before."""
        kind = record.type
        key = self.key(kind, record) if kind.peers_by else ""
        group = groups.get(key, {}) if key else {}
        peers = tuple(Peer(r.id, r.values) for r in group.values() if r.id != record.id and not r.void_reason)
        links = {
            name: self._linked[value]
            for name in kind.looks_at if (value := getattr(record.values, name)) in self._linked
        }  # fmt: skip
        return dataclasses.replace(self.base, peers=peers, self_id=record.id, links=links)

    def key(self, kind: RegisterType, record: Record) -> str:
        """Return what a record shares with its peers, empty when it has none."""
        value = getattr(record.values, kind.peers_by)
        return "" if value is None else self._root(kind, str(value))

    def _root(self, kind: RegisterType, value: str) -> str:
        link = kind.by_name[kind.peers_by].type
        if not isinstance(link, Ref) or "same_as" not in register_type(link.to).by_name:
            return value
        if link.to not in self._roots:
            sql = f"SELECT id, same_as FROM {link.to} WHERE same_as IS NOT NULL"
            self._roots[link.to] = dict(self._reader.rows(sql))
        roots = self._roots[link.to]
        seen = set()
        while value in roots and value not in seen:
            seen.add(value)
            value = roots[value]
        return value

    def groups(
        self, kind: RegisterType, pairs: Sequence[tuple[Record | None, Record]]
    ) -> tuple[Groups, set[str]]:
        """Return records by peer key, stored ones and the ones being written together, and the keys touched."""
        touched = {k for pair in pairs for r in pair if r is not None and (k := self.key(kind, r))}
        values = set(touched)
        for roots in self._roots.values():
            values.update(child for child in roots if self._root(kind, child) in touched)
        groups: Groups = defaultdict(dict)
        for part in parts(sorted(values)):
            marks = ",".join("?" * len(part))
            condition = f"{kind.peers_by} IN ({marks}) AND void = ''"
            for record in self._reader.records(kind.code, condition, part):
                groups[self.key(kind, record)][record.id] = record
        for before, after in pairs:
            if before is not None and (key := self.key(kind, before)):
                groups[key].pop(before.id, None)
            if key := self.key(kind, after):
                groups[key][after.id] = after
        return groups, touched

    def lookers(self, register: str, ids: Sequence[str]) -> list[Record]:
        """Return the stored records whose rules look at records of a register."""
        from desktop_app.domain.register import registers

        found: dict[str, Record] = {}
        for kind in registers().values():
            for name in kind.looks_at:
                if _target(kind, name) != register:
                    continue
                for part in parts(ids):
                    marks = ",".join("?" * len(part))
                    condition = f"{name} IN ({marks}) AND void = ''"
                    found |= {r.id: r for r in self._reader.records(kind.code, condition, part)}
        return list(found.values())


def _target(kind: RegisterType, name: str) -> str:
    link = kind.by_name[name].type
    assert isinstance(link, Ref)  # noqa: S101 - only links are looked along
    return link.to


def parts(values: Sequence[str]) -> Iterable[list[str]]:
    """Yield values as many at a time as one question may name."""
    return (list(values[start : start + _MANY]) for start in range(0, len(values), _MANY))
