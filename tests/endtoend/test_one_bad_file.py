"""One bad file never stops the others: junk, hostile headers, and whatever a trusted sender may sign."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_app.exchange import package as format_of
from desktop_app.exchange.escrow import is_recipient
from desktop_app.services import care, entry
from desktop_app.services.board import board
from desktop_app.services.guiding import unfit_guidance
from desktop_app.services.months import month
from desktop_app.services.peers import own_card, own_keys
from desktop_app.services.receiving import Received, receive, receive_file
from desktop_app.services.recovery import officers
from desktop_app.services.sending import send
from desktop_app.services.workspace import Workspace
from desktop_app.storage.log import GENESIS, text_hash
from tests.conftest import PASSPHRASE
from tests.endtoend.test_exchange import MAY, hq, introduce, place, sanction, second, sent, state

__all__ = ["hq", "place", "second", "sent"]
_LINE = b"TIZILIM1\n"


def _header(**more: Any) -> bytes:
    said = {"v": 1, "kind": "data", "id": "0" * 32, "branch": "71", "sender": "a" * 12, "to": ["b" * 12], "number": 1,
            "created": "2024-01-05T00:00:00+00:00", "schema": "0004", "length": 0, "plain": 0, "sha256": "0" * 64}  # fmt: skip
    line = json.dumps({**said, **more}, sort_keys=True, separators=(",", ":")).encode()
    return _LINE + (line + b"\n" + b"0" * 128 + b"\n").ljust(format_of.HEADER_BLOCK)


_JUNK = {
    "deep": _LINE + (b"[" * 8000).ljust(8192),
    "deep_object": _LINE + (b'{"v":' * 1500).ljust(8192),
    "infinite": _LINE + b'{"v":Infinity}\n'.ljust(8192),
    "huge": _header(sender=10**30),
    "huge_number": _header(number=2**70),
    "object": _header(sender={}),
    "surrogate": _header(sender="\ud800"),
    "none_at_all": _header(to=[None]),
    "version_0": _header(v=0),
    "version_minus": _header(v=-1),
    "float": _header(plain=1e300),
    "bytes": random.Random(1).randbytes(9000),
    "magic_and_bytes": _LINE + random.Random(2).randbytes(9000),
    "empty": b"",
}


def test_junk_in_the_place_is_told_once_and_the_genuine_package_goes_in(
    hq: Workspace, branch: Workspace, place: Path, sent: Path
) -> None:
    for name, body in _JUNK.items():
        (place / f"00-{name}.tzp").write_bytes(body)
    found = {one.name: one for one in receive(hq, [str(place)])}
    assert len(found) == len(_JUNK) + 1
    for name in _JUNK:
        refusal = found[f"00-{name}.tzp"].refusal
        assert refusal is not None, name
        assert refusal.code in ("package.none", "package.damaged", "package.cut_off"), name
    assert found[sent.name].refusal is None
    assert board(hq, MAY, MAY).cell("71", MAY).state == "RECEIVED"
    # Told once: neither fetched nor blamed again until the file changes.
    assert receive(hq, [str(place)]) == []
    (place / "00-empty.tzp").write_bytes(b"x")
    assert [one.name for one in receive(hq, [str(place)])] == ["00-empty.tzp"]


class Forger:
    """Signs what no program writes, with a genuine key."""

    def __init__(self, author: Workspace, reader: Workspace, target: Path) -> None:
        self._author, self._reader, self._target = author, reader, target

    def entry(self, **more: Any) -> dict[str, Any]:
        """Return the next change of the author's sequence, parts of it replaced."""
        with self._author.store.read() as reader:
            last = reader.rows("SELECT seq, hash FROM change WHERE workstation = ? ORDER BY seq DESC LIMIT 1",
                               [self._author.store.workstation])  # fmt: skip
        seq, prev = last[0] if last else (0, GENESIS)
        return {"w": self._author.store.workstation, "n": seq + 1, "t": "0" * 15 + "1", "u": "o", "r": "sanction",
                "id": "e" * 32, "op": "set", "b": "71", "p": 202305, "prev": prev, "set": {"order_no": "9"}, **more}  # fmt: skip

    def pack(
        self, *entries: dict[str, Any], manifest: dict[str, Any] | None = None, blobs: tuple[bytes, ...] = (),
        **header: Any,
    ) -> Path:  # fmt: skip
        """Write a package of changes and of a manifest, parts of which are replaced."""
        said = {"v": 1, "kind": "data", "id": format_of.new_package_id(), "branch": "71",
                "sender": self._author.store.workstation, "to": (self._reader.store.workstation,), "number": 1,
                "created": "2024-01-05T00:00:00+00:00", "schema": "0004"}  # fmt: skip
        made = format_of.Header(**{**said, **header})
        first = {"id": made.id, "sender": made.sender, "branch": made.branch, "kind": made.kind, "vector": {}}
        texts = [json.dumps(one) for one in entries]
        block = json.dumps([[text, text_hash(text)] for text in texts]).encode()
        frames = [(b"M", json.dumps({**first, **(manifest or {})}).encode()), (b"C", block)]
        frames += [(b"B", blob) for blob in blobs]
        card = own_card(self._reader)
        receiver = format_of.Receiver(card.workstation, card.seal_key)
        format_of.write_package(self._target, made, frames, [receiver], own_keys(self._author))
        return self._target


