"""Entering by hand: save, void, undo, history, drafts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from desktop_app.core.changes import Changes
from desktop_app.core.clock import stamp_moment
from desktop_app.core.errors import Refusal
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain.fields import Ref
from desktop_app.domain.reading_base import Reading
from desktop_app.domain.record import Record
from desktop_app.domain.register import register_type, registers
from desktop_app.domain.rules import derived, problems_of
from desktop_app.exchange.merge import usable
from desktop_app.services.around import Surroundings
from desktop_app.services.conflicts import Edit, logged, save_edit
from desktop_app.services.linking import Departments, People, is_id, linked, returning
from desktop_app.services.privacy import hidden_record, hidden_text, sees_numbers
from desktop_app.services.reasons import MADE, UNDONE
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.log import VOID
from desktop_app.storage.queries import Reader

if TYPE_CHECKING:
    from desktop_app.storage.work import Work


@dataclass(frozen=True, slots=True)
class Saved:
    """Outcome of a save: the record as stored, with its problems, and what changed.

    Attributes:
        beside: fields that somebody else changed meanwhile: both values stand until a person decides.
    """

    record: Record
    changes: Changes
    beside: tuple[str, ...] = ()


def load(workspace: Workspace, register: str, record_id: str) -> Record | None:
    """Return a stored record with its problems."""
    with workspace.store.read() as reader:
        return reader.get(register, record_id)


def shown(workspace: Workspace, register: str, record_id: str) -> Record | None:
    """Return a stored record to be looked at, as the role of who is signed in sees it."""
    found = load(workspace, register, record_id)
    return found if found is None or sees_numbers(workspace) else hidden_record(found)


def save(
    workspace: Workspace, record: Record, reason: str = "", operation: str = "set", seen: Record | None = None
) -> Saved:
    """Save a record as it is, problems or not; only a closed month or a missing right says no.

    Links given as names (a department) are found or made; a record of an employee is tied to the card.

    Args:
        seen: the record as its author had it before the eyes; what others changed of it since is not undone.

    Raises:
        Refusal: no right, or the month is closed.
        EnvironmentFault: the disk says no.
    """
    workspace.demand("enter")
    with workspace.store.transaction(workspace.user) as work:
        before = work.reader.get(record.register, record.id)
        departments = Departments(work.reader, record.branch)
        people = People(work.reader, record.branch) if "person" in record.type.by_name else None
        record = linked(record if before else record.stamped(workspace.today), departments, people)
        recorder = Recorder(workspace, work)
        made = returning(work.reader, departments.made)
        made += people.changed() if people else []
        workspace.store.remember_titles(
            {(m.register, m.id): m.type.title(m.values) for _, m in made if m.register == "department"}
        )
        recorder.save(made, "set", MADE)
        saved, beside = save_edit(work, recorder, Edit(before, seen, record), operation, reason)
        if saved.void_reason:
            recorder.save(_no_longer_needed(work, saved), "void", UNDONE)
        forget_draft(work, record.id)
        changes = work.flush()
    if record.register in ("department", "person") or made or saved.void_reason:
        workspace.store.forget_titles()
    return Saved(saved, changes, beside)


def _no_longer_needed(work: Work, record: Record) -> list[tuple[Record | None, Record]]:
    """Return what was made for a record that is taken back and what nobody changed or links to since, voided."""
    work.send()
    found: list[tuple[Record | None, Record]] = []
    for item in record.type.fields:
        value = getattr(record.values, item.name)
        if not isinstance(item.type, Ref) or not value or not is_id(value):
            continue
        card = work.reader.get(item.type.to, value)
        if card is None or card.void_reason or is_linked(work.reader, card, found):
            continue
        if all(body.get("why") == MADE for body in logged(work.reader, card.id)):
            found.insert(0, (card, dataclasses.replace(card, void_reason=UNDONE)))
    return found


def is_linked(reader: Reader, card: Record, gone: Sequence[tuple[Record | None, Record]]) -> bool:
    """Tell whether a live record links to a card, save those that go too."""
    going = {after.id for _, after in gone}
    for kind in registers().values():
        for item in kind.fields:
            if isinstance(item.type, Ref) and item.type.to == card.register:
                sql = f"SELECT id FROM {kind.code} WHERE {item.name} = ? AND void = '' LIMIT {len(going) + 1}"
                if any(found not in going for (found,) in reader.rows(sql, [card.id])):
                    return True
    return False


def typed(record: Record, reading_of: Callable[[str, dict[str, Any]], tuple[Reading, str] | None]) -> Record:
    """Return a record as typed texts say; a text that cannot be read is kept in its field's place.

    Args:
        reading_of: of a field and the values read so far, what its text was read as, and the text; none leaves
            the field as it is.
    """
    values: dict[str, Any] = {}
    kept, also = dict(record.kept), dict[str, Any]()
    for item in record.type.entered:
        found = reading_of(item.name, values)
        if found is None:
            values[item.name] = getattr(record.values, item.name)
            continue
        reading, text = found
        values[item.name] = reading.value
        kept.pop(item.name, None)
        if reading.bad:
            kept[item.name] = text.strip()
        also.update(reading.also)
    for name, value in also.items():
        if values.get(name) is None and name not in kept:
            values[name] = value
    return dataclasses.replace(record, values=dataclasses.replace(record.values, **values), kept=kept)


def preview(workspace: Workspace, record: Record) -> Record:
    """Return a record linked, derived and checked as a save would, without writing: problems while typing.

    Departments that a save would make are among the problems.
    """
    with workspace.store.read() as reader:
        departments = Departments(reader, record.branch)
        record = linked(record.stamped(workspace.today), departments, People(reader, record.branch))
        around = Surroundings(workspace, reader).of(record)
    record = derived(record, around)
    made = {found.id: str(found.values.name) for found in departments.made}
    new = [
        Problem("link.new", Severity.NOTE, (item.name,), {"name": made[value]})
        for item in record.type.fields if (value := getattr(record.values, item.name)) in made
    ]  # fmt: skip
    return dataclasses.replace(record, problems=(*problems_of(record, around), *new))


def void(
    workspace: Workspace, register: str, record_id: str, reason: str, seen: Record | None = None
) -> Saved:
    """Take a record out of all counts, with a reason; nothing is deleted.

    Args:
        seen: the record as who voids it had it before the eyes.

    Raises:
        Refusal: no reason, no right, or the month is closed.
    """
    if not reason.strip():
        raise Refusal("record.void_needs_reason")
    record = seen or _present(workspace, register, record_id)
    return save(workspace, dataclasses.replace(record, void_reason=reason.strip()), reason, "void", record)


def _present(workspace: Workspace, register: str, record_id: str) -> Record:
    record = load(workspace, register, record_id)
    if record is None:
        raise Refusal("usage.no_record", record=record_id)
    return record


def undo(workspace: Workspace, register: str, record_id: str) -> Saved:
    """Take the last change of a record back by a new change; undoing the first one voids the record.

    Raises:
        Refusal: nothing to undo, or the month is closed.
    """
    record = seen = _present(workspace, register, record_id)
    bodies = _bodies(workspace, record_id)
    if not bodies:
        raise Refusal("record.nothing_to_undo")
    last, earlier = bodies[-1], bodies[:-1]
    if not earlier:
        return save(workspace, dataclasses.replace(record, void_reason=UNDONE), "undo", UNDONE, record)
    values: dict[str, Any] = {}
    kept = dict(record.kept)
    answers = dict(record.extra)
    for name in last.get("extra", {}):
        answers[name] = next((b["extra"][name] for b in reversed(earlier) if name in b.get("extra", {})), "")
    record = dataclasses.replace(record, extra=answers)
    for name in last["set"]:
        was = next((b for b in reversed(earlier) if name in b["set"]), None)
        if name == VOID:
            record = dataclasses.replace(record, void_reason=str(was["set"][VOID]) if was else "")
            continue
        stored = was["set"][name] if was else None
        values[name] = record.type.by_name[name].type.decode(stored)
        kept.pop(name, None)
        if was and name in was.get("kept", {}):
            kept[name] = was["kept"][name]
    record = dataclasses.replace(record.with_values(**values), kept=kept)
    return save(workspace, record, "undo", UNDONE, seen)


def _bodies(workspace: Workspace, record_id: str) -> list[dict[str, Any]]:
    with workspace.store.read() as reader:
        bodies = logged(reader, record_id)
    return [usable(body, register_type(body["r"])) for body in bodies if body["set"] or body.get("extra")]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One field of one change, for people."""

    moment: datetime
    user: str
    operation: str
    field: str
    was: Any
    became: Any
    reason: str


