"""Outcomes of the exchange in people's words, for window and command line alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_app.core.clock import stamp_moment
from desktop_app.core.errors import TizilimError
from desktop_app.core.i18n import Language, month_name, tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Coded, Ref
from desktop_app.domain.register import register_type
from desktop_app.exchange.keycard import Keycard
from desktop_app.formdef.forms import form_of
from desktop_app.services.attachments import PREFIX
from desktop_app.services.conflicts import Conflict, Side
from desktop_app.services.peers import peers
from desktop_app.services.reasons import reason_words
from desktop_app.services.receiving import Received
from desktop_app.services.words import place_words
from desktop_app.services.workspace import Workspace
from desktop_app.storage.lanes import workstation_of
from desktop_app.storage.log import VOID


def month_line(branch: str, period: Period, state: str, language: Language) -> str:
    """Return where a month stands, in one line."""
    label = classifier("submission_states").label(state, language)
    return f"{place_words(branch, language)}, {month_name(period, language)}: {label}"


def whose_words(card: Keycard, language: Language) -> str:
    """Return whose a card is: its name, and the place it speaks for where the name does not say it."""
    place = place_words(card.branch, language)
    return card.name if place in card.name else f"{card.name}, {place}"


def received_words(one: Received, language: Language) -> str:
    """Return what became of one file, line by line."""
    if one.refusal:
        return "! " + tr(language, one.refusal.code, **{**one.refusal.params, "file": one.name})
    if one.already:
        return tr(language, "receive.already", file=one.name)
    merged = one.merged
    lines = [tr(language, "receive.done", file=one.name, sender=one.sender, n=merged.taken)]
    for code, n in (("receive.conflicts", len(merged.conflicts)), ("receive.waiting", merged.waiting),
                    ("receive.quarantined", merged.quarantined), ("receive.unreadable", merged.unreadable),
                    ("doctor.after_closing", merged.after_closing)):  # fmt: skip
        if n:
            lines.append(tr(language, code, n=n))
    lines += [tr(language, "receive.fork", workstation=lane) for lane in merged.forks]
    if one.missing:
        lines.append(
            tr(language, "receive.missing", sender=one.sender, numbers=", ".join(map(str, one.missing)))
        )
    lines += ["  " + month_line(*month, language) for month in one.months]
    lines += [tr(language, "receive.guidance", name=name) for name in one.guidance]
    lines += [tr(language, "receive.unfit", name=name) for name in one.unfit]
    lines += [tr(language, f"receive.{code}") for code in one.own]
    return "\n".join(lines)


def unanswered_words(fault: TizilimError, language: Language) -> str:
    """Return why headquarters' answer could not be left, and what becomes of it."""
    return f"{tr(language, fault.code, **fault.params)}\n{tr(language, 'receive.unanswered')}"


def field_words(register: str, name: str, language: Language) -> str:
    """Return what a field of a change is called: of the form, a question, a file, or whether the record counts."""
    form = form_of(register)
    if name in form.fields:
        return form.label(name).get(language)
    if name in form.extra:
        return form.extra[name].label.get(language)
    if name == VOID:
        return tr(language, "conflict.void")
    return name.removeprefix(PREFIX)


def value_words(workspace: Workspace, register: str, name: str, value: Any, language: Language) -> str:
    """Return a value of a change as people read it: labels of codes, names behind links, unreadable text as it was."""
    if value is None or value == "":
        return "—"
    if name.startswith(PREFIX):
        return tr(language, "ui.file_attached", digest=str(value)[:12])
    if name == VOID:
        return reason_words(str(value), language)
    field = register_type(register).by_name.get(name)
    if field is not None and isinstance(field.type, Ref):
        return workspace.store.ref_title(field.type.to, str(value))
    if field is None or (isinstance(value, str) and not isinstance(field.type, Coded)):
        return str(value)
    return field.type.show(value, language)


def station_words(workspace: Workspace, language: Language) -> dict[str, str]:
    """Return what people call each known workstation; two of one branch differ by the beginning of their ids."""
    known = {key: f"{peer.card.name} ({key[:4]})" for key, peer in peers(workspace).items()}
    return {**known, workspace.store.workstation: tr(language, "exchange.this_workstation")}


def side_words(
    workspace: Workspace, conflict: Conflict, stations: Mapping[str, str], language: Language
) -> tuple[str, list[str]]:
    """Return what a conflict is about, and one line a side: value, who, when, where (:func:`station_words`)."""
    form = form_of(conflict.register)
    field = field_words(conflict.register, conflict.field, language)
    title = workspace.store.ref_title(conflict.register, conflict.record)
    lines = []
    for side in conflict.sides:
        moment = stamp_moment(side.stamp).astimezone().strftime("%d.%m.%Y %H:%M")
        value = _value(workspace, conflict, side, language)
        where = workstation_of(side.head[0])
        lines.append(f"«{value}»  {side.author}, {moment}, {stations.get(where, where)}")
    return f"{form.name.get(language)}: {title}. {field}", lines


def _value(workspace: Workspace, conflict: Conflict, side: Side, language: Language) -> str:
    if conflict.field == VOID:
        return (
            tr(language, "conflict.voided", reason=side.value)
            if side.value
            else tr(language, "conflict.counts")
        )
    field = register_type(conflict.register).by_name.get(conflict.field)
    value = side.kept or (field.type.decode(side.value) if field else side.value)
    return value_words(workspace, conflict.register, conflict.field, value, language)
