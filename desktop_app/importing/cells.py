"""Habits of single cells and of whole columns that no field type can know by itself."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from desktop_app.domain.lettering import label_key, mend_lookalikes, tidy
from desktop_app.importing.workbook import Cell, Unread

_DITTO_SIGN: Final = re.compile(r"[-–—\s]*(?:[\"“”„»«]{1,2}|''|/{2,}|\|\||〃)[-–—\s]*")
_DITTO_WORD: Final = frozenset(
    "то же|тоже|тот же|та же|те же|там же|он же|она же|то же самое|так же|аналогично|сол|сол да|сол же|дәл сол|соның өзі|сонда".split(
        "|"
    )
)
_DITTO_BEGINS: Final = frozenset("тоасдTOACtoac".upper() + "тоасдTOACtoac")
_ERROR: Final = re.compile(
    r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|ССЫЛКА!|Н/Д|ИМЯ\?|ЗНАЧ!|ДЕЛ/0!|ПУСТО!|ЧИСЛО!|#+)",
    re.IGNORECASE,
)
_SLASHED: Final = re.compile(r"(\d{1,2})([/\-])(\d{1,2})\2(?:\d{4}|\d{2})(?:[ T]\d{1,2}:\d{2}.*)?")
_TAKEN_BACK: Final = re.compile(
    r"ошибочн\w* (?:внес|запис|введ|зарег)|внес[её]н\w* ошибочн|не (?:с?читать|учитывать|действ)|аннулир|\bдубл|отмен[её]н|недействит"
    r"|исключ[её]н|\bудалить\b|қате (?:енгіз|жаз|тірке)|күші жойыл|жойылған|есептемеу|есепке алынбай|жарамсыз|\bқайталан|заңсыз деп",
    re.IGNORECASE,
)


_OUTWEIGHS: Final = 5
_LONGEST_DITTO: Final = 16


def cell_text(cell: Cell) -> str:
    """Return a cell as a person sees it in the sheet."""
    if type(cell) is str:
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return cell if isinstance(cell, str) else str(cell)


def is_filled(cell: Cell) -> bool:
    """Tell whether a person wrote something there: a check box that is off is nothing."""
    return (
        cell is not None and not isinstance(cell, bool) and (not isinstance(cell, str) or bool(cell.strip()))
    )


def is_ditto(cell: Cell) -> bool:
    """Tell whether a cell says «the same as above»."""
    if type(cell) is not str or len(cell) > _LONGEST_DITTO:
        return False
    begins = cell[:1]
    if begins.isalpha():
        return begins in _DITTO_BEGINS and label_key(cell) in _DITTO_WORD
    if begins.isdecimal():
        return False
    return bool(_DITTO_SIGN.fullmatch(tidy(cell)))


def has_no_value(cell: Cell) -> bool:
    """Tell whether a cell has an error or a formula never computed where a value should be."""
    if type(cell) is str:
        return "#" in cell[:3] and bool(_ERROR.fullmatch(cell.strip()))
    return isinstance(cell, Unread)


@lru_cache(maxsize=16384)
def says_taken_back(text: str) -> bool:
    """Tell whether a text says that its row should not count: «ошибочно внесён», «дубль», «аннулировано»."""
    return bool(_TAKEN_BACK.search(mend_lookalikes(tidy(text))))


def date_orders(columns: Iterable[Sequence[Cell]]) -> list[str]:
    """Return for each column of dates the order its texts prove: ``""`` day first, ``mdy``, ``?`` not to be told.

    A column whose texts have a second part over twelve («12/25/2023») is American throughout. One without a
    proof of its own follows the others of its table that are written with the same sign. A lone slip among
    many proofs of the other order proves nothing.
    """
    proofs = [_proofs(cells) for cells in columns]
    whole: dict[str, Counter[str]] = {}
    for proof in proofs:
        for sign, own in proof.items():
            whole.setdefault(sign, Counter()).update(own)
    found = []
    for proof in proofs:
        orders = {_order(own or whole[sign]) for sign, own in proof.items()} - {""}
        found.append(orders.pop() if len(orders) == 1 else "?" if orders else "")
    return [order if order != "dmy" else "" for order in found]


def _order(proofs: Counter[str]) -> str:
    dmy, mdy = proofs["dmy"], proofs["mdy"]
    if not dmy or not mdy:
        return "dmy" if dmy else "mdy" if mdy else ""
    return "dmy" if dmy >= mdy * _OUTWEIGHS else "mdy" if mdy >= dmy * _OUTWEIGHS else "?"


def _proofs(cells: Sequence[Cell]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for cell in cells:
        if not isinstance(cell, str) or not ("/" in cell or "-" in cell):
            continue
        match = _SLASHED.fullmatch(cell.strip())
        if match:
            own = found.setdefault(match[2], Counter())
            if int(match[1]) > 12:
                own["dmy"] += 1
            elif int(match[3]) > 12:
                own["mdy"] += 1
    return found
