"""Importing workbooks: every row becomes a record or is named for what it is; nothing is added twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.errors import EnvironmentFault, FileRefusal, Refusal, TizilimError
from desktop_app.core.i18n import Language
from desktop_app.domain.fields import FieldType
from desktop_app.importing.branches import branch_of
from desktop_app.importing.rows import SheetReading, SheetRows, read_sheet
from desktop_app.importing.workbook import Workbook, read_workbooks
from desktop_app.services.collecting import without_collecting
from desktop_app.services.faults import write_report
from desktop_app.services.intake_outcome import FileOutcome, SheetOutcome, Wishes
from desktop_app.services.intake_writing import FileWriter
from desktop_app.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

Progress = Callable[[int, int, str], None]
"""Called with (files done, files in all, file's name); raising from it stops the import between files."""


AS_IT_COMES: Final = Wishes()
"""New cards are made, changes of what is there are only offered."""


class _Writing:
    """Lends each file a transaction of its own."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @contextmanager
    def file(self) -> Iterator[Work]:
        """Open a file's transaction; it is committed at the end."""
        with self._workspace.store.transaction(self._workspace.user) as work:
            yield work

    def close(self) -> None:
        """Have done with the files."""


class _Rehearsed(Exception):
    pass


class _Rehearsal(_Writing):
    """Lends all files one transaction that is undone: a row that stands in two of them is new once, as in earnest."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._open: AbstractContextManager[Work] | None = None
        self._work: Work | None = None

    @contextmanager
    def file(self) -> Iterator[Work]:
        """Lend the transaction; a fault undoes it, and what was rehearsed before the fault with it."""
        if self._open is None or self._work is None:
            self._open = self._workspace.store.transaction(self._workspace.user)
            self._work = self._open.__enter__()
        try:
            yield self._work
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Undo all."""
        opened, self._open, self._work = self._open, None, None
        if opened is not None:
            undone = _Rehearsed()
            with suppress(_Rehearsed):
                opened.__exit__(_Rehearsed, undone, None)
            self._workspace.store.forget_titles()


def import_workbooks(
    workspace: Workspace, paths: Sequence[Path], *, branch: str = "", dry_run: bool = False,
    language: Language = "kk", progress: Progress | None = None, wishes: Wishes = AS_IT_COMES,
) -> list[FileOutcome]:  # fmt: skip
    """Import workbooks, each in a transaction of its own; a refused file does not stop the others.

    Args:
        wishes: what of the offered is taken: changes of what is there already, cards that are not.

    Raises:
        Refusal: the signed-in user may not import.
    """
    workspace.demand("import")
    with without_collecting():
        return _import_all(workspace, paths, branch, dry_run, language, progress, wishes)


def _import_all(
    workspace: Workspace, paths: Sequence[Path], branch: str, dry_run: bool, language: Language,
    progress: Progress | None, wishes: Wishes,
) -> list[FileOutcome]:  # fmt: skip
    writing = _Rehearsal(workspace) if dry_run else _Writing(workspace)
    with closing(writing):
        return _each(workspace, paths, branch, language, progress, wishes, writing)


def _each(
    workspace: Workspace, paths: Sequence[Path], branch: str, language: Language, progress: Progress | None,
    wishes: Wishes, writing: _Writing,
) -> list[FileOutcome]:  # fmt: skip
    outcomes: list[FileOutcome] = []
    for done, (path, answer) in enumerate(zip(paths, read_workbooks(paths), strict=True)):
        if progress:
            progress(done, len(paths), path.name)
        if isinstance(answer, FileRefusal):
            outcomes.append(FileOutcome(path, refusal=answer))
            continue
        try:
            outcomes.append(_import_one(workspace, answer, branch, language, wishes, writing))
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
        return FileRefusal(
            "import.columns_missing", file=path.name, fields=lacks.fields, nearest=lacks.nearest
        )
    return FileRefusal("import.no_register", file=path.name)


def _import_one(
    workspace: Workspace,
    workbook: Workbook,
    given: str,
    language: Language,
    wishes: Wishes,
    writing: _Writing,
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
    with writing.file() as work:
        FileWriter(workspace, work, outcome, wishes, language).write(read)
    return outcome
