"""HTTP for carriers: certificates, time limits by standstill, faults in our own words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import httpx

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.address import CA, Address
from desktop_app.exchange.carrier import PIECE, Broken, Moved
from desktop_app.exchange.standing import PATIENCE

_IN_FLIGHT: Final = 1 << 16
"""Bytes that the system takes off our hands before they are on the line: more would hide a standstill."""
_STATUS: Final = {
    401: "exchange.unreachable_login", 403: "exchange.unreachable_right", 404: "exchange.unreachable_folder",
    405: "exchange.refused", 409: "exchange.unreachable_folder", 413: "exchange.too_big", 423: "exchange.refused",
    507: "exchange.full",
}  # fmt: skip
_AGAIN: Final = (408, 425, 429, 500, 502, 503, 504)
_PARTIAL: Final = 206
_PAST_END: Final = 416


class HttpLine:
    """Requests to one server."""

    def __init__(
        self, address: Address, base: str, login: httpx.Auth | tuple[str, str] | None, idle: float
    ) -> None:
        self._idle = idle
        self._address = address
        transport = httpx.HTTPTransport(
            verify=_trusted(address) if base.startswith("https") else True,
            socket_options=[(socket.SOL_SOCKET, socket.SO_SNDBUF, _IN_FLIGHT)],
        )
        self._client = httpx.Client(
            base_url=base, auth=login, timeout=idle, transport=transport, follow_redirects=True
        )

    def close(self) -> None:
        """Let the line go."""
        self._client.close()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask something short.

        Raises:
            EnvironmentFault: the server says no, or cannot be reached.
            Broken: the line broke or stood still.
        """
        with self._told():
            answer = self._client.request(method, path, **more)
            self._judge(answer)
            return answer

    def read(self, path: str, start: int, headers: dict[str, str] | None = None) -> Iterator[bytes]:
        """Yield a resource's bytes from a place on; a server that knows no ranges is read past them."""
        asked = {**(headers or {}), **({"Range": f"bytes={start}-"} if start else {})}
        with self._told(), self._client.stream("GET", path, headers=asked) as answer:
            if start and answer.status_code == _PAST_END:
                return
            self._judge(answer)
            over = start if answer.status_code != _PARTIAL else 0
            for piece in answer.iter_raw(PIECE):
                if over >= len(piece):
                    over -= len(piece)
                    continue
                yield piece[over:]
                over = 0

    def write(self, path: str, source: Path, moved: Moved, headers: dict[str, str] | None = None) -> None:
        """Put a file; the answer is waited for longer: the last pieces may still be on a slow line."""
        size = source.stat().st_size
        limits = httpx.Timeout(self._idle, read=PATIENCE * self._idle)
        said = {**(headers or {}), "Content-Length": str(size)}
        with self._told(), source.open("rb") as file:
            answer = self._client.request(
                "PUT", path, content=_pieces(file, moved), headers=said, timeout=limits
            )
            self._judge(answer)

    def _judge(self, answer: httpx.Response) -> None:
        if answer.status_code in _AGAIN:
            raise Broken("exchange.unreachable_busy")
        if answer.is_error:
            code = self.meaning(answer)
            raise EnvironmentFault(code, url=self._address.bare, path=self._address.bare)

    def meaning(self, answer: httpx.Response) -> str:
        """Return the message code of a server's «no»."""
        return _STATUS.get(answer.status_code, "exchange.refused")

    @contextmanager
    def _told(self) -> Iterator[None]:
        url = self._address.bare
        try:
            yield
        except httpx.ConnectError as fault:
            raise EnvironmentFault(_of_connection(fault), url=url) from fault
        except httpx.ConnectTimeout as fault:
            raise EnvironmentFault("exchange.unreachable_network", url=url) from fault
        except httpx.TimeoutException as fault:
            raise Broken("exchange.unreachable_silent", stood=True) from fault
        except httpx.TransportError as fault:
            raise Broken("exchange.unreachable_silent") from fault
        except httpx.HTTPError as fault:
            raise EnvironmentFault("exchange.refused", url=url) from fault


def _pieces(file: IO[bytes], moved: Moved) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
        moved(file.tell())


def _trusted(address: Address) -> ssl.SSLContext:
    """Return whom the system trusts, and a certificate authority of one's own (``?ca=`` or ``TIZILIM_CA``).

    Raises:
        EnvironmentFault: the file of the authority cannot be read.
    """
    import certifi

    found = ssl.create_default_context()
    found.load_verify_locations(certifi.where())
    if own := address.option("ca", CA):
        try:
            found.load_verify_locations(str(Path(own).expanduser()))
        except (OSError, ssl.SSLError) as fault:
            raise EnvironmentFault("disk.read", path=own) from fault
    return found


def _of_connection(fault: httpx.ConnectError) -> str:
    text = str(fault).lower()
    if "hostname mismatch" in text or "ip address mismatch" in text or "not valid for" in text:
        return "exchange.certificate_name"
    if "has expired" in text or "not yet valid" in text:
        return "exchange.certificate_expired"
    if "certificate" in text:
        return "exchange.certificate_unknown"
    if "ssl" in text or "tls" in text:
        return "exchange.no_tls"
    return "exchange.unreachable_network"
