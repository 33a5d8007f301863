"""The monthly forms: a cross table of one register, its control ratios and the list of its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from desktop_app.core.i18n import Language, Text3, month_name, tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import Classifier, classifier
from desktop_app.domain.fields import Coded, Day, FieldType
from desktop_app.domain.register import RegisterType
from desktop_app.formdef.forms import Form
from desktop_app.reports.document import (
    Block,
    Boxes,
    Column,
    Document,
    Facts,
    FormHeader,
    Heading,
    NewPage,
    Paragraph,
    Ratio,
    Ratios,
    Row,
    SignatureBlock,
    Signer,
    Table,
)

_UNSAID: Final = Text3("көрсетілмеген", "не указано", "not stated")
_PORTRAIT_COLUMNS: Final = 20
_TOTAL: Final = Text3("Барлығы", "Всего", "Total")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the workplace says of itself on paper; what was never set is a line to fill in by hand.

    Attributes:
        order: number and date of the order that put the forms in force, as its annexes name it.
    """

    address: str = ""
    email: str = ""
    phone: str = ""
    head_phone: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a form's frame needs of the month and the branch.

    Attributes:
        made: day of printing, in words.
        closed: day of closing, in words; empty while the month is open.
        reason: why a month with errors was closed.
        remark: what was said on closing a month without errors.
        correction: why a closed month was opened again.
        draft: the figures are not those of a closed month: every page says so, nothing ties it.
        notice: why a paper of a closed month is a draft all the same.
    """

    branch: Text3
    branch_code: str
    kato: str
    bin: str
    period: Period
    revision: int
    due: str
    executor: str
    head: str
    phone: str
    made: str
    digest: str
    tie: str
    reason: str = ""
    correction: str = ""
    closed: str = ""
    draft: bool = False
    remark: str = ""
    notice: str = ""
    letterhead: Letterhead = Letterhead()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class MonthlyData:
    """Figures of one register's month.

    Attributes:
        tallies: codes of the tallied fields → count.
        records: stream of the records' listed values as people read them or dates.
        state: code of ``section_states``: what was declared of this section.
        beside: field, code and number of records that the total counts and the form names beside it.
    """

    form: Form
    tallies: Mapping[tuple[str, ...], int]
    records: Callable[[], Iterable[Row]]
    count: int
    cumulative: int = 0
    previous: int = 0
    state: str = ""
    beside: tuple[tuple[str, str, int], ...] = ()


def _classifier_of(kind: RegisterType, name: str) -> Classifier:
    field_type = kind.by_name[name].type
    assert isinstance(field_type, Coded)  # noqa: S101 - tallied fields are coded, a contract test says so
    return classifier(field_type.of)


def _sums(data: MonthlyData, row_field: str, column_field: str) -> Counter[tuple[str, str]]:
    order = data.form.register.tallied
    at_row, at_column = order.index(row_field), order.index(column_field)
    found: Counter[tuple[str, str]] = Counter()
    for key, n in data.tallies.items():
        found[key[at_row], key[at_column]] += n
    return found


def _used(codes: Classifier, present: set[str], language: Language) -> list[tuple[str, str]]:
    listed = [
        (code.code, code.label.get(language)) for code in codes.codes
        if code.code in present or not code.more.get("shown_when_used")
    ]  # fmt: skip
    return [*listed, *([("", _UNSAID.get(language))] if "" in present else [])]


def cross_table(data: MonthlyData, language: Language) -> Table:
    """Return rows × groups of columns with a total row; columns of each group add up to the total."""
    form, kind = data.form, data.form.register
    rows_by = form.print.rows
    present = {key[kind.tallied.index(rows_by)] for key in data.tallies}
    rows = _used(_classifier_of(kind, rows_by), present, language)
    columns = [
        Column(form.label(rows_by).get(language), 5.0),
        Column(_TOTAL.get(language), 1.2, "number", align="right"),
    ]
    groups: list[tuple[Counter[tuple[str, str]], str]] = []
    for name in form.print.columns:
        sums = _sums(data, rows_by, name)
        for code, label in _used(_classifier_of(kind, name), {c for _, c in sums}, language):
            if name == "verified" and code == "":
                continue
            columns.append(Column(label, 1.2, "number", form.label(name).get(language), "right"))
            groups.append((sums, code))
    totals: Counter[str] = Counter()
    for key, n in data.tallies.items():
        totals[key[kind.tallied.index(rows_by)]] += n
    body: list[Row] = [
        (label, totals[code], *(sums[code, column] for sums, column in groups)) for code, label in rows
    ]
    total: Row = (_TOTAL.get(language), sum(totals.values()),
                  *(sum(sums[code, column] for code, _ in rows) for sums, column in groups))  # fmt: skip
    letters = ("А", "1", *(str(n) for n in range(2, len(columns))))
    return Table(tuple(columns), lambda: [*body, total], letters, summed=True, name=form.print.index)


def ratios(data: MonthlyData, language: Language) -> Ratios:
    """Return the control ratios: each group adds up to the total, the list to the total, months to the cumulative."""
    form, kind = data.form, data.form.register
    total = sum(data.tallies.values())
    spans = _spans(cross_table(data, language))
    found: list[Ratio] = []
    for name in (form.print.rows, *form.print.columns):
        at = kind.tallied.index(name)
        label = form.label(name).get(language)
        parts = sum(n for key, n in data.tallies.items() if key[at] or name != "verified")
        if name == "verified":
            checked = sum(n for key, n in data.tallies.items() if key[at])
            found.append(
                Ratio(tr(language, "ratio.checked"), checked, total, "≤", spans.get(label, ()), (1,))
            )
        else:
            found.append(
                Ratio(tr(language, "ratio.group", group=label), total, parts, "=", (1,), spans.get(label, ()))
            )
    if "category" in kind.tallied:
        at = kind.tallied.index("category")
        heads = sum(n for key, n in data.tallies.items() if key[at] in ("HEAD", "DEPUTY"))
        found.append(Ratio(tr(language, "ratio.heads"), heads, total, "≤"))
    found.append(Ratio(tr(language, "ratio.list"), total, data.count, "=", (1,)))
    found.append(Ratio(tr(language, "ratio.cumulative"), data.previous + total, data.cumulative))
    return Ratios(tr(language, "ratio.title"), tuple(found))


def _spans(table: Table) -> dict[str, tuple[int, ...]]:
    """Return the columns under each group's title."""
    found: dict[str, tuple[int, ...]] = {}
    for place, column in enumerate(table.columns):
        if column.group:
            found[column.group] = (*found.get(column.group, ()), place)
    return found


