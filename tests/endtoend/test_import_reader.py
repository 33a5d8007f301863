"""The process that reads workbooks: its limits hold, and what one library cannot read another one does."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from desktop_app.core.errors import FileRefusal
from desktop_app.importing.workbook import Workbook, read_workbooks
from tests.endtoend.import_cases import unpack

HEAD = "№;ФИО;ИИН;Отдел;Вид взыскания;№ приказа;Дата приказа;Примечание\r\n"
ROW = "1;Ким Ерлан Серикович;980721399735;Отдел №5;выговор;17-л/с;04.12.2023;"


def read(*paths: Path) -> list[Workbook | FileRefusal]:
    return list(read_workbooks(paths))


def code_of(answer: Workbook | FileRefusal) -> str:
    return answer.code if isinstance(answer, FileRefusal) else ""


def small(folder: Path) -> Path:
    path = folder / "small.csv"
    path.write_bytes((HEAD + ROW).encode("cp1251"))
    return path


def test_the_reader_may_not_take_more_memory_than_its_limit(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TIZILIM_READER_MEMORY", "120000000")
    big = tmp_path / "big.csv"
    big.write_bytes((HEAD + (ROW + "я" * 90_000 + "\r\n") * 300).encode("cp1251"))
    refused, after = read(big, small(tmp_path))
    assert code_of(refused) == "import.too_big"
    assert isinstance(after, Workbook)


def test_the_reader_may_not_work_longer_than_its_limit(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TIZILIM_READER_SECONDS", "1")
    long = tmp_path / "long.csv"
    long.write_bytes((HEAD + (ROW + "я;я;я;я;я;я;я\r\n") * 190_000).encode("cp1251"))
    refused, after = read(long, small(tmp_path))
    assert code_of(refused) == "import.too_big"
    assert isinstance(after, Workbook)


def rewritten(folder: Path, change: Callable[[str, bytes], bytes]) -> Path:
    made = openpyxl.Workbook()
    made.active.append(["ФИО", "Отдел"])
    made.save(folder / "old.xlsx")
    with (
        zipfile.ZipFile(folder / "old.xlsx") as old,
        zipfile.ZipFile(folder / "new.xlsx", "w") as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return folder / "new.xlsx"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_parts_in_another_encoding_are_read(tmp_path: Path, part: str) -> None:
    def wide(name: str, body: bytes) -> bytes:
        plain = body.decode().split("?>", 1)[-1] if body.startswith(b"<?xml") else body.decode()
        return f'<?xml version="1.0" encoding="UTF-16"?>{plain}'.encode("utf-16") if name == part else body

    (answer,) = read(rewritten(tmp_path, wide))
    assert isinstance(answer, Workbook)
    assert answer.sheets[0].rows == [["ФИО", "Отдел"]]


def test_a_sheet_that_the_book_cannot_find_does_not_refuse_the_others(tmp_path: Path) -> None:
    def unrelated(name: str, body: bytes) -> bytes:
        lost = b'<sheets><sheet name="x" sheetId="9" state="visible"/>'
        return body.replace(b"<sheets>", lost) if name == "xl/workbook.xml" else body

    (answer,) = read(rewritten(tmp_path, unrelated))
    assert isinstance(answer, Workbook)
    assert answer.sheets[0].rows == [["ФИО", "Отдел"]]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.983])
def test_an_old_workbook_that_breaks_off_is_called_damaged(tmp_path: Path, share: float) -> None:
    whole = next(unpack(tmp_path / "cases").rglob("clean.xls"))
    cut = tmp_path / "cut.xls"
    body = whole.read_bytes()
    cut.write_bytes(body[: int(len(body) * share)])
    broken, after = read(cut, small(tmp_path))
    assert code_of(broken) == "import.not_workbook"  # not «too big»: the reader outlives the library's panic
    assert isinstance(after, Workbook)
