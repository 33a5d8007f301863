"""The windows before the shell: what they share, and the passphrase asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from desktop_app.core.i18n import LANGUAGES, OWN_NAMES, Language, tr
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from desktop_app.storage.keys import KeyRing
from desktop_app.window import operations
from desktop_app.window.choice import Choice
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, card, label
from desktop_app.window.room import fitting


class Gate(QWidget):
    """What the first windows share: language buttons, a card in the middle, a progress line.

    Signals:
        entered(object): an opened workspace.
        language_chosen(str): another language is wanted.
        noted(str): code of a message for the window that comes next.
    """

    entered = Signal(object)
    noted = Signal(str)
    language_chosen = Signal(str)

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.folder = folder
        self.language: Language = language
        self.resize(fitting(1366, 768))
        self.setWindowTitle("Tizilim")
        layout = QVBoxLayout(self)
        top = QHBoxLayout()
        top.addStretch(1)
        for code in LANGUAGES:
            made = button(OWN_NAMES[code], partial(self.language_chosen.emit, code), name="language")
            made.setCheckable(True)
            made.setChecked(code == language)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            top.addWidget(made)
        layout.addLayout(top)
        layout.addStretch(1)
        self.body = QHBoxLayout()
        self.body.setSpacing(22)
        self.body.addStretch(1)
        layout.addLayout(self.body)
        self.trouble = label("", "trouble", wrap=True)
        self.trouble.hide()
        self._working = label("", "subtitle", wrap=True)
        self._working.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setFixedWidth(420)
        self.progress.setVisible(False)
        layout.addWidget(self._working)
        layout.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self._operation: operations.Operation | None = None

    def words(self, code: str, **params: object) -> str:
        """Return a message in the gate's language."""
        return tr(self.language, code, **params)

    def work(self, work: Callable[[operations.Report], Workspace]) -> None:
        """Do something in the background; enter with the workspace it gives. A second Enter begins nothing."""
        if self._operation is not None:
            return
        self.progress.setVisible(True)
        self.say_trouble("")
        self._working.setText(self.words("ui.working"))
        self._operation = operations.begin(work, self._enter, self.show_fault)

    def _enter(self, workspace: object) -> None:
        self._at_rest()
        self.entered.emit(workspace)

    def show_fault(self, fault: BaseException) -> None:
        """Say what went wrong."""
        self._at_rest()
        self.say_trouble(words_of(fault, self.language))

    def _at_rest(self) -> None:
        self._operation = None
        self.progress.setVisible(False)
        self._working.setText("")

    def say_trouble(self, words: str) -> None:
        """Say in the card what is wrong; without words, that nothing is."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))


class SignIn(Gate):
    """Asks for the passphrase; each wrong one is counted in the key file.

    Args:
        place: whose workplace it is, where that is known: one that was locked, not one never opened.
    """

    def __init__(self, folder: Path, language: Language, place: str = "") -> None:
        super().__init__(folder, language)
        frame, inside = card(28)
        frame.setFixedWidth(420)
        inside.setSpacing(12)
        inside.addWidget(label("Tizilim", "title"))
        if place:
            inside.addWidget(label(place, "section", wrap=True))
        inside.addWidget(label(self.words("ui.sign_in"), "subtitle", wrap=True))
        ring = KeyRing(folder / KEYS)
        self.user = Choice()
        self.user.addItems(list(ring.users()))
        self.passphrase = QLineEdit()
        self.passphrase.setObjectName("passphrase")
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setPlaceholderText(self.words("ui.passphrase"))
        self.passphrase.returnPressed.connect(self.open)
        self.remember = QCheckBox(self.words("ui.remember"))
        self.remember.setChecked(ring.is_remembered())
        for widget in (
            self.user,
            self.passphrase,
            self.trouble,
            self.remember,
            button(self.words("ui.open"), self.open, primary=True),
        ):
            inside.addWidget(widget)
        inside.addWidget(label(str(folder / DATABASE), "hint", wrap=True))
        self.body.addWidget(frame)
        self.body.addStretch(1)
        self.passphrase.setFocus()

    def open(self) -> None:
        """Unlock in the background and enter."""
        folder, phrase, user, remember = (
            self.folder,
            self.passphrase.text(),
            self.user.currentText(),
            self.remember.isChecked(),
        )

        def unlock(_report: object) -> Workspace:
            workspace, ring = Workspace.open(folder, phrase, user), KeyRing(folder / KEYS)
            if remember and not ring.remember(workspace.opened):
                self.noted.emit("key.no_store")
            if not remember and ring.is_remembered():
                ring.forget()
            return workspace

        self.work(unlock)
        self.passphrase.clear()
