"""A real window on a real workspace; no dialog, timer or thread outlives its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QThreadPool, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.periods import Period
from desktop_app.services.workspace import Workspace
from desktop_app.window.collector import MainThreadCollector
from desktop_app.window.context import Context
from desktop_app.window.shell import Shell
from desktop_app.window.theme import apply_theme, load_fonts


@pytest.fixture(scope="session", autouse=True)
def _dressed(qapp: QApplication) -> None:
    QCoreApplication.setOrganizationName("tizilim-tests")
    QCoreApplication.setApplicationName("tizilim-tests")
    load_fonts()
    apply_theme("light", qapp)
    MainThreadCollector(qapp)


def window(qtbot: QtBot, workspace: Workspace, language: str = "kk", period: Period | None = None) -> Shell:
    shell = Shell(Context(workspace, language, period or Period(2023, 12)))  # type: ignore[arg-type]
    qtbot.addWidget(shell)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return shell


def type_text(widget: QWidget, text: str) -> None:
    """Press and release a key for each letter; QTest's own typing knows ASCII only."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(
                QApplication.activePopupWidget() or widget,
                QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter),
            )
    QApplication.processEvents()


@pytest.fixture
def shell(qtbot: QtBot, branch: Workspace) -> Shell:
    return window(qtbot, branch)


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication) -> Iterator[None]:
    yield
    assert QThreadPool.globalInstance().waitForDone(10_000)
    modal = qapp.activeModalWidget()
    assert modal is None, modal


def when_asked(answer: Callable[[QWidget], object]) -> None:
    """Answer the next modal window once it is there, as a person does."""
    watch = QTimer(QApplication.instance(), interval=10)

    def look() -> None:
        form = QApplication.activeModalWidget()
        if form is not None and form.isActiveWindow():
            watch.stop()
            watch.deleteLater()
            answer(form)

    watch.timeout.connect(look)
    watch.start()
