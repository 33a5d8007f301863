"""Packages over WebDAV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.address import Address
from desktop_app.exchange.carrier import IDLE, Moved, PlacedFile
from desktop_app.exchange.http_line import HttpLine

_ASKED: Final = (
    b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getetag/>'
    b"<getlastmodified/></prop></propfind>"
)
_DAV: Final = "{DAV:}"


class WebDav:
    """One folder of a WebDAV server."""

    def __init__(self, address: Address, idle: float = IDLE) -> None:
        self._address = address
        scheme = "https" if address.scheme.endswith("s") else "http"
        port = f":{address.port}" if address.port else ""
        self._base = f"{scheme}://{address.host}{port}{quote(address.path.rstrip('/'))}/"
        login = (address.user, address.password()) if address.user else None
        self._line = HttpLine(address, self._base, login, idle)

    def files(self) -> list[PlacedFile]:
        """Return the folder's files, by one question."""
        from defusedxml.ElementTree import fromstring

        answer = self._line.ask(
            "PROPFIND", "", content=_ASKED, headers={"Depth": "1", "Content-Type": "text/xml"}
        )
        try:
            found: Element = fromstring(answer.content)
        except (ParseError, ValueError) as fault:
            raise EnvironmentFault("exchange.no_webdav", url=self._address.bare) from fault
        return [
            _file(one)
            for one in found.iter(f"{_DAV}response")
            if next(one.iter(f"{_DAV}collection"), None) is None
        ]

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """Yield a file's bytes."""
        return self._line.read(quote(name), start)

    def put(self, source: Path, name: str, aside: str, moved: Moved) -> None:
        """Write under another name, then move; HTTP knows no going on, so a broken write begins again."""
        self._line.write(quote(aside), source, moved)
        where = {"Destination": self._base + quote(name), "Overwrite": "T"}
        self._line.ask("MOVE", quote(aside), headers=where)

    def remove(self, name: str) -> None:
        """Remove a file."""
        self._line.ask("DELETE", quote(name))

    def close(self) -> None:
        """Let the line go."""
        self._line.close()


def _file(one: Element) -> PlacedFile:
    href = one.findtext(f"{_DAV}href") or ""
    size = next((found.text for found in one.iter(f"{_DAV}getcontentlength")), None) or "0"
    marks = [found.text or "" for tag in ("getetag", "getlastmodified") for found in one.iter(_DAV + tag)]
    return PlacedFile(
        unquote(urlsplit(href).path).rpartition("/")[2], int(size) if size.isdigit() else 0, " ".join(marks)
    )
