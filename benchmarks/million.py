"""A database of a million sanctions and their log, built once and kept under ``build/``."""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from desktop_app.core.clock import stamp_text
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.law.labour import in_force_until
from desktop_app.domain.record import new_record
from desktop_app.services.workspace import Workspace
from desktop_app.storage import tables
from desktop_app.storage.codec import dumps, encode_row, encode_values, search_words
from desktop_app.storage.connection import open_connection
from desktop_app.storage.log import GENESIS, text_hash
from desktop_app.storage.shape import source_shape

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 1_000_000
FOLDER = Path("build") / f"bench-{COUNT}-{source_shape()}"
PASSPHRASE = "benchmark phrase"  # noqa: S105 - invented data
_CHUNK = 20_000
_SURNAMES = "Ахметов Оспанов Сәрсенов Қалиев Әбдіров Есенов Ким Петров Иванов Төлегенов Жұмабаев Нұрланов Ысқақов Өтеуов".split()
_NAMES = "Ерлан Тимур Асан Қайрат Мұрат Олжас Руслан Серік Нұрлан Жандос Ілияс Өмір Әділ Дәурен".split()


def _records(count: int, only: str = "") -> Any:
    dice = random.Random(1)
    kinds = [c.code for c in classifier("violation_kinds").codes]
    risks = {c.code: c.more["corruption_risk"] for c in classifier("violation_kinds").codes}
    branches = [c.code for c in classifier("branches").codes if only in ("", c.code)]
    departments = {b: new_record("department", b, name=f"Бөлім {b}") for b in branches}
    for number in range(count):
        branch = branches[number % len(branches)]
        ordered = date(2022, 1, 1) + timedelta(days=dice.randrange(730))
        kind = dice.choice(kinds)
        name = f"{dice.choice(_SURNAMES)} {dice.choice(_NAMES)} {dice.choice(_NAMES)}ұлы"
        yield new_record(
            "sanction", branch, employee=name, iin=f"{850000000000 + number}", person=f"{number // 3:032x}", department=departments[branch].id,
            position="бас маман", category=dice.choice(["HEAD", "DEPUTY", "STAFF", "STAFF"]), kind=kind, violation_no=f"СБД-2023-{number:07d}",
            committed=ordered - timedelta(days=30), discovered=ordered - timedelta(days=20), explained=ordered - timedelta(days=15),
            type=dice.choice(["REMARK", "REMARK", "REPRIMAND", "SEVERE"]), order_no=f"{number}-ж/қ", order_date=ordered,
            announced=ordered + timedelta(days=1), risk_marked=False, expires=in_force_until(ordered), corruption=risks[kind],
        )  # fmt: skip


def build() -> Workspace:
    """Return the workspace, building it when it is not there."""
    if not (FOLDER / "ready").exists():
        workspace = Workspace.create(FOLDER, PASSPHRASE)
        _fill(workspace)
        workspace.close()
        (FOLDER / "ready").touch()
    return Workspace.open(FOLDER, PASSPHRASE)


def build_with(folder: Path, count: int, branch: str) -> Workspace:
    """Return a new workspace of one branch with as many sanctions, their log its own."""
    workspace = Workspace.create(folder, PASSPHRASE, branch=branch)
    _fill(workspace, count, branch)
    return workspace


def _fill(workspace: Workspace, count: int = COUNT, only: str = "") -> None:
    table = tables.register_table("sanction")
    columns = [column.name for column in table.columns]
    connection = open_connection(workspace.store.path, workspace.opened.key)
    indexes = list(
        connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'sanction' AND sql IS NOT NULL"
        )
    )
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    insert = f"INSERT INTO sanction({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    prev, tally, rid = GENESIS, {}, 0
    lane = workspace.store.workstation if only else "bench0000000"
    rows: list[Any] = []
    log: list[Any] = []
    words: list[Any] = []

    def send() -> None:
        connection.execute("BEGIN")
        connection.executemany(insert, rows)
        connection.executemany(f"INSERT INTO change VALUES ({', '.join('?' * 11)})", log)
        connection.executemany("INSERT INTO sanction_search(rowid, words) VALUES (?, ?)", words)
        connection.execute("COMMIT")
        rows.clear(), log.clear(), words.clear()

    for record in _records(count, only):
        rid += 1
        encoded = encode_values(record)
        row = {
            **encode_row(record, encoded, None),
            "rid": rid,
            "heads": dumps({"*": [[lane, rid]]}),
        }
        rows.append([row[name] for name in columns])
        entry = dumps({"w": lane, "n": rid, "t": stamp_text(rid), "u": "bench", "r": "sanction", "id": record.id, "op": "set",
                       "b": record.branch, "p": record.period, "set": {k: v for k, v in encoded.items() if v is not None}, "prev": prev})  # fmt: skip
        prev = text_hash(entry)
        log.append(
            [
                lane,
                rid,
                stamp_text(rid),
                "bench",
                "sanction",
                record.id,
                "set",
                record.branch,
                record.period,
                entry,
                prev,
            ]
        )
        words.append([rid, search_words(record, lambda _register, _id: "")])
        key = (record.period, record.branch, "|".join(str(encoded[n] or "") for n in record.type.tallied))
        tally[key] = tally.get(key, 0) + 1
        if len(rows) >= _CHUNK:
            send()
            if rid % 100_000 == 0:
                print(f"  … {rid}", flush=True)
    send()
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO tally(register, period, branch, key, n) VALUES ('sanction', ?, ?, ?, ?)",
        [[*k, n] for k, n in tally.items()],
    )
    connection.execute("COMMIT")
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
