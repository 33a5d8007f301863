"""Packages on real files between real databases: what is right goes in once, what is wrong changes nothing."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.errors import EnvironmentFault, FileRefusal, Refusal
from desktop_app.core.i18n import tr
from desktop_app.core.periods import Period
from desktop_app.domain.record import Record, new_record
from desktop_app.exchange import package as format_of
from desktop_app.exchange.keycard import read_card
from desktop_app.services import attachments, backups, care, conflicts, entry
from desktop_app.services.board import board
from desktop_app.services.closing import close
from desktop_app.services.exchange_words import received_words
from desktop_app.services.months import declare, month
from desktop_app.services.peers import add_peer, card_text, own_card, own_keys, peers, revoke_peer
from desktop_app.services.receiving import Received, receive, receive_file
from desktop_app.services.sending import send
from desktop_app.services.set_aside import set_aside, set_aside_words
from desktop_app.services.verdicts import accept, return_month
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE

MAY = Period(2023, 5)


def sanction(number: str = "5", **values: object) -> Record:
    base = {"employee": "Сәрсенов Тимур Маратович", "iin": "850101300011", "order_no": number, "order_date": date(2023, 5, 4),
            "type": "REMARK", "kind": "V07", "position": "бас маман", "category": "STAFF"}  # fmt: skip
    return new_record("sanction", "71", **{**base, **values})


def introduce(*workspaces: Workspace) -> None:
    for one in workspaces:
        for other in workspaces:
            if one is not other:
                add_peer(one, card_text(other))


def close_may(branch: Workspace) -> None:
    for section in month(branch, MAY).sections:
        if section.state == "MISSING":
            declare(branch, MAY, section.register, "NIL")
    close(branch, MAY, reason="салыстырылды")


def state(workspace: Workspace) -> Any:
    """Everything a package could change."""
    tables = ("change", "sanction", "submission", "person", "month_lock", "reopening", "conflict", "quarantine", "fork",
              "waiting_change", "merging", "tally", "problem")  # fmt: skip
    with workspace.store.read() as reader:
        return {table: reader.rows(f"SELECT * FROM {table}") for table in tables}


def shown(workspace: Workspace) -> Any:
    """What people see, without what each workstation numbers for itself."""
    with workspace.store.read() as reader:
        return {
            code: sorted(
                (r.id, str(r.values), r.void_reason, str(sorted(r.heads.items())))
                for r in reader.records(code)
            )
            for code in ("sanction", "person", "department", "submission")
        }


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "hq", PASSPHRASE) as workspace:
        yield workspace


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "second", PASSPHRASE, branch="71") as workspace:
        yield workspace


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def sent(branch: Workspace, hq: Workspace, place: Path) -> Path:
    """A package of a closed month, on its way."""
    introduce(branch, hq)
    for number in range(40):
        entry.save(branch, sanction(str(number), note="Әр жазба әр басқа " * 3))
    close_may(branch)
    return place / send(branch, str(place), [MAY])[0].name


def only(found: list[Received]) -> Received:
    assert len(found) == 1
    return found[0]


def test_round_trip_return_of_one_record_correction_acceptance(
    branch: Workspace, hq: Workspace, place: Path, sent: Path
) -> None:
    got = only(receive(hq, [str(place)]))
    assert got.refusal is None
    assert got.months == (("71", MAY, "RECEIVED"),)
    with hq.store.read() as reader:
        ids = [r.id for r in reader.records("sanction")]
    with pytest.raises(Refusal, match="needs_reason"):
        return_month(hq, "71", MAY, " ")
    with pytest.raises(Refusal, match="no_such_record"):
        return_month(hq, "71", MAY, "Күнін тексеріңіз", ["ffff"])
    return_month(hq, "71", MAY, "Күнін тексеріңіз", [ids[3]])
    assert board(hq, MAY, MAY).cell("71", MAY).reason == "Күнін тексеріңіз"
    send(hq, str(place))
    back = only(receive(branch, [str(place)]))
    assert back.refusal is None
    assert back.months == (("71", MAY, "RETURNED"),)  # once, though two revisions came
    assert month(branch, MAY).state == "OPEN"
    open_one, closed_one = (entry.load(branch, "sanction", key) for key in (ids[3], ids[4]))
    assert open_one is not None
    assert closed_one is not None
    with pytest.raises(Refusal, match="month.closed"):
        entry.save(branch, closed_one.with_values(note="өзгерту"))
    with pytest.raises(Refusal, match="month.closed"):
        entry.save(branch, sanction("77"))
    entry.save(branch, open_one.with_values(order_date=date(2023, 5, 5)), "түзетілді")
    close(branch, MAY, reason="салыстырылды")
    send(branch, str(place), [MAY])
    got = only(receive(hq, [str(place)]))
    assert got.months == (("71", MAY, "RECEIVED"),)
    accept(hq, "71", [MAY])
    assert board(hq, MAY, MAY).cell("71", MAY).reason == ""  # what was wrong is put right
    changed = entry.load(hq, "sanction", ids[3])
    assert changed is not None
    assert changed.values.order_date == date(2023, 5, 5)
    with hq.store.read() as reader:
        revision = max(reader.records("submission"), key=lambda r: r.values.revision).values
    difference = json.loads(revision.difference)
    assert [(d["field"], d["was"], d["became"]) for d in difference] == [
        ("order_date", "2023-05-04", "2023-05-05")
    ]
    # Headquarters' own copy is locked like the branch's.
    with pytest.raises(Refusal, match="month.closed"):
        entry.save(hq, changed.with_values(note="бас кеңседен"))
    send(hq, str(place))
    receive(branch, [str(place)])
    assert month(branch, MAY).state == "ACCEPTED"
    assert care.verify_log(hq).is_sound
    assert care.verify_log(branch).is_sound
    assert shown(hq)["sanction"] == shown(branch)["sanction"]


def test_the_next_package_carries_only_what_is_not_known_and_whole_carries_all(
    branch: Workspace, hq: Workspace, place: Path, sent: Path
) -> None:
    receive(hq, [str(place)])
    send(hq, str(place))
    receive(branch, [str(place)])
    entry.save(branch, sanction("900", order_date=date(2023, 6, 1)))
    small = send(branch, str(place))[0]
    whole = send(branch, str(place), whole=True)[0]
    assert small.changes <= 3
    assert whole.changes > 40
    assert small.header.length < whole.header.length / 2
    first, second_ = sorted(receive(hq, [str(place)]), key=lambda r: r.header.number if r.header else 0)
    assert first.merged.taken == small.changes
    assert second_.merged.taken == 0
    assert second_.merged.known == whole.changes


def test_a_lost_package_is_named_and_healed_by_the_next(
    branch: Workspace, hq: Workspace, place: Path, sent: Path
) -> None:
    sent.unlink()
    entry.save(branch, sanction("900", order_date=date(2023, 6, 1)))
    send(branch, str(place))
    got = only(receive(hq, [str(place)]))
    assert got.missing == (1,)
    assert got.merged.waiting == 0
    assert got.months == (("71", MAY, "RECEIVED"),)
    assert shown(hq)["sanction"] == shown(branch)["sanction"]


def test_the_same_file_twenty_times_and_under_other_names_goes_in_once(
    hq: Workspace, place: Path, sent: Path
) -> None:
    assert receive_file(hq, sent).refusal is None
    once = state(hq)
    for name in ("пакет (1).tzp", "attachment.tzp.bin", "FW_ май.TZP"):
        shutil.copy(sent, place / name)
    for _ in range(20):
        again = receive(hq, [str(place)])
        assert all(got.already for got in again)
    assert state(hq) == once


def test_a_package_renamed_by_mail_is_read(hq: Workspace, place: Path, sent: Path) -> None:
    sent.rename(place / "Без имени.tzp.octet-stream")
    assert only(receive(hq, [str(place)])).merged.taken > 40
    (place / "desktop.ini").write_text("x")
    (place / "фото.tzp").write_bytes(b"\xff\xd8\xff")
    found = receive(hq, [str(place)])
    assert {got.refusal.code for got in found if got.refusal} == {"package.none"}


def _refused(hq: Workspace, path: Path) -> str:
    before = state(hq)
    got = receive_file(hq, path)
    assert got.refusal is not None
    assert state(hq) == before
    return got.refusal.code


def test_a_stick_pulled_at_any_byte_changes_nothing(hq: Workspace, tmp_path: Path, sent: Path) -> None:
    body = sent.read_bytes()
    edges = [0, 1, 8, 9, 10, 500, 8000, 8200, 8201, len(body) - 1]
    places = [*edges, *random.Random(3).sample(range(len(body)), 60)]
    cut = tmp_path / "cut.tzp"
    for place in places:
        cut.write_bytes(body[:place])
        assert _refused(hq, cut) in ("package.cut_off", "package.none", "package.damaged")
    assert receive_file(hq, sent).refusal is None


def test_any_flipped_bit_is_refused(hq: Workspace, tmp_path: Path, sent: Path) -> None:
    body = bytearray(sent.read_bytes())
    dice, bad = random.Random(5), tmp_path / "bad.tzp"
    for place in [*range(0, 700, 41), *(dice.randrange(len(body)) for _ in range(60))]:
        body[place] ^= 1 << dice.randrange(8)
        bad.write_bytes(body)
        got = receive_file(hq, bad)
        assert got.refusal is not None, place
        body = bytearray(sent.read_bytes())
    bad.write_bytes(bytes(body) + b"x")
    assert _refused(hq, bad) == "package.damaged"
    assert receive_file(hq, sent).refusal is None


def test_unknown_revoked_and_wrong_receivers_each_have_their_own_sentence(
    branch: Workspace, hq: Workspace, second: Workspace, tmp_path: Path, place: Path, sent: Path
) -> None:
    assert _refused(second, sent) == "package.unknown_sender"
    add_peer(second, card_text(branch))
    assert _refused(second, sent) == "package.not_for_us"
    with pytest.raises(Refusal, match="revoke_needs_reason"):
        revoke_peer(hq, branch.store.workstation, " ")
    revoke_peer(hq, branch.store.workstation, "ноутбук жоғалды")
    got = receive_file(hq, sent)
    assert got.refusal is not None
    assert got.refusal.code == "package.revoked_sender"
    assert "ноутбук жоғалды" in str(got.refusal.params)
    with pytest.raises(Refusal, match="key.revoked"):
        add_peer(hq, card_text(branch))


def _forged(
    branch: Workspace, hq: Workspace, target: Path, frames: list[tuple[bytes, bytes]], **header: Any
) -> Path:
    """Write a package signed by the branch with other frames or header than the product would write."""
    base = format_of.Header(1, "data", format_of.new_package_id(), "71", branch.store.workstation,
                            (hq.store.workstation,), 1, "2024-01-05T00:00:00+00:00", "0004")  # fmt: skip
    card = own_card(hq)
    made = dataclasses.replace(base, **header)
    if frames and frames[0][1] == b"":
        said = {"id": made.id, "sender": made.sender, "branch": made.branch, "kind": made.kind, "vector": {}}
        frames[0] = (b"M", json.dumps(said).encode())
    receiver = format_of.Receiver(card.workstation, card.seal_key)
    format_of.write_package(target, made, frames, [receiver], own_keys(branch))
    return target


def test_newer_version_bomb_foreign_branch_and_odd_frames_are_refused(
    branch: Workspace, hq: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduce(branch, hq)
    target = tmp_path / "forged.tzp"
    assert _refused(hq, _forged(branch, hq, target, [(b"M", b"")], v=2)) == "package.newer"
    target.write_bytes(b"TIZILIM2\n" + target.read_bytes()[9:])
    assert _refused(hq, target) == "package.newer"
    for frames in ([], [(b"C", b"[]")], [(b"M", b"{}")], [(b"M", b"[1")], [(b"M", b""), (b"C", b"{")]):
        assert _refused(hq, _forged(branch, hq, target, list(frames))) == "package.damaged", frames
    foreign = json.dumps([[json.dumps({"w": "x", "n": 1, "b": "75"}), "0" * 64]]).encode()
    assert (
        _refused(hq, _forged(branch, hq, target, [(b"M", b""), (b"C", foreign)])) == "package.foreign_changes"
    )
    own = json.dumps(
        [[json.dumps({"w": f"{hq.store.workstation}.71", "n": 1, "b": "71"}), "0" * 64]]
    ).encode()
    assert _refused(hq, _forged(branch, hq, target, [(b"M", b""), (b"C", own)])) == "package.own_changes_lost"
    # A bomb: signed to hold little, unfolding to much.
    plain = format_of._Source.read

    def small(self: Any, size: int = -1) -> bytes:
        found = plain(self, size)
        self.plain = 1000
        return found

    monkeypatch.setattr(format_of._Source, "read", small)
    bomb = [(b"M", b""), *((b"B", bytes(4_000_000)) for _ in range(20))]
    assert _refused(hq, _forged(branch, hq, target, bomb)) == "package.bomb"


def test_a_change_whose_text_and_hash_disagree_is_said_and_what_follows_waits(
    branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    introduce(branch, hq)
    for number in ("1", "2", "3"):
        entry.save(branch, sanction(number))
    with branch.store.read() as reader:
        rows = [list(row) for row in reader.rows("SELECT entry, hash FROM change ORDER BY seq")]
    rows[1][0] = rows[1][0].replace('"op":"set"', '"op":"sat"')
    frames = [(b"M", b""), (b"C", json.dumps(rows).encode())]
    got = receive_file(hq, _forged(branch, hq, tmp_path / "p.tzp", frames))
    assert got.refusal is None
    assert (got.merged.unreadable, got.merged.taken) == (1, 1)
    assert got.merged.waiting == len(rows) - 2
    assert tr("ru", "receive.unreadable", n=1) in received_words(got, "ru")
    waiting = [one for one in set_aside(hq) if one.kind == "waiting"]
    assert [one.workstation for one in waiting] == [branch.store.workstation]
    assert branch.store.workstation in set_aside_words(hq, waiting[0], "kk")


def test_what_a_crash_left_half_way_is_swept_at_the_next_start(branch: Workspace) -> None:
    folder = branch.folder
    branch.close()
    for name in (".in-a", ".out-b", ".print-c"):
        (folder / name).mkdir()
        (folder / name / "x.pdf").write_bytes(b"x")
    with Workspace.open(folder, PASSPHRASE):
        assert not list(folder.glob(".*-*"))


def test_one_bad_value_is_quarantined_and_the_rest_goes_in(
    branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    introduce(branch, hq)
    from desktop_app.storage.log import GENESIS, text_hash

    entries, prev = [], GENESIS
    values = [{"order_no": "1", "order_date": "2023-05-04"}, {"order_no": "2", "order_date": "жоқ күн"},
              {"order_no": "3", "future_field": "x"}, {"suspended": "мәтін", "order_no": "4"}]  # fmt: skip
    for number, found in enumerate(values, 1):
        body = {"w": branch.store.workstation, "n": number, "t": f"{number:016x}", "u": "o", "r": "sanction",
                "id": f"{number:032x}", "op": "set", "b": "71", "p": 202305, "set": found, "prev": prev}  # fmt: skip
        text = json.dumps(body, ensure_ascii=False)
        prev = text_hash(text)
        entries.append([text, prev])
    body = {"w": branch.store.workstation, "n": 5, "t": "5", "u": "o", "r": "gift", "id": "a" * 32, "op": "set", "b": "71",
            "p": 0, "set": {"what": "құмыра"}, "prev": prev}  # fmt: skip
    text = json.dumps(body)
    entries.append([text, text_hash(text)])
    path = _forged(branch, hq, tmp_path / "p.tzp", [(b"M", b""), (b"C", json.dumps(entries).encode())])
    got = receive_file(hq, path)
    assert got.refusal is None
    assert got.merged.taken == 5
    assert got.merged.quarantined == 4
    with hq.store.read() as reader:
        reasons = dict(reader.rows("SELECT seq, reason FROM quarantine"))
        numbers = {r.values.order_no for r in reader.records("sanction")}
        kept = reader.rows("SELECT count(*) FROM change WHERE workstation = ?", [branch.store.workstation])
    assert reasons == {
        2: "unreadable_value",
        3: "unknown_field",
        4: "unreadable_value",
        5: "unknown_register",
    }
    assert numbers == {"1", "2", "3", "4"}
    assert kept == [(5,)]  # passed on as they are
    assert care.verify_log(hq).is_sound
    assert [line.field for line in entry.history(hq, "sanction", f"{2:032x}")] == ["order_no"]
    words = [set_aside_words(hq, one, "ru") for one in set_aside(hq)]
    assert len(words) == 4
    for part in ("Дата приказа", "future_field", "Дней приостановления", "gift"):
        assert sum(part in line for line in words) == 1, part


def test_what_waited_for_a_newer_version_is_shown_after_the_upgrade(
    branch: Workspace, hq: Workspace, tmp_path: Path, place: Path
) -> None:
    introduce(branch, hq)
    saved = entry.save(branch, sanction(note="сақталған")).record
    close_may(branch)
    send(branch, str(place), [MAY])
    receive(hq, [str(place)])
    # As the older version had it: the field was not known, the row had nothing of it.
    with hq.store.transaction("test") as work:
        work.run("INSERT INTO quarantine(workstation, seq, register, record, reason, detail) "
                 "VALUES ('x', 1, 'sanction', ?, 'unknown_field', 'note')", (saved.id,))  # fmt: skip
        note = work.note("received", "package", "test", "", 0, "")
        work.send()
        work.run("INSERT INTO merging(hash) VALUES (?)", (note,))
        work.run("UPDATE sanction SET note = NULL WHERE id = ?", (saved.id,))
        work.run("DELETE FROM merging")
    assert not care.verify_log(hq).is_sound
    folder = hq.folder
    hq.close()
    with Workspace.open(folder, PASSPHRASE) as again:
        shown_now = entry.load(again, "sanction", saved.id)
        assert shown_now is not None
        assert shown_now.values.note == "сақталған"
        assert care.verify_log(again).is_sound
        with again.store.read() as reader:
            assert reader.rows("SELECT * FROM quarantine") == []


def test_two_workstations_of_one_branch_meet_again(branch: Workspace, second: Workspace, place: Path) -> None:
    introduce(branch, second)
    both = entry.save(branch, sanction("1", department="Сарыарқа бөлімі")).record
    entry.save(second, sanction("2", department="Сарыарқа бөлімі"))
    for one in (branch, second):
        send(one, str(place))
    for one in (branch, second):
        assert only(receive(one, [str(place)])).refusal is None
    assert shown(branch) == shown(second)
    assert len(shown(branch)["department"]) == 1  # the same department, entered on both
    assert len(shown(branch)["person"]) == 1
    ours, theirs = (entry.load(w, "sanction", both.id) for w in (branch, second))
    assert ours is not None
    assert theirs is not None
    entry.save(branch, ours.with_values(note="бірінші", type="REPRIMAND"))
    entry.save(second, theirs.with_values(note="екінші", order_no="1-а"))
    for one in (branch, second):
        send(one, str(place))
    for one in (branch, second):
        got = only(receive(one, [str(place)]))
        assert got.merged.conflicts == [("sanction", both.id, "note")]
    assert shown(branch) == shown(second)
    merged = entry.load(branch, "sanction", both.id)
    assert merged is not None
    assert (merged.values.type, merged.values.order_no) == ("REPRIMAND", "1-а")
    found = conflicts.listed(branch)[0]
    assert {side.value for side in found.sides} == {"бірінші", "екінші"}
    keep = next(n for n, side in enumerate(found.sides) if side.value == merged.values.note)
    conflicts.resolve(branch, found.register, found.record, found.field, keep)
    assert conflicts.listed(branch) == []
    send(branch, str(place))
    assert only(receive(second, [str(place)])).merged.conflicts == []
    assert conflicts.listed(second) == []
    assert shown(branch) == shown(second)
    for one in (branch, second):
        assert care.verify_log(one).is_sound


def test_a_restored_copy_is_another_workstation_and_a_clone_is_stopped(
    branch: Workspace, hq: Workspace, place: Path, sent: Path, tmp_path: Path
) -> None:
    copy = backups.backup(branch, tmp_path / "copy")
    clone = tmp_path / "clone"
    shutil.copytree(copy, clone)
    receive(hq, [str(place)])
    entry.save(branch, sanction("800", order_date=date(2023, 6, 1)))
    send(branch, str(place))
    # A clone made behind the product's back goes on under the same name.
    with Workspace.open(clone, PASSPHRASE) as same:
        entry.save(same, sanction("801", order_date=date(2023, 6, 2)))
        send(same, str(place))
    got = receive(hq, [str(place)])
    assert [r.merged.forks for r in got if r.merged.forks] == [[branch.store.workstation]]
    with hq.store.read() as reader:
        assert len(reader.rows("SELECT * FROM fork")) == 1
    # A backup restored by the product signs as somebody else, is introduced anew, and nothing of it is lost.
    backups.restore(copy, tmp_path / "restored", PASSPHRASE)
    with Workspace.open(tmp_path / "restored", PASSPHRASE) as restored:
        assert restored.store.workstation != branch.store.workstation
        assert own_card(restored).sign_key != own_card(branch).sign_key
        introduce(restored, hq)
        entry.save(restored, sanction("802", order_date=date(2023, 6, 3)))
        send(restored, str(place))
    got = receive(hq, [str(place)])
    assert [r.refusal for r in got] == [None]
    with hq.store.read() as reader:
        assert "802" in {r.values.order_no for r in reader.records("sanction")}


def test_a_lost_workstation_is_replaced_and_goes_on(
    branch: Workspace, hq: Workspace, second: Workspace, place: Path, sent: Path
) -> None:
    receive(hq, [str(place)])
    revoke_peer(hq, branch.store.workstation, "ұрланды")
    introduce(second, hq)
    send(hq, str(place), whole=True)
    assert only(receive(second, [str(place)])).merged.taken > 40
    assert shown(second)["sanction"] == shown(hq)["sanction"]
    assert month(second, MAY).state == "RECEIVED"
    with pytest.raises(Refusal, match="month.closed"):
        entry.save(second, sanction("900"))
    entry.save(second, sanction("901", order_date=date(2023, 6, 2)))
    send(second, str(place))
    assert only(receive(hq, [str(place)])).refusal is None


def test_folder_gone_and_disk_full_are_said_in_words_and_leave_nothing(
    branch: Workspace, hq: Workspace, place: Path, tmp_path: Path
) -> None:
    introduce(branch, hq)
    entry.save(branch, sanction())
    with pytest.raises(EnvironmentFault, match="no_folder"):
        send(branch, str(tmp_path / "жоқ"))
    with pytest.raises(EnvironmentFault):
        receive(hq, ["sftp://user:secret@127.0.0.1:1/x"])
    full = Path("/dev/full")
    if full.exists():
        with pytest.raises(EnvironmentFault) as fault:
            format_of.write_package(tmp_path / "gone" / "x.tzp", _header(branch), [], [], own_keys(branch))
        assert fault.value.exit_code == 3
    before = sorted(p.name for p in place.iterdir())
    with pytest.raises(EnvironmentFault):
        _with_quota(branch, place)
    assert sorted(p.name for p in place.iterdir()) == before
    assert not [p for p in branch.folder.iterdir() if p.name.startswith(".out-")]
    assert send(branch, str(place))[0].changes > 0


def _header(branch: Workspace) -> format_of.Header:
    return format_of.Header(1, "data", "0" * 32, "71", branch.store.workstation, (), 1, "", "0004")


def _with_quota(branch: Workspace, place: Path) -> None:
    """Let no file grow past a few kilobytes, as a full disk does."""
    import resource

    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8300, was[1]))
    try:
        send(branch, str(place))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


def test_passwords_of_addresses_are_never_shown(branch: Workspace, hq: Workspace) -> None:
    introduce(branch, hq)
    for url in (
        "sftp://user:secret@127.0.0.1:1/x",
        "webdav://user:secret@127.0.0.1:1/x",
        "nosuch://user:secret@host/x",
    ):
        with pytest.raises(EnvironmentFault) as fault:
            receive(hq, [url])
        assert "secret" not in str(fault.value)


VICTIM = """
import os, signal, sys
from pathlib import Path
from desktop_app.services.receiving import receive_file
from desktop_app.services.workspace import Workspace
steps, last = 0, int(sys.argv[4])
def step():
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0
with Workspace.open(Path(sys.argv[1]), sys.argv[2]) as hq:
    for connection in hq.store._idle:
        connection.set_progress_handler(step, 500)
    got = receive_file(hq, Path(sys.argv[3]))
    print("done" if got.refusal is None else got.refusal.code, steps, flush=True)