def explanation(form: Form, table: Table, language: Language) -> str:
    """Return how the form is filled in, column by column."""
    rows, total, *_ = table.columns
    said = [f"{table.letters[0]} – «{rows.title}»", f"{table.letters[1]} – «{total.title}»"]
    for group, places in _spans(table).items():
        first, last = table.letters[places[0]], table.letters[places[-1]]
        said.append(f"{first} – «{group}»" if first == last else f"{first}–{last} – «{group}»")
    columns = tr(language, "form.columns", columns="; ".join(said))
    return f"{tr(language, 'form.explanation')} {columns} {form.print.explanation.get(language)}"


def list_table(data: MonthlyData, language: Language) -> Table:
    """Return the list of the month's records, numbered."""
    form = data.form
    columns = [Column("№", 1.0, "number", align="right")]
    for name in form.print.listed:
        kind: FieldType = form.register.by_name[name].type
        shown = "date" if isinstance(kind, Day) else "text"
        columns.append(Column(form.label(name).get(language), max(form.fields[name].width / 5, 2.0), shown))  # type: ignore[arg-type]

    def rows() -> Iterable[Row]:
        return ((number, *row) for number, row in enumerate(data.records(), 1))

    letters = ("А", *(str(number) for number in range(1, len(columns))))
    return Table(
        tuple(columns), rows, letters, empty=tr(language, "print.no_records"), name=form.plural.get(language)
    )


