"""Keys of SFTP servers: the first one seen is remembered, another one later is refused.

Packages are sealed and signed whatever carries them; this guards the password of the post box.
"""

from __future__ import annotations

from pathlib import Path

import paramiko

from desktop_app.core.errors import EnvironmentFault


class RememberedHosts(paramiko.MissingHostKeyPolicy):
    """Asks a file of known hosts, in the form that OpenSSH uses too."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Remember a server's first key.

        Raises:
            EnvironmentFault: the server had another key before.
        """
        known = paramiko.HostKeys(str(self._path) if self._path.is_file() else None)
        if known.lookup(hostname) is None:
            known.add(hostname, key.get_name(), key)
            known.save(str(self._path))
        elif not known.check(hostname, key):
            raise EnvironmentFault("exchange.host_changed", host=hostname, path=self._path)