def history(workspace: Workspace, register: str, record_id: str) -> list[HistoryLine]:
    """Return who set which field to what, when and why, oldest first."""
    kind = register_type(register)
    whole = sees_numbers(workspace)
    state: dict[str, Any] = {}
    lines: list[HistoryLine] = []
    for body in _bodies(workspace, record_id):
        for name, stored in (*body["set"].items(), *body.get("extra", {}).items()):
            field = kind.by_name.get(name)
            value = body.get("kept", {}).get(name) or (field.type.decode(stored) if field else stored)
            if not whole and isinstance(value, str):
                value = hidden_text(value)
            lines.append(
                HistoryLine(
                    stamp_moment(body["t"]),
                    body["u"],
                    body["op"],
                    name,
                    state.get(name),
                    value,
                    body.get("why", ""),
                )
            )
            state[name] = value
    return lines


def save_draft(workspace: Workspace, record_id: str, register: str, body: Mapping[str, Any]) -> None:
    """Keep what is typed and not saved yet; it survives a crash and is offered at the next start."""
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    with workspace.store.transaction(workspace.user) as work:
        from desktop_app.storage.tables import draft

        text = json.dumps(body, ensure_ascii=False)
        work.replace(draft, {"id": record_id, "register": register, "body": text, "saved": moment})


def forget_draft(work: Work, draft_id: str) -> None:
    """Forget a draft within the transaction that saves what was typed."""
    work.run("DELETE FROM draft WHERE id = ?", (draft_id,))


def drop_draft(workspace: Workspace, draft_id: str) -> None:
    """Throw a draft away, as its author asked; none is no fault."""
    with workspace.store.transaction(workspace.user) as work:
        forget_draft(work, draft_id)


def draft_of_new(workspace: Workspace, register: str) -> tuple[str, dict[str, Any]] | None:
    """Return id and texts of the newest draft of a record that is not stored yet; None where none waits."""
    for key, of, body in drafts(workspace):
        if of == register and load(workspace, register, key) is None:
            return key, body
    return None


def drafts(workspace: Workspace) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (record id, register, typed texts by field) of every draft, newest first."""
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT id, register, body FROM draft ORDER BY saved DESC")
    return [(key, register, json.loads(body)) for key, register, body in rows]
