"""The main job without a screen: twenty branches from the sample workbooks, one month closed and printed, pictures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.core.i18n import Language
from desktop_app.core.periods import Period
from desktop_app.services import closing, months, printing
from desktop_app.services.demonstration import PASSPHRASE, make_branch, sample_workbooks
from desktop_app.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_app.window.shell import Shell

_BRANCH = "71"
_LAST = Period(2023, 12)


def run_showcase(folder: Path, language: Language, say: Callable[[str], None]) -> list[Path]:
    """Do the job below ``folder``; return the files made."""
    branches = folder / "branches"
    shutil.rmtree(branches, ignore_errors=True)
    made: list[Path] = []
    for workbook in sample_workbooks():
        place = branches / workbook.name[:2]
        say(f"{workbook.name} → {place}")
        make_branch(place, workbook, PASSPHRASE, language).close()
    with Workspace.open(branches / _BRANCH, PASSPHRASE) as workspace:
        _close_last(workspace)
        for suffix in (".pdf", ".xlsx"):
            for wanted in ("kk", "ru"):
                target = folder / f"{_BRANCH}-{_LAST}-{wanted}{suffix}"
                made.append(printing.print_report(workspace, printing.MONTH, _LAST, target, language=wanted))
        made += _pictures(workspace, folder)
    return made


def _close_last(workspace: Workspace) -> None:
    now = months.month(workspace, _LAST)
    for section in now.sections:
        if section.state == "MISSING":
            months.declare(workspace, _LAST, section.register, "NIL")
    closing.close(
        workspace,
        _LAST,
        reason="Көрсетілім",
        executor="Бекенова А. С.",
        head="Ахметов Е. Н.",
        phone="+7 7172 00 00 00",
    )


def _pictures(workspace: Workspace, folder: Path) -> list[Path]:
    """Draw the main screens in Kazakh and Russian at 1366 × 768."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from desktop_app.window.context import Context
    from desktop_app.window.room import STYLE
    from desktop_app.window.shell import Shell
    from desktop_app.window.theme import apply_theme, load_fonts

    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(["", *STYLE])
    load_fonts()
    made: list[Path] = []
    for language, dress in (("kk", "light"), ("ru", "light"), ("kk", "dark")):
        apply_theme(dress, application)
        shell = Shell(Context(workspace, language, _LAST))  # type: ignore[arg-type]
        shell.resize(1366, 768)  # the offscreen platform's own screen is smaller
        shell.show()
        for name in ("list", "entry", "month", "problems", "visit", "exchange", "settings"):
            _open(shell, name)
            application.processEvents()
            application.processEvents()
            target = folder / f"{name}-{language}-{dress}.png"
            shell.grab().save(str(target))
            made.append(target)
        shell.close()
    return made


def _open(shell: Shell, name: str) -> None:
    from desktop_app.window.screens.list_screen import ListScreen

    if name == "entry":
        listing = shell.screen_shown
        if isinstance(listing, ListScreen):
            shell.open_record("sanction", listing.model.record_id(0))
    elif name == "visit":
        shell.open_visit()
    elif name == "list":
        shell.go("list", "sanction")
    else:
        shell.go(name)
