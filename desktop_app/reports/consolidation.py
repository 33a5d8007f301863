"""Headquarters' consolidation of a month, branch by branch with its gaps, and the receipt as proof on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop_app.core.i18n import Language, month_name, month_word, tr
from desktop_app.core.periods import Period
from desktop_app.reports.document import (
    Block,
    CellValue,
    Column,
    Document,
    Facts,
    Heading,
    NewPage,
    Paragraph,
    Ratio,
    Ratios,
    Row,
    SignatureBlock,
    Signer,
    Table,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BranchLine:
    """One branch's month.

    Attributes:
        figures: (as reported, as known now) for each register, in the order of the registers; None where nothing came.
    """

    code: str
    name: str
    state: str
    due: date
    closed: date | None
    received: date | None
    revision: int
    figures: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """One line of the comparison of two years."""

    names: str
    then: int
    now: int
    is_bridged: bool


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Everything the consolidation says.

    Attributes:
        registers: names of the registers.
        marks: branch's name → a word for each month of the year.
        gaps: (branch, month, state) of every month that is owed and has not come.
        bridges: register's name → comparison with the year before.
        after_closing: (branch, month, changes) of submitted months that were changed outside a reopening.
        prepared: who prepared it.
        digest: over the digests of every revision that is in it, so that the paper and what was consolidated are one.
    """

    period: Period
    registers: tuple[str, ...]
    lines: tuple[BranchLine, ...]
    marks: tuple[tuple[str, tuple[str, ...]], ...]
    gaps: tuple[tuple[str, str, str], ...]
    bridges: tuple[tuple[str, tuple[BridgeLine, ...]], ...]
    came: int
    expected: int
    share: Decimal | None
    made: str
    after_closing: tuple[tuple[str, str, int], ...] = ()
    prepared: str = ""
    digest: str = ""
    tie: str = ""
    day: date | None = None


def consolidation(data: Consolidation, language: Language) -> Document:
    """Return the document: the month by branch, the year's board, the gaps, the comparison of years."""
    t = _Words(language)
    share = "—" if data.share is None else f"{data.share}".replace(".", ",")
    blocks: list[Block] = [
        Paragraph(t("cover.organisation"), "center", bold=True),
        Heading(t("consolidation.title", period=month_name(data.period, language))),
        Facts((
            (t("consolidation.came"), t("consolidation.of", came=data.came, expected=data.expected, share=share)),
            (t("consolidation.prepared"), data.prepared), (t("cover.made"), data.made),
            *(((t("consolidation.digest"), data.digest),) if data.digest else ()),
        )),
        _month_table(data, t),
        Ratios(t("ratio.title"), _ratios(data, t)),
        Paragraph(t("consolidation.note"), size=9),
        _signatures(data, t),
        NewPage(landscape=True),
        Heading(t("consolidation.year", year=str(data.period.year))),
        _year_table(data, t),
        Heading(t("consolidation.gaps"), 2),
        Table((Column(t("ui.branch"), 5), Column(t("ui.month"), 3), Column(t("cover.state"), 3)),
              lambda: [tuple(gap) for gap in data.gaps], empty=t("consolidation.no_gaps"), name=t("consolidation.gaps")),
    ]  # fmt: skip
    if data.after_closing:
        blocks += [Heading(t("consolidation.after_closing"), 2), _after_closing(data, t)]
    for name, lines in data.bridges:
        blocks += [NewPage(), Heading(t("consolidation.bridge", what=name, then=str(data.period.year - 1), now=str(data.period.year))),
                   _bridge_table(data, name, lines, t)]  # fmt: skip
        if any(line.is_bridged for line in lines):
            blocks.append(Paragraph(t("consolidation.bridged"), size=9))
    footer = f"{t('ui.headquarters')} · {month_name(data.period, language)}"
    return Document(
        t("consolidation.title", period=month_name(data.period, language)), language, tuple(blocks), landscape=True,
        digest=data.digest, tie=data.tie, page_of=t("print.page_of"), footer=footer, made=data.made,
        digest_name=t("cover.digest"), owner=t("ui.headquarters"), day=data.day,
    )  # fmt: skip


