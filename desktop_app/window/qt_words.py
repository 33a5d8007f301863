"""The words of Qt's own dialogs (Yes, Cancel, Look in) in the language of the window."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from desktop_app.core.i18n import Language, tr

_MISSING: Final = {
    "&Look in:": "qt.look_in",
    "Files of &type:": "qt.files_of_type",
    "Folder": "qt.folder",
    "Drive": "qt.drive",
}
"""What Qt's own translations of this version lack."""
_spoken: list[QTranslator] = []


class _Missing(QTranslator):
    """Says what Qt's own translation lacks; asked for what it does not find only."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language: Language = language

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False

    def translate(
        self, _context: str, source: str, _disambiguation: str | None = None, _count: int = -1
    ) -> str | None:
        """Return the words, or nothing for what stays as it is."""
        code = _MISSING.get(source)
        return tr(self._language, code) if code else None


def speak(language: Language) -> None:
    """Let Qt say its own words in a language; English where it has none."""
    application = QCoreApplication.instance()
    assert application is not None  # noqa: S101 - a window needs one
    while _spoken:
        application.removeTranslator(_spoken.pop())
    translator = QTranslator()
    found = translator.load(
        f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    )
    for one in (_Missing(language), translator) if found else ():  # the last one installed is asked first
        application.installTranslator(one)
        _spoken.append(one)