@pytest.fixture
def forger(branch: Workspace, hq: Workspace, sent: Path, tmp_path: Path) -> Forger:
    assert receive_file(hq, sent).refusal is None
    return Forger(branch, hq, tmp_path / "forged.tzp")


_MANIFESTS: list[dict[str, Any]] = [
    {"ordinals": {"x": None}}, {"ordinals": [1]}, {"ordinals": {"x": 3 * 10**9}}, {"shares": ["x"]}, {"shares": [{}]},
    {"vector": {"a": "b"}}, {"vector": {"a": -1}}, {"vector": {"a": 2**70}}, {"vector": []}, {"receipt": []},
    {"receipt": {"packages": 1, "months": []}}, {"guidance": {}}, {"guidance": [{"name": 1}]}, {"revoked": "x"},
    {"officers": [[]]}, {"since": 5}, {"anew": {}}, {"stopped": [{}]},
]  # fmt: skip


def test_manifests_of_other_types_are_refused_whole(forger: Forger, hq: Workspace) -> None:
    before = state(hq)
    for said in _MANIFESTS:
        got = receive_file(hq, forger.pack(manifest=said))
        assert got.refusal is not None, said
        assert got.refusal.code == "package.malformed", said
        assert next(iter(said)) in str(got.refusal.params["place"])
    assert state(hq) == before


_ENTRIES: list[dict[str, Any]] = [
    {"n": 2**70}, {"n": 0}, {"p": 2**70}, {"p": -1}, {"p": 202313}, {"t": "no stamp"}, {"t": "f" * 16}, {"why": 5}, {"why": {}},
    {"set": []}, {"set": {"order_no": {}}}, {"set": {"order_no": 1.5}}, {"kept": []}, {"kept": {"a": 1}}, {"base": {}, "extra": []},
    {"extra": {"file:x": {}}}, {"base": {"order_no": "x"}}, {"base": {"order_no": [["x", "1"]]}}, {"order": []},
    {"order": {"revision": "1"}}, {"order": {"until": "31.12.2023"}}, {"u": "\u0000"}, {"r": "x" * 900}, {"prev": "x"},
    {"set": {"suspended": 2**80}}, {"id": 5}, {"future": json.loads("[" * 900 + "]" * 900)},
]  # fmt: skip


def test_changes_of_other_types_are_no_changes_and_leave_the_log_readable(
    forger: Forger, hq: Workspace
) -> None:
    before = state(hq)
    for more in _ENTRIES:
        got = receive_file(hq, forger.pack(forger.entry(**more)))
        if got.refusal is not None:
            assert got.refusal.code in ("package.malformed", "package.damaged"), more
        else:
            assert (got.merged.taken, got.merged.unreadable) == (0, 1), more
    after = state(hq)
    assert {k: v for k, v in after.items() if k != "change"} == {
        k: v for k, v in before.items() if k != "change"
    }
    assert care.verify_log(hq).is_sound
    assert send(hq, str(forger._target.parent / "share"))


_MONTHS: list[dict[str, Any]] = [
    {"set": {"state": "SENT", "revision": 1}}, {"set": {"month": 202306, "revision": 1}}, {"set": {"month": 5, "state": "SENT", "revision": 1}},
    {"set": {"month": 202306, "revision": 1, "state": "NO_SUCH"}},
    {"set": {"month": 202306, "revision": 1, "state": "SENT", "sections": "[1]"}},
    {"set": {"month": 202306, "revision": 1, "state": "SENT", "totals": '{"sanction": 5}'}},
    {"op": "reopen", "set": {}}, {"op": "reopen", "set": {}, "order": {"revision": 1}},
    {"op": "reopen", "set": {"month": 202306, "revision": 1, "state": "SENT"}, "order": {"revision": 1, "records": [], "until": "2024-01-01"}},
    {"op": "closed", "set": {}},
]  # fmt: skip


