"""Commands of the exchange: keys, packages, answers to months, conflicts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from desktop_app.cli_base import (
    Branch,
    app,
    complain,
    give,
    key_app,
    language,
    new_passphrase,
    officer_passphrase,
    opened,
    out,
    progress,
    recovery_app,
    say,
)
from desktop_app.core.errors import EnvironmentFault, UsageFault
from desktop_app.core.i18n import tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import classifier


@key_app.command("show")
def key_show(
    file: Annotated[Path | None, typer.Option("--out", help="Write the card to a file.")] = None,
    picture: Annotated[
        Path | None, typer.Option("--qr", help="Write the card as a QR code, PNG or SVG.")
    ] = None,
) -> None:
    """Show this workstation's card and its fingerprint."""
    from desktop_app.reports.writers.qr import write_qr
    from desktop_app.services.peers import card_text, own_card, write_card_file

    if picture and picture.suffix.lower() not in (".png", ".svg"):
        raise UsageFault("usage.picture", suffix=picture.suffix)
    with opened() as workspace:
        workspace.demand("exchange")
        card, text = own_card(workspace), card_text(workspace)
    if file:
        write_card_file(text, file)
    if picture:
        write_qr(text, picture)
    say("key.own", workstation=card.workstation, fingerprint=card.fingerprint)
    if file:
        say("print.done", path=file)
    elif not picture:
        for line in text.splitlines():
            out(line)
    give(
        {
            "workstation": card.workstation,
            "branch": card.branch,
            "fingerprint": card.fingerprint,
            "card": text,
        }
    )


@key_app.command("add")
def key_add(
    file: Path,
    fingerprint: Annotated[str, typer.Option("--fingerprint", help="What the owner read out.")] = "",
) -> None:
    """Trust a workstation by its card."""
    from desktop_app.services.exchange_words import whose_words
    from desktop_app.services.peers import add_peer, card_in

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise EnvironmentFault("disk.read", path=file) from fault
    if fingerprint and card_in(text).fingerprint != fingerprint.strip().upper():
        raise UsageFault("key.fingerprint_differs")
    with opened() as workspace:
        peer = add_peer(workspace, text)
    say("key.added", whose=whose_words(peer.card, language()), fingerprint=peer.card.fingerprint)
    give({"workstation": peer.card.workstation, "fingerprint": peer.card.fingerprint})


@key_app.command("list")
def key_list() -> None:
    """List the workstations that packages are exchanged with."""
    from desktop_app.services.peers import peers

    with opened() as workspace:
        found = peers(workspace)
    for key, peer in found.items():
        state = tr(language(), "key.revoked_on", day=peer.revoked) if peer.revoked else peer.card.fingerprint
        out(f"{key}  {_place(peer.card.branch):<28} {peer.card.name:<20} {state}")
    give([{"workstation": key, "branch": peer.card.branch, "name": peer.card.name, "fingerprint": peer.card.fingerprint,
           "revoked": peer.revoked, "why": peer.why} for key, peer in found.items()])  # fmt: skip


@key_app.command("revoke")
def key_revoke(workstation: str, reason: Annotated[str, typer.Option("--reason")] = "") -> None:
    """Refuse a lost or replaced workstation's packages from now on."""
    from desktop_app.services.peers import revoke_peer

    with opened() as workspace:
        peer = revoke_peer(workspace, workstation, reason)
    say("key.revoked_now", name=peer.card.name, workstation=peer.card.workstation)


def _place(branch: str) -> str:
    from desktop_app.services.words import place_words

    return place_words(branch, language())


