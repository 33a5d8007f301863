"""Errors carry a message code and values; they become words at one place a side (window, command line)."""

from __future__ import annotations

import errno
from typing import ClassVar, Final


class TizilimError(Exception):
    """Base of everything the product says no with.

    Attributes:
        code: key of the message in ``resources/locale``.
        params: values for the message's blanks.
        exit_code: what the command line returns.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class UsageFault(TizilimError):
    """What was asked for cannot be understood."""

    exit_code = 2


class EnvironmentFault(TizilimError):
    """Disk, file, key or system library: not our bug and not the user's data."""

    exit_code = 3


class Refusal(TizilimError):
    """A rule of the house forbids it: closed month, missing right, wrong branch."""


class FileRefusal(TizilimError):
    """A file that was given cannot be read; nothing was changed."""


_CAUSES: Final = {
    errno.ENOSPC: "disk.full",
    errno.EDQUOT: "disk.full",
    errno.EROFS: "disk.read_only",
    errno.EACCES: "disk.forbidden",
    errno.EPERM: "disk.forbidden",
    errno.ENOENT: "disk.gone",
    errno.ENODEV: "disk.gone",
    errno.ENOTCONN: "disk.gone",
    errno.EIO: "disk.io",
}
"""What the system says, by its number; ``OSError`` of a network is the exchange's own matter."""


def disk_fault(fault: OSError, path: object = "") -> EnvironmentFault:
    """Return the sentence for what a disk or a medium said: full, read-only, forbidden, gone, failing."""
    code = _CAUSES.get(fault.errno or 0, "disk.write")
    return EnvironmentFault(code, path=path or fault.filename or "?")
