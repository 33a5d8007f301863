"""Commands about single records and employees' cards: what the form, the list and the checklist do in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_app.cli_base import app, give, language, opened, out, say, whole_id
from desktop_app.core.errors import Refusal, UsageFault
from desktop_app.core.i18n import tr
from desktop_app.core.periods import Period
from desktop_app.domain.fields import Day, Ref
from desktop_app.domain.reading import Hint, Reading, read
from desktop_app.domain.register import RegisterType, registers

if TYPE_CHECKING:
    from desktop_app.domain.record import Record
    from desktop_app.services.entry import Saved
    from desktop_app.services.workspace import Workspace

record_app = typer.Typer(no_args_is_help=True, help="Single records: list, show, add, change, void, undo.")
app.add_typer(record_app, name="record")
persons_app = typer.Typer(no_args_is_help=True, help="Employees' cards that may be one person.")
app.add_typer(persons_app, name="persons")

Assignments = Annotated[list[str], typer.Argument(help="field=text, each read as in the form.")]


def _kind(code: str) -> RegisterType:
    if code not in registers():
        raise UsageFault("usage.register", text=code, known=", ".join(registers()))
    return registers()[code]


def _typed(record: Record, assignments: list[str]) -> Record:
    """Return the record with texts read into its fields; what cannot be read is kept as text."""
    from desktop_app.services.entry import typed

    texts = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        known = [field.name for field in record.type.entered]
        if not equals or name not in known:
            raise UsageFault("usage.field", text=assignment, known=", ".join(known))
        texts[name] = text

    def reading_of(name: str, values: dict[str, Any]) -> tuple[Reading, str] | None:
        if name not in texts:
            return None
        return read(record.type.by_name[name].type, texts[name], Hint(values)), texts[name]

    return typed(record, reading_of)


def _loaded(workspace: Workspace, beginning: str) -> Record:
    from desktop_app.services.entry import shown

    found = shown(workspace, *whole_id(workspace, beginning))
    if found is None:
        raise UsageFault("usage.no_record", record=beginning)
    return found


def _tell(workspace: Workspace, record: Record) -> None:
    """Print a record's fields and problems."""
    from desktop_app.formdef.forms import form_of
    from desktop_app.services.exchange_words import field_words
    from desktop_app.services.words import problem_sentences

    form = form_of(record.register)
    out(
        f"{record.id}  {form.name.get(language())}"
        + (f"  ✗ {record.void_reason}" if record.void_reason else "")
    )
    for field in record.type.fields:
        value, text = getattr(record.values, field.name), record.kept.get(field.name)
        if value is None and not text:
            continue
        named = (
            workspace.store.ref_title(field.type.to, value) if isinstance(field.type, Ref) and value else ""
        )
        caption = field_words(record.register, field.name, language())
        out(f"  {caption}: {named or text or field.type.show(value, language())}")
    for problem in record.problems:
        words = problem_sentences(problem, language(), record.register)
        out(f"! {tr(language(), f'severity.{int(problem.severity)}')}: {words}")
    give(_data(record))


def _data(record: Record) -> dict[str, Any]:
    stored = {f.name: f.type.encode(getattr(record.values, f.name)) for f in record.type.fields}
    return {"id": record.id, "register": record.register, "branch": record.branch, "values": stored,
            "kept": dict(record.kept), "extra": dict(record.extra), "void": record.void_reason,
            "problems": [{"code": p.code, "severity": p.severity.name.lower(), "fields": p.fields} for p in record.problems]}  # fmt: skip


def _outcome(workspace: Workspace, saved: Saved) -> None:
    _tell(workspace, saved.record)
    say("ui.saved_with" if saved.record.problems else "ui.saved", n=len(saved.record.problems))
    raise typer.Exit(1 if saved.record.problems else 0)


