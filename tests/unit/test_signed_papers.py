"""What is on paper is what was signed: drafts, earlier revisions, registers and forms that came later."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium
import pytest

from desktop_app.core.errors import Refusal
from desktop_app.domain.record import Record
from desktop_app.formdef import forms
from desktop_app.reports.frozen import thaw
from desktop_app.services import closing, entry, months, printing, signing
from desktop_app.services.words import short_digest
from desktop_app.services.workspace import Workspace
from tests.unit.test_months import MAY, close, save

FAR = date(2999, 1, 1)


@pytest.fixture
def signed(branch: Workspace) -> tuple[Workspace, Record]:
    record = save(branch, 1)
    months.declare(branch, MAY, "complaint", "NIL")
    months.declare(branch, MAY, "finding", "NOT_APPLICABLE")
    close(branch)
    return branch, record


def text_of(
    workspace: Workspace, path: Path, report: str = "month", revision: int = 0, branch: str = ""
) -> str:
    printing.print_report(workspace, report, MAY, path, branch, "ru", revision)
    with pdfium.PdfDocument(path) as document:
        texts = []
        for page in document:
            part = page.get_textpage()
            texts.append(part.get_text_range())
            part.close()
            page.close()
    return "\f".join(texts)


def test_a_reopened_month_prints_a_draft_tied_to_nothing(
    signed: tuple[Workspace, Record], tmp_path: Path
) -> None:
    workspace, record = signed
    first = months.submissions(workspace, "71", MAY)[0].values.digest
    before = text_of(workspace, tmp_path / "1.pdf")
    assert short_digest(first) in before
    assert "ПРОЕКТ" not in before
    closing.reopen(workspace, MAY, [record.id], "Приказ исправлен судом", FAR)
    entry.save(workspace, record.with_values(type="SEVERE"))
    draft = text_of(workspace, tmp_path / "2.pdf")
    assert all("ПРОЕКТ" in page for page in draft.split("\f"))
    assert short_digest(first) not in draft
    assert "Причина исправления: Приказ исправлен судом" in draft
    assert text_of(workspace, tmp_path / "3.pdf", revision=1) == before
    with pytest.raises(Refusal, match="no_revision"):
        text_of(workspace, tmp_path / "x.pdf", revision=2)
    closing.close(workspace, MAY, reason="без ошибок")
    second = months.submissions(workspace, "71", MAY)[-1].values.digest
    after = text_of(workspace, tmp_path / "4.pdf")
    assert second != first
    assert short_digest(second) in after
    assert "с ошибками" not in after
    assert "без ошибок" in after
    assert after.count("Приказ исправлен судом") == 2  # the correction, and why the field changed
    assert text_of(workspace, tmp_path / "5.pdf", revision=1) == before


def test_nothing_that_comes_later_changes_a_signed_paper(
    signed: tuple[Workspace, Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, record = signed
    printing.print_report(workspace, "month", MAY, tmp_path / "1.xlsx", "", "kk")
    before = text_of(workspace, tmp_path / "1.pdf")
    department = entry.load(workspace, "department", record.values.department)
    assert department is not None
    entry.save(workspace, department.with_values(name="Басқа атау"))
    built_in = (forms.FORM_FOLDERS[0] / "sanction.toml").read_text("utf-8")
    monkeypatch.setitem(forms.GUIDED, "sanction", re.sub(r'index = ".*"', 'index = "99-ТЖ"', built_in))
    monkeypatch.setattr("desktop_app.services.months.monthly_registers", lambda: ())
    forms.form_of.cache_clear()
    try:
        assert forms.form_of("sanction").print.index == "99-ТЖ"
        assert text_of(workspace, tmp_path / "2.pdf") == before
        printing.print_report(workspace, "month", MAY, tmp_path / "2.xlsx", "", "kk")
    finally:
        monkeypatch.undo()
        forms.form_of.cache_clear()
    one, two = (openpyxl.load_workbook(tmp_path / f"{n}.xlsx") for n in (1, 2))
    for sheet in one:
        assert [[c.value for c in row] for row in sheet] == [
            [c.value for c in row] for row in two[sheet.title]
        ]


def test_a_print_on_another_day_differs_by_the_day_of_printing_only(
    signed: tuple[Workspace, Record], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _ = signed
    before = text_of(workspace, tmp_path / "1.pdf")
    monkeypatch.setenv("TIZILIM_TODAY", "2025-06-30")
    after = text_of(workspace, tmp_path / "2.pdf")
    assert after != before
    assert after.replace("30 июня 2025 года", "5 января 2024 года") == before


def test_sections_on_cover_and_form_say_one_thing(branch: Workspace, tmp_path: Path) -> None:
    save(branch, 1)
    months.declare(branch, MAY, "finding", "NOT_APPLICABLE")
    text = text_of(branch, tmp_path / "d.pdf")
    assert "Нулевые сведения" not in text
    assert "не представлены" in text
    assert "неприменим" in text


def test_a_month_of_a_version_that_kept_no_papers_is_tied_only_while_it_is_the_same(
    signed: tuple[Workspace, Record], tmp_path: Path
) -> None:
    workspace, _ = signed
    released(workspace)
    digest = months.submissions(workspace, "71", MAY)[0].values.digest
    text = text_of(workspace, tmp_path / "1.pdf")
    assert short_digest(digest) in text
    assert "ПРОЕКТ" not in text
    with workspace.store.transaction(workspace.user) as work:
        work.run("DROP TRIGGER sanction_locked_update_new")
        work.run("DROP TRIGGER sanction_locked_update_old")
        work.run("UPDATE sanction SET type = 'SEVERE'")
    text = text_of(workspace, tmp_path / "2.pdf")
    assert short_digest(digest) not in text
    assert "ПРОЕКТ" in text
    assert "после закрытия месяца записи изменились" in text


def released(workspace: Workspace) -> None:
    """Make the month's revision what the first released version wrote."""
    with workspace.store.transaction(workspace.user) as work:
        old = signing._first_digest(work.reader, "71", MAY)
        work.run("UPDATE submission SET extra = '', digest = ?", (old,))


def test_kept_papers_that_are_not_whole_are_not_believed(
    signed: tuple[Workspace, Record], tmp_path: Path
) -> None:
    workspace, _ = signed
    revision = months.submissions(workspace, "71", MAY)[0]
    kept = signing.kept_of(workspace, revision)
    assert kept is not None
    assert thaw(kept.papers["ru"]["sanction"], "", FAR).tie
    assert signing.is_whole(kept, "71", MAY)
    with workspace.store.transaction(workspace.user) as work:
        work.run("UPDATE blob SET body = ?", (b"broken",))
    assert signing.kept_of(workspace, revision) is None
    assert short_digest(revision.values.digest) in text_of(workspace, tmp_path / "1.pdf")
