"""The workplace and its care, and what headquarters put in force for every branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QFormLayout, QLineEdit, QListWidgetItem

from desktop_app.core.changes import Changes
from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import OWN_NAMES
from desktop_app.domain.classifiers import classifier
from desktop_app.services import backups, care, guiding
from desktop_app.services.letterhead import LETTERHEAD
from desktop_app.services.set_aside import set_aside, set_aside_words
from desktop_app.window import operations
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context
from desktop_app.window.dialogs.ask import Answers, Question
from desktop_app.window.parts import button, form_row, row
from desktop_app.window.screens.settings_card import SettingsCard
from desktop_app.window.theme import icon, theme


class WorkplaceCard(SettingsCard):
    """Settings of the workspace."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "ui.workplace")
        tr, workspace = context.tr, context.workspace
        self.fields: dict[str, QLineEdit | QComboBox] = {
            "name": QLineEdit(workspace.setting("name")),
            "bin": QLineEdit(workspace.setting("bin")),
            "deadline_working_day": QLineEdit(workspace.setting("deadline_working_day")),
            "repeat_window": Choice(),
            "language": Choice(),
            "lock_minutes": QLineEdit(workspace.setting("lock_minutes")),
        }
        self._choices("repeat_window", workspace.setting("repeat_window"),
                      {c.code: c.label.get(context.language) for c in classifier("repeat_windows").codes})  # fmt: skip
        self._choices("language", workspace.language,
                      OWN_NAMES)  # fmt: skip
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(6)
        for name, field in self.fields.items():
            field.setObjectName(name)
            form_row(form, tr(f"setting.{name}"), field, "fieldLabel", wrap=True)
        self.inside.addLayout(form)
        self.inside.addStretch(1)
        self.letterhead_button = button(tr("ui.letterhead"), self.ask_letterhead)
        self.inside.addLayout(
            row(self.letterhead_button, None, button(tr("ui.save"), self.save, primary=True))
        )

    def ask_letterhead(self) -> None:
        """Ask for what only papers show: address, telephones, the order of the forms."""
        tr, workspace = self.context.tr, self.context.workspace
        questions = [
            Question(name, tr(f"setting.{name}"), value=workspace.setting(name)) for name in LETTERHEAD
        ]
        if self.ask("ui.letterhead", "ui.letterhead_explained", questions, self.keep_letterhead):
            self.context.say(tr("settings.done"))

    def keep_letterhead(self, given: Answers) -> None:
        """Keep what was changed.

        Raises:
            UsageFault: a value does not fit.
        """
        for name, value in given.items():
            if value.strip() != self.context.workspace.setting(name):
                care.set_setting(self.context.workspace, name, value.strip())

    def _choices(self, name: str, chosen: str, choices: Mapping[Any, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, QComboBox)  # noqa: S101 - made above
        for value, text in choices.items():
            field.addItem(text, value)
        field.setCurrentIndex(max(field.findData(chosen), 0))

    def save(self) -> None:
        """Keep what was changed; the first value that does not fit is named and gets the keys."""
        self.context.write(self, self._keep, lambda _nothing: self._kept())

    def _kept(self) -> None:
        self.context.settings_changed.emit()
        self.context.say(self.context.tr("settings.done"))

    def _keep(self) -> None:
        workspace = self.context.workspace
        for name, field in self.fields.items():
            value = str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()
            if value == workspace.setting(name):
                continue
            try:
                care.set_setting(workspace, name, value)
            except TizilimError:
                field.setFocus()
                raise


class CareCard(SettingsCard):
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
        self._begin(lambda _report: backups.backup(workspace), self._copied)

    def _begin(self, work: Callable[[Any], Any], done: Callable[[Any], None]) -> None:
        self._busy(yes=True)
        self.operation = operations.begin(work, done, self._fail)

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
        self.context.say_fault(fault)


class GuidanceCard(SettingsCard):
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
        workspace = self.context.workspace
        self.context.write(
            self, lambda: [guiding.publish(workspace, path) for path in paths], self._published
        )
        self.refresh()  # what came into force before one that does not fit

    def _published(self, pieces: list[tuple[str, int]]) -> None:
        for name, version in pieces:
            self.context.say(self.context.tr("guide.done", name=name, version=str(version)))
        self.refresh()
        self.context.changed(Changes())
