"""The same headquarters on both databases: store, merge, board and reports give the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from desktop_app.core.errors import EnvironmentFault, Refusal, UsageFault
from desktop_app.core.periods import Period
from desktop_app.domain.record import new_record
from desktop_app.exchange.wire import changes_of
from desktop_app.services import care, conflicts, entry
from desktop_app.services.board import board, bridge
from desktop_app.services.demonstration import sample_workbooks
from desktop_app.services.intake import import_workbooks
from desktop_app.services.listing import Listing, ListQuery
from desktop_app.services.merging import Merger
from desktop_app.services.papers import paper
from desktop_app.services.parcels import vector_of
from desktop_app.services.printing import documents, print_report
from desktop_app.services.receiving import receive
from desktop_app.services.recording import Recorder
from desktop_app.services.sending import send
from desktop_app.services.summary import summary
from desktop_app.services.verdicts import accept, return_month
from desktop_app.services.workspace import Workspace
from tests.conftest import PASSPHRASE
from tests.endtoend.test_exchange import MAY, close_may, introduce, only, sanction, shown
from tests.postgres import binaries, new_database, running_server

pytestmark = pytest.mark.skipif(
    binaries() is None, reason="no PostgreSQL server is installed (.ci/run installs it)"
)
SPAN = (Period(2022, 1), Period(2023, 12))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as address:
        yield address


def _at_once(work: Callable[[int], None], count: int) -> None:
    """Do a piece of work in several threads together, each with its number."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


@pytest.fixture
def database(server: str) -> str:
    return new_database(server)


