"""Totals of months and branches, as known now; the keys are those that headquarters counts by."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any, Final, NamedTuple

from desktop_app.core.periods import Period, add_months, months_between
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.law import labour
from desktop_app.domain.law.repeats import CANCELLED, earlier_ones
from desktop_app.services.workspace import Workspace
from desktop_app.storage.queries import Reader

_DEFECTS: Final = {
    "ANNOUNCED_LATE": "sanction.announced_late",
    "LATE_AFTER_DISCOVERY": "sanction.late_after_discovery",
    "LATE_AFTER_OFFENCE": "sanction.late_after_offence",
    "NO_EXPLANATION": "sanction.no_explanation",
    "TYPE_NOT_IN_CODE": "sanction.type_not_in_code",
}
_OPEN_FINDINGS: Final = ("NON_COMPLIANT", "PARTIAL", "FIXED")
Totals = dict[str, Any]


class _Sanction(NamedTuple):
    """What the questions about repeats look at."""

    order_date: date
    until: date
    corruption: str
    type: str | None
    committed: date | None
    appealed: str | None
    lifted: date | None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _roots(reader: Reader) -> dict[str, str]:
    merged = dict(reader.rows("SELECT id, same_as FROM person WHERE same_as IS NOT NULL"))

    def root(key: str) -> str:
        seen: set[str] = set()
        while key in merged and key not in seen:
            seen.add(key)
            key = merged[key]
        return key

    return {key: root(key) for key in merged}


def _count_year_month(
    rows: list[tuple[Any, ...]], place: int, months: list[Period]
) -> tuple[dict[str, int], dict[str, int]]:
    by_month = {str(month): 0 for month in months}
    by_year: Counter[str] = Counter()
    for row in rows:
        month = row[place][:7]
        by_month[month] = by_month.get(month, 0) + 1
        by_year[month[:4]] += 1
    return dict(by_year), by_month


def _sanction_totals(rows: list[tuple[Any, ...]], months: list[Period]) -> Totals:
    """Rows: branch, order_date, type, category, kind, violation_no, person, expires, corruption, committed, appealed, lifted."""
    four = {c.code for c in classifier("violation_kinds").codes if c.more.get("named_in_note_among_four")}
    by_year, by_month = _count_year_month(rows, 1, months)
    by_type: dict[str, Counter[str]] = defaultdict(Counter)
    refs: Counter[str] = Counter()
    refs_four: Counter[str] = Counter()
    for row in rows:
        by_type[row[1][:4]][row[2] or ""] += 1
        if row[5]:
            refs[row[1][:4]] += 1
            refs_four[row[1][:4]] += row[4] in four
    return {
        "sanctions": len(rows), "sanctions_by_year": by_year, "sanctions_by_month": by_month,
        "sanctions_by_year_type": {year: dict(found) for year, found in by_type.items()},
        "sanctions_by_position": dict(Counter(row[3] or "" for row in rows)),
        "sanctions_by_violation_kind": dict(Counter(row[4] or "" for row in rows)),
        "violation_refs_by_year": dict(refs), "violation_refs_four_kinds": dict(refs_four),
    }  # fmt: skip


def _people_totals(rows: list[tuple[Any, ...]], roots: dict[str, str]) -> Totals:
    """Count repeats by order date, every live record, as headquarters' documents do; by the Labour Code beside it."""
    people: dict[str, list[_Sanction]] = defaultdict(list)
    for row in rows:
        if row[6]:
            ordered = date.fromisoformat(row[1])
            people[roots.get(row[6], row[6])].append(_Sanction(
                ordered, labour.half_year_after(ordered), row[8] or "", row[2], _day(row[9]), row[10], _day(row[11]),
            ))  # fmt: skip
    repeat = [sorted(listed, key=lambda s: s[:2]) for listed in people.values() if len(listed) > 1]
    in_force = 0
    within = 0
    for listed in repeat:
        in_force += sum(any(e[0] < s[0] <= e[1] for e in listed[:i]) for i, s in enumerate(listed))
        within += any(b[0] <= add_months(a[0], 12) for a, b in zip(listed, listed[1:], strict=False))
    risky = [sum(s.corruption == "high" for s in listed) for listed in repeat]
    return {
        "persons_sanctioned": len(people), "persons_2plus": len(repeat), "persons_2plus_in_12_months": within,
        "sanctions_while_earlier_in_force": in_force,
        "persons_2plus_corruption_kinds": sum(n >= 2 for n in risky),
        "persons_2plus_any_corruption_kind": sum(n >= 1 for n in risky),
        "sanctions_cancelled": sum(row[10] == CANCELLED for row in rows),
        "persons_repeat_not_cancelled": sum(
            sum(s.appealed != CANCELLED for s in listed) > 1 for listed in people.values()
        ),
        "sanctions_repeat_breach": sum(
            bool(earlier_ones(s, listed, "in_force")) for listed in repeat for s in listed
        ),
    }  # fmt: skip


