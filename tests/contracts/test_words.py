"""Terms by the acts: no catalogue, form, classifier or program text holds what ``docs/glossary.csv`` forbids."""

from __future__ import annotations

import ast
import csv
import json
import tomllib
from collections.abc import Iterator

import pytest

from desktop_app.core.paths import FORMS, RESOURCES, ROOT

READ_NOT_SHOWN = {"headings", "aliases", "titles_kk", "titles_ru"}
"""Words that are only understood when they come in workbooks: earlier labels among them."""
QUOTED = {"indicators"}
"""Names as the approved plan gives them: quotations are not ours to mend."""
SHOWING = ("reports", "services", "window", "formdef", "storage", "exchange", "core")


def never() -> list[tuple[str, str, str]]:
    with (ROOT / "docs" / "glossary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (*(part.strip() for part in text.split(":", 1)), row["en"])  # type: ignore[misc]
        for row in rows
        for text in row["never"].split(";")
        if text.strip()
    ]


def in_data(data: object, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in READ_NOT_SHOWN or key in QUOTED:
                continue
            language = key[-2:] if key in ("kk", "ru") or key.endswith(("_kk", "_ru")) else ""
            if language and isinstance(value, str):
                yield language, f"{place}.{key}", value
            else:
                yield from in_data(value, f"{place}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from in_data(value, f"{place}[{number}]")


def shown() -> Iterator[tuple[str, str, str]]:
    """Yield language, place and text of everything that a person may be shown."""
    for language in ("kk", "ru"):
        catalogue = json.loads((RESOURCES / "locale" / f"{language}.json").read_text("utf-8"))
        yield from ((language, key, text) for key, text in catalogue.items())
    for path in FORMS.glob("*.toml"):
        yield from in_data(tomllib.loads(path.read_text("utf-8")), path.name)
    for path in RESOURCES.rglob("*.json"):
        if path.parent.name != "locale":
            yield from in_data(json.loads(path.read_text("utf-8")), path.name)
    for room in SHOWING:
        for path in (ROOT / "desktop_app" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for language in ("kk", "ru"):
                        yield language, f"{path.name}:{node.lineno}", node.value


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_text_says_what_the_glossary_forbids(language: str) -> None:
    forbidden = [(text.lower(), term) for of, text, term in never() if of == language]
    assert len(forbidden) > 30
    found = [
        f"{place}: «{text}» ({term}) in {value[:120]!r}"
        for of, place, value in shown()
        if of == language
        for text, term in forbidden
        if text in value.lower()
    ]
    assert found == []
