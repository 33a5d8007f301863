"""What a sheet of paper must keep to: nothing cut, nothing alone, room to sign, codes that scan, files for the archive."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2 as pdfium
import pytest

from desktop_app.core.periods import Period
from desktop_app.reports import document as d
from desktop_app.reports.paper_code import read_code
from desktop_app.reports.writers.pdf import pdf_bytes, write_pdf
from desktop_app.reports.writers.pdf_columns import lay_out, sample
from desktop_app.reports.writers.pdf_text import REGULAR, measure, syllables
from desktop_app.reports.writers.xlsx import write_xlsx
from desktop_app.services import closing, months, printing
from desktop_app.services.care import set_setting
from desktop_app.services.workspace import Workspace

MONTH = Period(2023, 11)
TIE = "TZ1:71:2023-12:1:ba4abf2f2799a714ba4abf2f2799a714"
LONG_NAME = "Нұрмұхаммедова Айгүлжан Құттықбайқызы Сейдахметова-Құрманғалиева"
SIGNERS = (
    d.Signer("Орындаушы", LONG_NAME, "+7 7172 00 00 00"),
    d.Signer("Басшы немесе оның міндетін атқарушы тұлға", "Құттықбайқызы Әйгерім Нұрланқызы"),
)
SIGNED = d.SignatureBlock(SIGNERS, ("(қолы)", "(Т.А.Ә.)", "(телефоны)"), ("Күні", ""), "М.О.")


def words(path: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Return for each page (left, bottom, right, top, text) of its pieces of text, in points."""
    found = []
    with pdfium.PdfDocument(path) as document:
        for number in range(len(document)):
            text = document[number].get_textpage()
            boxes = [text.get_rect(place) for place in range(text.count_rects())]
            found.append([(*box, text.get_text_bounded(*box)) for box in boxes])
    return found


def sizes(path: Path) -> list[tuple[float, float]]:
    with pdfium.PdfDocument(path) as document:
        return [document[number].get_size() for number in range(len(document))]


def texts(path: Path) -> list[str]:
    return [" ".join(piece[4] for piece in page) for page in words(path)]


def listing(count: int, tail: tuple[d.Block, ...] = ()) -> d.Document:
    columns = (d.Column("№", 1, "number"), d.Column("Аты", 6), d.Column("Күні", 2, "date"))
    table = d.Table(columns, lambda: ((n, f"жол{n}.", date(2023, 1, 2)) for n in range(1, count + 1)))
    return d.Document(
        "Тізім",
        "kk",
        (d.Heading("Тізім"), table, *tail),
        landscape=True,
        tie=TIE,
        digest="BA4A-BF2F-2799-A714",
    )


@pytest.mark.parametrize("count", range(20, 60, 3))
def test_the_last_page_of_a_list_never_holds_one_or_two_rows(tmp_path: Path, count: int) -> None:
    found = texts(write_pdf([listing(count)], tmp_path / "a.pdf"))
    rows = [re.findall(r"жол(\d+)\.", text) for text in found]
    assert [int(n) for page in rows for n in page] == list(range(1, count + 1))
    assert all(len(page) >= 4 for page in rows)


@pytest.mark.parametrize("count", [1, 5, 9, 13, 17, 18, 19, 20, 21, 25])
def test_signatures_are_never_alone_and_have_room(tmp_path: Path, count: int) -> None:
    path = write_pdf([listing(count, (d.Paragraph("түсіндірме"), SIGNED))], tmp_path / "a.pdf")
    last, size = words(path)[-1], sizes(path)[-1]
    text = " ".join(piece[4] for piece in last)
    assert len(re.findall(r"жол\d+\.", text)) >= min(4, count)
    captions = sorted(piece[1] for piece in last if "(қолы)" in piece[4])
    assert len(captions) == 2
    assert captions[1] - captions[0] >= 12 / 25.4 * 72
    assert all(piece[0] >= 0 and piece[2] <= size[0] - 8 / 25.4 * 72 for piece in last), "beyond the edge"
    shown = re.sub(r"\s|-", "", text)
    assert all(part in shown for part in LONG_NAME.replace("-", " ").split())


