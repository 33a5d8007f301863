"""Which branch a workbook belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from desktop_app.domain.classifiers import classifier
from desktop_app.domain.lettering import label_key


class BranchFound(NamedTuple):
    """The branch of a workbook; ``certain`` when its own title rows name it and it alone."""

    code: str
    certain: bool


@cache
def _branch_keys() -> list[tuple[str, str]]:
    keys = [(label_key(label), code.code) for code in classifier("branches").codes
            for label in (code.label.kk, code.label.ru)]  # fmt: skip
    return sorted(keys, key=lambda pair: -len(pair[0]))


def branch_in(text: str) -> str:
    """Return the branch that a text names, empty when none or several."""
    key = label_key(text.replace("_", " "))
    hits: set[str] = set()
    for name, code in _branch_keys():
        if name in key:
            hits.add(code)
            key = key.replace(name, " ")
    return hits.pop() if len(hits) == 1 else ""


def branch_of(file: str, titles: Iterable[str]) -> BranchFound:
    """Return the branch by the rows above the tables, else a guess by the file's name.

    Args:
        file: name of the file; two digits that begin it may be a branch's code, or a day or a number.
        titles: texts of the rows above the headers: notes of records name other regions as well.
    """
    named = {branch_in(text) for text in titles if len(text) < 200} - {""}
    if len(named) == 1:
        return BranchFound(named.pop(), True)
    stem = file.rpartition(".")[0] or file
    by_name = branch_in(stem)
    prefix = re.match(r"(\d{2})[_\s-]", file)
    if not by_name and prefix and prefix[1] in classifier("branches").by_code:
        by_name = prefix[1]
    return BranchFound(by_name, False)
