"""The package file, written and read as a stream (``docs/package-format.md`` has it byte by byte).

The word ``TIZILIM1`` and a line break · header block of 8,192 bytes: one line of JSON, its signature, spaces · payload: age file to the
receivers over a zstd stream of frames. Nothing unsigned is parsed but one short line of JSON, nothing
unauthenticated reaches the frames, and a file that lacks its end frame is worth nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from desktop_app.core.errors import EnvironmentFault, FileRefusal
from desktop_app.exchange.keycard import OwnKeys, is_signed, sign

Kind = Literal["data", "receipt", "return", "keys", "guidance"]
MAGIC: Final = b"TIZILIM1\n"
VERSION: Final = 1
HEADER_BLOCK: Final = 8192
HEAD: Final = len(MAGIC) + HEADER_BLOCK
"""Bytes by which a package is told to be for somebody, before the rest of it is fetched."""
SUFFIX: Final = ".tzp"
_CONTEXT: Final = b"tizilim/package/1\0"
_CHUNK: Final = 1 << 18
_LEVEL: Final = 3
MAX_FRAME: Final = 16 * 1024 * 1024
MAX_PLAIN: Final = 16 * 1024 * 1024 * 1024
_FREE: Final = 64 * 1024 * 1024
_UNFOLDED: Final = 200
"""Bytes that one byte of a payload may unfold to beyond the first 64 MiB; changes, each with its hash, come to twenty."""
_FRAME: Final = struct.Struct(">cI")
_AGE_HEADER: Final = 16 * 1024
"""An age header may name many receivers; parsing thousands is quadratic, so its end must come early."""

Frame = tuple[bytes, bytes]
"""One letter for the type and the body: M manifest, C changes, B piece of an attachment, E end."""


@dataclass(frozen=True, slots=True)
class Header:
    """What may be known without the key; holds no personal data.

    Attributes:
        number: how many packages the sender has made before, plus one.
        plain: bytes of the frames before compression, so that a bomb is stopped on time.
    """

    v: Annotated[int, Meta(ge=1, le=999)]
    kind: Annotated[str, Meta(pattern=r"^[a-z]{1,20}$")]
    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
    branch: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{0,12}$")]
    sender: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,40}$")]
    to: tuple[Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,40}$")], ...]
    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    created: Annotated[str, Meta(pattern=r"^[0-9T:.+Z-]{10,40}$")]
    schema: Annotated[str, Meta(max_length=20)]
    length: Annotated[int, Meta(ge=0, le=2**40)] = 0
    plain: Annotated[int, Meta(ge=0, le=2**40)] = 0
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$|^$")] = ""

    def line(self) -> bytes:
        """Return the header as it is signed."""
        return json.dumps(asdict(self), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A workstation that a package is sealed to."""

    workstation: str
    seal_key: str


def new_package_id() -> str:
    """Return a random package id, 32 hexadecimal digits."""
    return secrets.token_hex(16)


class _Source:
    """Reads like a file what an iterator of frames gives, compressed on the way."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        import zstandard

        self._frames = iter(frames)
        # A thread of its own: the next frames are read and written out while these are squeezed.
        self._squeeze = zstandard.ZstdCompressor(level=_LEVEL, threads=1).compressobj()
        self._ready = bytearray()
        self._done = False
        self._sum = hashlib.sha256()
        self._count = 0
        self.plain = 0

    def read(self, size: int = -1) -> bytes:
        while not self._done and (size < 0 or len(self._ready) < size):
            self._more()
        size = len(self._ready) if size < 0 else size
        given = bytes(self._ready[:size])
        del self._ready[:size]
        return given

    def _more(self) -> None:
        frame = next(self._frames, None)
        if frame is not None:
            self._put(*frame)
            return
        end = {"frames": self._count, "sha256": self._sum.hexdigest()}
        self._put(b"E", json.dumps(end, sort_keys=True).encode())
        self._ready += self._squeeze.flush()
        self._done = True

    def _put(self, letter: bytes, body: bytes) -> None:
        head = _FRAME.pack(letter, len(body))
        self._sum.update(head)
        self._sum.update(body)
        self._count += 1
        self.plain += len(head) + len(body)
        self._ready += self._squeeze.compress(head)
        self._ready += self._squeeze.compress(body)


class _Sink:
    """Writes to a file, counting and hashing."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.length = 0
        self.sum = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.length += len(data)
        self.sum.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def write_package(
    target: Path, header: Header, frames: Iterable[Frame], receivers: Sequence[Receiver], keys: OwnKeys
) -> Header:
    """Write a package under a temporary name, make it durable, rename it; return its completed header.

    Raises:
        EnvironmentFault: the disk says no; nothing keeps the name.
    """
    import pyrage

    part = target.with_name(f".part-{secrets.token_hex(6)}")
    try:
        with part.open("w+b") as file:
            file.write(MAGIC + b" " * HEADER_BLOCK)
            source, sink = _Source(frames), _Sink(file)
            pyrage.encrypt_io(
                source, sink, [pyrage.x25519.Recipient.from_str(one.seal_key) for one in receivers]
            )
            whole = replace(header, length=sink.length, plain=source.plain, sha256=sink.sum.hexdigest())
            block = whole.line() + b"\n" + sign(keys, _CONTEXT, whole.line()).encode() + b"\n"
            if len(block) > HEADER_BLOCK:
                raise EnvironmentFault("package.too_many_receivers", n=len(receivers))
            file.seek(len(MAGIC))
            file.write(block)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise EnvironmentFault("disk.write", path=target.parent) from fault
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return whole


