"""Names of departments: what names one, and when two spellings certainly are the same one."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from desktop_app.domain.classifiers import classifier
from desktop_app.domain.lettering import label_key

_WORDS: Final = re.compile(r"\d+|[^\W\d_]+")
_LOOSE: Final = str.maketrans("қғңәөұүіһё", "кгнаоууихе", "ьъ")
_DEPARTMENT: Final = re.compile(r"отдел\w*|бөлім\w*|хққ[бо]|хқкб|хқко|хқо|цон\w*|подразделени\w*")
_NAMING: Final = re.compile(rf"{_DEPARTMENT.pattern}|сектор\w*|филиал\w*|управлени\w*|басқарма\w*|служб\w*")
_IDLE: Final = frozenset(
    "no n г гор город города городу к кала каласы каласынын р н район района аудан ауданы ауданынын "
    "по обслуживанию обслуживания населения халыкка кызмет корсету".split()
)
_CITY: Final = frozenset(("город", "қаласы"))


def is_department(text: str) -> bool:
    """Tell whether a text standing alone names a department: «Отдел № 5», «Есіл ХҚКБ», «1-бөлім»."""
    words = _WORDS.findall(label_key(text))
    return len(text) < 80 and len(words) > 1 and any(_NAMING.fullmatch(word) for word in words)


@cache
def _own_city(branch: str) -> str:
    """Return the stem of the city that a branch is of, empty for a branch of a region."""
    code = classifier("branches").by_code.get(branch)
    words = label_key(f"{code.label.kk} {code.label.ru}").split() if code else []
    if not _CITY & set(words):
        return ""
    return next((word.translate(_LOOSE)[:5] for word in words if word not in _CITY and len(word) > 4), "")


@lru_cache(maxsize=16384)
def department_key(text: str, branch: str) -> str:
    """Return the key under which the spellings of one department of a branch meet.

    The word for a department, «№» and «г.» go, and the name of the city where the branch is of one city:
    «Отдел № 1 города Астана», «1-отдел», «ХҚКБ №1 Астана қ.» are one; «Отдел №1 (новое здание)» is another.
    Kazakh letters meet their Russian ones: «Есіл» and «Есиль».
    """
    words = [word for word in _WORDS.findall(label_key(text)) if not _DEPARTMENT.fullmatch(word)]
    telling = [word for word in (w.translate(_LOOSE) for w in words) if word not in _IDLE]
    city = _own_city(branch)
    without = [word for word in telling if not (city and word.startswith(city))]
    return " ".join(sorted(without or telling)) or label_key(text)
