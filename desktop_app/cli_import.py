"""The command that imports workbooks: what became of each sheet and row, what is offered, what was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from desktop_app.cli_base import Branch, app, give, language, opened, out, say, state
from desktop_app.core.errors import UsageFault

if TYPE_CHECKING:
    from desktop_app.services.intake_outcome import Answer, FileOutcome

_ANSWERS = ("none", "all")
_NAMED = 20
"""Cards of one register that are named on the screen; the report and the JSON name all."""


def _answer(option: str, text: str) -> Answer:
    if text not in _ANSWERS:
        raise UsageFault("usage.answer", option=option, text=text)
    return cast("Answer", text)


@app.command("import")
def import_files(
    files: list[Path], dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="Row report, XLSX.")] = None,
    changes: Annotated[str, typer.Option("--changes", help="What is there but differs: none (only offered) or all.")] = "none",
    new: Annotated[str, typer.Option("--new", help="Cards of departments and employees: all are made, or none and their rows left out.")] = "all",
    branch: Branch = "",
) -> None:  # fmt: skip
    """Read workbooks; say for each sheet and row what became of it."""
    from desktop_app.services.intake import import_workbooks
    from desktop_app.services.intake_outcome import Wishes
    from desktop_app.services.intake_report import report_lines, write_row_report

    wishes = Wishes(changes=_answer("--changes", changes), new=_answer("--new", new))
    with opened() as workspace:
        outcomes = import_workbooks(
            workspace, files, branch=branch, dry_run=dry_run, language=language(), wishes=wishes
        )
        changed = _changes(outcomes)
        if report:
            write_row_report(outcomes, report, language())
            say("import.report", path=report)
        _tell(outcomes, changed, dry_run=dry_run)
        lines = list(report_lines(outcomes, language())) if state.as_json else []
    give({"dry_run": dry_run, "files": [_file(o) for o in outcomes], "changes": changed,
          "made": [{**asdict(card), "file": o.path.name} for o in outcomes for card in o.cards],
          "lines": [asdict(line) for line in lines]})  # fmt: skip
    raise typer.Exit(_exit_code(outcomes))


def _file(outcome: FileOutcome) -> dict[str, Any]:
    from desktop_app.services.intake_report import sheet_counts

    return {
        "file": outcome.path.name, "branch": outcome.branch, "refused": outcome.refusal.code if outcome.refusal else None,
        "sheets": [
            {"sheet": sheet.name, "register": sheet.layout.register.code if sheet.layout else None, **sheet_counts(sheet),
             "taken": sheet.changes(taken=True), "offered": sheet.changes(taken=False)}
            for sheet in outcome.sheets
        ],
    }  # fmt: skip


def _changes(outcomes: Sequence[FileOutcome]) -> list[dict[str, Any]]:
    """Return every field in which a stored record and its row differ, old and new side by side."""
    from desktop_app.formdef.forms import form_of

    found: list[dict[str, Any]] = []
    for outcome in outcomes:
        for sheet in outcome.sheets:
            for row in sheet.rows if sheet.layout else ():
                assert sheet.layout is not None  # noqa: S101 - asked in the line above
                form = form_of(sheet.layout.register.code)
                places = {column.field: column.place for column in sheet.layout.columns}
                found.extend(
                    {
                        "file": outcome.path.name, "sheet": sheet.name, "row": row.row.row,
                        "cell": sheet.layout.address(row.row.row, places.get(offer.field, 0)),
                        "register": form.register.code, "record": row.record.id, "field": offer.field,
                        "label": form.label(offer.field).get(language()), "old": offer.was, "new": offer.becomes,
                        "edited_here": offer.here, "found_by_rest": row.mended, "state": offer.state,
                    }
                    for offer in row.offers
                )  # fmt: skip
    return found


def _tell(outcomes: Sequence[FileOutcome], changed: list[dict[str, Any]], *, dry_run: bool) -> None:
    from desktop_app.services.intake_report import totals_rows

    for (
        file,
        sheet,
        register,
        new,
        duplicate,
        present,
        changes,
        closed,
        left_out,
        voided,
        remark,
    ) in totals_rows(outcomes, language()):
        if remark:
            out(f"{file}: {sheet} {remark}")
            continue
        say(
            "import.sheet",
            file=file,
            sheet=sheet,
            register=register,
            new=new,
            duplicate=duplicate,
            present=present,
        )
        for code, n in (
            ("differing", changes),
            ("closed", closed),
            ("left_out", left_out),
            ("voided", voided),
        ):
            if n:
                say(f"import.{code}", n=n)
    for change in changed:
        what = f"{change['label']}: {change['old'] or '—'} → {change['new'] or '—'}"
        out(f"{change['file']} · {change['sheet']} · {change['cell']} · {what}")
        say(f"import.change_{change['state']}")
    _tell_cards(outcomes, dry_run=dry_run)
    offered = sum(change["state"] == "offered" for change in changed)
    if offered:
        say("import.take_changes", n=offered)


def _tell_cards(outcomes: Sequence[FileOutcome], *, dry_run: bool) -> None:
    from desktop_app.formdef.forms import form_of

    cards = [card for outcome in outcomes for card in outcome.cards]
    for register in dict.fromkeys(card.register for card in cards):
        for made in (True, False):
            some = [card for card in cards if card.register == register and card.made == made]
            if not some:
                continue
            code = "cards_not_made" if not made else "cards_to_make" if dry_run else "cards_made"
            say(f"import.{code}", kind=form_of(register).plural.get(language()), n=len(some))
            for card in some[:_NAMED]:
                alike = f"  ≈ {card.alike[0][1]}" if card.alike else ""
                out(f"    {card.name}{alike}")
            if len(some) > _NAMED:
                out(f"    … +{len(some) - _NAMED}")


def _exit_code(outcomes: Sequence[FileOutcome]) -> int:
    refused = [o.refusal for o in outcomes if o.refusal]
    if refused and len(refused) == len(outcomes):
        return 3 if refused[0].exit_code == 3 else 1
    rows = [row for outcome in outcomes for sheet in outcome.sheets for row in sheet.rows]
    unclear = any(
        row.record.problems or row.differs or row.status in ("closed", "left_out", "voided")
        or any(note.bad or note.advice for note in row.row.notes) or any(not offer.taken for offer in row.offers)
        for row in rows
    )  # fmt: skip
    alike = any(card.alike for outcome in outcomes for card in outcome.cards)
    lost = any(
        other.code and other.advice != "rows.nothing"
        for o in outcomes
        for s in o.sheets
        for other in s.others
    )
    return int(bool(refused) or unclear or alike or lost)
