"""Guards, locks and reopenings are those that the log orders; what is changed after a closing is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.core.i18n import tr
from desktop_app.services import care, entry
from desktop_app.services.board import board
from desktop_app.services.closing import close, reopen
from desktop_app.services.exchange_papers import consolidation
from desktop_app.services.receiving import receive, receive_file
from desktop_app.services.sending import send
from desktop_app.services.set_aside import set_aside, set_aside_words
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE
from tests.endtoend.test_exchange import MAY, hq, place, sanction, sent
from tests.endtoend.test_one_bad_file import Forger, forger

__all__ = ["forger", "hq", "place", "sent"]


def _told(workspace: Workspace) -> set[str]:
    return {one.code for one in care.doctor(workspace) if not one.is_well}


def test_guards_taken_off_are_put_back_and_locks_taken_away_are_told(
    branch: Workspace, hq: Workspace, sent: Path
) -> None:
    assert care.verify_log(branch).is_sound
    with branch.store.read() as reader:
        names = [row[0] for row in reader.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    with branch.store._writing() as connection:
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM month_lock")
        connection.execute("CREATE TRIGGER change_no_update BEFORE UPDATE ON change BEGIN SELECT 1; END")
    found = care.verify_log(branch)
    assert not found.is_sound
    assert len(found.guards_off) == len(names)
    assert [one[:2] for one in found.unordered] == [("71", MAY.number)]
    assert {"doctor.guards", "doctor.locks", "doctor.log_broken"} <= _told(branch)
    folder = branch.folder
    branch.close()
    with Workspace.open(folder, PASSPHRASE) as again:
        found = care.verify_log(again)
        assert found.guards_off == ()
        assert len(found.unordered) == 1
        assert {"doctor.guards", "doctor.locks"} <= _told(again)
        # A reopening that nobody ordered is told too.
        with again.store._writing() as connection:
            connection.execute("DROP TRIGGER reopening_by_order")
            connection.execute(
                "INSERT INTO reopening(branch, period, revision, record, until, hash) VALUES ('71', 202305, 1, '*', '2099-01-01', 'x')"
            )
        assert ("71", MAY.number, "reopening") in care.verify_log(again).unordered


def test_changes_of_a_submitted_month_outside_a_reopening_are_listed_until_it_is_closed_again(
    forger: Forger, branch: Workspace, hq: Workspace, place: Path
) -> None:
    assert board(hq, MAY, MAY).cell("71", MAY).after_closing == 0
    with branch.store.read() as reader:
        record = next(reader.records("sanction"))
    late: dict[str, Any] = {
        "t": "d" + "0" * 15,
        "id": record.id,
        "set": {"note": "кейін"},
        "base": {"note": [list(h) for h in record.heads_of("note")]},
    }
    got = receive_file(hq, forger.pack(forger.entry(**late)))
    assert got.refusal is None
    assert got.merged.after_closing == 1
    assert board(hq, MAY, MAY).cell("71", MAY).after_closing == 1
    assert "doctor.after_closing" in _told(hq)
    assert any("2023" in set_aside_words(hq, one, "ru") for one in set_aside(hq))
    listed = tr("ru", "consolidation.after_closing")
    assert any(getattr(block, "name", "") == listed for block in consolidation(hq, MAY, "ru").blocks)


def test_what_a_reopening_allows_is_not_listed(
    branch: Workspace, hq: Workspace, place: Path, sent: Path
) -> None:
    receive(hq, [str(place)])
    with branch.store.read() as reader:
        first = next(reader.records("sanction"))
    reopen(branch, MAY, [first.id, "new"], "түзету", branch.today)
    entry.save(branch, first.with_values(note="түзетілді"))
    entry.save(branch, sanction("901"))
    send(branch, str(place))
    (got,) = receive(hq, [str(place)])
    assert got.refusal is None
    assert got.merged.taken > 0
    assert got.merged.after_closing == 0
    close(branch, MAY, reason="салыстырылды")
    send(branch, str(place), [MAY])
    (got,) = receive(hq, [str(place)])
    assert got.merged.after_closing == 0
    assert care.verify_log(hq).unordered == ()
    assert care.verify_log(branch).unordered == ()
