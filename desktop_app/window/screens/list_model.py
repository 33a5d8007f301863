"""A list of any length at constant memory: pages by key, a few kept, keys of the others remembered."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from desktop_app.core.i18n import Language, tr
from desktop_app.core.periods import period_number
from desktop_app.domain.classifiers import branch_name, classifier
from desktop_app.domain.fields import Coded, Measure, Ref
from desktop_app.formdef.forms import Form
from desktop_app.services.listing import PAGE, Listing, ListQuery
from desktop_app.services.locks import Locks
from desktop_app.window.theme import icon, theme

_KEPT: Final = 24
_FIRST: Final = 5
"""Columns of a page's row before the fields': rid, sort value, id, errors, warnings."""
_TEXTS: Final = -2
"""Place of the texts that could not be read; the branch stands last."""
Index = QModelIndex | QPersistentModelIndex


class ListModel(QAbstractTableModel):
    """Shows a listing; asks for a page when a cell of it is painted."""

    def __init__(
        self, listing: Listing, form: Form, language: Language, *, with_branch: bool = False
    ) -> None:
        super().__init__()
        self._is_of_all = with_branch
        self._listing = listing
        self.form = form
        self._language: Language = language
        self.columns = form.list_columns
        self._kinds = [form.register.by_name[name].type for name in self.columns]
        self._pages: OrderedDict[int, list[tuple[Any, ...]]] = OrderedDict()
        self.query = ListQuery(form.register.code)
        self._count = 0
        self._locks = Locks(frozenset(), frozenset())

    @property
    def with_branch(self) -> bool:
        """Tell whether the last column says whose each record is: where there are several branches."""
        return self._is_of_all

    def show(self, query: ListQuery) -> None:
        """Show another query from its beginning."""
        self.beginResetModel()
        self.query = query
        self._pages.clear()
        self._listing.begin(query)
        self._locks = self._listing.locks()
        self._count = self._listing.count()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return how many records the query shows."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Return the number of the form's list columns."""
        return 0 if parent.isValid() else len(self.columns) + self.with_branch

    def row(self, number: int) -> tuple[Any, ...] | None:
        """Return one row, reading its page if need be."""
        page = number // PAGE
        if page not in self._pages:
            self._pages[page] = self._listing.page(page)
            while len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        rows = self._pages[page]
        place = number % PAGE
        return rows[place] if place < len(rows) else None

    def record_id(self, number: int) -> str:
        """Return the id of the record in a row, empty when there is none."""
        found = self.row(number) if 0 <= number < self._count else None
        return str(found[2]) if found else ""

    def is_locked(self, found: tuple[Any, ...]) -> bool:
        """Tell whether a row's record stands in a closed month."""
        if not self._locks.closed or not self.query.branch:
            return False
        name = self.form.register.dated_by
        if self.query.period is not None:
            period = self.query.period.number
        elif name in self.columns and found[_FIRST + self.columns.index(name)]:
            day = self.form.register.by_name[name].type.decode(found[_FIRST + self.columns.index(name)])
            period = period_number(day)
        else:
            return False
        return self._locks.hold(self.query.branch, period, str(found[2]))

    def row_of(self, record_id: str) -> int:
        """Return the row of a record among the pages at hand, -1 when it is not there."""
        for page, rows in self._pages.items():
            for place, found in enumerate(rows):
                if found[2] == record_id:
                    return page * PAGE + place
        return -1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.DecorationRole,
            Qt.ItemDataRole.ForegroundRole,
        ):
            return None
        found = self.row(index.row())
        if found is None:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            if index.column() != 0:
                return None
            return icon("lock", theme().faint, 14) if self.is_locked(found) else _mark(found[3], found[4])
        stored = found[_FIRST + index.column()]
        if index.column() == len(self.columns):
            return (
                branch_name(str(found[-1]), self._language) if role == Qt.ItemDataRole.DisplayRole else None
            )
        kind = self._kinds[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(theme().faint) if stored is None else None
        if stored is None:
            return self._unread(found, self.columns[index.column()]) or "—"
        if isinstance(kind, Measure):
            return kind.with_unit(kind.decode(stored), self._entry_of(kind, found), self._language)
        if isinstance(kind, Ref):
            return self._listing.title(kind.to, stored)
        return kind.show(kind.decode(stored), self._language)

    @staticmethod
    def _unread(found: tuple[Any, ...], name: str) -> str:
        """Return the text that stands where a value could not be read."""
        return str(json.loads(found[_TEXTS]).get(name, "")) if found[_TEXTS] else ""

    def _entry_of(self, kind: Measure, found: tuple[Any, ...]) -> Mapping[str, Any]:
        """Return what the classifier says of the thing that was measured; nothing where the list does not show it."""
        of = self.form.register.by_name[kind.of].type if kind.of in self.columns else None
        code = found[_FIRST + self.columns.index(kind.of)] if of is not None else None
        if not isinstance(of, Coded) or code is None:
            return {}
        entry = classifier(of.of).by_code.get(str(code))
        return entry.more if entry else {}

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's label."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            if section == len(self.columns):
                return tr(self._language, "ui.branch")
            return self.form.label(self.columns[section]).get(self._language)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


_marks: dict[tuple[str, str], QIcon] = {}


def _mark(errors: int, warnings: int) -> QIcon | None:
    """Return a dot for the heaviest problem."""
    if not errors and not warnings:
        return None
    colour = theme().error if errors else theme().warning
    key = (theme().name, colour)
    if key not in _marks:
        from PySide6.QtGui import QPainter, QPixmap

        pixmap = QPixmap(20, 20)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colour))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(4, 4, 12, 12)
        painter.end()
        pixmap.setDevicePixelRatio(2)
        _marks[key] = QIcon(pixmap)
    return _marks[key]
