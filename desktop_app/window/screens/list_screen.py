"""The list of a register: search, problems filter, sorting; Enter opens, Ctrl+N begins a new record."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.i18n import month_name, number_text
from desktop_app.formdef.forms import form_of
from desktop_app.services import entry, overview
from desktop_app.services.listing import Listing, ListQuery
from desktop_app.window.branches import branch_choice
from desktop_app.window.context import Context
from desktop_app.window.parts import answer_keys, badge, button, card, label, row
from desktop_app.window.screens.list_model import ListModel
from desktop_app.window.theme import icon, theme

_TYPING_PAUSE = 180
_LEAST_SEARCH = 200
_LETTER = 7.4
_HEADING_ROOM = 20
_BRANCH_WIDTH = 190
_ACROSS = Qt.Orientation.Horizontal
_SHEET_KEYS = "Ctrl+Shift+N"


class ListState(NamedTuple):
    """What a person chose to see of a list."""

    words: str
    only_problems: bool
    all_months: bool
    problem: str
    sort: str
    branch: str = ""


class ListScreen(QWidget):
    """Shows one register.

    Signals:
        opened(str): a record is to be opened; argument: its id.
        new_asked(): a new record is asked for.
        sheet_asked(): the checklist of a visit is asked for.
    """

    opened = Signal(str)
    new_asked = Signal()
    sheet_asked = Signal()

    def __init__(self, context: Context, register: str) -> None:
        super().__init__()
        self._context = context
        self.form = form_of(register)
        self.model = ListModel(
            Listing(context.workspace), self.form, context.language, with_branch=not context.branch
        )
        self._problem = ""
        self._sort = ""
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE)
        self._pause.timeout.connect(self.refresh)
        self._build()
        self._keys()
        context.period_changed.connect(self.refresh)
        context.records_changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        tr = self._context.tr
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 16)
        layout.setSpacing(10)
        self._title = label(self.form.plural.get(self._context.language), "title")
        self._subtitle = label("", "subtitle")
        self._count = badge("", "accent")
        new = button(tr("ui.new"), self.new_asked.emit, primary=True, picture="plus")
        new.setToolTip("Ctrl+N")
        if not self._context.branch:
            new.hide()  # headquarters enters nothing: branches do
        tools: list[QWidget | None] = [self._title, self._count, None]
        if self.form.sheet and self._context.branch:
            sheet = button(tr("ui.visit_sheet"), self.sheet_asked.emit, picture="sheet")
            sheet.setToolTip(_SHEET_KEYS)
            tools.append(sheet)
        layout.addLayout(row(*tools, new))
        layout.addWidget(self._subtitle)
        self.draft_button = button(tr("ui.draft_waits"), self.new_asked.emit, picture="undo", name="flat")
        self.draft_button.setToolTip("Ctrl+N")
        layout.addLayout(row(self.draft_button, None))
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setMinimumWidth(_LEAST_SEARCH)
        self.search.setAccessibleName(tr("ui.search_hint"))
        self.search.setPlaceholderText(tr("ui.search_hint"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", theme().faint), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.only_problems = QCheckBox(tr("ui.only_problems"))
        self.all_months = QCheckBox(tr("ui.all_months"))
        self.undated = QCheckBox()
        for box in (self.only_problems, self.all_months, self.undated):
            box.toggled.connect(lambda _on: self.refresh())
        if not self.form.register.dated_by:
            self.all_months.hide()
        self.branches = branch_choice(self._context)
        self.branches.activated.connect(lambda _index: self.refresh())
        layout.addLayout(
            row(self.search, self.branches, self.only_problems, self.all_months, self.undated, stretch=0)
        )
        self._build_list(layout)

    def _build_list(self, layout: QVBoxLayout) -> None:
        tr = self._context.tr
        frame, inside = card(6)
        inside.addWidget(self._table())
        self._empty = label("", "subtitle")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self._empty)
        self._elsewhere = button(tr("ui.in_all_months"), lambda: self.all_months.setChecked(True))
        self._elsewhere.hide()
        inside.addWidget(self._elsewhere, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(frame, 1)
        keys = [tr("ui.list_keys")]
        if self.form.sheet:
            keys.append(f"{_SHEET_KEYS} – {tr('ui.visit_sheet').lower()}")
        layout.addWidget(label("   ".join(keys), "hint", wrap=True))

    def _table(self) -> QTableView:
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setObjectName("list")
        self.table.setAccessibleName(self.form.plural.get(self._context.language))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setDefaultSectionSize(34)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort_by)
        header.ensurePolished()
        for place, name in enumerate(self.form.list_columns):
            heading = header.fontMetrics().horizontalAdvance(str(self.model.headerData(place, _ACROSS)))
            values = int(self.form.fields[name].width * _LETTER) + (34 if place == 0 else 18)
            self.table.setColumnWidth(place, max(values, heading + _HEADING_ROOM))
        if self.model.with_branch:
            self.table.setColumnWidth(len(self.form.list_columns), _BRANCH_WIDTH)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.table.activated.connect(self._open)
        self.table.doubleClicked.connect(self._open)
        return self.table

    def _keys(self) -> None:
        answer_keys(
            self,
            (
                ("Ctrl+N", self.new_asked.emit),
                ("Ctrl+F", self.search.setFocus),
                ("/", self.search.setFocus),
                ("Ctrl+C", self.copy_row),
            ),
        )
        if self.form.sheet:
            answer_keys(self, ((_SHEET_KEYS, self.sheet_asked.emit),))
        for keys in ("Return", "Enter"):
            QShortcut(
                QKeySequence(keys), self.table, context=Qt.ShortcutContext.WidgetShortcut
            ).activated.connect(self._open_current)
        QShortcut(
            QKeySequence("Down"), self.search, context=Qt.ShortcutContext.WidgetShortcut
        ).activated.connect(self.focus_list)
        QShortcut(
            QKeySequence("Escape"), self.search, context=Qt.ShortcutContext.WidgetShortcut
        ).activated.connect(self._leave_search)

    def _leave_search(self) -> None:
        self.search.clear()
        self.refresh()
        self.focus_list()

    def copy_row(self) -> None:
        """Put the chosen row, under its headings, on the clipboard as a table that workbooks take."""
        line = self.table.currentIndex().row()
        if line < 0 or QApplication.focusWidget() is self.search:
            return
        columns = range(self.model.columnCount())
        heads = [str(self.model.headerData(place, _ACROSS)) for place in columns]
        cells = [str(self.model.data(self.model.index(line, place)) or "") for place in columns]
        QApplication.clipboard().setText("\n".join("\t".join(texts) for texts in (heads, cells)))
        self._context.say(self._context.tr("ui.row_copied"))

    def focus_list(self) -> None:
        """Put the keys on the list, a row being chosen."""
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.selectRow(0)

    def state(self) -> ListState:
        """Return what is chosen to be seen."""
        return ListState(
            self.search.text(), self.only_problems.isChecked(), self.all_months.isChecked(), self._problem, self._sort,
            str(self.branches.currentData()),
        )  # fmt: skip

    def restore(self, state: ListState) -> None:
        """Show what was chosen before."""
        for widget in (self.search, self.only_problems, self.all_months):
            widget.blockSignals(True)
        self.search.setText(state.words)
        self.only_problems.setChecked(state.only_problems)
        self.all_months.setChecked(state.all_months)
        for widget in (self.search, self.only_problems, self.all_months):
            widget.blockSignals(False)
        self._problem, self._sort = state.problem, state.sort
        self.branches.setCurrentIndex(max(self.branches.findData(state.branch), 0))
        if self._sort:
            self._show_order()
        self.refresh()

    def choose(self, record: str) -> None:
        """Put the keys on a record, where the first page has it."""
        self.model.row(0)
        place = self.model.row_of(record)
        if place >= 0:
            self.table.selectRow(place)

    def show_branch(self, branch: str) -> None:
        """Show the records of one branch only."""
        self.branches.setCurrentIndex(max(self.branches.findData(branch), 0))
        self.refresh()

    def show_problem(self, code: str) -> None:
        """Show only records with one problem."""
        self._problem = code
        self.refresh()

    def _sort_by(self, section: int) -> None:
        name = self.form.list_columns[section] if section < len(self.form.list_columns) else ""
        if name in self.form.sorted_by:
            self._sort = f"-{name}" if self._sort == name else name
            self._show_order()
            self.refresh()

    def _show_order(self) -> None:
        section = self.form.list_columns.index(self._sort.lstrip("-"))
        down = self._sort.startswith("-")
        self.table.horizontalHeader().setSortIndicatorShown(True)
        self.table.horizontalHeader().setSortIndicator(
            section, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        )

    def refresh(self, _changes: object = None) -> None:
        """Read the list anew, keeping the place."""
        kept = self.model.record_id(self.table.currentIndex().row())
        self.draft_button.setVisible(
            entry.draft_of_new(self._context.workspace, self.form.register.code) is not None
        )
        everywhere = self.all_months.isChecked() or not self.form.register.dated_by
        self._count_undated()
        query = ListQuery(
            self.form.register.code, None if everywhere else self._context.period, self.search.text().strip(),
            self._problem or ("*" if self.only_problems.isChecked() else ""), self._sort,
            self._context.branch or str(self.branches.currentData()), undated=self.undated.isChecked(),
        )  # fmt: skip
        if not self._sort and self.form.sorted_by and not self.form.register.dated_by:
            query = dataclasses.replace(query, sort=self.form.sorted_by[0])
        self.model.show(query)
        count = self.model.rowCount()
        tr = self._context.tr
        self._count.setText(number_text(count))
        period = (
            tr("ui.all_months") if everywhere else month_name(self._context.period, self._context.language)
        )
        if query.undated:
            period = self._context.tr("ui.undated_explained")
        self._subtitle.setText(period if self.form.register.dated_by else "")
        self.table.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        self._elsewhere.setVisible(count == 0 and not everywhere and bool(query.words or query.problem))
        self._empty.setText(tr("ui.nothing_found") if query.words or query.problem else tr("ui.empty_list"))
        place = self.model.row_of(kept) if kept else -1
        if count:
            self.table.selectRow(max(place, 0))

    def _count_undated(self) -> None:
        """Show how many records have no date, and so are in no month; the box goes with the last of them."""
        code, context = self.form.register.code, self._context
        count = overview.undated_count(context.workspace, code) if self.form.register.monthly else 0
        self.undated.setText(context.tr("ui.undated", n=count))
        self.undated.setVisible(count > 0)
        if not count and self.undated.isChecked():
            with QSignalBlocker(self.undated):
                self.undated.setChecked(False)

    def _open(self, index: QModelIndex) -> None:
        record = self.model.record_id(index.row())
        if record:
            self.opened.emit(record)

    def _open_current(self) -> None:
        self._open(self.table.currentIndex())
