"""Writing one workbook's rows: what is new is saved, what is there and differs is offered or taken."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from desktop_app.core.i18n import Language
from desktop_app.domain.fields import Ref
from desktop_app.domain.record import Record, new_record
from desktop_app.domain.register import Field, RegisterType
from desktop_app.importing.rows import SheetRows, totals_faults
from desktop_app.services.intake_following import left_alone, renamed
from desktop_app.services.intake_matching import RowsOfFile, Stored, fingerprint, marked
from desktop_app.services.intake_outcome import (
    Card,
    FileOutcome,
    Offer,
    OfferKey,
    RowOutcome,
    SheetOutcome,
    Wishes,
)
from desktop_app.services.linking import Departments, People, linked, returning
from desktop_app.services.months import closed_to
from desktop_app.services.reasons import IMPORTED
from desktop_app.services.recording import Pair, Recorder
from desktop_app.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

Read = list[tuple[SheetOutcome, SheetRows]]
IMPORT = "import"
"""Operation in the log of what a workbook brought."""


class FileWriter:
    """Puts one workbook's rows into the database within one transaction."""

    def __init__(
        self, workspace: Workspace, work: Work, outcome: FileOutcome, wishes: Wishes, language: Language
    ) -> None:
        self._workspace, self._work, self._outcome = workspace, work, outcome
        self._wishes, self._language = wishes, language
        self._departments = Departments(work.reader, outcome.branch)
        self._people = People(work.reader, outcome.branch, whole=True)
        self._shut: dict[tuple[int, str], bool] = {}
        self._stored: dict[str, Record] = {}
        self._columns: dict[int, frozenset[str]] = {}

    def write(self, read: Read) -> None:
        """Find every row's record, save what is new and what is taken, remember the rows."""
        files: dict[str, RowsOfFile] = {}
        for sheet, rows in read:
            assert sheet.layout is not None  # noqa: S101 - only recognised sheets are read
            kind = sheet.layout.register
            self._place(sheet, rows, kind, files.setdefault(kind.code, RowsOfFile(kind)))
        for found in files.values():
            stored = Stored(self._work.reader, found.kind, self._outcome.branch, self._outcome.path.name)
            stored.recall([mark for _, mark, _ in found.given])
            found.sort_out(stored.prints)
            stored.find(found)
            self._stored.update(stored.records)
            self._offer(found.kind, [item for item, _, _ in found.firsts if item.status == "present"])
        fresh = [item for found in files.values() for item, _, _ in found.firsts if item.status == "new"]
        _link_people(fresh, self._people)
        edits = self._taken(read)
        fresh = self._sift(fresh)
        self._make_cards(read, fresh, edits)
        self._save(fresh, edits)
        self._remember(files)
        for found in files.values():
            found.settle()
        for sheet, rows in read:
            assert sheet.layout is not None  # noqa: S101 - only recognised sheets are read
            unique = [r.row for r in sheet.rows if r.status != "duplicate"]
            sheet.wrong_totals = totals_faults(rows, sheet.layout.register, unique)

    def _place(self, sheet: SheetOutcome, rows: SheetRows, kind: RegisterType, found: RowsOfFile) -> None:
        branch = self._outcome.branch
        links = [f.name for f in kind.fields if isinstance(f.type, Ref) and f.type.to == "department"]
        assert sheet.layout is not None  # noqa: S101 - only recognised sheets are read
        columns = frozenset(column.field for column in sheet.layout.columns if column.field)
        for row in rows.data:
            spellings = {}
            for name in links:
                if name in row.values:
                    key, taken_for = self._department(row.values[name])
                    row.values[name] = key
                    if taken_for:
                        spellings[name] = taken_for
            record = new_record(kind.code, branch, **row.values)
            if row.kept or row.extra:
                record = record.with_texts(row.kept, row.extra)
            item = RowOutcome(row, "new", record, taken_for=spellings)
            sheet.rows.append(item)
            self._columns[id(item)] = columns
            found.add(item, fingerprint(kind, branch, row), sheet.name)

    def _department(self, name: str) -> tuple[str, str]:
        """Return the department's id, and its stored name where another spelling was taken for it."""
        key = self._departments.find(name)
        if instead := self._wishes.instead.get(key):
            return instead, self._departments.name(instead) or name
        return key, self._departments.spelt(key, name)

    def _offer(self, kind: RegisterType, items: list[RowOutcome]) -> None:
        """Compare rows with their stored records, field by field."""
        fields = [f for f in kind.entered if not isinstance(f.type, Ref) or f.type.to == "department"]
        for item in items:
            stored, offers = self._stored[item.record.id], list[Offer]()
            if item.record.values == stored.values:
                item.record = stored
                continue
            for field in fields:
                new, old = getattr(item.record.values, field.name), getattr(stored.values, field.name)
                emptied = new is None and self._is_empty(item, field.name)
                if new != old and (new is not None or emptied):
                    was = stored.kept.get(field.name) or self._shown(field, old)
                    offers.append(Offer(field.name, old, new, was, self._shown(field, new)))
            item.offers = self._dated(kind, stored, offers) if offers else []
            item.record = stored

    def _is_empty(self, item: RowOutcome, name: str) -> bool:
        """Tell whether the row has a cell for a field and nothing is in it, nor was found elsewhere."""
        said = name in item.record.kept or any(note.field == name for note in item.row.notes)
        return name in self._columns[id(item)] and not said

    def _shown(self, field: Field, value: Any) -> str:
        if isinstance(field.type, Ref) and value is not None:
            return self._departments.name(value) or self._workspace.store.ref_title(field.type.to, value)
        return field.type.show(value, self._language)

    def _dated(self, kind: RegisterType, stored: Record, offers: list[Offer]) -> list[Offer]:
        """Tell what the program changed since the import from what the workbook did, and what a closed month holds.

        An emptied cell says something only where the value came from this very workbook and nobody changed it.
        """
        bodies = [json.loads(entry) for entry in self._work.reader.changes_of(stored.id)]
        offers = [o for o in offers if o.new is not None or self._brought(bodies, o.field)]
        after = stored.with_values(**{offer.field: offer.new for offer in offers})
        closed = any(self._is_closed(r.period, stored.id, kind) for r in (stored, after))
        for offer in offers:
            field, last = kind.by_name[offer.field], [b for b in bodies if offer.field in b["set"]]
            brought = [b for b in last if b["op"] == IMPORT]
            offer.here = bool(last) and last[-1]["op"] != IMPORT
            offer.stale = (
                offer.here
                and bool(brought)
                and brought[-1]["set"][offer.field] == field.type.encode(offer.new)
            )
            offer.closed = closed
        return offers

    def _brought(self, bodies: list[dict[str, Any]], field: str) -> bool:
        last = next((body for body in reversed(bodies) if field in body["set"]), None)
        return last is not None and last["op"] == IMPORT and last.get("why") == self._reason

    def _is_closed(self, period: int, record: str, kind: RegisterType) -> bool:
        if not (period and kind.monthly):
            return False
        key = (period, record)
        if key not in self._shut:
            self._shut[key] = closed_to(
                self._work.reader, self._outcome.branch, period, record, self._workspace.today
            )
        return self._shut[key]

    def _taken(self, read: Read) -> list[Pair]:
        """Return the records that change, as they are and as they become."""
        pairs: list[Pair] = []
        for sheet, _ in read:
            for item in sheet.rows:
                wanted = [
                    o for o in item.offers if o.is_open and self._wishes.takes(self.key(sheet, item, o))
                ]
                if not wanted:
                    continue
                before = item.record
                after = before.with_values(**{offer.field: offer.new for offer in wanted})
                pairs.append((before, linked(after, self._departments, self._people)))
                item.cards = self._needed(after, self._made)
                for offer in wanted:
                    offer.taken = True
        return pairs

    def key(self, sheet: SheetOutcome, item: RowOutcome, offer: Offer) -> OfferKey:
        """Return what names an offer when it is answered."""
        return offer_key(self._outcome, sheet, item, offer)

    @property
    def _made(self) -> set[str]:
        """Ids of the cards that are to be made."""
        return self._departments.ids | self._people.made.keys()

    @staticmethod
    def _needed(record: Record, made: set[str]) -> tuple[str, ...]:
        """Return those of the cards to be made that a record links to."""
        links = (getattr(record.values, f.name) for f in record.type.fields if isinstance(f.type, Ref))
        return tuple(link for link in links if link in made)

    def _sift(self, fresh: list[RowOutcome]) -> list[RowOutcome]:
        """Leave out rows whose month is closed and rows that need a card nobody wants made."""
        kept, new = list[RowOutcome](), self._made
        for item in fresh:
            item.cards = self._needed(item.record, new)
            if self._is_closed(item.record.period, "new", item.record.type):
                item.status = "closed"
            elif not all(self._wishes.makes(card) for card in item.cards):
                item.status = "left_out"
            else:
                kept.append(item)
        return kept

    def _make_cards(self, read: Read, fresh: list[RowOutcome], edits: list[Pair]) -> None:
        """Save the cards that are needed, departments before those who work there; list all that are asked for."""
        new = self._made
        needed = {card for item in fresh for card in item.cards} | {
            c for _, after in edits for c in self._needed(after, new)
        }
        asking: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for sheet, _ in read:
            for item in sheet.rows:
                for card in item.cards:
                    asking[card].append((sheet.name, item.row.row))
        for made in [*self._departments.made, *self._people.made.values()]:
            if made.id in needed or made.id in asking:
                self._outcome.cards.append(self._card(made, asking[made.id], made=made.id in needed))
        pairs = [
            *returning(self._work.reader, self._departments.made),
            *self._people.changed(),
            *renamed(self._work.reader, edits, IMPORT),
        ]
        saved = [(before, after) for before, after in pairs if after.id in needed or after.id not in new]
        self._workspace.store.remember_titles(
            {("department", d.id): d.values.name for _, d in saved if d.register == "department"}
        )
        Recorder(self._workspace, self._work).save(saved, IMPORT, self._reason)

    def _card(self, card: Record, asked: list[tuple[str, int]], *, made: bool) -> Card:
        alike = tuple(self._departments.alike(card)) if card.register == "department" else ()
        sheet, row = next(iter(asked), ("", 0))
        return Card(
            card.id, card.register, card.values.name or "", sheet, row, len(asked), alike, made
        )  # fmt: skip

    @property
    def _reason(self) -> str:
        return f"{IMPORTED}{self._outcome.path.name}"

    def _save(self, fresh: list[RowOutcome], edits: list[Pair]) -> None:
        recorder = Recorder(self._workspace, self._work)
        pairs: list[Pair] = [*((None, item.record) for item in fresh), *edits]
        saved = recorder.save(pairs, IMPORT, self._reason)
        for item, record in zip(fresh, saved, strict=False):
            item.record = record
        self._stored.update({record.id: record for record in saved[len(fresh) :]})
        self._work.send()
        recorder.save(left_alone(self._work.reader, edits, IMPORT), "void", self._reason)
        self._outcome.changes = self._work.flush()
        for sheet in self._outcome.sheets:
            for item in sheet.rows:
                if item.record.id in self._stored:
                    item.record = self._stored[item.record.id]

    def _remember(self, files: dict[str, RowsOfFile]) -> None:
        """Note which record each row became, so that the workbook is known when it comes again."""
        from desktop_app.storage.tables import import_row

        file, kept = self._outcome.path.name, ("new", "present")
        rows = [
            {"fingerprint": mark, "register": found.kind.code, "record": item.record.id,
             "place": f"{file} · {sheet} · {item.row.row}"}
            for found in files.values() for item, mark, sheet in found.firsts
            if item.status in kept and not (item.mended and any(offer.is_open for offer in item.offers))
        ]  # fmt: skip
        known = marked(self._work.reader, [str(row["fingerprint"]) for row in rows])
        rows = [row for row in rows if row["fingerprint"] not in known]
        if rows:
            self._work.insert(import_row, rows)


def offer_key(outcome: FileOutcome, sheet: SheetOutcome, item: RowOutcome, offer: Offer) -> OfferKey:
    """Return what names an offer when it is answered."""
    return OfferKey(outcome.path.name, sheet.name, item.row.row, offer.field, offer.was, offer.becomes)


def _link_people(fresh: list[RowOutcome], people: People) -> None:
    waiting: list[RowOutcome] = []
    for item in fresh:
        link = item.record.type.by_name.get("person")
        if link is None or not isinstance(link.type, Ref):
            continue
        card = people.by_number(item.record)
        if card is None:
            waiting.append(item)
        else:
            item.record = item.record.with_values(person=card)
    for item in waiting:
        item.record = item.record.with_values(person=people.by_name(item.record))