def test_no_word_of_a_form_is_cut_in_any_language(astana: Workspace) -> None:
    for language in ("kk", "ru", "en"):
        for document in printing.documents(astana, "month", MONTH, language=language):  # type: ignore[arg-type]
            for block in document.blocks:
                if isinstance(block, d.Table):
                    whole = 510.0 if not block.letters or len(block.columns) > 9 else 757.0
                    assert lay_out(block, sample(block), whole).fits, (language, document.title)


def test_words_without_room_are_divided_between_syllables() -> None:
    ruler = measure(REGULAR, 10)
    for word in ("қанағаттандырусыз", "административный", "Қолжетімділік"):
        lines = ruler.lines(word, 40)
        assert len(lines) > 1
        assert "".join(line.removesuffix("-") for line in lines) == word
        assert all(line.endswith("-") for line in lines[:-1])
        assert all(len(line) > 2 for line in lines)
        assert syllables(word)
    assert "".join(ruler.lines("ЖТ202300012345678901234567", 40)) == "ЖТ202300012345678901234567"
    assert ruler.lines("қол\u00adжетімді", 30)[0] == "қол-"


def test_pages_count_through_the_kit_and_name_their_form(astana: Workspace, tmp_path: Path) -> None:
    closing.close(astana, MONTH, reason="тексерілді", executor=LONG_NAME)
    path = printing.print_report(astana, "month", MONTH, tmp_path / "m.pdf", language="ru")
    found = texts(path)
    with pikepdf.open(path) as pdf:
        assert [str(item.title) for item in pdf.open_outline().root][1].startswith("1-ТЖ")
    for number, text in enumerate(found, 1):
        assert re.search(rf"стр\. {number} из\s+{len(found)}\b", text), text
    assert all("1-ТЖ" in text or "2-ӨШ" in text or "3-ҚЖ" in text for text in found[1:])
    assert "продолжение" in found[2]
    assert all(len(text) > 400 for text in found), "a page with next to nothing"


def test_a_list_without_records_gets_no_page(branch: Workspace, tmp_path: Path) -> None:
    months.declare(branch, MONTH, "complaint", "NIL")
    assert (
        len(texts(printing.print_report(branch, "complaint", MONTH, tmp_path / "n.pdf", language="kk"))) == 1
    )


def test_the_form_names_order_sender_and_number_in_boxes(branch: Workspace, tmp_path: Path) -> None:
    for name, value in (("order_no", "273"), ("order_date", "22.08.2024"), ("address", "Астана, Мәңгілік Ел 10"), ("phone", "+7 7172 11 11 11"),
                        ("email", "a@b.kz"), ("head_phone", "+7 7172 22 22 22"), ("bin", "160440007161")):  # fmt: skip
        set_setting(branch, name, value)
    for language, order in (("kk", "2024 жылғы 22 тамыздағы № 273"), ("ru", "от 22 августа 2024 года № 273")):
        text = texts(printing.print_report(branch, "sanction", MONTH, tmp_path / "f.pdf", language=language))[
            0
        ]  # type: ignore[arg-type]
        flat = " ".join(text.split())
        assert order in flat
        for told in ("Мәңгілік Ел 10", "+7 7172 11 11 11", "a@b.kz", "+7 7172 22 22 22"):
            assert told in flat
        assert "1 6 0 4 4 0 0 0 7 1 6 1" in flat or "160440007161" in flat.replace(" ", "")


def test_letters_outside_the_font_are_shown_or_boxed_and_named(tmp_path: Path) -> None:
    names = "Ḥ Ꙗ 漢 🙂 е\u0308"
    path = write_pdf(
        [d.Document("т", "ru", (d.Table((d.Column("Имя"),), lambda: [(names,)]),))], tmp_path / "l.pdf"
    )
    text = texts(path)[0]
    assert "Ꙗ" in text, "another embedded font has it"
    assert "ё" in text
    assert text.count("□") >= 3
    assert "U+6F22" in text
    assert "U+1F642" in text
    plain = write_pdf([d.Document("т", "ru", (d.Paragraph("Имя"),))], tmp_path / "p.pdf")
    assert "□" not in texts(plain)[0]


def test_a_draft_says_so_on_every_page(tmp_path: Path) -> None:
    from dataclasses import replace

    found = texts(write_pdf([replace(listing(60), mark="ЖОБА", tie="", digest="")], tmp_path / "d.pdf"))
    assert len(found) > 1
    assert all("ЖОБА" in text for text in found)