@record_app.command("list")
def listed(
    register: str, period: Annotated[str, typer.Option("--period", help="Month; none: all months.")] = "",
    words: Annotated[str, typer.Option("--search")] = "",
    problem: Annotated[str, typer.Option("--problem", help="Code of a problem, * for any.")] = "",
    sort: Annotated[str, typer.Option("--sort", help="Field; with a leading - descending.")] = "",
    limit: Annotated[int, typer.Option("--limit")] = 50,
    undated: Annotated[bool, typer.Option("--undated", help="Records without the date that puts them in a month.")] = False,
) -> None:  # fmt: skip
    """List records as the window does: by month, words, problem, order."""
    from desktop_app.services.listing import PAGE, Listing, ListQuery

    kind, wanted = _kind(register), Period.parse(period) if period else None
    rows: list[dict[str, Any]] = []
    with opened() as workspace:
        listing = Listing(workspace)
        listing.begin(ListQuery(kind.code, wanted, words, problem, sort, workspace.branch, undated=undated))
        count = listing.count()
        for page in range(-(-min(limit, count) // PAGE)):
            for _, _, key, errors, warnings, *_ in listing.page(page)[: limit - len(rows)]:
                title = workspace.store.ref_title(kind.code, key)
                rows.append({"id": key, "title": title, "errors": errors, "warnings": warnings})
    for row in rows:
        out(f"{row['id']}  {'!' if row['errors'] else '·' if row['warnings'] else ' '} {row['title']}")
    out(f"{len(rows)} / {count}")
    give({"count": count, "records": rows})


@record_app.command("show")
def show(record: str) -> None:
    """Show a record's fields and problems."""
    with opened() as workspace:
        _tell(workspace, _loaded(workspace, record))


@record_app.command("add")
def add(register: str, assignments: Assignments) -> None:
    """Enter a record; problems never stop it."""
    from desktop_app.domain.record import new_record
    from desktop_app.services.entry import save

    kind = _kind(register)
    with opened() as workspace:
        if not workspace.branch:
            raise Refusal("ui.branch_enters")
        _outcome(workspace, save(workspace, _typed(new_record(kind.code, workspace.branch), assignments)))


@record_app.command("set")
def change(
    record: str, assignments: Assignments, reason: Annotated[str, typer.Option("--reason")] = ""
) -> None:
    """Change fields of a record; an empty text empties a field."""
    from desktop_app.services.entry import save

    with opened() as workspace:
        workspace.demand("enter")
        seen = _loaded(workspace, record)
        _outcome(workspace, save(workspace, _typed(seen, assignments), reason, seen=seen))


@record_app.command("void")
def void(record: str, reason: Annotated[str, typer.Option("--reason")] = "") -> None:
    """Take a record out of all counts; nothing is deleted."""
    from desktop_app.services.entry import void as run

    with opened() as workspace:
        saved = run(workspace, *whole_id(workspace, record), reason)
        _tell(workspace, saved.record)


@record_app.command("undo")
def undo(record: str) -> None:
    """Take the last change of a record back."""
    from desktop_app.services.entry import undo as run

    with opened() as workspace:
        saved = run(workspace, *whole_id(workspace, record))
        _tell(workspace, saved.record)


@app.command()
def visit(department: str, day: str, lines: Annotated[list[str], typer.Argument(help="item=measured value or state.")]) -> None:  # fmt: skip
    """Enter a visit's checklist: 1.02="340 см" 1.07=бар 2.01=NON_COMPLIANT."""
    from desktop_app.domain.classifiers import classifier
    from desktop_app.services.visits import SheetLine, save_visit

    when = read(Day(), day).value
    if when is None:
        raise UsageFault("usage.date", text=day)
    states, items = classifier("finding_states").by_code, classifier("accessibility_items").by_code
    sheet = []
    for line in lines:
        item, equals, text = line.partition("=")
        if not equals or item not in items:
            raise UsageFault("usage.item", text=line)
        sheet.append(SheetLine(item, state=text) if text in states else SheetLine(item, text))
    with opened() as workspace:
        if not workspace.branch:
            raise Refusal("ui.branch_enters")
        changes, beside = save_visit(workspace, workspace.branch, department, when, sheet)
    say("ui.visit_saved", n=len(sheet))
    give({"records": changes.records.get("finding", ()), "beside": beside})


@persons_app.command("doubtful")
def doubtful() -> None:
    """List pairs of cards that may be one person."""
    from desktop_app.services.persons import doubtful_pairs

    with opened() as workspace:
        pairs = doubtful_pairs(workspace, workspace.branch)
    for pair in pairs:
        shown = "  =?  ".join(
            f"{key} {name} {number or '—'}"
            for key, name, number in zip((pair.first, pair.second), pair.names, pair.numbers, strict=True)
        )
        out(f"{shown}  {tr(language(), f'doubt.{pair.doubt}')}")
    give([{"first": p.first, "second": p.second, "names": p.names, "numbers": p.numbers, "doubt": p.doubt} for p in pairs])  # fmt: skip
    raise typer.Exit(1 if pairs else 0)


@persons_app.command("join")
def join(kept: str, other: str, reason: Annotated[str, typer.Option("--reason")] = "") -> None:
    """Say that two cards are one person; their sanctions count together."""
    from desktop_app.services.persons import merge

    with opened() as workspace:
        merge(workspace, whole_id(workspace, kept)[1], whole_id(workspace, other)[1], reason)
    say("ui.merged")


@persons_app.command("part")
def part(other: str, reason: Annotated[str, typer.Option("--reason")] = "") -> None:
    """Take back that a card is another person's."""
    from desktop_app.services.persons import unmerge

    with opened() as workspace:
        unmerge(workspace, whole_id(workspace, other)[1], reason)
    say("ui.parted")
