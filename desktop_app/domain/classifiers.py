"""Codes with labels in three languages and dates of validity, read from ``resources/classifiers``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from desktop_app.core.i18n import Language, Text3
from desktop_app.core.paths import RESOURCES
from desktop_app.domain.law import accessibility, acts
from desktop_app.domain.lettering import label_key


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a classifier; ``more`` holds what only its own rules read."""

    code: str
    label: Text3
    valid_from: date | None = None
    valid_to: date | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        """Tell whether the code may be used for a record of that day."""
        return (self.valid_from is None or day >= self.valid_from) and (
            self.valid_to is None or day <= self.valid_to
        )


class Classifier:
    """A list of codes; finds a code by any spelling of its labels and nothing by resemblance."""

    def __init__(self, name: str, codes: tuple[Code, ...]) -> None:
        self.name = name
        self.codes = codes
        self.by_code = {code.code: code for code in codes}
        self._by_words: dict[str, str | None] = {}
        self._tokens: list[tuple[tuple[str, ...], str]] = []
        for code in codes:
            for text in (code.label.kk, code.label.ru, code.label.en, *_aliases(code)):
                key = label_key(text)
                known = self._by_words.get(key, code.code)
                self._by_words[key] = code.code if known == code.code else None
                self._tokens.append((tuple(key.split(" ")), code.code))

    def label(self, code: str, language: Language) -> str:
        """Return the label of a code, the code itself when unknown."""
        found = self.by_code.get(code)
        return found.label.get(language) if found else code

    def says(self, code: str, text: str, language: Language) -> bool:
        """Tell whether the text is one of a code's own names in that language, so that it may stand as written."""
        found = self.by_code[code]
        own = (found.label.get(language), *found.more.get(f"titles_{language}", ()))
        return label_key(text) in {label_key(name) for name in own}

    def find(self, text: str) -> str | None:
        """Return the code that ``text`` names, or None.

        Understands any case, look-alike letters, set phrases around a label («объявлен выговор»,
        «сөгіс жарияланды») and abbreviations marked with a dot («қ. сөгіс», «стр. выговор»);
        the number of words must agree, so «қатаң ескерту» is never taken for «ескерту». Last, a code may be known by
        beginnings of words (``stems``).
        """
        if text in self.by_code:
            return text
        key = label_key(text)
        if key in self._by_words:
            return self._by_words[key]
        words = [w for w in label_key(text.replace(".", ". ")).split(" ") if w.strip(".") not in _PHRASES]
        bare = " ".join(words)
        if bare in self._by_words:
            return self._by_words[bare]
        if text.rstrip().endswith(".") and words and not words[-1].endswith("."):
            words[-1] += "."
        hits = {code for tokens, code in self._tokens if _abbreviates(words, tokens)}
        return hits.pop() if len(hits) == 1 else None if hits else self._by_stem(words)

    def _by_stem(self, words: list[str]) -> str | None:
        """Return the code of which a word begins with one of its ``stems``: it stands for names that no list has."""
        hits = {
            code.code for code in self.codes for stem in code.more.get("stems", ())
            if any(word.startswith(stem) for word in words)
        }  # fmt: skip
        return hits.pop() if len(hits) == 1 else None


_PHRASES = frozenset(
    "беру берілді беріледі жарияланды жариялау жариялансын түрінде шарасы жаза жазасы "
    "объявлен объявлено объявлена объявить в виде взыскание наложено наложен вынесен вынесено".split()
)


def _aliases(code: Code) -> tuple[str, ...]:
    return (
        tuple(code.more.get("titles_kk", ()))
        + tuple(code.more.get("titles_ru", ()))
        + tuple(code.more.get("aliases", ()))
    )


def _abbreviates(words: list[str], tokens: tuple[str, ...]) -> bool:
    if len(words) != len(tokens) or not any(word.endswith(".") for word in words):
        return False
    return all(
        token.startswith(word[:-1]) and len(word) > 1 if word.endswith(".") else word == token
        for word, token in zip(words, tokens, strict=True)
    )


_OWN = ("code", "kk", "ru", "en", "valid_from", "valid_to", "created")


def _code(row: dict[str, Any]) -> Code:
    starts = row.get("valid_from") or row.get("created")
    ends = row.get("valid_to")
    return Code(
        code=str(row.get("code") or row.get("id") or row.get("no")),
        label=Text3(row.get("kk", ""), row.get("ru", ""), row.get("en", "")),
        valid_from=date.fromisoformat(starts) if starts else None,
        valid_to=date.fromisoformat(ends) if ends else None,
        more={key: value for key, value in row.items() if key not in _OWN},
    )


@cache
def _source() -> dict[str, list[dict[str, Any]]]:
    data: dict[str, list[dict[str, Any]]] = json.loads(
        (RESOURCES / "classifiers" / "classifiers.json").read_text("utf-8")
    )
    own = json.loads((RESOURCES / "classifiers" / "own.json").read_text("utf-8"))
    whole = {**data, **own, "norm_clauses": accessibility.clauses()}
    for name, rows in GUIDED.items():
        if name in whole:
            whole[name] = _amended(whole[name], rows)
    return whole


GUIDED: dict[str, list[dict[str, Any]]] = {}
"""Classifier → codes that headquarters sent: they replace the codes of the same name or are added."""


def _amended(rows: list[dict[str, Any]], sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    key = _key_of(rows[0]) if rows else "code"
    by_code = {str(row[key]): row for row in rows}
    for row in sent:
        code = str(row["code"])
        by_code[code] = {**by_code.get(code, {}), **row, key: by_code.get(code, {}).get(key, code)}
    return list(by_code.values())


def _key_of(row: dict[str, Any]) -> str:
    return next(name for name in ("code", "id", "no") if row.get(name) is not None)


def forget_classifiers() -> None:
    """Read the classifiers anew: headquarters sent other codes."""
    _source.cache_clear()
    classifier.cache_clear()


acts.remembers(forget_classifiers)


@cache
def classifier(name: str) -> Classifier:
    """Return a classifier by its name, e.g. ``sanction_types``.

    Raises:
        KeyError: no such list (a fault of a register's class, caught by the contract tests).
    """
    return Classifier(name, tuple(_code(row) for row in _source()[name]))


def branch_name(code: str, language: Language) -> str:
    """Return the name of a branch's region."""
    return classifier("branches").label(code, language)
