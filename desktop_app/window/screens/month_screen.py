"""The month: its sections, the rehearsal, closing, printing, reopening."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QListWidgetItem, QVBoxLayout, QWidget

from desktop_app.core.i18n import month_name, short_date
from desktop_app.domain.classifiers import classifier
from desktop_app.formdef.forms import form_of
from desktop_app.services import closing, months
from desktop_app.services.words import blocker_words, problem_sentences
from desktop_app.window.choice import Choice
from desktop_app.window.context import Context
from desktop_app.window.dialogs.ask import AskDialog
from desktop_app.window.parts import Lines, answer_keys, badge, button, card, keys_begin, label, restyle, row
from desktop_app.window.theme import icon, theme

_STATE_KINDS = {
    "OPEN": "accent",
    "CLOSED": "good",
    "SENT": "good",
    "RECEIVED": "good",
    "ACCEPTED": "good",
    "RETURNED": "error",
}
_SECTION_KINDS = {"DATA": "good", "NIL": "accent", "NOT_APPLICABLE": "accent", "MISSING": "error"}
_SHOWN = 500


class MonthScreen(QWidget):
    """Shows where the chosen month stands.

    Signals:
        record_asked(str, str): a record is to be opened: register, id.
        print_asked(): the month's documents are to be shown.
    """

    record_asked = Signal(str, str)
    print_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._boxes: dict[str, Choice] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(12)
        tr = context.tr
        self._title = label("", "title")
        self._state = badge("", "accent")
        self._due = label("", "subtitle", wrap=True)
        self.rehearse_button = button(tr("ui.rehearse"), self.rehearse)
        self.close_button = button(tr("ui.close_month"), self.ask_close, primary=True, picture="lock")
        self.reopen_button = button(tr("ui.reopen"), self.ask_reopen)
        self.print_button = button(tr("ui.print"), self.print_asked.emit, picture="print")
        layout.addLayout(
            row(
                self._title,
                self._state,
                None,
                self.rehearse_button,
                self.print_button,
                self.reopen_button,
                self.close_button,
            )
        )
        layout.addWidget(self._due)
        frame, inside = card()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(0, 1)
        inside.addLayout(self._grid)
        layout.addWidget(frame)
        found, results = card()
        self._verdict = label("", "section", wrap=True)
        self.findings = Lines("findings", tr("ui.problems"))
        self.findings.itemActivated.connect(self._open)
        results.addWidget(self._verdict)
        results.addWidget(self.findings, 1)
        keys_begin(self, self.findings)
        layout.addWidget(found, 1)
        answer_keys(self, (("F5", self.rehearse), ("Ctrl+Return", self.ask_close)))
        context.period_changed.connect(self.refresh)
        context.records_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _changes: object = None) -> None:
        """Read the month anew."""
        context = self._context
        language, tr = context.language, context.tr
        self._title.setText(month_name(context.period, language))
        now = months.month(context.workspace, context.period)
        self._state.setText(classifier("submission_states").label(now.state, language))
        restyle(self._state, kind=_STATE_KINDS.get(now.state, ""))
        parts = [tr("month.due", due=now.due), tr("ui.revision", n=now.revision)]
        if now.closed:
            parts.append(tr("ui.closed_on", date=short_date(now.closed)))
        if now.is_late:
            parts.append(tr("ui.late"))
        if now.reopened_until:
            parts.append(tr("ui.reopened_until", date=short_date(now.reopened_until)))
            parts.append(f"«{now.order_reason}»")
        self._due.setText("  ·  ".join(parts))
        is_open = now.state == "OPEN"
        self.close_button.setEnabled(is_open)
        self.reopen_button.setEnabled(not is_open or now.revision > 1)
        self._show_sections(now, is_open)
        self.rehearse()

    def _show_sections(self, now: months.Month, is_open: bool) -> None:
        keys_on = next((r for r, box in self._boxes.items() if box.hasFocus()), "")
        self._boxes.clear()
        while self._grid.count():
            item = self._grid.takeAt(0)
            if item is not None and (widget := item.widget()):
                widget.deleteLater()
        tr = self._context.tr
        headings = ["cover.section", "cover.state", "cover.count", "ui.errors", "ui.warnings"]
        if is_open:
            headings.append("ui.declare")
        for column, code in enumerate(headings):
            self._grid.addWidget(label(tr(code), "hint"), 0, column)
        for line, section in enumerate(now.sections, 1):
            form = form_of(section.register)
            state = classifier("section_states").label(section.state, self._context.language)
            self._grid.addWidget(label(form.plural.get(self._context.language), wrap=True), line, 0)
            self._grid.addWidget(badge(state, _SECTION_KINDS[section.state]), line, 1)
            self._grid.addWidget(label(str(section.count)), line, 2)
            self._grid.addWidget(badge(str(section.errors), "error" if section.errors else ""), line, 3)
            self._grid.addWidget(badge(str(section.warnings), "warning" if section.warnings else ""), line, 4)
            if is_open and not section.count:
                box = self._declaration(section)
                self._grid.addWidget(box, line, 5)
                box.show()  # what is not on the screen yet cannot be given the keys: they would leave the screen
                self._boxes[section.register] = box
                if section.register == keys_on:
                    box.setFocus()

    def _declaration(self, section: months.Section) -> Choice:
        box = Choice()
        box.setObjectName(f"declare_{section.register}")
        box.setAccessibleName(
            f"{self._context.tr('ui.declare')}: {form_of(section.register).plural.get(self._context.language)}"
        )
        states = classifier("section_states")
        for code in ("MISSING", "NIL", "NOT_APPLICABLE"):
            box.addItem(states.label(code, self._context.language), code)
        box.setCurrentIndex(max(box.findData(section.state), 0))
        box.activated.connect(
            # once the list has closed: the answer makes every box of this screen anew
            lambda _index, b=box, r=section.register: QTimer.singleShot(
                0, self, partial(self._ask_declaration, r, str(b.currentData()))
            )
        )
        return box

    def _ask_declaration(self, register: str, state: str) -> None:
        """Ask before a statement that the branch signs is made; taking one back needs no question."""
        context = self._context
        if state == "MISSING":
            self._declare(register, state)
            return
        title = context.tr(
            "ui.declare_asked", state=classifier("section_states").label(state, context.language),
            section=form_of(register).plural.get(context.language),
            month=month_name(context.period, context.language),
        )  # fmt: skip
        dialog = AskDialog(
            title, context.tr("ui.declare_explained"), [], lambda _answers: None, context.language, self,
            verb=context.tr("ui.declare_do"),
        )  # fmt: skip
        if dialog.exec():
            self._declare(register, state)
        else:
            self.refresh()  # the choice goes back to what is so
        if register in self._boxes:
            self._boxes[register].setFocus()

    def _declare(self, register: str, state: str) -> None:
        workspace, period = self._context.workspace, self._context.period
        told = "" if state == "MISSING" else state
        done = self._context.write(
            self, lambda: months.declare(workspace, period, register, told), lambda _month: self.refresh()
        )
        if not done:
            self.refresh()  # the choice goes back to what is so

    def rehearse(self) -> None:
        """Run headquarters' rules and list what they find."""
        context = self._context
        # Rules whose terms ran out are run anew by a write, and a look at the month waits for none.
        look = months.rehearsed if context.workspace.is_busy else months.rehearse
        found = look(context.workspace, context.period)
        self._verdict.setText(context.tr(found.verdict))
        self.findings.clear()
        for register, record in closing.opened_records(context.workspace, context.period):
            line = QListWidgetItem(
                closing.opened_words(context.workspace, register, record, context.language)
            )
            line.setIcon(icon("undo", theme().accent, 16))
            line.setData(Qt.ItemDataRole.UserRole, (register, record) if register else None)
            self.findings.addItem(line)
        for blocker in found.blockers:
            self.findings.addItem(QListWidgetItem(blocker_words(blocker, context.language)))
        for item in found.problems[:_SHOWN]:
            title = context.workspace.store.ref_title(item.register, item.record)
            severity = context.tr(f"severity.{int(item.problem.severity)}")
            words = problem_sentences(item.problem, context.language, item.register)
            line = QListWidgetItem(f"{severity} · {title}\n{words}")
            line.setData(Qt.ItemDataRole.UserRole, (item.register, item.record))
            self.findings.addItem(line)

    def _open(self, item: QListWidgetItem) -> None:
        found = item.data(Qt.ItemDataRole.UserRole)
        if found:
            self.record_asked.emit(*found)

    def ask_close(self) -> None:
        """Ask for signatories and, where there are errors, for the reason; then close."""
        from desktop_app.window.dialogs.month_dialogs import CloseDialog

        if not self.close_button.isEnabled():
            return
        context = self._context
        found = months.rehearsed(context.workspace, context.period)
        if found.blockers:  # said before anybody types who signs
            context.say(blocker_words(found.blockers[0], context.language), "error")
            return
        dialog = CloseDialog(context, found.month, self)
        if dialog.exec():
            self.close_month(**dialog.answers())

    def close_month(self, reason: str, executor: str, head: str, phone: str) -> None:
        """Close the month."""
        context, period = self._context, self._context.period

        def closed(_month: months.Month) -> None:
            context.say(context.tr("ui.month_closed", period=period))
            context.period_changed.emit()

        context.write(
            self,
            lambda: closing.close(
                context.workspace, period, reason=reason, executor=executor, head=head, phone=phone
            ),
            closed,
        )

    def ask_reopen(self) -> None:
        """Ask which records, why and until when; then reopen."""
        from desktop_app.window.dialogs.month_dialogs import ReopenDialog

        dialog = ReopenDialog(self._context, self)
        if not dialog.exec():
            return
        context, period, order = self._context, self._context.period, dialog.order()

        def reopened(_month: months.Month) -> None:
            context.say(context.tr("ui.month_reopened"))
            context.period_changed.emit()

        context.write(self, lambda: closing.reopen(context.workspace, period, *order), reopened)
