"""The month: rehearsal, closing, the lock on every path, narrow reopening, revisions."""

from __future__ import annotations

import json
from datetime import date

import pytest

from desktop_app.core.errors import Refusal
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record, new_record
from desktop_app.services import care, closing, entry, months, overview, summary
from desktop_app.services.listing import Listing, ListQuery
from desktop_app.services.locks import is_locked
from desktop_app.services.workspace import Workspace
from desktop_app.storage.connection import open_connection

MAY = Period(2023, 5)


@pytest.fixture
def filled(branch: Workspace) -> Workspace:
    for number in (1, 2):
        save(branch, number)
    for register in ("complaint", "finding"):
        months.declare(branch, MAY, register, "NIL")
    return branch


def save(workspace: Workspace, number: int, **values: object) -> Record:
    base = {
        "employee": "Сәрсенов Тимур Маратович", "iin": "850101300005", "department": "Есіл ХҚКБ", "position": "оператор", "category": "STAFF",
        "kind": f"V0{6 + number}", "committed": date(2023, 4, number), "discovered": date(2023, 5, 2), "explained": date(2023, 5, 3), "type": "REMARK",
        "order_no": f"{number}-ж/қ", "order_date": date(2023, 5, 4), "announced": date(2023, 5, 5),
        "explanation_asked": date(2023, 5, 2), "announced_how": "SIGNED", "signed_by": "С. Басшы",
    }  # fmt: skip
    return entry.save(workspace, new_record("sanction", "71", **{**base, **values})).record


def close(workspace: Workspace) -> months.Month:
    return closing.close(workspace, MAY, executor="Е. Ахметов", head="С. Басшы", reason="тексерілді")


def test_nil_missing_and_not_applicable_are_three_things(branch: Workspace) -> None:
    save(branch, 1)
    states = {s.register: s.state for s in months.month(branch, MAY).sections}
    assert states == {"sanction": "DATA", "complaint": "MISSING", "finding": "MISSING"}
    with pytest.raises(Refusal, match="section_missing"):
        close(branch)
    months.declare(branch, MAY, "complaint", "NIL")
    months.declare(branch, MAY, "finding", "NOT_APPLICABLE")
    assert {s.register: s.state for s in months.month(branch, MAY).sections} == {
        "sanction": "DATA",
        "complaint": "NIL",
        "finding": "NOT_APPLICABLE",
    }
    with pytest.raises(Refusal, match="has_records"):
        months.declare(branch, MAY, "sanction", "NIL")
    months.declare(branch, MAY, "finding", "")
    assert months.rehearse(branch, MAY).blockers


def test_errors_ask_for_a_reason_but_never_stop_saving(branch: Workspace) -> None:
    save(branch, 1, explained=None)
    for register in ("complaint", "finding"):
        months.declare(branch, MAY, register, "NIL")
    rehearsal = months.rehearse(branch, MAY)
    assert not rehearsal.is_acceptable
    assert {p.problem.code for p in rehearsal.problems} == {"sanction.no_explanation"}
    with pytest.raises(Refusal, match="errors_need_reason"):
        closing.close(branch, MAY)
    closed = closing.close(branch, MAY, reason="түсініктеме сотта")
    assert closed.state == "CLOSED"
    assert months.submissions(branch, "71", MAY)[0].values.reason == "түсініктеме сотта"


def test_due_date_counts_working_days_and_follows_the_setting(branch: Workspace) -> None:
    assert months.month(branch, Period(2024, 4)).due == date(2024, 5, 10)
    care.set_setting(branch, "deadline_working_day", "2")
    assert months.month(branch, Period(2023, 12)).due == date(2024, 1, 4)
    care.set_calendar_day(branch, date(2024, 1, 3), worked=False)
    assert months.month(branch, Period(2023, 12)).due == date(2024, 1, 5)


def test_future_month_is_not_closed(branch: Workspace) -> None:
    with pytest.raises(Refusal, match="future"):
        closing.close(branch, Period(2024, 2))


