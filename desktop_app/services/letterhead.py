"""What a workplace says of itself on paper: address, telephones, the order that put the forms in force."""

from __future__ import annotations

from datetime import UTC, date, datetime

from desktop_app.core.i18n import Language, long_date, tr
from desktop_app.reports.monthly import Letterhead
from desktop_app.services.workspace import Workspace

LETTERHEAD = ("address", "email", "phone", "head_phone", "order_no", "order_date")
"""Settings of the workplace that only papers show."""


def letterhead(workspace: Workspace, language: Language) -> Letterhead:
    """Return what was set; an order counts once both its number and its day are there."""
    address, email, phone, head_phone, number, day = (workspace.setting(name) for name in LETTERHEAD)
    order = ""
    if number and day:
        order = tr(
            language,
            "form.order",
            date=attributive(day_of(day), language),
            number=number,
        )
    return Letterhead(address, email, phone, head_phone, order)


def day_of(text: str) -> date:
    """Return the day that was typed as 22.08.2024.

    Raises:
        ValueError: the text is no such day.
    """
    return datetime.strptime(text, "%d.%m.%Y").replace(tzinfo=UTC).date()


def attributive(day: date, language: Language) -> str:
    """Return the date as it stands before a number: «2024 жылғы 22 тамыздағы», «от 22 августа 2024 года»."""
    text = long_date(day, language)
    return text + _AT[day.month - 1] if language == "kk" else text


_AT = ("дағы", "дағы", "дағы", "дегі", "дағы", "дағы", "дегі", "дағы", "тегі", "дағы", "дағы", "дағы")
"""Ending of each Kazakh month in the attributive."""
