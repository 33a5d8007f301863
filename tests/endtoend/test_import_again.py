"""Importing again: the same event is never a second record, a correction is offered, nothing goes without a word."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop_app.core.periods import Period
from desktop_app.services import care, closing, entry, months
from desktop_app.services.demonstration import sample_workbooks
from desktop_app.services.intake import import_workbooks
from desktop_app.services.intake_outcome import FileOutcome, Offer, Wishes
from desktop_app.services.intake_report import report_lines, write_row_report
from desktop_app.services.summary import summary
from desktop_app.services.workspace import Workspace
from tests.books import COMPLAINTS, FINDINGS, SANCTIONS, SIX, THREE, book, complaints, corrected, sanctions
from tests.conftest import truth

ALL = Wishes(changes="all")


def count(workspace: Workspace, register: str) -> int:
    with workspace.store.read() as reader:
        return int(reader.rows(f"SELECT count(*) FROM {register} WHERE void = ''")[0][0])


def values(workspace: Workspace, register: str, field: str) -> list[Any]:
    with workspace.store.read() as reader:
        return sorted(str(getattr(r.values, field) or "") for r in reader.records(register, "void = ''"))


def offers(outcomes: Sequence[FileOutcome]) -> dict[str, tuple[str, str]]:
    return {o.field: (o.was, o.becomes) for outcome in outcomes for o in every_offer(outcome)}


def every_offer(outcome: FileOutcome) -> list[Offer]:
    return [offer for sheet in outcome.sheets for row in sheet.rows for offer in row.offers]


def statuses(outcome: FileOutcome) -> list[str]:
    return [row.status for sheet in outcome.sheets for row in sheet.rows]


def test_numbering_that_begins_anew_drops_nobody(branch: Workspace, tmp_path: Path) -> None:
    # The same applicant writes again under the same number a month and a year later.
    first = corrected(THREE[0], COMPLAINTS, {"Номер в «Е-Өтініш»": "1", "Срок рассмотрения": None})
    days = [("10.03.2022", "25.03.2022"), ("10.04.2022", "25.04.2022"), ("10.03.2023", "25.03.2023")]
    rows = [corrected(first, COMPLAINTS, {"Дата поступления": a, "Дата ответа": b}) for a, b in days]
    import_workbooks(branch, [complaints(tmp_path / f"{n}.xlsx", [row]) for n, row in enumerate(rows)])
    assert count(branch, "complaint") == 3
    again = import_workbooks(branch, [complaints(tmp_path / "all.xlsx", rows)])[0]
    assert statuses(again) == ["present"] * 3
    assert not every_offer(again)


@pytest.mark.parametrize(
    "second", [SIX, [corrected(row, SANCTIONS, {"Примечание": "по журналу"}) for row in SIX]]
)
def test_the_same_records_on_two_sheets_are_counted_once(
    branch: Workspace, tmp_path: Path, second: Any
) -> None:
    path = book(tmp_path / "b.xlsx", {"2023": (SANCTIONS, SIX), "желтоқсан": (SANCTIONS, second)})
    outcome = import_workbooks(branch, [path])[0]
    assert statuses(outcome) == ["new"] * 6 + ["duplicate"] * 6
    assert count(branch, "sanction") == 6
    assert summary(branch, Period(2023, 1), Period(2023, 12))["all"]["persons_2plus"] == 0
    assert outcome.sheets[1].rows[0].twin == "2023 · 2"
    if second is not SIX:
        assert values(branch, "sanction", "note") == ["по журналу"] * 6  # what was empty is filled, and said
        assert all(row.joined == ("note",) for row in outcome.sheets[1].rows)
    statuses_again = statuses(import_workbooks(branch, [path])[0])
    assert statuses_again == ["present"] * 6 + ["duplicate"] * 6


def test_the_spot_check_on_a_sheet_of_its_own_joins_its_complaints(branch: Workspace, tmp_path: Path) -> None:
    headings = (*COMPLAINTS[:-1], "Фактический результат", "Примечание")
    checked = [(*row[:-1], "даны разъяснения", None) for row in THREE]
    import_workbooks(
        branch, [book(tmp_path / "b.xlsx", {"Жалобы": (COMPLAINTS, THREE), "Проверка": (headings, checked)})]
    )
    assert count(branch, "complaint") == 3
    assert "" not in values(branch, "complaint", "verified")


def test_two_rows_that_disagree_are_named(branch: Workspace, tmp_path: Path) -> None:
    other = corrected(SIX[0], SANCTIONS, {"Вид взыскания": "замечание"})
    outcome = import_workbooks(
        branch, [book(tmp_path / "b.xlsx", {"а": (SANCTIONS, SIX[:1]), "б": (SANCTIONS, [other])})]
    )[0]
    assert outcome.sheets[1].rows[0].differs == ("type",)
    assert any(line.code == "duplicate" and line.weight == 3 for line in report_lines([outcome], "ru"))


def test_orders_without_number_and_doors_of_one_visit_are_told_apart(
    branch: Workspace, tmp_path: Path
) -> None:
    first = corrected(SIX[0], SANCTIONS, {"№ приказа": "б/н"})
    second = corrected(first, SANCTIONS, {"Вид нарушения": "поддельная квитанция", "Дата совершения": "10.11.2023",
                                          "Вид взыскания": "строгий выговор"})  # fmt: skip
    doors = [("Отдел №1 г. Астана", "14.02.2023", "5.03 ширина двери санузла", "0,69 м", "не соответствует", "21.04.2023"),
             ("Отдел №1 г. Астана", "14.02.2023", "5.03 ширина двери санузла", "0,95 м", "соответствует", None)]  # fmt: skip
    path = book(tmp_path / "b.xlsx", {"а": (SANCTIONS, [first, second]), "б": (FINDINGS, doors)})
    for expected in ("new", "present"):
        assert statuses(import_workbooks(branch, [path])[0]) == [expected] * 4
    assert (count(branch, "sanction"), count(branch, "finding")) == (2, 2)
    # Orders in workbooks of their own are two as well.
    third = corrected(
        first, SANCTIONS, {"Вид нарушения": "связь с посредниками", "Дата совершения": "12.11.2023"}
    )
    assert statuses(import_workbooks(branch, [sanctions(tmp_path / "c.xlsx", [third])])[0]) == ["new"]


CORRECTIONS = [
    ("Вид взыскания", "строгий выговор", "type"), ("Примечание", "исправлено", "note"), ("№ приказа", "8/1-л/с", "order_no"),
    ("Дата приказа", "06.12.2023", "order_date"), ("ФИО", "Умбетова Газиза Канатқызы", "employee"),
    ("ИИН", "850101300125", "iin"), ("Отдел", "Отдел №6 г. Астана", "department"), ("Дата ознакомления", "07.12.2023", "announced"),
    ("Вид нарушения", "поддельная квитанция", "kind"), ("Дата совершения", "03.11.2023", "committed"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "value", "field"), CORRECTIONS)
@pytest.mark.parametrize("shuffled", [False, True])
def test_a_correction_is_offered_and_never_a_second_record(
    branch: Workspace, tmp_path: Path, heading: str, value: str, field: str, shuffled: bool
) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "журнал.xlsx")])
    rows = [corrected(SIX[0], SANCTIONS, {heading: value}), *SIX[1:]]
    (tmp_path / "2").mkdir()
    again = sanctions(
        tmp_path / "2" / ("новый.xlsx" if shuffled else "журнал.xlsx"), rows[::-1] if shuffled else rows
    )
    offered = import_workbooks(branch, [again])
    assert list(offers(offered)) == [field]
    assert count(branch, "sanction") == 6
    before = values(branch, "sanction", field)
    taken = import_workbooks(branch, [again], wishes=ALL)
    assert [offer.taken for offer in every_offer(taken[0])] == [True]
    assert count(branch, "sanction") == 6
    assert values(branch, "sanction", field) != before
    assert not every_offer(import_workbooks(branch, [again])[0])
    assert care.verify_log(branch).is_sound


def test_complaints_are_corrected_by_number_day_and_outcome(branch: Workspace, tmp_path: Path) -> None:
    import_workbooks(branch, [complaints(tmp_path / "a.xlsx")])
    rows = [corrected(THREE[2], COMPLAINTS, {"Дата ответа": "20.12.2023"}),
            corrected(THREE[1], COMPLAINTS, {"Номер в «Е-Өтініш»": "ЗТ-2023-00040317"}),
            corrected(THREE[0], COMPLAINTS, {"Внесённый результат": "оставлено без удовлетворения"})]  # fmt: skip
    found = import_workbooks(branch, [complaints(tmp_path / "b.xlsx", rows)], wishes=ALL)
    assert set(offers(found)) == {"replied", "reg_no", "recorded"}
    assert offers(found)["reg_no"] == ("ЗТ-2023-00040316", "ЗТ-2023-00040317")
    assert count(branch, "complaint") == 3


def test_cells_that_were_empty_or_unreadable_are_filled(branch: Workspace, tmp_path: Path) -> None:
    bad = [corrected(SIX[0], SANCTIONS, {"Дата приказа": "в декабре"}), corrected(SIX[1], SANCTIONS, {"№ приказа": None}),
           corrected(SIX[2], SANCTIONS, {"ФИО": "Есенова Б.Н."}), *SIX[3:]]  # fmt: skip
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", bad)])
    found = import_workbooks(branch, [sanctions(tmp_path / "b.xlsx")], wishes=ALL)
    assert offers(found) == {"order_date": ("в декабре", "05.12.2023"), "order_no": ("", "11-л/с"),
                             "employee": ("Есенова Б.Н.", "Есенова Ботагоз Нургалиовна")}  # fmt: skip
    assert count(branch, "sanction") == 6
    assert "" not in values(branch, "sanction", "order_date")


def test_a_corrected_heading_brings_its_column(branch: Workspace, tmp_path: Path) -> None:
    headings = tuple("Рег. пометка" if text == "№ приказа" else text for text in SANCTIONS)
    import_workbooks(branch, [book(tmp_path / "a.xlsx", {"а": (headings, SIX)})])
    assert values(branch, "sanction", "order_no") == [""] * 6
    import_workbooks(branch, [book(tmp_path / "a.xlsx", {"а": (SANCTIONS, SIX)})], wishes=ALL)
    assert count(branch, "sanction") == 6
    assert "" not in values(branch, "sanction", "order_no")


def test_a_new_person_in_a_copied_row_is_a_record_of_its_own(branch: Workspace, tmp_path: Path) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx")])
    copied = corrected(
        SIX[5], SANCTIONS, {"ФИО": "Сериков Болат Азатович", "ИИН": "850101300125", "№ приказа": "19-л/с"}
    )
    later = corrected(
        SIX[0],
        SANCTIONS,
        {"№ приказа": "30-л/с", "Дата приказа": "20.12.2023", "Дата ознакомления": "21.12.2023"},
    )
    again = import_workbooks(branch, [sanctions(tmp_path / "b.xlsx", [*SIX[::-1], copied, later])])[0]
    assert statuses(again) == ["present"] * 6 + ["new"] * 2
    assert not every_offer(again)


def test_one_act_over_several_people_corrects_nobody_with_an_unread_name(
    branch: Workspace, tmp_path: Path
) -> None:
    unread = corrected(
        SIX[0], SANCTIONS, {"ФИО": "Ахметов Е.К. / Жумабаева А.М.", "ИИН": "", "№ приказа": "401-л/с"}
    )
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", [unread])])
    other = corrected(SIX[0], SANCTIONS, {"ФИО": "Сериков Болат Азатович", "ИИН": "", "№ приказа": "402-л/с"})
    again = import_workbooks(branch, [sanctions(tmp_path / "b.xlsx", [other])])[0]
    assert statuses(again) == ["new"]
    assert not every_offer(again)
    mended = corrected(other, SANCTIONS, {"№ приказа": "401-л/с"})
    assert statuses(import_workbooks(branch, [sanctions(tmp_path / "c.xlsx", [mended])])[0]) == ["present"]


@pytest.mark.parametrize("written", ["401 - л/с", "№ 401-л/с", "401-Л/С "])
def test_blanks_in_a_number_make_no_second_record(branch: Workspace, tmp_path: Path, written: str) -> None:
    one = corrected(SIX[0], SANCTIONS, {"№ приказа": "401-л/с"})
    two = corrected(one, SANCTIONS, {"№ приказа": written})
    assert statuses(import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", [one, two])])[0]) == [
        "new",
        "duplicate",
    ]


def test_what_was_edited_here_is_said_and_not_undone(branch: Workspace, tmp_path: Path) -> None:
    path = sanctions(tmp_path / "a.xlsx", SIX[:1])
    outcome = import_workbooks(branch, [path])[0]
    record = outcome.sheets[0].rows[0].record
    entry.save(branch, record.with_values(note="снято досрочно", order_no="9-л/с"), seen=record)
    same = import_workbooks(branch, [path], wishes=ALL)
    assert [(o.field, o.state) for o in every_offer(same[0])] == [("order_no", "kept")]
    assert any(line.code == "changed_here" for line in report_lines(same, "kk"))
    changed = sanctions(tmp_path / "b.xlsx", [corrected(SIX[0], SANCTIONS, {"№ приказа": "8/2-л/с"})])
    found = import_workbooks(branch, [changed])
    assert [(o.field, o.here, o.state) for o in every_offer(found[0])] == [("order_no", True, "offered")]
    assert values(branch, "sanction", "order_no") == ["9-л/с"]


def cards(workspace: Workspace) -> dict[str, str]:
    with workspace.store.read() as reader:
        return {r.id: r.values.name for r in reader.records("person", "void = ''")}


def test_the_card_follows_a_corrected_name_unless_somebody_edited_it(
    branch: Workspace, tmp_path: Path
) -> None:
    outcome = import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", SIX[:2])])[0]
    edited = outcome.sheets[0].rows[1].record.values.person
    with branch.store.read() as reader:
        card = reader.get("person", edited)
    assert card is not None
    entry.save(branch, card.with_values(name="Қожабекова Ақмарал Сәкенқызы"), seen=card)
    rows = [corrected(SIX[0], SANCTIONS, {"ФИО": "Умбетова Газиза Канатқызы"}),
            corrected(SIX[1], SANCTIONS, {"ФИО": "Кожабекова Акмарал Сакенқызы"})]  # fmt: skip
    import_workbooks(branch, [sanctions(tmp_path / "b.xlsx", rows)], wishes=ALL)
    assert sorted(cards(branch).values()) == ["Умбетова Газиза Канатқызы", "Қожабекова Ақмарал Сәкенқызы"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"ИИН": None}, {"ИИН": None, "ФИО": "Умбетова Газиза Канатқызы"}),
        ({"ИИН": None}, {}),
        ({"ИИН": "850101300125"}, {}),
    ],
)
def test_a_correction_leaves_no_card_with_nobody(
    branch: Workspace, tmp_path: Path, first: dict[str, Any], then: dict[str, Any]
) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", [corrected(SIX[0], SANCTIONS, first)])])
    row = corrected(SIX[0], SANCTIONS, then)
    taken = import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", [row])], wishes=ALL)
    assert [offer.taken for offer in every_offer(taken[0])] == [True]
    assert list(cards(branch).values()) == [row[0]]
    assert count(branch, "sanction") == 1
    assert care.verify_log(branch).is_sound


def test_a_dry_run_counts_a_row_of_two_files_once(branch: Workspace, tmp_path: Path) -> None:
    bad = tmp_path / "c.xlsx"
    bad.write_bytes(b"no workbook")
    files = [sanctions(tmp_path / "a.xlsx", SIX[:4]), bad, sanctions(tmp_path / "b.xlsx", SIX[2:])]
    tried = import_workbooks(branch, files, dry_run=True)
    assert count(branch, "sanction") == 0
    done = import_workbooks(branch, files)
    for outcomes in (tried, done):
        assert [statuses(outcome) for outcome in outcomes] == [["new"] * 4, [], ["present"] * 2 + ["new"] * 2]
    assert [[c.id for c in o.cards] for o in tried] == [[c.id for c in o.cards] for o in done]
    assert care.verify_log(branch).is_sound


def test_an_emptied_cell_is_offered_and_taken_only_by_a_yes(branch: Workspace, tmp_path: Path) -> None:
    full = [corrected(row, SANCTIONS, {"Примечание": "по журналу"}) for row in SIX]
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", full)])
    other = import_workbooks(branch, [sanctions(tmp_path / "b.xlsx")], wishes=ALL)
    assert not every_offer(other[0])  # another workbook that is silent says nothing
    emptied = sanctions(tmp_path / "a.xlsx", [corrected(full[0], SANCTIONS, {"Примечание": None}), *full[1:]])
    offered = import_workbooks(branch, [emptied])
    assert offers(offered) == {"note": ("по журналу", "")}
    assert any(line.code == "change_emptied" for line in report_lines(offered, "kk"))
    assert values(branch, "sanction", "note") == ["по журналу"] * 6
    import_workbooks(branch, [emptied], wishes=ALL)
    assert values(branch, "sanction", "note") == ["", *["по журналу"] * 5]
    assert not every_offer(import_workbooks(branch, [emptied])[0])


VISIT = [("Отдел №1 г. Астана", "14.02.2022", item, value, state, None) for item, value, state in (
    ("5.03 ширина двери санузла", "0,69 м", "не соответствует"), ("5.03 ширина двери санузла", "0,95 м", "соответствует"))]  # fmt: skip


def test_the_wrong_day_of_a_whole_visit_is_a_correction(branch: Workspace, tmp_path: Path) -> None:
    def visit(day: str, first: str = "0,69 м") -> list[FileOutcome]:
        rows = [corrected(row, FINDINGS, {"Дата проверки": day}) for row in VISIT]
        rows[0] = corrected(rows[0], FINDINGS, {"Фактическое значение": first})
        return import_workbooks(
            branch, [book(tmp_path / "a.xlsx", {"а": (FINDINGS, rows)})], wishes=Wishes(changes=taken)
        )

    taken: Any = "none"
    visit("14.02.2022")
    assert offers(visit("21.06.2023")) == {"visited": ("14.02.2022", "21.06.2023")}
    assert count(branch, "finding") == 2
    taken = "all"
    visit("21.06.2023")
    assert values(branch, "finding", "visited") == ["2023-06-21"] * 2
    assert not every_offer(visit("21.06.2023")[0])
    # Another visit, measured anew, in the place of the old one.
    assert statuses(visit("05.09.2024", "0,72 м")[0]) == ["new", "new"]


def test_voided_records_stay_voided(branch: Workspace, tmp_path: Path) -> None:
    path = sanctions(tmp_path / "a.xlsx", SIX[:2])
    record = import_workbooks(branch, [path])[0].sheets[0].rows[0].record
    entry.void(branch, "sanction", record.id, "ошибочно внесена")
    again = import_workbooks(branch, [path], wishes=ALL)
    assert statuses(again[0]) == ["voided", "present"]
    assert count(branch, "sanction") == 1
    assert any(
        line.code == "voided" and "ошибочно внесена" in line.outcome for line in report_lines(again, "ru")
    )


def test_a_closed_month_refuses_its_rows_and_no_others(branch: Workspace, tmp_path: Path) -> None:
    for register in ("sanction", "complaint", "finding"):
        months.declare(branch, Period(2023, 11), register, "NIL")
    closing.close(branch, Period(2023, 11))
    shut = corrected(SIX[0], SANCTIONS, {"Дата приказа": "30.11.2023", "Дата ознакомления": "30.11.2023"})
    outcome = import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", [shut, *SIX[1:]])])[0]
    assert outcome.refusal is None
    assert statuses(outcome) == ["closed", *["new"] * 5]
    line = next(line for line in report_lines([outcome], "ru") if line.code == "closed")
    assert (line.row, line.weight) == (2, 4)
    assert "ноябрь 2023" in line.outcome


def test_a_change_into_a_closed_month_is_refused_by_name(branch: Workspace, tmp_path: Path) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx")])
    for register in ("complaint", "finding"):
        months.declare(branch, Period(2023, 12), register, "NIL")
    closing.close(branch, Period(2023, 12), reason="тексерілді")
    rows = [corrected(SIX[0], SANCTIONS, {"Примечание": "иное"}), *SIX[1:]]
    found = import_workbooks(branch, [sanctions(tmp_path / "b.xlsx", rows)], wishes=ALL)
    assert [offer.state for offer in every_offer(found[0])] == ["closed"]
    assert any(line.code == "change_closed" for line in report_lines(found, "ru"))


def test_cards_are_listed_and_without_a_yes_their_rows_left_out(branch: Workspace, tmp_path: Path) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx", SIX[:1])])
    more = [SIX[0], corrected(SIX[1], SANCTIONS, {"Отдел": "Отдел №5 (новое здание)"}), SIX[4]]
    path = sanctions(tmp_path / "b.xlsx", more)
    left = import_workbooks(branch, [path], wishes=Wishes(new="none"))[0]
    assert statuses(left) == ["present", "left_out", "left_out"]
    assert count(branch, "sanction") == 1
    assert count(branch, "department") == 1
    card = next(c for c in left.cards if c.register == "department")
    assert (card.name, card.made, card.alike[0][1]) == (
        "Отдел №5 (новое здание)",
        False,
        "Отдел №5 г. Астана",
    )
    instead = Wishes(instead={card.id: card.alike[0][0]})
    assert statuses(import_workbooks(branch, [path], wishes=instead)[0]) == ["present", "new", "new"]
    assert count(branch, "department") == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_and_doubled_gives_the_same_records(
    branch: Workspace, tmp_path: Path, order: tuple[int, ...]
) -> None:
    files = [sanctions(tmp_path / "январь.xlsx", SIX[:4]), sanctions(tmp_path / "год.xlsx", SIX[2:]),
             complaints(tmp_path / "ж.xlsx")]  # fmt: skip
    chosen = [files[n] for n in order]
    import_workbooks(branch, [*chosen, *chosen[::-1], *chosen])
    assert (count(branch, "sanction"), count(branch, "complaint")) == (6, 3)
    assert values(branch, "sanction", "order_no") == sorted(row[9] for row in SIX)


def test_every_correction_that_the_row_report_asks_for_arrives(astana: Workspace, tmp_path: Path) -> None:
    """The cells that the report calls unreadable or wrong are put right in the workbook, and it is imported again."""
    source = next(path for path in sample_workbooks() if path.name.startswith("71"))
    before = {code: count(astana, code) for code in ("sanction", "complaint", "finding")}
    dirty = {(c["sheet"], c["cell"]): c for c in truth("dirty_cells") if c["branch"] == "71"}
    outcomes = import_workbooks(astana, [source])
    asked = {(line.sheet, line.cell) for line in report_lines(outcomes, "ru") if line.weight >= 3}
    notes = {(s.name, s.layout.address(r.row.row, n.place)) for s in outcomes[0].sheets if s.layout for r in s.rows
             if r.status != "duplicate" for n in r.row.notes if n.bad}  # fmt: skip
    cells = {
        place: dirty[place]["clean"]
        for place in (asked | notes) & dirty.keys()
        if dirty[place]["kind"] != "duplicate_row"
    }
    path = tmp_path / source.name
    shutil.copy(source, path)
    workbook = openpyxl.load_workbook(path)
    for (sheet, cell), clean in cells.items():
        workbook[sheet][cell].value = clean
    workbook.save(path)
    taken = import_workbooks(astana, [path], wishes=ALL)[0]
    assert {code: count(astana, code) for code in before} == before
    assert not [row for sheet in taken.sheets for row in sheet.rows if row.status == "new"]
    assert len({(s.name, r.row.row) for s in taken.sheets for r in s.rows if r.offers}) >= len(notes) * 0.8
    assert all(offer.taken for offer in every_offer(taken))
    assert not every_offer(import_workbooks(astana, [path])[0])
    assert care.verify_log(astana).is_sound


def test_the_row_report_leads_to_the_cell_and_says_old_new_and_the_expected_form(
    branch: Workspace, tmp_path: Path
) -> None:
    import_workbooks(branch, [sanctions(tmp_path / "a.xlsx")])
    rows = [
        corrected(SIX[0], SANCTIONS, {"№ приказа": "8/1-л/с", "Дата ознакомления": "на днях"}),
        *SIX[1:],
    ]
    outcomes = import_workbooks(branch, [sanctions(tmp_path / "b.xlsx", rows)])
    report = openpyxl.load_workbook(write_row_report(outcomes, tmp_path / "r.xlsx", "ru")).worksheets[1]
    assert report.freeze_panes == "A3"
    assert report.auto_filter.ref.startswith("A2")
    cells = [[cell.value for cell in row] for row in report.iter_rows(min_row=3)]
    link = report["E3"].hyperlink
    assert (link.target, link.location) == ("b.xlsx", "'Взыскания'!M2")
    assert cells[0][4:7] == ["M2", "Дата ознакомления", "на днях"]  # the gravest first
    assert "05.12.2023" in cells[0][11]
    change = next(row for row in cells if row[4] == "K2")
    assert (change[6], change[7], change[8]) == ("8/1-л/с", "8-л/с", "8-л/с")
    assert change[12] == outcomes[0].sheets[0].rows[0].record.id
