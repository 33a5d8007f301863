"""What the libraries underneath must not do to a process that runs all day."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QTableWidgetItem
from sqlcipher3 import dbapi2 as driver

_TIMES = 5000


class _Bell(QObject):
    rung = Signal(object)


def _calls(qapp: QApplication) -> dict[str, Callable[[], object]]:
    label, table, bell = QLabel(), QTableWidget(2, 2), _Bell()
    bell.rung.connect(lambda _value: None)
    connection = driver.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t(a, b)")
    return {
        "label": lambda: label.setText("а"),
        "cell": lambda: table.setItem(0, 0, QTableWidgetItem("а")),
        "signal": lambda: bell.rung.emit(None),
        "question": label.isVisible,
        "loop": qapp.processEvents,
        "insert": lambda: connection.execute("INSERT INTO t VALUES (?, NULL)", [None]),
        "select": lambda: connection.execute("SELECT NULL, ?", [None]).fetchall(),
    }


@pytest.mark.parametrize("name", ["label", "cell", "signal", "question", "loop", "insert", "select"])
def test_calls_keep_the_counts_of_none_true_and_false(qapp: QApplication, name: str) -> None:
    call = _calls(qapp)[name]
    call()
    before = [sys.getrefcount(value) for value in (None, True, False)]
    for _ in range(_TIMES):
        call()
    after = [sys.getrefcount(value) for value in (None, True, False)]
    lost = [was - now for was, now in zip(before, after, strict=True)]
    assert max(lost) < _TIMES / 4, f"{name}: {lost}"
