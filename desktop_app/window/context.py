"""What every screen shares: the workspace's services, language, month, and signals of change."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.core.changes import Changes
from desktop_app.core.i18n import Language, tr
from desktop_app.core.periods import Period
from desktop_app.services.workspace import Workspace
from desktop_app.window.messages import words_of


class Context(QObject):
    """Shared state of one window.

    Signals:
        period_changed(): another month was chosen.
        records_changed(object): a :class:`Changes` after a write.
        said(str, str): a message for the bar: kind (``good``, ``error``, ``note``) and text.
    """

    period_changed = Signal()
    records_changed = Signal(object)
    said = Signal(str, str)

    def __init__(self, workspace: Workspace, language: Language, period: Period) -> None:
        super().__init__()
        self.workspace = workspace
        self.language: Language = language
        self._period = period

    @property
    def period(self) -> Period:
        """The month on show."""
        return self._period

    def show_period(self, period: Period) -> None:
        """Choose a month."""
        if period != self._period:
            self._period = period
            self.period_changed.emit()

    def tr(self, code: str, **params: object) -> str:  # type: ignore[override]
        """Return a message in the window's language."""
        return tr(self.language, code, **params)

    def changed(self, changes: Changes) -> None:
        """Tell every view that records were written."""
        self.records_changed.emit(changes)

    def say(self, text: str, kind: str = "good") -> None:
        """Show a message in the bar."""
        self.said.emit(kind, text)

    def say_fault(self, fault: BaseException) -> None:
        """Show why something was refused or failed."""
        self.say(words_of(fault, self.language), "error")

    @property
    def branch(self) -> str:
        """Branch whose records are entered; empty at headquarters."""
        return self.workspace.branch
