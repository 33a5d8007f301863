"""The demonstration: a country of twenty branches and a headquarters from the sample workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from desktop_app.core.i18n import Language
from desktop_app.core.paths import DEMO_WORKBOOKS
from desktop_app.services.intake import import_workbooks
from desktop_app.services.workspace import HEADQUARTERS, Workspace

PASSPHRASE: Final = "demonstration"  # noqa: S105 - invented data, told to everyone
Progress = Callable[[int, int, str], None]


def sample_workbooks() -> list[Path]:
    """Return the sample workbooks, one a branch, named by the branch's code."""
    return sorted(DEMO_WORKBOOKS.glob("*.xlsx"))


def make_branch(folder: Path, workbook: Path, passphrase: str, language: Language) -> Workspace:
    """Make one branch's workspace from its workbook and leave it open."""
    workspace = Workspace.create(folder, passphrase, branch=workbook.name[:2], language=language)
    import_workbooks(workspace, [workbook])
    return workspace


def make_country(
    folder: Path, passphrase: str, language: Language, progress: Progress | None = None
) -> dict[str, Path]:
    """Make twenty branches and a headquarters below ``folder``; return workspace by name."""
    made: dict[str, Path] = {}
    workbooks = sample_workbooks()
    for number, workbook in enumerate(workbooks):
        if progress:
            progress(number, len(workbooks) + 1, workbook.name)
        code = workbook.name[:2]
        make_branch(folder / f"branch-{code}", workbook, passphrase, language).close()
        made[code] = folder / f"branch-{code}"
    if progress:
        progress(len(workbooks), len(workbooks) + 1, HEADQUARTERS)
    with Workspace.create(folder / HEADQUARTERS, passphrase, language=language) as headquarters:
        import_workbooks(headquarters, workbooks)
    made[HEADQUARTERS] = folder / HEADQUARTERS
    return made
