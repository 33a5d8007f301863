"""Lines and servers that fail: each fault has its own words, nothing hangs, what moved is not moved again."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import paramiko
import pytest

from desktop_app.core.errors import EnvironmentFault
from desktop_app.exchange.transport import Place
from tests.endtoend.test_transports import _sftp_server, s3, sftp, webdav

__all__ = ["s3", "sftp", "webdav"]
_IDLE = 0.75
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::DeprecationWarning",
    "ignore::pytest.PytestUnhandledThreadExceptionWarning",
)  # fmt: skip


class _Line:
    """Carries bytes to a server and back: at some speed, and up to some number of bytes before it stands or breaks."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.speed = 0
        self.left = 1 << 60
        self.stand_after = 1 << 60  # bytes, whichever way
        self.breaks = False
        self.carried = 0
        self.ends: list[socket.socket] = []
        self._ended = threading.Event()

    def run(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            there = socket.create_connection(("127.0.0.1", self._target))
            self.ends += [here, there]
            for one, other, is_up in ((here, there, True), (there, here, False)):
                threading.Thread(target=self._carry, args=(one, other, is_up), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, is_up: bool) -> None:
        try:
            while piece := one.recv(2048):
                if is_up:
                    self.left -= len(piece)
                    self.carried += len(piece)
                if self.left < 0 and self.breaks:
                    self.left = 1 << 60  # once
                    break
                self.stand_after -= len(piece)
                if self.stand_after < 0:
                    self._ended.wait()
                    break
                if self.speed and is_up:
                    time.sleep(len(piece) / self.speed)
                other.sendall(piece)
        except OSError:
            pass
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # the other thread may be reading it
            end.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._ended.set()
        for end in self.ends:
            end.close()


@contextmanager
def _line(url: str) -> Iterator[tuple[_Line, str]]:
    parts = urlsplit(url)
    assert parts.port
    line = _Line(parts.port)
    thread = threading.Thread(target=line.run, daemon=True)
    thread.start()
    try:
        yield line, url.replace(f":{parts.port}", f":{line.port}")
    finally:
        line.close()
        thread.join(5)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "package.tzp"
    path.write_bytes(bytes(range(256)) * 400)
    return path


def _code(place: Place, work: Any) -> str:
    with place, pytest.raises(EnvironmentFault) as fault:
        work(place)
    assert fault.value.exit_code == 3
    return fault.value.code


def _until_silent(place: Place, work: Any) -> float:
    begun = time.monotonic()
    assert _code(place, work) == "exchange.unreachable_silent"
    return time.monotonic() - begun


def _folder(tmp_path: Path, kind: str) -> Path:
    return tmp_path / {"webdav": "dav"}.get(kind, kind) / "in"


@pytest.mark.parametrize("kind", ["sftp", "webdav"])
def test_a_slow_line_is_no_fault(
    kind: str, tmp_path: Path, package: Path, request: pytest.FixtureRequest
) -> None:
    with _line(request.getfixturevalue(kind)) as (line, url), Place(url, tmp_path / "hosts", "a", 1) as place:
        line.speed = 60_000  # the whole takes longer than a line may stand still
        place.store(package, "a.tzp")
        assert place.names() == ["a.tzp"]
    assert (_folder(tmp_path, kind) / "a.tzp").read_bytes() == package.read_bytes()


def test_a_broken_upload_goes_on_where_it_broke(sftp: str, tmp_path: Path) -> None:
    package = tmp_path / "package.tzp"
    package.write_bytes(bytes(range(256)) * 4000)
    with _line(sftp) as (line, url), Place(url, tmp_path / "hosts", "a") as place:
        assert place.names() == []
        line.left, line.breaks, line.carried = 700_000, True, 0
        place.store(package, "a.tzp")
        assert place.names() == ["a.tzp"]
        assert line.carried < 1.5 * package.stat().st_size
    assert (tmp_path / "sftp" / "in" / "a.tzp").read_bytes() == package.read_bytes()


@pytest.mark.parametrize("kind", ["sftp", "webdav"])
@pytest.mark.parametrize("is_up", [True, False], ids=["up", "down"])
def test_a_line_that_stands_still_is_given_up(
    kind: str, is_up: bool, tmp_path: Path, package: Path, request: pytest.FixtureRequest
) -> None:
    package.write_bytes(b"x" * (4 << 20))  # more than paramiko's window and the buffers on the way take
    straight = request.getfixturevalue(kind)
    folder = _folder(tmp_path, kind)
    with _line(straight) as (line, url):
        place = Place(url, tmp_path / "hosts", "a", _IDLE)
        if is_up:
            assert place.names() == []
            line.stand_after = 30_000
            spent = _until_silent(place, lambda there: there.store(package, "a.tzp"))
        else:
            (folder / "a.tzp").write_bytes(package.read_bytes())
            assert place.names() == ["a.tzp"]
            line.stand_after = 300_000
            spent = _until_silent(place, lambda there: there.fetch("a.tzp", tmp_path / "fetched"))
        assert spent < 2 * _IDLE + 1.5
        # A line that stands from its first byte on is no different.
        if kind == "sftp" and not is_up:
            assert _until_silent(place, lambda there: there.names()) < 2 * _IDLE + 1.5
    with Place(straight, tmp_path / "hosts", "a") as again:
        assert again.names() == ([] if is_up else ["a.tzp"])
        if is_up:
            again.store(package, "a.tzp")  # what the broken try left is swept by the next one
        again.fetch("a.tzp", tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == package.read_bytes()
    assert [one.name for one in folder.iterdir()] == ["a.tzp"]


def test_an_object_store_that_stands_still_is_given_up(
    s3: str, tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _line(os.environ["AWS_ENDPOINT_URL"]) as (line, url):
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        place = Place(s3, tmp_path / "hosts", "a", _IDLE)
        assert place.names() == []
        line.stand_after = 30_000
        assert _until_silent(place, lambda there: there.store(package, "a.tzp")) < 2 * _IDLE + 1.5
        line.stand_after = 1 << 60
        place.store(package, "a.tzp")
        line.stand_after = 30_000
        fetched = tmp_path / "fetched"
        assert _until_silent(place, lambda there: there.fetch("a.tzp", fetched)) < 2 * _IDLE + 1.5
        line.stand_after = 1 << 60
        place.fetch("a.tzp", fetched)
        place.close()
    assert fetched.read_bytes() == package.read_bytes()


@pytest.mark.parametrize("kind", ["sftp", "webdav"])
def test_wrong_password_and_missing_folder_have_their_own_words(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(kind)
    wrong = Place(url.replace("pa%3Ass", "wrong"), tmp_path / "hosts")
    assert _code(wrong, lambda place: place.names()) == "exchange.unreachable_login"
    gone = Place(url.replace("/in", "/nowhere"), tmp_path / "hosts")
    assert _code(gone, lambda place: place.names()) == "exchange.unreachable_folder"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    nobody = Place(url.replace(f":{urlsplit(url).port}", f":{port}"), tmp_path / "hosts")
    assert _code(nobody, lambda place: place.names()) == "exchange.unreachable_network"


def test_left_over_parts_are_swept(sftp: str, tmp_path: Path, package: Path) -> None:
    folder = tmp_path / "sftp" / "in"
    (folder / ".part-a-0123").write_bytes(b"x")
    (folder / ".part-b-0123").write_bytes(b"x")
    (folder / "letter.txt").write_bytes(b"x")
    with Place(sftp, tmp_path / "hosts", "a") as place:
        assert place.names() == []
        place.store(package, "a.tzp")
    # Another's may still be on its way.
    assert sorted(one.name for one in folder.iterdir()) == [".part-b-0123", "a.tzp", "letter.txt"]


def test_a_locked_key_file_asks_for_its_passphrase(sftp: str, tmp_path: Path) -> None:
    key = tmp_path / "id_rsa"
    paramiko.RSAKey.generate(2048).write_private_key_file(str(key), password="кілт")
    bare = sftp.replace("officer:pa%3Ass@", "officer@")
    locked = Place(f"{bare}?key={key}", tmp_path / "hosts")
    assert _code(locked, lambda place: place.names()) == "exchange.key_locked"
    secret = tmp_path / "secret"
    secret.write_text("басқа\n", "utf-8")
    shut = Place(f"{bare}?key={key}&passphrase_file={secret}", tmp_path / "hosts")
    assert _code(shut, lambda place: place.names()) == "exchange.key_locked"
    secret.write_text("кілт\n", "utf-8")
    # The key opens; the server does not know it.
    opened = Place(f"{bare}?key={key}&passphrase_file={secret}", tmp_path / "hosts")
    assert _code(opened, lambda place: place.names()) == "exchange.unreachable_login"
    missing = Place(f"{bare}?key={tmp_path / 'gone'}", tmp_path / "hosts")
    assert _code(missing, lambda place: place.names()) == "disk.read"


def test_a_host_known_by_another_kind_of_key_is_known(tmp_path: Path) -> None:
    with _sftp_server(tmp_path, 0) as port:
        url = f"sftp://officer:pa%3Ass@127.0.0.1:{port}/in"
        with Place(url, tmp_path / "hosts") as place:
            assert place.names() == []
        other = paramiko.ECDSAKey.generate()
        with (tmp_path / "hosts").open("a", encoding="utf-8") as hosts:
            hosts.write(f"[127.0.0.1]:{port} {other.get_name()} {other.get_base64()}\n")
        with Place(url, tmp_path / "hosts") as place:
            assert place.names() == []
        (tmp_path / "hosts").write_text(f"[127.0.0.1]:{port} {other.get_name()} {other.get_base64()}\n")
        changed = Place(url, tmp_path / "hosts")
        assert _code(changed, lambda there: there.names()) == "exchange.host_changed"
