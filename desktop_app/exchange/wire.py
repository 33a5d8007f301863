"""What stands in the frames: the manifest and blocks of changes, as JSON decoded by types.

A signature says who wrote something, not that it is sane: whatever is of another type, out of range or
endlessly deep is no package. What this version does not know besides is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final, NotRequired, TypedDict, TypeVar

import msgspec
from msgspec import Meta

Carried = tuple[str, str]
"""Entry as its author hashed it, and the hash."""
BLOCK = 1000
"""Changes in one frame: enough to compress well, few enough to hold in memory."""
_MOST: Final = 2**31 - 1
T = TypeVar("T")

Lane = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z.~-]{0,63}$")]
"""Name of a workstation or of one of its sequences."""
Count = Annotated[int, Meta(ge=0, le=_MOST)]
Number = Annotated[int, Meta(ge=1, le=_MOST)]
_Word = Annotated[str, Meta(max_length=80)]
_Line = Annotated[str, Meta(max_length=400)]
_Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
_Stamp = Annotated[str, Meta(pattern=r"^([0-9a-d][0-9a-f]{15}|[0-9a-f]{1,15})$")]
"""Digits of the hybrid clock, before the year 9700."""
_Day = Annotated[str, Meta(pattern=r"^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
_Branch = Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{0,12}$")]


class WireFault(Exception):
    """A frame is not what it should be.

    Attributes:
        place: where in it, empty when it is no JSON at all.
    """

    def __init__(self, place: str = "") -> None:
        super().__init__(place)
        self.place = place


class Order(TypedDict):
    """What a note of closing or reopening orders."""

    revision: NotRequired[Annotated[int, Meta(ge=0, le=9999)]]
    records: NotRequired[Annotated[list[_Word], Meta(max_length=20_000)]]
    until: NotRequired[_Day]


class Entry(TypedDict):
    """One change."""

    w: Lane
    n: Number
    t: _Stamp
    u: _Line
    r: _Word
    id: _Line
    op: _Word
    b: _Branch
    p: Annotated[int, Meta(ge=0, le=999912)]
    prev: _Digest
    set: dict[_Word, str | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None]
    kept: NotRequired[dict[_Word, str]]
    extra: NotRequired[dict[_Line, str]]
    base: NotRequired[dict[_Line, list[tuple[Lane, Number]]]]
    why: NotRequired[str]
    order: NotRequired[Order]


class Said(msgspec.Struct):
    """What decides whether a change may come from its sender: sequence, number, branch."""

    w: Lane
    n: Number
    b: str


class Piece(msgspec.Struct):
    """A form, a classifier or a calendar that headquarters sends down."""

    name: _Word
    version: Number
    body: Annotated[str, Meta(max_length=2**20)]


class Revoked(msgspec.Struct):
    """A workstation that headquarters trusts no longer."""

    workstation: Lane
    day: _Day
    why: _Line = ""


class Announced(msgspec.Struct):
    """A recovery officer as branches are told of him."""

    name: _Line
    recipient: _Line


class Share(msgspec.Struct):
    """A branch's key in part, sealed to an officer."""

    officer: _Line
    sealed: Annotated[str, Meta(max_length=4096)]


class ReceiptPackage(msgspec.Struct):
    """A package that a receipt is for."""

    id: _Word
    number: Count
    changes: Count
    moment: _Word


class ReceiptMonth(msgspec.Struct):
    """Where a receipt says that a month stands."""

    month: Annotated[int, Meta(ge=100001, le=999812)]
    revision: Count
    state: _Word
    digest: _Word
    records: Count


class Receipt(msgspec.Struct):
    """Which packages came and where each month stands."""

    packages: Annotated[list[ReceiptPackage], Meta(max_length=100_000)]
    months: Annotated[list[ReceiptMonth], Meta(max_length=10_000)]


