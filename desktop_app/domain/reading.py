"""Reading what people write: one reader a field type, for workbook cells and typed fields alike.

A reader either gives the value, saying whether it had to mend anything, or says that it cannot;
it never guesses. Nothing here depends on which file a cell came from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from desktop_app.domain import fields as f
from desktop_app.domain.classifiers import Code, classifier
from desktop_app.domain.identifiers import id_number_fault, iin_fault
from desktop_app.domain.lettering import digits_of, label_key, mend_lookalikes, tidy
from desktop_app.domain.reading_base import BAD, EMPTY, NO_HINT, Hint, Raw, Reading, as_text
from desktop_app.domain.reading_days import read_day
from desktop_app.domain.reading_measures import read_count, read_flag, read_measure, read_money
from desktop_app.domain.reading_names import read_name

__all__ = ["BAD", "EMPTY", "NO_HINT", "Hint", "Raw", "Reading", "read"]


@lru_cache(maxsize=65536)
def _clean_text(text: str) -> Reading:
    clean = tidy(text)
    return Reading(clean or None, "read.spaces" if clean != text else "")


def read_text(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read free text; only spaces at the ends and doubled ones go."""
    return _clean_text(as_text(raw))


_NUMBER_PREFIX: Final = re.compile(r"^(?:№|N[o0º°]?\.?(?=[\s\d])|нөмірі?\s|номер\s)\s*", re.IGNORECASE)


@lru_cache(maxsize=65536)
def _number(text: str) -> Reading:
    clean = tidy(text)
    bare = _NUMBER_PREFIX.sub("", clean)
    if bare != clean:
        return Reading(bare or None, "read.number_sign")
    return Reading(clean or None, "read.spaces" if clean != text else "")


