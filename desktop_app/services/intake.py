"""Importing workbooks: every row becomes a record or is named for what it is; nothing is added twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from desktop_app.core.changes import Changes
from desktop_app.core.errors import EnvironmentFault, FileRefusal, Refusal, TizilimError
from desktop_app.core.i18n import Language, Text3
from desktop_app.domain.fields import FieldType, PersonName, Ref
from desktop_app.domain.lettering import name_key
from desktop_app.domain.record import Record, new_record
from desktop_app.domain.register import RegisterType
from desktop_app.importing.branches import branch_of
from desktop_app.importing.recognise import Layout
from desktop_app.importing.rows import DataRow, OtherRow, SheetReading, SheetRows, read_sheet, totals_faults
from desktop_app.importing.workbook import Workbook, read_workbooks
from desktop_app.services.collecting import without_collecting
from desktop_app.services.faults import write_report
from desktop_app.services.linking import Departments, People, returning
from desktop_app.services.reasons import IMPORTED
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

Status = Literal["new", "duplicate", "present"]
Progress = Callable[[int, int, str], None]
"""Called with (files done, files in all, file's name); raising from it stops the import between files."""


@dataclass(slots=True)
class RowOutcome:
    """What became of one data row."""

    row: DataRow
    status: Status
    record: Record
    twin: str = ""
    differs: tuple[str, ...] = ()


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
    lacks: Text3 | None = None

    def count(self, status: Status) -> int:
        """Return how many rows had an outcome."""
        return sum(row.status == status for row in self.rows)


@dataclass(slots=True)
class FileOutcome:
    """What became of one workbook; ``refusal`` when nothing of it could be read."""

    path: Path
    branch: str = ""
    sheets: list[SheetOutcome] = field(default_factory=list)
    refusal: TizilimError | None = None
    changes: Changes = field(default_factory=Changes)


class _DryRunDone(Exception):
    pass


def import_workbooks(
    workspace: Workspace, paths: Sequence[Path], *, branch: str = "", dry_run: bool = False,
    language: Language = "kk", progress: Progress | None = None,
) -> list[FileOutcome]:  # fmt: skip
    """Import workbooks, each in a transaction of its own; a refused file does not stop the others.

    Raises:
        Refusal: the signed-in user may not import.
    """
    workspace.demand("import")
    with without_collecting():
        return _import_all(workspace, paths, branch, dry_run, language, progress)


def _import_all(
    workspace: Workspace, paths: Sequence[Path], branch: str, dry_run: bool, language: Language,
    progress: Progress | None,
) -> list[FileOutcome]:  # fmt: skip
    outcomes: list[FileOutcome] = []
    for done, (path, answer) in enumerate(zip(paths, read_workbooks(paths), strict=True)):
        if progress:
            progress(done, len(paths), path.name)
        if isinstance(answer, FileRefusal):
            outcomes.append(FileOutcome(path, refusal=answer))
            continue
        try:
            outcomes.append(_import_one(workspace, answer, branch, dry_run, language))
        except TizilimError as refusal:
            outcomes.append(FileOutcome(path, refusal=refusal))
        except Exception as fault:  # a fault over one file ends neither the run nor the files after it
            workspace.store.forget_titles()
            named = EnvironmentFault("import.fault", file=path.name, report=str(write_report(fault)))
            outcomes.append(FileOutcome(path, refusal=named))
    if progress:
        progress(len(paths), len(paths), "")
    return outcomes


def _branch_for(workspace: Workspace, path: Path, readings: Sequence[SheetReading], given: str) -> str:
    titles = [text for reading in readings for text in reading.titles]
    found = branch_of(path.name, titles)
    own = given or workspace.branch
    if own and found.certain and found.code != own:
        raise Refusal("import.other_branch", file=path.name, found=found.code, own=own)
    if not (own or found.code):
        raise Refusal("import.branch_unknown", file=path.name)
    return own or found.code


def _none_read(path: Path, readings: Sequence[SheetReading]) -> FileRefusal:
    lacks = next((reading.lacks for reading in readings if reading.lacks), None)
    if lacks is not None:
        return FileRefusal("import.columns_missing", file=path.name, fields=lacks)
    return FileRefusal("import.no_register", file=path.name)


def _import_one(
    workspace: Workspace, workbook: Workbook, given: str, dry_run: bool, language: Language
) -> FileOutcome:
    def show(kind: FieldType, value: Any) -> str:
        return kind.show(value, language)

    readings = [reading for sheet in workbook.sheets for reading in read_sheet(sheet, show)]
    branch = _branch_for(workspace, workbook.path, readings, given)
    outcome = FileOutcome(workbook.path, branch)
    read: list[tuple[SheetOutcome, SheetRows]] = []
    for reading in readings:
        found = SheetOutcome(reading.name, reading.layout, others=reading.rows.others, lacks=reading.lacks)
        outcome.sheets.append(found)
        if reading.layout:
            read.append((found, reading.rows))
    if not read:
        raise _none_read(workbook.path, readings)
    try:
        _write(workspace, branch, outcome, read, dry_run)
    except _DryRunDone:
        workspace.store.forget_titles()
    return outcome


def _write(
    workspace: Workspace,
    branch: str,
    outcome: FileOutcome,
    read: list[tuple[SheetOutcome, SheetRows]],
    dry_run: bool,
) -> None:
    with workspace.store.transaction(workspace.user) as work:
        departments, people = Departments(work.reader, branch), People(work.reader, branch, whole=True)
        fresh: list[RowOutcome] = []
        prints: list[dict[str, str]] = []
        for sheet, rows in read:
            assert sheet.layout is not None  # noqa: S101 - only recognised sheets are read
            known = _Known(work.reader, sheet.layout.register, branch, outcome.path.name, sheet.name)
            for row in rows.data:
                result = known.place(row, departments)
                sheet.rows.append(result)
                if result.status == "new":
                    fresh.append(result)
            prints.extend(known.prints)
            unique = [r.row for r in sheet.rows if r.status != "duplicate"]
            sheet.wrong_totals = totals_faults(rows, sheet.layout.register, unique)
        _link_people(fresh, people)
        titles = {("department", d.id): d.values.name for d in departments.made}
        workspace.store.remember_titles(titles)
        recorder = Recorder(workspace, work)
        reason = f"{IMPORTED}{outcome.path.name}"
        recorder.save([returning(work.reader, made) for made in departments.made], "import", reason)
        recorder.save(people.changed(), "import", reason)
        saved = recorder.save([(None, item.record) for item in fresh], "import", reason)
        for item, record in zip(fresh, saved, strict=True):
            item.record = record
        outcome.changes = work.flush()
        _remember_rows(work, prints)
        if dry_run:
            raise _DryRunDone


def _remember_rows(work: Any, prints: list[dict[str, str]]) -> None:
    from desktop_app.storage.tables import import_row

    if prints:
        work.insert(import_row, prints)


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


class _Known:
    """Rows and records that a sheet's rows may repeat."""

    def __init__(self, reader: Reader, kind: RegisterType, branch: str, file: str, sheet: str) -> None:
        self._kind, self._branch, self._sheet, self._file = kind, branch, sheet, file
        self._by_identity: dict[tuple[Any, ...], tuple[Record, str]] = {}
        self._by_print: dict[str, tuple[Record, str]] = {}
        self.prints: list[dict[str, str]] = []
        stored = {r.id: r for r in reader.records(kind.code, "branch = ?", [branch])}
        seen = "SELECT fingerprint, record, place FROM import_row WHERE register = ?"
        places = reader.rows(seen, [kind.code]) if stored else []
        self._stored = set(stored)
        for fingerprint, record_id, place in places:
            if record_id in stored:
                self._by_print[fingerprint] = (stored[record_id], place)
        for record in stored.values():
            self._add(record, "")

    def _add(self, record: Record, place: str) -> None:
        for key in self._identities(record):
            self._by_identity.setdefault(key, (record, place))

    def _identities(self, record: Record) -> list[tuple[Any, ...]]:
        keys: list[tuple[Any, ...]] = []
        for number, group in enumerate(self._kind.identity):
            parts = [_same(self._kind, name, getattr(record.values, name)) for name in group]
            if all(part is not None for part in parts):
                keys.append((number, *parts))
        return keys

    def place(self, row: DataRow, departments: Departments) -> RowOutcome:
        """Return whether a row is new, repeats one of this file, or is already in the database."""
        for item in self._kind.fields:
            if isinstance(item.type, Ref) and item.type.to == "department" and item.name in row.values:
                row.values[item.name] = departments.find(row.values[item.name])
        text = "\x1f".join((self._kind.code, self._branch, *(part.strip() for part in row.fingerprint)))
        fingerprint = hashlib.sha256(text.encode()).hexdigest()[:32]
        record = new_record(self._kind.code, self._branch, **row.values)
        if row.kept or row.extra:
            import dataclasses

            record = dataclasses.replace(record, kept=row.kept, extra=row.extra)
        twin = self._by_print.get(fingerprint) or self._twin(record)
        if twin is None:
            place = f"{self._file} · {self._sheet} · {row.row}"
            self.prints.append(
                {"fingerprint": fingerprint, "register": self._kind.code, "record": record.id, "place": place}
            )
            self._by_print[fingerprint] = (record, str(row.row))
            self._add(record, str(row.row))
            return RowOutcome(row, "new", record)
        status: Status = "present" if twin[0].id in self._stored else "duplicate"
        return RowOutcome(row, status, twin[0], twin[1], _differing(self._kind, twin[0], record))

    def _twin(self, record: Record) -> tuple[Record, str] | None:
        for key in self._identities(record):
            found = self._by_identity.get(key)
            if found and not _contradict(self._kind, found[0], record):
                return found
        return None


def _same(kind: RegisterType, name: str, value: Any) -> Any:
    return name_key(value) if value is not None and isinstance(kind.by_name[name].type, PersonName) else value


def _contradict(kind: RegisterType, one: Record, other: Record) -> bool:
    """Tell whether two records of one identity differ soundly in another identifying field (namesakes in one order)."""
    from desktop_app.core.clock import today

    for name in {name for group in kind.identity for name in group}:
        pair = [getattr(r.values, name) for r in (one, other)]
        if None in pair or _same(kind, name, pair[0]) == _same(kind, name, pair[1]):
            continue
        if not any(kind.by_name[name].type.check(value, name, today()) for value in pair):
            return True
    return False


def _differing(kind: RegisterType, one: Record, other: Record) -> tuple[str, ...]:
    return tuple(
        item.name for item in kind.entered
        if not isinstance(item.type, Ref) and getattr(other.values, item.name) is not None
        and getattr(one.values, item.name) != getattr(other.values, item.name)
    )  # fmt: skip
