"""Packages over a real SFTP server and a real WebDAV server, both on this machine."""

from __future__ import annotations

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import paramiko
import pytest
from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.address import Address
from desktop_app.exchange.transport import Place, shown
from desktop_app.services import entry
from desktop_app.services.receiving import receive
from desktop_app.services.sending import kept_address, send
from desktop_app.services.workspace import Workspace
from tests.endtoend.test_exchange import hq, introduce, sanction

__all__ = ["hq"]


class _Login(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == ("officer", "pa:ss")
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Files(paramiko.SFTPServerInterface):
    """The folder of one test, by plain system calls."""

    root = Path()

    def _at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str) -> Any:
        if not self._at(path).is_dir():
            return paramiko.SFTP_NO_SUCH_FILE
        return [paramiko.SFTPAttributes.from_stat(p.stat(), p.name) for p in self._at(path).iterdir()]

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except OSError as fault:
            return paramiko.SFTPServer.convert_errno(fault.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        handle = paramiko.SFTPHandle(flags)
        mode = "r+b" if flags & (os.O_WRONLY | os.O_RDWR) else "rb"
        if flags & os.O_CREAT:
            self._at(path).touch()
        file = self._at(path).open(mode)
        handle.readfile = handle.writefile = file  # type: ignore[attr-defined]
        return handle

    def rename(self, oldpath: str, newpath: str) -> int:
        self._at(oldpath).rename(self._at(newpath))
        return paramiko.SFTP_OK

    posix_rename = rename

    def remove(self, path: str) -> int:
        self._at(path).unlink()
        return paramiko.SFTP_OK


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[str]:
    with _sftp_server(tmp_path, 0) as port:
        yield f"sftp://officer:pa%3Ass@127.0.0.1:{port}/in"


@contextmanager
def _sftp_server(tmp_path: Path, port: int) -> Iterator[int]:
    """Run a server with a key of its own; give the port it listens at."""
    (tmp_path / "sftp" / "in").mkdir(parents=True, exist_ok=True)
    files = type("Files", (_Files,), {"root": tmp_path / "sftp"})
    listener = socket.create_server(("127.0.0.1", port))
    key = paramiko.RSAKey.generate(2048)
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            transports.append(transport)
            with suppress(EOFError, paramiko.SSHException):  # who does not like the key goes away at once
                transport.start_server(server=_Login())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for transport in transports:
        transport.close()
    thread.join(5)


@pytest.fixture
def webdav(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "dav" / "in").mkdir(parents=True)
    users = {"*": {"officer": {"password": "pa:ss"}}}
    application = WsgiDAVApp({
        "provider_mapping": {"/": str(tmp_path / "dav")}, "simple_dc": {"user_mapping": users}, "verbose": 0,
        "logging": {"enable": False},
    })  # fmt: skip
    server = wsgi.Server(("127.0.0.1", 0), application)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield f"webdav://officer:pa%3Ass@127.0.0.1:{server.bind_addr[1]}/in"
    server.stop()
    thread.join(5)


class _Bucket(http.server.BaseHTTPRequestHandler):
    """As much of S3 as a package needs: list, put, get, head."""

    protocol_version = "HTTP/1.1"
    objects: ClassVar[dict[str, bytes]] = {}

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, code: int, body: bytes = b"") -> None:
        self.send_response(code)
        for name, value in (
            ("Content-Length", str(len(body))),
            ("ETag", '"x"'),
            ("Last-Modified", "Fri, 05 Jan 2024 00:00:00 GMT"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _key(self) -> tuple[str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        return unquote(parts.path).removeprefix("/bucket").lstrip("/"), parse_qs(parts.query)

    def do_GET(self) -> None:
        key, query = self._key()
        if key in self.objects:
            self._answer(200, self.objects[key])
        elif "list-type" in query or "prefix" in query:
            prefix = query.get("prefix", [""])[0]
            found = "".join(
                f"<Contents><Key>{k}</Key><Size>{len(v)}</Size><LastModified>2024-01-05T00:00:00Z</LastModified></Contents>"
                for k, v in sorted(self.objects.items())
                if k.startswith(prefix)
            )
            listed = f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>"
            self._answer(200, f'<?xml version="1.0"?>{listed}'.encode())
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    do_HEAD = do_GET

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = self._unchunked(body)
        self.objects[self._key()[0]] = body
        self._answer(200)

    @staticmethod
    def _unchunked(body: bytes) -> bytes:
        found = b""
        while body:
            head, _, rest = body.partition(b"\r\n")
            size = int(head.split(b";")[0] or b"0", 16)
            if not size:
                break
            found, body = found + rest[:size], rest[size + 2 :]
        return found


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    handler = type("Bucket", (_Bucket,), {"objects": {}})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "officer")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    yield "s3://bucket/in"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::DeprecationWarning"
)
def test_a_month_travels_by_an_object_store(
    s3: str, branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    assert Place(s3, tmp_path / "hosts").names() == []
    sent = send(branch, s3)[0]
    assert Place(s3, tmp_path / "hosts").names() == [sent.name]
    assert [r.merged.taken for r in receive(hq, [s3])] == [sent.changes]
    send(hq, s3)
    assert [r.refusal for r in receive(branch, [s3])] == [None]
    assert receive(hq, [s3]) == []


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["sftp", "webdav"])
def test_a_month_travels_and_its_answer_comes_back(
    kind: str, branch: Workspace, hq: Workspace, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(kind)
    introduce(branch, hq)
    entry.save(branch, sanction())
    sent = send(branch, url)[0]
    folder = tmp_path / ("dav" if kind == "webdav" else kind) / "in"
    assert [p.name for p in folder.iterdir()] == [sent.name]  # nothing half-written is left
    got = receive(hq, [url])
    assert [(r.refusal, r.merged.taken) for r in got] == [(None, sent.changes)]
    send(hq, url)
    assert [r.refusal for r in receive(branch, [url])] == [None]
    assert receive(hq, [url]) == []
    wrong = url.replace("pa%3Ass", "wrong")
    with pytest.raises(EnvironmentFault, match="unreachable") as fault:
        receive(hq, [wrong])
    assert "wrong" not in str(fault.value.params["url"])


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_shows_another_key_gets_no_password(
    branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    introduce(branch, hq)
    with _sftp_server(tmp_path, 0) as port:
        url = f"sftp://officer:pa%3Ass@127.0.0.1:{port}/in"
        send(branch, url)
        send(branch, url)
    hosts = branch.folder / "known_hosts"
    assert len(hosts.read_text("utf-8").splitlines()) == 1
    with _sftp_server(tmp_path, port):
        with pytest.raises(EnvironmentFault, match="host_changed") as fault:
            send(branch, url)
        assert str(port) in str(fault.value.params["host"])
        hosts.unlink()  # what the message says to do once the server's keeper has confirmed the change
        send(branch, url)


def test_an_object_store_needs_no_rename(branch: Workspace, hq: Workspace, tmp_path: Path) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    import fsspec

    fsspec.filesystem("memory").makedirs("/bucket/in", exist_ok=True)
    sent = send(branch, "memory://bucket/in")[0]
    assert [r.merged.taken for r in receive(hq, ["memory://bucket/in"])] == [sent.changes]
    assert Place("memory://bucket/in", tmp_path / "hosts").names() == [sent.name]


def test_addresses_are_shown_without_their_secrets() -> None:
    assert shown("sftp://u:p@host:22/x") == "sftp://host:22/x"
    assert shown("/media/stick") == "/media/stick"


def test_settings_keep_no_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert kept_address("sftp://officer:pa%3Ass@host:22/in?key=k") == "sftp://officer@host:22/in?key=k"
    assert kept_address("/media/stick") == "/media/stick"
    monkeypatch.setenv("TIZILIM_PLACE_PASSWORD", "of the environment")
    assert Address.of("sftp://officer@host/in").password() == "of the environment"
    (tmp_path / "word").write_text("of a file\n")
    assert Address.of(f"sftp://officer@host/in?password_file={tmp_path / 'word'}").password() == "of a file"