def test_months_that_are_none_and_orders_that_order_nothing_are_refused(
    forger: Forger, hq: Workspace
) -> None:
    before = state(hq)
    for more in _MONTHS:
        got = receive_file(hq, forger.pack(forger.entry(**{"r": "submission", "p": 202306, **more})))
        assert got.refusal is not None, more
        assert got.refusal.code == "package.malformed", more
    assert state(hq) == before


def test_a_small_package_cannot_ask_for_much(forger: Forger, hq: Workspace) -> None:
    empty = bytes(2**20)
    with hq.store.read() as reader:
        kept = reader.rows("SELECT count(*) FROM blob")
    got = receive_file(hq, forger.pack(blobs=(empty,)))
    assert got.refusal is not None
    assert got.refusal.code == "package.stray_file"
    many = {f"file:{n}": hashlib.sha256(n.to_bytes(15 * 2**20)).hexdigest() for n in range(6)}
    blobs = tuple(n.to_bytes(15 * 2**20) for n in range(6))
    got = receive_file(hq, forger.pack(forger.entry(extra=many), blobs=blobs))
    assert got.refusal is not None
    assert got.refusal.code == "package.bomb"
    with hq.store.read() as reader:
        assert reader.rows("SELECT count(*) FROM blob") == kept
    got = receive_file(hq, forger.pack(manifest={"ordinals": {hq.store.workstation: 9_000_000}}))
    assert len(got.missing) == 50


def _mutated(dice: random.Random, data: Any) -> Any:
    """Return data with one thing in it replaced by something of another kind."""
    odd: list[Callable[[], Any]] = [
        lambda: None, lambda: -1, lambda: 2**70, lambda: "", lambda: "\u0000", dict, list, lambda: [[]],
        lambda: {"a": {}}, lambda: 1.5, lambda: "x" * 5000, lambda: "9999-12-31", lambda: True, lambda: "ACCEPTED",
    ]  # fmt: skip
    found = copy.deepcopy(data)
    spot: Any = found
    while True:
        keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        if not keys:
            return found
        key = dice.choice(keys)
        if isinstance(spot[key], dict | list) and spot[key] and dice.random() < 0.7:
            spot = spot[key]
            continue
        if dice.random() < 0.15:
            del spot[key]
        else:
            spot[key] = dice.choice(odd)()
        return found


def test_whatever_a_trusted_branch_signs_is_taken_or_refused_and_never_a_crash(
    forger: Forger, branch: Workspace, hq: Workspace
) -> None:
    dice = random.Random(20)
    with branch.store.read() as reader:
        known = [
            json.loads(text)
            for (text,) in reader.rows("SELECT entry FROM change ORDER BY seq LIMIT 60 OFFSET 30")
        ]
    manifest = {"ordinals": {hq.store.workstation: 3}, "receipt": {"packages": [], "months": []}, "shares": [],
                "vector": {branch.store.workstation: 4}, "guidance": [{"name": "calendar", "version": 1, "body": "{}"}]}  # fmt: skip
    for _ in range(250):
        base = {
            **dice.choice(known),
            **{k: v for k, v in forger.entry().items() if k in ("n", "prev", "w", "b")},
        }
        if dice.random() < 0.5:
            base["id"] = f"{dice.randrange(2**128):032x}"
        path = forger.pack(
            _mutated(dice, base), manifest=_mutated(dice, manifest) if dice.random() < 0.4 else manifest
        )
        got = receive_file(hq, path)
        assert got.refusal is None or got.refusal.code != "package.not_understood", (
            base,
            got.refusal.__cause__,
        )
    assert care.verify_log(hq).is_sound
    board(hq, MAY, MAY)
    month(hq, MAY, "71")
    care.doctor(hq)
    for record in {one["id"] for one in known}:
        entry.history(hq, "sanction", record)


def _only(found: list[Received]) -> Received:
    assert len(found) == 1
    return found[0]


