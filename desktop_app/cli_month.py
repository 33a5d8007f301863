"""Commands of the month: workspace, import, check, summary, rehearsal, closing, printing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from desktop_app.cli_base import (
    Branch,
    PeriodText,
    app,
    give,
    language,
    opened,
    out,
    passphrase,
    say,
    state,
    vars_of,
)
from desktop_app.core.errors import UsageFault
from desktop_app.core.i18n import month_name, tr
from desktop_app.core.periods import Period
from desktop_app.services.workspace import Workspace


@app.command()
def init(
    branch: Branch = "", headquarters: Annotated[bool, typer.Option("--headquarters")] = False,
    user: Annotated[str, typer.Option("--user")] = "administrator", remember: Annotated[bool, typer.Option("--remember")] = False,
    database: Annotated[str, typer.Option("--database", help="Headquarters: address of a shared PostgreSQL database.")] = "",
) -> None:  # fmt: skip
    """Make a workspace of a branch or of headquarters."""
    if bool(branch) == headquarters:
        raise UsageFault("usage.init")
    with Workspace.create(
        state.workspace,
        passphrase(new=True) or "",
        branch=branch,
        user=user,
        language=language(),
        database=database,
    ) as made:
        if remember and not _remember(made):
            say("key.no_store")
        say("init.done", path=state.workspace)
        say("init.recovery", phrase=made.recovery_phrase)
        give({"workspace": str(state.workspace), "recovery_phrase": made.recovery_phrase})


def _remember(workspace: Workspace) -> bool:
    from desktop_app.services.workspace import KEYS
    from desktop_app.storage.keys import KeyRing

    return KeyRing(workspace.folder / KEYS).remember(workspace.opened)


@app.command()
def check(period: Annotated[str, typer.Option("--period")] = "", branch: Branch = "") -> None:
    """Show problems by rule."""
    from desktop_app.services.months import check as run_check
    from desktop_app.services.words import legal_source, problem_advice

    wanted = Period.parse(period) if period else None
    with opened() as workspace:
        found = run_check(workspace, wanted, branch)
        by_code: dict[str, list[Any]] = {}
        for item in found:
            by_code.setdefault(item.problem.code, []).append(item)
        named = workspace.store.setting
        laws = {
            code: legal_source(items[0].problem, language(), items[0].period, named)
            for code, items in by_code.items()
        }
    for code, items in sorted(
        by_code.items(), key=lambda pair: (-pair[1][0].problem.severity, -len(pair[1]))
    ):
        first = items[0].problem
        law = laws[code]
        out(f"{tr(language(), f'severity.{int(first.severity)}'):<14}{len(items):>6}  {code}  {law}")
        out(f"{'':20}  {problem_advice(first, language())}")
    give({"problems": [{"code": i.problem.code, "severity": i.problem.severity.name.lower(), "register": i.register,
                        "record": i.record, "branch": i.branch, "period": i.period, "fields": i.problem.fields,
                        "params": i.problem.params} for i in found]})  # fmt: skip
    raise typer.Exit(1 if found else 0)


@app.command()
def summary(
    first: Annotated[str, typer.Option("--from")] = "", last: Annotated[str, typer.Option("--to")] = ""
) -> None:  # fmt: skip
    """Show totals of branches and of all."""
    from desktop_app.services import summary as totals
    from desktop_app.services.overview import span_of_records

    with opened() as workspace:
        whole = span_of_records(workspace)
        span = (Period.parse(first) if first else whole[0], Period.parse(last) if last else whole[1])
        found = totals.summary(workspace, *span)
    give({"from": str(span[0]), "to": str(span[1]), **found})
    for name, figures in [("", found["all"]), *found["branches"].items()]:
        say("summary.line", branch=name or "Σ", sanctions=figures["sanctions"], complaints=figures["complaints"],
            findings=figures["accessibility_findings"], persons=figures["persons_sanctioned"])  # fmt: skip


@app.command()
def declare(
    period: PeriodText,
    register: str,
    section: Annotated[str, typer.Argument(help="NIL, NOT_APPLICABLE or OPEN")],
    branch: Branch = "",
) -> None:
    """Declare an empty section nil or not applicable."""
    from desktop_app.services.months import declare as run

    if section not in ("NIL", "NOT_APPLICABLE", "OPEN"):
        raise UsageFault("usage.section", text=section)
    month = Period.parse(period)
    with opened() as workspace:
        _show_month(run(workspace, month, register, "" if section == "OPEN" else section, branch))


def _show_month(month: Any) -> None:
    from desktop_app.domain.classifiers import classifier
    from desktop_app.formdef.forms import form_of

    states = classifier("submission_states")
    out(
        f"{month_name(month.period, language())}: {states.label(month.state, language())}, {tr(language(), 'month.due', due=month.due)}"
    )
    for section in month.sections:
        label = classifier("section_states").label(section.state, language())
        say(
            "month.section",
            section=form_of(section.register).plural,
            state=label,
            n=section.count,
            errors=section.errors,
            warnings=section.warnings,
        )
    give(vars_of(month))


@app.command()
def rehearse(period: PeriodText, branch: Branch = "") -> None:
    """Would headquarters accept this today?"""
    from desktop_app.services.closing import opened_records, opened_words
    from desktop_app.services.months import rehearse as run
    from desktop_app.services.words import blocker_words, problem_words

    month = Period.parse(period)
    with opened() as workspace:
        found = run(workspace, month, branch)
        titles = {p.record: workspace.store.ref_title(p.register, p.record) for p in found.problems[:200]}
        named = opened_records(workspace, month, branch)
        open_ = [opened_words(workspace, *one, language()) for one in named]
    _show_month(found.month)
    for words in open_:
        out(words)
    for blocker in found.blockers:
        out(f"! {blocker_words(blocker, language())}")
    for item in found.problems[:200]:
        out(
            f"  {tr(language(), f'severity.{int(item.problem.severity)}')}: {titles[item.record]} — {problem_words(item.problem, language(), item.register)}"
        )
    say(found.verdict)
    raise typer.Exit(0 if found.is_acceptable else 1)


@app.command()
def close(
    period: PeriodText, branch: Branch = "", reason: Annotated[str, typer.Option("--reason")] = "",
    executor: Annotated[str, typer.Option("--executor")] = "", head: Annotated[str, typer.Option("--head")] = "",
    phone: Annotated[str, typer.Option("--phone")] = "",
) -> None:  # fmt: skip
    """Close a month."""
    from desktop_app.services.closing import close as run

    month = Period.parse(period)
    with opened() as workspace:
        done = run(
            workspace,
            month,
            branch=branch,
            reason=reason,
            executor=executor,
            head=head,
            phone=phone,
        )
    _show_month(done)


@app.command()
def reopen(
    period: PeriodText, records: Annotated[str, typer.Option("--records", help="Beginnings of record ids, comma between; new lets records be added.")],
    reason: Annotated[str, typer.Option("--reason")], until: Annotated[str, typer.Option("--until")], branch: Branch = "",
) -> None:  # fmt: skip
    """Open named records of a closed month until a day."""
    from desktop_app.domain.fields import Day
    from desktop_app.domain.reading import read
    from desktop_app.services.closing import reopen as run

    day = read(Day(), until).value
    if day is None:
        raise UsageFault("usage.date", text=until)
    month = Period.parse(period)
    with opened() as workspace:
        _show_month(
            run(workspace, month, [r.strip() for r in records.split(",") if r.strip()], reason, day, branch)
        )


@app.command("print")
def print_report(
    report: Annotated[str, typer.Argument()] = "", period: Annotated[str, typer.Option("--period")] = "",
    file: Annotated[Path | None, typer.Option("--out")] = None, branch: Branch = "",
    listing: Annotated[bool, typer.Option("--list")] = False,
    revision: Annotated[int, typer.Option("--revision", help="A revision as it was signed.", min=0)] = 0,
) -> None:  # fmt: skip
    """Print a report by name to PDF or XLSX."""
    from desktop_app.services import printing

    if listing or not report:
        for item in printing.reports():
            out(f"{item.name:<12} {item.title.get(language())}")
        give([{"name": item.name, "title": item.title.get(language())} for item in printing.reports()])
        return
    if not period or file is None:
        raise UsageFault("usage.print")
    month = Period.parse(period)
    with opened() as workspace:
        done = printing.print_report(workspace, report, month, file, branch, language(), revision)
    say("print.done", path=done)
    give({"file": str(done)})


@app.command()
def paper(
    text: Annotated[str, typer.Argument(help="Text of the QR code, short digest or fingerprint.")],
) -> None:
    """Which package and revision a printed page belongs to, and whether its figures are those."""
    from desktop_app.services.papers import paper as known_of
    from desktop_app.services.papers import paper_data, paper_words

    with opened() as workspace:
        found = known_of(workspace, text)
        lines = paper_words(workspace, found, language())
    for line in lines:
        out(line)
    give(paper_data(found))
    raise typer.Exit(0 if found.is_same else 1)
