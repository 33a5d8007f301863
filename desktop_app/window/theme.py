"""Colours, fonts and style sheet, light and dark; icons drawn in the theme's colours."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from desktop_app.core.paths import RESOURCES


class Theme(NamedTuple):
    """Named colours."""

    name: str
    ground: str
    card: str
    line: str
    text: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    side: str
    side_text: str
    side_faint: str
    side_active: str
    error: str
    error_soft: str
    warning: str
    warning_soft: str
    good: str
    good_soft: str
    stripe: str
    border: str


LIGHT: Final = Theme(
    "light", "#F3F6F9", "#FFFFFF", "#DCE3EA", "#17232E", "#52616E", "#0B6E80", "#DDF1F4", "#FFFFFF",
    "#0E3A47", "#E8F3F5", "#8FB6BF", "#155566", "#B3261E", "#FDECEC", "#855000", "#FFF4DE", "#1E6936", "#E4F4E7", "#F8FAFC", "#788693",
)  # fmt: skip
DARK: Final = Theme(
    "dark", "#11181F", "#19232C", "#2B3945", "#E6EDF3", "#A3B2BE", "#3FB6C8", "#173A43", "#07242A",
    "#0B2129", "#DDEBEE", "#6F929B", "#123B47", "#FF8A8A", "#3A2023", "#F0B65A", "#3A2E18", "#7CCB8D", "#18321F", "#1D2831", "#7B8B98",
)  # fmt: skip
THEMES: Final = {"light": LIGHT, "dark": DARK}
_current: list[Theme] = [LIGHT]


def theme() -> Theme:
    """Return the theme in use."""
    return _current[0]


def load_fonts() -> None:
    """Take in the bundled fonts, complete for Kazakh on any workstation."""
    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / name))


def apply_theme(name: str, application: QApplication) -> None:
    """Dress the whole application."""
    chosen = THEMES.get(name, LIGHT)
    _current[0] = chosen
    application.setPalette(_palette(chosen))
    font = QFont("Noto Sans")
    font.setPixelSize(13)
    application.setFont(font)
    application.setStyleSheet(_sheet(chosen))
    icon.cache_clear()


def _palette(t: Theme) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, t.ground), (roles.WindowText, t.text), (roles.Base, t.card), (roles.AlternateBase, t.stripe),
        (roles.Text, t.text), (roles.Button, t.card), (roles.ButtonText, t.text), (roles.Highlight, t.accent),
        (roles.HighlightedText, t.on_accent), (roles.ToolTipBase, t.card), (roles.ToolTipText, t.text),
        (roles.PlaceholderText, t.faint), (roles.Link, t.accent),
    ):  # fmt: skip
        palette.setColor(role, QColor(colour))
    return palette


def _sheet(t: Theme) -> str:
    """Return the style sheet with the theme's colours in the places of their names."""
    text = (RESOURCES / "templates" / "window.qss").read_text("utf-8")
    text = text.replace("@icons@", (RESOURCES / "icons").as_posix())
    for name, colour in t._asdict().items():
        text = text.replace(f"@{name}@", colour)
    return text


@lru_cache(maxsize=128)
def icon(name: str, colour: str = "", size: int = 20) -> QIcon:
    """Return an icon of ``resources/icons`` in a colour; the theme's text colour by default."""
    from PySide6.QtSvg import QSvgRenderer

    path = RESOURCES / "icons" / f"{name}.svg"
    if not path.is_file():
        path = RESOURCES / "icons" / "register.svg"
    drawing = path.read_text("utf-8").replace("currentColor", colour or theme().text)
    pixmap = QPixmap(QSize(size * 2, size * 2))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(2)
    return QIcon(pixmap)
