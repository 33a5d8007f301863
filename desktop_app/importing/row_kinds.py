"""Rows that are no records: headings said again, numbering, hints, totals, groups, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop_app.domain.departments import is_department
from desktop_app.domain.fields import Day, Ref
from desktop_app.domain.lettering import label_key, mend_lookalikes, tidy
from desktop_app.domain.reading_days import month_number
from desktop_app.formdef.forms import form_of
from desktop_app.importing import headings
from desktop_app.importing.cells import cell_text, is_filled
from desktop_app.importing.recognise import Layout
from desktop_app.importing.workbook import Cell

_TOTAL_WORDS: Final = (
    "барлығы|барлық|жиыны|жиынтық|жиынтығы|қорытынды|қорытындысы|барлығының жиыны|жалпы сан\\w*|итого|итог|итоги|подытог\\w*|всего|"
    "в том числе|в т\\. ?ч|из них|оның ішінде|соның ішінде|общее количество|общий итог|total|subtotal|grand total"
)
_TOTAL: Final = re.compile(rf"^(?:(?:19|20)\d{{2}}\D{{0,12}})?(?:{_TOTAL_WORDS})(?!\w)", re.IGNORECASE)
_WITHIN: Final = ("барлығы", "жиыны", "жиынтығы", "итого", "итог", "всего", "total")
_TOTAL_WITHIN: Final = re.compile(rf"(?<!\w)(?:{'|'.join(_WITHIN)})(?!\w)", re.IGNORECASE)
_DAY: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}")
_BEGINNING: Final = 3
"""A total is said in one of so many first cells: after a running number, after an empty one."""
_PERIOD_WORDS: Final = r"(?:за|жыл\w*|год\w*|г|ж|жж|гг|полугоди\w*|жартыжылдық\w*|квартал\w*|тоқсан\w*|месяц\w*|ай\w*|үшін|и|мен|\d{1,4}|[ivx]{1,3})"
_SIGNATURE: Final = re.compile(
    r"^(?:орындаушы|орынд|исполнитель|исполнил\w*|исп|басшы|руководитель|директор|составил\w*|құрастырған|жасаған|проверил\w*|тексерген"
    r"|согласовано|келісілді|м\.?о|м\.?п|тел|телефон|подпись|қолы)\b",
    re.IGNORECASE,
)
_HINT: Final = re.compile(
    r"\(.*\)|\[.*\]|(?:дд|кк|аа|аа|жж|жжжж|гг|гггг|мм|dd|mm|yy|yyyy|күн|ай|жыл)(?:[./\-\s](?:\w{2,4}))+",
    re.IGNORECASE | re.DOTALL,
)
_SHORT: Final = re.compile(r"\d{1,3}|[^\W\d_]|\d{1,2}\s*=.*")
LEAST_CELLS: Final = 3


@dataclass(frozen=True, slots=True)
class OtherRow:
    """One row that is no record.

    Attributes:
        row: row number in the sheet from 1; nought for a remark on the sheet itself.
        kind: ``title``, ``header``, ``numbering``, ``hint``, ``year``, ``group``, ``total``, ``mini_total``, ``signature``,
            ``blank``, ``remark`` or ``other``.
        code: message code of what the report says of it, empty when there is nothing to say.
        advice: message code of what to do.
    """

    row: int
    kind: str
    text: str
    count: int | None = None
    label: str = ""
    code: str = ""
    advice: str = ""


def not_understood(row: int, text: str) -> OtherRow:
    """Return a row that is kept out and named."""
    return OtherRow(row, "other", text, code="rows.not_understood", advice="rows.enter_by_hand")


class RowKinds:
    """Tells which rows of one table are no records."""

    def __init__(self, layout: Layout) -> None:
        kind = layout.register
        self._layout = layout
        self._mapped = frozenset(column.place for column in layout.columns if column.field)
        self._days = [
            c.place for c in layout.columns if c.field and isinstance(kind.by_name[c.field].type, Day)
        ]
        self._headings = {column.place: label_key(column.heading) for column in layout.columns}

    def kind_of(self, number: int, cells: list[Cell], any_data: bool) -> OtherRow | None:
        """Return what a row is when it is no record.

        Args:
            number: its number in the sheet, from 1.
            cells: its cells.
            any_data: whether records stand above it in the table.
        """
        if self._is_plainly_data(cells, any_data):
            return None
        layout = self._layout
        places = [place for place, cell in enumerate(cells) if is_filled(cell)]
        filled = [cells[place] for place in places]
        if not filled or places == [layout.number]:
            return OtherRow(number, "blank", "")
        hits = sum(1 for place in places if place in self._mapped)
        first = tidy(cell_text(filled[0]))
        running = layout.number is not None and places[0] == layout.number and first.rstrip(".").isdecimal()
        told = tidy(cell_text(filled[1])) if running and len(filled) > 1 else first
        if _TOTAL.match(told) or (_has_total(told) and not _has_day(filled)):
            text = tidy(" ".join(map(cell_text, filled)))
            return OtherRow(number, "total", text, _count(filled[1 + (told is not first) :]))
        if hits >= LEAST_CELLS and _has_day(filled):
            return None  # a row with a real date is a record, not a heading, a hint or the numbers of columns
        texts = [tidy(cell_text(cell)) for cell in filled]
        text = " ".join(texts)
        if self._repeats_header(cells):
            return OtherRow(number, "header", text)
        if not any_data and _is_hint(texts):
            return OtherRow(number, "hint", text)
        if len(filled) > 2 and _is_numbering(texts):
            return OtherRow(number, "numbering", text)
        if len(filled) == 1 and _is_period(first):
            return OtherRow(number, "year", text)
        if len(filled) == (2 if running else 1) and is_department(told) and group_field(layout):
            return OtherRow(number, "group", told)
        if hits >= LEAST_CELLS or _is_short_record(cells, places, layout, running):
            return None
        if _SIGNATURE.match(first):
            return OtherRow(number, "signature", text)
        return _mini_total(number, filled, text)

    def _is_plainly_data(self, cells: list[Cell], any_data: bool) -> bool:
        """Tell without a closer look that a row is a record: a date, many cells, and no total said at its beginning."""
        width = len(cells)
        if date not in map(type, cells) and not (
            any_data and any(p < width and _begins_with_day(cells[p]) for p in self._days)
        ):
            return False
        hits = 0
        for place in self._mapped:
            hits += place < width and cells[place] is not None and cells[place] != ""
            if hits > LEAST_CELLS:
                break
        else:
            return False
        for cell in cells[:_BEGINNING]:
            if isinstance(cell, str) and cell and (_has_total(cell) or _TOTAL.match(tidy(cell))):
                return False
        return True

    def _repeats_header(self, cells: list[Cell]) -> bool:
        texts = [
            (place, tidy(cell)) for place, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()
        ]
        if len(texts) < 2 or len(texts) * 2 < len(cells) - 2 - cells.count(None) - cells.count(""):
            return False
        known = self._headings
        same = sum(
            1 for place, text in texts if known.get(place) == label_key(text) or headings.is_row_number(text)
        )
        return same >= 2 and same * 2 >= len(texts)


def _begins_with_day(cell: Cell) -> bool:
    return type(cell) is str and bool(_DAY.match(cell))


def group_field(layout: Layout) -> str:
    """Return the field that a row standing alone above others fills: the register's link to a department."""
    form = form_of(layout.register.code)
    return next((n for n in form.workbook if isinstance(form.register.by_name[n].type, Ref)), "")


