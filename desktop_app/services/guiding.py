"""What headquarters sends down besides answers: forms, classifiers, dated acts, calendar, revoked workstations."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import EnvironmentFault, Refusal, TizilimError, UsageFault
from desktop_app.core.i18n import short_date
from desktop_app.domain import classifiers
from desktop_app.domain.law import acts
from desktop_app.domain.law.acts_check import check_rows
from desktop_app.domain.law.calendar import unspoken
from desktop_app.exchange.wire import Piece, Revoked
from desktop_app.formdef import forms
from desktop_app.services.workspace import Workspace
from desktop_app.storage.store import Store

_FORM: Final = "form:"
_CLASSIFIER: Final = "classifier:"
_ACTS: Final = "acts:"
_CALENDAR: Final = "calendar"
_UNFIT: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a text of the right syntax and a wrong build raises."""


def publish(workspace: Workspace, path: Path) -> tuple[str, int]:
    """Put a form file, a classifier, rows of a dated table or a calendar in force; it travels with the next package to each branch.

    A form is a ``.toml`` file like those of ``forms/``; ``[question.name]`` adds a question. A ``.json`` file holds
    ``{"classifier": name, "codes": [{"code", "kk", "ru", "en", "valid_from", "valid_to"}]}`` or
    ``{"acts": table, "rows": [{"key", "valid_from", …}]}`` like the tables of ``resources/acts``, or
    ``{"calendar": {"2027-01-04": "off"}, "whole": [2027]}``. The years of ``whole`` are settled by it: the calendar
    must speak of each of their holidays; other days lie over what is known of their years.

    Returns:
        The name of the piece and its version.

    Raises:
        Refusal: no right, or not at headquarters.
        UsageFault: the file is none of these, or does not fit.
        FormFault: the form file does not fit its register.
    """
    workspace.demand("settings")
    if workspace.branch:
        raise Refusal("guide.headquarters_only")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise EnvironmentFault("disk.read", path=path) from fault
    name = _checked(path, text)
    with workspace.store.transaction(workspace.user) as work:
        here = work.reader.rows("SELECT version FROM guidance WHERE name = ?", [name])
        version = int(here[0][0]) + 1 if here else 1
        piece = Piece(name, version, text)
        from desktop_app.services.peers import now

        take_guidance(work, workspace.store.workstation, now(), [piece])
    apply_guidance(workspace.store)
    from desktop_app.services.freshness import keep_up

    keep_up(workspace)
    return name, version


def _checked(path: Path, text: str) -> str:
    """Return the name of a piece of guidance, or say what is wrong with it."""
    try:
        if path.suffix.lower() == ".toml":
            return _FORM + forms.parse_form(text, path).register.code
        data = json.loads(text)
        if "calendar" in data:
            _check_calendar(data)
            return _CALENDAR
        if "acts" in data:
            check_rows(str(data["acts"]), data["rows"])
            return _ACTS + str(data["acts"])
        name = str(data["classifier"])
        known = classifiers.classifier(name)
        for row in data["codes"]:
            for wanted in ("code", "kk", "ru", "en"):
                if not isinstance(row[wanted], str) or not row[wanted].strip():
                    raise ValueError(wanted)
            for day in ("valid_from", "valid_to"):
                if row.get(day):
                    date.fromisoformat(row[day])
    except _UNFIT as fault:
        raise UsageFault("guide.unfit", file=path.name, why=str(fault)) from fault
    return _CLASSIFIER + known.name


def _check_calendar(data: dict[str, Any]) -> None:
    rows = [(date.fromisoformat(day), bool(worked)) for day, worked in _days(data)]
    for year in data.get("whole", ()):
        left = unspoken(rows, int(year))
        if left:
            raise UsageFault("guide.calendar_not_whole", year=year, days=", ".join(map(short_date, left)))


def is_fit(name: str, body: str) -> bool:
    """Tell whether a piece of guidance can be applied by this version."""
    try:
        return _checked(Path("piece.toml" if name.startswith(_FORM) else "piece.json"), body) == name
    except TizilimError:
        return False


def _days(data: dict[str, Any]) -> list[tuple[str, int]]:
    words = {"worked": 1, "off": 0}
    return [(date.fromisoformat(day).isoformat(), words[kind]) for day, kind in data["calendar"].items()]


