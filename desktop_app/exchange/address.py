"""Addresses of places: what is shown of them, and where the secrets come from that they leave out.

A password in an address can be read by everybody who sees the list of processes or a settings file. So it may be
left out: it is then taken from a file (``?password_file=``), from ``TIZILIM_PLACE_PASSWORD`` or from the system's
key store, in this order.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from desktop_app.core.errors import EnvironmentFault

PASSWORD: Final = "TIZILIM_PLACE_PASSWORD"  # noqa: S105 - the name of a variable
SSH_KEY: Final = "TIZILIM_SSH_KEY"
SSH_PASSPHRASE: Final = "TIZILIM_SSH_PASSPHRASE"  # noqa: S105 - the name of a variable
CA: Final = "TIZILIM_CA"
_SERVICE: Final = "tizilim-place"


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts, percent signs resolved."""

    url: str
    scheme: str
    host: str
    port: int | None
    user: str
    given: str
    path: str
    options: dict[str, str]

    @classmethod
    def of(cls, url: str) -> Address:
        """Take an address apart.

        Raises:
            EnvironmentFault: it is none.
        """
        try:
            parts = urlsplit(url)
            options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            return cls(
                url, parts.scheme.lower(), parts.hostname or "", parts.port, unquote(parts.username or ""),
                unquote(parts.password or ""), unquote(parts.path), options,
            )  # fmt: skip
        except ValueError as fault:
            raise EnvironmentFault("exchange.bad_address", url=url.partition("@")[2] or url) from fault

    @property
    def bare(self) -> str:
        """The address without user, password and options: fit to be shown."""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host}{port}{self.path}"

    @property
    def without_password(self) -> str:
        """The address that may be kept in settings: the user stays, the password goes."""
        user = f"{quote(self.user)}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        asked = urlsplit(self.url).query
        return f"{self.scheme}://{user}{self.host}{port}{quote(self.path)}{'?' + asked if asked else ''}"

    def password(self) -> str:
        """Return the password: of the address, of a file, of the environment, of the key store; else empty.

        Raises:
            EnvironmentFault: the file that is to hold it cannot be read.
        """
        if self.given:
            return self.given
        if named := self.options.get("password_file"):
            return secret_in(Path(named))
        return os.environ.get(PASSWORD) or self._remembered()

    def option(self, name: str, variable: str) -> str:
        """Return what the address or the environment says."""
        return self.options.get(name) or os.environ.get(variable, "")

    def _remembered(self) -> str:
        if not self.user:
            return ""
        try:
            import keyring

            return keyring.get_password(_SERVICE, f"{self.user}@{self.bare}") or ""
        except Exception:  # a key store that is locked or missing is no reason to stop: the server will say
            return ""

    def remember(self) -> bool:
        """Put the address's password into the system's key store; tell whether there is one."""
        try:
            import keyring

            keyring.set_password(_SERVICE, f"{self.user}@{self.bare}", self.given)
        except Exception:  # see above
            return False
        return True


def secret_in(path: Path) -> str:
    """Return the first line of a file.

    Raises:
        EnvironmentFault: it cannot be read.
    """
    try:
        return path.expanduser().read_text("utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as fault:
        raise EnvironmentFault("disk.read", path=path) from fault


def is_local(url: str) -> bool:
    """Tell whether a place is a folder of this machine."""
    return "://" not in url or url.startswith("file://")


def local_path(url: str) -> Path:
    """Return the folder or file that a local address names."""
    return Path(unquote(urlsplit(url).path)) if url.startswith("file://") else Path(url)


def shown(url: str) -> str:
    """Return an address without user and password."""
    if is_local(url):
        return url
    address = Address.of(url)
    return address.bare if address.host else url