def read_number(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a document's number without its №; a fraction was a number before Excel took it for one."""
    if isinstance(raw, float) and raw != int(raw):
        return BAD._replace(mended="read.number_fraction")
    return _number(as_text(raw))


_SCIENTIFIC: Final = re.compile(r"\d[.,]\d+\s*[EeЕе]\s*\+?\d{1,2}")


def _id_text(text: str) -> tuple[str, str]:
    if len(text) == 12 and text.isascii() and text.isdecimal():
        return text, ""
    bare = re.sub(r"[\s\u00a0\-.']", "", text)
    digits = digits_of(bare)
    if digits != bare:
        return digits, "read.digit_letters"
    return bare, "read.spaces" if bare != text else ""


def _read_id(raw: Raw, fault: Callable[[str], object]) -> Reading:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        digits = str(int(raw)) if raw == int(raw) and raw > 0 else str(raw)
        if len(digits) == 12 and digits.endswith("00000") and fault(digits) is not None:
            return BAD._replace(mended="read.iin_rounded")
        if len(digits) < 12 and digits.isdecimal() and fault(digits.zfill(12)) is None:
            return Reading(digits.zfill(12), "read.zero_lost")
        return Reading(digits, "read.number_cell") if len(digits) == 12 else BAD
    digits, mended = _id_text(str(raw))
    if len(digits) != 12 or not digits.isdecimal():
        return BAD._replace(mended="read.iin_rounded") if _SCIENTIFIC.fullmatch(str(raw).strip()) else BAD
    return Reading(digits, mended)


def read_iin(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read an IIN: inner spaces, letters for digits, numbers that lost their noughts; twelve digits or nothing."""
    return _read_id(raw, iin_fault)


def read_id_number(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read an IIN or a BIN."""
    return _read_id(raw, id_number_fault)


_CODED: Final = re.compile(r"(\d{1,2}\.\d{2})\s*[.:)\-–—]?\s*(.*)", re.DOTALL)


_CODED_SHORT: Final = re.compile(r"(\d{1,2})\.(\d)(?!\d)\s*[.:)\-–—]?\s*(.+)", re.DOTALL)


def _belongs(text: str, code: Code) -> bool:
    """Tell whether the words beside a code are of its own label, whole or in part, in one of the languages."""
    words = {word[:5] for word in re.findall(r"[^\W_]+", label_key(text))}
    labels = (code.label.kk, code.label.ru, code.label.en, *code.more.get("aliases", ()))
    return any(words <= {word[:5] for word in re.findall(r"[^\W_]+", label_key(label))} for label in labels)


@lru_cache(maxsize=65536)
def _coded(text: str, name: str, with_code: bool) -> Reading:
    codes = classifier(name)
    clean = tidy(text)
    if with_code and (found := _CODED.fullmatch(clean)):
        code = codes.by_code.get(found[1])
        if code is None or (found[2] and codes.find(found[2]) not in (code.code, None)):
            return BAD
        if found[2] and not _belongs(found[2], code):
            return Reading(code.code, "read.label_differs", advice="rows.check_row")
        return Reading(code.code, "" if clean == text else "read.spaces")
    if with_code and (found := _CODED_SHORT.fullmatch(clean)):
        short = f"{found[1]}.0{found[2]}"  # Excel made 5.3 of 5.03: certain only with the words of 5.03
        if short in codes.by_code and codes.find(found[3]) == short:
            return Reading(short, "read.label_form")
        return BAD
    hit = codes.find(text)
    if hit is None:
        return BAD
    label = codes.by_code[hit].label
    exact = text in (label.kk, label.ru, label.en, hit)
    mended = "" if exact else "read.spaces" if clean in (label.kk, label.ru, label.en) else "read.label_form"
    return Reading(hit, mended)


def read_coded(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a label of a classifier in any spelling; the labels' own words must all be there."""
    assert isinstance(kind, f.Coded)  # noqa: S101 - the reader table pairs them
    text = f"{raw:.2f}" if kind.with_code and isinstance(raw, float) else as_text(raw)
    found = _coded(text, kind.of, kind.with_code)
    if not kind.as_written or found.value is None or found.bad:
        return found
    code = classifier(kind.of).by_code[found.value]
    if not code.more.get("named_by_order") or text in (
        code.label.kk,
        code.label.ru,
        code.label.en,
        code.code,
    ):
        return found
    return found._replace(also={kind.as_written: tidy(text)})


def forget_codes() -> None:
    """Read labels of codes anew: the classifiers changed."""
    _coded.cache_clear()
    _title.cache_clear()


_DEPUTY: Final = frozenset("орынбасары орынбасар заместитель зам замруководителя замначальника".split())
_HEAD: Final = frozenset(
    "басшы басшысы руководитель начальник директор директоры меңгеруші заведующий".split()
)
_STAFF: Final = frozenset(
    "маман маманы специалист оператор операторы консультант консультанты архивші архивариус инспектор "
    "сарапшы эксперт менеджер менеджері есепші бухгалтер инженер хатшы секретарь жүргізуші водитель".split()
)


_ACTING: Final = re.compile(
    r"\b(?:м\s*\.?\s*а|и\s*\.?\s*о|врио|міндетін атқаруш\w*|исполняющ\w+ обязанности)\b"
)
_HEAD_OF: Final = frozenset(
    "басшысының басшының руководителя начальника директора директордың меңгерушінің заведующего".split()
)


@lru_cache(maxsize=4096)
def _title(text: str) -> Reading:
    clean = mend_lookalikes(tidy(text))
    key = label_key(text)
    for code in classifier("position_categories").codes:
        for title in (*code.more["titles_kk"], *code.more["titles_ru"]):
            if label_key(title) == key:
                return Reading(title, "" if title == text else "read.label_form", also={"_": code.code})
    words = set(re.split(r"[\s.,()/-]+", key))
    category = (
        "DEPUTY"
        if words & _DEPUTY
        else "HEAD"
        if words & _HEAD or (words & _HEAD_OF and _ACTING.search(key))
        else "STAFF"
        if words & _STAFF
        else None
    )
    return Reading(
        clean or None, "" if clean == text else "read.spaces", also={"_": category} if category else {}
    )


def read_title(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read the title of a post and the category it belongs to.

    «бас маман» is not «басшы», «басшының орынбасары» is a deputy; an acting head (м.а., и.о.)
    counts as head, because the duties are his. A title with no known word gets no category.
    """
    assert isinstance(kind, f.Title)  # noqa: S101 - the reader table pairs them
    found = _title(as_text(raw))
    return found._replace(also={kind.category: found.also["_"]} if found.also else {})


Reader = Callable[[f.FieldType, Raw, Hint], Reading]
_READERS: Final[dict[type[f.FieldType], Reader]] = {
    f.Day: read_day, f.Text: read_text, f.PersonName: read_name, f.Number: read_number, f.Iin: read_iin,
    f.IdNumber: read_id_number, f.Coded: read_coded, f.Title: read_title, f.Flag: read_flag,
    f.Measure: read_measure, f.Count: read_count, f.Money: read_money, f.Ref: read_text, f.Structured: read_text,
}  # fmt: skip
_DASHES: Final = frozenset(("-", "–", "—", "--"))


def read(kind: f.FieldType, raw: Raw, hint: Hint = NO_HINT) -> Reading:
    """Read one cell or typed text as a value of a field type."""
    if isinstance(raw, str):
        if not raw.strip(" \t\r\n\u00a0") or (raw in _DASHES and not isinstance(kind, f.Flag | f.Measure)):
            return EMPTY
    elif raw is None:
        return EMPTY
    elif isinstance(raw, float) and not math.isfinite(raw):
        return BAD
    return _READERS[type(kind)](kind, raw, hint)