@pytest.mark.skipif(
    not shutil.which("zbarimg") or not shutil.which("pdftoppm"), reason="zbarimg and pdftoppm are not here"
)
def test_the_code_is_read_from_a_poor_scan(tmp_path: Path) -> None:
    upright = replace(listing(60), landscape=False)
    path = write_pdf([listing(60), upright, replace(upright, blocks=(d.Heading("Т"),))], tmp_path / "q.pdf")
    subprocess.run(["pdftoppm", "-r", "100", "-png", str(path), str(tmp_path / "q")], check=True)
    pictures = sorted(tmp_path.glob("q-*.png"))
    assert len(pictures) > 1
    for picture in pictures:
        read = subprocess.run(
            ["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=False
        )
        assert read.stdout.strip() == TIE.upper()
        assert read_code(read.stdout) == read_code(TIE)


def test_nothing_stands_nearer_to_the_edge_than_printers_print(astana: Workspace, tmp_path: Path) -> None:
    closing.close(astana, MONTH, reason="тексерілді")
    path = printing.print_report(astana, "month", MONTH, tmp_path / "m.pdf")
    with pdfium.PdfDocument(path) as document:
        for page in document:
            picture = (
                page.render(scale=2, grayscale=True).to_pil().point(lambda grey: 255 if grey < 250 else 0)
            )
            left, top, right, bottom = picture.getbbox()
            edge = 8 / 25.4 * 144
            assert min(left, top, picture.width - right, picture.height - bottom) >= edge


def test_a_print_is_for_the_archive_and_equal_to_the_byte(astana: Workspace, tmp_path: Path) -> None:
    closing.close(astana, MONTH, reason="тексерілді")
    for report in ("month", "sanction"):
        for language in ("kk", "ru"):
            first = printing.print_report(astana, report, MONTH, tmp_path / "1.pdf", language=language)  # type: ignore[arg-type]
            second = printing.print_report(astana, report, MONTH, tmp_path / "2.pdf", language=language)  # type: ignore[arg-type]
            assert first.read_bytes() == second.read_bytes()
            _is_for_the_archive(first, language)


def _is_for_the_archive(path: Path, language: str) -> None:
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        intent = pdf.Root.OutputIntents[0]
        assert intent.S == "/GTS_PDFA1"
        assert bytes(intent.DestOutputProfile.read_bytes())[36:40] == b"acsp"
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "B")
            assert xmp["dc:title"] == str(pdf.docinfo["/Title"]) != ""
            assert xmp["dc:creator"] == [str(pdf.docinfo["/Author"])]
            assert xmp["dc:description"] == str(pdf.docinfo["/Subject"])
        assert "·" not in str(pdf.docinfo["/Author"])
        assert str(pdf.docinfo["/Creator"]) == str(pdf.docinfo["/Producer"]) == "Tizilim"
        assert len(pdf.trailer.ID) == 2
        used = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
        ]
        assert used
        assert all("/FontFile2" in font.FontDescriptor for font in used)
        assert len({str(font.BaseFont).partition("+")[2] for font in used}) <= 2
        for each in pdf.objects:
            assert not (
                isinstance(each, pikepdf.Dictionary) and ("/SMask" in each or each.get("/S") == "/JavaScript")
            )
    if shutil.which("pdffonts"):
        listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
        assert "Helvetica" not in listed
        told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Title: +\S", told)
        assert "Tizilim" in told


def test_a_print_in_memory_is_the_one_on_disk(tmp_path: Path) -> None:
    assert pdf_bytes([listing(30)]) == write_pdf([listing(30)], tmp_path / "a.pdf").read_bytes()


def test_a_workbook_is_one_that_others_read(astana: Workspace, tmp_path: Path) -> None:
    closing.close(astana, MONTH, reason="тексерілді")
    for language, cover in (("kk", "Титулдық парақ"), ("ru", "Титульный лист")):
        path = printing.print_report(astana, "month", MONTH, tmp_path / f"{language}.xlsx", language=language)  # type: ignore[arg-type]
        book = openpyxl.load_workbook(path)
        assert book.sheetnames[0] == cover
        assert book.properties.title
        assert book.properties.title != cover
        assert book.properties.creator
        assert book.properties.subject
        form, records = book.worksheets[1], book.worksheets[2]
        assert records.freeze_panes
        assert records.auto_filter.ref
        assert records.print_title_rows
        formulas = [
            cell.value
            for row in form.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and cell.value.startswith("=IF(")
        ]
        assert len(formulas) >= 5
        formats = {
            cell.number_format
            for row in form.iter_rows()
            for cell in row
            if isinstance(cell.value, (int, float))
        }
        assert all("#,##0" in found for found in formats)
        assert not [
            cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "None"
        ]


