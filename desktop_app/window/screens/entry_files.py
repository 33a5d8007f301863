"""The files of the record on the form: a scanned order, an act; chosen, dropped on the card, saved elsewhere, taken off."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QListWidgetItem, QVBoxLayout

from desktop_app.core.errors import TizilimError
from desktop_app.services import attachments
from desktop_app.window.context import Context
from desktop_app.window.parts import Lines, button, label, row
from desktop_app.window.theme import icon, theme

_KIB = 1024
_EMPTY, _MOST = 106, 16_777_215
"""Height of the card without files, and Qt's word for no limit."""


class FilesCard(QFrame):
    """Lists a record's files; those chosen before the record is stored wait for the save.

    Signals:
        changed(): the stored record has other files now.
    """

    changed = Signal()

    def __init__(self, context: Context, register: str, record: str, *, is_stored: bool) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAcceptDrops(True)
        self._context, self._register = context, register
        self._record, self._is_stored = record, is_stored
        self.waiting: list[Path] = []
        self._is_locked = False
        tr = context.tr
        self._title = label(tr("ui.files"), "section")
        self.listing = Lines("files", tr("ui.files"))
        self.listing.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.listing.itemActivated.connect(lambda _item: self._ask_folder())
        self._hint = label(tr("ui.files_explained"), "hint", wrap=True)
        self._add = button(tr("ui.add_file"), self._ask_files, name="flat", picture="plus")
        self._save = button(tr("ui.save_file"), self._ask_folder, name="flat")
        self._remove = button(tr("ui.remove"), self.remove, name="flat")
        for tool in (self._add, self._save, self._remove):
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(12, 6, 12, 8)
        inside.setSpacing(4)
        inside.addWidget(self._title)
        inside.addWidget(self.listing, 1)
        inside.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(row(self._add, None, self._save, self._remove))
        self.refresh()

    def lock(self) -> None:
        """Take no files and give none away: the month is closed."""
        self._is_locked = True
        self.setAcceptDrops(False)
        self.refresh()

    def begin(self, record: str) -> None:
        """Go on with another record, not stored yet."""
        self._record, self._is_stored = record, False
        self.waiting.clear()
        self.refresh()

    def refresh(self) -> None:
        """Show the files anew."""
        tr = self._context.tr
        self.listing.clear()
        for one in self._stored():
            if one.size is None:
                state = tr("ui.file_comes")
            else:
                state = tr("ui.file_size", kib=max(round(one.size / _KIB), 1))
            self._show(f"{one.name}\n{state}", one)
        for path in self.waiting:
            self._show(f"{path.name}\n{tr('ui.file_waits')}", path)
        count = self.listing.count()
        self._title.setText(f"{tr('ui.files')}  {count or ''}")
        for widget in (self.listing, self._save, self._remove):
            widget.setVisible(count > 0)
        self._hint.setVisible(count == 0 and not self._is_locked)
        self._add.setVisible(not self._is_locked)
        self._remove.setVisible(count > 0 and not self._is_locked)
        self.setMaximumHeight(_MOST if count else _EMPTY)  # without files the room belongs to the problems

    def _stored(self) -> list[attachments.Attachment]:
        if not self._is_stored:
            return []
        return attachments.attachments(self._context.workspace, self._register, self._record)

    def _show(self, text: str, one: attachments.Attachment | Path) -> None:
        item = QListWidgetItem(icon("file", theme().accent, 16), text)
        item.setData(Qt.ItemDataRole.UserRole, one)
        self.listing.addItem(item)

    def add(self, paths: list[Path]) -> None:
        """Attach files now, or with the first save of the record."""
        if self._is_stored:
            self._attach(paths)
        else:
            self.waiting += paths
            self.refresh()

    def store(self, record: str) -> None:
        """Attach what waited: the record is stored now."""
        self._record, self._is_stored = record, True
        paths, self.waiting = self.waiting, []
        self._attach(paths)

    def _attach(self, paths: list[Path]) -> None:
        """Attach one file after the other; the first refusal ends it."""
        if not paths:
            self.refresh()
            return
        workspace, register, record = self._context.workspace, self._register, self._record

        def attached(one: attachments.Attachment) -> None:
            self._context.say(self._context.tr("attachment.done", file=one.name))
            self.changed.emit()
            self._attach(paths[1:])

        done = self._context.write(
            self, lambda: attachments.attach(workspace, register, record, paths[0]), attached
        )
        if not done:
            self.refresh()  # what was attached before it

    def _chosen(self) -> attachments.Attachment | Path | None:
        item = self.listing.currentItem() or self.listing.item(0)
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    def save_to(self, folder: Path) -> None:
        """Write the chosen file into a folder."""
        one = self._chosen()
        if isinstance(one, attachments.Attachment):
            try:
                path = attachments.save_attachment(self._context.workspace, one, folder)
            except TizilimError as refusal:
                self._context.say_fault(refusal)
                return
            self._context.say(self._context.tr("print.done", path=path))

    def remove(self) -> None:
        """Take the chosen file off; a stored one stays in the history."""
        one = self._chosen()
        if isinstance(one, Path):
            self.waiting.remove(one)
            self.refresh()
        elif one is not None:
            self._detach(one.name)

    def _detach(self, name: str) -> None:
        workspace, register, record = self._context.workspace, self._register, self._record

        def detached(_nothing: None) -> None:
            self._context.say(self._context.tr("attachment.removed", file=name))
            self.changed.emit()
            self.refresh()

        self._context.write(self, lambda: attachments.detach(workspace, register, record, name), detached)

    def _ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self._context.tr("ui.add_file"))
        self.add([Path(name) for name in names])

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._context.tr("ui.save_file"))
        if folder:
            self.save_to(Path(folder))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files that are dragged here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Attach files that were dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.add([path for path in paths if path.is_file()])
        event.acceptProposedAction()