def read_header(path: Path) -> tuple[Header, bytes, str]:
    """Return a package's header, its line as signed, and the signature; nothing of it is trusted yet.

    Raises:
        FileRefusal: no package, of a newer version, or cut off within the header.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(MAGIC))
            block = file.read(HEADER_BLOCK)
    except OSError as fault:
        raise EnvironmentFault("disk.read", path=path) from fault
    if magic != MAGIC:
        newer = magic.startswith(b"TIZILIM") and magic[7:8].isdigit() and magic[7:8] > b"1"
        raise FileRefusal("package.newer" if newer else "package.none", file=path.name)
    if len(block) < HEADER_BLOCK:
        raise FileRefusal("package.cut_off", file=path.name)
    line, _, rest = block.partition(b"\n")
    signature, _, spaces = rest.partition(b"\n")
    header = _header_of(line, path.name)
    if header.line() != line or spaces.strip(b" "):
        raise FileRefusal("package.damaged", file=path.name)
    try:
        text = signature.decode("ascii")
    except UnicodeError as fault:
        raise FileRefusal("package.damaged", file=path.name) from fault
    return header, line, text


class _Version(msgspec.Struct):
    v: int


def _header_of(line: bytes, name: str) -> Header:
    """Read a header by its types: nobody has signed for it yet."""
    try:
        if msgspec.json.decode(line, type=_Version).v > VERSION:
            raise FileRefusal("package.newer", file=name)
        return msgspec.json.decode(line, type=Header)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        raise FileRefusal("package.damaged", file=name) from fault


def check_package(path: Path, header: Header, line: bytes, signature: str, sign_key: str) -> None:
    """Check signature, length and digest before anything inside is opened.

    Raises:
        FileRefusal: bad signature, cut off, longer than signed, or altered.
    """
    if not is_signed(sign_key, _CONTEXT, line, signature):
        raise FileRefusal("package.bad_signature", file=path.name)
    start = HEAD
    size = path.stat().st_size - start
    if size < header.length:
        raise FileRefusal("package.cut_off", file=path.name)
    sums = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        early = file.read(_AGE_HEADER)
        if size > header.length or b"\n--- " not in early:
            raise FileRefusal("package.damaged", file=path.name)
        sums.update(early)
        while piece := file.read(_CHUNK):
            sums.update(piece)
    if sums.hexdigest() != header.sha256:
        raise FileRefusal("package.damaged", file=path.name)


class _Frames:
    """Takes opened bytes as they come and hands whole frames on."""

    def __init__(self, name: str, header: Header, take: Callable[[bytes, bytes], None]) -> None:
        import zstandard

        self._name, self._header, self._take = name, header, take
        self._most = min(header.plain, MAX_PLAIN, _FREE + _UNFOLDED * header.length)
        self._stretch = zstandard.ZstdDecompressor().decompressobj()
        self._ready = bytearray()
        self._sum = hashlib.sha256()
        self._plain = 0
        self._count = 0
        self.ended = False

    def write(self, data: bytes) -> int:
        import zstandard

        # Small pieces: what one piece can unfold to stays small, so the signed length stops a bomb early.
        for start in range(0, len(data), 1024):
            try:
                opened = self._stretch.decompress(data[start : start + 1024])
            except zstandard.ZstdError as fault:
                raise self._damaged() from fault
            self._plain += len(opened)
            if self._plain > self._most:
                raise FileRefusal("package.bomb", file=self._name)
            self._ready += opened
            self._deliver()
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def _damaged(self) -> FileRefusal:
        return FileRefusal("package.damaged", file=self._name)

    def _deliver(self) -> None:
        place = 0
        while len(self._ready) - place >= _FRAME.size:
            letter, length = _FRAME.unpack_from(self._ready, place)
            if length > MAX_FRAME or self.ended:
                raise self._damaged()
            stop = place + _FRAME.size + length
            if len(self._ready) < stop:
                break
            whole = bytes(self._ready[place:stop])
            place = stop
            body = whole[_FRAME.size :]
            if letter == b"E":
                self._end(body)
            else:
                self._sum.update(whole)
                self._count += 1
                self._take(letter, body)
        del self._ready[:place]

    def _end(self, body: bytes) -> None:
        try:
            said = msgspec.json.decode(body, type=dict[str, int | str])
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
            raise self._damaged() from fault
        if said != {"frames": self._count, "sha256": self._sum.hexdigest()}:
            raise self._damaged()
        self.ended = True


def open_package(path: Path, header: Header, keys: OwnKeys, take: Callable[[bytes, bytes], None]) -> None:
    """Open a checked package and give each frame to ``take``; what it raises stops the reading.

    Raises:
        FileRefusal: not sealed to this workstation, damaged, cut off, or more than the header says.
    """
    import pyrage

    frames = _Frames(path.name, header, take)
    try:
        with path.open("rb") as file:
            file.seek(HEAD)
            pyrage.decrypt_io(file, frames, [pyrage.x25519.Identity.from_str(keys.seal_identity)])
    except pyrage.DecryptError as fault:
        code = "package.not_for_us" if "key" in str(fault).lower() else "package.damaged"
        raise FileRefusal(code, file=path.name) from fault
    if not frames.ended:
        raise FileRefusal("package.cut_off", file=path.name)


def file_name(header: Header) -> str:
    """Return the name a package is given; readers never rely on it."""
    place = header.branch or "hq"
    return f"{place}-{header.sender}-{header.number:08d}-{header.id[:8]}{SUFFIX}"
