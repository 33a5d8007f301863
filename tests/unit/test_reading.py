"""Readers: habits they know, and what they must never guess."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.i18n import month_word
from desktop_app.core.periods import Period
from desktop_app.domain import fields as f
from desktop_app.domain.reading import BAD, EMPTY, Hint, read

DAY = f.Day()
DAYS = st.dates(date(2001, 1, 1), date(2059, 12, 31))
RU = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
HABITS = {
    "dots": lambda d: f"{d:%d.%m.%Y}", "short": lambda d: f"{d.day}.{d.month:02d}.{d.year}", "slashes": lambda d: f"{d:%d/%m/%y}",
    "dashes": lambda d: f"{d:%d-%m-%Y}", "iso": lambda d: d.isoformat(), "kk_tail": lambda d: f"{d:%d.%m.%Y}ж.",
    "ru_tail": lambda d: f"{d:%d.%m.%Y} г.", "kk_long": lambda d: f"{d.year} жылғы {d.day} {month_word(d.month, 'kk')}",
    "kk_word": lambda d: f"{d.day} {month_word(d.month, 'kk')} {d.year} ж.", "ru_word": lambda d: f"{d.day} {RU[d.month - 1]} {d.year} г.",
    "upper": lambda d: f"{d.day} {RU[d.month - 1].upper()} {d.year} Г.", "digits": lambda d: f"{d:%d%m%Y}",
    "serial": lambda d: (d - date(1899, 12, 30)).days, "serial_text": lambda d: str((d - date(1899, 12, 30)).days),
    "real": lambda d: d, "moment": lambda d: datetime(d.year, d.month, d.day), "spaces": lambda d: f"  {d:%d.%m.%Y}\u00a0",
}  # fmt: skip


@pytest.mark.parametrize("habit", HABITS)
@given(day=DAYS)
def test_every_date_habit(habit: str, day: date) -> None:
    written = HABITS[habit](day)
    if habit.startswith("serial") and 1 <= int(str(written)[1:3]) <= 12 and int(str(written)[0]):
        assert read(DAY, written).value in (None, day)  # «51223» may be 5.12.23 as well: never one of the two
    else:
        assert read(DAY, written).value == day


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2023",
        "31.04.2022",
        "12/31/2023",
        "2023",
        "32.01.2023",
        "00.01.2023",
        "жаңа",
        "1,5",
        "5 марта",
        "31.06.2022 г.",
        "29.02.2023",
    ],
)
def test_impossible_dates_are_never_guessed(text: str) -> None:
    assert read(DAY, text) == BAD


@given(st.text(max_size=25))
def test_no_text_breaks_a_reader(text: str) -> None:
    kinds = [DAY, f.Text(), f.PersonName(), f.Number(), f.Iin(), f.IdNumber(), f.Coded("sanction_types"), f.Coded("accessibility_items", with_code=True),
             f.Title(), f.Flag(), f.Measure("item"), f.Count(), f.Money()]  # fmt: skip
    for kind in kinds:
        found = read(kind, text, Hint({"item": "2.02"}, 2023, 5))
        assert not (found.bad and found.value is not None)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2208", date(2023, 8, 22)),
        ("22.08", date(2023, 8, 22)),
        ("22.8", date(2023, 8, 22)),
        ("5", date(2023, 8, 5)),
        ("220822", date(2022, 8, 22)),
    ],
)
def test_typed_dates_take_the_months_year(typed: str, day: date) -> None:
    assert read(DAY, typed, Hint(year=2023, month=8)).value == day


@given(st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.sampled_from(["before", "after"]), st.booleans())
def test_dates_typed_at_the_turn_of_the_year_fall_on_their_side_of_the_month(
    day: date, falls, whole: bool
) -> None:
    month = Period.of(day)
    typed = read(
        f.Day(falls), f"{day:%d%m%Y}" if whole else f"{day:%d%m}", Hint(year=day.year, month=month.month)
    )
    assert typed.value == day  # of the month itself
    for step in range(1, 12):
        if day.day > 28:
            break
        way = -step if falls == "before" else step
        other = month.shifted(way)
        text = f"{day.day:02d}.{other.month:02d}"
        found = read(f.Day(falls), text, Hint(year=day.year, month=day.month)).value
        assert found == date(other.year, other.month, day.day)
        kept = read(f.Day(falls), f"{text}.{day.year}", Hint(year=day.year, month=day.month)).value
        assert kept == date(day.year, other.month, day.day)  # a year that was typed stands


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("66О724496777", "660724496777"),
        ("811101 498721", "811101498721"),
        (900222494585.0, "900222494585"),
        (10909699100.0, "010909699100"),
        (906592802.0, "000906592802"),
    ],
)
def test_numbers_that_excel_and_fingers_damaged(raw: object, value: str) -> None:
    assert read(f.Iin(), raw).value == value  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", ["67202490098", "6702024900981", "67020249009X", 123.0, "ЖСН жоқ"])
def test_a_lost_digit_is_not_invented(raw: object) -> None:
    assert read(f.Iin(), raw) == BAD  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [("ескерту беру", "REMARK"), ("қ. сөгіс", "SEVERE"), ("стр. выговор", "SEVERE"), ("замеч.", "REMARK"), ("ОБЪЯВЛЕН ВЫГОВОР", "REPRIMAND"),
     ("қатаң ескерту", "STRICT_REMARK"), ("қ. ескерту", "STRICT_REMARK"), ("ескеpту", "REMARK"), (" Сөгіс  ", "REPRIMAND"), ("сөгіс жарияланды", "REPRIMAND")],
)  # fmt: skip
def test_sanction_types_in_every_spelling(text: str, code: str) -> None:
    assert read(f.Coded("sanction_types"), text).value == code


@pytest.mark.parametrize(
    "text", ["выговор строгий-престрогий", "өте қатаң ескерту", "с. выговор и замечание", "в.", "айыппұл"]
)
def test_unknown_sanctions_are_not_forced_into_known_ones(text: str) -> None:
    assert read(f.Coded("sanction_types"), text) == BAD


@pytest.mark.parametrize(
    ("title", "category"),
    [("бас маман", "STAFF"), ("бөлім басшысы", "HEAD"), ("Басшының орынбасары", "DEPUTY"), ("зам. руководителя", "DEPUTY"), ("начальник отдела", "HEAD"),
     ("бөлім басшысының м.а.", "HEAD"), ("и.о. руководителя отдела", "HEAD"), ("Главный специалист", "STAFF"), ("тәлімгер", None), ("басшысының көмекшісі", None), ("заместитель начальника отдела", "DEPUTY")],
)  # fmt: skip
def test_categories_of_posts(title: str, category: str | None) -> None:
    found = read(f.Title(), title)
    assert found.also.get("category") == category


@pytest.mark.parametrize(
    ("item", "text", "value"),
    [("1.04", "134 см", "1.34"), ("1.03", "10168 см", "101.68"), ("2.08", "6,4 см", "0.064"), ("2.02", "1:12", "8.33"), ("2.02", "17,15 %", "17.15"),
     ("2.02", "5°", "8.75"), ("1.01", "1.89%", "1.89"), ("2.12", "3 сек", "3"), ("1.07", "жоқ", "0"), ("1.07", "есть", "1"), ("1.04", "1.19м", "1.19"), ("1.04", "1340 мм", "1.34"), ("1.04", "1,O5 м", "1.05")],
)  # fmt: skip
def test_measures_in_every_unit(item: str, text: str, value: str) -> None:
    assert read(f.Measure("item"), text, Hint({"item": item})).value == Decimal(value)


@pytest.mark.parametrize(
    ("item", "text"), [("1.04", "134"), ("1.04", "1:12"), ("2.02", "12 кг"), ("1.07", "2 м"), ("9.99", "1 м")]
)
def test_measures_without_sense_are_reported(item: str, text: str) -> None:
    assert read(f.Measure("item"), text, Hint({"item": item})) == BAD


@pytest.mark.parametrize("text", ["", "   ", "\u00a0", "-", "—", None])
def test_nothing_is_nothing(text: object) -> None:
    assert read(DAY, text) == EMPTY  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [("№ 32-л/с", "32-л/с"), ("N 5", "5"), ("№12", "12"), ("Номер 7", "7"), (27.0, "27"), ("Нұр-5", "Нұр-5")],
)
def test_document_numbers(text: object, value: str) -> None:
    assert read(f.Number(), text).value == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("«5» желтоқсан 2023 ж.", date(2023, 12, 5)), ("2023 жылдың 11 желтоқсаны", date(2023, 12, 11)),
        ("14-ші желтоқсан 2023 ж", date(2023, 12, 14)), ("«05» декабря 2023 года", date(2023, 12, 5)),
        ("от 04.12.2023г.", date(2023, 12, 4)), ("14.12.2023 г. (четверг)", date(2023, 12, 14)), ("14,12,2023", date(2023, 12, 14)),
        ("07.I2.2023", date(2023, 12, 7)), ("12.l2.2023", date(2023, 12, 12)), ("04.12.202З", date(2023, 12, 4)),
        ("5 XII 2023", date(2023, 12, 5)), ("5 желт. 2023", date(2023, 12, 5)), ("5-Dec-23", date(2023, 12, 5)),
        ("14.12.2023 09:15", date(2023, 12, 14)), ("2023-12-04T10:00:00", date(2023, 12, 4)), (45272.5, date(2023, 12, 12)),
        ("051223", date(2023, 12, 5)),
        ("231212", None), (51223, None), ("51223", None), ("14.12.2023 (пятница)", None), ("5.II.2023", None),
        ("31.12.9999", None), (date(9999, 12, 31), None), ("до 14.12.2023", None), ("05.12.2023, 06.12.2023", None),
    ],
)  # fmt: skip
def test_dates_of_workbooks(written, day: date | None) -> None:
    found = read(DAY, written)
    assert found.value == day
    assert found.bad == (day is None)
    assert found.mended or found.bad


def test_american_dates_only_where_the_column_proves_them() -> None:
    assert read(DAY, "12/05/2023", Hint(order="mdy")).value == date(2023, 12, 5)
    assert read(DAY, "12/05/2023", Hint(order="?")).bad
    assert read(DAY, "12/05/2023").value == date(2023, 5, 12)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Умбетова Г.К., Кожабекова А.С.", None), ("Ким Ерлан Серикович\nПак Олег Иванович", None), ("1) Ким Е.С. 2) Пак О.И.", None),
        ("Габдуллина А.Н. и Ким Е.С.", None), ("вакансия", None), ("Б", None), ("2", None), ("Бос орын", None),
        ("Ким Ерлан Серикович (руководитель)", "Ким Ерлан Серикович"), ("Умбетова Газиза - архивариус", "Умбетова Газиза"),
        ("Петрова (Иванова) Анна", "Петрова (Иванова) Анна"), ("Ким\nЕрлан\nСерикович", "Ким Ерлан Серикович"),
        ("АЛИЕВ РУСТАМ МУРАТ ОГЛЫ", "Алиев Рустам Мурат оглы"),
    ],
)  # fmt: skip
def test_one_cell_is_one_person_or_nobody(written: str, name: str | None) -> None:
    found = read(f.PersonName(), written)
    assert found.value == name
    assert found.bad == (name is None)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("АО «KEGOC»", "АО «KEGOC»"), ('ТОО "BI GROUP"', 'ТОО "BI GROUP"'), ("АО «НК «ҚТЖ»", "АО «НК «ҚТЖ»"), ("ТОО «АБВ»", "ТОО «АБВ»"),
        ("«АҚ ЖОЛ СЕРВИС» ЖШС", "«Ақ Жол Сервис» ЖШС"), ("ТОО «ЖЕР-СУ»", "ТОО «Жер-Су»"), ("Иванов А.А., Ким Б.Б.", "Иванов А.А., Ким Б.Б."),
    ],
)  # fmt: skip
def test_names_of_companies_keep_their_letters(written: str, name: str) -> None:
    assert read(f.PersonName(organisations=True), written).value == name


def test_departments_meet_where_that_is_certain() -> None:
    from desktop_app.domain.departments import department_key

    same = [
        "Отдел №1 г. Астана",
        "Отдел № 1 города Астана",
        "Отдел №1",
        "1-отдел г. Астана",
        "ХҚКБ №1 Астана қ.",
    ]
    assert len({department_key(text, "71") for text in same}) == 1
    assert department_key("Отдел Есиль", "71") == department_key("Отдел Есіл", "71")
    apart = ["Отдел №1", "Отдел №11", "Отдел №1 (новое здание)", "Отдел Алматы", "отдел алматинский"]
    assert len({department_key(text, "71") for text in apart}) == len(apart)
    assert department_key("Отдел №1 г. Семей", "10") != department_key("Отдел №1 г. Аягоз", "10")


@pytest.mark.parametrize(
    "raw", [float("inf"), float("nan"), 1e300, -1e300, 10**25, "9" * 40, "1E999", date(1, 1, 1)]
)
def test_no_number_breaks_a_reader(raw) -> None:
    kinds = [
        DAY,
        f.Text(),
        f.PersonName(),
        f.Number(),
        f.Iin(),
        f.IdNumber(),
        f.Count(),
        f.Money(),
        f.Flag(),
        f.Title(),
        f.Measure("item"),
    ]
    for kind in kinds:
        found = read(kind, raw, Hint({"item": "2.02"}))
        assert not (found.bad and found.value is not None)
