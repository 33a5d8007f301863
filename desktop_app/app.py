"""Composition root of the window: the first picture first, the store behind it."""

from __future__ import annotations

import gc
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.core.errors import TizilimError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from desktop_app.core.i18n import Language
    from desktop_app.services.unlocking import Unlocking
    from desktop_app.services.workspace import Workspace
    from desktop_app.window.idle import IdleWatch


_SOON = 0.1
"""Minutes after which a lock that had to wait is tried again."""


class Application:
    """Holds the windows of one run."""

    def __init__(self, qt: QApplication, folder: Path) -> None:
        from PySide6.QtCore import QSettings

        from desktop_app.core.i18n import LANGUAGES

        self.qt, self.folder = qt, folder
        wanted = os.environ.get("TIZILIM_LANG") or str(QSettings().value("language") or "kk")
        self.language: Language = wanted if wanted in LANGUAGES else "kk"
        self.shown: QWidget | None = None
        self._watch: IdleWatch | None = None
        self.workspace: Workspace | None = None
        self._branch: str | None = None
        self._notes: list[str] = []

    def begin(self, unlocking: Unlocking | None) -> None:
        """Show the first window: the shell when the key is at hand, else sign-in or welcome."""
        fault: TizilimError | None = None
        if unlocking is not None:
            try:
                self.enter(self._opened(unlocking))
            except TizilimError as refusal:
                fault = refusal
            else:
                return
            if fault.code == "key.passphrase_needed":
                fault = None  # the sign-in says as much
        from desktop_app.services.words import place_words
        from desktop_app.services.workspace import is_workspace
        from desktop_app.window.dialogs.gate import SignIn
        from desktop_app.window.dialogs.welcome import Welcome

        exists = is_workspace(self.folder)
        place = "" if self._branch is None else place_words(self._branch, self.language)
        gate = SignIn(self.folder, self.language, place) if exists else Welcome(self.folder, self.language)
        gate.entered.connect(self.enter)
        gate.language_chosen.connect(self._choose_language)
        gate.noted.connect(self._note)
        if fault is not None:
            gate.show_fault(fault)
        self.show(gate)

    def _note(self, code: str) -> None:
        """Keep what the first window could not say before the shell took its place."""
        self._notes.append(code)

    def _opened(self, unlocking: Unlocking) -> Workspace:
        from desktop_app.services.workspace import Workspace

        return Workspace.enter_with(self.folder, *unlocking.result())

    def _choose_language(self, language: Language) -> None:
        self._speak(language)
        self.begin(None)

    def _speak(self, language: Language) -> None:
        from PySide6.QtCore import QSettings

        from desktop_app.window.qt_words import speak

        self.language = language
        QSettings().setValue("language", language)
        speak(language)

    def enter(self, workspace: Workspace) -> None:
        """Show the shell of an opened workspace; a new one's recovery phrase first."""
        self.workspace, self._branch = workspace, workspace.branch
        if workspace.recovery_phrase:
            self._show_phrase(workspace)
            return
        from PySide6.QtCore import QTimer

        from desktop_app.core.periods import Period
        from desktop_app.services.clocks import clock_behind
        from desktop_app.services.overview import span_of_records
        from desktop_app.window.context import Context
        from desktop_app.window.shell import Shell

        last = span_of_records(workspace)[1]
        context = Context(workspace, self.language, min(last, Period.of(workspace.today)))
        shell = Shell(context)
        shell.lock_asked.connect(self.lock)
        context.settings_changed.connect(self._watch_idle)
        self.show(shell)
        while self._notes:
            context.said.emit("note", context.tr(self._notes.pop()))
        if days := clock_behind(workspace):
            context.said.emit("note", context.tr("doctor.clock", n=days))
        _warm_up()
        QTimer.singleShot(0, self._watch_idle)  # once the list is there

    def _show_phrase(self, workspace: Workspace) -> None:
        """Show a new workspace's recovery phrase until it is known to be kept; in another language when asked."""
        from desktop_app.window.dialogs.recovery_note import RecoveryNote

        note = RecoveryNote(workspace, self.language)
        note.entered.connect(self.enter)

        def speak_anew(language: Language) -> None:
            self._speak(language)
            note.is_done = True  # the same phrase goes on in the window that takes its place
            self._show_phrase(workspace)

        note.language_chosen.connect(speak_anew)
        self.show(note)

    def _watch_idle(self, minutes: float = 0) -> None:
        from desktop_app.window.idle import IdleWatch

        if self.workspace is None:
            return
        minutes = minutes or float(self.workspace.setting("lock_minutes"))
        if self._watch is not None:
            self._watch.deleteLater()
        self._watch = IdleWatch(self.qt, minutes)
        self._watch.idle.connect(self.lock)

    def lock(self) -> None:
        """Keep what is typed, drop the key and ask for the passphrase again.

        Work that goes on is waited for; dialogs are left as by Escape, one after the other, before the window goes.
        """
        from PySide6.QtCore import QTimer

        from desktop_app.window.operations import is_busy
        from desktop_app.window.shell import Shell

        if self.workspace is None or not isinstance(self.shown, Shell):
            return
        if is_busy():
            self._watch_idle(_SOON)
            return
        if self._left_a_dialog():
            QTimer.singleShot(0, self.lock)  # once the dialog's own loop has ended
            return
        try:
            self.shown.keep_typing()
        except TizilimError as refusal:  # a full disk: what is typed stays on the screen rather than be lost
            self.shown.context.say_fault(refusal)
            self._watch_idle(_SOON)
            return
        workspace, self.workspace = self.workspace, None
        self.begin(None)
        workspace.forget()

    def _left_a_dialog(self) -> bool:
        """Leave the dialog or the list that is open on top; tell whether there was one."""
        from PySide6.QtWidgets import QDialog

        above = self.qt.activePopupWidget() or self.qt.activeModalWidget()
        if above is None:
            return False
        if isinstance(above, QDialog):
            above.reject()
        above.hide()
        return True

    def show(self, widget: QWidget) -> None:
        """Put a window in the place of the one before."""
        old, self.shown = self.shown, widget
        widget.show()
        if old is not None:
            widget.setGeometry(old.geometry())
            old.close()
            old.deleteLater()
        widget.activateWindow()

    def leave(self) -> None:
        """Close the workspace, after a daily copy."""
        if self.workspace is None:
            return
        from desktop_app.services.backups import backup_daily

        backup_daily(self.workspace)
        self.workspace.close()


