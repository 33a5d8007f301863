"""The recovery phrase of a new workplace: shown, printed, copied, and typed back before it counts as kept."""

from __future__ import annotations

import secrets
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop_app.core.i18n import Language
from desktop_app.core.periods import Period
from desktop_app.services import printing
from desktop_app.services.workspace import Workspace
from desktop_app.window.context import Context
from desktop_app.window.dialogs.gate import Gate
from desktop_app.window.parts import button, card, label, row

_ASKED: Final = 3
"""Groups that are typed back: enough to show that a paper lies there."""


def _bare(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


class RecoveryNote(Gate):
    """Shows the recovery phrase; goes on once some of its groups were typed back from the paper."""

    def __init__(self, workspace: Workspace, language: Language) -> None:
        super().__init__(workspace.folder, language)
        self.is_done = False
        self._workspace = workspace
        self._phrase = workspace.recovery_phrase
        self._groups = self._phrase.split("-")
        count = min(_ASKED, len(self._groups))
        self._asked = sorted(secrets.SystemRandom().sample(range(len(self._groups)), count))
        self._is_warned = False
        frame, inside = card(28)
        frame.setFixedWidth(620)
        inside.setSpacing(14)
        inside.addWidget(label(self.words("ui.recovery"), "title"))
        self._shown, self._typed = self._showing(), self._typing()
        for part in (*self._shown, *self._typed, self.trouble):
            inside.addWidget(part)
        self.again = button(self.words("ui.recovery_show"), self.show_phrase)
        self.confirm = button(self.words("ui.recovery_check"), self.check, primary=True)
        self.copy = button(self.words("ui.copy_phrase"), self.copy_phrase)
        self.print_button = button(self.words("ui.print_envelope"), self.print_phrase, picture="print")
        self.written = button(self.words("ui.written_down"), self.ask, primary=True)
        inside.addLayout(row(self.print_button, self.copy, None, self.again, self.written, self.confirm))
        self._shown += [self.print_button, self.copy, self.written]
        self._typed += [self.again, self.confirm]
        self.body.addWidget(frame)
        self.body.addStretch(1)
        self.show_phrase()

    def _showing(self) -> list[QWidget]:
        self._phrase_shown = label(self._phrase, "title", wrap=True)
        self._phrase_shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return [label(self.words("ui.recovery_explained"), "subtitle", wrap=True), self._phrase_shown]

    def _typing(self) -> list[QWidget]:
        numbers = ", ".join(str(place + 1) for place in self._asked)
        asked = label(self.words("ui.recovery_asked", groups=numbers), "subtitle", wrap=True)
        self.line = QLineEdit()
        self.line.setObjectName("groups")
        self.line.setAccessibleName(asked.text())
        self.line.returnPressed.connect(self.check)
        return [asked, self.line]

    def show_phrase(self) -> None:
        """Show the phrase and what can be done with it."""
        self._turn(shown=True)
        self.written.setFocus()

    def ask(self) -> None:
        """Hide the phrase and ask for some of its groups."""
        self._turn(shown=False)
        self.line.clear()
        self.line.setFocus()

    def _turn(self, *, shown: bool) -> None:
        self.say_trouble("")
        leaving, coming = (self._typed, self._shown) if shown else (self._shown, self._typed)
        for part in leaving:
            part.hide()
        for part in coming:
            part.setVisible(True)

    def check(self) -> None:
        """Go on when the asked groups, or the whole phrase, are typed as they are."""
        wanted = {_bare(self._phrase), _bare("".join(self._groups[place] for place in self._asked))}
        if _bare(self.line.text()) not in wanted:
            self.say_trouble(self.words("ui.recovery_wrong"))
            self.line.selectAll()
            return
        self.is_done = True
        self._workspace.recovery_phrase = ""
        board = QApplication.clipboard()
        if board.text() == self._phrase:
            board.clear()
        self.entered.emit(self._workspace)

    def copy_phrase(self) -> None:
        """Put the phrase on the clipboard, for a password store."""
        QApplication.clipboard().setText(self._phrase)
        self._working.setText(self.words("ui.phrase_copied"))

    def print_phrase(self) -> None:
        """Show the sheet for the sealed envelope, to be printed; it is made in memory."""
        from desktop_app.window.dialogs.preview import PreviewDialog

        workspace, phrase = self._workspace, self._phrase
        context = Context(workspace, self.language, Period.of(workspace.today))
        PreviewDialog(
            context, parent=self, only=lambda language: printing.envelope_bytes(workspace, phrase, language)
        ).exec()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Do not go at the first asking while the phrase may be lost."""
        if self._phrase and not self.is_done and not self._is_warned:
            self._is_warned = True
            self.say_trouble(self.words("ui.recovery_leave"))
            event.ignore()
            return
        super().closeEvent(event)
