"""Rules by the acts: each case was judged wrongly once (domain/LAW.md)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.core.i18n import LANGUAGES
from desktop_app.core.problems import Problem, Severity
from desktop_app.domain import fields as f
from desktop_app.domain.law import acts
from desktop_app.domain.law.calendar import official_calendar
from desktop_app.domain.law.terms import term
from desktop_app.domain.reading import read
from desktop_app.domain.record import Record, new_record
from desktop_app.domain.register import Around, Peer, Settings, registers
from desktop_app.domain.rules import derived, problems_of, wakes_on
from desktop_app.services.words import legal_source

TODAY = date(2026, 11, 20)
TYPED = {"typed_on": TODAY}


def day(text: str) -> date:
    return date.fromisoformat(text)


def judged(register: str, *peers: Record, today: date = TODAY, window: str = "ever", **values: Any) -> Record:
    """Return a record derived and checked beside others of the same person; days may be given as ISO text."""
    kind = registers()[register]
    dates = {item.name for item in kind.fields if isinstance(item.type, f.Day)}
    given = {name: day(v) if name in dates and isinstance(v, str) else v for name, v in values.items()}
    around = Around(
        today, official_calendar(), Settings(window), tuple(Peer(p.id, p.values) for p in peers), "self"
    )
    record = derived(new_record(register, "71", **given), around)
    return record.with_problems(problems_of(record, around))


def found(record: Record) -> dict[str, Problem]:
    return {problem.code: problem for problem in record.problems}


def sanction(*peers: Record, **values: Any) -> Record:
    base = {"employee": "Ким Анна", "type": "REMARK", "order_no": "1", "order_date": "2026-06-10", "kind": "V07",
            "committed": "2026-05-20", "discovered": "2026-06-01", "explained": "2026-06-03", "announced": "2026-06-11"}  # fmt: skip
    return judged("sanction", *peers, **{**base, **values})


def complaint(**values: Any) -> Record:
    base = {"reg_no": "ЖТ-2026-1", "received": "2026-06-01", "kind": "COMPLAINT", "applicant": "NATURAL",
            "recorded": "EXPLAINED"}  # fmt: skip
    return judged("complaint", **{**base, **values})


def finding(**values: Any) -> Record:
    return judged("finding", **{"department": "x", "visited": "2026-11-20", **values})


class TestSanctions:
    def test_a_dismissal_has_no_term_and_ended_ones_end(self) -> None:
        assert sanction().values.expires == day("2026-12-10")
        assert sanction(type="DISMISSAL").values.expires is None
        assert sanction(appealed="CANCELLED").values.expires is None
        assert sanction(lifted="2026-08-01").values.expires == day("2026-08-01")

    @pytest.mark.parametrize(
        ("committed", "more", "noted"),
        [("2026-06-09", {}, False), ("2026-06-10", {}, False), ("2026-06-11", {}, True), ("2026-12-10", {}, True),
         ("2026-12-11", {}, False), ("2026-07-01", {"appealed": "CANCELLED"}, False), ("2026-09-01", {"lifted": "2026-08-01"}, False),
         ("2026-07-01", {"type": "DISMISSAL"}, False), (None, {}, False)],
    )  # fmt: skip
    def test_a_breach_is_repeated_when_committed_within_the_term_of_an_earlier_one(
        self, committed: str | None, more: dict[str, Any], noted: bool
    ) -> None:
        first = sanction(**more)
        later = sanction(first, order_no="2", order_date="2026-12-20", committed=committed)
        assert ("sanction.while_in_force" in found(later)) is noted
        assert (
            "sanction.fitness_due" in found(sanction(first, kind="V02", order_date="2026-12-20", committed=committed, window="in_force"))
        ) is noted  # fmt: skip

    def test_cancelled_ones_make_no_repeat(self) -> None:
        first, cancelled = sanction(kind="V02"), sanction(kind="V02", appealed="CANCELLED")
        later = {"order_no": "3", "order_date": "2026-11-01", "committed": "2026-10-10"}
        assert found(sanction(first, cancelled, **later))["sanction.fitness_due"].params["times"] == 2
        assert "sanction.fitness_due" not in found(sanction(cancelled, **later))
        assert "sanction.fitness_due" not in found(sanction(first, **later, appealed="CANCELLED"))

    def test_a_second_one_of_a_day_is_a_warning_and_none_after_a_cancelled(self) -> None:
        later = {"order_no": "2", "order_date": "2026-06-11"}
        assert (
            found(sanction(sanction(), **later))["sanction.second_for_offence"].severity is Severity.WARNING
        )
        assert "sanction.second_for_offence" not in found(sanction(sanction(appealed="CANCELLED"), **later))

    @pytest.mark.parametrize(("source", "late"), [("AUDIT", True), ("AUDIT_FINANCE", False), (None, True)])
    def test_a_year_only_after_a_financial_inspection(self, source: str | None, late: bool) -> None:
        record = sanction(source=source, committed="2025-09-01")
        assert ("sanction.late_after_offence" in found(record)) is late

    @pytest.mark.parametrize(
        ("asked", "act", "order", "code"),
        [("2026-06-03", "2026-06-03", "2026-06-10", "sanction.act_too_early"),
         ("2026-06-03", "2026-06-05", "2026-06-10", "sanction.act_too_early"),
         ("2026-06-03", "2026-06-08", "2026-06-10", ""), ("2026-06-08", None, "2026-06-10", "sanction.act_too_early"),
         ("2026-06-04", "2026-06-08", "2026-06-08", "sanction.act_too_early"),
         ("2026-06-03", "2026-06-01", "2026-06-10", "sanction.dates_out_of_order"),
         ("2026-06-11", "2026-06-16", "2026-06-10", "sanction.dates_out_of_order")],
    )  # fmt: skip
    def test_an_act_only_after_two_working_days(
        self, asked: str, act: str | None, order: str, code: str
    ) -> None:
        record = sanction(explained=None, explanation_asked=asked, refusal_act="7", refusal_act_date=act,
                          order_date=order, announced=order)  # fmt: skip
        codes = set(found(record)) & {
            "sanction.act_too_early",
            "sanction.dates_out_of_order",
            "sanction.no_explanation",
        }
        assert codes == ({code} if code else set())

    @pytest.mark.parametrize("name", ["explained", "explanation_asked", "refusal_act_date"])
    def test_no_explanation_before_the_offence(self, name: str) -> None:
        assert "sanction.dates_out_of_order" in found(sanction(**{"explained": None, name: "2026-05-01"}))

    def test_a_missing_day_hides_no_disorder(self) -> None:
        assert "sanction.dates_out_of_order" in found(sanction(committed="2026-07-01", discovered=None))

    @pytest.mark.parametrize(
        ("values", "codes"),
        [({"announced": None}, {"sanction.not_announced"}), ({"announced": None, "announced_how": "REFUSED"}, set()),
         ({"announced_how": "LETTER"}, {"sanction.letter_no_missing"}), ({"announced_how": "LETTER", "letter_no": "5"}, set()),
         ({"announced": "2026-06-16", "announced_how": "LETTER", "letter_no": "5"}, {"sanction.announced_late"}),
         ({**TYPED}, {"sanction.announced_how_missing"}), ({**TYPED, "announced_how": "SIGNED"}, set())],
    )  # fmt: skip
    def test_signature_refusal_or_letter(self, values: dict[str, Any], codes: set[str]) -> None:
        assert {c for c in found(sanction(**values)) if "announce" in c or "letter" in c} == codes

    def test_the_term_of_announcing_is_watched_until_it_has_run_out(self) -> None:
        """Order on a Thursday: the third working day is Tuesday, looked at on Monday and never again."""
        record = sanction(order_date="2026-06-11", announced=None)
        assert wakes_on(record, day("2026-06-15")) == day("2026-06-16")
        assert "sanction.not_announced" in found(
            sanction(order_date="2026-06-11", announced=None, today=day("2026-06-17"))
        )

    @pytest.mark.parametrize(
        "text", ["устное предупреждение", "ауызша ескерту", "Строгое предупреждение", "лишение премии"]
    )
    def test_a_sanction_that_the_code_does_not_know_is_kept_as_named(self, text: str) -> None:
        kind = registers()["sanction"].by_name["type"].type
        reading = read(kind, text)
        assert (reading.value, reading.also) == ("OTHER_NOT_IN_CODE", {"type_as": text})
        assert read(kind, "выговор").also == {}
        problem = found(sanction(type=reading.value, type_as=text))["sanction.type_not_in_code"]
        assert problem.params["value"] == text
        assert "64" in legal_source(problem, "ru")
        assert "sanction.type_as_missing" in found(sanction(type="OTHER_NOT_IN_CODE"))

    def test_a_dismissal_names_its_ground(self) -> None:
        assert "sanction.no_ground" in found(sanction(type="DISMISSAL", **TYPED))
        assert "sanction.no_ground" not in found(
            sanction(type="DISMISSAL")
        )  # of a workbook or an older version
        assert "sanction.no_ground" not in found(sanction(type="DISMISSAL", ground="REPEATED", **TYPED))
        assert "sanction.ground_of_other_sanction" in found(sanction(ground="REPEATED"))

    def test_new_fields_are_asked_only_of_what_was_typed_since(self) -> None:
        asked = {"explanation_asked", "signed_by"}
        assert asked <= {p.fields[0] for p in sanction(**TYPED).problems if p.code == "field.missing"}
        assert not asked & {p.fields[0] for p in sanction().problems if p.code == "field.missing"}

    @pytest.mark.parametrize("days", [10**6, 5 * 10**6, 10**20])
    def test_no_number_of_days_is_too_big(self, days: int) -> None:
        assert "sanction.late_after_discovery" not in found(sanction(suspended=days))


class TestComplaints:
    @pytest.mark.parametrize(
        ("values", "due"),
        [({}, "2026-06-29"), ({"kind": "APPLICATION"}, "2026-06-22"), ({"basis": "CONTESTED"}, "2026-06-04"),
         ({"basis": "SERVICE"}, "2026-06-08"), ({"basis": "COMPLAINT"}, "2026-06-29"),
         ({"kind": "APPLICATION", "basis": "APPLICATION"}, "2026-06-22"), ({"kind": "REQUEST", "basis": "INFORMATION"}, "2026-06-16"),
         ({"registered": "2026-06-02"}, "2026-06-30"), ({"received": "2026-05-30", "registered": "2026-06-01"}, "2026-06-29")],
    )  # fmt: skip
    def test_terms_by_basis_from_registration(self, values: dict[str, Any], due: str) -> None:
        assert complaint(**values).values.due == day(due)

    def test_a_complaint_is_not_extended(self) -> None:
        record = complaint(extended="2026-08-25", replied="2026-08-20")
        assert record.values.lateness == "LATE"
        assert {"complaint.late", "complaint.extension_not_allowed"} <= set(found(record))
        assert "complaint.extension_not_allowed" in found(complaint(basis="SERVICE", extended="2026-08-25"))

    def test_an_application_is_extended_by_two_months_with_notice(self) -> None:
        base = {"kind": "APPLICATION", "replied": "2026-08-20"}
        record = complaint(
            **base, extended="2026-08-22", prolonged_on="2026-06-20", prolong_notified="2026-06-24"
        )
        assert record.values.lateness == "IN_TIME"
        assert not {c for c in found(record) if "exten" in c}
        assert "complaint.extension_too_long" in found(complaint(**base, extended="2026-08-25"))
        assert "complaint.extended_after_due" in found(
            complaint(**base, extended="2026-08-22", prolonged_on="2026-06-23")
        )
        late = complaint(**base, prolonged_on="2026-06-18", prolong_notified="2026-06-24")
        assert "complaint.extension_notice_late" in found(late)

    def test_a_complaint_about_the_branch_is_met_by_forwarding(self) -> None:
        assert complaint(basis="CONTESTED", forwarded_on="2026-06-04").values.lateness == "IN_TIME"
        assert complaint(basis="CONTESTED", forwarded_on="2026-06-05").values.lateness == "LATE"
        assert complaint(basis="CONTESTED", replied="2026-06-03").values.lateness == "IN_TIME"
        assert complaint(basis="SERVICE", forwarded_on="2026-06-03").values.lateness == "UNANSWERED"
        assert "complaint.forwarded_late" in found(complaint(basis="SERVICE", forwarded_on="2026-06-09"))

    def test_registration(self) -> None:
        assert "complaint.registered_before_received" in found(complaint(registered="2026-05-29"))
        assert "complaint.registered_late" in found(complaint(registered="2026-06-03"))
        assert "complaint.registered_late" not in found(
            complaint(received="2026-05-30", registered="2026-06-01")
        )
        missing = {p.fields[0] for p in complaint(**TYPED).problems if p.code == "field.missing"}
        assert {"registered", "basis"} <= missing
        assert not {"registered", "basis"} & {p.fields[0] for p in complaint().problems}
        assert "complaint.basis_against_kind" in found(complaint(basis="APPLICATION"))

    def test_another_outcome_is_a_warning(self) -> None:
        problem = found(complaint(verified="UNSATISFIED", replied="2026-06-10"))["complaint.outcome_differs"]
        assert problem.severity is Severity.WARNING
        assert "№ 4" in legal_source(problem, "ru")

    @pytest.mark.parametrize(("basis", "law"), [("SERVICE", "25"), (None, "99"), ("CONTESTED", "91")])
    def test_the_article_is_that_of_the_term(self, basis: str | None, law: str) -> None:
        assert law in legal_source(
            found(complaint(basis=basis, replied="2026-09-01"))["complaint.late"], "ru"
        )

    def test_the_last_day_that_can_be_written(self) -> None:
        assert complaint(received="9999-12-30").values.due == date.max


class TestFindings:
    @pytest.mark.parametrize(
        ("measured", "condition", "met"),
        [("5", None, True), ("8", None, False), ("8", True, True), ("8.33", True, False), ("5.01", False, False)],
    )  # fmt: skip
    def test_a_ramp_typed_today_is_one_in_twenty(
        self, measured: str, condition: bool | None, met: bool
    ) -> None:
        for visited in ("2024-05-15", "2026-11-20"):
            record = finding(
                item="2.02",
                measured=Decimal(measured),
                condition=condition,
                state="COMPLIANT",
                visited=visited,
                **TYPED,
            )
            assert ("finding.norm_not_met" not in found(record)) is met
            assert record.values.norm_version == "3.06-101-2012/4.3.2.30"

    def test_what_was_recorded_keeps_its_edition(self) -> None:
        record = finding(item="2.02", measured=Decimal(8), state="COMPLIANT", visited="2023-05-15")
        assert "finding.norm_not_met" not in found(record)
        assert record.values.norm_version == "3.06-101-2012"
        later = finding(
            item="2.02", measured=Decimal(8), state="COMPLIANT", visited="2027-05-15", today=day("2027-06-01")
        )
        assert "finding.norm_not_met" in found(later)

    @pytest.mark.parametrize(
        ("item", "act"), [("4.05", "Социальный кодекс"), ("4.06", "Социальный кодекс"), ("6.04", "Социальный кодекс"),
                          ("6.05", "СТ РК"), ("6.06", "О государственных услугах"), ("3.01", "п. 4.3.2.38"), ("2.11", "п. 4.3.2.13")]
    )  # fmt: skip
    def test_each_item_has_its_own_norm(self, item: str, act: str) -> None:
        record = finding(
            item=item, measured=Decimal("0.1") if item[0] in "23" else Decimal(0), state="COMPLIANT"
        )
        kind = registers()["finding"].by_name["norm_version"].type
        assert act in kind.show(record.values.norm_version, "ru")
        problem = found(record)["finding.norm_not_met"]
        assert all(act in legal_source(problem, "ru") for _ in LANGUAGES)

    def test_a_visit_prints_the_act_of_its_day(self) -> None:
        assert finding(item="4.05", visited="2022-05-15").values.norm_version == "39-III"
        assert finding(item="4.05", visited="2024-05-15").values.norm_version == "224-VII"

    def test_a_norm_that_was_not_confirmed_only_warns(self) -> None:
        problem = found(finding(item="5.02", measured=Decimal("1.5"), state="COMPLIANT"))[
            "finding.norm_not_met"
        ]
        assert problem.severity is Severity.WARNING
        assert "finding.no_exception" in found(finding(item="5.02", condition=True))


class TestSources:
    @pytest.mark.parametrize(
        ("code", "law"),
        [("sanction.second_for_offence", "Пункт 3 статьи 65"), ("sanction.announced_late", "Пункт 5 статьи 65"),
         ("sanction.late_after_discovery", "Пункт 1 статьи 66"), ("sanction.late_after_offence", "Пункт 2 статьи 66"),
         ("complaint.unanswered", "Пункт 2 статьи 91"), ("sanction.fitness_due", "52"), ("sanction.risk_mark_differs", "справочник"),
         ("finding.overdue", "План"), ("finding.norm_met", "3.06-101-2012"), ("complaint.extension_not_allowed", "Пункт 3 статьи 76"),
         ("sanction.no_ground", "Подпункт 4) пункта 1 статьи 64")],
    )  # fmt: skip
    def test_each_rule_cites_its_article(self, code: str, law: str) -> None:
        assert law in legal_source(Problem(code, Severity.NOTE), "ru")

    def test_an_act_is_cited_as_it_was(self) -> None:
        problem = Problem("complaint.id_missing", Severity.WARNING)
        assert "№ 217" not in legal_source(problem, "ru", 202306)
        assert "№ 217" in legal_source(problem, "ru", 202401)
        body = [acts.entry("acts", "anticorruption_body", day(text)) for text in ("2025-01-01", "2026-01-01")]
        assert [one.words.ru.split()[-1] for one in body if one] == ["коррупции", "службы"]

    def test_the_road_map_is_named_by_the_workspace(self) -> None:
        problem = Problem("finding.overdue", Severity.WARNING)
        assert legal_source(problem, "ru", named={"road_map_act": "План № 5"}.__getitem__) == "План № 5"

    def test_every_source_of_a_rule_and_of_a_term_is_in_the_table(self) -> None:
        known = acts.entries("citations")
        assert {rule.source for kind in registers().values() for rule in kind.rules} <= set(known)
        assert {str(e.more["citation"]) for listed in acts.entries("terms").values() for e in listed} <= set(
            known
        )

    def test_an_article_that_is_not_sure_is_not_printed(self) -> None:
        row = {
            "key": "labour.66.month",
            "act": "labour",
            "kk": "9-бап",
            "ru": "Статья 9",
            "en": "art. 9",
            "confidence": "L",
        }
        acts.guide({"citations": [row]})
        try:
            text = legal_source(Problem("sanction.late_after_discovery", Severity.ERROR), "ru")
        finally:
            acts.guide({})
        assert text == "Трудовой кодекс РК"


def test_a_corrected_term_holds_from_its_day() -> None:
    row = {"key": "appeal.basis.SERVICE", "valid_from": "2026-01-01", "count": 10, "unit": "working_days"}
    acts.guide({"terms": [row]})
    try:
        assert term("appeal.basis.SERVICE", date(2025, 12, 31)).count == 5
        assert term("appeal.basis.SERVICE", date(2026, 1, 1)).count == 10
        assert complaint(basis="SERVICE").values.due == date(2026, 6, 1) + timedelta(days=14)
    finally:
        acts.guide({})
