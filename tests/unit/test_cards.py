"""Employees' cards: whose the number is, what goes with a record taken back, what a known number brings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from desktop_app.core.problems import Severity
from desktop_app.domain.lettering import may_be_one
from desktop_app.domain.record import Record, new_record
from desktop_app.services import entry, offering
from desktop_app.services.overview import last_change
from desktop_app.services.workspace import Workspace

FIRST, SECOND = "920219497735", "730114395098"


def _sanction(workspace: Workspace, **values: Any) -> Record:
    return entry.save(workspace, new_record("sanction", "71", **values)).record


def _cards(workspace: Workspace) -> list[tuple[Any, ...]]:
    with workspace.store.read() as reader:
        return reader.rows("SELECT name, iin, position FROM person WHERE void = '' ORDER BY iin")


def _codes(record: Record) -> set[str]:
    return {problem.code for problem in record.problems}


def test_a_number_on_another_card_is_an_error_before_and_after_saving(branch: Workspace) -> None:
    _sanction(branch, employee="Кожабекова Айгүл Сериковна", iin=FIRST, order_date=date(2023, 11, 1))
    _sanction(branch, employee="Абдиров Бауыржан Серикович", iin=SECOND)
    mixed = new_record("sanction", "71", employee="Абдиров Бауыржан Серикович", iin=FIRST)
    before = entry.preview(branch, mixed)
    assert "person.two_cards" in _codes(before)
    problem = next(p for p in before.problems if p.code == "person.two_cards")
    assert problem.severity is Severity.ERROR
    assert problem.params["name"] == "Кожабекова Айгүл Сериковна"
    saved = entry.save(branch, mixed).record
    assert "person.two_cards" in _codes(saved)
    mended = entry.save(branch, saved.with_values(iin=SECOND)).record
    assert "person.two_cards" not in _codes(mended)


def test_the_problem_follows_the_card(branch: Workspace) -> None:
    first = _sanction(branch, employee="Кожабкова Айгүл", iin=FIRST)
    assert "person.two_cards" not in _codes(first)
    card = entry.load(branch, "person", first.values.person)
    assert card is not None
    entry.save(branch, card.with_values(name="Абдиров Бауыржан Серикович"))
    again = entry.load(branch, "sanction", first.id)
    assert again is not None
    assert "person.two_cards" in _codes(again)


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("Абдиров Бауыржан Серикович", "Абдиров Б.С.", True),
        ("Абдиров Бауыржан Серикович", "Әбдіров Бауыржан Серікұлы", True),
        ("Ким Анна Сергеевна", "Ли Анна Сергеевна", True),
        ("Кожабекова Айгүл Сериковна", "Абдиров Бауыржан Серикович", False),
        ("Ким Анна", "Ли Анна Сергеевна", False),
    ],
)
def test_names_that_may_be_one(first: str, second: str, one: bool) -> None:
    assert may_be_one(first, second) is one


def test_the_gravest_warnings_stand_before_the_first_save(branch: Workspace) -> None:
    for day in (1, 15):
        _sanction(branch, employee="Ким Анна Сергеевна", iin="921215400109", kind="V01", type="REPRIMAND",
                  order_no=f"{day}-ж", order_date=date(2023, 11, day))  # fmt: skip
    fresh = new_record("sanction", "71", employee="Ким Анна Сергеевна", iin="921215400109", kind="V01",
                       type="REMARK", order_no="3-ж", order_date=date(2023, 12, 1))  # fmt: skip
    before = entry.preview(branch, fresh)
    after = entry.save(branch, fresh).record
    assert _codes(before) == _codes(after)
    assert {"sanction.fitness_due"} <= _codes(before)


def test_what_a_record_made_goes_with_it_and_comes_back(branch: Workspace) -> None:
    saved = _sanction(branch, iin=FIRST, department="Есіл ХҚКБ")
    assert _cards(branch) == [(None, FIRST, None)]
    entry.undo(branch, "sanction", saved.id)
    assert _cards(branch) == []
    assert offering.offers(branch, "department", "Есіл", "71") == []
    again = _sanction(branch, iin=FIRST, employee="Кожабекова Айгүл Сериковна", department="Есіл ХҚКБ")
    assert _cards(branch) == [("Кожабекова Айгүл Сериковна", FIRST, None)]
    other = _sanction(branch, iin=FIRST, employee="Кожабекова Айгүл Сериковна")
    entry.undo(branch, "sanction", again.id)
    assert len(_cards(branch)) == 1, "another record needs it"
    assert other.values.person


def test_a_card_entered_by_hand_stays(branch: Workspace) -> None:
    card = entry.save(
        branch, new_record("person", "71", name="Ким Анна Сергеевна", iin="921215400109")
    ).record
    saved = _sanction(branch, employee="Ким Анна Сергеевна", iin="921215400109")
    assert saved.values.person == card.id
    entry.void(branch, "sanction", saved.id, "қате")
    assert len(_cards(branch)) == 1


def test_voiding_and_undoing_the_void_bring_the_card_back(branch: Workspace) -> None:
    saved = _sanction(branch, employee="Ким Анна Сергеевна", iin="921215400109")
    entry.void(branch, "sanction", saved.id, "қате")
    assert _cards(branch) == []
    assert last_change(branch) == ("sanction", saved.id)
    entry.undo(branch, "sanction", saved.id)
    assert len(_cards(branch)) == 1


def test_a_nameless_card_gets_the_name_that_comes_later(branch: Workspace) -> None:
    _sanction(branch, iin=FIRST)
    _sanction(branch, iin=FIRST, employee="Кожабекова Айгүл Сериковна", position="оператор")
    assert _cards(branch) == [("Кожабекова Айгүл Сериковна", FIRST, "оператор")]


def test_a_department_that_a_save_would_make_is_said(branch: Workspace) -> None:
    _sanction(branch, employee="Ким А.", department="Отдел №4 г. Астана")
    assert "link.new" not in _codes(
        entry.preview(branch, new_record("sanction", "71", department="отдел №4 г. астана"))
    )
    found = entry.preview(branch, new_record("sanction", "71", department="Есіл ХҚКБ"))
    assert [p.params for p in found.problems if p.code == "link.new"] == [{"name": "Есіл ХҚКБ"}]