@pytest.fixture(params=["sqlite", "postgresql"])
def hq(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    address = "" if request.param == "sqlite" else request.getfixturevalue("database")
    with Workspace.create(tmp_path / "hq", PASSPHRASE, database=address) as workspace:
        yield workspace


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


def test_a_month_goes_round(branch: Workspace, hq: Workspace, place: Path) -> None:
    introduce(branch, hq)
    for number in range(30):
        entry.save(branch, sanction(str(number), note=f"Мәтін {number} 100% _х_"))
    close_may(branch)
    send(branch, str(place), [MAY])
    assert only(receive(hq, [str(place)])).refusal is None
    assert shown(hq)["sanction"] == shown(branch)["sanction"]
    with hq.store.read() as reader:
        ids = [r.id for r in reader.records("sanction")]
    stored = entry.load(hq, "sanction", ids[0])
    assert stored is not None
    with pytest.raises(Refusal, match="month.closed"):
        entry.save(hq, stored.with_values(note="бас кеңседен"))
    return_month(hq, "71", MAY, "тексеріңіз", [ids[2]])
    opened = entry.load(hq, "sanction", ids[2])
    assert opened is not None
    send(hq, str(place))
    receive(branch, [str(place)])
    mine = entry.load(branch, "sanction", ids[2])
    assert mine is not None
    entry.save(branch, mine.with_values(order_date=date(2023, 5, 6)))
    close_may(branch)
    send(branch, str(place), [MAY])
    assert only(receive(hq, [str(place)])).refusal is None
    accept(hq, "71", [MAY])
    assert board(hq, *SPAN).cell("71", MAY).state == "ACCEPTED"
    assert shown(hq)["sanction"] == shown(branch)["sanction"]
    assert care.verify_log(hq).is_sound
    listing = Listing(hq)
    for words, count in (("мәтін 7", 1), ("100%", 30), ("_х_", 30), ("сәрсенов", 30), ("жоқсөз", 0)):
        listing.begin(ListQuery("sanction", words=words))
        assert listing.count() == count, words
    listing.begin(ListQuery("sanction", sort="employee"))
    listing.count()
    assert len(listing.page(0)) == 30


def test_conflicts_of_two_workstations_are_the_same_on_both(
    branch: Workspace, hq: Workspace, place: Path, tmp_path: Path
) -> None:
    with Workspace.create(tmp_path / "second", PASSPHRASE, branch="71") as second:
        introduce(branch, second, hq)
        both = entry.save(branch, sanction("1")).record
        send(branch, str(place))
        receive(second, [str(place)])
        for workspace, note in ((branch, "бірінші"), (second, "екінші")):
            found = entry.load(workspace, "sanction", both.id)
            assert found is not None
            entry.save(workspace, found.with_values(note=note))
            send(workspace, str(place))
        receive(hq, [str(place)])
        receive(branch, [str(place)])
        listed = [
            [(c.record, c.field, sorted(str(s.value) for s in c.sides)) for c in conflicts.listed(w)]
            for w in (hq, branch)
        ]
        assert listed[0] == listed[1] == [(both.id, "note", ["бірінші", "екінші"])]
        conflicts.resolve(hq, "sanction", both.id, "note", 0)
        assert conflicts.listed(hq) == []
        assert care.verify_log(hq).is_sound


def test_reports_and_totals_are_equal(database: str, tmp_path: Path) -> None:
    files = [path for path in sample_workbooks() if path.name[:2] in ("71", "10", "33")]
    found: list[Any] = []
    for name, address in (("a", ""), ("b", database)):
        with Workspace.create(tmp_path / name, PASSPHRASE, database=address) as workspace:
            import_workbooks(workspace, files)
            lines = [(line.codes, line.then, line.now) for line in bridge(workspace, "sanction", 2022, 2023)]
            paper = print_report(
                workspace, "consolidation", Period(2023, 11), tmp_path / f"{name}.xlsx", "", "ru"
            )
            form = print_report(workspace, "month", Period(2023, 11), tmp_path / f"{name}.pdf", "71", "kk")
            listing = Listing(workspace)
            listing.begin(ListQuery("sanction", sort="employee"))
            listing.count()
            names = [row[1] for row in listing.page(0)]
            found.append((summary(workspace, *SPAN), lines, names))
            assert paper.stat().st_size > 1000
            assert form.stat().st_size > 1000
            assert care.verify_log(workspace).is_sound
    assert found[0] == found[1]


def test_several_analysts_at_once_keep_one_gapless_log(database: str, tmp_path: Path) -> None:
    analysts = [
        Workspace.create(tmp_path / f"analyst{n}", PASSPHRASE, user=f"талдаушы{n}", database=database)
        for n in range(3)
    ]
    assert len({analyst.store.workstation for analyst in analysts}) == 1
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(15):
                entry.save(
                    analysts[number], sanction(f"{number}-{step}", iin=None, employee=f"Адам {number} {step}")
                )
        except BaseException as fault:
            faults.append(fault)

    _at_once(work, 3)
    assert faults == []
    assert care.verify_log(analysts[0]).is_sound
    with analysts[1].store.read() as reader:
        assert reader.rows("SELECT count(*) FROM sanction") == [(45,)]
        assert reader.rows("SELECT count(DISTINCT author) FROM change") == [(3,)]
    for analyst in analysts:
        analyst.close()


def test_two_sessions_receiving_the_same_file_take_it_once(
    branch: Workspace, database: str, place: Path, tmp_path: Path
) -> None:
    analysts = [Workspace.create(tmp_path / f"analyst{n}", PASSPHRASE, database=database) for n in range(2)]
    introduce(branch, analysts[0])
    for number in range(60):
        entry.save(branch, sanction(str(number)))
    send(branch, str(place))
    outcomes: list[Any] = []

    def work(number: int) -> None:
        outcomes.extend(receive(analysts[number], [str(place)]))

    _at_once(work, 2)
    assert [o.refusal for o in outcomes] == [None] * len(outcomes)
    assert sum(o.merged.taken > 0 for o in outcomes) == 1
    with analysts[0].store.read() as reader:
        assert reader.rows("SELECT count(*) FROM sanction") == [(60,)]
    for analyst in analysts:
        analyst.close()


def test_log_and_closed_months_are_guarded_by_the_server_itself(
    branch: Workspace, database: str, place: Path, tmp_path: Path
) -> None:
    with Workspace.create(tmp_path / "hq", PASSPHRASE, database=database) as hq:
        introduce(branch, hq)
        entry.save(branch, sanction())
        close_may(branch)
        send(branch, str(place), [MAY])
        receive(hq, [str(place)])
        with psycopg.connect(database, autocommit=True) as behind:
            for statement in (
                "UPDATE change SET author = 'x'", "DELETE FROM change", "DELETE FROM sanction", "UPDATE sanction SET note = 'x'",
                "DELETE FROM month_lock", "INSERT INTO merging(hash) VALUES ('жалған')",
                "INSERT INTO reopening(branch, period, revision, record, until, hash) VALUES ('71', 202305, 1, '*', '2999-01-01', 'x')",
            ):  # fmt: skip
                with pytest.raises(psycopg.errors.RaiseException, match="tizilim:"):
                    behind.execute(statement)
            roles = {
                row[0] for row in behind.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'tizilim%'")
            }
            assert roles == {"tizilim_reader", "tizilim_writer"}
            parts = behind.execute("SELECT count(*) FROM change_71").fetchone()
            assert parts is not None
            assert parts[0] > 1
            behind.execute("SET ROLE tizilim_reader")
            assert behind.execute("SELECT count(*) FROM sanction").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                behind.execute("SELECT * FROM own_key")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                behind.execute("INSERT INTO draft VALUES ('a', 'b', 'c', 'd')")
    text = (tmp_path / "hq" / "server.json").read_text("utf-8")
    assert "127.0.0.1" not in text
    with Workspace.open(tmp_path / "hq", PASSPHRASE) as again:
        assert shown(again)["sanction"] == shown(branch)["sanction"]


def test_an_unreachable_server_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="database.unreachable"):
        Workspace.create(tmp_path / "hq", PASSPHRASE, database="postgresql://nobody:secret@127.0.0.1:1/x")
    assert not (tmp_path / "hq" / "keys.json").exists()
    with pytest.raises(UsageFault, match="usage.database"):
        Workspace.create(tmp_path / "b", PASSPHRASE, branch="71", database="postgresql://x/y")


