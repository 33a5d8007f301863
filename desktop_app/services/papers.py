"""Says which package and revision a printed page belongs to, and whether its figures are those signed and those held now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from desktop_app.core.clock import stamp_moment
from desktop_app.core.i18n import Language, month_name, tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import classifier
from desktop_app.reports.paper_code import PaperCode, read_code
from desktop_app.services.exchange_papers import consolidated, local_moment, reported
from desktop_app.services.peers import own_card, peers
from desktop_app.services.signing import PAPERS, is_of, is_whole, kept_of
from desktop_app.services.words import place_words, short_digest
from desktop_app.services.workspace import Workspace
from desktop_app.storage.lanes import workstation_of
from desktop_app.storage.queries import Reader

_FIRST, _LAST = Period(1990, 1), Period(2999, 12)


@dataclass(frozen=True, slots=True)
class Carried:
    """A package that a paper went out with or came in by."""

    id: str
    direction: str
    number: int
    moment: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known here of a paper.

    Attributes:
        kind: ``month``, ``receipt``, ``consolidation``, ``key``, or ``digest`` where nothing is known of it.
        digest: what the paper says; of a key its fingerprint.
        is_known: there is such a paper here.
        is_signed: its figures are those that were signed (a receipt's, those in the package that carried it).
        is_kept: whether what was kept at the signing is whole; None where nothing was kept.
        is_now: its figures are those held now; None where that is no question.
        latest: the revision in force of its month.
        why: code of a message why it is not the same, empty where it is.
    """

    kind: str
    digest: str
    branch: str = ""
    period: Period | None = None
    revision: int = 0
    state: str = ""
    is_known: bool = False
    is_signed: bool = False
    is_kept: bool | None = None
    is_now: bool | None = None
    latest: int = 0
    name: str = ""
    packages: tuple[Carried, ...] = ()
    why: str = "paper.unknown"
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Tell whether the paper is known, was signed so and still says what is held here."""
        return self.is_known and not self.why


def paper(workspace: Workspace, text: str) -> Paper:
    """Return what is known of a paper by the text of its QR code, its short digest or a key's fingerprint.

    Raises:
        UsageFault: the text is none of them.
    """
    workspace.demand("read")
    code = read_code(text)
    if code.kind == "month":
        return _month(workspace, code)
    if code.kind == "receipt":
        return _receipt(workspace, code)
    if code.kind == "consolidation":
        return _consolidation(workspace, code, code.period)
    if code.kind == "key":
        return _key(workspace, code)
    return _by_digest(workspace, code)


def _month(workspace: Workspace, code: PaperCode) -> Paper:
    assert code.period is not None  # noqa: S101 - a month's code has one
    here = Paper("month", code.digest, code.branch, code.period, code.revision)
    with workspace.store.read() as reader:
        listed = list(
            reader.records("submission", "branch = ? AND month = ?", [code.branch, code.period.number])
        )
        by_revision = {r.values.revision: r for r in listed if r.values.digest}
        found = by_revision.get(code.revision)
        if found is None:
            return here
        said = found.values.digest.startswith(code.digest)
        now = said and is_of(reader, code.branch, code.period, found.values.digest)
        packages = _packages(workspace, reader, found.id, code.branch)
    kept = kept_of(workspace, found) if said else None
    whole = (
        is_whole(kept, code.branch, code.period) if kept else None if not found.extra.get(PAPERS) else False
    )
    latest = max(by_revision)
    why = (
        "paper.not_signed" if not said else "paper.not_whole" if whole is False
        else "paper.superseded" if latest > code.revision else "" if now else "paper.changed"
    )  # fmt: skip
    return replace(
        here, state=found.values.state, is_known=True, is_signed=said, is_kept=whole if said else None, is_now=now,
        latest=latest, packages=packages, why=why, params={"revision": latest, "digest": short_digest(found.values.digest)},
    )  # fmt: skip


def _packages(workspace: Workspace, reader: Reader, submission: str, branch: str) -> tuple[Carried, ...]:
    """Return the package that brought a closed month here, or the first that took it away."""
    columns = "SELECT id, direction, number, moment FROM package"
    noted = reader.rows(
        "SELECT note.record FROM change AS answer JOIN change AS note ON note.workstation = answer.workstation "
        "AND note.seq < answer.seq WHERE answer.record = ? AND answer.operation = 'received_month' "
        "AND note.operation = 'received' ORDER BY note.seq DESC LIMIT 1", [submission],
    )  # fmt: skip
    if noted:
        return tuple(Carried(*row) for row in reader.rows(f"{columns} WHERE id = ?", [noted[0][0]]))
    closed = reader.rows(
        "SELECT workstation, stamp FROM change WHERE record = ? AND operation = 'close' ORDER BY stamp LIMIT 1",
        [submission],
    )
    if not closed:
        return ()
    direction = "out" if workstation_of(closed[0][0]) == workspace.store.workstation else "in"
    since = stamp_moment(closed[0][1]).replace(microsecond=0).isoformat(timespec="seconds")
    rows = reader.rows(
        f"{columns} WHERE direction = ? AND branch = ? AND created >= ? AND changes > 0 ORDER BY created, number LIMIT 1",
        [direction, branch, since],
    )
    return tuple(Carried(*row) for row in rows)


def _receipt(workspace: Workspace, code: PaperCode) -> Paper:
    here = Paper("receipt", code.digest, name=code.name)
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT id, direction, number, moment, branch, digest FROM package WHERE kind = 'receipt' AND id LIKE ? "
            "AND direction <> 'aside'", [code.name + "%"],
        )  # fmt: skip
    if len(rows) != 1:
        return here
    *carried, branch, digest = rows[0]
    same = str(digest).startswith(code.digest)
    return replace(here, branch=branch, is_known=True, is_signed=same, packages=(Carried(*carried),),
                   why="" if same else "paper.not_signed", params={"digest": short_digest(digest)})  # fmt: skip


def _consolidation(workspace: Workspace, code: PaperCode, period: Period | None) -> Paper:
    assert period is not None  # noqa: S101 - a consolidation's code has one
    here = Paper("consolidation", code.digest, period=period)
    if workspace.branch:
        return replace(here, why="paper.headquarters_only")
    short, tie = consolidated(workspace, period)
    if not tie:
        return here
    count, digest = tie.split(":")[-2:]
    same = digest.startswith(code.digest[:32])
    return replace(here, is_known=True, is_signed=same, is_now=same, why="" if same else "paper.other_consolidation",
                   params={"n": count, "digest": short})  # fmt: skip


def _key(workspace: Workspace, code: PaperCode) -> Paper:
    here = Paper("key", code.digest, name=code.name)
    own = own_card(workspace)
    known = peers(workspace)
    cards = [own, *(peer.card for peer in known.values())]
    for card in cards:
        if card.workstation.lower() == code.name if code.name else card.fingerprint == code.digest:
            same = card.fingerprint == code.digest
            peer = known.get(card.workstation)
            revoked = peer.revoked if peer else ""
            why = "paper.other_key" if not same else "paper.revoked" if revoked else ""
            return replace(here, branch=card.branch, name=card.workstation, is_known=True, is_signed=same,
                           is_now=same and not revoked, why=why, params={"day": revoked, "digest": card.fingerprint})  # fmt: skip
    return here


def _by_digest(workspace: Workspace, code: PaperCode) -> Paper:
    """Look for a digest among the months, the receipts and, at headquarters, the consolidations."""
    begins = [code.digest[:32] + "%"]
    with workspace.store.read() as reader:
        months = list(reader.records("submission", "digest LIKE ?", begins))
        came = reader.rows(
            "SELECT id FROM package WHERE kind = 'receipt' AND direction <> 'aside' AND digest LIKE ?", begins
        )
    if months:
        found = max(months, key=lambda r: r.values.revision)
        period = Period.from_number(found.values.month)
        return _month(
            workspace, replace(code, branch=found.branch, period=period, revision=found.values.revision)
        )
    if came:
        return _receipt(workspace, replace(code, name=came[0][0]))
    if not workspace.branch:
        for number in sorted({month for _, month in reported(workspace, _FIRST, _LAST)}):
            one = _consolidation(workspace, code, Period.from_number(number))
            if one.is_signed:
                return one
    return Paper("digest", code.digest)


def paper_words(workspace: Workspace, found: Paper, language: Language) -> list[str]:
    """Return what is known of a paper, a line each: what it is, how it came or went, whether it holds."""
    lines = [_title(found, language)]
    lines.extend(
        tr(
            language,
            f"paper.{one.direction}",
            number=one.number,
            id=one.id[:8],
            moment=local_moment(one.moment),
        )
        for one in found.packages
    )
    if found.kind == "month" and found.is_known and not found.packages:
        lines.append(tr(language, "paper.no_package"))
    if found.is_same:
        return [*lines, tr(language, "paper.same_key" if found.kind == "key" else "paper.same")]
    return [*lines, tr(language, found.why, **found.params)]


def _title(found: Paper, language: Language) -> str:
    place = place_words(found.branch, language)
    if found.kind == "month" and found.period:
        state = classifier("submission_states").label(found.state, language) if found.state else "–"
        return tr(language, "paper.month", branch=place, period=month_name(found.period, language),
                  revision=found.revision, state=state, digest=short_digest(found.digest))  # fmt: skip
    if found.kind == "consolidation" and found.period:
        return tr(language, "paper.consolidation", period=month_name(found.period, language), digest=short_digest(found.digest))  # fmt: skip
    if found.kind == "key":
        return tr(language, "paper.key", branch=place if found.is_known else "–", name=found.name or "–")
    if found.kind == "receipt":
        return tr(
            language, "paper.receipt", id=found.name[:8], branch=place, digest=short_digest(found.digest)
        )
    return tr(language, "paper.digest", digest=short_digest(found.digest))


def paper_data(found: Paper) -> dict[str, Any]:
    """Return what is known of a paper for machines."""
    return {
        "kind": found.kind, "known": found.is_known, "same": found.is_same, "branch": found.branch,
        "period": str(found.period) if found.period else "", "revision": found.revision, "state": found.state,
        "latest_revision": found.latest, "digest": found.digest, "name": found.name,
        "as_signed": found.is_signed, "kept_whole": found.is_kept, "as_now": found.is_now, "why": found.why,
        "packages": [{"id": p.id, "direction": p.direction, "number": p.number, "moment": p.moment} for p in found.packages],
    }  # fmt: skip
