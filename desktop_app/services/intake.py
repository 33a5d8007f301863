"""Importing workbooks: every row becomes a record or is named for what it is; nothing is added twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import FileRefusal, Refusal, TizilimError
from desktop_app.core.i18n import Language
from desktop_app.domain.fields import FieldType
from desktop_app.importing.recognise import branch_of, recognise
from desktop_app.importing.rows import SheetRows, read_rows
from desktop_app.importing.workbook import Workbook, read_workbooks
from desktop_app.services.collecting import without_collecting
from desktop_app.services.faults import write_report
from desktop_app.services.intake_outcome import FileOutcome, SheetOutcome, Wishes
from desktop_app.services.intake_writing import FileWriter
from desktop_app.services.workspace import Workspace

Progress = Callable[[int, int, str], None]
"""Called with (files done, files in all, file's name); raising from it stops the import between files."""


AS_IT_COMES: Final = Wishes()
"""New cards are made, changes of what is there are only offered."""


class _DryRunDone(Exception):
    pass


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
    outcomes: list[FileOutcome] = []
    for done, (path, answer) in enumerate(zip(paths, read_workbooks(paths), strict=True)):
        if progress:
            progress(done, len(paths), path.name)
        if isinstance(answer, FileRefusal):
            outcomes.append(FileOutcome(path, refusal=answer))
            continue
        try:
            outcomes.append(_import_one(workspace, answer, branch, dry_run, language, wishes))
        except TizilimError as refusal:
            outcomes.append(FileOutcome(path, refusal=refusal))
        except Exception as fault:  # noqa: BLE001 - our own fault with one file must not keep the others out
            refused = FileRefusal("import.fault", file=path.name, path=write_report(fault))
            outcomes.append(FileOutcome(path, refusal=refused))
    if progress:
        progress(len(paths), len(paths), "")
    return outcomes


def _branch_for(workspace: Workspace, workbook: Workbook, given: str) -> str:
    found = branch_of(workbook)
    own = given or workspace.branch
    if own and found and found != own:
        raise Refusal("import.other_branch", file=workbook.path.name, found=found, own=own)
    if not (own or found):
        raise Refusal("import.branch_unknown", file=workbook.path.name)
    return own or found


def _import_one(
    workspace: Workspace, workbook: Workbook, given: str, dry_run: bool, language: Language, wishes: Wishes
) -> FileOutcome:
    branch = _branch_for(workspace, workbook, given)
    outcome = FileOutcome(workbook.path, branch)

    def show(kind: FieldType, value: Any) -> str:
        return kind.show(value, language)

    read: list[tuple[SheetOutcome, SheetRows]] = []
    for sheet in workbook.sheets:
        layout = recognise(sheet.rows)
        found = SheetOutcome(sheet.name, layout)
        outcome.sheets.append(found)
        if layout:
            rows = read_rows(sheet.rows, layout, show)
            found.others = rows.others
            read.append((found, rows))
    if not read:
        raise FileRefusal("import.no_register", file=workbook.path.name)
    try:
        with workspace.store.transaction(workspace.user) as work:
            FileWriter(workspace, work, outcome, wishes, language).write(read)
            if dry_run:
                raise _DryRunDone
    except _DryRunDone:
        workspace.store.forget_titles()
    return outcome