def test_a_shared_database_of_an_older_version_is_brought_up_once_by_two_who_come_together(
    database: str, tmp_path: Path
) -> None:
    from desktop_app.storage.exchange_tables import EXCHANGE_TABLES
    from desktop_app.storage.postgres import PostgresStore
    from desktop_app.storage.store import SCHEMA

    with Workspace.create(tmp_path / "first", PASSPHRASE, database=database) as first:
        entry.save(first, new_record("department", "71", name="Сақталған бөлім"))
    with psycopg.connect(database) as connection:  # as the version before the exchange left it
        for table in EXCHANGE_TABLES:
            connection.execute(f"DROP TABLE {table.name} CASCADE")
        connection.execute("DROP INDEX ix_change_reopen, ix_change_received")
        connection.execute("UPDATE alembic_step SET version_num = '0003'")
        connection.execute("DROP INDEX ix_sanction_branch_month")
        connection.execute("CREATE INDEX ix_sanction_branch_period ON sanction (branch, period)")
    faults: list[BaseException] = []

    def come(_number: int) -> None:
        try:
            PostgresStore.join(database, {}).close()
        except BaseException as fault:
            faults.append(fault)

    _at_once(come, 2)
    assert faults == []
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT version_num FROM alembic_step").fetchall() == [(SCHEMA,)]
        indexes = {
            row[0]
            for row in connection.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'sanction'")
        }
        assert "ix_sanction_branch_month" in indexes
        assert "ix_sanction_branch_period" not in indexes
    with Workspace.open(tmp_path / "first", PASSPHRASE) as again, again.store.read() as reader:
        assert [r.values.name for r in reader.records("department")] == ["Сақталған бөлім"]
        assert care.verify_log(again).is_sound
        assert conflicts.listed(again) == []


def test_an_analyst_who_owns_nothing_writes_thousands_at_once(database: str, tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "first", PASSPHRASE, database=database):
        pass
    address = _analyst(database)
    with Workspace.create(tmp_path / "second", PASSPHRASE, database=address) as analyst:
        records = [sanction(str(number), note=f"Мәтін {number}") for number in range(2500)]
        with analyst.store.transaction(analyst.user) as work:
            Recorder(analyst, work).save([(None, record) for record in records])
            work.flush()
        listing = Listing(analyst)
        listing.begin(ListQuery("sanction", words="мәтін 2499"))
        assert listing.count() == 1
        assert sum(n for *_, n in _tallies(analyst)) == 2500
        assert care.verify_log(analyst).is_sound


