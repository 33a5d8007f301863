"""Random workstations, edits, voids, partitions, lost, doubled and reordered packages, clocks that jump: all converge."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from desktop_app.domain.record import EVERY, Record, new_record
from desktop_app.exchange.merge import Sorter
from desktop_app.storage.codec import encode_values
from desktop_app.storage.log import GENESIS, Folded, LogRow, difference, entry_text, text_hash

IDS = [f"{n:032x}" for n in range(3)]
FIELDS = st.sampled_from(["employee", "order_no", "note", "type"])
VALUES = st.sampled_from(["А", "Б", "В", None])
NAMES = "abc"


class Station:
    """One workstation: its log, its clock, and records as fold makes them; no rule of merging is written here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.log: dict[tuple[str, int], LogRow] = {}
        self.early: dict[tuple[str, int], LogRow] = {}
        self.clock = 1000

    def tail(self, lane: str) -> tuple[int, str]:
        numbers = [n for w, n in self.log if w == lane]
        return (max(numbers), self.log[lane, max(numbers)].hash) if numbers else (0, GENESIS)

    def folded(self, record: str) -> Folded | None:
        rows = [row for row in self.log.values() if row.record == record]
        if not rows:
            return None
        found = Folded("sanction", record, "71")
        for row in rows:
            found.apply(json.loads(row.entry))
        return found

    def record(self, record: str) -> Record | None:
        found = self.folded(record)
        return found.to_record() if found else None

    def write(self, record: str, **values: Any) -> Record:
        before = self.record(record)
        void = values.pop("void", None)
        after = (before or new_record("sanction", "71", record)).with_values(**values)
        if void is not None:
            after = dataclasses.replace(after, void_reason=void)
        change = difference(before, after, encode_values(before) if before else {}, encode_values(after))
        if before is None or change:
            seq, prev = self.tail(self.name)
            self.clock += 1
            head = {"w": self.name, "n": seq + 1, "t": f"{self.clock:016x}", "u": self.name, "r": "sanction", "id": record,
                    "op": "set", "b": "71", "p": 0}  # fmt: skip
            entry = entry_text(head, change, "", prev)
            self.log[self.name, seq + 1] = LogRow(self.name, seq + 1, head["t"], self.name, "sanction", record, "set",
                                                  "71", 0, entry, text_hash(entry))  # fmt: skip
        return after

    def package(self) -> list[tuple[str, str]]:
        return [(row.entry, row.hash) for _, row in sorted(self.log.items())]

    def receive(self, carried: list[tuple[str, str]]) -> None:
        sorter = Sorter(
            self.tail, lambda w, n: self.log[w, n].hash if (w, n) in self.log else None, set(), self.early
        )
        sorter.offer(carried)
        assert not sorter.found.forks
        assert not sorter.found.bad
        for row in sorter.found.taken:
            self.log[row.workstation, row.seq] = row
            self.early.pop((row.workstation, row.seq), None)
        for row in sorter.found.waiting:
            self.early[row.workstation, row.seq] = row

    def state(self) -> Any:
        found = {record: self.folded(record) for record in IDS}
        return {
            key: (encode_values(f.to_record()), f.to_record().void_reason, f.to_record().heads,
                  {name: [(v.head, v.value) for v in versions] for name, versions in f.conflicts().items()})
            for key, f in found.items() if f is not None
        }  # fmt: skip