PATHS = [
    "UPDATE sanction SET type = 'SEVERE'", "UPDATE sanction SET period = 202306, order_date = '2023-06-01'", "UPDATE sanction SET void = 'жоқ'",
    "UPDATE OR REPLACE sanction SET note = 'x'", "DELETE FROM sanction", "DELETE FROM month_lock", "UPDATE month_lock SET period = 202201",
    "INSERT OR REPLACE INTO month_lock VALUES ('71', 202305, 1, 'x')",
    "INSERT INTO reopening(branch, period, revision, record, until, hash) VALUES ('71', 202305, 1, '*', '2999-01-01', 'жалған')",
    "INSERT INTO sanction SELECT rid + 100, id || 'x', branch, period, void, {rest} FROM sanction LIMIT 1",
    "INSERT OR REPLACE INTO sanction SELECT rid, id, branch, period, void, {rest} FROM sanction LIMIT 1",
]  # fmt: skip


@pytest.mark.parametrize("sql", PATHS)
def test_closed_month_is_locked_behind_the_applications_back(filled: Workspace, sql: str) -> None:
    close(filled)
    connection = open_connection(filled.store.path, filled.opened.key)
    names = [row[1] for row in connection.execute("PRAGMA table_info(sanction)").fetchall()]
    rest = ", ".join(f'"{name}"' for name in names[5:])
    before = connection.execute("SELECT * FROM sanction").fetchall()
    with pytest.raises(Exception, match="tizilim:"):
        connection.execute(sql.format(rest=rest))
    assert connection.execute("SELECT * FROM sanction").fetchall() == before
    connection.close()


def test_closed_month_refuses_every_service(filled: Workspace) -> None:
    record = save(filled, 3)
    close(filled)
    for attempt in (
        lambda: save(filled, 4), lambda: entry.save(filled, record.with_values(type="SEVERE")), lambda: entry.void(filled, "sanction", record.id, "қате"),
        lambda: entry.undo(filled, "sanction", record.id), lambda: months.declare(filled, MAY, "finding", ""),
    ):  # fmt: skip
        with pytest.raises(Refusal, match="closed"):
            attempt()
    assert entry.load(filled, "sanction", record.id) == record
    with pytest.raises(Refusal, match="already_closed"):
        close(filled)
    save(filled, 5, order_date=date(2023, 6, 1), announced=date(2023, 6, 2))
    assert care.verify_log(filled).is_sound


