"""Taking changes of other workstations in: log, rows, conflicts and locks together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.ids import Head
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.record import Record
from desktop_app.domain.register import register_type, registers
from desktop_app.exchange.merge import Sorted, Sorter, faults_of, row_of, usable
from desktop_app.exchange.wire import MONTH_TEXTS, Carried, WireFault, is_month_text
from desktop_app.services.conflicts import begins_elsewhere, folded, keep_conflicts, logged
from desktop_app.services.orders import AFTER_CLOSING, after_closing
from desktop_app.services.peers import now
from desktop_app.services.recording import Recorder
from desktop_app.services.workspace import Workspace
from desktop_app.storage.log import Folded, LogRow, alone

if TYPE_CHECKING:
    from desktop_app.storage.work import Work

_REFERENCE_FIRST: Final = ("department", "person")
_MANY: Final = 400


@dataclass(slots=True)
class Merged:
    """What a merge did.

    Attributes:
        taken: changes that are new here.
        known: changes that were here already.
        waiting: changes that came before those they follow.
        forks: sequences stopped because one number has two changes.
        quarantined: changes kept but not shown, with their reason.
        after_closing: changes of submitted months outside a reopening; they count, and headquarters lists them.
        unreadable: what is no change at all (its text and hash do not agree): not kept, asked for again.
        conflicts: (register, record, field) with values side by side among the records touched.
    """

    taken: int = 0
    known: int = 0
    waiting: int = 0
    forks: list[str] = field(default_factory=list)
    quarantined: int = 0
    unreadable: int = 0
    after_closing: int = 0
    conflicts: list[tuple[str, str, str]] = field(default_factory=list)
    submissions: set[str] = field(default_factory=set)


Judge = Callable[[Iterable[tuple[LogRow, dict[str, Any]]]], None]


def _any(_taken: object) -> None:
    """Let everything in."""


class Merger:
    """Merges within one transaction that a service opened and commits."""

    def __init__(self, workspace: Workspace, work: Work, note: str, judge: Judge = _any) -> None:
        """Begin a merge.

        Args:
            note: hash of the log's note that something was received; the locks ask for it.
            judge: looks at what is new before it is taken, and raises where it may not be.
        """
        self._judge = judge
        self._workspace, self._work = workspace, work
        self._recorder = Recorder(workspace, work)
        self.result = Merged()
        self._faulty: set[Head] = set()
        self._of_months: list[LogRow] = []
        work.send()
        work.run("INSERT INTO merging(hash) VALUES (?)", (note,))
        reader = work.reader
        stopped = {row[0] for row in reader.rows("SELECT workstation FROM fork")}
        early = [row_of(*row) for row in reader.rows("SELECT entry, hash FROM waiting_change")]
        self._waiting: set[Head] = {(r[0].workstation, r[0].seq) for r in early if r is not None}
        self._sorter = Sorter(
            work.tail,
            self._stored,
            stopped,
            {(r[0].workstation, r[0].seq): r[0] for r in early if r is not None},
        )

    def _stored(self, lane: str, seq: int) -> str | None:
        rows = self._work.reader.rows(
            "SELECT hash FROM change WHERE workstation = ? AND seq = ?", [lane, seq]
        )
        return rows[0][0] if rows else None

    def take(self, carried: Iterable[Carried], sender: str) -> None:
        """Take a block of changes in."""
        self._sorter.found = found = Sorted()
        self._sorter.offer(carried)
        self._judge((row, found.bodies[row.workstation, row.seq]) for row in found.taken)
        self._work.take(found.taken)
        self._work.send()
        self._keep_aside(found, sender)
        self._project(found)
        self.result.taken += len(found.taken)
        self.result.known += found.known
        self.result.waiting += len(found.waiting)
        self.result.unreadable += len(found.bad)
        self.result.forks += [fork.workstation for fork in found.forks]

    def finish(self) -> Merged:
        """End the merge; the closed months are locked again."""
        self._work.send()
        if not self._workspace.branch:
            self._list_after_closing()
        self._work.run("DELETE FROM merging")
        return self.result

    def _list_after_closing(self) -> None:
        late = after_closing(self._work.reader, self._of_months)
        rows = [
            (r.workstation, r.seq, r.register, r.record, r.branch, AFTER_CLOSING, str(r.period), now())
            for r in late
        ]
        if rows:
            self._work.run(
                "INSERT INTO quarantine(workstation, seq, register, record, branch, reason, detail, moment) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows,
            )  # fmt: skip
        self.result.after_closing = len(rows)

    def _keep_aside(self, found: Sorted, sender: str) -> None:
        run = self._work.run
        if found.waiting:
            run("INSERT INTO waiting_change(workstation, seq, entry, hash, sender) VALUES (?, ?, ?, ?, ?)",
                [(r.workstation, r.seq, r.entry, r.hash, sender) for r in found.waiting])  # fmt: skip
        self._waiting.update((r.workstation, r.seq) for r in found.waiting)
        released = [(r.workstation, r.seq) for r in found.taken if (r.workstation, r.seq) in self._waiting]
        if released:
            run("DELETE FROM waiting_change WHERE workstation = ? AND seq = ?", released)
        if found.forks:
            run("INSERT INTO fork(workstation, seq, ours, theirs, sender, moment) VALUES (?, ?, ?, ?, ?, ?)",
                [(f.workstation, f.seq, f.ours, f.theirs, sender, now()) for f in found.forks])  # fmt: skip

    def _project(self, found: Sorted) -> None:
        by_register: dict[str, dict[str, list[LogRow]]] = defaultdict(lambda: defaultdict(list))
        orders: list[LogRow] = []
        for row in found.taken:
            self._quarantine(row, found.bodies[row.workstation, row.seq])
            if row.operation in ("closed", "reopen"):
                orders.append(row)
            elif row.register in registers():
                by_register[row.register][row.record].append(row)
                if registers()[row.register].monthly:
                    self._of_months.append(row)
        for register in sorted(by_register, key=_rank):
            self._project_register(register, by_register[register], found.bodies)
        self._work.send()
        for row in orders:
            self._order(row)

    def _quarantine(self, row: LogRow, body: dict[str, Any]) -> None:
        fault = faults_of(row, body)
        if fault is not None:
            self._faulty.add((row.workstation, row.seq))
            self.result.quarantined += 1
            self._work.run(
                "INSERT INTO quarantine(workstation, seq, register, record, branch, reason, detail, moment) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (row.workstation, row.seq, row.register, row.record, row.branch, *fault, now()),
            )

    def _project_register(
        self, register: str, changed: dict[str, list[LogRow]], bodies: dict[tuple[str, int], dict[str, Any]]
    ) -> None:
        here = self._existing(register, list(changed))
        kind = register_type(register)
        pairs: list[tuple[Record | None, Record]] = []
        for record_id, rows in changed.items():
            before = here.get(record_id)
            said = [bodies[row.workstation, row.seq] for row in rows]
            # A month that waited for its beginning is new here, and yet has changes in the log.
            fresh = before is None and register != "submission"
            if fresh and len(said) == 1 and "base" not in said[0]:
                sole = said[0]
                faulty = (sole["w"], sole["n"]) in self._faulty
                after = alone(register, usable(sole, kind) if faulty else sole)
                _check_month(after)
                pairs.append((None, after))
                continue
            found = self._folded(register, record_id, rows[0].branch, said, whole=fresh)
            after = found.to_record()
            if (
                before is None
                and not fresh
                and not _is_month(after)
                and begins_elsewhere(self._work.reader, record_id)
            ):
                continue
            _check_month(after)
            self._keep_conflicts(after, found, known=before is not None)
            pairs.append((before, after))
        if register == "department":
            titles = {(register, r.id): r.type.title(r.values) for _, r in pairs}
            self._workspace.store.remember_titles(titles)
        self._recorder.project(pairs)
        self._work.send()
        if register == "submission":
            self.result.submissions.update(changed)

    def project_again(self, register: str, records: list[str]) -> None:
        """Show records anew from the log: this version knows more of them than the one that took them in."""
        here = self._existing(register, records)
        pairs = []
        for record in records:
            found = self._folded(register, record, "", [], whole=False)
            after = found.to_record()
            self._keep_conflicts(after, found, known=True)
            pairs.append((here.get(record), after))
        self._recorder.project(pairs)
        self._work.send()

    def _existing(self, register: str, ids: list[str]) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for start in range(0, len(ids), _MANY):
            part = ids[start : start + _MANY]
            marks = ",".join("?" * len(part))
            found.update({r.id: r for r in self._work.reader.records(register, f"id IN ({marks})", part)})
        return found

    def _folded(
        self, register: str, record: str, branch: str, said: list[dict[str, Any]], *, whole: bool
    ) -> Folded:
        """Fold a record from its changes: those just taken when it is new here, else all of the log."""
        bodies = said if whole else logged(self._work.reader, record)
        return folded(register, record, branch, bodies)

    def _keep_conflicts(self, record: Record, found: Folded, *, known: bool) -> None:
        names = keep_conflicts(self._work, record, found, known=known)
        self.result.conflicts.extend((record.register, record.id, name) for name in names)

    def _order(self, row: LogRow) -> None:
        """Do what a note of closing or reopening orders."""
        order: dict[str, Any] = json.loads(row.entry).get("order", {})
        revision = int(order.get("revision", 0))
        if not revision:
            return
        if row.operation == "closed":
            here = [row.branch, row.period]
            last = self._work.reader.rows(
                "SELECT max(revision) FROM month_lock WHERE branch = ? AND period = ?", here
            )[0][0]
            if revision > int(last or 0):
                # What was changed after an earlier closing is in this one, and in its list of differences.
                self._work.run("DELETE FROM quarantine WHERE branch = ? AND reason = ? AND detail = ?",
                               (row.branch, AFTER_CLOSING, str(row.period)))  # fmt: skip
                self._work.run("INSERT INTO month_lock(branch, period, revision, hash) VALUES (?, ?, ?, ?)",
                               (row.branch, row.period, revision, row.hash))  # fmt: skip
            return
        values = [(row.branch, row.period, revision, str(record), str(order["until"]), row.hash)
                  for record in order["records"]]  # fmt: skip
        self._work.run(
            "INSERT INTO reopening(branch, period, revision, record, until, hash) VALUES (?, ?, ?, ?, ?, ?)",
            values,
        )


def _is_month(record: Record) -> bool:
    """Tell whether a month can be shown; one whose beginning did not come yet cannot."""
    try:
        _check_month(record)
    except WireFault:
        return False
    return True


def _check_month(record: Record) -> None:
    """Refuse a month that no screen could show: without number or state, or with texts of another build.

    Raises:
        WireFault: it is such a one.
    """
    if record.register != "submission":
        return
    values = record.values
    month, revision = values.month, values.revision
    if month is None or not 1 <= month % 100 <= 12 or not 1900 <= month // 100 < 9999:
        raise WireFault("submission.month")
    if (
        revision is None
        or not 1 <= revision <= 9999
        or values.state not in classifier("submission_states").by_code
    ):
        raise WireFault("submission.revision, state")
    for name in MONTH_TEXTS:
        if not is_month_text(name, getattr(values, name)):
            raise WireFault(f"submission.{name}")


def _rank(register: str) -> int:
    return _REFERENCE_FIRST.index(register) if register in _REFERENCE_FIRST else len(_REFERENCE_FIRST)


def show_what_became_known(workspace: Workspace) -> int:
    """Show changes that waited for a newer version and are understood now; return of how many records."""
    with workspace.store.read() as reader:
        rows = reader.rows(
            "SELECT register, record, detail FROM quarantine WHERE reason IN ('unknown_register', 'unknown_field')"
        )
    known: dict[str, list[str]] = defaultdict(list)
    for register, record, detail in rows:
        kind = registers().get(register)
        if kind and (detail == register or detail in kind.by_name) and record not in known[register]:
            known[register].append(record)
    if not any(known.values()):
        return 0
    with workspace.store.transaction(workspace.user) as work:
        merger = Merger(workspace, work, work.note("received", "package", "upgrade", "", 0, ""))
        for register in sorted(known, key=_rank):
            merger.project_again(register, known[register])
            work.run(
                "DELETE FROM quarantine WHERE register = ? AND record = ? AND reason IN ('unknown_register', 'unknown_field')",
                [(register, record) for record in known[register]],
            )
        merger.finish()
        work.flush()
    return sum(map(len, known.values()))
