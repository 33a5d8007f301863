"""The opened database of one workspace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from desktop_app.core.clock import HybridClock, today
from desktop_app.core.errors import EnvironmentFault
from desktop_app.core.i18n import Language
from desktop_app.domain.law.calendar import WorkingCalendar, workspace_calendar
from desktop_app.domain.register import RegisterType, registers
from desktop_app.storage.connection import Connection, open_connection
from desktop_app.storage.faults import is_of_database, translated
from desktop_app.storage.lanes import Lanes, workstation_of
from desktop_app.storage.queries import Reader
from desktop_app.storage.shape import source_shape

if TYPE_CHECKING:
    import sqlalchemy as sa

    from desktop_app.storage.work import Work


def _nothing() -> None:
    """What a store without guidance puts in force."""


SCHEMA: Final = "0004"
"""Newest migration; equality with the migrations folder is tested."""


class Store:
    """Opens connections to the file; many read, one transaction at a time writes."""

    dialect: ClassVar[str] = "sqlite"
    _used: ClassVar[Store | None] = None
    """The store that was used last."""

    def __init__(self, path: Path, key: bytes, connection: Connection) -> None:
        self.path = path
        self.key = key
        self._idle: list[Connection] = [connection]
        self._lock = threading.Lock()
        self._engine: sa.Engine | None = None
        self._write = threading.RLock()
        self._titles: dict[tuple[str, str], str] = {}
        self._titles_in: dict[tuple[str, str, Language], str] = {}
        self.clock = HybridClock()
        self._calendar: WorkingCalendar | None = None
        self._settings: dict[str, str] | None = None
        self.wear: Callable[[], None] = _nothing
        """Puts what headquarters sent to this workspace in force in the process; called when its turn comes."""

    @classmethod
    def create(cls, path: Path, key: bytes, settings: dict[str, str]) -> Store:
        """Make a new database and fill in the workspace's settings."""
        from desktop_app.storage.migrate import create_schema

        store = cls(path, key, open_connection(path, key, create=True))
        create_schema(store, settings)
        return store

    @classmethod
    def open(cls, path: Path, key: bytes) -> Store:
        """Open an existing database, bringing an older one up after copying it.

        Raises:
            EnvironmentFault: wrong key, damaged file, a file of a newer version, or one never made to the end.
        """
        store = cls(path, key, open_connection(path, key))
        try:
            store._look_over(path)
        except Exception as fault:
            store.close()
            if not is_of_database(fault):
                raise
            raise store._named(translated(fault)) from fault
        return store

    def _look_over(self, path: Path) -> None:
        with self.read() as reader:
            if not reader.rows("SELECT 1 FROM sqlite_master WHERE name = 'alembic_step'"):
                raise EnvironmentFault("workspace.half_made", path=path.parent)
        if self.is_behind(path):
            from desktop_app.storage.migrate import upgrade

            upgrade(self)
        self.put_guards_back()

    def put_guards_back(self) -> None:
        """Make guards anew that somebody took off, and remember that it was so: the doctor tells."""
        from desktop_app.storage.guarding import guards_off, put_guards_back

        with self.read() as reader:
            off = guards_off(reader)
        if not off:
            return
        with self._writing() as connection:
            put_guards_back(connection, off)
            connection.execute(
                "INSERT OR REPLACE INTO meta(name, value) VALUES ('guards_off', ?)", [f"{today()} {len(off)}"]
            )

    def is_behind(self, named: object) -> bool:
        """Set the clock past everything written here; tell whether the database has an older shape.

        Raises:
            EnvironmentFault: it is of a newer version; ``named`` is what the message calls it.
        """
        with self.read() as reader:
            schema = str(reader.rows("SELECT version_num FROM alembic_step")[0][0])
            shape, own = reader.meta("shape"), reader.meta("workstation")
            stamps = [reader.last_of(lane)[1] for lane, _ in reader.lanes() if workstation_of(lane) == own]
        if schema > SCHEMA:
            self.close()
            raise EnvironmentFault("disk.newer_file", path=named, schema=schema)
        self.clock.last = max((int(stamp, 16) for stamp in stamps), default=0)
        return schema != SCHEMA or shape != source_shape()

    def new_connection(self) -> Connection:
        """Open one more connection."""
        return open_connection(self.path, self.key)

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self.new_connection()
        try:
            yield connection
        finally:
            with self._lock:
                self._idle.append(connection)

    def _takes_its_turn(self) -> None:
        """Of two workspaces in one process each is used with its own forms and codes."""
        if Store._used is not self:
            Store._used = self
            self.wear()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Lend a connection for reading; what the driver says comes out in the house's words."""
        self._takes_its_turn()
        try:
            with self._lent() as connection:
                yield Reader(connection)
        except Exception as fault:
            if not is_of_database(fault):
                raise
            raise self._named(translated(fault)) from fault

    def _named(self, fault: Exception) -> Exception:
        """Name the file in a fault of the disk, and the pages of a damaged one."""
        if isinstance(fault, EnvironmentFault) and "path" in fault.params:
            from desktop_app.storage.pages import named

            return named(fault, self.path, self.key)
        return fault

    @property
    def engine(self) -> sa.Engine:
        """The SQLAlchemy engine over the same file, by which tables are made and brought up."""
        if self._engine is None:
            from desktop_app.storage.engine import make_engine

            self._engine = make_engine(self.new_connection)
        return self._engine

    @contextmanager
    def transaction(self, author: str) -> Iterator[Work]:
        """Open a write transaction; the service's ``with`` block commits it, any error rolls it back."""
        from desktop_app.storage.work import Work

        self._takes_its_turn()
        with self._write:
            try:
                with self._writing() as driver:
                    work = Work(driver, self.dialect, author, self.lanes, self.clock, self.ref_title)
                    yield work
                    work.finish()
            except Exception as fault:
                if not is_of_database(fault):
                    raise
                raise self._named(translated(fault)) from fault

    def is_writing(self) -> bool:
        """Tell whether another thread is in the middle of a write: a package being taken in, an import."""
        if not self._write.acquire(blocking=False):
            return True
        self._write.release()
        return False

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """Lend the driver's connection with a transaction that locks for writing at once.

        Begun and ended on the driver itself: the layers above cost a save as much as its statements do.
        """
        with self._lent() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has rolled it back already
                    connection.execute("ROLLBACK")
                raise

    @property
    def workstation(self) -> str:
        """This workstation's id; a restored copy gets a new one."""
        return self.setting("workstation")

    @property
    def lanes(self) -> Lanes:
        """The sequences that this workstation's changes go into."""
        return Lanes(self.workstation, each_branch=not self.setting("branch"), mark=self.setting("sequence"))

    def setting(self, name: str, default: str = "") -> str:
        """Return a setting of the workspace."""
        if self._settings is None:
            with self.read() as reader:
                self._settings = dict(reader.rows("SELECT name, value FROM meta"))
        return self._settings.get(name, default)

    def forget_settings(self) -> None:
        """Read the settings anew next time."""
        self._settings = None

    def calendar(self) -> WorkingCalendar:
        """Return the workspace's working days."""
        if self._calendar is None:
            with self.read() as reader:
                rows = reader.rows("SELECT day, worked FROM calendar_day")
            days = ((date.fromisoformat(day), bool(worked)) for day, worked in rows)
            self._calendar = workspace_calendar(days)
        return self._calendar

    def forget_calendar(self) -> None:
        """Read the calendar anew next time."""
        self._calendar = None

    def ref_title(self, register: str, record_id: str, language: Language | None = None) -> str:
        """Return the name of a record of a reference register, remembered; in a paper's language if one is given."""
        kind = registers()[register]
        if not kind.other_names or language is None:
            key = (register, record_id)
            if key not in self._titles:
                self._titles[key] = kind.named(self._values_of(kind, record_id, kind.titled_by).values())
            return self._titles[key]
        names = (register, record_id, language)
        if names not in self._titles_in:
            values = self._values_of(kind, record_id, (*kind.titled_by, *kind.other_names.values()))
            self._titles_in[names] = kind.title_in(values, language) if values else ""
        return self._titles_in[names]

    def _values_of(self, kind: RegisterType, record_id: str, names: tuple[str, ...]) -> dict[str, Any]:
        with self.read() as reader:
            rows = reader.rows(f"SELECT {', '.join(names)} FROM {kind.code} WHERE id = ?", [record_id])
        # A link to nothing is remembered too: it would be asked for with every record that has it.
        stored = zip(names, rows[0], strict=True) if rows else ()
        return {name: kind.by_name[name].type.decode(part) for name, part in stored}

    def remember_titles(self, titles: dict[tuple[str, str], str]) -> None:
        """Take names of records just written, so that lists need not ask again."""
        self._titles.update(titles)
        self._titles_in.clear()

    def forget_titles(self) -> None:
        """Ask for names anew after reference data changed."""
        self._titles.clear()
        self._titles_in.clear()

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        if Store._used is self:
            Store._used = None
        if self._engine is not None:
            self._engine.dispose()
        with self._lock:
            for connection in self._idle:
                connection.close()
            self._idle.clear()
