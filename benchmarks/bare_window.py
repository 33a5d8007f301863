"""A bare window with an empty table: what Qt for Python itself needs."""

import sys

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

from benchmarks.clock import since_start


class Watch(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            print("painted", since_start())
            QApplication.exit()
        return False


app = QApplication([])
window = QMainWindow()
table = QTableView()
table.setModel(QStandardItemModel(0, 8))
window.setCentralWidget(table)
window.resize(1366, 768)
watch = Watch()
window.installEventFilter(watch)
window.show()
sys.exit(app.exec())
