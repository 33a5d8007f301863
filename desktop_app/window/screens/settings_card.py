"""What the cards of the settings screen share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from desktop_app.window.context import Context
from desktop_app.window.dialogs.ask import Answers, AskDialog, Question
from desktop_app.window.parts import Lines, label

_LEAST_LIST = 60


class SettingsCard(QFrame):
    """A titled card."""

    def __init__(self, context: Context, title: str, explained: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self.context = context
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(14, 8, 14, 12)
        self._heading = context.tr(title)
        self.inside.addWidget(label(self._heading, "section"))
        if explained:
            self.inside.addWidget(label(context.tr(explained), "hint", wrap=True))

    def listed(self, name: str, empty: str = "ui.none_yet") -> Lines:
        """Add a list that takes the card's room."""
        made = Lines(name, self._heading, self.context.tr(empty))
        # The cards share the height by their weight, not by what each list would like.
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        made.setMinimumHeight(_LEAST_LIST)
        self.inside.addWidget(made, 1)
        return made

    def ask(self, title: str, explained: str, questions: list[Question], work: Callable[[Answers], object]) -> bool:  # fmt: skip
        """Show a form; tell whether what it is for was done."""
        tr = self.context.tr
        form = AskDialog(
            tr(title), tr(explained) if explained else "", questions, work, self.context.language, self
        )
        return bool(form.exec())
