"""Foreign workbooks of every habit are read right or refused with the right sentence; none is read wrong."""

from __future__ import annotations

import os
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from desktop_app.core.errors import FileRefusal
from desktop_app.formdef.forms import form_of
from desktop_app.importing.workbook import Unread, Workbook, read_workbooks
from desktop_app.services.intake import FileOutcome, import_workbooks
from desktop_app.services.intake_report import report_lines
from desktop_app.services.workspace import Workspace
from tests.endtoend.import_cases import WRONG, judge, unpack

HEAD = ["№", "ФИО", "ИИН", "Отдел", "Вид взыскания", "№ приказа", "Дата приказа", "Примечание"]
ROW = ["1", "Ким Ерлан Серикович", "980721399735", "Отдел №5", "выговор", "17-л/с", "04.12.2023", ""]


def tried(branch: Workspace, path: Path) -> FileOutcome:
    return import_workbooks(branch, [path], dry_run=True)[0]


def book(path: Path, rows: list[list[object]], title: str = "Взыскания") -> Path:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def rows_of(outcome: FileOutcome) -> list[dict[str, object]]:
    return [row.row.values for sheet in outcome.sheets for row in sheet.rows]


def codes_of(outcome: FileOutcome) -> set[tuple[str, str]]:
    return {(line.cell, line.code) for line in report_lines([outcome], "ru")}


