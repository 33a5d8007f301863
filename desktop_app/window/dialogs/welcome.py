"""First start: a new branch or headquarters, a backup brought back, or the demonstration."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from desktop_app.core.i18n import Language
from desktop_app.domain.classifiers import classifier
from desktop_app.services import backups
from desktop_app.services.demonstration import PASSPHRASE, make_branch, sample_workbooks
from desktop_app.services.workspace import SHORTEST_PASSPHRASE, Workspace
from desktop_app.window.choice import Choice
from desktop_app.window.dialogs.ask import Answers, AskDialog, Question
from desktop_app.window.dialogs.gate import Gate
from desktop_app.window.parts import button, card, enter_goes_on, label, row

_CARD = (390, 440)
"""Least and greatest width of a card: two of them stand side by side on the smallest screen."""
_HEADQUARTERS = ""
"""The code of no branch."""


class Welcome(Gate):
    """First start."""

    def __init__(self, folder: Path, language: Language) -> None:
        super().__init__(folder, language)
        self.body.addWidget(self._branch_card())
        self.body.addWidget(self._demonstration_card())
        self.body.addStretch(1)
        self.branch.setFocus()

    def _branch_card(self) -> QWidget:
        frame, inside = card(26)
        frame.setMinimumWidth(_CARD[0])
        frame.setMaximumWidth(_CARD[1])
        inside.setSpacing(10)
        inside.addWidget(label(self.words("ui.new_branch"), "title"))
        inside.addWidget(label(self.words("ui.new_branch_explained"), "subtitle", wrap=True))
        self.branch = Choice()
        self.branch.setObjectName("branch")
        for code in classifier("branches").codes:
            self.branch.addItem(f"{code.code}  {code.label.get(self.language)}", code.code)
        self.branch.addItem(self.words("ui.headquarters"), _HEADQUARTERS)
        self.branch.setMaxVisibleItems(21)
        # None to begin with: a branch passed over in haste would be the first of the list, and another's.
        self.branch.setCurrentIndex(-1)
        self.branch.setPlaceholderText(self.words("ui.choose_branch"))
        self.branch.currentIndexChanged.connect(self._ask_server)
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
        inside.addWidget(self.branch)
        inside.addWidget(self.server)
        inside.addWidget(self.passphrase)
        inside.addWidget(self.again)
        inside.addWidget(self.trouble)
        inside.addWidget(label(self.words("ui.where_kept", path=self.folder), "hint", wrap=True))
        self.create_button = button(self.words("ui.create"), self.create_branch, primary=True, name="primary")
        inside.addStretch(1)
        restore = button(self.words("ui.restore"), self._ask_backup, name="flat")
        enter_goes_on([self.branch, self.passphrase, self.again])
        self.again.returnPressed.connect(self.create_button.click)
        inside.addLayout(row(restore, None, self.create_button))
        QWidget.setTabOrder(self.again, self.create_button)
        QWidget.setTabOrder(self.create_button, restore)
        return frame

    def _ask_server(self) -> None:
        self.server.setVisible(self.branch.currentData() == _HEADQUARTERS)

    def _missing(self) -> tuple[str, QWidget] | None:
        """Return what is still needed: the code of the message and where it belongs."""
        if self.branch.currentIndex() < 0:
            return "ui.choose_branch", self.branch
        if len(self.passphrase.text()) < SHORTEST_PASSPHRASE:
            return "usage.passphrase_short", self.passphrase
        if self.passphrase.text() != self.again.text():
            return "usage.passphrases_differ", self.again
        return None

    def _demonstration_card(self) -> QWidget:
        frame, inside = card(26)
        frame.setMinimumWidth(_CARD[0])
        frame.setMaximumWidth(_CARD[1])
        inside.setSpacing(10)
        inside.addWidget(label(self.words("ui.demonstration"), "title"))
        inside.addWidget(
            label(self.words("ui.demonstration_explained", phrase=PASSPHRASE), "subtitle", wrap=True)
        )
        self.demo_branch = Choice()
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
        if missing := self._missing():
            self.say_trouble(self.words(missing[0]))
            missing[1].setFocus()
            return
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
            backups.restore(copy, self.folder, given["passphrase"])
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
