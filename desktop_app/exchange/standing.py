"""Notices that a line stands still where the library that speaks over it would wait for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

PATIENCE: Final = 2
"""How many times ``idle`` the other side may say nothing: what was written may still be on a slow line."""
_LOOKS: Final = 8


class Heard:
    """A socket that remembers when the other side was last heard; what is only written proves nothing."""

    def __init__(self, sock: Any, watch: Watch) -> None:
        self._sock = sock
        self._watch = watch

    def recv(self, count: int) -> bytes:
        """Receive as the socket does."""
        found: bytes = self._sock.recv(count)
        self._watch.heard()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class Watch:
    """Ends a line on which nothing was heard for too long while somebody waits.

    paramiko writes to a socket that takes no more for as long as it takes, whatever time limits it was given.
    """

    def __init__(self, idle: float) -> None:
        self.limit = PATIENCE * idle
        self.stood = False
        self._sock: Any = None
        self._last = 0.0
        self._is_resting = False

    def over(self, sock: Any) -> Heard:
        """Return the socket to speak over."""
        self._sock = sock
        return Heard(sock, self)

    def heard(self) -> None:
        """The other side said something."""
        self._last = time.monotonic()

    def is_quiet(self) -> bool:
        """Tell whether nothing has been heard for as long as a line may stand still."""
        return time.monotonic() - self._last >= self.limit / PATIENCE

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Watch while something is asked of the other side."""
        done = threading.Event()
        self.stood, self._is_resting = False, False
        self.heard()
        thread = threading.Thread(target=self._look, args=(done,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Do not watch while it is our own side that works."""
        self._is_resting = True
        try:
            yield
        finally:
            self.heard()
            self._is_resting = False

    def _look(self, done: threading.Event) -> None:
        while not done.wait(self.limit / _LOOKS):
            if not self._is_resting and time.monotonic() - self._last > self.limit:
                self.stood = True
                if self._sock is not None:
                    with suppress(OSError):  # it has just been closed
                        self._sock.shutdown(socket.SHUT_RDWR)
                return