"""


def merge_in_a_child(folder: Path, package: Path, last_step: int) -> tuple[int, list[str]]:
    """Take a package in; the child kills itself (-9) at a step of the database's own work, 0: never."""
    victim = subprocess.run(
        [sys.executable, "-c", VICTIM, str(folder), PASSPHRASE, str(package), str(last_step)],
        capture_output=True,
        text=True,
        check=False,
    )
    return victim.returncode, victim.stdout.split()


def test_killed_in_the_middle_of_a_merge_nothing_or_everything_is_there(
    branch: Workspace, hq: Workspace, place: Path, tmp_path: Path
) -> None:
    introduce(branch, hq)
    from desktop_app.services.demonstration import sample_workbooks
    from desktop_app.services.intake import import_workbooks

    import_workbooks(branch, [p for p in sample_workbooks() if p.name.startswith("71")])
    path = place / send(branch, str(place))[0].name
    empty, folder = state(hq), hq.folder
    hq.close()
    shutil.copytree(folder, tmp_path / "undisturbed")
    code, said = merge_in_a_child(tmp_path / "undisturbed", path, 0)
    assert (code, said[0]) == (0, "done")
    steps = int(said[1])
    assert steps > 50
    # Where it dies is counted in steps of the database, so it is the same on a slow and on a quick machine.
    for share in (0.001, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98):
        code, said = merge_in_a_child(folder, path, max(1, int(steps * share)))
        assert (code, said) == (-signal.SIGKILL, [])
        with Workspace.open(folder, PASSPHRASE) as again:
            now = state(again)
            assert care.verify_log(again).is_sound
            assert now == empty or len(now["change"]) > 500
            if share <= 0.9:
                assert now == empty
    with Workspace.open(folder, PASSPHRASE) as again:
        receive_file(again, path)
        assert shown(again)["sanction"] == shown(branch)["sanction"]


