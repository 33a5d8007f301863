"""Raw limits of writing: the very rows that a workspace holds, written again by plain statements.

Twice: into bare tables of a plain file (no key, no index, no guard), and into the product's own tables on
the driver itself (encrypted, indexed, guarded, searchable). The first says what the product costs in all,
the second what its code costs beside its database.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from desktop_app.domain.register import registers
from desktop_app.services.workspace import Workspace
from desktop_app.storage.codec import search_words
from desktop_app.storage.connection import open_connection

Searched = dict[str, list[tuple[int, str]]]


def raw_inserts(workspace: Workspace, path: Path, tables: tuple[str, ...]) -> float:
    """Insert the very rows that a workspace holds by plain executemany; return the seconds."""
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    spent = 0.0
    for table, names, rows in stored_rows(workspace, tables):
        raw.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        begin = time.perf_counter()
        with raw:
            raw.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
        spent += time.perf_counter() - begin
    raw.close()
    return spent


def stored_rows(workspace: Workspace, tables: Iterable[str]) -> Iterator[tuple[str, list[str], list[Any]]]:
    """Yield table, columns and rows."""
    with workspace.store.read() as reader:
        for table in tables:
            names = [row[1] for row in reader.rows(f"PRAGMA table_info({table})")]
            rows = reader.rows(f"SELECT {', '.join(names)} FROM {table}")
            if rows:
                yield table, names, rows


def searched(workspace: Workspace, tables: Iterable[str]) -> Searched:
    """Return what the search index holds of each register: a contentless index cannot be read back."""
    title = workspace.store.ref_title
    found: Searched = {}
    with workspace.store.read() as reader:
        for table in tables:
            if table in registers():
                rids = dict(reader.rows(f"SELECT id, rid FROM {table}"))
                found[table] = [(rids[r.id], search_words(r, title)) for r in reader.records(table)]
    return found


def stored_inserts(workspace: Workspace, folder: Path, tables: tuple[str, ...]) -> float:
    """Insert the same rows into the tables of a new workspace by plain executemany; return the seconds."""
    rows = list(stored_rows(workspace, tables))
    words = searched(workspace, tables)
    with Workspace.create(folder, "benchmark phrase") as target:
        connection = open_connection(target.store.path, target.opened.key)
        begin = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for table, names, found in rows:
            marks = ", ".join("?" * len(names))
            connection.executemany(
                f"INSERT OR IGNORE INTO {table}({', '.join(names)}) VALUES ({marks})", found
            )
        for register, texts in words.items():
            connection.executemany(f"INSERT INTO {register}_search(rowid, words) VALUES (?, ?)", texts)
        connection.execute("COMMIT")
        spent = time.perf_counter() - begin
        connection.close()
    return spent
