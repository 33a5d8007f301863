"""What came in and is kept, but not shown: values this version cannot read, changes that wait, stopped workstations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from desktop_app.core.i18n import Language, month_name, tr
from desktop_app.core.periods import Period
from desktop_app.domain.register import registers
from desktop_app.formdef.forms import form_of
from desktop_app.services.orders import AFTER_CLOSING
from desktop_app.services.words import place_words
from desktop_app.services.workspace import Workspace
from desktop_app.storage.lanes import workstation_of

Kind = Literal["quarantine", "waiting", "fork"]
_READ: Final[dict[Kind, str]] = {
    "quarantine": "SELECT workstation, register, record, branch, reason, detail, moment FROM quarantine ORDER BY moment, workstation, seq",
    "waiting": "SELECT workstation, '', '', '', 'waiting', CAST(min(seq) AS TEXT), '' FROM waiting_change GROUP BY workstation ORDER BY workstation",
    "fork": "SELECT workstation, '', '', '', 'fork', CAST(seq AS TEXT), moment FROM fork ORDER BY workstation",
}


@dataclass(frozen=True, slots=True)
class SetAside:
    """One thing that waits for a newer version, for its author, or for a package.

    Attributes:
        reason: ``unknown_register``, ``unknown_field``, ``unreadable_value``, ``after_closing``, ``waiting``, ``fork``.
        detail: register, field, or number in the workstation's sequence that it is about.
    """

    kind: Kind
    workstation: str
    register: str
    record: str
    branch: str
    reason: str
    detail: str
    moment: str


def set_aside(workspace: Workspace) -> list[SetAside]:
    """Return everything that is kept and not shown, oldest first in each kind."""
    with workspace.store.read() as reader:
        return [
            SetAside(kind, workstation_of(row[0]), *row[1:])
            for kind, sql in _READ.items() for row in reader.rows(sql)
        ]  # fmt: skip


def set_aside_words(workspace: Workspace, one: SetAside, language: Language) -> str:
    """Return what is set aside, why, and what to do."""
    name = one.detail
    title = one.record[:12]
    if one.register in registers():
        form = form_of(one.register)
        title = f"{form.name.get(language)}: {workspace.store.ref_title(one.register, one.record) or title}"
        name = form.label(one.detail).get(language) if one.detail in form.fields else one.detail
    if one.reason == AFTER_CLOSING:
        name = month_name(Period.from_number(int(one.detail)), language)
    place = place_words(one.branch, language) if one.branch else ""
    return tr(
        language, f"aside.{one.reason}", title=title, detail=name, place=place, workstation=one.workstation
    )
