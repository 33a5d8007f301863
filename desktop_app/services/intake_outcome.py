"""What became of imported workbooks: files, sheets, rows, and what is offered for a yes or a no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from desktop_app.core.changes import Changes
from desktop_app.core.errors import TizilimError
from desktop_app.domain.record import Record
from desktop_app.importing.recognise import Lacks, Layout
from desktop_app.importing.rows import DataRow, OtherRow

Status = Literal["new", "duplicate", "present", "voided", "closed", "left_out"]
"""New; repeats a row of its file; in the database; there but voided; its month is closed; waits for a card."""
STATUSES: tuple[Status, ...] = ("new", "duplicate", "present", "voided", "closed", "left_out")
Answer = Literal["none", "all"]


class OfferKey(NamedTuple):
    """What a person said yes to: this field of this row, from what it was to what it becomes."""

    file: str
    sheet: str
    row: int
    field: str
    was: str
    becomes: str


@dataclass(slots=True)
class Offer:
    """One field of a stored record that its row in the workbook has otherwise.

    Attributes:
        old: stored value; ``was`` is how people read it, or the unreadable text in its place.
        new: the workbook's value; ``becomes`` is how people read it.
        here: the field was edited in the program since it was imported.
        stale: the workbook says what it said when it was imported, so only the program's value is new.
        closed: the month is closed; nothing of it is taken.
    """

    field: str
    old: Any
    new: Any
    was: str
    becomes: str
    here: bool = False
    stale: bool = False
    closed: bool = False
    taken: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether it may be taken."""
        return self.state == "offered"

    @property
    def state(self) -> str:
        """``taken``, ``closed``, ``kept`` (only the program's value is new) or ``offered``."""
        if self.taken:
            return "taken"
        return "closed" if self.closed else "kept" if self.stale else "offered"


@dataclass(slots=True)
class RowOutcome:
    """What became of one data row.

    Attributes:
        record: the record that it became or belongs to.
        twin: sheet and row, or place of the import, that it repeats.
        differs: fields in which it differs from the row that it repeats.
        joined: fields that it filled in the record of the row that it repeats.
        offers: what it would change in its stored record.
        mended: identity itself was corrected: the record was found by what remains of it.
        cards: ids of cards that it needs made.
        taken_for: field → name of the stored card that another spelling was taken for.
    """

    row: DataRow
    status: Status
    record: Record
    twin: str = ""
    differs: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    offers: list[Offer] = field(default_factory=list)
    mended: bool = False
    cards: tuple[str, ...] = ()
    taken_for: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SheetOutcome:
    """What became of one table of a sheet; ``layout`` is None for a sheet that has none.

    Attributes:
        lacks: columns that are missing where a header nearly is a register's.
    """

    name: str
    layout: Layout | None
    rows: list[RowOutcome] = field(default_factory=list)
    others: list[OtherRow] = field(default_factory=list)
    wrong_totals: list[tuple[OtherRow, int]] = field(default_factory=list)
    lacks: Lacks | None = None

    def count(self, status: Status) -> int:
        """Return how many rows had an outcome."""
        return sum(row.status == status for row in self.rows)

    def changes(self, *, taken: bool) -> int:
        """Return how many changes were taken, or may be."""
        return sum(offer.taken if taken else offer.is_open for row in self.rows for offer in row.offers)


@dataclass(frozen=True, slots=True)
class Card:
    """A department or an employee's card that the import makes, or would make.

    Attributes:
        alike: (id, name) of stored cards that it may be.
        sheet, row: the first row that asks for it; ``rows`` is how many do.
    """

    id: str
    register: str
    name: str
    sheet: str
    row: int
    rows: int
    alike: tuple[tuple[str, str], ...] = ()
    made: bool = True


@dataclass(slots=True)
class FileOutcome:
    """What became of one workbook; ``refusal`` when nothing of it could be read."""

    path: Path
    branch: str = ""
    sheets: list[SheetOutcome] = field(default_factory=list)
    refusal: TizilimError | None = None
    changes: Changes = field(default_factory=Changes)
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What of the offered is taken.

    Attributes:
        changes: none, all, or those that a person ticked.
        new: whether cards are made; ``none`` leaves the rows out that need one.
        refused: cards that a person said no to.
        instead: card that would be made → stored card that it is.
    """

    changes: Answer | frozenset[OfferKey] = "none"
    new: Answer = "all"
    refused: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)

    def takes(self, key: OfferKey) -> bool:
        """Tell whether a change is wanted."""
        return self.changes == "all" or (self.changes != "none" and key in self.changes)

    def makes(self, card: str) -> bool:
        """Tell whether a card is wanted."""
        return self.new == "all" and card not in self.refused
