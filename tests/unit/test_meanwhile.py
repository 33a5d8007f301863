"""What others write between the moment a record is opened and the moment it is saved."""

from __future__ import annotations

import dataclasses
import sys
import threading
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.record import Record, new_record
from desktop_app.services import care, closing, conflicts, entry, months, signing, visits
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.log import VOID
from tests.unit.test_months import MAY, filled
from tests.unit.test_storage import sanction

__all__ = ["filled"]
DAY = date(2023, 12, 5)


def opened(workspace: Workspace, record_id: str, register: str = "sanction") -> Record:
    found = entry.load(workspace, register, record_id)
    assert found is not None
    return found


def test_what_others_changed_meanwhile_is_not_undone(branch: Workspace) -> None:
    seen = entry.save(branch, sanction(note="бұрынғы")).record
    entry.save(branch, seen.with_values(note="басқа адамның сөзі"), seen=seen)
    saved = entry.save(branch, seen.with_values(order_no="77"), seen=seen)
    values = opened(branch, seen.id).values
    assert (values.note, values.order_no) == ("басқа адамның сөзі", "77")
    assert saved.record.values == values
    assert saved.beside == ()
    assert conflicts.listed(branch) == []
    assert care.verify_log(branch).is_sound


def test_one_field_changed_by_both_stands_side_by_side(branch: Workspace) -> None:
    seen = entry.save(branch, sanction(note="бұрынғы")).record
    entry.save(branch, seen.with_values(note="бірінші"), seen=seen)
    saved = entry.save(branch, seen.with_values(note="екінші", type="SEVERE"), seen=seen)
    assert saved.beside == ("note",)
    conflict = conflicts.listed(branch)[0]
    assert {side.value for side in conflict.sides} == {"бірінші", "екінші"}
    assert opened(branch, seen.id).values.type == "SEVERE"
    assert care.verify_log(branch).is_sound
    first = next(n for n, side in enumerate(conflict.sides) if side.value == "бірінші")
    conflicts.resolve(branch, "sanction", seen.id, "note", first)
    assert opened(branch, seen.id).values.note == "бірінші"
    assert conflicts.listed(branch) == []
    assert care.verify_log(branch).is_sound


def test_a_void_that_did_not_see_an_edit_does_not_swallow_it(branch: Workspace) -> None:
    seen = entry.save(branch, sanction()).record
    entry.save(branch, seen.with_values(note="маңызды"), seen=seen)
    entry.void(branch, "sanction", seen.id, "қате енгізілген", seen)
    assert [c.field for c in conflicts.listed(branch)] == [VOID]
    assert care.verify_log(branch).is_sound


def test_totals_follow_what_is_shown(branch: Workspace) -> None:
    seen = entry.save(branch, sanction(kind="V07")).record
    entry.save(branch, seen.with_values(kind="V08"), seen=seen)
    entry.save(branch, seen.with_values(type="SEVERE"), seen=seen)
    found = months.totals_now(branch, MAY, "71")["sanction"]
    assert sum(found.values()) == 1
    assert next(key for key, n in found.items() if n).split("|")[::2] == ["SEVERE", "V08"]


_WORDS = st.sampled_from(["а", "б", "в"])
_STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.sampled_from(["note", "order_no"]), _WORDS), max_size=12
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # one workspace, a record of its own for each example
@given(_STEPS)
def test_no_authors_word_vanishes_unseen(branch: Workspace, steps: list[tuple[int, bool, str, str]]) -> None:
    """A word stands until somebody who had it before the eyes writes another one over it."""
    first = entry.save(branch, sanction(note="0", order_no="0")).record
    eyes = [first, first, first]
    live = {name: [(0, "0")] for name in ("note", "order_no")}
    saw = [{name: {0} for name in live} for _ in eyes]
    for number, (author, look, name, word) in enumerate(steps, 1):
        if look:
            eyes[author] = opened(branch, first.id)
            saw[author] = {field: {n for n, _ in found} for field, found in live.items()}
        if getattr(eyes[author].values, name) == word:
            continue
        saved = entry.save(branch, eyes[author].with_values(**{name: word}), seen=eyes[author])
        live[name] = [one for one in live[name] if one[0] not in saw[author][name]] + [(number, word)]
        # What the author has before the eyes now is what the window shows after a save.
        eyes[author] = saved.record
        saw[author] = {field: {n for n, _ in found} for field, found in live.items()}
    values = opened(branch, first.id).values
    listed = {
        c.field: {side.value for side in c.sides} for c in conflicts.listed(branch) if c.record == first.id
    }
    for name, found in live.items():
        words = {word for _, word in found}
        assert getattr(values, name) in words
        assert listed.get(name, words) == words
        assert (name in listed) == (len(words) > 1)
    assert care.verify_log(branch).is_sound


def test_a_checklist_corrects_only_the_lines_that_were_typed(branch: Workspace) -> None:
    lines = [visits.SheetLine("1.01", "12 %"), visits.SheetLine("1.02", "340 см")]
    visits.save_visit(branch, "71", "Есіл ХҚКБ", DAY, lines)
    seen = visits.visit_lines(branch, "Есіл ХҚКБ", DAY)
    other = seen["1.02"]
    entry.save(branch, other.with_values(due=date(2024, 2, 1)), seen=other)
    _, beside = visits.save_visit(
        branch, "71", "Есіл ХҚКБ", DAY, [visits.SheetLine("1.02", "100 см", "NON_COMPLIANT")], seen
    )
    found = visits.visit_lines(branch, "Есіл ХҚКБ", DAY)
    assert beside == 0
    assert (found["1.02"].values.measured_as, found["1.02"].values.due) == ("100 см", date(2024, 2, 1))
    assert found["1.01"].values == seen["1.01"].values
    visits.save_visit(branch, "71", "Есіл ХҚКБ", DAY, [visits.SheetLine("1.01")], found)
    assert set(visits.visit_lines(branch, "Есіл ХҚКБ", DAY)) == {"1.02"}
    assert care.verify_log(branch).is_sound


def test_a_month_is_closed_with_what_was_written_while_it_waited(filled: Workspace) -> None:
    """Closing waits for a write that goes on; what it freezes has that write's records."""
    outcome: list[months.Month] = []
    closer = threading.Thread(
        target=lambda: outcome.append(closing.close(filled, MAY, head="С. Басшы", reason="тексерілді"))
    )
    late = new_record("sanction", "71", employee="Ким Анна", order_no="9", order_date=date(2023, 5, 9))
    with filled.store.transaction(filled.user) as work:
        closer.start()
        while not _waits_to_write(closer):
            pass
        Recorder(filled, work).save([(None, late)])
        work.flush()
    closer.join(30)
    stored = months.submissions(filled, "71", MAY)[-1]
    assert outcome[0].state == "CLOSED"
    assert stored.values.totals == months.as_json(months.totals_now(filled, MAY, "71"))
    with filled.store.read() as reader:
        assert stored.values.digest == signing.digest_of(reader, "71", MAY)


def _waits_to_write(thread: threading.Thread) -> bool:
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "transaction":
            return True
        frame = frame.f_back
    return False


def test_a_file_put_to_a_record_hides_no_edit(branch: Workspace) -> None:
    seen = entry.save(branch, sanction(note="бұрынғы")).record
    entry.save(branch, dataclasses.replace(seen, extra={"file:a.pdf": "0" * 64}), seen=seen)
    saved = entry.save(branch, seen.with_values(note="жаңа"), seen=seen)
    assert saved.record.extra == {"file:a.pdf": "0" * 64}
    assert saved.record.values.note == "жаңа"
