"""Employees' cards: doubtful pairs are shown for a person to decide; a merge can be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, NamedTuple

from desktop_app.core.errors import Refusal
from desktop_app.domain.identifiers import iin_fault, masked
from desktop_app.domain.lettering import has_initials, initials_key, search_key
from desktop_app.services.privacy import sees_numbers
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace

Doubt = Literal["no_number", "number_alike", "initials"]


class _Card(NamedTuple):
    id: str
    name: str
    iin: str
    department: str
    same_as: str


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """Two cards that may be one person, and why."""

    first: str
    second: str
    names: tuple[str, str]
    numbers: tuple[str, str]
    doubt: Doubt


def _one_slip(first: str, second: str) -> bool:
    """Tell whether two numbers differ by one digit changed, lost or two neighbours swapped."""
    if abs(len(first) - len(second)) > 1:
        return False
    if len(first) == len(second):
        places = [i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
        swapped = len(places) == 2 and places[1] == places[0] + 1 and first[places[0]] == second[places[1]]
        return len(places) == 1 or (swapped and first[places[1]] == second[places[0]])
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _doubt(first: _Card, second: _Card) -> Doubt | None:
    sound = [bool(card.iin) and iin_fault(card.iin) is None for card in (first, second)]
    same_name = search_key(first.name) == search_key(second.name)
    if all(sound):
        return "number_alike" if same_name and _one_slip(first.iin, second.iin) else None
    if first.iin and second.iin and not _one_slip(first.iin, second.iin):
        return None
    if same_name:
        return "no_number"
    short = has_initials(first.name) or has_initials(second.name)
    return "initials" if short and initials_key(first.name) == initials_key(second.name) else None


def doubtful_pairs(workspace: Workspace, branch: str = "") -> list[DoubtfulPair]:
    """Return pairs of cards that may be one person; pairs already decided are left out."""
    condition, values = ("branch = ? AND", [branch]) if branch else ("", [])
    with workspace.store.read() as reader:
        rows = reader.rows(
            f"SELECT id, name, coalesce(iin, ''), coalesce(department, ''), coalesce(same_as, ''), branch FROM person "
            f"WHERE {condition} void = '' ORDER BY rid", values,
        )  # fmt: skip
    groups: dict[tuple[str, str], list[_Card]] = defaultdict(list)
    for *card, where in rows:
        found = _Card(*card)
        if found.name and not found.same_as:
            groups[where, search_key(initials_key(found.name))].append(found)
    pairs = list(_pairs(groups))
    if sees_numbers(workspace):
        return pairs
    return [replace(pair, numbers=(masked(pair.numbers[0]), masked(pair.numbers[1]))) for pair in pairs]


def _pairs(groups: dict[tuple[str, str], list[_Card]]) -> Iterator[DoubtfulPair]:
    for cards in groups.values():
        for first, second in combinations(cards, 2):
            doubt = _doubt(first, second)
            if doubt:
                yield DoubtfulPair(
                    first.id, second.id, (first.name, second.name), (first.iin, second.iin), doubt
                )


def merge(workspace: Workspace, kept: str, other: str, reason: str = "") -> None:
    """Say that two cards are one person: ``other`` points to ``kept``; sanctions stay where they are and count together."""
    _set_same_as(workspace, other, kept, reason or "merge")


def unmerge(workspace: Workspace, other: str, reason: str = "") -> None:
    """Take a merge back."""
    _set_same_as(workspace, other, None, reason or "unmerge")


def _set_same_as(workspace: Workspace, other: str, kept: str | None, reason: str) -> None:
    workspace.demand("merge")
    with workspace.store.transaction(workspace.user) as work:
        before = work.reader.get("person", other)
        if before is None:
            raise Refusal("usage.no_record", record=other)
        touched = [key for key in (other, kept, before.values.same_as) if key]
        Recorder(workspace, work).save(
            [(before, before.with_values(same_as=kept))], "merge" if kept else "unmerge", reason
        )
        work.send()
        marks = ",".join("?" * len(touched))
        affected = list(work.reader.records("sanction", f"person IN ({marks}) AND void = ''", touched))
        Recorder(workspace, work).recheck(affected)  # one that knows the cards as they are joined now
        work.flush()