def _signatures(data: Consolidation, t: _Words) -> SignatureBlock:
    return SignatureBlock(
        (Signer(t("sign.executor"), data.prepared), Signer(t("sign.head"))),
        (t("sign.signature"), t("sign.name"), t("sign.phone")), (t("sign.date"), ""), t("sign.seal"),
    )  # fmt: skip


class _Words:
    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, code: str, **params: object) -> str:
        return tr(self.language, code, **params)


def _month_table(data: Consolidation, t: _Words) -> Table:
    columns = [Column("№", 0.7, "number", align="right"), Column(t("ui.branch"), 4.2), Column(t("cover.state"), 2.2),
               Column(t("consolidation.due"), 1.9, "date"), Column(t("consolidation.closed"), 1.9, "date"),
               Column(t("consolidation.received"), 1.9, "date"), Column(t("cover.revision"), 1.7, "number", align="right")]  # fmt: skip
    for name in data.registers:
        columns += [Column(t("consolidation.reported"), 2.1, "number", name, "right"),
                    Column(t("consolidation.known"), 1.7, "number", name, "right")]  # fmt: skip

    def rows() -> list[Row]:
        listed: list[Row] = [
            (number, line.name, line.state, line.due, line.closed, line.received, line.revision or None,
             *(figure for pair in line.figures for figure in pair))
            for number, line in enumerate(data.lines, 1)
        ]  # fmt: skip
        blank: tuple[CellValue, ...] = (None, t("consolidation.total"), None, None, None, None, None)
        return [*listed, (*blank, *(total for pair in _totals(data) for total in pair))]

    return Table(tuple(columns), rows, summed=True, name=month_name(data.period, t.language))


def _totals(data: Consolidation) -> list[tuple[int, int]]:
    return [
        (
            sum(line.figures[place][0] or 0 for line in data.lines),
            sum(line.figures[place][1] for line in data.lines),
        )
        for place in range(len(data.registers))
    ]


def _ratios(data: Consolidation, t: _Words) -> tuple[Ratio, ...]:
    return (Ratio(t("consolidation.ratio_share"), data.came, data.expected, "≤"),
            Ratio(t("consolidation.ratio_lines"), len(data.lines), len(data.marks)))  # fmt: skip


def _year_table(data: Consolidation, t: _Words) -> Table:
    months = [Column(month_word(number, t.language)[:3], 1.5, align="center") for number in range(1, 13)]
    return Table(
        (Column(t("ui.branch"), 4), *months),
        lambda: [(name, *marks) for name, marks in data.marks],
        name=t("consolidation.year", year=str(data.period.year)),
    )


def _after_closing(data: Consolidation, t: _Words) -> Table:
    return Table(
        (Column(t("ui.branch"), 5), Column(t("ui.month"), 3), Column(t("consolidation.changes"), 2)),
        lambda: [tuple(line) for line in data.after_closing], name=t("consolidation.after_closing"),
    )  # fmt: skip


def _bridge_table(data: Consolidation, name: str, lines: tuple[BridgeLine, ...], t: _Words) -> Table:
    year = data.period.year
    columns = (Column(t("ui.branch"), 6), Column(str(year - 1), 1.5, "number", align="right"), Column(str(year), 1.5, "number", align="right"),
               Column(t("consolidation.change"), 1.5, "change", align="right"),
               Column(t("consolidation.growth"), 1.5, "growth", align="right"))  # fmt: skip

    def line(what: str, then: int, now: int) -> Row:
        return what, then, now, now - then, Decimal(now - then) / then if then else "–"

    def rows() -> list[Row]:
        listed = [line(each.names + (" *" if each.is_bridged else ""), each.then, each.now) for each in lines]
        then, now = sum(each.then for each in lines), sum(each.now for each in lines)
        return [*listed, line(t("consolidation.total"), then, now)]

    return Table(columns, rows, summed=True, name=name)


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """A receipt as it is printed: who signed, what came, where each month stands."""

    branch: str
    signer: str
    fingerprint: str
    moment: str
    digest: str
    packages: tuple[tuple[int, str, int, str], ...]
    months: tuple[tuple[str, int, str, int, str], ...]
    tie: str
    day: date | None = None