def _complaint_totals(rows: list[tuple[Any, ...]], months: list[Period]) -> Totals:
    """Rows: branch, received, applicant, recorded, verified, lateness."""
    by_year, by_month = _count_year_month(rows, 1, months)
    return {
        "complaints": len(rows), "complaints_by_year": by_year, "complaints_by_month": by_month,
        "complaints_by_applicant": dict(Counter(row[2] or "" for row in rows)),
        "complaints_by_recorded_outcome": dict(Counter(row[3] or "" for row in rows)),
        "spot_check_by_real_outcome": dict(Counter(row[4] for row in rows if row[4])),
        "complaints_late": sum(row[5] == "LATE" for row in rows),
        "complaints_unanswered": sum(row[5] == "UNANSWERED" for row in rows),
    }  # fmt: skip


def _finding_totals(rows: list[tuple[Any, ...]]) -> Totals:
    """Rows: branch, state, zone."""
    found = [row for row in rows if row[1] in _OPEN_FINDINGS]
    return {
        "accessibility_findings": len(found),
        "accessibility_by_status": dict(Counter(row[1] for row in found)),
        "accessibility_by_zone": dict(Counter(row[2] for row in found)),
    }


def summary(workspace: Workspace, first: Period, last: Period) -> dict[str, Any]:
    """Return ``{"all": totals, "branches": {code: totals}}`` of the months from ``first`` to ``last``."""
    span = [first.number, last.number]
    when = "void = '' AND period BETWEEN ? AND ?"
    months = months_between(first, last)
    with workspace.store.read() as reader:
        sanctions = reader.rows(
            "SELECT branch, order_date, type, category, kind, violation_no, person, expires, corruption, committed, "
            f"appealed, lifted FROM sanction WHERE {when}", span,
        )  # fmt: skip
        complaints = reader.rows(
            f"SELECT branch, received, applicant, recorded, verified, lateness FROM complaint WHERE {when}",
            span,
        )
        findings = reader.rows(f"SELECT branch, state, zone FROM finding WHERE {when}", span)
        defects = reader.rows(
            "SELECT branch, code, count(*) FROM problem WHERE register = 'sanction' AND period BETWEEN ? AND ? GROUP BY 1, 2",
            span,
        )
        roots = _roots(reader)

    def totals(branch: str) -> Totals:
        def own(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
            return [row for row in rows if not branch or row[0] == branch]

        counts: Counter[str] = Counter()
        for _, code, n in own(defects):
            counts[code] += n
        return {
            **_sanction_totals(own(sanctions), months), **_people_totals(own(sanctions), roots),
            "legal_defects": {name: counts[code] for name, code in _DEFECTS.items()},
            **_complaint_totals(own(complaints), months), **_finding_totals(own(findings)),
        }  # fmt: skip

    codes = sorted({row[0] for rows in (sanctions, complaints, findings) for row in rows})
    return {"all": totals(""), "branches": {code: totals(code) for code in codes}}