def test_totals_add_up_quantities_only(tmp_path: Path) -> None:
    columns = (d.Column("№", 1, "number"), d.Column("Атауы"), d.Column("Күні", 1, "date"), d.Column("Саны", 1, "number"),
               d.Column("Өзгеріс", 1, "change"))  # fmt: skip
    rows = [
        (1, "а", date(2024, 1, 1), 2, -3),
        (2, "б", date(2024, 1, 1), 4, 5),
        (None, "Барлығы", None, 6, 2),
    ]
    path = write_xlsx(
        [d.Document("т", "kk", (d.Table(columns, lambda: rows, summed=True),))], tmp_path / "t.xlsx"
    )
    found = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]
    assert found[3][:5] == [None, "Барлығы", None, "=SUM(D2:D3)", "=SUM(E2:E3)"]
    text = texts(
        write_pdf([d.Document("т", "kk", (d.Table(columns, lambda: rows, summed=True),))], tmp_path / "t.pdf")
    )[0]
    assert "−3" in text
    assert "+5" in text


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_libreoffice_opens_the_workbook_and_reckons_the_same(astana: Workspace, tmp_path: Path) -> None:
    closing.close(astana, MONTH, reason="тексерілді")
    path = printing.print_report(astana, "month", MONTH, tmp_path / "m.xlsx", language="kk")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(path)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    ours, theirs = (
        openpyxl.load_workbook(path, data_only=True),
        openpyxl.load_workbook(tmp_path / "out" / "m.xlsx", data_only=True),
    )
    assert ours.sheetnames == theirs.sheetnames
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                assert (cell.value or None) == (theirs[sheet.title][cell.coordinate].value or None), (
                    cell.coordinate
                )


def test_the_key_of_a_workstation_is_a_paper_to_sign(branch: Workspace, tmp_path: Path) -> None:
    from desktop_app.services.peers import own_card

    card = own_card(branch)
    for language in ("kk", "ru"):
        found = texts(printing.print_report(branch, "keycard", MONTH, tmp_path / "k.pdf", language=language))  # type: ignore[arg-type]
        assert len(found) == 1
        assert card.fingerprint in found[0]
        assert card.name in found[0]


def test_a_workbook_keeps_every_title_and_its_small_foot(tmp_path: Path) -> None:
    columns = (d.Column("№", 1, "number"), d.Column("Филиал"), d.Column("Мерзімі", 1, "date"),
               d.Column("есеп", 1, "number", "Жазалар"), d.Column("дерек", 1, "number", "Жазалар"),
               d.Column("жалғыз", 1, "number", "Топ"), d.Column("Ескертпе"))  # fmt: skip
    rows = [(1, "а", date(2024, 1, 1), 2, 3, 4, "б")]
    document = d.Document("т", "kk", (d.Table(columns, lambda: rows),), index="1-ТЖ", footer="Астана")
    sheet = openpyxl.load_workbook(write_xlsx([document], tmp_path / "t.xlsx")).worksheets[0]
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=2)]
    assert found == [
        ["№", "Филиал", "Мерзімі", "Жазалар", None, "Топ", "Ескертпе"],
        [None, None, None, "есеп", "дерек", "жалғыз", None],
    ]
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {
        "A1:A2",
        "B1:B2",
        "C1:C2",
        "D1:E1",
        "G1:G2",
    }
    assert sheet.oddFooter.left.size == 8
    assert sheet.oddFooter.left.text.strip().startswith("1-ТЖ")


@pytest.mark.parametrize(("count", "orientation"), [(6, "portrait"), (20, "landscape")])
def test_a_wide_sheet_lies(tmp_path: Path, count: int, orientation: str) -> None:
    columns = (d.Column("Түрі"), *(d.Column("қанағаттандырусыз", 1, "number", "Топ") for _ in range(count)))
    document = d.Document("т", "kk", (d.Table(columns, lambda: [("а", *range(count))]),))
    sheet = openpyxl.load_workbook(write_xlsx([document], tmp_path / "t.xlsx")).worksheets[0]
    assert (sheet.page_setup.orientation or "portrait") == orientation
