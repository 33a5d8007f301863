"""The one idea: a class and a form file are enough for table, form, list, search, import, log, workbook and print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import openpyxl
import pytest

from desktop_app.core.periods import Period
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain import register as house
from desktop_app.domain.fields import Coded, Day, Number, Text
from desktop_app.domain.record import new_record
from desktop_app.domain.register import MUST, register, rule
from desktop_app.formdef import forms
from desktop_app.services import care, entry, months, printing
from desktop_app.services.intake import import_workbooks
from desktop_app.services.listing import Listing, ListQuery
from desktop_app.services.workspace import Workspace

FORM = """
register = "gift"
name = { kk = "Сыйлық", ru = "Подарок", en = "Gift" }
plural = { kk = "Сыйлықтар", ru = "Подарки", en = "Gifts" }
[[section]]
kk = "Сыйлық"
ru = "Подарок"
en = "Gift"
fields = ["number", "given", "risk", "what"]
[fields]
number = { kk = "Нөмірі", ru = "Номер", en = "Number" }
given = { kk = "Берілген күні", ru = "Дата вручения", en = "Given" }
risk = { kk = "Тәуекел", ru = "Риск", en = "Risk" }
what = { kk = "Не берілді", ru = "Что подарено", en = "What" }
[list]
columns = ["given", "number", "what"]
sort = ["given", "what"]
[workbook]
columns = ["number", "given", "risk", "what"]
telling = ["number", "given"]
[print]
title = { kk = "Сыйлықтар туралы", ru = "О подарках", en = "On gifts" }
index = "9-С"
rows = "risk"
columns = ["risk"]
listed = ["number", "given", "what"]
"""


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Workspace]:
    house.registers()

    @register(
        "gift",
        dated_by="given",
        identity=(("number",),),
        tallied=("risk",),
        titled_by=("number", "what"),
        monthly=9,
    )
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Gift:
        number: Annotated[str | None, Number(), MUST] = None
        given: Annotated[date | None, Day(), MUST] = None
        risk: Annotated[str | None, Coded("corruption_risks")] = None
        what: Annotated[str | None, Text()] = None

    @rule(Gift, "sanction.risk_mark_differs", Severity.WARNING, "labour.64")
    def nothing_given(g: Gift, _around: object) -> Problem | None:
        return (
            Problem("sanction.risk_mark_differs", Severity.WARNING, ("what",))
            if g.given and not g.what
            else None
        )

    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "gift.toml").write_text(FORM, "utf-8")
    forms.FORM_FOLDERS.insert(0, tmp_path / "forms")
    forms.form_of.cache_clear()
    try:
        with Workspace.create(tmp_path / "ws", "құпия сөйлем", branch="71") as workspace:
            yield workspace
    finally:
        forms.FORM_FOLDERS.pop(0)
        forms.form_of.cache_clear()
        house._REGISTERS.pop("gift")
        from desktop_app.storage import tables

        tables.register_table.cache_clear()
        tables.metadata.remove(tables.metadata.tables["gift"])
        for name in house._REGISTERS:
            if name in tables.metadata.tables:
                tables.metadata.remove(tables.metadata.tables[name])


def test_class_and_form_file_are_enough(toy: Workspace, tmp_path: Path) -> None:
    saved = entry.save(
        toy, new_record("gift", "71", number="7", given=date(2023, 5, 4), risk="high", what="Құмыра")
    )
    assert saved.record.problems == ()
    assert [
        p.code
        for p in entry.save(toy, new_record("gift", "71", number="8", given=date(2023, 5, 9))).record.problems
    ]

    listing = Listing(toy)
    listing.begin(ListQuery("gift", Period(2023, 5)))
    assert listing.count() == 2
    listing.begin(ListQuery("gift", words="кумыра"))
    assert listing.page(0)[0][2] == saved.record.id

    book = openpyxl.Workbook()
    book.active.append(["Нөмірі", "Берілген күні", "Тәуекел", "Не берілді"])
    book.active.append(["9", "2023 жылғы 11 мамыр", "Жоғары", "Шапан"])
    book.active.append(["7", "04.05.2023", "жоғары", "Құмыра"])
    book.save(tmp_path / "gifts.xlsx")
    sheet = import_workbooks(toy, [tmp_path / "gifts.xlsx"])[0].sheets[0]
    assert (sheet.count("new"), sheet.count("present")) == (1, 1)

    assert months.month(toy, Period(2023, 5)).sections[-1].count == 3
    assert care.verify_log(toy).is_sound
    assert len(entry.history(toy, "gift", saved.record.id)) == 4
    for suffix in (".pdf", ".xlsx"):
        assert (
            printing.print_report(toy, "gift", Period(2023, 5), tmp_path / f"gift{suffix}").stat().st_size
            > 1000
        )


def test_toy_register_gets_its_entry_form_and_list(toy: Workspace, qtbot) -> None:
    from desktop_app.window.context import Context
    from desktop_app.window.screens.entry_screen import EntryScreen
    from desktop_app.window.screens.list_screen import ListScreen

    context = Context(toy, "ru", Period(2023, 5))
    screen = EntryScreen(context, "gift")
    qtbot.addWidget(screen)
    screen.editors["number"].setText("11")
    screen.editors["given"].setText("0405")
    screen.editors["risk"].setText("высокий")
    assert screen.save()
    listing = ListScreen(context, "gift")
    qtbot.addWidget(listing)
    assert listing.model.rowCount() == 1
    assert listing.model.data(listing.model.index(0, 0)) == "04.05.2023"
