"""Links to departments and to employees' cards: found by number or by folded name, made where there is none."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from desktop_app.core.ids import settled_id
from desktop_app.domain.departments import department_key
from desktop_app.domain.fields import Ref
from desktop_app.domain.identifiers import iin_fault
from desktop_app.domain.lettering import label_key, name_key, sort_key
from desktop_app.domain.record import Record, new_record
from desktop_app.services.around import parts
from desktop_app.storage.queries import Reader

_HEX: Final = frozenset("0123456789abcdef")
_DIGITS: Final = re.compile(r"\d+")
_ALIKE: Final = 68.0


_COPIED: Final = ("department", "position", "category")
"""What an order says of an employee besides the name and the number."""


def is_id(value: str) -> bool:
    """Tell whether a link is already a record's id rather than a name."""
    return len(value) == 32 and set(value) <= _HEX


def _resemblance(one: str, other: str, branch: str) -> float:
    """Return how alike two departments' names are, 0 to 100; other digits make another department."""
    from rapidfuzz.fuzz import ratio, token_set_ratio

    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return 0.0
    compare = token_set_ratio if _DIGITS.search(one) else ratio
    return float(compare(department_key(one, branch), department_key(other, branch)))


class Departments:
    """Departments of one branch by any spelling of their names; known ones are asked for once needed.

    Args:
        reader: reads within the transaction that will write the links.
    """

    def __init__(self, reader: Reader, branch: str) -> None:
        self._reader = reader
        self._branch = branch
        self._known: dict[str, str] | None = None
        self._names: dict[str, str] = {}
        self._folded: dict[str, set[str]] = {}
        self.made: list[Record] = []

    def find(self, name: str) -> str:
        """Return the id of a department, a new one's when the branch has none of that name."""
        found = self.known(name)
        if found is None:
            key = label_key(name)
            made = new_record(
                "department", self._branch, settled_id("department", self._branch, key), name=name
            )
            found = made.id
            self._remember(name, found)
            self.made.append(made)
        return found

    def known(self, name: str) -> str | None:
        """Return the id of a department that is there already, by any spelling of its name."""
        if is_id(name):
            return name
        if self._known is None:
            self._known = {}
            sql = "SELECT id, name, name_other FROM department WHERE branch = ?"
            for key, *names in self._reader.rows(sql, [self._branch]):
                for text in names:
                    if text:
                        self._remember(text, key)
        alike = self._folded.get(department_key(name, self._branch), set())
        return self._known.get(label_key(name)) or (next(iter(alike)) if len(alike) == 1 else None)

    def _remember(self, name: str, key: str) -> None:
        assert self._known is not None  # noqa: S101 - asked a moment ago
        self._known[label_key(name)] = key
        self._names.setdefault(key, name)
        self._folded.setdefault(department_key(name, self._branch), set()).add(key)

    @property
    def ids(self) -> set[str]:
        """Ids of the departments that are to be made."""
        return {record.id for record in self.made}

    def spelt(self, key: str, name: str) -> str:
        """Return the department's own name where a text found it by another spelling; else nothing."""
        return self.name(key) if self._known is not None and label_key(name) not in self._known else ""

    def name(self, key: str) -> str:
        """Return the name of a department that was found or is to be made."""
        return self._names.get(key, "")

    def alike(self, made: Record) -> list[tuple[str, str]]:
        """Return (id, name) of the departments before it that a new one's name resembles, likeliest first."""
        scores = []
        for key, name in self._names.items():
            if key == made.id:  # those after it may be this one, not the other way about
                break
            scores.append((_resemblance(made.values.name, name, self._branch), key, name))
        return [(key, name) for score, key, name in sorted(scores, reverse=True) if score >= _ALIKE]


