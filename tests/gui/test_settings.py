"""Settings in the window: workplace, users, care, officers, guidance."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import Refusal
from desktop_app.services import care, users
from desktop_app.services.peers import add_peer, card_text
from desktop_app.services.receiving import receive
from desktop_app.services.sending import send
from desktop_app.services.workspace import DATABASE, KEYS, Workspace
from desktop_app.window.dialogs.ask import AskDialog
from desktop_app.window.screens.settings_screen import SettingsScreen
from desktop_app.window.shell import Shell
from tests.conftest import PASSPHRASE
from tests.gui.conftest import type_text, window

PHRASE = "басқа құпия сөйлем"


def _opened(shell: Shell) -> SettingsScreen:
    QTest.keyClick(shell, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    screen = shell.screen_shown
    assert isinstance(screen, SettingsScreen)
    return screen


def _answering(answer: Callable[[AskDialog], None]) -> None:
    """Fill in the form that opens next, as a person does; close it if it is still there."""

    def fill() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, AskDialog)
        try:
            answer(form)
        finally:
            if form.isVisible():
                form.reject()

    QTimer.singleShot(0, fill)


def _type(form: AskDialog, name: str, text: str) -> None:
    field = form.fields[name]
    assert isinstance(field, QLineEdit)
    field.clear()
    type_text(field, text)


def _press(widget: object, text: str) -> None:
    assert hasattr(widget, "findChildren")
    found = next(b for b in widget.findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_the_workplace_is_set_and_a_value_that_does_not_fit_is_named(qtbot: QtBot, shell: Shell) -> None:
    screen = _opened(shell)
    fields = screen.workplace.fields
    name, lock = fields["name"], fields["lock_minutes"]
    assert isinstance(name, QLineEdit)
    assert isinstance(lock, QLineEdit)
    type_text(name, "Астана, кадр бөлімі")
    lock.clear()
    type_text(lock, "мың")
    _press(screen.workplace, shell.context.tr("ui.save"))
    store = shell.context.workspace.store
    assert store.setting("name") == "Астана, кадр бөлімі"
    assert store.setting("lock_minutes", "10") == "10"
    assert "lock_minutes" in shell._bar.text()
    lock.clear()
    type_text(lock, "15")
    QTest.keyClick(lock, Qt.Key.Key_Tab)
    _press(screen.workplace, shell.context.tr("ui.save"))
    assert store.setting("lock_minutes") == "15"


def test_a_user_is_let_in_and_taken_away(qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    screen, tr = _opened(shell), shell.context.tr
    workspace = shell.context.workspace
    seen: list[str] = []

    def answer(form: AskDialog) -> None:
        _type(form, "name", "Оспанова Дина")
        role = form.fields["role"]
        assert isinstance(role, QComboBox)
        role.setCurrentIndex(role.findData("officer"))
        _type(form, "passphrase", PHRASE)
        _type(form, "passphrase_again", PHRASE + "!")
        form.agree()
        seen.append(form.trouble.text())
        _type(form, "passphrase_again", PHRASE)
        QTest.keyClick(form.fields["passphrase_again"], Qt.Key.Key_Return)

    _answering(answer)
    screen.users.ask_user()
    assert seen == [tr("usage.passphrases_differ")]
    assert users.users(workspace)["Оспанова Дина"] == "officer"
    assert screen.users.users.count() == 2
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    screen.users.users.setCurrentRow(1)
    _press(screen.users, tr("ui.remove"))
    assert "Оспанова Дина" not in users.users(workspace)
    screen.users.users.setCurrentRow(0)
    _press(screen.users, tr("ui.remove"))
    assert shell._bar.text() == tr("users.last_administrator")


def test_ones_own_passphrase_is_changed_by_the_old_one(qtbot: QtBot, shell: Shell) -> None:
    screen = _opened(shell)
    refused: list[str] = []

    def answer(form: AskDialog) -> None:
        for name, text in (("old", "дұрыс емес"), ("new", PHRASE), ("new_again", PHRASE)):
            _type(form, name, text)
        form.agree()
        refused.append(form.trouble.text())
        _type(form, "old", PASSPHRASE)
        _type(form, "new_again", PHRASE)
        form.agree()

    _answering(answer)
    screen.users.ask_passphrase()
    assert refused == [shell.context.tr("key.wrong_passphrase")]
    folder = shell.context.workspace.folder
    shell.context.workspace.close()
    with pytest.raises(Refusal):
        Workspace.unlock(folder, PASSPHRASE)
    assert Workspace.unlock(folder, PHRASE).role == "administrator"


def test_care_looks_over_everything_and_copies(qtbot: QtBot, shell: Shell) -> None:
    screen, tr = _opened(shell), shell.context.tr
    _press(screen.care, tr("ui.look_over"))
    qtbot.waitUntil(lambda: screen.care.operation is None, timeout=10_000)
    lines = [screen.care.findings.item(n).text() for n in range(screen.care.findings.count())]
    assert tr("doctor.file") in lines
    assert tr("doctor.no_backup") in lines
    _press(screen.care, tr("ui.backup"))
    qtbot.waitUntil(lambda: screen.care.operation is None, timeout=10_000)
    assert any((shell.context.workspace.folder / "backups").iterdir())
    assert all(f.is_well for f in care.doctor(shell.context.workspace) if f.code == "doctor.backup")


def test_an_officer_without_the_right_is_told_so(qtbot: QtBot, branch: Workspace) -> None:
    users.add_user(branch, "Асан", "officer", PHRASE)
    folder = branch.folder
    branch.close()
    with Workspace.open(folder, PHRASE, "Асан") as mine:
        shell = window(qtbot, mine)
        screen = _opened(shell)
        name = screen.workplace.fields["name"]
        assert isinstance(name, QLineEdit)
        type_text(name, "Менікі")
        _press(screen.workplace, shell.context.tr("ui.save"))
        assert mine.store.setting("name") == ""
        assert shell._bar.isVisible()
        assert shell._bar.property("kind") == "error"
        shell.close()


def test_two_officers_open_a_lost_branchs_key_in_the_window(
    qtbot: QtBot, branch: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as headquarters:
        shell = window(qtbot, headquarters)
        card = _opened(shell).officers
        for name in ("Бірінші", "Екінші"):
            _answering(
                lambda form, name=name: (  # type: ignore[misc]
                    _type(form, "name", name), _type(form, "passphrase", PHRASE + name),
                    _type(form, "passphrase_again", PHRASE + name), form.agree(),
                )
            )  # fmt: skip
            card.ask_officer()
        assert card.officers.count() == 2
        add_peer(branch, card_text(headquarters))
        add_peer(headquarters, card_text(branch))
        (tmp_path / "post").mkdir()
        for sender, to in ((headquarters, branch), (branch, headquarters)):
            send(sender, str(tmp_path / "post"))
            assert [one.refusal for one in receive(to, [str(tmp_path / "post")])] == [None]
        rescued = tmp_path / "rescued"
        rescued.mkdir()
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(rescued))

        def answer(form: AskDialog) -> None:
            for name, text in (("first_passphrase", PHRASE + "Бірінші"), ("second_passphrase", PHRASE + "Екінші"),
                               ("new", "жаңа сөйлем"), ("new_again", "жаңа сөйлем")):  # fmt: skip
                _type(form, name, text)
            form.agree()

        _answering(answer)
        card.ask_recovery()
        shell.close()
    database = branch.folder / DATABASE
    branch.close()
    (rescued / DATABASE).write_bytes(database.read_bytes())
    assert (rescued / KEYS).is_file()
    with Workspace.open(rescued, "жаңа сөйлем") as found:
        assert found.branch == "71"


def test_headquarters_puts_a_classifier_in_force(qtbot: QtBot, tmp_path: Path) -> None:
    piece = tmp_path / "codes.json"
    piece.write_text(
        json.dumps({"classifier": "appeal_states", "codes": [{"code": "PENDING2", "kk": "қаралуда", "ru": "рассматривается", "en": "pending"}]}),
        "utf-8",
    )  # fmt: skip
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as headquarters:
        shell = window(qtbot, headquarters)
        card = _opened(shell).guidance
        card.put_in_force([tmp_path / "жоқ.json"])
        assert shell._bar.property("kind") == "error"
        card.put_in_force([piece])
        assert card.pieces.count() == 1
        assert "appeal_states" in card.pieces.item(0).text()
        shell.close()