def form_header(cover: Cover, form: Form, language: Language) -> FormHeader:
    """Return the header of an administrative-data form."""
    facts = (
        (tr(language, "form.index"), form.print.index),
        (tr(language, "form.frequency"), tr(language, "form.monthly")),
        (tr(language, "form.reporting_period"), month_name(cover.period, language)),
        (tr(language, "form.who"), tr(language, "form.branches")),
        (tr(language, "form.where"), tr(language, "form.headquarters")),
        (tr(language, "form.when"), cover.due),
        (tr(language, "form.way"), tr(language, "form.ways")),
        (tr(language, "form.branch"), cover.branch.get(language)),
        (tr(language, "form.kato"), cover.kato),
        (tr(language, "form.bin"), Boxes(cover.bin)),
    )
    return FormHeader(
        annex(cover.letterhead, form.print.annex, language), tr(language, "form.form"), form.print.title.get(language),
        month_name(cover.period, language), facts,
    )  # fmt: skip


def annex(letterhead: Letterhead, number: str, language: Language) -> str:
    """Return the line at the top right: which annex of which order."""
    order = letterhead.order or tr(language, "form.order_blank")
    return tr(language, "form.annex" if number else "form.annex_plain", order=order, number=number)


def sender(cover: Cover, language: Language) -> Facts:
    """Return name, address, telephone and e-mail of who gives the form."""
    head = cover.letterhead
    return Facts((
        (tr(language, "form.name"), cover.branch.get(language)), (tr(language, "form.address"), head.address),
        (tr(language, "form.phone"), head.phone), (tr(language, "form.email"), head.email),
    ))  # fmt: skip


def signature(cover: Cover, language: Language) -> SignatureBlock:
    """Return the lines to sign."""
    return SignatureBlock(
        (Signer(tr(language, "sign.executor"), cover.executor, cover.phone),
         Signer(tr(language, "sign.head"), cover.head, cover.letterhead.head_phone)),
        (tr(language, "sign.signature"), tr(language, "sign.name"), tr(language, "sign.phone")),
        (tr(language, "sign.date"), cover.closed), tr(language, "sign.seal"),
    )  # fmt: skip


def _said_of_none(data: MonthlyData) -> str:
    """Return the message code for a section without records: what was declared, and no more than that."""
    if data.count:
        return ""
    return {"NOT_APPLICABLE": "print.not_applicable", "MISSING": "print.not_given"}.get(
        data.state, "print.nil_report"
    )


def named_beside(data: MonthlyData, language: Language) -> list[Block]:
    """Return what the total counts although it counts for nothing any more, each kind in a line of its own."""
    return [
        Paragraph(tr(
            language, "print.beside", field=data.form.label(name).get(language),
            value=_classifier_of(data.form.register, name).label(code, language), n=count,
        ))
        for name, code, count in data.beside if count
    ]  # fmt: skip


def monthly_form(cover: Cover, data: MonthlyData, language: Language) -> Document:
    """Return one register's monthly form in one language; a list without records gets no page."""
    form, table = data.form, cross_table(data, language)
    blocks: list[Block] = [form_header(cover, form, language), table, *named_beside(data, language)]
    if cover.notice:
        blocks.append(Paragraph(cover.notice, bold=True))
    if said := _said_of_none(data):
        blocks.append(Paragraph(tr(language, said), bold=True))
    blocks += [
        sender(cover, language), signature(cover, language), ratios(data, language),
        Paragraph(explanation(form, table, language), size=8.5),
    ]  # fmt: skip
    if data.count:
        listed = tr(
            language,
            "print.list_of",
            what=form.plural.get(language),
            period=month_name(cover.period, language),
        )
        blocks += [NewPage(landscape=True), Heading(listed), list_table(data, language)]
    wide = len(table.columns) > _PORTRAIT_COLUMNS
    title = form.print.title.get(language)
    return _document(cover, title, language, tuple(blocks), landscape=wide, index=form.print.index)


