"""Exchange: send, receive, whom one exchanges with, and what was entered side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QListWidgetItem,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from desktop_app.core.changes import Changes
from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import month_name
from desktop_app.core.periods import Period
from desktop_app.services import conflicts, peers
from desktop_app.services.board import board
from desktop_app.services.exchange_words import (
    received_words,
    side_words,
    station_words,
    unanswered_words,
    whose_words,
)
from desktop_app.services.receiving import Received, receive_and_answer
from desktop_app.services.sending import Sent, kept_address, send
from desktop_app.window import operations
from desktop_app.window.context import Context
from desktop_app.window.messages import words_of
from desktop_app.window.parts import Lines, button, card, keys_begin, label, row, scrolled


class ExchangeScreen(QWidget):
    """Sends and receives packages in the background and shows what became of each."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.operation: operations.Operation | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(label(context.tr("ui.exchange"), "title"))
        layout.addWidget(label(context.tr("ui.exchange_explained"), "subtitle", wrap=True))
        layout.addWidget(self._way())
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._outcomes(), 3)
        columns.addWidget(self._keys(), 2)
        layout.addWidget(scrolled(columns), 1)
        keys_begin(self, self.address)
        context.records_changed.connect(self.refresh)
        context.period_changed.connect(self.refresh)
        self.refresh()

    def _way(self) -> QWidget:
        tr = self._context.tr
        frame, inside = card()
        self.address = QLineEdit(str(QSettings().value(f"exchange/{self._context.branch or 'hq'}") or ""))
        self.address.setObjectName("exchange_address")
        self.address.setAccessibleName(tr("ui.exchange_address"))
        self.address.setPlaceholderText(tr("ui.exchange_address"))
        self.send_button = button(tr("ui.send"), self.begin_sending, primary=True)
        self.receive_button = button(tr("ui.receive"), self.begin_receiving)
        choose = button(tr("ui.choose_folder"), self._choose)
        inside.addLayout(row(self.address, choose, self.receive_button, self.send_button, stretch=0))
        self.waiting = label("", "hint", wrap=True)
        inside.addWidget(self.waiting)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("ui.exchange"))
        self.progress.setVisible(False)
        inside.addWidget(self.progress)
        return frame

    def _outcomes(self) -> QWidget:
        frame, inside = card(10)
        inside.addWidget(label(self._context.tr("ui.outcomes"), "section"))
        self.outcomes = Lines("outcomes", self._context.tr("ui.outcomes"), self._context.tr("ui.no_outcomes"))
        inside.addWidget(self.outcomes, 1)
        inside.addWidget(label(self._context.tr("ui.conflicts"), "section"))
        self.sides = Lines("conflicts", self._context.tr("ui.conflicts"), self._context.tr("ui.no_conflicts"))
        self.sides.itemActivated.connect(self._decide)
        inside.addWidget(self.sides, 1)
        return frame

    def _keys(self) -> QWidget:
        tr = self._context.tr
        frame, inside = card(10)
        inside.addWidget(label(tr("ui.own_card"), "section"))
        self.fingerprint = label("", "", wrap=True)
        self.fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(self.fingerprint)
        inside.addLayout(row(button(tr("ui.save_card"), self._ask_save_card), None))
        inside.addWidget(label(tr("ui.peers"), "section"))
        self.peers = Lines("peers", tr("ui.peers"), tr("ui.no_peers"))
        inside.addWidget(self.peers, 1)
        inside.addLayout(
            row(button(tr("ui.add_card"), self._ask_card), None, button(tr("ui.revoke"), self._ask_revoke))
        )
        return frame

    def refresh(self, _changes: object = None) -> None:
        """Read keys, conflicts and months to send anew."""
        context = self._context
        self.fingerprint.setText(peers.own_card(context.workspace).fingerprint)
        self.peers.clear()
        for key, peer in peers.peers(context.workspace).items():
            state = context.tr("key.revoked_on", day=peer.revoked) if peer.revoked else peer.card.fingerprint
            item = QListWidgetItem(f"{peer.card.name}\n{state}")
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.peers.addItem(item)
        self.sides.clear()
        stations = station_words(context.workspace, context.language)
        for conflict in conflicts.listed(context.workspace, context.branch):
            title, lines = side_words(context.workspace, conflict, stations, context.language)
            for number, line in enumerate(lines):
                item = QListWidgetItem(f"{title}\n{line}")
                item.setData(
                    Qt.ItemDataRole.UserRole, (conflict.register, conflict.record, conflict.field, number)
                )
                self.sides.addItem(item)
        closed = [month_name(period, context.language) for period in self.closed_months()]
        self.waiting.setText(
            context.tr("ui.months_to_send", months=", ".join(closed))
            if closed
            else context.tr("ui.no_months_to_send")
        )

    def closed_months(self) -> list[Period]:
        """Return the closed months of the chosen year and the one before that were not sent yet."""
        context = self._context
        if not context.branch:
            return []
        year = context.period.year
        found = board(context.workspace, Period(year - 1, 1), Period(year, 12))
        return [p for p in found.periods if found.cell(context.branch, p).state == "CLOSED"]

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self._context.tr("ui.choose_folder"), self.address.text()
        )
        if name:
            self.address.setText(name)

    def begin_sending(self) -> None:
        """Send what the others lack, closed months with it."""
        workspace, url, months = self._context.workspace, self._url(), self.closed_months()
        if url:
            self._start(lambda report: send(workspace, url, months, progress=report), self._sent)

    def begin_receiving(self) -> None:
        """Receive what lies there; headquarters answers with receipts."""
        workspace, url = self._context.workspace, self._url()

        if url:
            self._start(lambda report: receive_and_answer(workspace, [url], report), self._received)

    def _url(self) -> str:
        url = self.address.text().strip()
        if not url:
            self._context.say(self._context.tr("ui.exchange_address"), "note")
            self.address.setFocus()
        try:
            kept = kept_address(url)
        except TizilimError as fault:
            self._context.say_fault(fault)
            return ""
        QSettings().setValue(f"exchange/{self._context.branch or 'hq'}", kept)
        return url

    def _start(self, work: Any, done: Any) -> None:
        self.progress.setRange(0, 0)
        self._busy(yes=True)
        self.operation = operations.begin(work, done, self._fail, self._advance)

    def _busy(self, *, yes: bool) -> None:
        self.progress.setVisible(yes)
        self.send_button.setEnabled(not yes)
        self.receive_button.setEnabled(not yes)

    def _advance(self, done: int, count: int, _what: str) -> None:
        self.progress.setRange(0, count)
        self.progress.setValue(done)

    def _sent(self, found: list[Sent]) -> None:
        self._show([self._sent_words(one) for one in found] or [self._context.tr("exchange.nothing_new")])

    def _sent_words(self, one: Sent) -> str:
        return self._context.tr("send.done", file=one.name, n=one.changes, to=", ".join(one.to))

    def _received(self, result: tuple[list[Received], list[Sent], TizilimError | None]) -> None:
        found, answered, unanswered = result
        lines = [received_words(one, self._context.language) for one in found]
        lines += [self._sent_words(one) for one in answered]
        if unanswered:
            lines.append(unanswered_words(unanswered, self._context.language))
        came = [period for one in found for _, period, _ in one.months]
        if came and not self._context.branch:
            self._context.show_period(max(came))
        self._show(lines or [self._context.tr("receive.nothing")])
        if unanswered:
            self._context.say_fault(unanswered)

    def _show(self, lines: list[str]) -> None:
        self.operation = None
        self._busy(yes=False)
        self.outcomes.clear()
        self.outcomes.addItems(lines)
        self._context.changed(Changes())

    def _fail(self, fault: BaseException) -> None:
        self._show([words_of(fault, self._context.language)])
        self._context.say_fault(fault)

    def _ask_save_card(self) -> None:
        # Twenty branches' cards come together in one mailbox: each says whose it is.
        suggested = (
            f"tizilim-{self._context.branch or 'hq'}-{self._context.workspace.store.workstation[:4]}.txt"
        )
        name, _ = QFileDialog.getSaveFileName(self, self._context.tr("ui.save_card"), suggested)
        if name:
            self.save_card(Path(name))

    def save_card(self, path: Path) -> None:
        """Write this workstation's card."""
        try:
            path.write_text(peers.card_text(self._context.workspace), "utf-8")
        except OSError:
            self._context.say(self._context.tr("disk.write", path=path), "error")
            return
        self._context.say(self._context.tr("print.done", path=path))

    def _ask_card(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self._context.tr("ui.add_card"))
        if name:
            self.add_card(Path(name))

    def add_card(self, path: Path) -> None:
        """Trust a workstation after its owner read the fingerprint out."""
        tr = self._context.tr
        try:
            text = path.read_text("utf-8")
            card_ = peers.card_in(text)
            whose = whose_words(card_, self._context.language)
            asked = tr("ui.compare_fingerprint", whose=whose, fingerprint=card_.fingerprint)
            agreed, refused = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
            # «No» has the keys: a card is never trusted by an Enter too many.
        except TizilimError as refusal:
            self._context.say_fault(refusal)
            return
        except (OSError, UnicodeDecodeError):
            self._context.say(tr("disk.read", path=path), "error")
            return
        if (
            QMessageBox.question(self, tr("ui.add_card").rstrip("…"), asked, agreed | refused, refused)
            == agreed
        ):
            workspace = self._context.workspace
            self._context.write(self, lambda: peers.add_peer(workspace, text), lambda _peer: self.refresh())

    def _ask_revoke(self) -> None:
        if not self.peers.selectedItems():
            return
        item = self.peers.selectedItems()[0]
        tr = self._context.tr
        reason, agreed = QInputDialog.getText(self, tr("ui.revoke"), tr("key.revoke_needs_reason"))
        if agreed:
            workstation = str(item.data(Qt.ItemDataRole.UserRole))
            self._context.write(
                self,
                lambda: peers.revoke_peer(self._context.workspace, workstation, reason),
                lambda _nothing: self.refresh(),
            )

    def _decide(self, item: QListWidgetItem) -> None:
        register, record, name, side = item.data(Qt.ItemDataRole.UserRole)

        def resolved(_nothing: None) -> None:
            self._context.say(self._context.tr("conflict.resolved"))
            self._context.changed(Changes({register: (record,)}))

        self._context.write(
            self, lambda: conflicts.resolve(self._context.workspace, register, record, name, side), resolved
        )