def receipt_paper(data: ReceiptPaper, language: Language) -> Document:
    """Return the receipt: packages with their counts and ids, months with their digests and totals."""
    t = _Words(language)
    packages = (Column("№", 1, "number", align="right"), Column(t("receipt.id"), 5), Column(t("receipt.changes"), 2, "number", align="right"),
                Column(t("receipt.moment"), 4))  # fmt: skip
    months = (Column(t("ui.month"), 4), Column(t("cover.revision"), 1.5, "number", align="right"), Column(t("cover.state"), 2.5),
              Column(t("cover.count"), 2, "number", align="right"), Column(t("cover.digest"), 4))  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(t("cover.organisation"), "center", bold=True),
        Heading(t("receipt.title")),
        Facts(((t("ui.branch"), data.branch), (t("receipt.signer"), data.signer), (t("receipt.moment"), data.moment), (t("cover.digest"), data.digest))),
        # On a line of its own: people compare a fingerprint group by group.
        Paragraph(f"{t('receipt.fingerprint')}: {data.fingerprint or '–'}", size=9, bold=True),
        Heading(t("receipt.packages"), 2),
        Table(packages, lambda: list(data.packages), name=t("receipt.packages")),
        Heading(t("receipt.months"), 2),
        Table(months, lambda: list(data.months), name=t("receipt.months")),
        Paragraph(t("receipt.proof"), size=9),
    )  # fmt: skip
    return Document(t("receipt.title"), language, blocks, digest=data.digest, tie=data.tie, page_of=t("print.page_of"), footer=data.branch, made=data.moment,
                    digest_name=t("cover.digest"), owner=t("ui.headquarters"), day=data.day, kit=t("receipt.title"))  # fmt: skip


def keycard_paper(
    place: str,
    name: str,
    workstation: str,
    fingerprint: str,
    made: str,
    prepared: str,
    day: date,
    language: Language,
) -> Document:
    """Return the paper of a workstation's key; the fingerprint stands alone and large, to be compared by groups."""
    t = _Words(language)
    blocks: tuple[Block, ...] = (
        Paragraph(t("cover.organisation"), "center", bold=True),
        Heading(t("keycard.title")),
        Facts(((t("ui.branch"), place), (t("keycard.name"), name), (t("keycard.workstation"), workstation), (t("cover.made"), made))),
        Paragraph(f"{t('receipt.fingerprint')}:"),
        Paragraph(fingerprint, "center", bold=True, size=15),
        Paragraph(t("keycard.how"), size=9),
        SignatureBlock((Signer(t("sign.executor"), prepared), Signer(t("sign.head"))),
                       (t("sign.signature"), t("sign.name"), t("sign.phone")), (t("sign.date"), ""), t("sign.seal")),
    )  # fmt: skip
    return Document(t("keycard.title"), language, blocks, tie=f"TZK1:{workstation}:{fingerprint}", page_of=t("print.page_of"),
                    footer=place, made=made, owner=place, day=day)  # fmt: skip


def envelope_paper(
    place: str, workstation: str, phrase: str, made: str, day: date, language: Language
) -> Document:
    """Return the sheet with the recovery phrase, to be signed by two and sealed; it carries no tie: nothing to scan."""
    t = _Words(language)
    groups = phrase.split("-")
    half = (len(groups) + 1) // 2
    blocks: tuple[Block, ...] = (
        Paragraph(t("cover.organisation"), "center", bold=True),
        Heading(t("envelope.title")),
        Facts(((t("ui.branch"), place), (t("envelope.workplace"), workstation), (t("cover.made"), made))),
        Paragraph("  –  ".join(groups[:half]), "center", bold=True, size=18),
        Paragraph("  –  ".join(groups[half:]), "center", bold=True, size=18),
        Paragraph(t("envelope.how"), size=9),
        SignatureBlock((Signer(t("envelope.sealed")), Signer(t("envelope.witness"))),
                       (t("sign.signature"), t("sign.name"), t("sign.phone")), (t("sign.date"), ""), t("sign.seal")),
    )  # fmt: skip
    return Document(t("envelope.title"), language, blocks, page_of=t("print.page_of"), footer=place, made=made,
                    owner=place, day=day)  # fmt: skip
