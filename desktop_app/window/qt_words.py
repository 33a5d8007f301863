"""The words of Qt's own dialogs (Yes, Cancel, Look in) in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from desktop_app.core.i18n import Language

_spoken: list[QTranslator] = []


def speak(language: Language) -> None:
    """Let Qt say its own words in a language; English where it has none."""
    application = QCoreApplication.instance()
    assert application is not None  # noqa: S101 - a window needs one
    while _spoken:
        application.removeTranslator(_spoken.pop())
    translator = QTranslator()
    if translator.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
        _spoken.append(translator)
