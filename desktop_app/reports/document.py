"""The neutral document: what is said, not how it is drawn. Writers never ask the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from desktop_app.core.i18n import Language

CellValue = str | int | float | Decimal | date | None
Align = Literal["left", "right", "center"]
ColumnKind = Literal["text", "number", "date", "change", "growth"]
"""``number``: a quantity; ``change``: a difference, with its sign; ``growth``: a part of one, in percent with its sign."""
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
        summed: whether the last row is a total of the others; where it holds nothing, nothing is summed.
        empty: what is said where there are no rows.
        name: name of its sheet in a workbook.
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
class Boxes:
    """A number that stands in boxes, a digit each; an empty one is filled in by hand."""

    text: str
    count: int = 12


FactValue = str | Boxes
Pairs = tuple[tuple[str, FactValue], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of label and value; where a value is empty a line is drawn to fill it in by hand."""

    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Ratio:
    """One control ratio: both sides and whether it holds.

    Attributes:
        left_at: columns of the table before it whose totals add up to the left side; none where it comes from elsewhere.
        right_at: the same for the right side.
    """

    text: str
    left: int
    right: int
    sign: Literal["=", "≤"] = "="
    left_at: tuple[int, ...] = ()
    right_at: tuple[int, ...] = ()

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
class Signer:
    """Who signs: position, full name, telephone; what is not known stays a line to fill in."""

    position: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Lines to sign, captions under signature, name and telephone; label and day of signing; place for the seal."""

    lines: tuple[Signer, ...]
    captions: tuple[str, str, str]
    dated: tuple[str, str]
    seal: str = ""


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
    facts: Pairs


Block = Table | Paragraph | Heading | Facts | Ratios | SignatureBlock | NewPage | FormHeader


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    Attributes:
        index: index of the form («1-ТЖ»), in the foot of each page.
        digest: short digest in groups; printed on every page with ``tie``, the text of the QR code.
        digest_name: what the digest is called.
        page_of: pattern with ``{page}`` and ``{pages}``; pages count through everything printed together.
        owner: whose paper it is: the author in the file's properties.
        made: day of printing, in words; ``day`` the same for the file's properties.
        mark: word across every page («ЖОБА»), empty for a paper that stands.
        kit: what the papers printed together are called, where this is one of several.
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
    mark: str = ""
    index: str = ""
    digest_name: str = ""
    owner: str = ""
    day: date | None = None
    kit: str = ""


def sections(document: Document) -> list[tuple[list[Block], bool]]:
    """Return the parts between new pages, each with whether it is turned; empty parts give no page."""
    parts: list[tuple[list[Block], bool]] = [([], document.landscape)]
    for block in document.blocks:
        if isinstance(block, NewPage):
            parts.append(([], block.landscape))
        else:
            parts[-1][0].append(block)
    return [part for part in parts if part[0]]