class People:
    """Cards of one branch's employees.

    A sound IIN decides alone. Without one, the folded name in the same department decides when
    exactly one card fits; anything less certain gets a card of its own and is listed as doubtful.

    Args:
        reader: reads within the transaction that will write the links.
        whole: read all cards at once, for an import; otherwise each is looked up by its index.
    """

    def __init__(self, reader: Reader, branch: str, *, whole: bool = False) -> None:
        self._reader = reader
        self._branch = branch
        self._whole = whole
        self.made: dict[str, Record] = {}
        self.named: dict[str, Record] = {}
        """Nameless cards → the record that says whose they are."""
        self._nameless: set[str] = set()
        self._by_iin: dict[str, str] = {}
        self._by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
        if whole:
            self._take("branch = ?", branch)

    def _take(self, condition: str, value: str) -> None:
        sql = f"SELECT id, name, iin, department FROM person WHERE {condition} AND void = ''"
        for key, name, iin, department in self._reader.rows(sql, [value]):
            self._remember(key, name or "", iin or "", department or "")

    def _remember(self, key: str, name: str, iin: str, department: str) -> None:
        if not name:
            self._nameless.add(key)
        if iin and iin_fault(iin) is None:
            self._by_iin[iin] = key
        card = (key, department)
        if card not in self._by_name[name_key(name)]:
            self._by_name[name_key(name)].append(card)

    def by_number(self, record: Record) -> str | None:
        """Return the card for a record with a sound IIN, made when there is none; None without such a number."""
        values = record.values
        if not values.iin or iin_fault(values.iin) is not None:
            return None
        if values.iin not in self._by_iin and not self._whole:
            self._take("iin = ?", values.iin)
        if values.iin not in self._by_iin:
            self._make(record, settled_id("person", values.iin), values.iin)
        key = self._by_iin[values.iin]
        if values.employee and key in self._nameless:
            self._nameless.discard(key)
            self.named[key] = record
        return key

    def changed(self) -> list[tuple[Record | None, Record]]:
        """Return the cards made and those that got a name, as (before, after); a card taken back comes again."""
        pairs = returning(self._reader, list(self.made.values()))
        for key, record in self.named.items():
            before = self.made.get(key) or self._reader.get("person", key)
            if before is None:
                continue
            said = {name: getattr(record.values, name) for name in _COPIED}
            values = {"name": record.values.employee} | {
                name: value for name, value in said.items() if getattr(before.values, name) is None
            }
            if key in self.made:
                pairs = [(b, a.with_values(**values) if a.id == key else a) for b, a in pairs]
            else:
                pairs.append((before, before.with_values(**values)))
        return pairs

    def by_name(self, record: Record) -> str | None:
        """Return the card for a record without a sound IIN; None without a name."""
        values = record.values
        if not values.employee:
            return None
        if not self._whole:
            self._take("name_key = ?", sort_key(values.employee))
        known = self._by_name.get(name_key(values.employee), [])
        fitting = {key for key, department in known if department == values.department and department}
        if len(fitting) == 1:
            return fitting.pop()
        key = settled_id("person", self._branch, values.department or "", name_key(values.employee))
        if key not in self.made and not any(key == found for found, _ in known):
            self._make(record, key, values.iin or None)
        return key

    def _make(self, record: Record, key: str, iin: str | None) -> None:
        values = record.values
        self.made[key] = new_record(
            "person", self._branch, key, name=values.employee, iin=iin, department=values.department,
            position=values.position, category=values.category,
        )  # fmt: skip
        self._remember(key, values.employee or "", iin or "", values.department or "")


def returning(reader: Reader, made: Sequence[Record]) -> list[tuple[Record | None, Record]]:
    """Return (before, after) of records made for links; one that was taken back before is brought back."""
    known: dict[str, Record] = {}
    for register in {record.register for record in made}:
        for part in parts([record.id for record in made if record.register == register]):
            marks = ",".join("?" * len(part))
            known |= {found.id: found for found in reader.records(register, f"id IN ({marks})", part)}
    return [(known.get(record.id), _brought_back(known.get(record.id), record)) for record in made]


def _brought_back(before: Record | None, made: Record) -> Record:
    if before is None:
        return made
    return dataclasses.replace(before.with_values(**dict(_said(made))), void_reason="")


def _said(made: Record) -> Iterator[tuple[str, object]]:
    for item in made.type.entered:
        if (value := getattr(made.values, item.name)) is not None:
            yield item.name, value


def linked(record: Record, departments: Departments, people: People | None) -> Record:
    """Return a record with its departments found or made by name and its employee tied to a card."""
    for item in record.type.fields:
        value = getattr(record.values, item.name)
        if isinstance(item.type, Ref) and item.type.to == "department" and value and not is_id(value):
            record = record.with_values(**{item.name: departments.find(value)})
    if people is None or record.register == "person" or "person" not in record.type.by_name:
        return record
    return record.with_values(person=people.by_number(record) or people.by_name(record))
