"""Packing, unpacking and merging 100,000 changes, and receiving a gigabyte, beside their raw limits."""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import zstandard

from benchmarks.ledger import limit, note
from benchmarks.million import PASSPHRASE, build_with
from benchmarks.raw import raw_inserts, searched, stored_inserts, stored_rows
from desktop_app.exchange import package as format_of
from desktop_app.exchange.keycard import card_of, new_keys
from desktop_app.exchange.wire import changes_of
from desktop_app.services import parcels
from desktop_app.services.listing import Listing, ListQuery
from desktop_app.services.peers import add_peer, card_text, own_card, own_keys, peers
from desktop_app.services.receiving import receive_file
from desktop_app.services.workspace import Workspace
from tests.postgres import binaries, new_database, running_server

CHANGES = 100_000
_PACKINGS = 5
_BRANCH = "71"
_TABLES = ("change", "sanction", "person", "department", "problem")


def measure() -> None:
    """Measure in a folder of its own."""
    with tempfile.TemporaryDirectory(dir="build") as folder:
        _changes(Path(folder))
        limit("memory while receiving a package of 1 GB", _gigabyte(Path(folder)), 200, "MB")


def _changes(folder: Path) -> None:
    branch = build_with(folder / "branch", CHANGES, _BRANCH)
    headquarters = Workspace.create(folder / "hq", PASSPHRASE)
    add_peer(branch, card_text(headquarters))
    add_peer(headquarters, card_text(branch))
    path = folder / "package.tzp"
    to = list(peers(branch).values())
    with branch.store.read() as reader:
        rows = reader.rows("SELECT entry, hash FROM change ORDER BY workstation, seq")
    recipient = pyrage.x25519.Recipient.from_str(own_card(headquarters).seal_key)
    packed, bare_packed = [], []
    for _ in range(_PACKINGS):
        begin = time.perf_counter()
        parcel = parcels.parcel_for(branch, _BRANCH, to, whole=True)
        header, count = parcels.write(branch, path, parcel, "data"), parcel.count
        packed.append(time.perf_counter() - begin)
        bare_packed.append(_bare_pack(rows, recipient, folder / "bare"))
    assert count == len(rows)
    note(f"pack {count:,} changes", statistics.median(packed), statistics.median(bare_packed), 2.0)
    keys = own_keys(headquarters)
    header, line, signature = format_of.read_header(path)
    begin = time.perf_counter()
    format_of.check_package(path, header, line, signature, own_card(branch).sign_key)
    format_of.open_package(
        path, header, keys, lambda letter, body: changes_of(body) and None if letter == b"C" else None
    )
    note(
        f"unpack {count:,} changes",
        time.perf_counter() - begin,
        _bare_unpack(folder / "bare", keys.seal_identity),
        2.0,
    )
    begin = time.perf_counter()
    got = receive_file(headquarters, path)
    merged = time.perf_counter() - begin
    assert got.refusal is None, got.refusal
    bare = raw_inserts(headquarters, folder / "raw.db", _TABLES)
    note(f"merge {count:,} changes, SQLite; bare tables", merged, bare, 3.0)
    stored = stored_inserts(headquarters, folder / "stored", _TABLES)
    note(f"merge {count:,} changes, SQLite; the tables as they are", merged, stored, 3.0)
    limit("slowest page of a list while receiving", _slowest_page(folder, branch), 250, "ms")
    if binaries() is None:
        print("PostgreSQL is not installed: its merge is not measured", flush=True)
    else:
        with running_server() as server:
            stored = _stored_copy(headquarters, new_database(server))
            _postgres(folder, branch, headquarters, new_database(server), stored)
    branch.close()
    headquarters.close()


def _stored_copy(source: Workspace, url: str) -> float:
    """COPY the same rows and search texts into staging tables and insert them into the product's own; return the seconds."""
    import psycopg

    from desktop_app.storage.postgres import PostgresStore

    rows = [*stored_rows(source, _TABLES)]
    rows += [(f"{r}_search", ["rid", "words"], texts) for r, texts in searched(source, _TABLES).items()]
    PostgresStore.join(url, {"workstation": "benchstored0"}).close()
    with psycopg.connect(url) as connection:
        begin = time.perf_counter()
        for table, names, found in rows:
            _staged(connection, table, f"LIKE {table}", names, found)
        connection.commit()
        return time.perf_counter() - begin


def _staged(connection: Any, table: str, shape: str, names: list[str], rows: list[Any]) -> None:
    """COPY rows into a staging table of the given shape and insert them into the table itself."""
    listed = ", ".join(names)
    connection.execute(f"CREATE TEMP TABLE stage_{table} ({shape})")
    with connection.cursor().copy(f"COPY stage_{table} ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute(
        f"INSERT INTO {table} ({listed}) SELECT {listed} FROM stage_{table} ON CONFLICT DO NOTHING"
    )


