"""The papers of one month: the cover sheet and every form, as drafts of what stands now or as what is being signed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from desktop_app.core.i18n import LANGUAGES, Language, long_date, short_date, tr
from desktop_app.core.periods import Period
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.fields import Day, Ref
from desktop_app.domain.record import Record
from desktop_app.domain.register import monthly_registers, register_type
from desktop_app.formdef.forms import form_of
from desktop_app.reports import monthly
from desktop_app.reports.document import Document, Row
from desktop_app.reports.frozen import PRINT_DAY
from desktop_app.services.letterhead import letterhead
from desktop_app.services.months import Month
from desktop_app.services.privacy import hidden, sees_numbers
from desktop_app.services.words import short_digest
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

COVER: Final = "cover"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the papers of a month say of it.

    Attributes:
        states: register → code of ``section_states``, in the order of the sections; a register that is not
            here has no paper.
        digest: ties the papers to the submission; empty for a draft.
        closed: day of closing, None for a draft.
        reason: why it was closed although it has errors; ``remark`` what was said on closing without any.
        corrections: reasons of the orders by which it was opened again.
        tallies: register → totals as reported, where they are kept apart from those of today.
        notice: code of a message why a paper of a closed month is not tied to it.
        whole: whether identification numbers are shown in full.
    """

    branch: str
    period: Period
    revision: int
    due: date
    states: Mapping[str, str]
    digest: str = ""
    closed: date | None = None
    executor: str = ""
    head: str = ""
    phone: str = ""
    reason: str = ""
    remark: str = ""
    corrections: tuple[str, ...] = ()
    difference: tuple[Mapping[str, Any], ...] = ()
    tallies: Mapping[str, Mapping[tuple[str, ...], int]] = field(default_factory=dict)
    notice: str = ""
    whole: bool = False


def draft_of(now: Month, latest: Record | None) -> Standing:
    """Return an open month as it would be signed today."""
    values = latest.values if latest else None
    return Standing(
        now.branch, now.period, now.revision, now.due, {s.register: s.state for s in now.sections},
        executor=(values.executor if values else "") or "", head=(values.head if values else "") or "",
        phone=(values.phone if values else "") or "", corrections=corrections_of(values),
    )  # fmt: skip


def signed(revision: Record, errors: int) -> Standing:
    """Return a closed revision as its submission says; ``errors`` is how many its records have."""
    values, reason = revision.values, revision.values.reason or ""
    said = json.loads(values.sections or "{}")
    sections = {kind.code: said[kind.code] for kind in monthly_registers() if kind.code in said}
    if values.state == "RETURNED":
        reason = ""  # why it was returned; what was said on closing is in the log
    return Standing(
        revision.branch, Period.from_number(values.month), values.revision, values.due, sections,
        values.digest or "", values.closed, values.executor or "", values.head or "", values.phone or "",
        reason if errors else "", "" if errors else reason, corrections_of(values),
        tuple(json.loads(values.difference)) if values.difference else (),
    )  # fmt: skip


def corrections_of(values: Any) -> tuple[str, ...]:
    """Return the reasons of the orders that a revision is made by, each once."""
    orders = json.loads(values.reopened) if values is not None and values.reopened else []
    return tuple(dict.fromkeys(str(order["reason"]) for order in orders))


def papers_of(workspace: Workspace, standing: Standing, language: Language, made: str) -> dict[str, Document]:
    """Return every paper of a month by the name of its report, the cover sheet first.

    Args:
        made: day of printing, in words.
    """
    frame = _frame(workspace, standing, language, made)
    data = {code: _data(workspace, standing, code, language) for code in standing.states}
    states = classifier("section_states")
    parts = [(found, states.label(standing.states[code], language)) for code, found in data.items()]
    changed = _difference(workspace, standing, language)
    forms = {code: monthly.monthly_form(frame, found, language) for code, found in data.items()}
    return {COVER: monthly.cover_sheet(frame, parts, language, changed), **forms}


def every_language(workspace: Workspace, standing: Standing) -> dict[Language, dict[str, Document]]:
    """Return the papers of a month to be kept: in each language, the day of printing left open."""
    return {language: papers_of(workspace, standing, language, PRINT_DAY) for language in LANGUAGES}


