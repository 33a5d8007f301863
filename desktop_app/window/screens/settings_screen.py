"""Settings: the workplace, its care, users, and what headquarters sends down."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop_app.window.context import Context
from desktop_app.window.parts import keys_begin, label, scrolled
from desktop_app.window.screens.settings_people import OfficersCard, UsersCard
from desktop_app.window.screens.settings_place import CareCard, GuidanceCard, WorkplaceCard


class SettingsScreen(QWidget):
    """Everything about the workplace that is no record."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(label(context.tr("ui.settings"), "title"))
        self.workplace, self.care = WorkplaceCard(context), CareCard(context)
        self.users, self.officers = UsersCard(context), OfficersCard(context)
        self.guidance = GuidanceCard(context)
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addWidget(self.workplace, 0, 0)
        grid.addWidget(self.care, 1, 0)
        side = QVBoxLayout()
        side.setSpacing(12)
        for card, share in ((self.users, 3), (self.officers, 2), (self.guidance, 2)):
            side.addWidget(card, share)
        grid.addLayout(side, 0, 1, 2, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)
        layout.addWidget(scrolled(grid), 1)
        keys_begin(self, self.workplace.fields["name"])