def guidance_frames(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every piece of guidance in force: name, version, body."""
    with workspace.store.read() as reader:
        rows = reader.rows("SELECT name, version, body FROM guidance ORDER BY name")
    return [{"name": name, "version": version, "body": body} for name, version, body in rows]


def revocations(workspace: Workspace, branch: str) -> list[dict[str, str]]:
    """Return the branch's workstations that are trusted no longer."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT workstation, revoked, why FROM peer WHERE revoked <> '' AND branch = ?", [branch]
        )
    return [{"workstation": key, "day": day, "why": why} for key, day, why in rows]


def take_guidance(work: Any, sender: str, moment: str, pieces: list[Piece]) -> tuple[list[str], list[str]]:
    """Keep guidance that is newer than what is here; return the names taken, and those that do not fit."""
    from desktop_app.storage.exchange_tables import guidance

    taken: list[str] = []
    unfit: list[str] = []
    for piece in pieces:
        here = work.reader.rows("SELECT version, body FROM guidance WHERE name = ?", [piece.name])
        if here and int(here[0][0]) >= piece.version:
            continue
        if not is_fit(piece.name, piece.body):
            unfit.append(piece.name)
            continue
        kept = {"name": piece.name, "version": piece.version, "body": piece.body}
        work.replace(guidance, {**kept, "moment": moment, "sender": sender})
        if piece.name == _CALENDAR:
            before = here[0][1] if here and is_fit(_CALENDAR, here[0][1]) else '{"calendar": {}}'
            _lay_calendar(work, json.loads(before), json.loads(piece.body))
        taken.append(piece.name)
    return taken, unfit


def unfit_guidance(store: Store) -> list[str]:
    """Return the names of kept pieces that cannot be applied; they are passed over."""
    with store.read() as reader:
        rows = reader.rows("SELECT name, body FROM guidance ORDER BY name")
    return [name for name, body in rows if not is_fit(name, body)]


def _lay_calendar(work: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Put a calendar in place of the one sent before; days that were corrected here meanwhile stay."""
    from desktop_app.storage.tables import calendar_day

    for day, worked in _days(before):
        work.run("DELETE FROM calendar_day WHERE day = ? AND worked = ?", (day, worked))
    for day, worked in _days(after):
        work.replace(calendar_day, {"day": day, "worked": worked})


def take_revocations(work: Any, revoked: list[Revoked]) -> None:
    """Refuse from now on the workstations that headquarters trusts no longer."""
    for one in revoked:
        work.run("UPDATE peer SET revoked = ?, why = ? WHERE workstation = ? AND revoked = ''",
                 (one.day, one.why, one.workstation))  # fmt: skip


_FOUND_FIT: Final[dict[str, str]] = {}
"""Pieces that this process has read and found fit, so that they are read once."""


def apply_guidance(store: Store) -> None:
    """Let the forms and classifiers of a workspace take effect in this process."""
    with store.read() as reader:
        rows = reader.rows("SELECT name, body FROM guidance")
    # What does not fit is passed over, and the doctor says so: one bad piece must not shut the workspace.
    found = {name: body for name, body in rows if _FOUND_FIT.get(name) == body or is_fit(name, body)}
    _FOUND_FIT.update(found)
    sent_forms = {name.removeprefix(_FORM): body for name, body in found.items() if name.startswith(_FORM)}
    sent_codes = {
        name.removeprefix(_CLASSIFIER): json.loads(body)["codes"]
        for name, body in found.items()
        if name.startswith(_CLASSIFIER)
    }
    sent_acts = {
        name.removeprefix(_ACTS): json.loads(body)["rows"] for name, body in found.items() if name.startswith(_ACTS)
    }  # fmt: skip
    store.forget_calendar()
    store.wear = partial(_wear, sent_forms, sent_codes, sent_acts)
    store.wear()


def _wear(
    sent_forms: dict[str, str], sent_codes: dict[str, list[dict[str, Any]]], sent_acts: dict[str, list[dict[str, Any]]]
) -> None:  # fmt: skip
    """Put the forms, codes and acts of one workspace in force in this process, in place of another one's."""
    if (sent_forms, sent_codes, sent_acts) == (forms.GUIDED, classifiers.GUIDED, acts.GUIDED):
        return
    from desktop_app.domain import reading  # seldom needed here, and a start should not wait for it
    from desktop_app.importing import headings

    acts.guide(sent_acts)
    forms.GUIDED.clear()
    forms.GUIDED.update(sent_forms)
    forms.form_of.cache_clear()
    classifiers.GUIDED.clear()
    classifiers.GUIDED.update(sent_codes)
    classifiers.forget_classifiers()
    reading.forget_codes()
    headings.forget_headings()
