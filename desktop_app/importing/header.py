"""Headers in one, two or three rows: the wordings of each column, and tables that stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from desktop_app.domain.lettering import label_key, tidy
from desktop_app.formdef.forms import form_of
from desktop_app.importing import headings
from desktop_app.importing.recognise import Layout, Shortfall, columns_of, missing, score
from desktop_app.importing.workbook import Cell

_WINDOWS: Final = ((0, 0), (0, 1), (-1, 0), (-1, 1), (0, 2), (-2, 0))
_LONGEST: Final = 100
Span = tuple[int, int]
"""First column and the column after the last."""


def text_of(cell: Cell) -> str:
    """Return a cell's text, empty for numbers and dates."""
    return tidy(cell) if isinstance(cell, str) else ""


def may_head(cells: list[Cell]) -> bool:
    """Tell whether a row may belong to a header: texts only, none of them long; a running number may stand first."""
    found = False
    for cell in cells:
        if isinstance(cell, str):
            if len(cell) > _LONGEST:
                return False
            found = found or bool(cell)
        elif cell is not None:
            return False
    return found


def heading_count(cells: list[Cell]) -> int:
    """Return how many cells of a row head a column of some register."""
    return sum(1 for cell in cells if isinstance(cell, str) and cell and headings.heads_something(tidy(cell)))


def wordings(rows: list[list[Cell]], span: Span) -> dict[int, tuple[str, ...]]:
    """Return for each column what its heading may be, the fullest wording first.

    A text above several columns belongs to each of them that has a text of its own below: «Приказ» over
    «№» and «Дата» gives «Приказ №» and «Приказ Дата».
    """
    first, after = span
    levels: dict[int, list[str]] = {place: [] for place in range(first, after)}
    owned: set[int] = set()
    for number, cells in enumerate(rows):
        above = ""
        for place, higher in levels.items():
            own = text_of(cells[place]) if place < len(cells) else ""
            below = any(place < len(row) and text_of(row[place]) for row in rows[number + 1 :])
            if own:
                above = own
            elif place in owned:
                above = ""  # the column has a heading of its own higher up: the text left of it ends here
            text = own or (above if below else "")
            if text and (not higher or label_key(higher[-1]) != label_key(text)):
                higher.append(text)
            if not own and not below:
                above = ""
            if own:
                owned.add(place)
    return {place: _joins(texts) for place, texts in levels.items() if texts}


def _joins(texts: list[str]) -> tuple[str, ...]:
    found = [" ".join(texts[start:]) for start in range(len(texts))]
    if len(texts) == 3:
        found.insert(1, f"{texts[0]} {texts[2]}")
    return tuple(dict.fromkeys(found))


def layouts(rows: list[list[Cell]], seed: int, floor: int) -> list[tuple[Layout, Span]]:
    """Return the tables whose header has row ``seed``: one, or several side by side; none when it is no header.

    Args:
        rows: the sheet.
        seed: row that has headings.
        floor: first row that is not taken by the table above.
    """
    best: tuple[tuple[int, int], list[tuple[Layout, Span]]] | None = None
    for up, down in _WINDOWS:
        first, last = seed + up, seed + down
        if (
            first < floor
            or last >= len(rows)
            or not all(may_head(rows[r]) for r in range(first, last + 1) if r != seed)
        ):
            continue
        if first < seed and _is_title(rows[first], rows[seed]):
            continue
        found = list(_side_by_side(rows, first, last))
        weight = sum(score(layout.columns, layout.register) for layout, _ in found)
        rank = (weight, first - last)
        if found and (best is None or rank > best[0]):
            best = (rank, found)
    return best[1] if best else []


def _is_title(cells: list[Cell], header: list[Cell]) -> bool:
    """Tell whether a row above a header is one text at the left: a title, no heading over headings."""
    places = [place for place, cell in enumerate(cells) if text_of(cell)]
    begins = next((place for place, cell in enumerate(header) if text_of(cell)), 0)
    return len(places) == 1 and places[0] <= begins


def _side_by_side(rows: list[list[Cell]], first: int, last: int) -> Iterator[tuple[Layout, Span]]:
    head = rows[first : last + 1]
    width = max(len(cells) for cells in head)
    start = 0
    for cut in _cuts(head, width):
        if cut <= start:
            continue
        left, right = best_layout(head, first, (start, cut)), best_layout(head, first, (cut, width))
        if isinstance(left, Layout) and isinstance(right, Layout):
            yield left, (start, cut)
            start = cut
    rest = best_layout(head, first, (start, width))
    if isinstance(rest, Layout):
        yield rest, (start, width)


def _cuts(head: list[list[Cell]], width: int) -> list[int]:
    """Return the columns at which another table may begin: a second «№», a heading said again, one after a gap."""
    texts = [" ".join(filter(None, (text_of(r[p]) for r in head if p < len(r)))) for p in range(width)]
    seen: set[str] = set()
    cuts: list[int] = []
    for place, text in enumerate(texts):
        key = label_key(text)
        if key and place and (key in seen or not texts[place - 1]):
            cuts.append(place)
        if key:
            seen.add(key)
    return cuts


def best_layout(head: list[list[Cell]], first: int, span: Span) -> Layout | Shortfall | None:
    """Return what a header's columns are; when no register is whole, the one that lacks least."""
    texts = wordings(head, span)
    if len(texts) < 2:
        return None
    best: Layout | None = None
    most, short = 0, None
    said = {wording for wordings in texts.values() for wording in wordings}
    likely = sorted(
        headings.candidates(), key=lambda kind: -sum(bool(headings.exact(t, kind.code)) for t in said)
    )
    for kind in likely:
        columns, number = columns_of(texts, kind.code, most)
        if (weight := score(columns, kind)) > most:
            best, most = Layout(kind, first + len(head) - 1, columns, number, first), weight
        matched = sum(bool(column.field) for column in columns)
        if not best and matched > 1:
            sure = sum(not c.guessed and c.field in form_of(kind.code).telling for c in columns)
            found = Shortfall(kind, missing(columns, kind), matched, sure)
            short = found if short is None or found.nearness > short.nearness else short
    return best or short
