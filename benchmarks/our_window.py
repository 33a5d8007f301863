"""The application itself, started as a person starts it, telling when it painted and listed."""

import sys

from benchmarks.clock import since_start


def main() -> int:
    import desktop_app.app as root

    told: set[str] = set()

    def tell(name: str) -> None:
        if name not in told:
            told.add(name)
            print(name, since_start(), flush=True)

    def watch(qt: object) -> None:
        from PySide6.QtCore import QEvent, QObject, QTimer
        from PySide6.QtWidgets import QApplication, QTableView

        from benchmarks.ledger import resident_mb

        class Watch(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
                if event.type() == QEvent.Type.Paint:
                    tell("painted")
                    table = watched.parent()
                    if (
                        isinstance(table, QTableView)
                        and table.model()
                        and table.model().rowCount()
                        and "listed" not in told
                    ):
                        tell("listed")
                        print("memory", resident_mb(), flush=True)
                        QTimer.singleShot(2500, leave)
                return False

        def leave() -> None:
            print("memory_warm", resident_mb(), flush=True)
            QApplication.exit()

        watcher = Watch(qt)  # type: ignore[call-overload]
        qt.installEventFilter(watcher)  # type: ignore[attr-defined]

    first = root.Application.__init__

    def watched(self: root.Application, qt: object, folder: object) -> None:
        watch(qt)
        first(self, qt, folder)  # type: ignore[arg-type]

    root.Application.__init__ = watched  # type: ignore[method-assign, assignment]
    root.Application.leave = lambda self: None  # type: ignore[method-assign]
    return root.start([])


sys.exit(main())
