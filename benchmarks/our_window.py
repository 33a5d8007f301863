"""The application itself, started as a person starts it, telling when it painted and listed.

The watches sit on the two widgets whose painting is asked for: one on the application would be called with
every event of every widget, and be measured with them.
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

    begin, show = root.Application.__init__, root.Application.show

    def began(self: root.Application, qt: object, folder: object) -> None:
        begin(self, qt, folder)  # type: ignore[arg-type]
        watch(qt.topLevelWidgets()[0], lambda: tell("painted", since_start()))  # type: ignore[attr-defined]

    def shown(self: root.Application, widget: object) -> None:
        show(self, widget)  # type: ignore[arg-type]
        from PySide6.QtWidgets import QTableView

        table = widget.findChild(QTableView)  # type: ignore[attr-defined]
        assert table.model().rowCount()
        watch(table.viewport(), listed)

    root.Application.__init__, root.Application.show = began, shown  # type: ignore[method-assign, assignment]
    root.Application.leave = lambda self: None  # type: ignore[method-assign]
    return root.start([])


sys.exit(main())
