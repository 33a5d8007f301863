"""Departments and posts on paper stand in the language of the paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from desktop_app.core.periods import Period
from desktop_app.domain.fields import Title
from desktop_app.domain.lettering import language_of
from desktop_app.domain.record import new_record
from desktop_app.domain.register import register_type
from desktop_app.services import entry, printing
from desktop_app.services.workspace import Workspace


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
    ("Зам. руководителя", "басшының орынбасары", "Зам. руководителя"),
    ("астроном", "астроном", "астроном"), ("и.о. руководителя отдела", "и.о. руководителя отдела", "и.о. руководителя отдела"),
])  # fmt: skip
def test_a_post_on_paper(written: str, kk: str, ru: str) -> None:
    assert Title().printed(written, "kk") == kk
    assert Title().printed(written, "ru") == ru


def test_the_list_on_paper_names_departments_and_posts_in_its_language(
    branch: Workspace, tmp_path: Path
) -> None:
    department = new_record("department", "71", name="Отдел № 7 г. Астана", name_other="Астана қ. № 7 бөлімі")
    entry.save(branch, department)
    entry.save(branch, new_record(
        "sanction", "71", employee="Сәрсен Айдос Ерланұлы", department="Отдел № 7 г. Астана", position="архивариус",
        category="STAFF", kind="V07", type="REMARK", order_no="5", order_date=date(2023, 11, 2),
    ))  # fmt: skip
    texts = {}
    for language in ("kk", "ru"):
        path = printing.print_report(
            branch, "sanction", Period(2023, 11), tmp_path / f"{language}.pdf", language=language
        )  # type: ignore[arg-type]
        document = pypdfium2.PdfDocument(path)
        texts[language] = " ".join("".join(p.get_textpage().get_text_range() for p in document).split())
        document.close()
    assert "Астана қ. № 7 бөлімі" in texts["kk"]
    assert "архивші" in texts["kk"]
    assert "Отдел № 7" in texts["ru"]
    assert "архивариус" in texts["ru"]
