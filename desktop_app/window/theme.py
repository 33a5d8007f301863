"""Colours, fonts and style sheet, light and dark; icons drawn in the theme's colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from desktop_app.core.paths import RESOURCES


@dataclass(frozen=True, slots=True)
class Theme:
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


LIGHT: Final = Theme(
    "light", "#F3F6F9", "#FFFFFF", "#DCE3EA", "#17232E", "#637385", "#0B7285", "#DDF1F4", "#FFFFFF",
    "#0E3A47", "#E8F3F5", "#8FB6BF", "#155566", "#C92A2A", "#FDECEC", "#B26A00", "#FFF4DE", "#2B7A3D", "#E4F4E7", "#F8FAFC",
)  # fmt: skip
DARK: Final = Theme(
    "dark", "#11181F", "#19232C", "#2B3945", "#E6EDF3", "#93A4B3", "#3FB6C8", "#173A43", "#07242A",
    "#0B2129", "#DDEBEE", "#6F929B", "#123B47", "#FF8A8A", "#3A2023", "#F0B65A", "#3A2E18", "#7CCB8D", "#18321F", "#1D2831",
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
    application.setStyle("Fusion")
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
    return f"""
    QWidget {{ color: {t.text}; }}
    QMainWindow, QDialog, #ground {{ background: {t.ground}; }}
    #card {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 10px; }}
    #side {{ background: {t.side}; }}
    #side QLabel {{ color: {t.side_faint}; font-size: 11px; padding: 10px 18px 4px 18px; letter-spacing: 1px; }}
    #side #brand {{ color: {t.side_text}; font-size: 19px; font-weight: bold; padding: 18px 18px 0px 18px; letter-spacing: 0px; }}
    #side #place {{ color: {t.side_faint}; font-size: 12px; padding: 0px 18px 10px 18px; letter-spacing: 0px; }}
    #side QPushButton {{ color: {t.side_text}; background: transparent; border: none; border-radius: 8px; text-align: left;
        padding: 9px 12px; margin: 1px 10px; font-size: 13px; }}
    #side QPushButton:hover {{ background: {t.side_active}; }}
    #side QPushButton:checked {{ background: {t.side_active}; font-weight: bold; }}
    #side QPushButton:focus {{ border: 1px solid {t.side_faint}; }}
    #side #badge {{ padding: 1px 8px; font-size: 11px; letter-spacing: 0px; background: {t.error}; color: #FFFFFF; }}
    #title {{ font-size: 20px; font-weight: bold; }}
    #subtitle, #hint {{ color: {t.faint}; }}
    #hint {{ font-size: 11px; }}
    #section {{ color: {t.accent}; font-weight: bold; font-size: 12px; padding-top: 8px; }}
    #fieldLabel {{ color: {t.faint}; font-size: 12px; }}
    QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 6px;
        padding: 5px 8px; selection-background-color: {t.accent}; selection-color: {t.on_accent}; min-height: 18px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 2px solid {t.accent}; padding: 4px 7px; }}
    QLineEdit[state="error"] {{ border: 1px solid {t.error}; background: {t.error_soft}; }}
    QLineEdit[state="warning"] {{ border: 1px solid {t.warning}; background: {t.warning_soft}; }}
    QLineEdit[state="repeated"] {{ border: 1px solid {t.accent}; background: {t.accent_soft}; }}
    QLineEdit:read-only {{ background: {t.ground}; color: {t.faint}; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QPushButton {{ background: {t.card}; border: 1px solid {t.line}; border-radius: 7px; padding: 7px 14px; }}
    QPushButton:hover {{ border-color: {t.accent}; }}
    QPushButton:focus {{ border: 2px solid {t.accent}; padding: 6px 13px; }}
    QPushButton:disabled {{ color: {t.faint}; background: {t.ground}; }}
    QPushButton#primary {{ background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent}; font-weight: bold; }}
    QPushButton#primary:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.faint}; }}
    QPushButton#flat {{ background: transparent; border: none; padding: 6px 8px; }}
    QPushButton#flat:hover {{ background: {t.accent_soft}; }}
    QPushButton#month {{ border-radius: 7px; padding: 5px 6px; min-width: 58px; font-size: 12px; background: transparent; border: 1px solid transparent; }}
    QPushButton#month:hover {{ background: {t.accent_soft}; }}
    QPushButton#month:checked {{ background: {t.accent}; color: {t.on_accent}; font-weight: bold; }}
    QPushButton#month[state="CLOSED"] {{ color: {t.good}; }}
    QPushButton#month[state="CLOSED"]:checked {{ color: {t.on_accent}; }}
    QTableView {{ background: {t.card}; alternate-background-color: {t.stripe}; border: none; gridline-color: {t.line};
        selection-background-color: {t.accent_soft}; selection-color: {t.text}; outline: 0; }}
    QTableView::item {{ padding: 0px 8px; border-bottom: 1px solid {t.line}; }}
    QTableView::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
    QHeaderView::section {{ background: {t.card}; color: {t.faint}; border: none; border-bottom: 2px solid {t.line};
        padding: 7px 8px; font-size: 12px; font-weight: bold; }}
    QHeaderView {{ background: {t.card}; }}
    QListWidget {{ background: transparent; border: none; outline: 0; }}
    QListWidget::item {{ border-bottom: 1px solid {t.line}; padding: 8px 6px; border-radius: 0px; }}
    QListWidget::item:selected {{ background: {t.accent_soft}; color: {t.text}; border-radius: 6px; }}
    QListView#completion {{ background: {t.card}; border: 1px solid {t.accent}; padding: 2px; }}
    QScrollArea {{ border: none; background: transparent; }}
    #page {{ background: {t.card}; }}
    QScrollBar:vertical {{ background: transparent; width: 11px; margin: 2px; }}
    QScrollBar::handle:vertical {{ background: {t.line}; border-radius: 4px; min-height: 28px; }}
    QScrollBar::handle:vertical:hover {{ background: {t.faint}; }}
    QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 2px; }}
    QScrollBar::handle:horizontal {{ background: {t.line}; border-radius: 4px; min-width: 28px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
    QProgressBar {{ background: {t.line}; border: none; border-radius: 4px; height: 8px; text-align: center; color: transparent; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 4px; }}
    QToolTip {{ background: {t.card}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
    #bar {{ background: {t.accent}; color: {t.on_accent}; border-radius: 8px; padding: 9px 14px; }}
    #bar[kind="error"] {{ background: {t.error}; color: {t.card}; }}
    #bar[kind="good"] {{ background: {t.good}; color: {t.card}; }}
    #badge {{ border-radius: 9px; padding: 2px 9px; font-size: 11px; font-weight: bold; background: {t.line}; color: {t.text}; }}
    #badge[kind="error"] {{ background: {t.error_soft}; color: {t.error}; }}
    #badge[kind="warning"] {{ background: {t.warning_soft}; color: {t.warning}; }}
    #badge[kind="good"] {{ background: {t.good_soft}; color: {t.good}; }}
    #badge[kind="accent"] {{ background: {t.accent_soft}; color: {t.accent}; }}
    QCheckBox {{ spacing: 8px; }}
    """


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
