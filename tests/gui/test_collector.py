"""A background thread never collects what belongs to the window."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.services.collecting import without_collecting
from desktop_app.window.collector import MainThreadCollector


class Knot(QWidget):
    """A widget in a cycle, as windows with their signals are; notes the thread it is collected in."""

    seen: list[int] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        super().__init__()
        self.own = self


def test_cycles_are_collected_in_the_windows_thread(qtbot: QtBot, qapp: QApplication) -> None:
    collector = MainThreadCollector(qapp)
    assert not gc.isenabled()
    knot = Knot()
    weakref.finalize(knot, lambda: Knot.seen.append(threading.get_ident()))
    del knot

    def work() -> None:
        with without_collecting():
            keep = [[n] for n in range(200_000)]
        keep.extend([n] for n in range(200_000))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert Knot.seen == []
    gc.set_threshold(1, 1, 1)
    collector._thresholds = (0, 0, 0)
    qtbot.waitUntil(lambda: bool(Knot.seen) or collector.collect() is not None, timeout=5000)
    gc.set_threshold(700, 10, 10)
    assert Knot.seen == [threading.get_ident()]
    collector.setParent(None)