def test_guidance_and_officers_that_do_not_fit_are_left_out_and_brick_nothing(
    branch: Workspace, hq: Workspace, place: Path, sent: Path, tmp_path: Path
) -> None:
    forger = Forger(hq, branch, tmp_path / "down.tzp")
    pieces = [
        {"name": "classifier:offences", "version": 1, "body": "{}"}, {"name": "classifier:offences", "version": 2, "body": "[" * 5000},
        {"name": "form:sanction", "version": 1, "body": "register = 5"}, {"name": "calendar", "version": 1, "body": '{"calendar": {"x": "off"}}'},
        {"name": "form:no_such", "version": 1, "body": "x"}, {"name": "strange", "version": 1, "body": "x"},
    ]  # fmt: skip
    said = {"guidance": pieces, "officers": [{"name": "Айгүл", "recipient": "age1zzz"}]}
    got = receive_file(branch, forger.pack(manifest=said))
    assert got.refusal is None
    assert got.guidance == ()
    assert set(got.unfit) == {
        "classifier:offences",
        "form:sanction",
        "calendar",
        "form:no_such",
        "strange",
        "Айгүл",
    }
    assert send(branch, str(place), whole=True)
    # What an older version let in is passed over at opening, and the doctor says so.
    with branch.store.transaction("test") as work:
        work.run("INSERT INTO guidance(name, version, body) VALUES ('classifier:offences', 9, '{}')")
        work.run("INSERT INTO meta(name, value) VALUES ('recovery_officers', ?)",
                 ('[{"name": "a", "recipient": "age1zzz"}, {"name": "b", "recipient": "x"}]',))  # fmt: skip
    folder = branch.folder
    branch.close()
    with Workspace.open(folder, PASSPHRASE) as again:
        assert unfit_guidance(again.store) == ["classifier:offences"]
        assert "doctor.guidance" in {one.code for one in care.doctor(again)}
        assert officers(again) == []
        assert not is_recipient("age1zzz")
        assert send(again, str(place), whole=True)


def test_a_branch_speaks_for_itself_only(
    forger: Forger, branch: Workspace, hq: Workspace, tmp_path: Path
) -> None:
    with Workspace.create(tmp_path / "75", PASSPHRASE, branch="75") as other:
        introduce(other, hq)
        entry.save(other, sanction().__class__(**{**_plain(sanction()), "branch": "75"}))
        (tmp_path / "b").mkdir()
        send(other, str(tmp_path / "b"))
        assert _only(receive(hq, [str(tmp_path / "b")])).refusal is None
        before = state(hq)
        station, own = other.store.workstation, hq.store.workstation
        for lane, n in [
            (station, 1),
            (station, 2),
            (station, 400),
            (f"{own}.71", 400),
            (f"{own}-", 1),
            (f"{own}.75", 1),
            (own, 1),
        ]:
            got = receive_file(hq, forger.pack(forger.entry(w=lane, n=n)))
            assert got.refusal is not None, lane
            assert got.refusal.code in ("package.foreign_changes", "package.own_changes_lost"), lane
        assert state(hq) == before
        entry.save(other, sanction("2").__class__(**{**_plain(sanction("2")), "branch": "75"}))
        send(other, str(tmp_path / "b"))
        assert _only(receive(hq, [str(tmp_path / "b")])).merged.taken > 0


def _plain(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in type(record).__dataclass_fields__}


def test_a_branch_cannot_accept_its_own_month(forger: Forger, branch: Workspace, hq: Workspace) -> None:
    with branch.store.read() as reader:
        found = next(reader.records("submission"))
    heads = {"state": [list(head) for head in found.heads_of("state")]}
    for verdict in ("ACCEPTED", "RECEIVED", "RETURNED"):
        said = forger.entry(r="submission", id=found.id, set={"state": verdict}, base=heads)
        got = receive_file(hq, forger.pack(said))
        assert got.refusal is not None
        assert got.refusal.code == "package.not_theirs_to_say"
    assert board(hq, MAY, MAY).cell("71", MAY).state == "RECEIVED"


def test_the_manifest_must_be_the_headers_and_age_may_not_name_thousands(
    forger: Forger, branch: Workspace, hq: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("id", "sender", "branch", "kind"):
        got = receive_file(hq, forger.pack(manifest={part: "x"}))
        assert got.refusal is not None, part
        assert got.refusal.code == "package.damaged", part
    card = own_card(hq)
    many = [format_of.Receiver(card.workstation, card.seal_key)] * 400
    plain = format_of.write_package

    def crowded(target: Path, header: Any, frames: Any, _to: Any, keys: Any) -> Any:
        return plain(target, header, frames, many, keys)

    monkeypatch.setattr(format_of, "write_package", crowded)
    opened: list[Path] = []
    monkeypatch.setattr("desktop_app.services.receiving.open_package", lambda path, *_: opened.append(path))
    got = receive_file(hq, forger.pack())
    assert got.refusal is not None
    assert got.refusal.code == "package.damaged"
    assert not opened  # refused before the quadratic reading
