"""The application itself, started as a person starts it, telling when it painted and listed.

The watches sit where nothing else is woken by them: one on the application would be called with every event of
every widget, and to look for the table among the window's children makes names of all its kinds (10 ms).
"""

import sys

from benchmarks.clock import since_start


def main() -> int:
    import desktop_app.app as root

    def tell(name: str, value: float) -> None:
        print(name, value, flush=True)

    def watch(widget: object, seen: object) -> None:
        from PySide6.QtCore import QEvent, QObject

        class Watch(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
                if event.type() == QEvent.Type.Paint:
                    watched.removeEventFilter(self)
                    seen()  # type: ignore[operator]
                return False

        widget.installEventFilter(Watch(widget))  # type: ignore[call-overload, attr-defined]

    def listed() -> None:
        from PySide6.QtCore import QTimer

        from benchmarks.ledger import resident_mb

        tell("listed", since_start())
        tell("memory", resident_mb())
        QTimer.singleShot(2500, leave)

    def leave() -> None:
        from PySide6.QtWidgets import QApplication

        from benchmarks.ledger import resident_mb

        tell("memory_warm", resident_mb())
        QApplication.exit()

    begin = root.Application.__init__

    def began(self: root.Application, qt: object, folder: object) -> None:
        begin(self, qt, folder)  # type: ignore[arg-type]
        watch(qt.topLevelWidgets()[0], painted)  # type: ignore[attr-defined]

    def painted() -> None:
        tell("painted", since_start())
        from desktop_app.window.screens import list_model

        mark = list_model._mark

        def first(errors: int, warnings: int) -> object:
            list_model._mark = mark  # asked for with each row's first cell, and by painting only
            listed()
            return mark(errors, warnings)

        list_model._mark = first  # type: ignore[assignment]

    root.Application.__init__ = began  # type: ignore[method-assign, assignment]
    root.Application.leave = lambda self: None  # type: ignore[method-assign]
    return root.start([])


sys.exit(main())