class Country(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.stations = {name: Station(name) for name in NAMES}

    @rule(name=st.sampled_from(NAMES), record=st.sampled_from(IDS), field=FIELDS, value=VALUES)
    def edit(self, name: str, record: str, field: str, value: str | None) -> None:
        station = self.stations[name]
        station.write(record, **{field: value})
        seen = station.record(record)
        # What its author saves is what its author then sees, whatever the clocks say.
        assert seen is not None
        assert getattr(seen.values, field) == value
        folded = station.folded(record)
        assert folded is not None

    @rule(name=st.sampled_from(NAMES), record=st.sampled_from(IDS), reason=st.sampled_from(["", "қате"]))
    def void(self, name: str, record: str, reason: str) -> None:
        if self.stations[name].record(record) is not None:
            self.stations[name].write(record, void=reason)
            assert self.stations[name].record(record).void_reason == reason  # type: ignore[union-attr]

    @rule(name=st.sampled_from(NAMES), jump=st.integers(-100_000, 100_000))
    def jump(self, name: str, jump: int) -> None:
        self.stations[name].clock = max(1, self.stations[name].clock + jump)

    @rule(data=st.data(), giver=st.sampled_from(NAMES), taker=st.sampled_from(NAMES))
    def exchange(self, data: st.DataObject, giver: str, taker: str) -> None:
        """A package in any order, with parts lost and parts doubled."""
        whole = self.stations[giver].package()
        part = data.draw(st.lists(st.sampled_from(whole), max_size=2 * len(whole))) if whole else []
        self.stations[taker].receive(part)

    @invariant()
    def order_of_delivery_does_not_matter(self) -> None:
        for station in getattr(self, "stations", {}).values():
            other = Station("x")
            other.receive(station.package()[::-1])
            assert other.state() == station.state()
            assert not other.early

    @invariant()
    def nothing_seen_stands_beside_what_saw_it(self) -> None:
        for station in getattr(self, "stations", {}).values():
            seen = {
                (row.record, name, tuple(head))
                for row in station.log.values()
                for name, heads in json.loads(row.entry).get("base", {}).items()
                if name in json.loads(row.entry)["set"]
                for head in heads
            }
            for record in IDS:
                found = station.record(record)
                for name, heads in (found.heads if found else {}).items():
                    assert name == EVERY or not any((record, name, head) in seen for head in heads)

    def teardown(self) -> None:
        if not hasattr(self, "stations"):
            return
        for giver in self.stations.values():
            for taker in self.stations.values():
                taker.receive(giver.package())
        states = [station.state() for station in self.stations.values()]
        assert states[0] == states[1] == states[2]
        logs = [sorted(row.hash for row in station.log.values()) for station in self.stations.values()]
        assert logs[0] == logs[1] == logs[2]
        self._every_unseen_difference_is_listed()

    def _every_unseen_difference_is_listed(self) -> None:
        """Counted another way: a value counts unless some change names its head among what it saw."""
        station = self.stations["a"]
        bodies = [json.loads(row.entry) for row in station.log.values()]
        for record in IDS:
            mine = [b for b in bodies if b["id"] == record]
            names = {name for b in mine for name in b["set"]}
            expected = {}
            for name in names - {"_void"}:
                seen = {tuple(h) for b in mine for h in b.get("base", {}).get(name, ())}
                left = {b["set"][name] for b in mine if name in b["set"] and (b["w"], b["n"]) not in seen}
                if len(left) > 1:
                    expected[name] = left
            folded = station.folded(record)
            listed = (
                {n: {v.value for v in versions} for n, versions in folded.conflicts().items()}
                if folded
                else {}
            )
            voids = listed.pop("_void", None)
            assert listed == expected
            assert bool(voids) == self._is_void_doubtful(mine)

    @staticmethod
    def _is_void_doubtful(bodies: list[dict[str, Any]]) -> bool:
        """A void and another void's reason, or a void and an edit, that nobody saw together."""
        gone = {
            (name, tuple(h)) for b in bodies for name in b["set"] for h in b.get("base", {}).get(name, ())
        }
        live = [(b, name) for b in bodies for name in b["set"] if (name, (b["w"], b["n"])) not in gone]
        saw = {(b["w"], b["n"]): {tuple(h) for h in b.get("base", {}).get("_void", ())} for b in bodies}
        voids = [b for b, name in live if name == "_void"]
        if len({b["set"]["_void"] for b in voids}) > 1:
            return True
        return any(
            v["set"]["_void"] and name != "_void" and (b["w"], b["n"]) not in saw[v["w"], v["n"]]
            and (v["w"], v["n"]) not in saw[b["w"], b["n"]] and b is not v
            for v in voids for b, name in live
        )  # fmt: skip


Country.TestCase.settings = settings(
    max_examples=300, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCountry = Country.TestCase


def test_two_edits_that_did_not_see_each_other_are_both_kept_and_one_that_saw_both_decides() -> None:
    a, b = Station("a"), Station("b")
    a.write(IDS[0], employee="Оспанов", note="бір")
    b.receive(a.package())
    b.clock = 99_000
    a.write(IDS[0], note="екі")
    b.write(IDS[0], note="үш")
    a.receive(b.package())
    folded = a.folded(IDS[0])
    assert folded is not None
    assert {v.value for v in folded.conflicts()["note"]} == {"екі", "үш"}
    assert folded.to_record().values.note == "үш"  # the later stamp is shown meanwhile
    # A clock years behind: the informed edit still wins everywhere.
    a.clock = 1
    a.write(IDS[0], note="төрт")
    b.receive(a.package())
    for station in (a, b):
        found = station.folded(IDS[0])
        assert found is not None
        assert not found.conflicts()
        assert found.to_record().values.note == "төрт"


def test_the_same_number_with_another_change_is_a_fork_and_stops_only_its_source() -> None:
    a, b, clone = Station("a"), Station("b"), Station("a")
    a.write(IDS[0], note="бір")
    clone.write(IDS[0], note="басқа")
    b.write(IDS[1], note="үш")
    sorter = Sorter(a.tail, lambda w, n: a.log[w, n].hash if (w, n) in a.log else None, set(), {})
    clone.write(IDS[1], note="тағы")
    sorter.offer([*clone.package(), *b.package()])
    assert [(f.workstation, f.seq) for f in sorter.found.forks] == [("a", 1)]
    assert [row.workstation for row in sorter.found.taken] == ["b"]


def test_a_gap_waits_and_a_broken_chain_is_no_change() -> None:
    a, b = Station("a"), Station("b")
    for text in ("бір", "екі", "үш"):
        a.write(IDS[0], note=text)
    first, second, third = a.package()
    b.receive([third])
    assert not b.log
    assert len(b.early) == 1
    b.receive([first])
    assert len(b.log) == 1
    b.receive([second])
    assert len(b.log) == 3
    other = Station("a")
    for text in ("бір", "басқа", "тағы"):
        other.write(IDS[0], note=text)
    short = Station("b")
    short.receive([first, second])
    sorter = Sorter(short.tail, lambda w, n: short.log[w, n].hash if (w, n) in short.log else None, set(), {})
    sorter.offer([other.package()[2]])
    assert [(f.workstation, f.seq) for f in sorter.found.forks] == [("a", 3)]
    sorter = Sorter(lambda _w: (0, GENESIS), lambda _w, _n: None, set(), {})
    sorter.offer(
        [
            (first[0].replace("бір", "жүз"), first[1]),
            ("{}", text_hash("{}")),
            ("no json", text_hash("no json")),
        ]
    )
    assert len(sorter.found.bad) == 3
    assert not sorter.found.taken


def test_a_void_and_an_edit_that_did_not_see_each_other_are_listed_and_decided() -> None:
    a, b = Station("a"), Station("b")
    a.write(IDS[0], employee="Оспанов", note="бір")
    b.receive(a.package())
    a.write(IDS[0], void="қайталанған")
    b.write(IDS[0], note="маңызды")
    a.receive(b.package())
    b.receive(a.package())
    for station in (a, b):
        folded = station.folded(IDS[0])
        assert folded is not None
        assert [v.value for v in folded.conflicts()["_void"]] == ["қайталанған", ""]
    b.clock = 5
    b.write(IDS[0], void="")
    a.receive(b.package())
    found = a.folded(IDS[0])
    assert found is not None
    assert found.to_record().void_reason == ""
    assert not found.conflicts()
    # Who edits a void record knows that it is void: nothing to decide.
    a.clock = 1
    a.write(IDS[0], void="бәрібір")
    a.write(IDS[0], note="кейін")
    again = a.folded(IDS[0])
    assert again is not None
    assert again.to_record().void_reason == "бәрібір"
    assert not again.conflicts()
