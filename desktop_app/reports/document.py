"""The neutral document: what is said, not how it is drawn. Writers never ask the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from desktop_app.core.i18n import Language

CellValue = str | int | float | date | None
Align = Literal["left", "right", "center"]
ColumnKind = Literal["text", "number", "date"]
Row = tuple[CellValue, ...]


class Link(str):
    """A text that leads somewhere: a cell of another workbook."""

    __slots__ = ("target",)
    target: str

    def __new__(cls, text: str, target: str) -> Link:
        """Make the text and remember where it leads."""
        made = super().__new__(cls, text)
        made.target = target
        return made


@dataclass(frozen=True, slots=True)
class Column:
    """A column: group title over it, own title, weight of its width, what it holds."""

    title: str
    weight: float = 1.0
    kind: ColumnKind = "text"
    group: str = ""
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``rows`` is called anew for each pass, so long tables stay a stream.

    Attributes:
        letters: second header row (А, Б, 1, 2 …); empty for none.
        totals: indexes of rows that add up the rows above; writers of workbooks make formulas of them.
        summed: whether the last row is a total of the others.
    """

    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    letters: tuple[str, ...] = ()
    summed: bool = False
    empty: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    align: Align = "left"
    bold: bool = False
    size: float = 11


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of label and value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One control ratio: both sides and whether it holds."""

    text: str
    left: int
    right: int
    sign: Literal["=", "≤"] = "="

    @property
    def holds(self) -> bool:
        """Tell whether the ratio holds."""
        return self.left == self.right if self.sign == "=" else self.left <= self.right


@dataclass(frozen=True, slots=True)
class Ratios:
    """The block of control ratios."""

    title: str
    ratios: tuple[Ratio, ...]


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Lines to sign: position, name; phone of the executor; date and place for the seal."""

    lines: tuple[tuple[str, str], ...]
    captions: tuple[str, str]
    phone: str
    dated: str
    seal: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """Starts a new page, turned or not."""

    landscape: bool = False


@dataclass(frozen=True, slots=True)
class FormHeader:
    """Header of an administrative-data form: annex, index, period, who, where, when."""

    annex: str
    form: str
    title: str
    period: str
    facts: tuple[tuple[str, str], ...]


Block = Table | Paragraph | Heading | Facts | Ratios | SignatureBlock | NewPage | FormHeader


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    Attributes:
        digest: short digest in groups; printed on every page with ``tie``, the text of the QR code.
        page_of: pattern with ``{page}`` and ``{pages}``.
        mark: word across every page («ЖОБА»), empty for a paper that stands.
    """

    title: str
    language: Language
    blocks: tuple[Block, ...]
    landscape: bool = False
    digest: str = ""
    tie: str = ""
    page_of: str = "{page} / {pages}"
    footer: str = ""
    made: str = ""
    keywords: dict[str, str] = field(default_factory=dict)
    mark: str = ""