def test_reopening_opens_exactly_the_named_record_until_its_day(
    filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, other = save(filled, 3), save(filled, 4)
    close(filled)
    with pytest.raises(Refusal, match="needs_reason"):
        closing.reopen(filled, MAY, [named.id], " ", date(2024, 1, 9))
    with pytest.raises(Refusal, match="until_past"):
        closing.reopen(filled, MAY, [named.id], "қате", date(2023, 12, 9))
    with pytest.raises(Refusal, match="no_such_record"):
        closing.reopen(filled, MAY, ["ffffffff"], "қате", date(2024, 1, 9))
    opened = closing.reopen(filled, MAY, [named.id], "бұйрық күні қате", date(2999, 1, 1))
    assert (opened.state, opened.revision) == ("OPEN", 2)
    entry.save(filled, named.with_values(type="SEVERE"), reason="бұйрық түзетілді")
    with pytest.raises(Refusal, match="closed"):
        entry.save(filled, other.with_values(type="SEVERE"))
    with pytest.raises(Refusal, match="closed"):
        save(filled, 9)
    closing.reopen(filled, MAY, [closing.NEW_RECORDS], "қалып қойған", date(2999, 1, 1))
    save(filled, 9)
    again = close(filled)
    assert (again.state, again.revision) == ("CLOSED", 2)
    with pytest.raises(Refusal, match="closed"):
        entry.save(filled, named.with_values(type="REMARK"))


def test_an_order_past_its_day_opens_nothing(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    record = save(filled, 3)
    close(filled)
    closing.reopen(filled, MAY, [record.id], "қате", date(2024, 1, 9))
    monkeypatch.setenv("TIZILIM_TODAY", "2024-01-10")
    with pytest.raises(Refusal, match="closed"):
        entry.save(filled, record.with_values(type="SEVERE"))


def test_as_reported_and_as_known_now_and_what_changed(filled: Workspace) -> None:
    record = save(filled, 3)
    close(filled)
    reported = months.totals_reported(filled, MAY, "71")
    assert reported == months.totals_now(filled, MAY, "71")
    closing.reopen(filled, MAY, [record.id], "сот күшін жойды", date(2999, 1, 1))
    entry.save(filled, record.with_values(type="SEVERE"), reason="сот шешімі")
    assert months.totals_reported(filled, MAY, "71") == reported
    assert months.totals_now(filled, MAY, "71") != reported
    close(filled)
    first, second = months.submissions(filled, "71", MAY)
    changed = json.loads(second.values.difference)
    assert [(c["field"], c["was"], c["became"], c["why"]) for c in changed] == [
        ("type", "REMARK", "SEVERE", "сот шешімі")
    ]
    assert first.values.digest != second.values.digest
    assert json.loads(first.values.totals) == reported
    assert care.verify_log(filled).is_sound


def test_totals_kept_beside_the_rows_equal_a_count(astana: Workspace) -> None:
    found = summary.summary(astana, Period(2022, 1), Period(2023, 12))["all"]
    with astana.store.read() as reader:
        kept = reader.tallies("sanction", 202201, 202312, "71")
    by_month: dict[str, int] = {}
    for _, period, _, n in kept:
        by_month[str(Period.from_number(period))] = by_month.get(str(Period.from_number(period)), 0) + n
    assert by_month == {k: v for k, v in found["sanctions_by_month"].items() if v}


def test_terms_that_run_out_wake_the_rules(branch: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = entry.save(
        branch,
        new_record(
            "complaint",
            "71",
            reg_no="ЖТ-2024-00000001",
            received=date(2024, 1, 4),
            kind="COMPLAINT",
            applicant="ANON",
            recorded="FORWARDED",
        ),
    )
    assert "complaint.unanswered" not in {p.code for p in saved.record.problems}
    monkeypatch.setenv("TIZILIM_TODAY", "2024-03-01")
    assert "complaint.unanswered" in {p.problem.code for p in months.check(branch, Period(2024, 1))}


def test_roles_are_held_to(branch: Workspace) -> None:
    from desktop_app.storage.keys import Unlocked

    branch.opened = Unlocked(branch.opened.key, "аудитор", "auditor")
    with pytest.raises(Refusal, match="right"):
        save(branch, 1)
    branch.opened = Unlocked(branch.opened.key, "маман", "officer")
    save(branch, 1)
    with pytest.raises(Refusal, match="right"):
        close(branch)


def test_a_record_without_a_date_is_in_no_month_and_is_asked_for_before_one_closes(filled: Workspace) -> None:
    lost = entry.save(filled, new_record("sanction", "71", employee="Ким Анна")).record
    assert months.month(filled, MAY).sections[0].count == 2
    listing = Listing(filled)
    for query, ids in (
        (ListQuery("sanction", MAY, branch="71"), 2),
        (ListQuery("sanction", Period(2023, 7), branch="71"), 0),
        (ListQuery("sanction", branch="71", undated=True), 1),
    ):
        listing.begin(query)
        assert listing.count() == ids
        assert len(listing.page(0)) == ids
    assert overview.undated_count(filled, "sanction") == 1
    assert overview.error_counts(filled, MAY).get("sanction", 0) == months.month(filled, MAY).errors
    asked = [p for p in months.rehearse(filled, MAY).problems if p.problem.code == "record.undated"]
    assert [p.record for p in asked] == [lost.id]
    assert months.undated(filled) == {"sanction": [lost.id]}
    close(filled)
    closed = months.rehearse(filled, MAY)
    assert closed.verdict == "rehearse.is_closed"
    assert not [p for p in closed.problems if p.record == lost.id]


def test_a_record_says_that_its_month_is_closed(filled: Workspace) -> None:
    record, other = save(filled, 3), save(filled, 4)
    assert not is_locked(filled, record)
    close(filled)
    assert is_locked(filled, record)
    closing.reopen(filled, MAY, [record.id], "қате", date(2999, 1, 1))
    assert [is_locked(filled, r) for r in (record, other)] == [False, True]
