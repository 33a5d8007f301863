"""Cards of the settings screen: the workplace, its care, who may come in, what headquarters sends down."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QLineEdit,
    QListWidgetItem,
    QMessageBox,
    QSizePolicy,
    QVBoxLayout,
)

from desktop_app.core.changes import Changes
from desktop_app.core.errors import TizilimError
from desktop_app.domain.classifiers import classifier
from desktop_app.services import care, guiding, recovery, users
from desktop_app.services.peers import find_peer, peers
from desktop_app.services.rights import ROLES
from desktop_app.services.set_aside import set_aside, set_aside_words
from desktop_app.window import operations
from desktop_app.window.context import Context
from desktop_app.window.dialogs.ask import Answers, AskDialog, Question
from desktop_app.window.messages import words_of
from desktop_app.window.parts import Lines, button, label, row
from desktop_app.window.theme import icon, theme

_LEAST_LIST = 60


class _Card(QFrame):
    """A titled card that says refusals in the window's bar."""

    def __init__(self, context: Context, title: str, explained: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self.context = context
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(14, 8, 14, 12)
        self.inside.addWidget(label(context.tr(title), "section"))
        if explained:
            self.inside.addWidget(label(context.tr(explained), "hint", wrap=True))

    def listed(self, name: str, empty: str = "ui.none_yet") -> Lines:
        """Add a list that takes the card's room."""
        made = Lines(name, self.context.tr(empty))
        # The cards share the height by their weight, not by what each list would like.
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        made.setMinimumHeight(_LEAST_LIST)
        self.inside.addWidget(made, 1)
        return made

    def tried(self, work: Callable[[], object]) -> bool:
        """Do something; say why where it was refused."""
        try:
            work()
        except TizilimError as refusal:
            self.context.say(words_of(refusal, self.context.language), "error")
            return False
        return True

    def ask(self, title: str, explained: str, questions: list[Question], work: Callable[[Answers], object]) -> bool:  # fmt: skip
        """Show a form; tell whether what it is for was done."""
        tr = self.context.tr
        form = AskDialog(
            tr(title), tr(explained) if explained else "", questions, work, self.context.language, self
        )
        return bool(form.exec())


class WorkplaceCard(_Card):
    """Settings of the workspace."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "ui.workplace")
        tr, store = context.tr, context.workspace.store
        self.fields: dict[str, QLineEdit | QComboBox] = {
            "name": QLineEdit(store.setting("name")),
            "bin": QLineEdit(store.setting("bin")),
            "deadline_working_day": QLineEdit(store.setting("deadline_working_day", "5")),
            "repeat_window": QComboBox(),
            "language": QComboBox(),
            "lock_minutes": QLineEdit(store.setting("lock_minutes", "10")),
        }
        self._choices("repeat_window", store.setting("repeat_window", "ever"),
                      {c.code: c.label.get(context.language) for c in classifier("repeat_windows").codes})  # fmt: skip
        self._choices("language", context.workspace.language,
                      {"kk": "Қазақша", "ru": "Русский", "en": "English"})  # fmt: skip
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(6)
        for name, field in self.fields.items():
            field.setObjectName(name)
            field.setAccessibleName(tr(f"setting.{name}"))
            form.addRow(label(tr(f"setting.{name}"), "fieldLabel", wrap=True), field)
        self.inside.addLayout(form)
        self.inside.addStretch(1)
        self.inside.addLayout(row(None, button(tr("ui.save"), self.save, primary=True)))

    def _choices(self, name: str, chosen: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, QComboBox)  # noqa: S101 - made above
        for value, text in choices.items():
            field.addItem(text, value)
        field.setCurrentIndex(max(field.findData(chosen), 0))

    def save(self) -> None:
        """Keep what was changed; the first value that does not fit is named and gets the keys."""
        store = self.context.workspace.store
        for name, field in self.fields.items():
            value = str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()
            if value == store.setting(name) or (not value and not store.setting(name)):
                continue
            if not self.tried(partial(care.set_setting, self.context.workspace, name, value)):
                field.setFocus()
                return
        self.context.say(self.context.tr("settings.done"))


class CareCard(_Card):
    """Backup, the doctor's findings, what is set aside."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "ui.care")
        tr = context.tr
        self.operation: operations.Operation | None = None
        self.findings = self.listed("findings", "ui.look_over_explained")
        self.check_button = button(tr("ui.look_over"), self.look_over)
        self.backup_button = button(tr("ui.backup"), self.backup, primary=True)
        self.inside.addLayout(row(self.check_button, None, self.backup_button))
        for one in set_aside(context.workspace):
            self._add(set_aside_words(context.workspace, one, context.language), well=False)

    def _add(self, text: str, *, well: bool) -> None:
        item = QListWidgetItem(text)
        item.setIcon(icon("check" if well else "warning", theme().good if well else theme().warning, 16))
        self.findings.addItem(item)

    def look_over(self) -> None:
        """Look over disk, file, log and exchange in the background."""
        workspace = self.context.workspace
        self._begin(lambda _report: care.doctor(workspace), self._looked)

    def backup(self) -> None:
        """Make a verified copy in the background."""
        workspace = self.context.workspace
        self._begin(lambda _report: care.backup(workspace), self._copied)

    def _begin(self, work: Callable[[Any], Any], done: Callable[[Any], None]) -> None:
        self.operation = operations.Operation(work)
        self.operation.finished.connect(done)
        self.operation.failed.connect(self._fail)
        self._busy(yes=True)
        operations.start(self.operation)

    def _busy(self, *, yes: bool) -> None:
        self.check_button.setEnabled(not yes)
        self.backup_button.setEnabled(not yes)
        if yes:
            self.context.say(self.context.tr("ui.working"), "note")

    def _looked(self, found: list[care.Finding]) -> None:
        self.operation = None
        self._busy(yes=False)
        self.findings.clear()
        for finding in found:
            self._add(self.context.tr(finding.code, **finding.params), well=finding.is_well)
        for one in set_aside(self.context.workspace):
            self._add(set_aside_words(self.context.workspace, one, self.context.language), well=False)
        well = all(finding.is_well for finding in found)
        self.context.say(self.context.tr("ui.all_is_well" if well else "ui.look_at_these"), "good" if well else "note")  # fmt: skip

    def _copied(self, path: Path) -> None:
        self.operation = None
        self._busy(yes=False)
        self.context.say(self.context.tr("backup.done", path=path))

    def _fail(self, fault: BaseException) -> None:
        self.operation = None
        self._busy(yes=False)
        self.context.say(words_of(fault, self.context.language), "error")


class UsersCard(_Card):
    """Who may come in, with which role."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "ui.users", "ui.users_explained")
        tr = context.tr
        self.users = self.listed("users")
        self.inside.addLayout(
            row(button(tr("ui.add_user"), self.ask_user), button(tr("ui.remove"), self.remove), None,
                button(tr("ui.change_passphrase"), self.ask_passphrase))
        )  # fmt: skip
        self.refresh()

    def refresh(self) -> None:
        """Read the users anew."""
        self.users.clear()
        workspace = self.context.workspace
        for name, role in users.users(workspace).items():
            own = f"  ({self.context.tr('ui.yourself')})" if name == workspace.user else ""
            item = QListWidgetItem(f"{name}{own}\n{self.context.tr(f'role.{role}')}")
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.users.addItem(item)

    def ask_user(self) -> None:
        """Ask for a further user and let that one in."""
        tr = self.context.tr
        questions = [
            Question("name", tr("ui.user_name")),
            Question("role", tr("ui.role"), {role: tr(f"role.{role}") for role in ROLES}),
            Question("passphrase", tr("ui.passphrase"), secret=True, repeated=True),
        ]
        if self.ask("ui.add_user", "ui.add_user_explained", questions, self._add_user):
            self.refresh()

    def _add_user(self, given: Answers) -> None:
        name, role = given["name"], given["role"]
        users.add_user(self.context.workspace, name, role, given["passphrase"])
        self.context.say(self.context.tr("users.added", user=name, role=self.context.tr(f"role.{role}")))

    def remove(self) -> None:
        """Let the chosen user in no longer, after a question."""
        chosen = self.users.selectedItems()
        if not chosen:
            self.context.say(self.context.tr("ui.choose_user"), "note")
            return
        name = str(chosen[0].data(Qt.ItemDataRole.UserRole))
        asked = self.context.tr("ui.remove_user_asked", user=name)
        if QMessageBox.question(self, self.context.tr("ui.users"), asked) != QMessageBox.StandardButton.Yes:
            return
        if self.tried(lambda: users.remove_user(self.context.workspace, name)):
            self.context.say(self.context.tr("users.removed", user=name))
            self.refresh()

    def ask_passphrase(self) -> None:
        """Ask for one's own old and new passphrase."""
        tr = self.context.tr
        questions = [
            Question("old", tr("ui.old_passphrase"), secret=True),
            Question("new", tr("ui.new_passphrase"), secret=True, repeated=True),
        ]
        workspace = self.context.workspace
        done = self.ask("ui.change_passphrase", "", questions,
                        lambda given: users.change_passphrase(workspace, given["old"], given["new"]))  # fmt: skip
        if done:
            self.context.say(tr("users.passphrase_changed", user=workspace.user))


class OfficersCard(_Card):
    """Recovery officers; at headquarters, two of them open a branch's key."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "ui.officers", "ui.officers_explained")
        tr = context.tr
        self.officers = self.listed("officers")
        if not context.workspace.branch:
            self.inside.addLayout(
                row(button(tr("ui.add_officer"), self.ask_officer), None, button(tr("ui.recover"), self.ask_recovery))
            )  # fmt: skip
        self.refresh()

    def refresh(self) -> None:
        """Read the officers anew."""
        self.officers.clear()
        self.officers.addItems([one.name for one in recovery.officers(self.context.workspace)])

    def ask_officer(self) -> None:
        """Name an officer, who types a passphrase of their own."""
        tr, workspace = self.context.tr, self.context.workspace
        questions = [
            Question("name", tr("ui.user_name")),
            Question("passphrase", tr("ui.officer_passphrase"), secret=True, repeated=True),
        ]
        if self.ask("ui.add_officer", "ui.officers_explained", questions,
                    lambda given: recovery.add_officer(workspace, given["name"], given["passphrase"])):  # fmt: skip
            self.refresh()

    def ask_recovery(self) -> None:
        """Make a key file for a branch's database with two officers at hand."""
        tr = self.context.tr
        known = {
            key: peer.card.name for key, peer in peers(self.context.workspace).items() if peer.card.branch
        }
        names = {one.name: one.name for one in recovery.officers(self.context.workspace)}
        if not known or len(names) < recovery.LEAST_OFFICERS:
            self.context.say(tr("recovery.two_needed" if known else "recovery.no_branch"), "note")
            return
        folder = QFileDialog.getExistingDirectory(self, tr("ui.recover"))
        if not folder:
            return
        other = dict(reversed(names.items()))
        questions = [
            Question("workstation", tr("ui.lost_workstation"), known),
            Question("first", tr("ui.first_officer"), names),
            Question("first_passphrase", tr("ui.officer_passphrase"), secret=True),
            Question("second", tr("ui.second_officer"), other),
            Question("second_passphrase", tr("ui.officer_passphrase"), secret=True),
            Question("new", tr("ui.new_passphrase"), secret=True, repeated=True),
        ]
        self.ask("ui.recover", "ui.recover_explained", questions, lambda given: self.recover(given, Path(folder)))  # fmt: skip

    def recover(self, given: Answers, folder: Path) -> None:
        """Write the key file into a folder."""
        workspace = self.context.workspace
        phrases = {
            given["first"]: given["first_passphrase"],
            given["second"]: given["second_passphrase"],
        }
        key = find_peer(workspace, given["workstation"]).card.workstation
        path = recovery.recover(workspace, key, phrases, given["new"], folder)
        self.context.say(self.context.tr("recovery.done", path=path))


class GuidanceCard(_Card):
    """Forms, classifiers and calendars that headquarters put in force for every branch."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "ui.guidance", "ui.guidance_explained")
        self.pieces = self.listed("guidance")
        if not context.workspace.branch:
            self.inside.addLayout(row(button(context.tr("ui.put_in_force"), self._ask_files), None))
        self.refresh()

    def refresh(self) -> None:
        """Read what is in force anew."""
        self.pieces.clear()
        for piece in guiding.guidance_frames(self.context.workspace):
            self.pieces.addItem(
                self.context.tr("ui.guidance_piece", name=piece["name"], version=piece["version"])
            )

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.context.tr("ui.put_in_force"), "", "TOML, JSON (*.toml *.json)"
        )
        self.put_in_force([Path(name) for name in names])

    def put_in_force(self, paths: list[Path]) -> None:
        """Put files in force; they travel with the next package to each branch."""
        for path in paths:
            try:
                name, version = guiding.publish(self.context.workspace, path)
            except TizilimError as refusal:
                self.context.say(words_of(refusal, self.context.language), "error")
                break
            self.context.say(self.context.tr("guide.done", name=name, version=str(version)))
        self.refresh()
        self.context.changed(Changes())