def _tallies(workspace: Workspace) -> list[tuple[Any, ...]]:
    with workspace.store.read() as reader:
        return reader.tallies("sanction", 0, 999_999, "")


def _analyst(database: str) -> str:
    """Make a login that is in the writers' role and owns nothing; return its address."""
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS analyst_test")
        owner.execute("CREATE ROLE analyst_test LOGIN IN ROLE tizilim_writer")
    parts = urlsplit(database)
    return parts._replace(netloc=f"analyst_test@{parts.hostname}:{parts.port}").geturl()


def test_after_an_update_the_owner_comes_first(database: str, tmp_path: Path) -> None:
    from desktop_app.storage.postgres import PostgresStore

    with Workspace.create(tmp_path / "first", PASSPHRASE, database=database):
        pass
    address = _analyst(database)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE meta SET value = 'older' WHERE name = 'shape'")
    with pytest.raises(EnvironmentFault, match="database.owner_first"):
        PostgresStore.join(address, {})
    PostgresStore.join(database, {}).close()
    PostgresStore.join(address, {}).close()


def test_signed_papers_travel(branch: Workspace, hq: Workspace, place: Path, tmp_path: Path) -> None:
    def printed(workspace: Workspace, revision: int, suffix: str = ".pdf") -> bytes:
        found = tmp_path / f"print{suffix}"
        print_report(workspace, "month", MAY, found, "71", "kk", revision)
        return found.read_bytes()

    def goes(*names: str) -> None:
        for name in names:
            assert [
                (name, one.refusal.params) for one in receive(sides[name], [str(place)]) if one.refusal
            ] == []

    with Workspace.create(tmp_path / "second", PASSPHRASE, branch="71") as second:
        sides = {"branch": branch, "hq": hq, "second": second}
        introduce(branch, second, hq)
        for number in range(30):
            entry.save(branch, sanction(str(number)))
        before = send(branch, str(place))[0].header.length
        close_may(branch)
        grown = send(branch, str(place), [MAY])[0].header.length
        assert grown < before + 60_000  # the papers of a month in three languages, and its records
        goes("hq", "second")
        first = printed(branch, 1)
        for side in (hq, second):
            for suffix in (".pdf", ".xlsx"):
                assert printed(side, 1, suffix) == printed(branch, 1, suffix)
                assert printed(side, 0, suffix) == printed(branch, 0, suffix)
        with hq.store.read() as reader:
            ids = [r.id for r in reader.records("sanction")]
        return_month(hq, "71", MAY, "тексеріңіз", [ids[2]])
        send(hq, str(place))
        goes("branch")
        mine = entry.load(branch, "sanction", ids[2])
        assert mine is not None
        entry.save(branch, mine.with_values(order_date=date(2023, 5, 6)))
        close_may(branch)
        send(branch, str(place), [MAY])
        goes("hq", "second")
        for side in (branch, hq, second):
            assert printed(side, 1) == first
            assert printed(side, 2) == printed(branch, 2) != first
        tie = documents(branch, "month", MAY, "71", "kk", 2)[0].tie
        assert [paper(side, tie).is_same for side in (branch, hq, second)] == [True] * 3
        assert all(
            paper(side, documents(branch, "month", MAY, "71", "kk", 1)[0].tie).why == "paper.superseded"
            for side in sides.values()
        )
        _in_any_order(branch, tmp_path)


def _in_any_order(branch: Workspace, folder: Path) -> None:
    """A revision that headquarters began and the branch closed comes whole whichever sequence comes first."""
    with branch.store.read() as reader:
        lanes = sorted(vector_of(reader, "71").items())
        blocks = [changes_of(reader.changes_text(lane, 0, last).encode()) for lane, last in lanes]
    for number, order in enumerate((blocks, blocks[::-1])):
        with Workspace.create(folder / f"third{number}", PASSPHRASE, branch="71") as third:
            with third.store.transaction(third.user) as work:
                merger = Merger(third, work, work.note("received", "package", "x", "", 0, ""))
                for block in order:
                    merger.take(block, "")
                merger.finish()
                work.flush()
            assert shown(third)["submission"] == shown(branch)["submission"]
