"""A draft is thrown away when it is not wanted, shows that it waits, and never comes back emptied; counts agree."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.periods import Period
from desktop_app.core.problems import Severity
from desktop_app.domain.record import new_record
from desktop_app.services import entry, months, overview
from desktop_app.services.workspace import Workspace
from desktop_app.window.dialogs.ask import AskDialog
from desktop_app.window.screens.entry_screen import EntryScreen
from desktop_app.window.screens.list_screen import ListScreen
from desktop_app.window.screens.problems_screen import ProblemsScreen
from desktop_app.window.shell import Shell
from tests.gui.conftest import type_text, when_asked, window

CTRL = Qt.KeyboardModifier.ControlModifier
DECEMBER = Period(2023, 12)


def _begin(shell: Shell, qtbot: QtBot) -> EntryScreen:
    """Ctrl+N in the list of complaints."""
    shell.go("list", "complaint")
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    listing.search.setFocus()
    QTest.keyClick(listing.search, Qt.Key.Key_N, CTRL)
    form = shell.screen_shown
    assert isinstance(form, EntryScreen)
    qtbot.waitUntil(lambda: form.isAncestorOf(QApplication.focusWidget() or shell))
    return form


def test_an_emptied_form_leaves_no_draft_and_the_list_says_that_one_waits(
    qtbot: QtBot, branch: Workspace
) -> None:
    shell = window(qtbot, branch, "ru", DECEMBER)
    form = _begin(shell, qtbot)
    field = form.editors["reg_no"]
    type_text(field, "ЖТ-9")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    assert listing.draft_button.isVisible()
    form = _begin(shell, qtbot)
    assert form.editors["reg_no"].text() == "ЖТ-9"
    form.editors["reg_no"].selectAll()
    QTest.keyClick(form.editors["reg_no"], Qt.Key.Key_Delete)
    QTest.keyClick(form.editors["reg_no"], Qt.Key.Key_Escape)
    listing = shell.screen_shown
    assert isinstance(listing, ListScreen)
    assert not listing.draft_button.isVisible()
    assert entry.drafts(branch) == []
    assert _begin(shell, qtbot).editors["reg_no"].text() == ""


def test_a_draft_is_discarded_by_keys_after_a_question(qtbot: QtBot, branch: Workspace) -> None:
    kept = entry.save(branch, new_record("complaint", "71", reg_no="ЖТ-1", received=date(2023, 12, 5))).record
    shell = window(qtbot, branch, "ru", DECEMBER)
    form = _begin(shell, qtbot)
    type_text(form.editors["reg_no"], "ЖТ-9")
    form.keep_draft()

    def answer(form: QWidget) -> None:
        assert isinstance(form, AskDialog)
        QTest.keyClick(form, Qt.Key.Key_Escape) if not asked else form.agree()
        asked.append(form.windowTitle())

    asked: list[str] = []
    for text in ("ЖТ-9", ""):  # at first it is said no
        when_asked(answer)
        QTest.keyClick(form.editors["reg_no"], Qt.Key.Key_D, CTRL)
        assert (len(asked), form.editors["reg_no"].text()) == (1 if text else 2, text)
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow)
        form.editors["reg_no"].setFocus()
    assert entry.drafts(branch) == []
    assert not form.is_touched()
    shell.open_record("complaint", kept.id)
    form = shell.screen_shown  # type: ignore[assignment]
    type_text(form.editors["reg_no"], "0")
    when_asked(answer)
    QTest.keyClick(form.editors["reg_no"], Qt.Key.Key_D, CTRL)
    assert form.editors["reg_no"].text() == "ЖТ-1"


def test_mandatory_fields_are_marked(qtbot: QtBot, branch: Workspace) -> None:
    shell = window(qtbot, branch, "ru", DECEMBER)
    form = _begin(shell, qtbot)
    marked = {text.buddy().field.name for text in form.findChildren(QLabel, "fieldLabel") if text.text().endswith(" *")}  # type: ignore[attr-defined]  # fmt: skip
    needed = {f.name for f in form.form.register.fields if f.need is Severity.ERROR and not f.derived}
    assert marked == needed & set(form.editors) != set()


def test_every_count_of_one_thing_is_one_number(qtbot: QtBot, branch: Workspace) -> None:
    entry.save(branch, new_record("complaint", "71", reg_no="ЖТ-1", received=date(2023, 12, 5)))
    entry.save(branch, new_record("complaint", "71", reg_no="ЖТ-2"))  # in no month
    shell = window(qtbot, branch, "ru", DECEMBER)
    form = _begin(shell, qtbot)
    said: list[str] = []
    shell.context.said.connect(lambda _kind, text: said.append(text))
    type_text(form.editors["reg_no"], "ЖТ-3")
    form.editors["received"].setText("06.12.2023")
    QTest.keyClick(form.editors["reg_no"], Qt.Key.Key_S, CTRL)
    assert said
    record = form.record
    assert said[-1] == shell.context.tr("ui.saved_with", n=len(record.problems))
    shell.open_record("complaint", record.id)
    again = shell.screen_shown
    assert isinstance(again, EntryScreen)
    assert again.problems.count() == len(record.problems)
    shell.go("problems")
    problems = shell.screen_shown
    assert isinstance(problems, ProblemsScreen)
    counts = overview.error_counts(branch, DECEMBER)
    now = months.month(branch, DECEMBER)
    errors = sum(counts.values())
    assert errors == now.errors == int(problems._count.text()) == int(shell._side._badges["problems"].text())
    assert sum(s.warnings for s in now.sections) == int(problems._warned.text() or 0)
    assert problems._count.isVisible() == (errors > 0)
    assert str(counts["complaint"]) == shell._side._badges["complaint"].text()
