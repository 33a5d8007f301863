"""Departments and posts on paper stand in the language of the paper."""

from __future__ import annotations

import pytest

from desktop_app.domain.fields import Title
from desktop_app.domain.lettering import language_of
from desktop_app.domain.register import register_type


@pytest.mark.parametrize(("text", "language"), [
    ("Астана қ. № 7 бөлімі", "kk"), ("Есіл ХҚКБ", "kk"), ("Отдел №7 г. Астана", "ru"), ("№ 7", None), ("Абай", None),
])  # fmt: skip
def test_the_language_of_a_name(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("name", "other", "kk", "ru"), [
    ("Отдел №7 г. Астана", "Астана қ. № 7 бөлімі", "Астана қ. № 7 бөлімі", "Отдел №7 г. Астана"),
    ("Есіл ХҚКБ", "Отдел Есиль", "Есіл ХҚКБ", "Отдел Есиль"),
    ("Есіл ХҚКБ", None, "Есіл ХҚКБ", "Есіл ХҚКБ"),
    ("Абай", "Отдел Абай", "Абай", "Отдел Абай"),
])  # fmt: skip
def test_a_department_on_paper(name: str, other: str | None, kk: str, ru: str) -> None:
    department = register_type("department")
    values = {"name": name, "name_other": other}
    assert department.title_in(values, "kk") == kk
    assert department.title_in(values, "ru") == ru


@pytest.mark.parametrize(("written", "kk", "ru"), [
    ("архивариус", "архивші", "архивариус"), ("бөлім басшысы", "бөлім басшысы", "руководитель отдела"),
    ("Зам. руководителя", "басшының орынбасары", "заместитель руководителя"),
    ("астроном", "астроном", "астроном"), ("и.о. руководителя отдела", "и.о. руководителя отдела", "и.о. руководителя отдела"),
])  # fmt: skip
def test_a_post_on_paper(written: str, kk: str, ru: str) -> None:
    assert Title().printed(written, "kk") == kk
    assert Title().printed(written, "ru") == ru