class Manifest(msgspec.Struct):
    """What a package says of itself besides its changes.

    Attributes:
        vector: sequence → number of the last change that the sender has.
        since: from which numbers on it carries changes.
        ordinals: receiver → how many packages it has been sent with this one.
        stopped: sequence → number under which the sender met two changes.
        ends: sequence of another workstation → hash of the last change of it that the sender has.
        anew: moment from which the sender's word on what it has counts; later than its last one after a restoration.
    """

    id: str = ""
    sender: str = ""
    branch: str = ""
    kind: str = ""
    vector: Annotated[dict[Lane, Count], Meta(max_length=100_000)] = {}
    since: Annotated[dict[Lane, Count], Meta(max_length=100_000)] = {}
    ordinals: Annotated[dict[Lane, Annotated[int, Meta(ge=0, le=10_000_000)]], Meta(max_length=10_000)] = {}
    receipt: Receipt | None = None
    guidance: Annotated[list[Piece], Meta(max_length=500)] = []
    revoked: Annotated[list[Revoked], Meta(max_length=10_000)] = []
    officers: Annotated[list[Announced], Meta(max_length=100)] = []
    shares: Annotated[list[Share], Meta(max_length=100)] = []
    stopped: Annotated[dict[Lane, Number], Meta(max_length=10_000)] = {}
    ends: Annotated[dict[Lane, _Digest], Meta(max_length=100_000)] = {}
    anew: _Word = ""


MONTH_TEXTS: Final[dict[str, Any]] = {
    "sections": dict[str, str], "totals": dict[str, dict[str, int]], "difference": list[dict[str, Any]],
    "reopened": list[dict[str, Any]],
}  # fmt: skip
"""Fields of a month that hold a text of a build of its own."""
LARGEST_MANIFEST: Final = 8 * 2**20
_NUL: Final = "\\u0000"
_ENTRY: Final = msgspec.json.Decoder(Entry)


def encode(data: Any) -> bytes:
    """Return a manifest as a frame's body; blocks of changes come from the database as they are."""
    return msgspec.json.encode(data)


def manifest_of(body: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        WireFault: it is none.
    """
    if len(body) > LARGEST_MANIFEST or _NUL.encode() in body:
        raise WireFault("manifest")
    return _decoded(body, Manifest)


def changes_of(body: bytes) -> list[Carried]:
    """Read a block of changes.

    Raises:
        WireFault: it is none.
    """
    return _decoded(body, list[tuple[str, str]])


def said_by(carried: Iterable[Carried]) -> list[Said]:
    """Return what each change says of where it belongs.

    Raises:
        WireFault: one is no change.
    """
    return [_decoded(entry.encode(), Said) for entry, _ in carried]


def entry_of(text: str) -> dict[str, Any]:
    """Read one change; keys that this version does not know are left out.

    Raises:
        WireFault: it is none.
    """
    if "\0" in text or _NUL in text:  # neither database of the two could keep it as text
        raise WireFault("NUL")
    try:
        found: dict[str, Any] = _ENTRY.decode(text)  # type: ignore[assignment]
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        raise WireFault(_place(fault)) from fault
    if found["p"] and not 1 <= found["p"] % 100 <= 12:
        raise WireFault("$.p")
    if (text.count("{") > _DEEPEST or text.count("[") > _DEEPEST) and _is_deep(text):
        raise WireFault("depth")
    return found


_DEEPEST: Final = 200
"""Nesting of an entry's brackets: it has five levels; more is left to newer versions, but not without end."""


def _is_deep(text: str) -> bool:
    depth = 0
    for letter in text:
        if letter in "[{":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif letter in "]}":
            depth -= 1
    return False


def files_in(body: bytes) -> set[str]:
    """Return the digests of the files that a block of changes names."""
    found: set[str] = set()
    if b"file:" not in body:  # most blocks name none: a look at the text spares reading it
        return found
    for entry, _ in changes_of(body):
        if '"file:' in entry:
            extra: Any = msgspec.json.decode(entry).get("extra", {})
            found.update(
                digest for name, digest in extra.items()
                if name.startswith("file:") and isinstance(digest, str) and digest
            )  # fmt: skip
    return found


def is_month_text(name: str, text: str | None) -> bool:
    """Tell whether a text of :data:`MONTH_TEXTS` is built as it should be; none is right too."""
    try:
        return not text or msgspec.json.decode(text, type=MONTH_TEXTS[name]) is not None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False


def said_again(receipt: Receipt | None) -> dict[str, Any] | None:
    """Return a receipt as it is kept."""
    return None if receipt is None else dict(msgspec.to_builtins(receipt))


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        raise WireFault(_place(fault)) from fault


def _place(fault: BaseException) -> str:
    """Return where in a text a fault lies, without the library's own words."""
    return str(fault).rpartition(" - at `")[2].rstrip("`") if " - at `" in str(fault) else ""
