"""What officers may be handed: each broken or hostile file gets one sentence and no harm."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from desktop_app.core.i18n import LANGUAGES, tr
from desktop_app.services.intake import import_workbooks
from desktop_app.services.workspace import Workspace

HEAD = ["Фамилия, имя, отчество", "Вид взыскания", "Дата приказа", "№ приказа", "Примечание"]


def _not_a_workbook(path: Path) -> str:
    path.write_bytes(b"%PDF-1.7 not a workbook" * 100)
    return "import.not_workbook"


def _empty(path: Path) -> str:
    path.write_bytes(b"")
    return "import.not_workbook"


def _cut_in_half(path: Path) -> str:
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return "import.not_workbook"


def _protected(path: Path) -> str:
    body = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 500
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 500
    )
    path.write_bytes(body)
    return "import.protected"


def _gigabyte_of_noughts(path: Path) -> str:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        block = b"\0" * 10_000_000
        for _ in range(100):
            part.write(block)
    return "import.too_big"


def _huge_sparse(path: Path) -> str:
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    _with_sheet(path, sheet)
    return "import.too_big"


def _external_entity(path: Path) -> str:
    sheet = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>'
    )
    _with_sheet(path, sheet)
    return "import.no_register,import.not_workbook"


def _with_sheet(path: Path, sheet: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)


CASES = [
    _not_a_workbook,
    _empty,
    _cut_in_half,
    _protected,
    _gigabyte_of_noughts,
    _huge_sparse,
    _external_entity,
]


@pytest.mark.parametrize("make", CASES, ids=lambda f: f.__name__.strip("_"))
def test_one_sentence_and_no_harm(branch: Workspace, tmp_path: Path, make) -> None:
    path = tmp_path / "кітап.xlsx"
    expected = make(path)
    outcome = import_workbooks(branch, [path])[0]
    assert outcome.refusal is not None
    assert outcome.refusal.code in expected.split(",")
    for language in LANGUAGES:
        words = tr(language, outcome.refusal.code, **outcome.refusal.params)
        assert "кітап.xlsx" in words
        assert "{" not in words
    with branch.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM change") == [(0,)]


def test_missing_file(branch: Workspace, tmp_path: Path) -> None:
    refusal = import_workbooks(branch, [tmp_path / "none.xlsx"])[0].refusal
    assert refusal is not None
    assert refusal.code == "import.no_file"


def test_a_broken_file_does_not_stop_the_others(branch: Workspace, tmp_path: Path) -> None:
    _huge_sparse(tmp_path / "a.xlsx")
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(["Ахметов Ерлан Серикович", "выговор", "01.02.2023", "5", ""])
    book.save(tmp_path / "b.xlsx")
    outcomes = import_workbooks(branch, [tmp_path / "a.xlsx", tmp_path / "b.xlsx"])
    assert outcomes[0].refusal is not None
    assert outcomes[1].sheets[0].count("new") == 1


def test_formulas_stay_text_and_a_hundred_thousand_empty_rows_do_not_matter(
    branch: Workspace, tmp_path: Path
) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Взыскания")
    sheet.append(HEAD)
    sheet.append(["Ахметов Ерлан Серикович", "выговор", "01.02.2023", "5", "=cmd|'/c calc'!A1"])
    for _ in range(100_000):
        sheet.append([])
    sheet.append(["Ким Анна Сергеевна", "замечание", "02.02.2023", "6", "@SUM(1)"])
    book.save(tmp_path / "book.xlsx")
    outcome = import_workbooks(branch, [tmp_path / "book.xlsx"])[0]
    assert outcome.refusal is None
    assert outcome.sheets[0].count("new") == 2


def test_workbook_of_another_branch_is_refused(branch: Workspace) -> None:
    from desktop_app.services.demonstration import sample_workbooks

    other = next(path for path in sample_workbooks() if path.name.startswith("10"))
    refusal = import_workbooks(branch, [other])[0].refusal
    assert refusal is not None
    assert refusal.code == "import.other_branch"