def country_form(cover: Cover, data: MonthlyData, came: str, language: Language) -> Document:
    """Return one register's form for the whole country: the branches' reports added up, without a list."""
    form, table = data.form, cross_table(data, language)
    header = form_header(cover, form, language)
    facts = tuple((name, value) for name, value in header.facts if name != tr(language, "form.kato"))
    checks = ratios(data, language)
    listed, added = tr(language, "ratio.list"), tr(language, "ratio.branches")
    blocks: tuple[Block, ...] = (
        replace(header, facts=(*facts, (tr(language, "country.sources"), came))), table, sender(cover, language),
        signature(cover, language),
        replace(checks, ratios=tuple(replace(one, text=added) if one.text == listed else one for one in checks.ratios)),
        Paragraph(explanation(form, table, language), size=8.5),
    )  # fmt: skip
    wide = len(table.columns) > _PORTRAIT_COLUMNS
    return _document(
        cover, form.print.title.get(language), language, blocks, landscape=wide, index=form.print.index
    )


def cover_sheet(
    cover: Cover, parts: list[tuple[MonthlyData, str]], language: Language, difference: list[Row]
) -> Document:
    """Return the cover sheet: the sections with their states and counts, what changed, signatures, the tie to the package."""

    def rows() -> Iterable[Row]:
        return [(number, data.form.print.index, data.form.print.title.get(language), state, data.count)
                for number, (data, state) in enumerate(parts, 1)]  # fmt: skip

    columns = (
        Column("№", 0.8, "number", align="right"), Column(tr(language, "form.index"), 1.6),
        Column(tr(language, "cover.section"), 7.0), Column(tr(language, "cover.state"), 3.2),
        Column(tr(language, "cover.count"), 1.8, "number", align="right"),
    )  # fmt: skip
    blocks: list[Block] = [
        Paragraph(tr(language, "cover.organisation"), "center", bold=True),
        Paragraph(f"{cover.branch.get(language)}", "center"),
        Heading(tr(language, "cover.title", period=month_name(cover.period, language))),
        Facts(((tr(language, "cover.revision"), str(cover.revision)), (tr(language, "form.when"), cover.due),
               (tr(language, "cover.closed"), cover.closed or tr(language, "cover.not_closed")),
               *(((tr(language, "cover.digest"), cover.digest),) if cover.digest else ()),
               (tr(language, "cover.made"), cover.made))),
        Table(columns, rows, name=tr(language, "cover.name")),
    ]  # fmt: skip
    if cover.notice:
        blocks.append(Paragraph(cover.notice, bold=True))
    if cover.correction:
        blocks.append(Paragraph(tr(language, "cover.correction", reason=cover.correction)))
    if cover.reason:
        blocks.append(Paragraph(tr(language, "cover.reason", reason=cover.reason)))
    if cover.remark:
        blocks.append(Paragraph(tr(language, "cover.remark", reason=cover.remark)))
    if difference:
        blocks += [Heading(tr(language, "cover.changed"), 2), _difference_table(difference, language)]
    blocks.append(signature(cover, language))
    return _document(cover, tr(language, "cover.name"), language, tuple(blocks))


def _difference_table(difference: list[Row], language: Language) -> Table:
    columns = tuple(Column(tr(language, f"cover.diff_{name}"), weight) for name, weight in
                    (("record", 4), ("field", 3), ("was", 3), ("became", 3), ("why", 3)))  # fmt: skip
    return Table(columns, lambda: difference, name=tr(language, "cover.changes"))


def _document(
    cover: Cover,
    title: str,
    language: Language,
    blocks: tuple[Block, ...],
    *,
    landscape: bool = False,
    index: str = "",
) -> Document:
    month, branch = month_name(cover.period, language), cover.branch.get(language)
    return Document(
        title, language, blocks, landscape, cover.digest, cover.tie, tr(language, "print.page_of"), f"{branch} · {month}", cover.made,
        mark=tr(language, "print.draft") if cover.draft else "", index=index, digest_name=tr(language, "cover.digest"),
        owner=branch, day=cover.day, kit=tr(language, "cover.title", period=month),
    )  # fmt: skip
