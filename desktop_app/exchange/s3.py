"""Packages in an object store that speaks S3: list, get, put, delete, signed by version 4.

Credentials, region and endpoint are found where every other tool for S3 finds them: ``AWS_ACCESS_KEY_ID`` and
``AWS_SECRET_ACCESS_KEY``, ``~/.aws/credentials`` and ``~/.aws/config``, ``AWS_ENDPOINT_URL``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError

import httpx
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.address import Address
from desktop_app.exchange.carrier import IDLE, PIECE, Moved, PlacedFile
from desktop_app.exchange.http_line import HttpLine

_SUM: Final = "x-amz-content-sha256"
_NOTHING: Final = hashlib.sha256(b"").hexdigest()
_SAFE: Final = "-_.~"
_USUAL_REGION: Final = "us-east-1"


@dataclass(frozen=True, slots=True)
class _Account:
    credentials: Any
    region: str
    endpoint: str


def _account(address: Address) -> _Account:
    """Return the credentials.

    Raises:
        EnvironmentFault: there are none.
    """
    try:
        session = Session(profile=address.options.get("profile"))
        found = session.get_credentials()
        region = address.options.get("region") or session.get_config_variable("region") or _USUAL_REGION
        endpoint = address.options.get("endpoint") or _endpoint(session)
    except BotoCoreError as fault:
        raise EnvironmentFault("exchange.no_credentials", url=address.bare) from fault
    if found is None:
        raise EnvironmentFault("exchange.no_credentials", url=address.bare)
    return _Account(found, region, endpoint.rstrip("/"))


def _endpoint(session: object) -> str:
    import os

    named = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    scoped = session.get_scoped_config()  # type: ignore[attr-defined]
    return str(named or scoped.get("endpoint_url") or "")


class _WithSum(S3SigV4Auth):  # type: ignore[misc] # botocore has no types
    """Signs for a body whose sum is known, so that it is read only once more, to be sent."""

    def payload(self, request: AWSRequest) -> str:
        return str(request.context["sum"])


class Signed(httpx.Auth):
    """Signs each request (AWS signature version 4), the body by the sum named in its header."""

    def __init__(self, credentials: Any, region: str) -> None:
        self._signer = _WithSum(credentials, "s3", region)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers that prove who asks."""
        named = {"host", "range"} & set(request.headers)
        url = f"{request.url.scheme}://{request.url.netloc.decode()}{request.url.raw_path.decode()}"
        asked = AWSRequest(request.method, url, {name: request.headers[name] for name in named})
        asked.context["sum"] = request.headers.get(_SUM, _NOTHING)
        self._signer.add_auth(asked)
        request.headers.update(
            {name: value for name, value in asked.headers.items() if name.lower() not in named}
        )
        yield request


class S3:
    """One prefix of a bucket."""

    def __init__(self, address: Address, idle: float = IDLE) -> None:
        self._address = address
        account = _account(address)
        usual = f"https://{address.host}.s3.{account.region}.amazonaws.com/"
        self._base = f"{account.endpoint}/{quote(address.host)}/" if account.endpoint else usual
        self._prefix = f"{address.path.strip('/')}/".lstrip("/")
        self._line = _S3Line(address, self._base, Signed(account.credentials, account.region), idle)

    def _at(self, name: str) -> str:
        return quote(self._prefix + name, safe=f"/{_SAFE}")

    def files(self) -> list[PlacedFile]:
        """Return the objects under the prefix; one that nothing was put into yet is empty, not missing."""
        found: list[PlacedFile] = []
        after = ""
        while True:
            asked = {"delimiter": "/", "list-type": "2", "prefix": self._prefix}
            if after:
                asked["continuation-token"] = after
            query = "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in sorted(asked.items()))
            answer = _parsed(self._line.ask("GET", f"?{query}").content, self._address)
            found += [_file(one, self._prefix) for one in _named(answer, "Contents")]
            after = next((one.text or "" for one in _named(answer, "NextContinuationToken")), "")
            if not after:
                return [one for one in found if one.name]

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """Yield an object's bytes."""
        return self._line.read(self._at(name), start)

    def put(self, source: Path, name: str, aside: str, moved: Moved) -> None:
        """Store; the last byte makes the object visible, so ``aside`` is not needed."""
        sums = hashlib.sha256()
        with source.open("rb") as file:
            while piece := file.read(PIECE):
                sums.update(piece)
        self._line.write(self._at(name), source, moved, {_SUM: sums.hexdigest()})

    def remove(self, name: str) -> None:
        """Remove an object."""
        self._line.ask("DELETE", self._at(name))

    def close(self) -> None:
        """Let the line go."""
        self._line.close()


class _S3Line(HttpLine):
    """S3 says with 403 whether it is the key that is wrong or the right that lacks."""

    def meaning(self, answer: httpx.Response) -> str:
        """Return the message code of the store's «no»."""
        text = answer.text if answer.is_closed else answer.read().decode("utf-8", "replace")
        if any(mark in text for mark in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken")):
            return "exchange.unreachable_login"
        if any(mark in text for mark in ("QuotaExceeded", "InsufficientStorage", "XMinioStorageFull")):
            return "exchange.full"
        return super().meaning(answer)


def _parsed(body: bytes, address: Address) -> Element:
    from defusedxml.ElementTree import fromstring

    try:
        found: Element = fromstring(body)
    except (ParseError, ValueError) as fault:
        raise EnvironmentFault("exchange.refused", url=address.bare) from fault
    return found


def _named(found: Element, name: str) -> Iterator[Element]:
    return (one for one in found.iter() if one.tag.rpartition("}")[2] == name)


def _text(one: Element, name: str) -> str:
    return next((found.text or "" for found in _named(one, name)), "")


def _file(one: Element, prefix: str) -> PlacedFile:
    size = _text(one, "Size")
    stamp = f"{_text(one, 'ETag')} {_text(one, 'LastModified')}"
    return PlacedFile(_text(one, "Key").removeprefix(prefix), int(size) if size.isdigit() else 0, stamp)
