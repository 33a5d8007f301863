"""Keys of SFTP servers: the first one seen is remembered, another one later is refused.

Packages are sealed and signed whatever carries them; this guards the password of the post box.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import paramiko

from desktop_app.core.errors import EnvironmentFault

_SIGNED_AS: Final = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}
"""Kinds of signature that one kind of key makes."""


class RememberedHosts(paramiko.MissingHostKeyPolicy):
    """Asks a file of known hosts, in the form that OpenSSH uses too; a host may have several kinds of key."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _known(self) -> paramiko.HostKeys:
        return paramiko.HostKeys(str(self._path) if self._path.is_file() else None)

    def kinds_of(self, host: str) -> set[str]:
        """Return the kinds of signature by which a server is known."""
        found = self._known().lookup(host)
        return {signed for kind in found or () for signed in _SIGNED_AS.get(kind, (kind,))}

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Remember a server's first key.

        Raises:
            EnvironmentFault: the server had another key before.
        """
        known = self._known()
        if known.lookup(hostname) is None:
            known.add(hostname, key.get_name(), key)
            known.save(str(self._path))
        elif not known.check(hostname, key):
            raise EnvironmentFault("exchange.host_changed", host=hostname, path=self._path)