@app.command()
def send(
    periods: Annotated[list[str] | None, typer.Argument(help="Months to submit, e.g. 2023-12.")] = None,
    to: Annotated[str, typer.Option("--to", help="Folder or address: file, sftp, webdav, s3.")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Everything, whatever was sent before.")] = False,
    branch: Branch = "",
) -> None:
    """Send what the others do not have; months named are submitted with it."""
    from desktop_app.services.sending import send as run

    if not to:
        raise UsageFault("usage.send_to")
    with opened() as workspace:
        months = [Period.parse(text) for text in periods or []]
        done = run(workspace, to, months, whole=whole, branch=branch, progress=progress())
    if not done:
        say("exchange.nothing_new")
    for one in done:
        say("send.done", file=one.name, n=one.changes, to=", ".join(one.to))
    give([_sent(one) for one in done])


@app.command()
def receive(
    sources: list[str],
    reply: Annotated[
        bool, typer.Option("--reply/--no-reply", help="Headquarters: leave receipts in the same place.")
    ] = True,
) -> None:
    """Take packages in from files, folders and addresses."""
    from desktop_app.services.exchange_words import received_words, unanswered_words
    from desktop_app.services.receiving import Received, receive_and_answer
    from desktop_app.services.receiving import receive as run

    with opened() as workspace:
        told = progress()
        found, replied, unanswered = (
            receive_and_answer(workspace, sources, told)
            if reply
            else (run(workspace, sources, told), [], None)
        )
    if not found:
        say("receive.nothing")
    for one in found:
        out(received_words(one, language()))
    for sent in replied:
        say("send.done", file=sent.name, n=sent.changes, to=", ".join(sent.to))
    answers = [{**_sent(one), "reply": True} for one in replied]
    if unanswered:
        words = unanswered_words(unanswered, language())
        complain(words)
        answers.append({"reply": True, "error": unanswered.code, "message": words})
    give([*(_received(one) for one in found), *answers])

    def needs_a_look(one: Received) -> bool:
        return bool(
            one.refusal
            or one.merged.conflicts
            or one.merged.forks
            or one.merged.waiting
            or one.merged.quarantined
            or one.merged.unreadable
            or one.merged.after_closing
            or one.unfit
            or one.own
        )

    raise typer.Exit(3 if unanswered else 1 if any(needs_a_look(one) for one in found) else 0)


def _sent(one: Any) -> dict[str, Any]:
    return {"file": one.name, "id": one.header.id, "number": one.header.number, "changes": one.changes, "to": one.to,
            "bytes": one.header.length}  # fmt: skip


def _received(one: Any) -> dict[str, Any]:
    return {
        "file": one.name, "id": one.header.id if one.header else None, "refusal": one.refusal.code if one.refusal else None,
        "already": one.already, "taken": one.merged.taken, "known": one.merged.known, "waiting": one.merged.waiting,
        "unreadable": one.merged.unreadable, "forks": one.merged.forks, "quarantined": one.merged.quarantined, "after_closing": one.merged.after_closing, "conflicts": one.merged.conflicts,
        "missing": one.missing, "months": [[b, str(p), s] for b, p, s in one.months], "guidance": one.guidance, "unfit": one.unfit, "own": one.own,
    }  # fmt: skip


@recovery_app.command("officer")
def recovery_officer(name: str) -> None:
    """Name a recovery officer; the passphrase is asked for, or taken from TIZILIM_NEW_PASSPHRASE."""
    from desktop_app.services.recovery import add_officer, officers

    with opened() as workspace:
        add_officer(workspace, name, new_passphrase())
        known = [officer.name for officer in officers(workspace)]
    say("recovery.officer_added", name=name, n=len(known))
    give({"officers": known})


@recovery_app.command("open")
def recovery_open(
    workstation: str, by: Annotated[list[str], typer.Option("--by", help="An officer; name two.")],
    to: Annotated[Path, typer.Option("--to", help="Folder that the key file is written to.")],
) -> None:  # fmt: skip
    """Make a key file for a branch's database; both officers type their passphrases."""
    from desktop_app.services.peers import find_peer
    from desktop_app.services.recovery import recover

    with opened() as workspace:
        workspace.demand("users")
        key = find_peer(workspace, workstation).card.workstation
        path = recover(workspace, key, {name: officer_passphrase(name) for name in by}, new_passphrase(), to)
    say("recovery.done", path=path)
    give({"keys": str(path)})


@app.command()
def guide(files: list[Path]) -> None:
    """Headquarters: put form files, classifiers or calendars in force for every branch."""
    from desktop_app.services.guiding import publish

    with opened() as workspace:
        done = [publish(workspace, path) for path in files]
    for name, version in done:
        say("guide.done", name=name, version=str(version))
    give([{"name": name, "version": version} for name, version in done])


@app.command()
def accept(branch: str, periods: list[str]) -> None:
    """Headquarters: accept received months."""
    from desktop_app.services.verdicts import accept as run

    with opened() as workspace:
        done = run(workspace, branch, [Period.parse(text) for text in periods])
    for month in done:
        out(
            f"{_place(branch)} {month.period}: {classifier('submission_states').label(month.state, language())}"
        )
    give([{"period": str(m.period), "state": m.state} for m in done])


@app.command("return")
def return_(
    branch: str, period: str, reason: Annotated[str, typer.Option("--reason")] = "",
    records: Annotated[str, typer.Option("--records", help="Beginnings of record ids, comma between; new lets records be added.")] = "",
    until: Annotated[str, typer.Option("--until")] = "",
) -> None:  # fmt: skip
    """Headquarters: send a month back; exactly the named records open again at the branch."""
    from datetime import date

    from desktop_app.services.verdicts import return_month

    try:
        last = date.fromisoformat(until) if until else None
    except ValueError as fault:
        raise UsageFault("usage.date", text=until) from fault
    named = [text.strip() for text in records.split(",") if text.strip()]
    with opened() as workspace:
        month = return_month(workspace, branch, Period.parse(period), reason, named, last)
    say("return.done", place=_place(branch), period=month.period, until=month.reopened_until or "")
    give({"period": str(month.period), "revision": month.revision, "until": str(month.reopened_until)})


@app.command()
def status(
    branch: Branch = "", first: Annotated[str, typer.Option("--from")] = "", last: Annotated[str, typer.Option("--to")] = "",
) -> None:  # fmt: skip
    """Show where each month stands: a branch its own, headquarters branch by month."""
    from desktop_app.services.board import board
    from desktop_app.services.overview import span_of_records

    with opened() as workspace:
        span = span_of_records(workspace)
        begin, end = Period.parse(first) if first else span[0], Period.parse(last) if last else span[1]
        found = board(workspace, begin, end, [branch] if branch else ())
    for code in found.branches:
        out(f"{code} {_place(code)}")
        for period in found.periods:
            cell = found.cell(code, period)
            if cell.state not in ("NOT_YET", "NONE"):
                days = tr(
                    language(),
                    "board.days",
                    due=cell.due,
                    closed=cell.closed or "—",
                    received=cell.received or "—",
                )
                out(f"  {period}  {tr(language(), f'board.{cell.state}'):<14} {days}")
            if cell.after_closing:
                say("status.after_closing", n=cell.after_closing)
    if len(found.branches) > 1:
        for period in found.periods:
            out(f"{period}: {found.came(period)} / {found.expected(period)} ({found.share(period)} %)")
    give({code: {str(p): _cell(found.cell(code, p)) for p in found.periods} for code in found.branches})


def _cell(cell: Any) -> dict[str, Any]:
    return {"state": cell.state, "revision": cell.revision, "due": cell.due, "closed": cell.closed, "received": cell.received,
            "late": cell.is_late, "reported": cell.reported, "known": cell.known, "reason": cell.reason,
            "after_closing": cell.after_closing}  # fmt: skip