def _has_total(text: str) -> bool:
    if len(text) >= 80:
        return False
    low = text.lower()
    for word in _WITHIN:  # most texts have none: no need to look for its ends
        if word in low:
            return bool(_TOTAL_WITHIN.search(text))
    return False


def _has_day(filled: Sequence[Cell]) -> bool:
    return any(not isinstance(cell, (str, int, float)) for cell in filled)


def _count(rest: Sequence[Cell]) -> int | None:
    counts = [int(c) for c in rest if isinstance(c, (int, float)) and abs(c) < 1e9 and c == int(c)]
    digits = [
        int(found)
        for c in rest
        if isinstance(c, str) and (found := c.strip()).isdecimal() and len(found) < 10
    ]
    return next(iter([*counts, *digits]), None)


def _is_hint(texts: Sequence[str]) -> bool:
    return sum(bool(_HINT.fullmatch(text)) for text in texts) * 2 > len(texts)


def _is_numbering(texts: Sequence[str]) -> bool:
    """Tell whether cells are the numbers of columns: 1 2 3 …, «А Б 1 2 3 …» of printed forms."""
    if not all(_SHORT.fullmatch(text) for text in texts):
        return False
    numbers = [int(digits[0]) for text in texts if (digits := re.match(r"\d+", text))]
    steps = {after - before for before, after in zip(numbers, numbers[1:], strict=False)}
    return len(numbers) > 1 and steps == {1}


def _is_period(text: str) -> bool:
    words = re.findall(r"[^\W_]+", mend_lookalikes(text).casefold())
    if not words or len(words) > 8:
        return False
    return all(re.fullmatch(_PERIOD_WORDS, word) or month_number(word) for word in words) and bool(
        any(month_number(word) for word in words)
        or re.search(r"(?:19|20)\d{2}|[ivx\d]\W*(?:квартал|тоқсан|полуг|жарты)", " ".join(words))
    )


def _is_short_record(cells: list[Cell], places: Sequence[int], layout: Layout, running: bool) -> bool:
    """Tell whether a row with few cells is a record all the same: it is numbered and says who, or all it says tells."""
    telling = form_of(layout.register.code).telling
    told = [c.field for c in layout.columns if c.field in telling and c.place in places]
    who = (
        telling[0] in told
        and not str(cells[next(c.place for c in layout.columns if c.field == telling[0])]).isdecimal()
    )
    return who and (running or len(told) >= 2)


def _mini_total(number: int, filled: Sequence[Cell], text: str) -> OtherRow:
    if len(filled) == 2 and isinstance(filled[0], str):
        count = cell_text(filled[1]).strip()
        label = filled[0].strip().rstrip("-–—:= ").strip()
        if count.isdecimal() and label and len(count) < 10:
            return OtherRow(number, "mini_total", text, int(count), label)
    return not_understood(number, text)
