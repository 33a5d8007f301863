"""What a correction taken from a workbook brings along: the employee's card follows, none is left with nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from desktop_app.domain.fields import PersonName, Ref
from desktop_app.domain.lettering import name_key
from desktop_app.domain.record import Record
from desktop_app.domain.register import registers
from desktop_app.services.conflicts import logged
from desktop_app.services.entry import is_linked
from desktop_app.services.reasons import UNDONE
from desktop_app.services.recording import Pair
from desktop_app.storage.queries import Reader


def renamed(reader: Reader, edits: Sequence[Pair], operation: str) -> list[Pair]:
    """Return the cards that take over a corrected name: theirs was what an import gave.

    Args:
        operation: what the log calls a write of an import; a card that anybody edited stays as it is.
    """
    found: dict[str, Pair] = {}
    for before, after, name, link in _linked_names(edits):
        old, new = (getattr(record.values, name) for record in (before, after))
        if not (old and new) or old == new or getattr(before.values, link) != getattr(after.values, link):
            continue
        card = _card(reader, after, link)
        own = _own_name(card) if card else ""
        if card is None or name_key(getattr(card.values, own) or "") != name_key(old):
            continue
        bodies = [body for body in logged(reader, card.id) if own in body["set"]]
        if bodies and all(body["op"] == operation for body in bodies):
            found[card.id] = (card, card.with_values(**{own: new}))
    return list(found.values())


def left_alone(reader: Reader, edits: Sequence[Pair], operation: str) -> list[Pair]:
    """Return the cards, voided, that an import made and that nobody is linked to since a correction was taken."""
    found: dict[str, Pair] = {}
    for before, after, _, link in _linked_names(edits):
        if getattr(before.values, link) == getattr(after.values, link):
            continue
        card = _card(reader, before, link)
        if card is None or is_linked(reader, card, ()):
            continue
        if all(body["op"] == operation for body in logged(reader, card.id)):
            found[card.id] = (card, dataclasses.replace(card, void_reason=UNDONE))
    return list(found.values())


def _linked_names(edits: Sequence[Pair]) -> Iterator[tuple[Record, Record, str, str]]:
    """Yield edited records that name somebody and link to a card of theirs: before, after, field of the name, link."""
    for before, after in edits:
        kind = after.type
        names = [field.name for field in kind.entered if isinstance(field.type, PersonName)]
        links = [f.name for f in kind.fields if isinstance(f.type, Ref) and _names_people(f.type.to)]
        if before is not None and len(names) == len(links) == 1:
            yield before, after, names[0], links[0]


def _names_people(register: str) -> bool:
    return any(isinstance(field.type, PersonName) for field in registers()[register].entered)


def _own_name(card: Record) -> str:
    return next(field.name for field in card.type.entered if isinstance(field.type, PersonName))


def _card(reader: Reader, record: Record, link: str) -> Record | None:
    key, kind = getattr(record.values, link), record.type.by_name[link].type
    found = reader.get(kind.to, key) if key and isinstance(kind, Ref) else None
    return found if found is not None and not found.void_reason else None
