"""The main window: registers at the side, months above, one screen at a time, a bar for messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.changes import Changes
from desktop_app.core.i18n import LANGUAGES, Language
from desktop_app.domain.register import monthly_registers
from desktop_app.services import overview
from desktop_app.services.freshness import bring_up, is_behind
from desktop_app.window import operations
from desktop_app.window.context import Context
from desktop_app.window.message_bar import MessageBar
from desktop_app.window.month_bar import MonthBar, typed_month
from desktop_app.window.places import screen_of
from desktop_app.window.qt_words import speak
from desktop_app.window.room import fitting
from desktop_app.window.screens.list_screen import ListScreen, ListState
from desktop_app.window.side import REFERENCE, Side
from desktop_app.window.theme import apply_theme, theme

if TYPE_CHECKING:
    from desktop_app.window.screens.entry_screen import EntryScreen
    from desktop_app.window.screens.visit_screen import VisitScreen


_NARROW = 1200
"""Width below which the side shows pictures only and the months their first letters."""


class Shell(QMainWindow):
    """The window of an opened workspace.

    Signals:
        list_shown(): the first list of records is on the screen.
        lock_asked(): the window is to be locked now.
    """

    list_shown = Signal()
    lock_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.setWindowTitle("Tizilim")
        self._place: tuple[str, str] = ("list", monthly_registers()[0].code)
        self._stack = QStackedWidget()
        self._typing: EntryScreen | VisitScreen | None = None
        self._lists: dict[str, ListState] = {}
        self._asked_about: frozenset[operations.Operation] = frozenset()
        self._shortcuts: list[QShortcut] = []
        context.said.connect(self._say)
        context.records_changed.connect(lambda _changes: self._count_problems())
        context.period_changed.connect(self._count_problems)
        self.rebuild()
        self.resize(fitting(1366, 768))
        self._keys()
        if is_behind(context.workspace):
            context.say(context.tr("ui.computing_anew"), "note")
            work = partial(bring_up, context.workspace)
            operations.begin(work, lambda _count: context.changed(Changes()), context.say_fault)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the room to the records where the window is narrow."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        self._side.make_narrow(narrow=narrow)
        self._months.make_narrow(narrow=narrow)

    def rebuild(self) -> None:
        """Make every widget anew, in the language and theme of now."""
        self._when_kept(self._rebuild)

    def _when_kept(self, act: Callable[[], object]) -> None:
        """Do what ends the typing once what is typed is kept as a draft."""
        if self._typing is None or not self._typing.is_touched():
            act()
        else:
            self.context.write(self, self.keep_typing, lambda _nothing: act())

    def _rebuild(self) -> None:
        typing = self._typing
        old = self.centralWidget()
        if old is not None:
            old.setParent(None)
            old.deleteLater()
        whole = QWidget()
        whole.setObjectName("ground")
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._side = Side(self.context)
        self._side.went.connect(self.go)
        self._side.import_asked.connect(self.open_import)
        self._side.preview_asked.connect(self.open_preview)
        self._side.language_asked.connect(self.next_language)
        self._side.theme_asked.connect(self.next_theme)
        layout.addWidget(self._side)
        column = QVBoxLayout()
        column.setSpacing(0)
        self._months = MonthBar(self.context)
        self._stack = QStackedWidget()
        column.addWidget(self._months)
        column.addWidget(self._stack, 1)
        layout.addLayout(column, 1)
        self._bar = MessageBar(self._months)
        self.setCentralWidget(whole)
        self._fit()
        self.go(*self._place)
        self._count_problems()
        if typing is not None:
            self._type_on(typing)

    def _type_on(self, typing: EntryScreen | VisitScreen) -> None:
        """Go on with the record, or the checklist, that was being typed."""
        from desktop_app.services import entry
        from desktop_app.window.screens.visit_screen import VisitScreen

        if isinstance(typing, VisitScreen):
            self.open_visit()
            return
        register, record = typing.form.register.code, typing.record.id
        if entry.load(self.context.workspace, register, record) is None:
            self.open_new(register)
        else:
            self.open_record(register, record)

    def _keys(self) -> None:
        pairs: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+I", self.open_import), ("Ctrl+P", self.open_preview), ("Ctrl+L", self.next_language), ("Ctrl+T", self.next_theme),
            ("Ctrl+M", lambda: self.go("month", "")), ("Ctrl+Z", self.undo), ("Ctrl+,", lambda: self.go("settings", "")),
            ("Ctrl+Shift+L", self.lock_asked.emit),
        ]  # fmt: skip
        for number, place in enumerate(list(self._side.buttons)[:9], 1):
            pairs.append((f"Ctrl+{number}", partial(self.go, *place)))
        pairs += [("Ctrl+0", lambda: self.go("persons")), ("Ctrl+G", self.ask_month)]
        for keys, slot in pairs:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(slot)
            self._shortcuts.append(shortcut)

    def go(self, screen: str, argument: str = "", record: str = "") -> None:
        """Show a screen: ``list`` of a register, ``month``, ``problems``, ``persons``, ``board``, ``exchange``, ``settings``.

        Args:
            record: the record to come back to in a list, which then shows what it showed before.
        """
        self._when_kept(partial(self._go, screen, argument, record))

    def _go(self, screen: str, argument: str, record: str) -> None:
        self._place = (screen, argument)
        self._put(screen_of(self, screen, argument))
        if self.screen_shown is not None:
            self.screen_shown.setFocus()
        shown = self.screen_shown
        if record and isinstance(shown, ListScreen):
            if (state := self._lists.get(argument)) is not None:
                shown.restore(state)
            shown.choose(record)
        self._side.check(self._place)
        self.list_shown.emit()

    def _put(self, screen: QWidget) -> None:
        self._typing = None
        while self._stack.count():
            old = self._stack.widget(0)
            if isinstance(old, ListScreen):
                self._lists[old.form.register.code] = old.state()
            if old is not None:
                self._stack.removeWidget(old)
                old.deleteLater()
        self._stack.addWidget(screen)

    @property
    def screen_shown(self) -> QWidget | None:
        """The screen on show."""
        return self._stack.currentWidget()

    def keep_typing(self) -> None:
        if self._typing is not None:
            self._typing.keep_draft()

    def open_record(self, register: str, record: str) -> None:
        """Open a stored record for editing."""
        from desktop_app.services import entry
        from desktop_app.window.screens.entry_screen import EntryScreen

        found = entry.shown(self.context.workspace, register, record)
        if found is None:
            return
        draft = next((body for key, _, body in entry.drafts(self.context.workspace) if key == record), None)
        self._entry(EntryScreen(self.context, register, found, draft), register)

    def open_record_at(self, back: tuple[str, str], register: str, record: str, field: str) -> None:
        """Open a record at a field; what is done with it leads back to where it was asked for."""
        self.open_record(register, record)
        from desktop_app.window.screens.entry_screen import EntryScreen

        screen = self._typing
        if not isinstance(screen, EntryScreen):
            return
        screen.done.disconnect()
        screen.done.connect(lambda _record: self.go(*back))
        if field in screen.editors:
            QTimer.singleShot(0, screen, partial(screen.jump_to, field))

    def open_branch(self, branch: str) -> None:
        """Show the month: a branch its own, headquarters that branch's records of the register on show last."""
        if self.context.branch:
            self.go("month")
            return
        codes = [kind.code for kind in monthly_registers()]
        self.go("list", next((code for code in reversed(self._lists) if code in codes), codes[0]))
        if isinstance(self.screen_shown, ListScreen):
            self.screen_shown.show_branch(branch)

    def open_new(self, register: str) -> None:
        """Begin a record, or go on with the draft of one."""
        from desktop_app.services import entry
        from desktop_app.window.screens.entry_screen import EntryScreen

        if not self.context.branch:
            self._say("note", self.context.tr("ui.branch_enters"))
            return
        if waiting := entry.draft_of_new(self.context.workspace, register):
            key, body = waiting
            self._entry(EntryScreen(self.context, register, draft=body, draft_id=key), register)
            self._say("note", self.context.tr("ui.draft_found"))
            return
        self._entry(EntryScreen(self.context, register), register)

    def _entry(self, screen: EntryScreen, register: str) -> None:
        self._place = ("list", register)
        screen.done.connect(lambda record: self.go("list", register, record))
        screen.history_asked.connect(lambda record: self.open_history(register, record))
        self._put(screen)
        self._typing = screen
        self._side.check(self._place)

    def ask_month(self) -> None:
        """Go to a month that is typed: 01.2022, 1 22, 2022-01."""
        from desktop_app.window.dialogs.ask import AskDialog, Question

        tr = self.context.tr

        def go(given: dict[str, str]) -> None:
            self.context.show_period(typed_month(given["month"]))

        AskDialog(tr("ui.go_to_month"), "", [Question("month", tr("ui.go_to_month_hint"))], go, self.context.language,
                  self, verb=tr("ui.go_to_month")).exec()  # fmt: skip

    def open_visit(self) -> None:
        """Open the checklist of a visit."""
        from desktop_app.window.screens.visit_screen import VisitScreen

        if not self.context.branch:
            self._say("note", self.context.tr("ui.branch_enters"))
            return
        visit = VisitScreen(self.context)
        visit.done.connect(lambda: self.go("list", "finding"))
        self._place = ("list", "finding")
        self._put(visit)
        self._typing = visit
        self._side.check(self._place)

    def open_history(self, register: str, record: str) -> None:
        """Show a record's history."""
        from desktop_app.window.dialogs.history_dialog import HistoryDialog

        HistoryDialog(self.context, register, record, self).exec()

    def open_import(self) -> None:
        """Open the import dialog."""
        from desktop_app.window.dialogs.import_dialog import ImportDialog

        ImportDialog(self.context, self).exec()

    def open_preview(self) -> None:
        """Open the print preview of the chosen month."""
        from desktop_app.window.dialogs.preview import PreviewDialog

        shown = "consolidation"
        if self.context.branch:
            listed = self._place[0] == "list" and self._place[1] not in REFERENCE
            shown = self._place[1] if listed else "month"
        PreviewDialog(self.context, shown, self).exec()

    def undo(self) -> None:
        """Take back the last change of this user."""
        from desktop_app.services import entry

        last = overview.last_change(self.context.workspace)
        if last is None:
            self._say("note", self.context.tr("record.nothing_to_undo"))
            return

        def undone(saved: entry.Saved) -> None:
            self.context.changed(saved.changes)
            self.context.say(self.context.tr("ui.undone", title=saved.record.type.title(saved.record.values)))

        self.context.write(self, lambda: entry.undo(self.context.workspace, *last), undone)

    def next_language(self) -> None:
        """Go on to the next of the three languages."""
        following: Language = LANGUAGES[(LANGUAGES.index(self.context.language) + 1) % len(LANGUAGES)]
        self.set_language(following)

    def set_language(self, language: Language) -> None:
        """Show everything in a language."""
        self.context.language = language
        QSettings().setValue("language", language)
        speak(language)
        self.rebuild()

    def next_theme(self) -> None:
        """Change between light and dark."""
        name = "dark" if theme().name == "light" else "light"
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - a window needs one
        apply_theme(name, application)
        QSettings().setValue("theme", name)
        self.rebuild()

    def _count_problems(self) -> None:
        counts = overview.error_counts(self.context.workspace, self.context.period)
        counts["problems"] = sum(counts.values())
        self._side.show_counts(counts)

    def _say(self, kind: str, text: str) -> None:
        self._bar.say(kind, text)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep what is typed and leave; while work goes on, only when asked a second time."""
        if operations.running() - self._asked_about:
            self._asked_about = operations.running()
            self._say("note", self.context.tr("ui.leave_again"))
            event.ignore()
            return
        operations.stop_all()
        self.keep_typing()
        super().closeEvent(event)
