"""Who may come in, and who may open a branch's key together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QListWidgetItem, QMessageBox

from desktop_app.services import recovery, users
from desktop_app.services.peers import peers
from desktop_app.services.rights import ROLES
from desktop_app.window.context import Context
from desktop_app.window.dialogs.ask import Answers, Question
from desktop_app.window.parts import button, row
from desktop_app.window.screens.settings_card import SettingsCard


class UsersCard(SettingsCard):
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
        self.context.write(
            self,
            lambda: users.remove_user(self.context.workspace, name),
            lambda _nothing: self._removed(name),
        )

    def _removed(self, name: str) -> None:
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


class OfficersCard(SettingsCard):
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
        path = recovery.recover(workspace, given["workstation"], phrases, given["new"], folder)
        self.context.say(self.context.tr("recovery.done", path=path))
