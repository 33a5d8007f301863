"""What the QR code of a printed page says: which paper it is, of which revision, and whether its figures are those held here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from desktop_app.core.clock import stamp_moment
from desktop_app.core.errors import UsageFault
from desktop_app.core.i18n import Language, month_name, tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import branch_name, classifier
from desktop_app.domain.record import Record
from desktop_app.services.exchange_papers import consolidated
from desktop_app.services.months import submissions
from desktop_app.services.peers import own_card, peers
from desktop_app.services.receipts import receipts
from desktop_app.services.signing import is_of
from desktop_app.services.words import place_words, short_digest
from desktop_app.services.workspace import Workspace

Verdict = Literal["same", "differs", "unknown"]
_DIGEST: Final = r"(?P<digest>[0-9a-f]{32,64})"
_PERIOD: Final = r"(?P<period>\d{4}-\d{2})"
_KEY: Final = r"(?P<key>[0-9a-z_.-]{1,64})"
# A scanner types as a keyboard: with Russian letters switched on, each key gives the letter that stands on it.
_KEYS: Final = str.maketrans(
    "йцукенгшщзфывапролдячсмитьЖжЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ",
    "qwertyuiopasdfghjklzxcvbnm::QWERTYUIOPASDFGHJKLZXCVBNM",
)


@dataclass(frozen=True, slots=True)
class Scanned:
    """The answer to a scanned page.

    Attributes:
        kind: ``month``, ``receipt``, ``consolidation`` or ``keycard``.
        verdict: the figures (or the key) are those held here, are others, or the paper is not known here.
        why: code of what is said.
        printed: short digest on the paper, ``held`` the one here.
        package: id of the package that carried it, where it is known.
        is_latest: no later revision is known.
        still_so: the records of the month, as they stand now, are those that the paper was signed with.
    """

    kind: str
    verdict: Verdict
    why: str
    branch: str = ""
    period: str = ""
    revision: int = 0
    state: str = ""
    package: str = ""
    workstation: str = ""
    printed: str = ""
    held: str = ""
    is_latest: bool = True
    still_so: bool = True


def scanned(workspace: Workspace, text: str) -> Scanned:
    """Return which paper a scanned text belongs to and whether its figures are those held here.

    Raises:
        UsageFault: it is no text of our papers.
    """
    workspace.demand("read")
    bare = "".join(text.split()).translate(_KEYS)
    for pattern, answer in _PAPERS:
        if found := re.fullmatch(pattern, bare, re.IGNORECASE):
            try:
                return answer(workspace, {name: part.lower() for name, part in found.groupdict().items()})
            except ValueError as fault:  # a thirteenth month
                raise UsageFault("usage.paper") from fault
    raise UsageFault("usage.paper")


def _month(workspace: Workspace, said: dict[str, str]) -> Scanned:
    period, revision, digest = Period.parse(said["period"]), int(said["revision"]), said["digest"]
    branch = said["branch"]
    closed = [r for r in submissions(workspace, branch, period) if r.values.digest]
    here = next((r for r in closed if r.values.revision == revision), None)
    known: dict[str, Any] = {
        "branch": branch,
        "period": str(period),
        "revision": revision,
        "printed": short_digest(digest),
    }
    if here is None:
        return Scanned("month", "unknown", "paper.no_revision", **known, is_latest=False, still_so=False)
    values = here.values
    same = values.digest.startswith(digest)
    with workspace.store.read() as reader:
        still_so = is_of(reader, branch, period, values.digest)
    is_latest = closed[-1].values.revision == revision
    why = "paper.same" if same and is_latest else "paper.earlier" if same else "paper.differs"
    return Scanned("month", "same" if same else "differs", why, **known, state=values.state, held=short_digest(values.digest),
                   package=_package(workspace, here), is_latest=is_latest, still_so=still_so)  # fmt: skip


def _package(workspace: Workspace, revision: Record) -> str:
    """Return the package that carried a revision: the first one made after it was closed."""
    way = "out" if workspace.branch else "in"
    with workspace.store.read() as reader:
        closed = reader.rows(
            "SELECT min(stamp) FROM change WHERE register = 'submission' AND record = ? AND entry LIKE ?",
            [revision.id, f"%{revision.values.digest}%"],
        )[0][0]
        if not closed:
            return ""
        moment = stamp_moment(closed).isoformat(timespec="seconds")
        rows = reader.rows(
            "SELECT id FROM package WHERE direction = ? AND kind = 'data' AND branch = ? AND created >= ? "
            "ORDER BY created, number LIMIT 1", [way, revision.branch, moment],
        )  # fmt: skip
    return str(rows[0][0]) if rows else ""


def _receipt(workspace: Workspace, said: dict[str, str]) -> Scanned:
    digest, key = said["digest"], said["key"]
    known: dict[str, Any] = {"package": key, "printed": short_digest(digest)}
    held = next((one.digest for one in receipts(workspace) if one.package.lower() == key), "")
    if not held:
        with workspace.store.read() as reader:
            rows = reader.rows(
                "SELECT digest, branch FROM package WHERE kind = 'receipt' AND lower(id) = ?", [key]
            )
        if not rows:
            return Scanned("receipt", "unknown", "paper.no_receipt", **known)
        held, known["branch"] = str(rows[0][0]), str(rows[0][1])
    same = held.lower().startswith(digest)
    return Scanned("receipt", "same" if same else "differs", "paper.receipt_same" if same else "paper.differs",
                   **{"branch": workspace.branch, **known}, held=short_digest(held))  # fmt: skip


def _consolidation(workspace: Workspace, said: dict[str, str]) -> Scanned:
    period, digest = Period.parse(said["period"]), said["digest"]
    known: dict[str, Any] = {"period": str(period), "printed": short_digest(digest)}
    held, tie = ("", "") if workspace.branch else consolidated(workspace, period)
    if not tie:
        return Scanned("consolidation", "unknown", "paper.no_consolidation", **known)
    same = tie == f"TZC1:{period}:{int(said['count'])}:{digest[:32]}"
    why = "paper.consolidation_same" if same else "paper.consolidation_differs"
    return Scanned("consolidation", "same" if same else "differs", why, **known, held=held, still_so=same)


def _keycard(workspace: Workspace, said: dict[str, str]) -> Scanned:
    key, printed = said["key"], _bare(said["fingerprint"])
    own = own_card(workspace)
    known = next((one for name, one in peers(workspace).items() if name.lower() == key), None)
    card = own if own.workstation.lower() == key else known.card if known else None
    if card is None:
        return Scanned("keycard", "unknown", "paper.no_key", workstation=key, printed=said["fingerprint"])
    same = _bare(card.fingerprint) == printed
    revoked = known is not None and bool(known.revoked)
    why = "paper.key_differs" if not same else "paper.key_revoked" if revoked else "paper.key_same"
    return Scanned("keycard", "same" if same and not revoked else "differs", why, card.branch, workstation=card.workstation,
                   printed=said["fingerprint"], held=card.fingerprint, is_latest=not revoked)  # fmt: skip


def _bare(fingerprint: str) -> str:
    return "".join(sign for sign in fingerprint.lower() if sign.isalnum())


_PAPERS: Final[tuple[tuple[str, Callable[[Workspace, dict[str, str]], Scanned]], ...]] = (
    (rf"TZ1:(?P<branch>\d{{2}}):{_PERIOD}:(?P<revision>\d{{1,4}}):{_DIGEST}", _month),
    (rf"TZR1:{_KEY}:{_DIGEST}", _receipt),
    (rf"TZC1:{_PERIOD}:(?P<count>\d{{1,3}}):{_DIGEST}", _consolidation),
    (rf"TZK1:{_KEY}:(?P<fingerprint>[0-9a-z: -]{{8,120}})", _keycard),
)


def scanned_words(answer: Scanned, language: Language) -> str:
    """Return the answer in a sentence or two: the paper, then whether it is so and what to do."""
    parts = [tr(language, f"paper.{answer.kind}")]
    if answer.branch:
        parts.append(branch_name(answer.branch, language))
    elif answer.kind == "keycard" and answer.verdict != "unknown":
        parts.append(place_words("", language))
    if answer.period:
        parts.append(month_name(Period.parse(answer.period), language))
    if answer.revision:
        parts.append(tr(language, "ui.revision", n=answer.revision))
    if answer.state:
        parts.append(classifier("submission_states").label(answer.state, language))
    said = [", ".join(parts) + ".", tr(language, answer.why, printed=answer.printed, held=answer.held)]
    if answer.kind == "month" and answer.verdict == "same" and not answer.still_so:
        said.append(tr(language, "paper.changed_since"))
    if answer.package and answer.kind != "keycard":
        said.append(tr(language, "paper.package", package=answer.package))
    return " ".join(said)
