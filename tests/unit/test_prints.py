"""Prints: golden text of the forms, hostile names, no rows, many rows, workbooks that agree."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2 as pdfium
import pytest

from desktop_app.core.i18n import tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.record import new_record
from desktop_app.domain.register import monthly_registers
from desktop_app.formdef.forms import form_of
from desktop_app.reports.document import Column, Document, Table
from desktop_app.reports.writers.pdf import write_pdf
from desktop_app.reports.writers.xlsx import write_xlsx
from desktop_app.services import closing, entry, months, printing
from desktop_app.services.words import short_digest
from desktop_app.services.workspace import Workspace

GOLDEN = Path(__file__).parents[1] / "golden"
MONTH = Period(2023, 11)
HOSTILE = [
    "<b>Қалың</b> & Co",
    "<img src='/etc/passwd'/>",
    "=cmd|'/c calc'!A1",
    "+7",
    "@SUM(A1)",
    "-1+1",
    "Ә" * 300,
    "a\tb\nc",
    "«Ұлы» “дала”",
]


def pages(path: Path) -> list[str]:
    with pdfium.PdfDocument(path) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found.append(text.get_text_range().replace("\r\n", "\n"))
            text.close()
            page.close()
        return found


def fonts(path: Path) -> list[str]:
    """Return the names of the fonts of a file; each must be embedded."""
    with pikepdf.open(path) as pdf:
        found = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
        ]
        assert found
        assert all("/FontFile2" in font.FontDescriptor for font in found)
        return [str(font.BaseFont) for font in found]


def settled(text: str) -> str:
    """Return the text without what differs from run to run: record ids and digests."""
    return re.sub(r"[0-9A-F]{4}(-[0-9A-F]{4}){3}", "0000-0000-0000-0000", text)


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("report", ["month"])
def test_the_month_on_paper_is_the_golden_one(
    astana: Workspace, tmp_path: Path, language: str, report: str
) -> None:
    closing.close(
        astana, MONTH, reason="тексерілді", executor="А. Орындаушы", head="Б. Басшы", phone="+7 7172 11 22 33"
    )
    path = printing.print_report(astana, report, MONTH, tmp_path / "m.pdf", language=language)  # type: ignore[arg-type]
    text = settled("\f".join(pages(path)))
    golden = GOLDEN / f"{report}-{language}.txt"
    if not golden.exists():
        golden.write_text(text, "utf-8")
        pytest.fail(f"{golden.name} was written; look at it and run again")
    assert text == golden.read_text("utf-8")


def test_every_page_is_numbered_and_tied_to_the_data(astana: Workspace, tmp_path: Path) -> None:
    closing.close(astana, MONTH, reason="тексерілді")
    digest = short_digest(months.month(astana, MONTH).digest)
    path = printing.print_report(astana, "sanction", MONTH, tmp_path / "m.pdf", language="ru")
    found = pages(path)
    for number, text in enumerate(found, 1):
        assert f"стр. {number} из" in text
        assert digest in text


def test_fonts_are_embedded_and_complete_for_kazakh(astana: Workspace, tmp_path: Path) -> None:
    path = printing.print_report(astana, "cover", MONTH, tmp_path / "c.pdf", language="kk")
    assert {name.rsplit("+")[-1] for name in fonts(path)} == {"Tinos", "Tinos-Bold"}
    letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІі₸№«»–"
    out = tmp_path / "letters.pdf"
    write_pdf([Document("т", "kk", (Table((Column("Әріптер"),), lambda: [(letters,)]),))], out)
    assert letters in pages(out)[0]


def test_hostile_names_are_printed_as_they_are(branch: Workspace, tmp_path: Path) -> None:
    for number, name in enumerate(HOSTILE):
        entry.save(
            branch,
            new_record(
                "sanction",
                "71",
                employee=name,
                order_no=str(number),
                order_date=date(2023, 11, 2),
                type="REMARK",
                kind="V07",
                category="STAFF",
            ),
        )
    path = printing.print_report(branch, "sanction", MONTH, tmp_path / "h.pdf", language="ru")
    text = "".join(pages(path)).replace("\n", "").replace(" ", "")
    for name in (*HOSTILE[:6], HOSTILE[8]):
        assert name.replace(" ", "") in text
    assert text.count("Ә") >= 300
    book = openpyxl.load_workbook(
        printing.print_report(branch, "sanction", MONTH, tmp_path / "h.xlsx", language="ru")
    )
    listed = [
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in HOSTILE
    ]
    assert len(listed) == len(HOSTILE)
    assert all(cell.data_type == "s" for cell in listed)


@pytest.mark.parametrize(
    ("declared", "said"),
    [("", "print.not_given"), ("NIL", "print.nil_report"), ("NOT_APPLICABLE", "print.not_applicable")],
)
def test_a_section_without_records_says_what_was_declared(
    branch: Workspace, tmp_path: Path, declared: str, said: str
) -> None:
    for kind in monthly_registers():
        if declared:
            months.declare(branch, MONTH, kind.code, declared)
        path = printing.print_report(branch, kind.code, MONTH, tmp_path / f"{kind.code}.pdf", language="ru")
        text = " ".join(" ".join(pages(path)).split())
        assert tr("ru", said) in text
        assert ("Нулевые сведения" in text) == (declared == "NIL")
        assert "ПРОЕКТ" in text
        printing.print_report(branch, kind.code, MONTH, tmp_path / f"{kind.code}.xlsx", language="kk")


def test_ten_thousand_rows_lose_none(tmp_path: Path) -> None:
    columns = (Column("№", 1, "number"), Column("Аты", 6), Column("Күні", 2, "date"))
    count = 10_000
    table = Table(
        columns, lambda: ((n, f"Сәрсенова Шолпан №{n}.", date(2023, 1, 2)) for n in range(1, count + 1))
    )
    path = write_pdf([Document("Тізім", "kk", (table,))], tmp_path / "long.pdf")
    numbers = re.findall(r"№(\d+)\.", "\n".join(pages(path)))
    assert [int(n) for n in numbers] == list(range(1, count + 1))


def test_one_row_longer_than_a_page_goes_on(tmp_path: Path) -> None:
    words = " ".join(f"сөз{n}." for n in range(4000))
    path = write_pdf(
        [Document("т", "kk", (Table((Column("а"), Column("б")), lambda: [(words, "x"), ("соңғы", "y")]),))],
        tmp_path / "tall.pdf",
    )
    text = "".join(pages(path)).replace("\n", " ")
    assert len(pages(path)) > 1
    assert re.findall(r"сөз(\d+)\.", text) == [str(n) for n in range(4000)]
    assert "соңғы" in text


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_workbook_has_real_dates_text_numbers_and_totals_that_agree(
    astana: Workspace, tmp_path: Path, language: str
) -> None:
    path = printing.print_report(astana, "month", MONTH, tmp_path / "m.xlsx", language=language)  # type: ignore[arg-type]
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    checked = 0
    for sheet in formulas.worksheets:
        shown = values[sheet.title]
        assert sheet.page_setup.paperSize in (9, "9")
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=SUM("):
                    first, last = re.findall(r"[A-Z]+(\d+)", cell.value)
                    parts = [shown.cell(n, cell.column).value or 0 for n in range(int(first), int(last) + 1)]
                    assert sum(parts) == shown[cell.coordinate].value
                    checked += 1
    assert checked > 20
    dates = [
        cell for row in values.worksheets[2].iter_rows() for cell in row if isinstance(cell.value, datetime)
    ]
    assert len(dates) > 10


def test_control_ratios_hold_on_real_months(astana: Workspace) -> None:
    from desktop_app.reports.document import Ratios

    for kind in monthly_registers():
        for document in printing.documents(astana, kind.code, MONTH):
            blocks = [block for block in document.blocks if isinstance(block, Ratios)]
            assert blocks
            assert all(ratio.holds for block in blocks for ratio in block.ratios)


def test_pages_are_pictures_with_something_on_them(astana: Workspace, tmp_path: Path) -> None:
    path = printing.print_report(astana, "month", MONTH, tmp_path / "m.pdf")
    with pdfium.PdfDocument(path) as document:
        for number in range(len(document)):
            page = document[number]
            picture = page.render(scale=0.5, grayscale=True).to_pil()
            page.close()
            buffer = io.BytesIO()
            picture.save(buffer, "PNG")
            assert picture.getextrema()[0] < 100
            assert buffer.tell() > 2000


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    from desktop_app.core.errors import EnvironmentFault

    document = Document("т", "kk", (Table((Column("а"),), lambda: [("б",)]),))
    for write, name in ((write_pdf, "a.pdf"), (write_xlsx, "a.xlsx")):
        with pytest.raises(EnvironmentFault):
            write([document], tmp_path / "none" / name)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_total_names_the_cancelled_beside_it(branch: Workspace, tmp_path: Path, language: str) -> None:
    for number, appealed in enumerate(["", "CANCELLED", "CANCELLED"], 1):
        entry.save(branch, new_record(
            "sanction", "71", employee=f"Серік Ахметов {number}", order_no=str(number), type="REMARK",
            order_date=date(2023, 11, number), kind="V07", category="STAFF", appealed=appealed or None,
        ))  # fmt: skip
    path = printing.print_report(branch, "sanction", MONTH, tmp_path / "b.pdf", language=language)  # type: ignore[arg-type]
    text = " ".join(" ".join(pages(path)).split())
    value = classifier("appeal_states").label("CANCELLED", language)  # type: ignore[arg-type]
    said = tr(
        language, "print.beside", field=form_of("sanction").label("appealed").get(language), value=value, n=2
    )  # type: ignore[arg-type]
    assert said in text
    assert "3 = 3" in text  # the total keeps every live record
    other = printing.print_report(branch, "complaint", MONTH, tmp_path / "c.pdf", language=language)  # type: ignore[arg-type]
    assert value not in "".join(pages(other))
