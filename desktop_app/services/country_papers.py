"""The forms of the whole country at headquarters: what the branches reported, added up, tied to what was added up."""

from __future__ import annotations

import json
from collections import Counter

from desktop_app.core.errors import Refusal
from desktop_app.core.i18n import Language, Text3, catalogue, long_date, short_date, tr
from desktop_app.core.periods import Period
from desktop_app.formdef.forms import form_of
from desktop_app.reports import monthly
from desktop_app.reports.document import Document
from desktop_app.services.board import board
from desktop_app.services.exchange_papers import consolidated, reported
from desktop_app.services.letterhead import letterhead
from desktop_app.services.workspace import Workspace


def country_form(workspace: Workspace, register: str, period: Period, language: Language) -> Document:
    """Return one register's form for the whole country, as the branches reported; a draft while a branch is missing.

    Raises:
        Refusal: at a branch.
    """
    if workspace.branch:
        raise Refusal("consolidation.headquarters_only")
    totals = _totals(workspace, register, period)
    tallies: Counter[tuple[str, ...]] = Counter()
    for of_month, found in totals.items():
        if of_month[1] == period.number:
            tallies.update(found)
    count = sum(sum(found.values()) for of_month, found in totals.items() if of_month[1] == period.number)
    whole = sum(sum(found.values()) for found in totals.values())
    data = monthly.MonthlyData(form_of(register), tallies, lambda: (), count, whole, whole - count)
    return monthly.country_form(
        _cover(workspace, period, language), data, _came(workspace, period, language), language
    )


def _totals(
    workspace: Workspace, register: str, period: Period
) -> dict[tuple[str, int], Counter[tuple[str, ...]]]:
    """Return the reported totals of each branch's month from January on, by the codes of the tallied fields."""
    found = {}
    for of_month, values in reported(workspace, Period(period.year, 1), period).items():
        listed = json.loads(values.totals or "{}").get(register, {})
        found[of_month] = Counter({tuple(key.split("|")): n for key, n in listed.items()})
    return found


def _came(workspace: Workspace, period: Period, language: Language) -> str:
    year = board(workspace, period, period)
    return tr(language, "country.from", came=year.came(period), expected=year.expected(period))


def _cover(workspace: Workspace, period: Period, language: Language) -> monthly.Cover:
    year = board(workspace, period, period)
    digest, tie = consolidated(workspace, period)
    draft = year.came(period) < year.expected(period)
    where = Text3(*(catalogue(code)["country.name"] for code in ("kk", "ru", "en")))
    due = max((cell.due for cell in year.cells.values()), default=workspace.today)
    return monthly.Cover(
        where, "", "", workspace.setting("bin"), period, 1, short_date(due), workspace.user, "", "",
        long_date(workspace.today, language), "" if draft else digest, "" if draft else tie, draft=draft,
        letterhead=letterhead(workspace, language), day=workspace.today,
    )  # fmt: skip
