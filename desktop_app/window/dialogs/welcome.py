"""First start: a new branch, or the demonstration; later starts: the passphrase."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.i18n import LANGUAGES, OWN_NAMES, Language, tr
from desktop_app.domain.classifiers import classifier
from desktop_app.services import care
from desktop_app.services.demonstration import PASSPHRASE, make_branch, sample_workbooks
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from desktop_app.storage.keys import KeyRing
from desktop_app.window import operations
from desktop_app.window.dialogs.ask import Answers, AskDialog, Question
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, card, label, row
from desktop_app.window.room import fitting

_SHORTEST = 8


class _Gate(QWidget):
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
        self.trouble = label("", "subtitle", wrap=True)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setFixedWidth(420)
        self.progress.setVisible(False)
        layout.addWidget(self.trouble)
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
        self.trouble.setText(self.words("ui.working"))
        self._operation = operations.begin(work, self._enter, self.show_fault)

    def _enter(self, workspace: object) -> None:
        self._operation = None
        self.progress.setVisible(False)
        self.entered.emit(workspace)

    def show_fault(self, fault: BaseException) -> None:
        """Say what went wrong."""
        self._operation = None
        self.progress.setVisible(False)
        self.trouble.setText(words_of(fault, self.language))


class Welcome(_Gate):
    """First start."""

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__(folder, language)
        self.body.addWidget(self._branch_card())
        self.body.addWidget(self._demonstration_card())
        self.body.addStretch(1)
        self.passphrase.setFocus()

    def _branch_card(self) -> QWidget:
        frame, inside = card(26)
        frame.setFixedWidth(440)
        inside.setSpacing(10)
        inside.addWidget(label(self.words("ui.new_branch"), "title"))
        inside.addWidget(label(self.words("ui.new_branch_explained"), "subtitle", wrap=True))
        self.branch = QComboBox()
        self.branch.setObjectName("branch")
        for code in classifier("branches").codes:
            self.branch.addItem(f"{code.code}  {code.label.get(self.language)}", code.code)
        self.branch.addItem(self.words("ui.headquarters"), "")
        self.branch.setMaxVisibleItems(21)
        self.branch.currentIndexChanged.connect(self._ready)
        self.server = QLineEdit()
        self.server.setObjectName("server")
        self.server.setPlaceholderText(self.words("ui.server"))
        self.server.setVisible(False)
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for line, caption, name in (
            (self.passphrase, "ui.passphrase", "passphrase"),
            (self.again, "ui.passphrase_again", "again"),
        ):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setObjectName(name)
            line.setPlaceholderText(self.words(caption))
            line.textChanged.connect(self._ready)
        inside.addWidget(self.branch)
        inside.addWidget(self.server)
        inside.addWidget(self.passphrase)
        inside.addWidget(self.again)
        inside.addWidget(label(self.words("ui.where_kept", path=self.folder), "hint", wrap=True))
        self.create_button = button(self.words("ui.create"), self.create_branch, primary=True, name="primary")
        inside.addStretch(1)
        restore = button(self.words("ui.restore"), self._ask_backup, name="flat")
        self.passphrase.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.create_button.click)  # does nothing until both are one
        inside.addLayout(row(restore, None, self.create_button))
        QWidget.setTabOrder(self.again, self.create_button)
        QWidget.setTabOrder(self.create_button, restore)
        self._ready()
        return frame

    def _ready(self) -> None:
        self.server.setVisible(not self.branch.currentData())
        typed = self.passphrase.text()
        self.create_button.setEnabled(len(typed) >= _SHORTEST and typed == self.again.text())

    def _demonstration_card(self) -> QWidget:
        frame, inside = card(26)
        frame.setFixedWidth(440)
        inside.setSpacing(10)
        inside.addWidget(label(self.words("ui.demonstration"), "title"))
        inside.addWidget(
            label(self.words("ui.demonstration_explained", phrase=PASSPHRASE), "subtitle", wrap=True)
        )
        self.demo_branch = QComboBox()
        for workbook in sample_workbooks():
            code = workbook.name[:2]
            self.demo_branch.addItem(
                f"{code}  {classifier('branches').label(code, self.language)}", str(workbook)
            )
        self.demo_branch.setCurrentIndex(
            max(self.demo_branch.findText("71", Qt.MatchFlag.MatchStartsWith), 0)
        )
        inside.addWidget(self.demo_branch)
        inside.addStretch(1)
        inside.addWidget(button(self.words("ui.show_demonstration"), self.create_demonstration))
        return frame

    def create_branch(self) -> None:
        """Make the branch's workspace, or headquarters', which may share a PostgreSQL database."""
        branch, phrase = str(self.branch.currentData()), self.passphrase.text()
        server = "" if branch else self.server.text().strip()
        folder, language = self.folder, self.language
        self.work(
            lambda _report: Workspace.create(
                folder, phrase, branch=branch, language=language, database=server
            )
        )

    def _ask_backup(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.words("ui.restore"))
        if name:
            self.restore(Path(name))

    def restore(self, copy: Path) -> None:
        """Restore a backup into the folder shown, as a new workstation; its passphrase is asked for."""
        asked = [Question("passphrase", self.words("ui.passphrase"), secret=True)]
        phrases: list[str] = []

        def take(given: Answers) -> None:
            care.restore(copy, self.folder, given["passphrase"])
            phrases.append(given["passphrase"])

        AskDialog(
            self.words("ui.restore"), self.words("ui.restore_explained"), asked, take, self.language, self
        ).exec()
        if phrases:
            folder = self.folder
            self.work(lambda _report: Workspace.open(folder, phrases[0]))

    def create_demonstration(self) -> None:
        """Make a branch from a sample workbook."""
        folder, workbook, language = self.folder, Path(str(self.demo_branch.currentData())), self.language
        self.work(lambda _report: make_branch(folder, workbook, PASSPHRASE, language))


class SignIn(_Gate):
    """Asks for the passphrase; each wrong one is counted in the key file."""

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__(folder, language)
        frame, inside = card(28)
        frame.setFixedWidth(420)
        inside.setSpacing(12)
        inside.addWidget(label("Tizilim", "title"))
        inside.addWidget(label(self.words("ui.sign_in"), "subtitle"))
        ring = KeyRing(folder / KEYS)
        self.user = QComboBox()
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


class RecoveryNote(_Gate):
    """Shows the recovery phrase once, to be written on paper."""

    def __init__(self, workspace: Workspace, language: Language) -> None:
        super().__init__(workspace.folder, language)
        frame, inside = card(28)
        frame.setFixedWidth(560)
        inside.setSpacing(14)
        inside.addWidget(label(self.words("ui.recovery"), "title"))
        inside.addWidget(label(self.words("ui.recovery_explained"), "subtitle", wrap=True))
        phrase = label(workspace.recovery_phrase, "section")
        phrase.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(phrase)
        self.written = button(
            self.words("ui.written_down"), lambda: self.entered.emit(workspace), primary=True
        )
        inside.addLayout(row(None, self.written))
        self.body.addWidget(frame)
        self.body.addStretch(1)
        self.written.setFocus()
