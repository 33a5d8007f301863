"""What every screen shares: the workspace's services, language, month, and signals of change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.core.changes import Changes
from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import Language, tr
from desktop_app.core.periods import Period
from desktop_app.services.workspace import Workspace
from desktop_app.window.messages import words_of

T = TypeVar("T")
_RETRY_PAUSE: Final = 150


class Context(QObject):
    """Shared state of one window.

    Signals:
        period_changed(): another month was chosen.
        records_changed(object): a :class:`Changes` after a write.
        settings_changed(): settings of the workplace were saved.
        said(str, str): a message for the bar: kind (``good``, ``error``, ``note``) and text.
    """

    period_changed = Signal()
    records_changed = Signal(object)
    settings_changed = Signal()
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

    def write(
        self, asker: QWidget, work: Callable[[], T], then: Callable[[T], object] = lambda _result: None
    ) -> bool:
        """Do a short write, and what follows it; say why where it is refused.

        While a package or a workbook is being taken in, it waits for that without stopping the window; what
        asked for it is closed to the keys meanwhile.

        Returns:
            Whether it is done; False when it was refused or waits.
        """
        if self.workspace.is_busy:
            self.say(self.tr("ui.save_waits"), "note")
            asker.setEnabled(False)
            again = QTimer(asker, singleShot=True, interval=_RETRY_PAUSE)
            again.timeout.connect(lambda: self.write(asker, work, then))
            again.timeout.connect(again.deleteLater)
            again.start()
            return False
        asker.setEnabled(True)
        try:
            result = work()
        except TizilimError as refusal:
            self.say_fault(refusal)
            return False
        then(result)
        return True

    def say_fault(self, fault: BaseException) -> None:
        """Show why something was refused or failed."""
        self.say(words_of(fault, self.language), "error")

    @property
    def branch(self) -> str:
        """Branch whose records are entered; empty at headquarters."""
        return self.workspace.branch
