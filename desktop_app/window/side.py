"""The side of the main window: registers, the month, reference data, tools; how many errors wait where."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.core.i18n import OWN_NAMES
from desktop_app.domain.register import monthly_registers
from desktop_app.formdef.forms import form_of
from desktop_app.services.words import place_words
from desktop_app.window.context import Context
from desktop_app.window.parts import label, restyle
from desktop_app.window.theme import icon, theme

Place = tuple[str, str]
"""A screen and its argument: ``("list", "sanction")``."""
REFERENCE = ("person", "department")
_MOST_SHOWN = 999
_WIDE, _NARROW = 236, 60


class Side(QWidget):
    """The way to every screen.

    Signals:
        went(str, str): a screen is asked for, with its argument.
        import_asked(), preview_asked(), language_asked(), theme_asked(): tools.
    """

    went = Signal(str, str)
    import_asked = Signal()
    preview_asked = Signal()
    language_asked = Signal()
    theme_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.buttons: dict[Place, QPushButton] = {}
        self._badges: dict[str, QLabel] = {}
        self._context = context
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words: dict[QPushButton, str] = {}
        self._headings: list[QLabel] = []
        self._is_narrow = False
        self.setFixedWidth(_WIDE)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 12)
        self._column.setSpacing(0)
        self._heading("Tizilim", "brand")
        self._heading(place_words(context.branch, context.language), "place")
        self._add_screens()
        self._column.addStretch(1)
        self._add_tools()

    def _add_screens(self) -> None:
        tr, language = self._context.tr, self._context.language
        self._heading(tr("ui.registers"))
        for kind in monthly_registers():
            form = form_of(kind.code)
            self._add(form.short.get(language), form.icon, ("list", kind.code))
        self._heading(tr("ui.the_month"))
        for name, words, picture in (("month", "ui.month", "month"), ("problems", "ui.problems_menu", "warning"),
                                     ("board", "ui.board", "board"), ("exchange", "ui.exchange", "exchange")):  # fmt: skip
            self._add(tr(words), picture, (name, ""))
        self._heading(tr("ui.reference"))
        for register in REFERENCE:
            form = form_of(register)
            self._add(form.plural.get(language), form.icon, ("list", register))
        self._add(tr("ui.doubtful_menu"), "pair", ("persons", ""))

    def _add_tools(self) -> None:
        tr, language = self._context.tr, self._context.language
        dress = tr("ui.dark" if theme().name == "light" else "ui.light")
        self._tool(tr("ui.import_menu"), "import", self.import_asked.emit, "Ctrl+I")
        self._tool(tr("ui.preview_menu"), "print", self.preview_asked.emit, "Ctrl+P")
        self._add(tr("ui.settings"), "settings", ("settings", ""), "Ctrl+,")
        self._tool(OWN_NAMES[language], "globe", self.language_asked.emit, "Ctrl+L")
        self._tool(dress, "moon" if theme().name == "light" else "sun", self.theme_asked.emit, "Ctrl+T")

    def _add(self, text: str, picture: str, place: Place, keys: str = "") -> None:
        """Add the way to a screen, with room for a count of errors."""
        number = len(self.buttons) + 1
        keys = keys or (f"Ctrl+{number}" if number < 10 else "")
        made = self._tool(text, picture, lambda: self.went.emit(*place), keys)
        made.setCheckable(True)
        self.buttons[place] = made
        count = label("", "badge")
        count.setProperty("kind", "error")
        inside = QHBoxLayout(made)
        inside.setContentsMargins(0, 0, 10, 0)
        inside.addStretch(1)
        inside.addWidget(count, 0, Qt.AlignmentFlag.AlignVCenter)
        count.setVisible(False)
        self._badges[place[1] or place[0]] = count

    def _heading(self, text: str, name: str = "") -> None:
        made = label(text, name, wrap=True)
        self._headings.append(made)
        self._column.addWidget(made)

    def make_narrow(self, *, narrow: bool) -> None:
        """Show pictures only, their names as hints, or the names too."""
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        self.setFixedWidth(_NARROW if narrow else _WIDE)
        for heading in self._headings:
            heading.setVisible(not narrow)
        for made, words in self._words.items():
            made.setText("" if narrow else f"  {words}")
            restyle(made, narrow=narrow)
        for found in self._badges.values():  # on a rail it stands at the corner of the picture
            holder = found.parentWidget()
            inside = holder.layout() if holder is not None else None
            if inside is not None:
                inside.setContentsMargins(0, 0, 1 if narrow else 10, 14 if narrow else 0)
            restyle(found)

    def _tool(self, text: str, picture: str, pressed: Callable[[], object], keys: str) -> QPushButton:
        made = QPushButton(f"  {text}")
        made.setIcon(icon(picture, theme().side_text, 18))
        made.setToolTip(f"{text}   {keys}".rstrip())
        made.setAccessibleName(text)
        self._words[made] = text
        made.clicked.connect(lambda: pressed())
        self._column.addWidget(made)
        return made

    def check(self, place: Place) -> None:
        """Mark the screen on show."""
        for known, made in self.buttons.items():
            made.setChecked(known == place)

    def show_counts(self, counts: dict[str, int]) -> None:
        """Show errors by register, and those of all under ``problems``."""
        for name, found in self._badges.items():
            number = counts.get(name, 0)
            found.setText(str(number) if number <= _MOST_SHOWN else f"{_MOST_SHOWN}+")
            found.setVisible(number > 0)