def _frame(workspace: Workspace, standing: Standing, language: Language, made: str) -> monthly.Cover:
    code = classifier("branches").by_code[standing.branch]
    tie = f"TZ1:{standing.branch}:{standing.period}:{standing.revision}:{standing.digest[:32]}"
    return monthly.Cover(
        code.label, standing.branch, str(code.more["kato"]), workspace.store.setting("bin"), standing.period,
        standing.revision, short_date(standing.due), standing.executor, standing.head, standing.phone, made,
        short_digest(standing.digest) if standing.digest else "", tie if standing.digest else "", standing.reason,
        "; ".join(standing.corrections), long_date(standing.closed, language) if standing.closed else "",
        draft=not standing.digest, remark=standing.remark,
        notice=tr(language, standing.notice) if standing.notice else "", letterhead=letterhead(workspace, language),
        day=workspace.today,
    )  # fmt: skip


def _data(workspace: Workspace, standing: Standing, register: str, language: Language) -> monthly.MonthlyData:
    whole = standing.whole or sees_numbers(workspace)
    data = monthly_data(workspace, register, standing.period, standing.branch, language, whole=whole)
    data = replace(data, state=standing.states[register])
    return replace(data, tallies=standing.tallies[register]) if register in standing.tallies else data


def monthly_data(
    workspace: Workspace, register: str, period: Period, branch: str, language: Language, *, whole: bool
) -> monthly.MonthlyData:
    """Return one register's figures of a month."""
    form = form_of(register)
    first = period.year * 100 + 1
    with workspace.store.read() as reader:
        tallies = {key: n for _, _, key, n in reader.tallies(register, period.number, period.number, branch)}
        cumulative = sum(reader.counted(register, first, period.number, branch).values())
        count = reader.rows(
            f"SELECT count(*) FROM {register} WHERE branch = ? AND period = ? AND void = ''",
            [branch, period.number],
        )[0][0]
        previous = sum(reader.counted(register, first, period.number - 1, branch).values())
        beside = tuple(
            (name, code, _having(reader, register, branch, period, name, code))
            for name, codes in form.print.beside.items() for code in codes
        )  # fmt: skip
    rows = listed(workspace, register, branch, period, language, whole=whole)
    return monthly.MonthlyData(form, tallies, rows, count, cumulative, previous, beside=beside)


def _having(reader: Reader, register: str, branch: str, period: Period, name: str, code: str) -> int:
    return int(reader.rows(
        f"SELECT count(*) FROM {register} WHERE branch = ? AND period = ? AND void = '' AND {name} = ?",
        [branch, period.number, code],
    )[0][0])  # fmt: skip


def listed(
    workspace: Workspace, register: str, branch: str, period: Period, language: Language, *, whole: bool
) -> Callable[[], Iterable[Row]]:
    """Return the stream of a month's records as a form lists them."""
    kind, form = register_type(register), form_of(register)
    names = form.print.listed
    types = [kind.by_name[name].type for name in names]
    order = f"coalesce({kind.dated_by}, ''), rid"

    def show(kind_of: Any, stored: Any) -> Any:
        if stored is None:
            return None
        if isinstance(kind_of, Ref):
            return workspace.store.ref_title(kind_of.to, stored, language)
        value = kind_of.decode(stored if whole else hidden(kind_of, stored))
        return value if isinstance(kind_of, Day) else kind_of.printed(value, language)

    def rows() -> Iterable[Row]:
        with workspace.store.read() as reader:
            cursor = reader.connection.execute(
                f"SELECT {', '.join(names)} FROM {register} WHERE branch = ? AND period = ? AND void = '' ORDER BY {order}",
                [branch, period.number],
            )
            while block := cursor.fetchmany(500):
                for stored in block:
                    yield tuple(show(kind_of, value) for kind_of, value in zip(types, stored, strict=True))

    return rows


def _difference(workspace: Workspace, standing: Standing, language: Language) -> list[Row]:
    rows: list[Row] = []
    for item in standing.difference:
        field_ = register_type(item["register"]).by_name.get(item["field"])
        label = form_of(item["register"]).label(item["field"]).get(language) if field_ else item["field"]
        was, became = (_shown(workspace, field_, item[side], language) for side in ("was", "became"))
        rows.append((item["title"], label, was, became, item["why"]))
    return rows


def _shown(workspace: Workspace, item: Any, stored: Any, language: Language) -> str:
    if item is None or stored is None:
        return str(stored or "")
    if isinstance(item.type, Ref):
        return workspace.store.ref_title(item.type.to, stored, language)
    return str(item.type.printed(item.type.decode(stored), language))
