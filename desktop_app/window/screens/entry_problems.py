"""The problems of the record on the form, each with what to do and the law behind it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidgetItem, QVBoxLayout

from desktop_app.core.problems import Problem, Severity
from desktop_app.services.words import legal_source, problem_advice, problem_words
from desktop_app.window.context import Context
from desktop_app.window.parts import Lines, label
from desktop_app.window.theme import icon, theme


class ProblemsCard(QFrame):
    """Lists problems, worst first.

    Signals:
        chosen(object): fields of the problem that was chosen, most telling first.
    """

    chosen = Signal(object)

    def __init__(self, context: Context, register: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._context, self._register = context, register
        self._at = -1
        self._title = label(context.tr("ui.problems"), "section")
        self.listing = Lines("problems", context.tr("ui.problems"))
        self.listing.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.listing.itemActivated.connect(self._choose)
        self.listing.itemClicked.connect(self._choose)
        self._all_well = label("", "subtitle", wrap=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(12, 12, 12, 12)
        inside.addWidget(self._title)
        inside.addWidget(self.listing, 1)
        inside.addWidget(self._all_well, 1, Qt.AlignmentFlag.AlignTop)

    def show_nothing_yet(self) -> None:
        """Say what will stand here: a form that was only opened is not blamed for being empty."""
        self.show_problems(())
        self._all_well.setText(self._context.tr("ui.problems_later"))

    def show_problems(self, problems: tuple[Problem, ...], *, is_locked: bool = False) -> None:
        """Show other problems."""
        self._all_well.setText(self._context.tr("ui.no_problems_locked" if is_locked else "ui.no_problems"))
        self.listing.clear()
        language = self._context.language
        for problem in sorted(problems, key=lambda p: -p.severity):
            words = problem_words(problem, language, self._register)
            law = legal_source(problem, language, named=self._context.workspace.store.setting)
            text = f"{words}\n{problem_advice(problem, language)}" + (f"\n{law}" if law else "")
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, problem.fields)
            item.setIcon(severity_icon(problem.severity))
            self.listing.addItem(item)
        count = len(problems)
        self.listing.setVisible(count > 0)
        self._all_well.setVisible(count == 0)
        self._title.setText(f"{self._context.tr('ui.problems')}  {count or ''}")

    def next(self) -> None:
        """Go from problem to problem."""
        count = self.listing.count()
        if count:
            self._at = (self._at + 1) % count
            self.listing.setCurrentRow(self._at)
            self._choose(self.listing.item(self._at))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole) or ())


def severity_icon(severity: Severity) -> Any:
    """Return the warning sign in the colour of a severity."""
    colour = {Severity.ERROR: theme().error, Severity.WARNING: theme().warning}.get(severity, theme().faint)
    return icon("warning", colour, 16)
