"""Long work in the background: progress and result come back to the window's thread; cancel stops between steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from desktop_app.core.errors import Refusal

Report = Callable[[int, int, str], None]
"""Called by work with steps done, steps in all and what is being done; raising from it stops the work."""


class Operation(QObject):
    """One piece of background work.

    Signals:
        progressed(int, int, str): steps done, steps in all, what is being done.
        finished(object): the result.
        failed(object): the exception.
    """

    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[Report], Any]) -> None:
        super().__init__()
        self._work = work
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()

    def report(self, done: int, count: int, what: str) -> None:
        """Pass progress on, or stop the work when it was cancelled."""
        if self._cancelled.is_set():
            raise Refusal("import.cancelled")
        self.progressed.emit(done, count, what)

    def run(self) -> None:
        """Do the work; called in a worker thread."""
        try:
            result = self._work(self.report)
        except BaseException as fault:
            self.failed.emit(fault)
        else:
            self.finished.emit(result)


class _Runner(QRunnable):
    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self._operation = operation

    def run(self) -> None:
        self._operation.run()


def begin(
    work: Callable[[Report], Any], finished: Callable[[Any], object], failed: Callable[[BaseException], object],
    progressed: Callable[[int, int, str], object] | None = None,
) -> Operation:  # fmt: skip
    """Do work in the background; its result, its fault and its progress come to the window's thread."""
    operation = Operation(work)
    operation.finished.connect(finished)
    operation.failed.connect(failed)
    if progressed is not None:
        operation.progressed.connect(progressed)
    _alive.add(operation)
    operation.finished.connect(lambda _result, op=operation: _alive.discard(op))
    operation.failed.connect(lambda _fault, op=operation: _alive.discard(op))
    QThreadPool.globalInstance().start(_Runner(operation))
    return operation


def is_busy() -> bool:
    """Tell whether an operation is running."""
    return bool(_alive)


def running() -> frozenset[Operation]:
    """Return the operations that go on."""
    return frozenset(_alive)


def stop_all() -> None:
    """Ask every operation to stop at its next step and wait for them: what they began is whole or not there."""
    for operation in running():
        operation.cancel()
    QThreadPool.globalInstance().waitForDone(_LONGEST_STEP)


_LONGEST_STEP: Final = 60_000
_alive: set[Operation] = set()
"""Keeps running operations from being collected with the dialog that began them."""