def test_a_card_is_read_or_refused(branch: Workspace, hq: Workspace) -> None:
    text = card_text(branch)
    card = read_card(text)
    assert card == own_card(branch)
    assert len(card.fingerprint) == 39
    with pytest.raises(FileRefusal, match="card_altered"):
        read_card(text.replace('"branch":"71"', '"branch":"75"'))
    for bad in ("", "{}", "x\ny", text + text):
        with pytest.raises(FileRefusal, match="not_a_card"):
            read_card(bad)
    with pytest.raises(Refusal, match="own_card"):
        add_peer(branch, text)
    assert add_peer(hq, text).card.branch == "71"
    assert list(peers(hq)) == [branch.store.workstation]


def test_files_travel_with_their_record_by_content(
    branch: Workspace, hq: Workspace, place: Path, tmp_path: Path
) -> None:
    introduce(branch, hq)
    saved = entry.save(branch, sanction()).record
    scan = tmp_path / "Бұйрық №5.pdf"
    scan.write_bytes(os.urandom(300_000))
    attachments.attach(branch, "sanction", saved.id, scan)
    other = entry.save(branch, sanction("6")).record
    attachments.attach(branch, "sanction", other.id, scan)
    with branch.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM blob") == [(1,)]  # the same content is kept once
    send(branch, str(place))
    assert only(receive(hq, [str(place)])).refusal is None
    found = attachments.attachments(hq, "sanction", saved.id)
    assert [(one.name, one.size) for one in found] == [(scan.name, 300_000)]
    (tmp_path / "out").mkdir()
    for name in (scan.name, "Бұйрық №5 (2).pdf"):
        assert attachments.save_attachment(hq, found[0], tmp_path / "out").name == name
    assert (tmp_path / "out" / scan.name).read_bytes() == scan.read_bytes()
    send(hq, str(place))
    receive(branch, [str(place)])
    entry.save(branch, sanction("7"))  # where nothing is new, nothing is written
    assert send(branch, str(place))[0].header.length < 20_000  # what is known is not sent again
    assert care.verify_log(hq).is_sound
    big = tmp_path / "үлкен.bin"
    with big.open("wb") as file:
        file.truncate(attachments.LARGEST + 1)
    with pytest.raises(Refusal, match="too_big"):
        attachments.attach(branch, "sanction", saved.id, big)


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../etc/passwd", "_.._etc_passwd"), ("CON.txt", "_CON.txt"), ("a\u202egpj.exe", "a_gpj.exe"), (" . ", "file"),
     ("Бұйрық №5.pdf", "Бұйрық №5.pdf"), ("a:b|c?.x.", "a_b_c_.x")],
)  # fmt: skip
def test_names_of_files_are_harmless(name: str, safe: str) -> None:
    assert attachments.safe_name(name) == safe
