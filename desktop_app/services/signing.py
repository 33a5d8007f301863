"""What a month is signed with: the digest of its records, and the papers kept as they were.

The papers are kept by their content beside the attachments and travel like them: a form, a register, a list of codes
or a version of the program that comes later changes nothing on the paper of a closed month.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.i18n import Language
from desktop_app.core.paths import RESOURCES
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record
from desktop_app.domain.register import RegisterType, monthly_registers
from desktop_app.reports.document import Document
from desktop_app.reports.frozen import freeze
from desktop_app.services.months import as_json
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

PAPERS: Final = "file:papers"
"""Among a revision's extra values: the digest of the papers that it was signed with."""
_LARGEST: Final = 256 * 2**20
"""Bytes that kept papers may take once unpacked."""
_FORMAT: Final = 1


def digest_of(reader: Reader, branch: str, period: Period) -> str:
    """Return the digest of what was entered in a month.

    Each field that holds something counts by its name, so that a register or a field that a later version adds
    changes no digest of a month without it.
    """
    sha = hashlib.sha256(f"2 {branch} {period}".encode())
    for kind in sorted(monthly_registers(), key=lambda kind: kind.code):
        for entered in _entered(reader, kind, branch, period):
            sha.update(as_json([kind.code, entered]).encode())
    return sha.hexdigest()


def _entered(reader: Reader, kind: RegisterType, branch: str, period: Period) -> Iterator[dict[str, Any]]:
    names = ["id", "kept", *(item.name for item in kind.entered)]
    for row in _live(reader, kind.code, names, branch, period):
        yield {name: value for name, value in zip(names, row, strict=True) if value not in (None, "")}


def _live(
    reader: Reader, register: str, names: list[str], branch: str, period: Period
) -> list[tuple[Any, ...]]:
    return reader.rows(
        f"SELECT {', '.join(names)} FROM {register} WHERE branch = ? AND period = ? AND void = '' ORDER BY id",
        [branch, period.number],
    )


@cache
def _first_release() -> dict[str, list[str]]:
    """Return the fields over which the first released version took its digests, by register in its order."""
    found: dict[str, list[str]] = json.loads((RESOURCES / "releases" / "0.1.0.json").read_text("utf-8"))[
        "signed_over"
    ]
    return found


def _first_digest(reader: Reader, branch: str, period: Period) -> str:
    """Return the digest as the first released version took it; empty where a field of it is gone."""
    sha = hashlib.sha256(f"{branch} {period}".encode())
    known = {kind.code: kind for kind in monthly_registers()}
    for code, fields in _first_release().items():
        if code not in known or not set(fields) <= set(known[code].by_name):
            return ""
        for row in _live(reader, code, ["id", "kept", *fields], branch, period):
            sha.update(as_json(row).encode())
    return sha.hexdigest()


def is_of(reader: Reader, branch: str, period: Period, digest: str) -> bool:
    """Tell whether the records of a month, as they are now, are those that a digest was taken over."""
    return bool(digest) and digest in (
        digest_of(reader, branch, period),
        _first_digest(reader, branch, period),
    )


Papers = dict[Language, dict[str, Document]]
"""Language → name of the report → document."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The papers of one revision as they were signed: by language and name, and the records behind them."""

    digest: str
    papers: Mapping[str, Mapping[str, Any]]
    records: Mapping[str, Any]


def keep(work: Work, revision: Record, papers: Papers) -> Record:
    """Keep the papers of a month that is being closed, and its records with derived values; return its revision with their digest."""
    branch, period = revision.branch, Period.from_number(revision.values.month)
    records = {}
    for kind in monthly_registers():
        names = ["id", "kept", "extra", *(item.name for item in kind.fields)]
        rows = _live(work.reader, kind.code, names, branch, period)
        records[kind.code] = {"fields": names, "entered": [f.name for f in kind.entered], "rows": rows}
    content = {
        "format": _FORMAT, "branch": branch, "period": str(period), "revision": revision.values.revision,
        "digest": revision.values.digest, "records": records,
        "papers": {language: [[name, freeze(paper)] for name, paper in found.items()] for language, found in papers.items()},
    }  # fmt: skip
    body = zlib.compress(as_json(content).encode(), 6)
    digest = hashlib.sha256(body).hexdigest()
    if not work.reader.rows("SELECT 1 FROM blob WHERE digest = ?", [digest]):
        work.run("INSERT INTO blob(digest, size, body) VALUES (?, ?, ?)", (digest, len(body), body))
    return dataclasses.replace(revision, extra={**revision.extra, PAPERS: digest})


def kept_of(workspace: Workspace, revision: Record) -> Kept | None:
    """Return the papers that a revision was signed with; none where they were not kept, did not come or are not whole."""
    named = revision.extra.get(PAPERS, "")
    if not named:
        return None
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT body FROM blob WHERE digest = ?", [named])
    body = bytes(rows[0][0]) if rows else b""
    if hashlib.sha256(body).hexdigest() != named:
        return None
    found = _content(body)
    said = (found.get("branch"), found.get("period"), found.get("revision"), found.get("digest"))
    values = revision.values
    if said != (revision.branch, str(Period.from_number(values.month)), values.revision, values.digest):
        return None
    try:
        papers = {language: dict(listed) for language, listed in found["papers"].items()}
        return Kept(values.digest, papers, dict(found["records"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _content(body: bytes) -> dict[str, Any]:
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(body, _LARGEST)
        found = json.loads(text) if unpack.eof else None
    except (zlib.error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and found.get("format") == _FORMAT else {}


def is_whole(kept: Kept, branch: str, period: Period) -> bool:
    """Tell whether the kept records are those that the digest was taken over."""
    sha = hashlib.sha256(f"2 {branch} {period}".encode())
    try:
        for code, part in sorted(kept.records.items()):
            counted = {"id", "kept", *part["entered"]}
            for row in part["rows"]:
                stored = zip(part["fields"], row, strict=True)
                entered = {
                    name: value for name, value in stored if name in counted and value not in (None, "")
                }
                sha.update(as_json([code, entered]).encode())
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return sha.hexdigest() == kept.digest
