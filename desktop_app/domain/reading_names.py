"""Reading the names of persons and organisations."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from desktop_app.domain import fields as f
from desktop_app.domain.companies import is_company
from desktop_app.domain.lettering import label_key, mend_name, proper_name, tidy
from desktop_app.domain.reading_base import BAD, Hint, Raw, Reading, as_text

_BETWEEN: Final = re.compile(r"\s*(?:[\n;,/&+]|\b(?:и|және|мен|and)\b|(?:^|\s)\d{1,2}\s*[.)])\s*")
_CAPITAL: Final = r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]"
_SURNAME: Final = rf"{_CAPITAL}[^\W\d_]+(?:[-’'][^\W\d_]+)?"
_SHORT: Final = re.compile(rf"{_SURNAME}\s+{_CAPITAL}\.\s*(?:{_CAPITAL}\.?)?")
_PERSON: Final = re.compile(rf"(?:{_SHORT.pattern}|{_SURNAME}(?:\s+{_SURNAME}){{1,3}})")
_REMARK: Final = re.compile(r"\s*(?:\(\s*([^()]*)\)|\s[-–—]\s+(.*))$", re.DOTALL)
_NOBODY: Final = frozenset(
    "вакансия|вакант|вакантно|вакантная должность|бос орын|бос лауазым|бос|нет|жоқ|неизвестно|не установлен|не установлено|не определен"
    "|белгісіз|анықталмаған|анықталмады|фио|ф и о|аты-жөні|таә|аттестация|декрет".split("|")
)
_PLAIN: Final = re.compile(r"[^\W\d_ ]+(?:[- ][^\W\d_]+)*")
_MOST_WORDS: Final = 5
_LETTERS: Final = "А-ЯЁӘІҢҒҮҰҚӨҺ"
_USUAL: Final = re.compile(rf"[{_LETTERS}][{_LETTERS.lower()}]+(?: [{_LETTERS}][{_LETTERS.lower()}]+){{1,2}}")
"""A name as it should be: two or three words of Cyrillic letters, each with a capital."""


def persons_in(text: str) -> int:
    """Return how many persons a cell names: parts that are each a name in full or a surname with initials."""
    if len(text.split()) <= 3 and _PLAIN.fullmatch(text):
        return 1
    mended = mend_name(text)
    parts = [part.strip(" .") for part in _BETWEEN.split(mended) if part.strip(" .")]
    named = [part for part in parts if _PERSON.fullmatch(part) or _SHORT.fullmatch(part + ".")]
    if len(parts) > 1 and len(named) == len(parts):
        return len(parts)
    short = _SHORT.findall(mended)
    if len(short) > 1:
        return len(short)
    words = re.findall(_SURNAME, mended)
    return 2 if len(words) > _MOST_WORDS and not re.search(r"[^\s\w.’'-]", mended) else 1


def _remark(text: str) -> tuple[str, bool]:
    """Return a name without the remark behind it; one that begins with a capital may be a former surname and stays."""
    found = _REMARK.search(text)
    words = (found[1] or found[2] or "").strip() if found else ""
    if found and words and words[0].islower() and len(text[: found.start()].split()) > 1:
        return text[: found.start()], True
    return text, False


@lru_cache(maxsize=65536)
def _name(text: str, organisations: bool) -> Reading:
    if _USUAL.fullmatch(text) and text.lower() not in _NOBODY:
        return Reading(text)
    several = persons_in(text) > 1 and not (organisations and is_company(text))
    if several and not organisations:
        return BAD._replace(mended="read.several_persons", advice="rows.one_person_a_row")
    clean = tidy(text)
    if not organisations:
        if (
            label_key(clean) in _NOBODY
            or not re.search(r"[^\W\d_]{2}", clean)
            or any(map(str.isdigit, clean))
        ):
            return BAD._replace(mended="read.no_person")
        clean, dropped = _remark(clean)
    else:
        dropped = False
    mended = mend_name(clean)
    proper = proper_name(mended)
    if dropped:
        return Reading(proper, "read.name_remark", advice="rows.check_row")
    if several:
        return Reading(proper, "read.several_persons", advice="rows.check_row")
    if proper != mended:
        return Reading(proper, "read.capitals")
    if mended != clean:
        return Reading(mended, "read.lookalikes")
    return Reading(clean or None, "read.spaces" if clean != text else "")


def read_name(kind: f.FieldType, raw: Raw, hint: Hint) -> Reading:
    """Read a name: spaces, look-alike letters, all capitals; several persons in one cell are nobody's name."""
    assert isinstance(kind, f.PersonName)  # noqa: S101 - the reader table pairs them
    return _name(as_text(raw), kind.organisations)
