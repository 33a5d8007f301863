"""Finding the record that a row of a workbook is: in its own file, in the database, by what a correction left."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from desktop_app.domain.fields import Ref
from desktop_app.domain.record import Record
from desktop_app.domain.register import RegisterType
from desktop_app.domain.sameness import Key, contradict, identities, likeness, remains
from desktop_app.importing.rows import DataRow
from desktop_app.services.around import parts
from desktop_app.services.intake_outcome import RowOutcome
from desktop_app.storage.queries import Reader

_MOVED: Final = 100.0
"""Likeness of a row to the record in its place where the day alone is another, as in all of its sheet."""
_LOOKED_AT: Final = 60
"""Records of one key that are compared: a key that more share tells nothing."""


def fingerprint(kind: RegisterType, branch: str, row: DataRow) -> str:
    """Return the mark of a row as it is written."""
    text = "\x1f".join((kind.code, branch, *(part.strip() for part in row.fingerprint)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def marked(reader: Reader, marks: Sequence[str]) -> dict[str, str]:
    """Return which of some marks are remembered, with their records."""
    found: dict[str, str] = {}
    for part in parts(marks):
        places = ",".join("?" * len(part))
        found |= dict(
            reader.rows(f"SELECT fingerprint, record FROM import_row WHERE fingerprint IN ({places})", part)
        )
    return found


class RowsOfFile:
    """Rows of one register in one file: each is the first of its event, or repeats one before it."""

    def __init__(self, kind: RegisterType) -> None:
        self.kind = self._kind = kind
        self._by_print: dict[str, RowOutcome] = {}
        self._by_key: dict[Key, list[RowOutcome]] = defaultdict(list)
        self._places: dict[int, str] = {}
        self._repeats: dict[int, list[RowOutcome]] = defaultdict(list)
        self._keyless: list[RowOutcome] = []
        self.given: list[tuple[RowOutcome, str, str]] = []
        self.firsts: list[tuple[RowOutcome, str, str]] = []

    def add(self, item: RowOutcome, mark: str, sheet: str) -> None:
        """Take a row."""
        self.given.append((item, mark, sheet))

    def sort_out(self, known: Mapping[str, str]) -> None:
        """Mark the rows that repeat another row of the file.

        Args:
            known: mark of a row that was imported before → its record; two of one record are one event.
        """
        by_record: dict[str, RowOutcome] = {}
        all_known = True
        for item, mark, sheet in self.given:
            record = known.get(mark)
            first = self._by_print.get(mark) or (by_record.get(record) if record else None)
            if first is None and not (record and all_known):
                first = self._twin(self._keys(item.record), item.record)
            if first is not None:
                self._repeat(first, item, mark, sheet)
                continue
            self.firsts.append((item, mark, sheet))
            self._places[id(item)] = sheet
            self._by_print[mark] = item
            self._keyless.append(item)
            all_known = all_known and record is not None
            if record:
                by_record[record] = item

    def _repeat(self, first: RowOutcome, item: RowOutcome, mark: str, sheet: str) -> None:
        self._by_print.setdefault(mark, first)
        item.status = "duplicate"
        known = self._places[id(first)]
        item.twin = str(first.row.row) if known == sheet else f"{known} · {first.row.row}"
        self._join(first, item)
        self._repeats[id(first)].append(item)

    def _keys(self, record: Record) -> list[Key]:
        """Return what says that two rows are one: whole groups of identity; all that is written where none is whole."""
        found = list(identities(self._kind, record))
        return found or [("*", *self._kind.every(record.values), *sorted(record.kept.items()))]

    def _twin(self, keys: Iterable[Key], record: Record) -> RowOutcome | None:
        for item in self._keyless:  # keys cost more than all else here: none is made before a row needs them
            for key in self._keys(item.record):
                self._by_key[key].append(item)
        self._keyless.clear()
        for key in keys:
            for found in self._by_key.get(key, ())[-_LOOKED_AT:]:
                if not contradict(self._kind, found.record, record):
                    return found
        return None

    def _join(self, first: RowOutcome, item: RowOutcome) -> None:
        """Fill what the first row left empty; where both say something else, both are named."""
        differs, fills = [], dict[str, Any]()
        for field in self._kind.entered:
            value, known = getattr(item.record.values, field.name), getattr(first.record.values, field.name)
            if value is None or value == known:
                continue
            if known is None:
                fills[field.name] = value
            elif not isinstance(field.type, Ref) or field.type.to == "department":
                differs.append(field.name)
        item.differs, item.joined = tuple(differs), tuple(fills)
        if fills:
            first.record = first.record.with_values(**fills)

    def settle(self) -> None:
        """Let repeats belong to the record that their first row became."""
        for first, _, _ in self.firsts:
            for item in self._repeats.get(id(first), ()):
                item.record = first.record


class Stored:
    """Records of one register and branch that rows may be."""

    def __init__(self, reader: Reader, kind: RegisterType, branch: str, file: str) -> None:
        self._kind, self._file = kind, file
        self.records = {r.id: r for r in reader.records(kind.code, "branch = ?", [branch])}
        self._reader = reader
        self._taken: set[str] = set()
        self.prints: dict[str, str] = {}

    def recall(self, marks: Sequence[str]) -> None:
        """Look which rows were imported before, by their marks."""
        found = marked(self._reader, marks) if self.records else {}
        self.prints = {mark: record for mark, record in found.items() if record in self.records}

    @cached_property
    def _places(self) -> dict[str, str]:
        seen = "SELECT place, record FROM import_row WHERE register = ?"
        rows = self._reader.rows(seen, [self._kind.code])
        return {place: record for place, record in rows if record in self.records}

    @cached_property
    def _place_of(self) -> dict[str, str]:
        return {record: place for place, record in self._places.items()}

    def find(self, rows: RowsOfFile) -> None:
        """Give every row that is in the database its record."""
        if not self.records:
            return
        left = [entry for entry in rows.firsts if not self._known(*entry)]
        left = [entry for entry in left if not self._by_identity(entry[0])]
        if left:
            self._corrected(left, rows)

    def _known(self, item: RowOutcome, mark: str, sheet: str) -> bool:
        record = self.prints.get(mark)
        return record is not None and self._take(item, record)

    def _take(self, item: RowOutcome, record: str, *, mended: bool = False) -> bool:
        if record in self._taken:
            return False
        self._taken.add(record)
        stored = self.records[record]
        item.status = "voided" if stored.void_reason else "present"
        item.twin, item.mended = self._place_of.get(record, ""), mended
        item.record = item.record.replaced(record)
        return True

    @cached_property
    def _keys(self) -> dict[Key, list[str]]:
        return self._indexed(identities)

    @cached_property
    def _remains(self) -> dict[Key, list[str]]:
        return self._indexed(remains)

    def _indexed(self, keys_of: Any) -> dict[Key, list[str]]:
        found: dict[Key, list[str]] = defaultdict(list)
        for record in self.records.values():
            for key in keys_of(self._kind, record):
                found[key].append(record.id)
        return found

    def _by_identity(self, item: RowOutcome) -> bool:
        found = dict.fromkeys(
            key for mark in identities(self._kind, item.record) for key in self._keys.get(mark, ())[:_LOOKED_AT]
            if key not in self._taken and not contradict(self._kind, self.records[key], item.record)
        )  # fmt: skip
        if not found:
            return False
        live = [key for key in found if not self.records[key].void_reason] or list(found)
        best = max(live, key=lambda key: self._equal(item.record, self.records[key]))
        return self._take(item, best)

    def _equal(self, one: Record, other: Record) -> int:
        pairs = zip(self._kind.every(one.values), self._kind.every(other.values), strict=True)
        return sum(first == second for first, second in pairs if first is not None)

    def _corrected(self, left: list[tuple[RowOutcome, str, str]], rows: RowsOfFile) -> None:
        """Pair the rows that are left with the records that no row is, best first."""
        faithful = self._faithful_sheets(rows, {id(item) for item, _, _ in left})
        moved = self._moved(left)
        pairs: list[tuple[float, int, str]] = []
        for number, (item, _, sheet) in enumerate(left):
            here = self._places.get(f"{self._file} · {sheet} · {item.row.row}") if sheet in faithful else None
            near = [
                key
                for mark in remains(self._kind, item.record)
                for key in self._remains.get(mark, ())[:_LOOKED_AT]
            ]
            if number in moved:
                pairs.append((-_MOVED, number, moved[number]))
            for key in dict.fromkeys([*near, *([here] if here else ())]):
                stored = self.records[key]
                if key in self._taken or stored.void_reason:
                    continue
                score = likeness(self._kind, item.record, stored, in_place=key == here)
                if score is not None:
                    pairs.append((-score, number, key))
        placed: set[int] = set()
        for _, number, key in sorted(pairs):
            if number not in placed and self._take(left[number][0], key, mended=True):
                placed.add(number)

    def _moved(self, left: list[tuple[RowOutcome, str, str]]) -> dict[int, str]:
        """Return rows whose record stands in their place with another day: the day of a whole visit was corrected.

        All rows of the sheet that stand where a record was read must agree with it to the letter but for the day,
        and each day must have become one other day; else it is something new in the place of the old.
        """
        found: dict[str, dict[int, str]] = defaultdict(dict)
        days: dict[str, dict[Any, set[Any]]] = defaultdict(lambda: defaultdict(set))
        others: set[str] = set()
        dated_by = self._kind.dated_by
        for number, (item, _, sheet) in enumerate(left):
            key = self._places.get(f"{self._file} · {sheet} · {item.row.row}")
            if key is None or not dated_by:
                continue
            old, new = (getattr(r.values, dated_by) for r in (self.records[key], item.record))
            if (
                key in self._taken
                or None in (old, new)
                or not self._agree_but_for(dated_by, item.record, key)
            ):
                others.add(sheet)
                continue
            found[sheet][number] = key
            days[sheet][old].add(new)
        return {
            number: key for sheet, rows in found.items()
            if sheet not in others and all(len(new) == 1 for new in days[sheet].values())
            for number, key in rows.items()
        }  # fmt: skip

    def _agree_but_for(self, left_out: str, row: Record, key: str) -> bool:
        stored = self.records[key]
        names = [
            f.name for f in self._kind.entered
            if f.name != left_out and (not isinstance(f.type, Ref) or f.type.to == "department")
        ]  # fmt: skip
        pairs = [(getattr(row.values, name), getattr(stored.values, name)) for name in names]
        return not stored.void_reason and all(one == other for one, other in pairs)

    def _faithful_sheets(self, rows: RowsOfFile, left: set[int]) -> set[str]:
        """Return the sheets that are mostly as they were imported: there a row's place tells something."""
        kept: dict[str, int] = defaultdict(int)
        for item, _, sheet in rows.firsts:
            if id(item) not in left:
                kept[sheet] += 1
            elif f"{self._file} · {sheet} · {item.row.row}" in self._places:
                kept[sheet] -= 1
        return {sheet for sheet, balance in kept.items() if balance >= 0}
