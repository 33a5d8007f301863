"""What a heading of a column means: by its wording, by its words in any order and form, by resemblance."""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache
from typing import Final

from desktop_app.domain.fields import Day, Number, PersonName
from desktop_app.domain.lettering import label_key
from desktop_app.domain.register import RegisterType, registers
from desktop_app.formdef.forms import form_of

ROW_NUMBER: Final = frozenset(
    "№|рет|р/с|рс|реттік №|реттік нөмірі|№ п/п|п/п|№п/п|№ пп|р/н|no|no.|#|номер п/п|n п/п|порядковый номер".split(
        "|"
    )
)
_ALIKE: Final = 0.86
_WORD: Final = re.compile(r"№|#|[^\W_]+")
_INITIALS: Final = re.compile(r"\b(?:ф\s*\.?\s*и\s*\.?\s*о|т\s*\.?\s*а\s*\.?\s*[әо])\b\.?")
_SAME: Final = {"№": "номер", "#": "номер", "no": "номер", "нөмір": "номер", "нөмірі": "номер", "нөмірін": "номер",
                "дата": "дата", "даты": "дата", "күні": "дата", "күн": "дата", "фио": "фио", "таә": "фио", "тао": "фио"}  # fmt: skip
_IDLE: Final = re.compile(
    r"(?:в|по|на|и|с|со|к|о|для|или|және|мен|бен|пен|туралы|бойынша|г|п|пп|работник\w*|сотрудник\w*|граждан\w*|лиц[ао]|персонал\w*"
    r"|қызметкер\w*|жұмыскер\w*|вынесен\w*|издани\w*|наложени\w*|применени\w*|дисц|дисциплинарн\w*|указать|полностью)"
)
"""Words that add nothing to a heading: prepositions, «of the employee», «issued», «disciplinary»."""
_NUMBER_AND_DAY: Final = frozenset(("номер", "дата"))
_PARTS: Final = (
    frozenset(("фамил", "тегі")),
    frozenset(("имя", "аты")),
    frozenset(("отчес", "әкесі", "әкесі аты", "әкесінің аты")),
)


def candidates() -> list[RegisterType]:
    """Return the registers that a workbook may hold."""
    return [kind for kind in registers().values() if form_of(kind.code).workbook]


def _stem(word: str) -> str:
    if word in _SAME:
        return _SAME[word]
    return word[:5] if len(word) > 5 else word.rstrip("аяыіиеоуюйьъ") if len(word) > 3 else word


@lru_cache(maxsize=8192)
def words_of(text: str) -> frozenset[str]:
    """Return the stems of a heading's words without the idle ones: «Дата вынесения приказа» is «Дата приказа»."""
    plain = _INITIALS.sub("фио", label_key(text))
    words = _WORD.findall(plain)
    telling = frozenset(_stem(word) for word in words if not _IDLE.fullmatch(word))
    return telling or frozenset(words)


@cache
def _wordings(register: str) -> dict[str, str]:
    form = form_of(register)
    found: dict[str, str] = {}
    ordered = [*form.workbook, *(item.name for item in form.register.fields if item.derived)]
    for exact in (True, False):
        for name in ordered:
            field = form.fields[name]
            texts = field.headings if exact else (field.label.kk, field.label.ru, field.label.en)
            for text in texts:
                found.setdefault(label_key(text), name)
    return found


@cache
def _by_words(register: str) -> dict[frozenset[str], str]:
    """Return fields by the words of their headings; words of two fields are nobody's."""
    found: dict[frozenset[str], str] = {}
    for text, name in _wordings(register).items():
        key = words_of(text)
        found[key] = name if found.get(key, name) == name else ""
    return found


@cache
def number_and_day(register: str) -> dict[frozenset[str], tuple[str, str]]:
    """Return the headings, as words, under which a number and its date stand together: «№ и дата приказа»."""
    kind = form_of(register).register
    numbers: dict[frozenset[str], str] = {}
    days: dict[frozenset[str], str] = {}
    for text, name in _wordings(register).items():
        words, of = words_of(text), kind.by_name[name]
        if of.derived or not (words - _NUMBER_AND_DAY):
            continue
        if isinstance(of.type, Number) and "номер" in words:
            numbers.setdefault(words - {"номер"}, name)
        elif isinstance(of.type, Day) and "дата" in words:
            days.setdefault(words - {"дата"}, name)
    found: dict[frozenset[str], tuple[str, str]] = {}
    for subject in numbers.keys() & days.keys():
        pair = (numbers[subject], days[subject])
        found[subject | _NUMBER_AND_DAY] = pair
        if subject not in _by_words(register):
            found[subject] = pair
    return found


@cache
def day_beside(register: str) -> dict[str, str]:
    """Return for each number of a document the field of its date."""
    return dict(number_and_day(register).values())


@lru_cache(maxsize=16384)
def exact(text: str, register: str) -> str:
    """Return the field that a heading names in its own wording, empty when none."""
    known = _wordings(register)
    key = label_key(text.replace("\n", " "))
    return known.get(key) or known.get(label_key(re.sub(r"\(.*?\)", "", key)), "")


@lru_cache(maxsize=16384)
def by_words(text: str, register: str) -> str:
    """Return the field whose heading has the same words in any order and form, empty when none or several."""
    known = _by_words(register)
    whole = known.get(words_of(text), "")
    return whole or known.get(words_of(re.sub(r"\(.*?\)", " ", text)), "")


@lru_cache(maxsize=16384)
def resembling(text: str, register: str) -> str:
    """Return the field whose heading is spelled nearly so, empty when none."""
    known, key = _wordings(register), label_key(text)
    # what is of another length by far cannot be so near: no need to compare it letter by letter
    near = [word for word in known if 2 * min(len(word), len(key)) / (len(word) + len(key)) >= _ALIKE]
    close = difflib.get_close_matches(key, near, n=1, cutoff=_ALIKE)
    return known[close[0]] if close else ""


@lru_cache(maxsize=16384)
def heads_something(text: str) -> bool:
    """Tell whether a text heads a column of any register: most rows have no such cell and need no closer look."""
    if len(text) > 100 or sum(map(str.isdigit, text)) > 2:
        return False
    kinds = candidates()
    if any(exact(text, kind.code) or by_words(text, kind.code) for kind in kinds):
        return True
    return (
        any(words_of(text) in number_and_day(kind.code) for kind in kinds) or part_of_name(text) is not None
    )


def is_row_number(text: str) -> bool:
    """Tell whether a heading stands over the running numbers of the rows."""
    return label_key(text) in ROW_NUMBER


def part_of_name(text: str) -> int | None:
    """Return 0, 1 or 2 for the headings «surname», «name» and «patronymic» that stand over columns of their own."""
    words = words_of(text)
    key = " ".join(sorted(words))
    for place, known in enumerate(_PARTS):
        if key in known or (len(words) == 1 and words <= known):
            return place
    return 2 if label_key(text) == "әкесінің аты" else None


def name_field(register: str) -> str:
    """Return the field of a person's name that a workbook has, empty when none."""
    form = form_of(register)
    return next((n for n in form.workbook if isinstance(form.register.by_name[n].type, PersonName)), "")


def forget_headings() -> None:
    """Read the headings of the forms anew: headquarters sent other forms, or another workspace has its turn."""
    for kept in (_wordings, _by_words, number_and_day, exact, by_words, resembling, heads_something):
        kept.cache_clear()
