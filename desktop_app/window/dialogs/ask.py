"""A small form: a few questions, one answer; the refusal of what was asked for is shown in the form itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import Language, tr
from desktop_app.window.choice import Choice
from desktop_app.window.messages import words_of
from desktop_app.window.parts import button, enter_goes_on, label, row

_WIDTH = 460


class Question(NamedTuple):
    """One question of the form.

    Attributes:
        name: key of the answer.
        text: what stands above the field.
        choices: value → text, for a question with given answers.
        secret: whether the answer is a passphrase; a ``repeated`` one must be typed twice alike.
        value: what stands in the field at first.
    """

    name: str
    text: str
    choices: Mapping[str, str] = {}
    secret: bool = False
    repeated: bool = False
    value: str = ""


Answers = dict[str, str]


class AskDialog(QDialog):
    """Asks, tries, and stays open with the reason when it was refused.

    Args:
        questions: none for a mere yes or no; then the keys begin on the harmless answer.
        verb: what the button says that does it; «done» where nothing is given.
        work: what is done with the answers; a refusal keeps the form open, nothing typed is lost.
    """

    def __init__(
        self, title: str, explained: str, questions: list[Question], work: Callable[[Answers], object],
        language: Language, parent: QWidget | None = None, verb: str = "",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        title = title.rstrip("…")
        self.setWindowTitle(title)
        self._work, self._language, self._questions = work, language, questions
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(6)
        layout.addWidget(label(title, "title", wrap=True))
        if explained:
            layout.addWidget(label(explained, "subtitle", wrap=True))
        for question in questions:
            self._add(layout, question.name, question)
            if question.repeated:
                again = tr(language, "ui.passphrase_again")
                self._add(layout, f"{question.name}_again", question._replace(text=again))
        self.trouble = label("", "trouble", wrap=True)
        self.trouble.setVisible(False)
        layout.addWidget(self.trouble)
        layout.addSpacing(8)
        cancel = button(tr(language, "ui.cancel"), self.reject)
        agree = button(verb or tr(language, "ui.agree"), self.agree, primary=True)
        fields = list(self.fields.values())
        enter_goes_on(fields)
        if fields and isinstance(fields[-1], QLineEdit):
            fields[-1].returnPressed.connect(agree.click)
        layout.addLayout(row(None, cancel, agree))
        (fields[0] if fields else cancel).setFocus()
        # A layout of wrapped labels asks for too little height unless it is told the width.
        self.setFixedWidth(_WIDTH)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        self.resize(_WIDTH, layout.totalHeightForWidth(_WIDTH))

    def _add(self, layout: QVBoxLayout, name: str, question: Question) -> None:
        field: QLineEdit | QComboBox
        if question.choices:
            field = Choice()
            for value, text in question.choices.items():
                field.addItem(text, value)
        else:
            field = QLineEdit(question.value)
            if question.secret:
                field.setEchoMode(QLineEdit.EchoMode.Password)
        caption = label(question.text, "fieldLabel", wrap=True)
        caption.setBuddy(field)
        field.setObjectName(name)
        field.setAccessibleName(question.text)
        layout.addWidget(caption)
        layout.addWidget(field)
        self.fields[name] = field

    def answers(self) -> Answers:
        """Return what was typed and chosen."""
        return {
            name: str(field.currentData()) if isinstance(field, QComboBox) else field.text()
            for name, field in self.fields.items()
        }

    def agree(self) -> None:
        """Do what the form is for; close when it was done."""
        given = self.answers()
        for question in self._questions:
            if question.repeated and given[question.name] != given.pop(f"{question.name}_again"):
                self._refuse(tr(self._language, "usage.passphrases_differ"))
                return
        self.setCursor(Qt.CursorShape.WaitCursor)
        try:
            self._work(given)
        except TizilimError as refusal:
            self._refuse(words_of(refusal, self._language))
        else:
            self.accept()
        finally:
            self.unsetCursor()

    def _refuse(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(True)
        layout = self.layout()
        if layout is not None:
            self.resize(_WIDTH, layout.totalHeightForWidth(_WIDTH))
