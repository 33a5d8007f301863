"""The key remembered by the system: no passphrase at the next start, until it is forgotten."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import desktop_app.app as root
from desktop_app.app import Application
from desktop_app.services.users import add_user, remove_user
from desktop_app.services.workspace import KEYS, Workspace
from desktop_app.storage.keys import KeyRing
from desktop_app.window.dialogs.gate import SignIn
from desktop_app.window.shell import Shell
from tests.conftest import PASSPHRASE
from tests.gui.conftest import type_text
from tests.keystore import FileStore


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.keystore.FileStore")
    monkeypatch.setenv("TIZILIM_TEST_KEYSTORE", str(tmp_path / "store.json"))
    monkeypatch.delenv("TIZILIM_PASSPHRASE", raising=False)
    monkeypatch.setattr("keyring.core._keyring_backend", FileStore())
    Workspace.create(tmp_path / "71", PASSPHRASE, branch="71").close()
    return tmp_path / "71"


def _started(qapp: QApplication, folder: Path) -> Application:
    application = Application(qapp, folder)
    application.begin(root._unlocking(folder))
    return application


def _sign_in(qtbot: QtBot, application: Application, *, remember: bool) -> None:
    gate = application.shown
    assert isinstance(gate, SignIn)
    gate.remember.setChecked(remember)
    type_text(gate.passphrase, PASSPHRASE)
    QTest.keyClick(gate.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(application.shown, Shell), timeout=10_000)


def _close(application: Application) -> None:
    assert application.shown is not None
    application.shown.close()
    application.leave()


def test_a_remembered_key_opens_without_a_passphrase_until_forgotten(
    qtbot: QtBot, qapp: QApplication, folder: Path
) -> None:
    first = _started(qapp, folder)
    _sign_in(qtbot, first, remember=True)
    _close(first)
    second = _started(qapp, folder)
    assert isinstance(second.shown, Shell)
    second.lock()
    gate = second.shown
    assert isinstance(gate, SignIn)
    assert gate.remember.isChecked()
    _sign_in(qtbot, second, remember=False)
    _close(second)
    assert keyring.get_password("tizilim", str((folder / KEYS).resolve())) is None
    third = _started(qapp, folder)
    assert isinstance(third.shown, SignIn)
    third.shown.close()


def test_a_key_of_a_user_taken_away_opens_nothing(folder: Path) -> None:
    with Workspace.open(folder, PASSPHRASE) as workspace:
        add_user(workspace, "Асан", "officer", "another phrase")
    ring = KeyRing(folder / KEYS)
    assert ring.remember(ring.open("another phrase", "Асан"))
    found = ring.remembered()
    assert found is not None
    assert (found.user, found.role) == ("Асан", "officer")
    with Workspace.open(folder, PASSPHRASE) as workspace:
        remove_user(workspace, "Асан")
    assert ring.remembered() is None


def test_without_a_key_store_the_window_says_so(
    qtbot: QtBot, qapp: QApplication, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.setattr("keyring.core._keyring_backend", Keyring())
    application = _started(qapp, folder)
    _sign_in(qtbot, application, remember=True)
    shell = application.shown
    assert isinstance(shell, Shell)
    assert shell._bar.isVisible()
    assert shell._bar.text() == shell.context.tr("key.no_store")
    _close(application)