def _slowest_page(folder: Path, branch: Workspace) -> float:
    """Receive the same changes once more, this time with an analyst looking; return milliseconds."""
    with Workspace.create(folder / "watched", PASSPHRASE) as watched:
        add_peer(branch, card_text(watched))
        add_peer(watched, card_text(branch))
        path = folder / "watched.tzp"
        to = list(peers(branch).values())
        parcels.write(branch, path, parcels.parcel_for(branch, _BRANCH, to, whole=True), "data")
        slowest = _watch(watched)
        got = receive_file(watched, path)
        assert got.refusal is None, got.refusal
        return slowest() * 1000


def _postgres(folder: Path, branch: Workspace, other: Workspace, url: str, stored: float) -> None:
    """Merge the same changes into PostgreSQL, beside COPY into a staging table and one upsert a table."""
    import psycopg

    with Workspace.create(folder / "shared", PASSPHRASE, database=url) as shared:
        add_peer(branch, card_text(shared))
        add_peer(shared, card_text(branch))
        path = folder / "shared.tzp"
        to = list(peers(branch).values())
        parcels.write(branch, path, parcels.parcel_for(branch, _BRANCH, to, whole=True), "data")
        begin = time.perf_counter()
        got = receive_file(shared, path)
        merged = time.perf_counter() - begin
        assert got.refusal is None, got.refusal
    raw = 0.0
    with other.store.read() as reader, psycopg.connect(url) as connection:
        for table in ("change", "sanction"):
            rows = reader.rows(f"SELECT * FROM {table}")
            names = [f"c{n}" for n in range(len(rows[0]))]
            kinds = ", ".join(
                f"{n} {'integer' if isinstance(v, int) else 'text'}"
                for n, v in zip(names, rows[0], strict=True)
            )
            connection.execute(f"CREATE TABLE raw_{table} ({kinds}, PRIMARY KEY (c0, c1))")
            begin = time.perf_counter()
            _staged(connection, f"raw_{table}", kinds, names, rows)
            connection.commit()
            raw += time.perf_counter() - begin
    note(f"merge {CHANGES:,} changes, PostgreSQL; bare tables", merged, raw, 2.0)
    note(f"merge {CHANGES:,} changes, PostgreSQL; the tables as they are", merged, stored, 2.0)


def _bare_pack(rows: list[Any], recipient: Any, target: Path) -> float:
    begin = time.perf_counter()
    plain = b"".join(msgspec.json.encode(rows[i : i + 1000]) for i in range(0, len(rows), 1000))
    with target.open("wb") as file:
        pyrage.encrypt_io(io.BytesIO(zstandard.ZstdCompressor(3).compress(plain)), file, [recipient])
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - begin


def _bare_unpack(source: Path, identity: str) -> float:
    begin = time.perf_counter()
    out = io.BytesIO()
    with source.open("rb") as file:
        pyrage.decrypt_io(file, out, [pyrage.x25519.Identity.from_str(identity)])
    plain = zstandard.ZstdDecompressor().decompress(out.getvalue(), max_output_size=1 << 30)
    for block in plain.split(b"]][["):
        msgspec.json.decode(b"[[" + block.strip(b"[]") + b"]]", type=list[tuple[str, str]])
    return time.perf_counter() - begin


def _watch(workspace: Workspace) -> Any:
    """Read a page of a list over and over in another thread; return a function that ends it and tells the slowest."""
    slowest, stop = [0.0], threading.Event()

    def look() -> None:
        listing = Listing(workspace)
        while not stop.is_set():
            begin = time.perf_counter()
            listing.begin(ListQuery("sanction"))
            listing.count()
            listing.page(0)
            slowest[0] = max(slowest[0], time.perf_counter() - begin)
            stop.wait(0.05)

    thread = threading.Thread(target=look)
    thread.start()

    def end() -> float:
        stop.set()
        thread.join()
        return slowest[0]

    return end


def _gigabyte(folder: Path) -> float:
    """Receive a package of a gigabyte in a process of its own; return its peak memory in MB."""
    keys = new_keys()
    with Workspace.create(folder / "big", PASSPHRASE) as headquarters:
        card = card_of(keys, "b" * 12, _BRANCH, "bench")
        from desktop_app.exchange.keycard import write_card

        add_peer(headquarters, write_card(card, keys))
        own = own_card(headquarters)
        header = format_of.Header(
            1, "data", format_of.new_package_id(), _BRANCH, card.workstation, (own.workstation,), 1, "", ""
        )

        def frames() -> Any:
            said = {"id": header.id, "sender": header.sender, "branch": _BRANCH, "kind": "data", "vector": {}}
            yield b"M", msgspec.json.encode(said)
            for _ in range(1024 * 1024 * 1024 // 8_000_000 + 1):
                yield b"B", os.urandom(8_000_000)

        path = folder / "big.tzp"
        format_of.write_package(
            path, header, frames(), [format_of.Receiver(own.workstation, own.seal_key)], keys
        )
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from desktop_app.services.receiving import receive_file\nfrom desktop_app.services.workspace import Workspace\n"
        f"w = Workspace.open(Path(sys.argv[1]), {PASSPHRASE!r})\ngot = receive_file(w, Path(sys.argv[2]))\n"
        "assert got.refusal is None, got.refusal\nprint(int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]) / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder / "big"), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