def _warm_up() -> None:
    """Load the writing half of the store behind the first painted list."""
    from PySide6.QtCore import QTimer

    def load() -> None:
        threading.Thread(target=_load_writers, daemon=True).start()

    QTimer.singleShot(400, load)


def _load_writers() -> None:
    import desktop_app.services.entry
    import desktop_app.storage.work  # noqa: F401 - loading is the point


def start(arguments: list[str]) -> int:
    """Run the window; return the exit code."""
    from desktop_app.core.paths import default_workspace

    folder = Path(arguments[0] if arguments else os.environ.get("TIZILIM_WORKSPACE") or default_workspace())
    if not _has_screen():
        return _without_screen()
    gc.disable()  # nothing of a start is rubbish; the window's own collector takes over
    unlocking = _unlocking(folder)  # another process is busy with it while Qt is being loaded
    from PySide6.QtCore import QCoreApplication, QSettings
    from PySide6.QtWidgets import QApplication

    from desktop_app.window.curtain import Curtain
    from desktop_app.window.room import STYLE

    QCoreApplication.setOrganizationName("tizilim")
    QCoreApplication.setApplicationName("tizilim")
    qt = QApplication([*sys.argv[:1], *STYLE])
    dress = str(QSettings().value("theme") or "light")
    curtain = Curtain(dark=dress == "dark")
    application = Application(qt, folder)
    application.shown = curtain

    def rise() -> None:
        import desktop_app.window.shell  # noqa: F401 - while the key is being derived
        from desktop_app.window.theme import apply_theme, load_fonts

        load_fonts()
        apply_theme(dress, qt)
        from desktop_app.window.collector import MainThreadCollector

        MainThreadCollector(qt)
        sys.excepthook = _report_bug
        application.begin(unlocking)
        from desktop_app.window.qt_words import speak

        speak(application.language)

    curtain.painted.connect(rise)
    curtain.show()
    code = qt.exec()
    application.leave()
    return code


def _unlocking(folder: Path) -> Unlocking | None:
    """Begin to derive the key of a passphrase that the environment holds, or to fetch it from the key store."""
    from desktop_app.storage.keys import KeyRing

    keys = folder / "keys.json"
    phrase = os.environ.pop("TIZILIM_PASSPHRASE", "")  # used once: no child of ours is to have it
    try:
        if not keys.is_file() or not (phrase or KeyRing(keys).is_remembered()):
            return None
    except TizilimError:
        return None  # the sign-in says what is wrong with the file
    from desktop_app.services.unlocking import Unlocking

    return Unlocking(keys, phrase)


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _without_screen() -> int:
    from desktop_app.cli import run

    return run(["showcase", "out"])


def _report_bug(kind: type[BaseException], fault: BaseException, trace: Any) -> None:
    from PySide6.QtWidgets import QApplication, QMessageBox

    from desktop_app.window.messages import words_of

    words = words_of(fault.with_traceback(trace), "kk")
    box = QMessageBox(QMessageBox.Icon.Warning, "Tizilim", words, parent=QApplication.activeWindow())
    box.open()
