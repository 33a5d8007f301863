"""One save and the import of all workbooks beside hand-written durable sqlite3 and bare calamine."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.ledger import note
from benchmarks.million import build
from benchmarks.raw import raw_inserts, stored_inserts
from desktop_app.core.ids import new_record_id, new_workstation_id, settled_id
from desktop_app.domain.identifiers import check_digit
from desktop_app.domain.record import new_record
from desktop_app.services import entry
from desktop_app.services.demonstration import sample_workbooks
from desktop_app.services.intake import import_workbooks
from desktop_app.services.workspace import Workspace
from desktop_app.storage.connection import open_connection

_SAVES = 120
_TABLES = (
    "sanction",
    "complaint",
    "finding",
    "person",
    "department",
    "change",
    "problem",
    "tally",
    "import_row",
)


def measure() -> None:
    """Measure saves, then imports."""
    with build() as workspace, tempfile.TemporaryDirectory(dir="build") as folder:
        _save(workspace, Path(folder))
    with tempfile.TemporaryDirectory(dir="build") as folder:
        _import(Path(folder))


def _record(number: int) -> Any:
    return new_record(
        "sanction", "71", employee=f"Сынақ Адам {number}", iin=f"8501013{number:05d}", department="Бөлім 71", position="бас маман", category="STAFF", kind="V07",
        committed=date(2023, 5, 1), discovered=date(2023, 5, 2), explained=date(2023, 5, 4), type="REMARK", order_no=f"{number}-сынақ", order_date=date(2023, 5, 8),
        announced=date(2023, 5, 9),
    )  # fmt: skip


def _sound(number: int) -> Any:
    """A record whose identification number is sound, so that its employee is found by it."""
    body = f"8501013{number:04d}"
    return _record(number).with_values(
        iin=f"{body}{check_digit(body) if check_digit(body) is not None else 0}"
    )


def _save(workspace: Workspace, folder: Path) -> None:
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    with workspace.store.read() as reader:
        # People of their own for each run: an employee's earlier sanctions would be looked at again with each save.
        base = int(reader.rows("SELECT count(*) FROM person")[0][0])
    template = entry.save(workspace, _record(0)).record
    with workspace.store.read() as reader:
        columns = [row[1] for row in reader.rows("PRAGMA table_info(sanction)")]
        row = list(reader.rows("SELECT * FROM sanction WHERE id = ?", [template.id])[0])
        log = list(reader.rows("SELECT * FROM change WHERE record = ?", [template.id])[0])
    raw.execute(f"CREATE TABLE sanction ({', '.join(columns)}, PRIMARY KEY (rid))")
    raw.execute("CREATE TABLE change (a, b, c, d, e, f, g, h, i, j, k, PRIMARY KEY (a, b))")
    marks = ", ".join("?" * len(row))
    body = json.loads(log[9])

    def raw_save(number: int) -> None:
        raw.execute("BEGIN IMMEDIATE")
        text = json.dumps({**body, "n": number}, ensure_ascii=False)
        raw.execute(f"INSERT INTO sanction VALUES ({marks})", [number, *row[1:]])
        raw.execute(
            "INSERT INTO change VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [log[0], number, *log[2:9], text, hashlib.sha256(text.encode()).hexdigest()],
        )
        raw.execute("COMMIT")

    stored_save = _stored_save(workspace, columns, row, log)
    ours, bare = [], []
    # Employees are there already: one save writes one row, its log row and its search entry.
    cards = [
        new_record(
            "person", "71", settled_id("person", r.values.iin), name=r.values.employee, iin=r.values.iin
        )
        for r in map(_sound, range(base, base + _SAVES))
    ]
    for card in cards:
        if entry.load(workspace, "person", card.id) is None:
            entry.save(workspace, card)
    for number in range(1, _SAVES):
        record = _sound(base + number)
        bare.append(_timed(lambda n=number: raw_save(n)))
        ours.append(_timed(lambda r=record: entry.save(workspace, r)))
    # Not in turns with ours: a write by another connection empties the page cache of the first.
    stored = [_timed(lambda n=number: stored_save(n)) for number in range(1, _SAVES)]
    for name, place, bar in (("wall", 0, 1.2), ("processor", 1, 3.0)):
        taken = statistics.median(x[place] for x in ours[10:])
        for tables, raw_ in (("bare tables", bare), ("the tables as they are", stored)):
            note(f"one save, {name}; {tables}", taken, statistics.median(x[place] for x in raw_[10:]), bar)


def _stored_save(workspace: Workspace, columns: list[str], row: list[Any], log: list[Any]) -> Any:
    """Return a save written by hand into the product's own tables, on a connection of its own."""
    connection = open_connection(workspace.store.path, workspace.opened.key)
    lane, body = new_workstation_id(), json.loads(log[9])
    key = columns.index("id")
    places = ", ".join("?" * len(row))
    last = int(connection.execute("SELECT rid FROM sanction ORDER BY rid DESC LIMIT 1").fetchone()[0])

    def save(number: int) -> None:
        nonlocal last
        connection.execute("BEGIN IMMEDIATE")
        # The numbers of the rows go on from what the product has written in between.
        last = int(connection.execute("SELECT rid FROM sanction ORDER BY rid DESC LIMIT 1").fetchone()[0]) + 1
        text = json.dumps({**body, "w": lane, "n": number}, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
        record = new_record_id()
        values = [last, *row[1:]]
        values[key] = record
        connection.execute(f"INSERT INTO sanction({', '.join(columns)}) VALUES ({places})", values)
        connection.execute("INSERT INTO change VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                           [lane, number, *log[2:5], record, *log[6:9], text, digest])  # fmt: skip
        connection.execute("INSERT INTO search_waiting(register, rid, words) VALUES ('sanction', ?, ?)",
                           [last, row[columns.index("employee")]])  # fmt: skip
        connection.execute(
            "INSERT INTO tally(register, period, branch, key, n) VALUES ('sanction', 202305, '71', 'bench', 1) "
            "ON CONFLICT (register, period, branch, key) DO UPDATE SET n = tally.n + excluded.n"
        )
        connection.execute("COMMIT")

    return save


def _timed(work: Any) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def _import(folder: Path) -> None:
    from python_calamine import CalamineWorkbook

    def read() -> None:
        for path in sample_workbooks():
            with CalamineWorkbook.from_path(path) as book:
                for name in book.sheet_names:
                    book.get_sheet_by_name(name).to_python()

    ours, cells, inserts, stored = [], [], [], []
    for number in range(3):
        with Workspace.create(folder / f"ws{number}", "benchmark phrase") as workspace:
            begin = time.perf_counter()
            import_workbooks(workspace, sample_workbooks())
            ours.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            read()
            cells.append(time.perf_counter() - begin)
            inserts.append(raw_inserts(workspace, folder / f"raw{number}.db", _TABLES))
            stored.append(stored_inserts(workspace, folder / f"stored{number}", _TABLES))
    for name, raw in (("bare tables", inserts), ("the tables as they are", stored)):
        note(
            f"import of twenty workbooks; {name}",
            statistics.median(ours),
            statistics.median(cells) + statistics.median(raw),
            3.0,
        )
