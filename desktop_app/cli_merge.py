"""Commands about what came in and what belongs to records: conflicts, things set aside, files, receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desktop_app.cli_base import app, give, language, opened, out, say, vars_of, whole_id
from desktop_app.domain.classifiers import classifier


@app.command()
def conflicts() -> None:
    """List values that were entered side by side and wait for a person."""
    from desktop_app.services.conflicts import listed as run
    from desktop_app.services.exchange_words import side_words, station_words

    with opened() as workspace:
        found = run(workspace)
        stations = station_words(workspace, language())
        worded = [side_words(workspace, one, stations, language()) for one in found]
    for one, (title, lines) in zip(found, worded, strict=True):
        out(f"{one.record} {one.field}  {title}")
        for place, line in enumerate(lines):
            out(f"  [{place}] {line}")
    give([{"register": c.register, "record": c.record, "field": c.field,
           "sides": [{"value": s.value, "author": s.author, "workstation": s.head[0], "stamp": s.stamp} for s in c.sides]}
          for c in found])  # fmt: skip
    raise typer.Exit(1 if found else 0)


@app.command()
def resolve(
    record: str, field: str, take: Annotated[int, typer.Option("--take", help="Number of the side.")] = 0
) -> None:
    """Decide a conflict for one of its sides."""
    from desktop_app.services.conflicts import listed
    from desktop_app.services.conflicts import resolve as run
    from desktop_app.services.short_ids import of_these, the_one

    with opened() as workspace:
        waiting = of_these(record, [(c.register, c.record) for c in listed(workspace)])
        register, key = the_one(workspace, record, waiting) or whole_id(workspace, record)
        run(workspace, register, key, field, take)
    say("conflict.resolved")


@app.command()
def attach(record: str, files: list[Path]) -> None:
    """Attach files to a record, e.g. the scanned order."""
    from desktop_app.services.attachments import attach as run

    with opened() as workspace:
        register, key = whole_id(workspace, record)
        done = [run(workspace, register, key, path) for path in files]
    for one in done:
        say("attachment.done", file=one.name)
    give([{"name": one.name, "digest": one.digest, "size": one.size} for one in done])


@app.command()
def detach(record: str, files: list[str]) -> None:
    """Take files off a record by their names; they stay in its history."""
    from desktop_app.services.attachments import detach as run

    with opened() as workspace:
        register, key = whole_id(workspace, record)
        for name in files:
            run(workspace, register, key, name)
    for name in files:
        say("attachment.removed", file=name)
    give({"removed": files})


@app.command("set-aside")
def set_aside() -> None:
    """List what came in and is kept, but cannot be shown yet: why, and what to do."""
    from desktop_app.services.set_aside import set_aside as run
    from desktop_app.services.set_aside import set_aside_words

    with opened() as workspace:
        found = run(workspace)
        worded = [set_aside_words(workspace, one, language()) for one in found]
    for line in worded:
        out(line)
    give([vars_of(one) for one in found])
    raise typer.Exit(1 if found else 0)


@app.command()
def attachments(
    record: str,
    save: Annotated[Path | None, typer.Option("--save", help="Folder to write the files to.")] = None,
) -> None:
    """List a record's files, or write them to a folder."""
    from desktop_app.services.attachments import attachments as listed
    from desktop_app.services.attachments import save_attachment

    with opened() as workspace:
        found = listed(workspace, *whole_id(workspace, record))
        saved = [str(save_attachment(workspace, one, save)) for one in found] if save else []
    for one in found:
        out(f"{one.digest[:12]}  {one.size if one.size is not None else '…':>9}  {one.name}")
    give([{"name": one.name, "digest": one.digest, "size": one.size} for one in found] if not save else saved)


@app.command()
def receipts() -> None:
    """List the receipts that headquarters signed."""
    from desktop_app.services.receipts import receipts as run

    with opened() as workspace:
        found = run(workspace)
    for one in found:
        out(f"{one.moment}  {one.digest[:16]}")
        for key, number, changes, moment in one.packages:
            say("receipt.package", number=number, id=key[:8], n=changes, moment=moment)
        for period, revision, state, _digest, records in one.months:
            label = classifier("submission_states").label(state, language())
            say("receipt.month", period=period, revision=revision, state=label, n=records)
    give([{"package": r.package, "digest": r.digest, "packages": r.packages,
           "months": [[str(m[0]), *m[1:]] for m in r.months]} for r in found])  # fmt: skip
