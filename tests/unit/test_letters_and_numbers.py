"""Names, letters, identification numbers, rounding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.i18n import long_date, month_name, number_text, tr
from desktop_app.core.periods import Period
from desktop_app.domain import lettering
from desktop_app.domain.arithmetic import compare_printed, rounded, share
from desktop_app.domain.identifiers import check_digit, id_number_fault, iin_fault, masked

LOOK = {
    "а": "a",
    "е": "e",
    "о": "o",
    "р": "p",
    "с": "c",
    "х": "x",
    "і": "i",
    "ә": "ə",
    "А": "A",
    "Е": "E",
    "К": "K",
}
NAMES = st.sampled_from(
    ["Сәрсенова Шолпан Сәкенқызы", "Әбдіров Ерлан Серікұлы", "Ким Анна Олеговна", "Өтеуов Қайрат Асанұлы"]
)


def test_alphabet_order_is_the_kazakh_one(vectors: dict[str, Any]) -> None:
    alphabet = "".join(vectors["alphabet_kk"])
    assert alphabet == lettering.ALPHABET_KK
    words = [letter + "а" for letter in alphabet]
    assert sorted(words, key=lettering.sort_key) == words
    assert sorted([w.lower() for w in words], key=lettering.sort_key) == [w.lower() for w in words]
    assert sorted(["Ыбырай", "Әлия", "Өмір", "Іңкәр", "Аян", "Зере"], key=lettering.sort_key) == [
        "Аян",
        "Әлия",
        "Зере",
        "Өмір",
        "Ыбырай",
        "Іңкәр",
    ]


def test_lookalikes_are_mended_in_cyrillic_words_only(vectors: dict[str, Any]) -> None:
    for latin, cyrillic in vectors["lookalikes"].items():
        assert lettering.mend_lookalikes(f"жж{latin}") == f"жж{cyrillic}"
        assert lettering.mend_lookalikes(f"T01 {latin}") == f"T01 {latin}"


@given(NAMES, st.data())
def test_one_person_however_spelled(name: str, data: st.DataObject) -> None:
    spoiled = "".join(LOOK[c] if c in LOOK and data.draw(st.booleans()) else c for c in name)
    spoiled = spoiled.replace(" ", data.draw(st.sampled_from([" ", "  ", "\u00a0"])))
    spoiled = data.draw(st.sampled_from([spoiled, f" {spoiled} "]))
    assert lettering.name_key(spoiled) == lettering.name_key(name)
    assert lettering.search_key(name.upper()) == lettering.search_key(name)


@given(NAMES)
def test_capitals_are_put_right(name: str) -> None:
    assert lettering.proper_name(name.upper()) == name
    assert lettering.proper_name(name) == name


@pytest.mark.parametrize(
    ("upper", "proper"),
    [
        ("ТОО «НҰР ИНВЕСТ»", "ТОО «Нұр Инвест»"),
        ("«ЖЕР-СУ» ЖШС", "«Жер-Су» ЖШС"),
        ("Оспанова Д.У.", "Оспанова Д.У."),
    ],
)
def test_organisations_and_initials_keep_their_capitals(upper: str, proper: str) -> None:
    assert lettering.proper_name(upper) == proper


def test_initials_meet_full_names() -> None:
    assert lettering.initials_key("Оспанова Д.У.") == lettering.initials_key("Оспанова Динара Умирзаковна")


def test_search_forgives_case_and_letters() -> None:
    assert lettering.search_key("Ғабдуллин Өмір") == lettering.search_key("габдуллин омир")
    assert lettering.search_key("Пётр") == lettering.search_key("ПЕТР")


def test_identification_number_vectors(vectors: dict[str, Any]) -> None:
    for vector in vectors["iin_bin_vectors"]:
        assert (id_number_fault(vector["value"]) is None) is vector["valid"], vector


@given(
    st.integers(50, 99),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from("34"),
    st.integers(0, 9999),
    st.integers(0, 9),
    st.integers(1, 9),
)
def test_one_wrong_digit_is_noticed(
    year: int, month: int, day: int, sex: str, serial: int, place: int, step: int
) -> None:
    body = f"{year:02d}{month:02d}{day:02d}{sex}{serial:04d}"
    last = check_digit(body)
    if last is None:
        return
    iin = f"{body}{last}"
    assert iin_fault(iin) is None
    wrong = iin[:place] + str((int(iin[place]) + step) % 10) + iin[place + 1 :]
    # The first pass catches a wrong digit at the first ten places (the eleventh weighs 11, nought modulo 11);
    # a number that needs the second pass may slip.
    if (
        sum(w * int(d) for w, d in zip(range(1, 12), iin[:11], strict=True)) % 11 < 10
        and iin_fault(wrong) is None
    ):
        assert sum(w * int(d) for w, d in zip(range(1, 12), wrong[:11], strict=True)) % 11 == 10


def test_masking_hides_the_middle() -> None:
    assert masked("990101300023") == "990101••••23"


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_rounding_is_half_up_and_within_half_a_step(value: Decimal, places: int) -> None:
    found = rounded(value, places)
    step = Decimal(1).scaleb(-places)
    assert abs(found - value) <= step / 2
    assert found == rounded(found, places)


@pytest.mark.parametrize(
    ("part", "whole", "printed", "verdict"),
    [
        (964, 4197, "22,9", "truncated"),
        (595, 622, "95", "truncated"),
        (17032, 21855, "78", "rounded"),
        (30, 83, "44", "no"),
        (20, 30, "66,6", "truncated"),
    ],
)
def test_printed_shares_of_the_documents(part: int, whole: int, printed: str, verdict: str) -> None:
    assert compare_printed(Decimal(part) * 100 / Decimal(whole), printed) == verdict


def test_share_of_nothing_is_nothing() -> None:
    assert share(1, 0) is None
    assert share(1, 3) == Decimal("33.3")


def test_dates_numbers_and_plurals_in_three_languages() -> None:
    from datetime import date

    when = date(2024, 8, 22)
    assert long_date(when, "kk") == "2024 жылғы 22 тамыз"
    assert long_date(when, "ru") == "22 августа 2024 года"
    assert month_name(Period(2023, 12), "kk") == "2023 жылғы желтоқсан"
    assert number_text(16527473) == "16\u00a0527\u00a0473"
    assert [tr("ru", "ui.pages", n=n) for n in (1, 2, 5, 11, 21, 22)] == [
        "1 страница", "2 страницы", "5 страниц", "11 страниц", "21 страница", "22 страницы"]  # fmt: skip
    assert tr("kk", "ui.pages", n=5) == "5 бет"
