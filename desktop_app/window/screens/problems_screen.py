"""Problems of the month by rule, and the doubtful pairs of employees' cards."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QVBoxLayout, QWidget

from desktop_app.core.problems import Severity
from desktop_app.domain.classifiers import branch_name
from desktop_app.formdef.forms import form_of
from desktop_app.services import months, persons
from desktop_app.services.words import legal_source, problem_advice, problem_words
from desktop_app.window.branches import branch_choice
from desktop_app.window.context import Context
from desktop_app.window.parts import Lines, badge, button, card, keys_begin, label, row
from desktop_app.window.screens.entry_problems import severity_icon

_SHOWN = 2000


class ProblemsScreen(QWidget):
    """Lists the month's problems, heaviest first.

    Signals:
        record_asked(str, str, str): a record is to be opened at a field: register, id, field.
    """

    record_asked = Signal(str, str, str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(10)
        self._count, self._warned = badge("", "error"), badge("", "warning")
        self.branches = branch_choice(context)
        self.branches.activated.connect(lambda _index: self.refresh())
        layout.addLayout(
            row(label(context.tr("ui.problems"), "title"), self._count, self._warned, None, self.branches)
        )
        layout.addWidget(label(context.tr("ui.problems_explained"), "subtitle", wrap=True))
        frame, inside = card(8)
        self.found = Lines("all_problems", context.tr("ui.problems"), context.tr("ui.no_problems_here"))
        self.found.itemActivated.connect(self._open)
        inside.addWidget(self.found)
        keys_begin(self, self.found)
        layout.addWidget(frame, 1)
        context.period_changed.connect(self.refresh)
        context.records_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _changes: object = None) -> None:
        """Read the problems anew."""
        context = self._context
        found = months.check(
            context.workspace, context.period, context.branch or str(self.branches.currentData())
        )
        for chip, severity, code in (
            (self._count, Severity.ERROR, "ui.errors"),
            (self._warned, Severity.WARNING, "ui.warnings"),
        ):
            number = sum(place.problem.severity is severity for place in found)
            chip.setText(str(number))
            chip.setToolTip(context.tr(code))
            chip.setVisible(number > 0)
        self.found.clear()
        for place in found[:_SHOWN]:
            words = problem_words(place.problem, context.language, place.register)
            law = legal_source(place.problem, context.language, place.period, context.workspace.store.setting)
            title = context.workspace.store.ref_title(place.register, place.record)
            name = form_of(place.register).name.get(context.language)
            advice = problem_advice(place.problem, context.language)
            whose = "" if context.branch else f"  ·  {branch_name(place.branch, context.language)}"
            item = QListWidgetItem(
                f"{words}\n{name}: {title}{whose}\n{advice}" + (f"  ({law})" if law else "")
            )
            item.setIcon(severity_icon(place.problem.severity))
            first = place.problem.fields[0] if place.problem.fields else ""
            item.setData(Qt.ItemDataRole.UserRole, (place.register, place.record, first))
            self.found.addItem(item)
        if self.found.count():
            self.found.setCurrentRow(0)

    def _open(self, item: QListWidgetItem) -> None:
        self.record_asked.emit(*item.data(Qt.ItemDataRole.UserRole))


class PersonsScreen(QWidget):
    """Doubtful pairs of cards, for a person to decide; decisions can be taken back."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._done: list[str] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(label(context.tr("ui.doubtful"), "title"))
        layout.addWidget(label(context.tr("ui.doubtful_explained"), "subtitle", wrap=True))
        frame, inside = card(8)
        self.pairs = Lines("pairs", context.tr("ui.doubtful"), context.tr("ui.no_doubtful"))
        inside.addWidget(self.pairs)
        keys_begin(self, self.pairs)
        layout.addWidget(frame, 1)
        self.merge_button = button(context.tr("ui.same_person"), self.merge, primary=True)
        self.undo_button = button(context.tr("ui.undo_merge"), self.undo, picture="undo")
        layout.addLayout(row(None, self.undo_button, self.merge_button))
        context.records_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _changes: object = None) -> None:
        """Read the pairs anew."""
        self.pairs.clear()
        for pair in persons.doubtful_pairs(self._context.workspace, self._context.branch):
            doubt = self._context.tr(f"doubt.{pair.doubt}")
            lines = (
                f"{name}  ·  {number or '—'}" for name, number in zip(pair.names, pair.numbers, strict=True)
            )
            item = QListWidgetItem("\n".join(lines) + f"\n{doubt}")
            item.setData(Qt.ItemDataRole.UserRole, (pair.first, pair.second))
            self.pairs.addItem(item)
        self.merge_button.setEnabled(self.pairs.count() > 0)
        self.undo_button.setEnabled(bool(self._done))
        if self.pairs.count():
            self.pairs.setCurrentRow(0)

    def merge(self) -> None:
        """Say that the chosen pair is one person."""
        if not self.pairs.count():
            return
        item = self.pairs.currentItem()
        first, second = item.data(Qt.ItemDataRole.UserRole)

        def merged(_nothing: None) -> None:
            self._done.append(second)
            self._context.say(self._context.tr("ui.merged"))
            self.refresh()

        self._context.write(self, lambda: persons.merge(self._context.workspace, first, second), merged)

    def undo(self) -> None:
        """Take the last merge back."""

        def parted(_nothing: None) -> None:
            self._done.pop()
            self.refresh()

        self._context.write(self, lambda: persons.unmerge(self._context.workspace, self._done[-1]), parted)
