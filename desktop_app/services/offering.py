"""What is offered while typing: departments, employees, the values entered last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from desktop_app.domain.lettering import search_key, sort_key
from desktop_app.services.workspace import Workspace

CARD_FIELDS: Final = ("employee", "iin", "department", "position", "category")
"""Fields of a record that an employee's card fills in."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion: what to show, and the values it fills in."""

    text: str
    fills: dict[str, Any]


def offers(workspace: Workspace, register: str, typed: str, branch: str, limit: int = 12) -> list[Offer]:
    """Return departments or employees whose name or number contains what was typed."""
    key = search_key(typed)
    if not key:
        return []
    with workspace.store.read() as reader:
        if register == "department":
            rows = reader.rows(
                "SELECT id, name FROM department WHERE branch = ? AND void = '' ORDER BY name_key", [branch]
            )
            return [Offer(name, {"id": found}) for found, name in rows if key in search_key(name or "")][
                :limit
            ]
        rows = reader.rows(
            "SELECT name, iin, department, position, category FROM person WHERE branch = ? AND void = '' "
            "AND (iin LIKE ? OR name_key >= '') ORDER BY name_key", [branch, f"{typed}%"],
        )  # fmt: skip
    return [
        _person_offer(row)
        for row in rows
        if key in search_key(row[0] or "") or (row[1] or "").startswith(typed)
    ][:limit]


def known_person(workspace: Workspace, branch: str, *, number: str = "", name: str = "") -> dict[str, Any]:
    """Return what the card says of the employee with a number, or of the only one with a name typed in full."""
    field, value = ("iin", number) if number else ("name_key", sort_key(name))
    if not value:
        return {}
    with workspace.store.read() as reader:
        rows = reader.rows(
            f"SELECT name, iin, department, position, category FROM person WHERE branch = ? AND {field} = ? "
            "AND void = '' LIMIT 2", [branch, value],
        )  # fmt: skip
    return _person_offer(rows[0]).fills if len(rows) == 1 else {}


def _person_offer(row: tuple[Any, ...]) -> Offer:
    fills = dict(zip(CARD_FIELDS, row, strict=True))
    return Offer(f"{row[0]}  ·  {row[1] or '—'}", {k: v for k, v in fills.items() if v})


def last_values(workspace: Workspace, register: str, branch: str) -> dict[str, Any]:
    """Return the values of the record entered last, for «repeat the last value»."""
    with workspace.store.read() as reader:
        found = list(
            reader.records(
                register, f"rid = (SELECT max(rid) FROM {register} WHERE branch = ? AND void = '')", [branch]
            )
        )
    if not found:
        return {}
    return {item.name: getattr(found[0].values, item.name) for item in found[0].type.entered}