def test_no_kept_case_is_read_wrong(branch: Workspace, tmp_path: Path) -> None:
    found = list(judge(branch, unpack(tmp_path / "cases")))
    assert len(found) > 110
    wrong = [verdict for verdict in found if verdict.verdict == WRONG]
    assert not wrong, "\n".join(map(str, wrong))
    assert all(verdict.verdict != "not judged" for verdict in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "kz1048", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_plain_text_in_any_encoding_and_with_any_separator(
    branch, tmp_path: Path, encoding, separator
) -> None:
    kazakh = encoding != "cp1251"
    rows = [HEAD, [*ROW[:-1], "ескертпе жоқ, «ҚӘҢҒҮҰҺӨІ»" if kazakh else "без примечаний, совсем"]]
    text = "\r\n".join(
        separator.join(f'"{cell}"' if separator in cell else cell for cell in row) for row in rows
    )
    path = tmp_path / "журнал.csv"
    path.write_bytes(text.encode(encoding))
    values = rows_of(tried(branch, path))[0]
    assert values["employee"] == "Ким Ерлан Серикович"
    assert values["order_date"] == date(2023, 12, 4)
    assert values["note"] == rows[1][-1]


def test_pages_and_flat_xml_under_the_name_of_excel(branch: Workspace, tmp_path: Path) -> None:
    cells = "".join(f"<td>{cell}</td>" for cell in ROW)
    heads = "".join(f"<th>{cell}</th>" for cell in HEAD)
    other = "".join(f"<td>{c}</td>" for c in ["2", "Пак Олег", "", "замечание", "5", "05.12.2023", ""])
    page = tmp_path / "portal.xls"
    page.write_text(
        f"<html><body><p>Филиал: город Астана</p><table><tr>{heads}</tr><tr>{cells.replace('<td>Отдел', '<td rowspan=2>Отдел')}</tr>"
        f"<tr>{other}</tr></table></body></html>",
        "cp1251",
    )
    one, two = rows_of(tried(branch, page))
    assert one["department"] == two["department"]
    assert two["order_no"] == "5"


def test_an_error_or_a_formula_without_a_value_is_named_as_written(branch: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", [HEAD, [*ROW[:4], "=VLOOKUP(B2,X!A:B,2,0)", *ROW[5:]]])
    workbook = next(iter(read_workbooks([path])))
    assert isinstance(workbook, Workbook)
    assert isinstance(workbook.sheets[0].rows[1][4], Unread)
    assert ("E2", "read.no_value") in codes_of(tried(branch, path))


def test_a_broken_check_sum_is_refused(branch: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", [HEAD, ROW])
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    body = bytearray(path.read_bytes())
    body[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 4
    path.write_bytes(body)
    refusal = tried(branch, path).refusal
    assert refusal is not None
    assert refusal.code == "import.damaged"


def test_pipes_folders_and_odd_names(branch: Workspace, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    odd = book(tmp_path / "две\nстроки.xlsx", [HEAD, ROW])
    plain = book(tmp_path / "после.xlsx", [HEAD, [*ROW[:5], "18-л/с", *ROW[6:]]])
    first, second, third, fourth = import_workbooks(branch, [pipe, odd, tmp_path, plain], dry_run=True)
    assert first.refusal is not None
    assert first.refusal.code == "import.not_regular"
    assert rows_of(second)[0]["order_no"] == "17-л/с"
    assert third.refusal is not None
    assert rows_of(fourth)[0]["order_no"] == "18-л/с"


def test_folders_written_with_backslashes_are_read(branch: Workspace, tmp_path: Path) -> None:
    path, mended = book(tmp_path / "b.xlsx", [HEAD, ROW]), tmp_path / "c.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(mended, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename.replace("/", "\\"), old.read(part))
    assert len(rows_of(tried(branch, mended))) == 1


def test_one_sheet_that_cannot_be_read_does_not_refuse_the_workbook(
    branch: Workspace, tmp_path: Path
) -> None:
    made = openpyxl.Workbook()
    made.active.append(["пусто"])
    sheet = made.create_sheet("Взыскания")
    sheet.append(HEAD)
    sheet.append(ROW)
    made.save(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as new:
        for part in old.infolist():
            body = (
                b"<worksheet><sheetData><row><c r="
                if part.filename.endswith("sheet1.xml")
                else old.read(part)
            )
            new.writestr(part, body)
    outcome = tried(branch, tmp_path / "c.xlsx")
    assert len(rows_of(outcome)) == 1
    assert ("", "sheet_unread") in codes_of(outcome)


def test_a_fault_over_one_file_does_not_end_the_run(branch: Workspace, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    with branch.store.transaction(branch.user) as work:  # a database that will not have one certain row
        work.run(
            "CREATE TRIGGER refuses BEFORE INSERT ON sanction WHEN NEW.order_no = '13-л/с' "
            "BEGIN SELECT RAISE(ABORT, 'a fault'); END"
        )
    bad = book(tmp_path / "a.xlsx", [HEAD, [*ROW[:5], "13-л/с", *ROW[6:]]])
    good = book(tmp_path / "b.xlsx", [HEAD, ROW])
    first, second = import_workbooks(branch, [bad, good], dry_run=True)
    assert first.refusal is not None
    assert first.refusal.code == "import.fault"
    assert first.refusal.params["file"] == "a.xlsx"
    assert len(rows_of(second)) == 1


@pytest.mark.parametrize("name", ["10 2023.xlsx", "11-2023 взыскания.xlsx", "23_желтоқсан.xlsx"])
def test_digits_of_a_file_name_are_a_guess(branch: Workspace, tmp_path: Path, name: str) -> None:
    assert tried(branch, book(tmp_path / name, [HEAD, ROW])).branch == "71"
    titled = book(tmp_path / f"x{name}", [["Филиал: Алматинская область"], HEAD, ROW])
    refusal = tried(branch, titled).refusal
    assert refusal is not None
    assert refusal.code == "import.other_branch"


def test_missing_columns_are_named(branch: Workspace, tmp_path: Path) -> None:
    refusal = tried(branch, book(tmp_path / "b.xlsx", [[*HEAD[:6], "Когда", "Примечание"], ROW])).refusal
    assert isinstance(refusal, FileRefusal)
    assert refusal.code == "import.columns_missing"
    assert "«Дата приказа»" in str(refusal.params["fields"])


def test_a_foreign_table_is_told_by_the_register_it_is_nearest_to(branch: Workspace, tmp_path: Path) -> None:
    head = ["Табельный №", "ФИО", "ИИН", "Подразделение", "Должность", "Дата приема", "Телефон"]
    row = ["0012", "Ким Ерлан Серикович", "980721399735", "Отдел №5", "архивариус", "01.03.15", ""]
    refusal = tried(branch, book(tmp_path / "b.xlsx", [head, row])).refusal
    assert isinstance(refusal, FileRefusal)
    assert refusal.params["nearest"] == form_of("sanction").plural
    assert "«Вид взыскания», «Дата приказа»" in str(refusal.params["fields"])


def test_a_column_without_a_heading_is_kept_and_said(branch: Workspace, tmp_path: Path) -> None:
    outcome = tried(branch, book(tmp_path / "b.xlsx", [HEAD, [*ROW, "вне таблицы"]]))
    assert outcome.sheets[0].rows[0].row.extra == {"I": "вне таблицы"}
    assert ("I1", "rows.extra_column") in codes_of(outcome)


def test_a_lone_slip_does_not_make_a_column_american(branch: Workspace, tmp_path: Path) -> None:
    days = ["13/02/2023", "14/02/2023", "15/02/2023", "16/02/2023", "17/02/2023", "05/13/2023", "03/02/2023"]
    rows = [[*ROW[:5], f"{n}-к", day, ""] for n, day in enumerate(days)]
    outcome = tried(branch, book(tmp_path / "b.xlsx", [HEAD, *rows]))
    assert [row.get("order_date") for row in rows_of(outcome)][4:] == [
        date(2023, 2, 17),
        None,
        date(2023, 2, 3),
    ]
    mixed = [
        [*ROW[:5], f"{n}-к", day, ""] for n, day in enumerate(["13/02/2023", "05/13/2023", "03/02/2023"])
    ]
    outcome = tried(branch, book(tmp_path / "c.xlsx", [HEAD, *mixed]))
    assert rows_of(outcome)[2].get("order_date") is None
    assert ("G4", "read.date_order_unknown") in codes_of(outcome)
