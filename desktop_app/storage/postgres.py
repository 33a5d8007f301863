"""The same store on PostgreSQL, for a headquarters that outgrows one machine.

Tables come from the same classes; the log is partitioned by branch; guards are triggers here too. Writers take
one advisory lock, so the log's sequences stay gapless with several analysts at once; readers never wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop_app.core.clock import today
from desktop_app.core.errors import EnvironmentFault
from desktop_app.domain.classifiers import classifier
from desktop_app.domain.register import registers
from desktop_app.storage.postgres_connection import PostgresConnection, connect
from desktop_app.storage.shape import source_shape
from desktop_app.storage.store import SCHEMA, Store

if TYPE_CHECKING:
    import sqlalchemy as sa

_TEXT: Final = 'text COLLATE "C"'
_WRITERS: Final = 7_319_254
"""Key of the advisory lock that writers take."""
_NO_TRUNCATE: Final = "BEGIN RAISE EXCEPTION 'tizilim:log_is_append_only'; END"
_TRUNCATE: Final = "_no_truncate"
_ROLES: Final = {"tizilim_reader": "SELECT", "tizilim_writer": "SELECT, INSERT, UPDATE, DELETE"}


class PostgresStore(Store):
    """Opens connections by a database URL; everything else is the store's."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        super().__init__(Path(), b"", _opened(url))
        self.url = url

    @classmethod
    def join(cls, url: str, settings: dict[str, str]) -> PostgresStore:
        """Open a database, made first when it is empty.

        Raises:
            EnvironmentFault: no such server, wrong login, a database of a newer version, or of an older one that
                this login may not bring up.
        """
        store = cls(url)
        try:
            with store.read() as reader:
                known = reader.rows("SELECT 1 FROM information_schema.tables WHERE table_name = 'alembic_step' "
                                    "AND table_schema = current_schema()")  # fmt: skip
            if not known:
                store._create(settings)
            if store.is_behind("PostgreSQL"):
                store._bring_up()
            store.put_guards_back()
        except BaseException:
            store.close()
            raise
        return store

    def _bring_up(self) -> None:
        """Bring an older database up.

        Raises:
            EnvironmentFault: this login does not own the database.
        """
        import psycopg

        try:
            self._ensure()
        except Exception as fault:
            if isinstance(getattr(fault, "orig", fault), psycopg.errors.InsufficientPrivilege):
                raise EnvironmentFault("database.owner_first") from fault
            raise

    def put_guards_back(self) -> None:
        """Make guards anew that somebody took off; a login that does not own them leaves it to the doctor."""
        import psycopg

        from desktop_app.storage.guarding import guards_off

        with self.read() as reader:
            off = guards_off(reader)
            owner = reader.rows("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'meta' "
                                "AND schemaname = current_schema() AND NOT pg_is_in_recovery()")  # fmt: skip
        if not off or not owner or not owner[0][0]:
            return
        with suppress(psycopg.errors.InsufficientPrivilege), self._writing() as connection:
            for statement in _guard_ddl():
                connection.execute(statement)
            connection.execute(
                "INSERT INTO meta(name, value) VALUES ('guards_off', %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (f"{today()} {len(off)}",),
            )

    def _create(self, settings: dict[str, str]) -> None:
        from desktop_app.storage import exchange_tables, tables

        with self.engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for statement in _log_ddl():
                connection.exec_driver_sql(statement)
            fixed = [t for t in tables.FIXED_TABLES if t is not tables.change] + list(
                exchange_tables.EXCHANGE_TABLES
            )
            tables.metadata.create_all(connection, tables=fixed)
            connection.exec_driver_sql("CREATE TABLE alembic_step (version_num text PRIMARY KEY)")
            connection.exec_driver_sql("INSERT INTO alembic_step VALUES (%s)", (SCHEMA,))
            for name, value in settings.items():
                connection.exec_driver_sql("INSERT INTO meta(name, value) VALUES (%s, %s)", (name, value))
        self._ensure()

    def _ensure(self) -> None:
        """Run the migrations it lacks; make what the registers' classes ask for besides.

        The writers' lock is held meanwhile: of two analysts who start a new version at once, one brings the
        database up and the other finds it done.
        """
        import sqlalchemy as sa

        from desktop_app.storage import tables
        from desktop_app.storage.migrate import (
            VERSION_TABLE,
            add_missing_columns,
            bring_indexes,
            drop_official_days,
            run_migrations,
        )

        with self.engine.begin() as connection:
            current = str(connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar())
            if current != SCHEMA:
                run_migrations(connection, current)
            inspector = sa.inspect(connection)
            existing = set(inspector.get_table_names())
            for table in tables.all_register_tables():
                if table.name not in existing:
                    table.create(connection)
                    continue
                add_missing_columns(connection, inspector, table)
                # Asked of the database itself: reflection skips indexes over expressions.
                named = (
                    "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s"
                )
                present = {row[0] for row in connection.exec_driver_sql(named, (table.name,))}
                bring_indexes(connection, table, present)
            for code in registers():
                for statement in _search_ddl(code):
                    connection.exec_driver_sql(statement)
            for statement in _guard_ddl():
                connection.exec_driver_sql(statement)
            drop_official_days(connection)
            connection.exec_driver_sql(
                "INSERT INTO meta(name, value) VALUES ('shape', %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (source_shape(),),
            )
            _grant(connection)

    def new_connection(self) -> PostgresConnection:
        """Open one more connection."""
        return _opened(self.url)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self.engine.begin() as connection:
            yield connection.connection.driver_connection

    @property
    def engine(self) -> sa.Engine:
        """The SQLAlchemy engine; imported with the first write."""
        if self._engine is None:
            import sqlalchemy as sa

            made = sa.create_engine(
                "postgresql+psycopg://",
                creator=lambda: connect(self.url, autocommit=False),
                hide_parameters=True,
            )

            @sa.event.listens_for(made, "begin")
            def _begin(connection: sa.Connection) -> None:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_WRITERS,))

            self._engine = made
        return self._engine


def _opened(url: str) -> PostgresConnection:
    import psycopg

    try:
        return PostgresConnection(connect(url))
    except psycopg.Error as fault:
        raise EnvironmentFault("database.unreachable", why=type(fault).__name__) from fault


def _log_ddl() -> list[str]:
    """Return the log partitioned by branch: a branch's history is read and kept apart from the others'."""
    from desktop_app.storage.tables import ORDERS, change

    kinds = {"seq": "integer", "period": "integer"}
    columns = ", ".join(f"{c.name} {kinds.get(c.name, _TEXT)} NOT NULL" for c in change.columns)
    made = [
        f"CREATE TABLE change ({columns}, PRIMARY KEY (branch, workstation, seq)) PARTITION BY LIST (branch)"
    ]
    made += [
        f"CREATE TABLE change_{code.code} PARTITION OF change FOR VALUES IN ('{code.code}')"
        for code in classifier("branches").codes
    ]
    made.append("CREATE TABLE change_other PARTITION OF change DEFAULT")
    made.append("CREATE INDEX ix_change_record ON change (record)")
    made.append("CREATE INDEX ix_change_lane ON change (workstation, seq)")
    made += [f"CREATE INDEX ix_change_{op} ON change (hash) WHERE operation = '{op}'" for op in ORDERS]
    return made


def _search_ddl(code: str) -> list[str]:
    return [
        f'CREATE TABLE IF NOT EXISTS {code}_search (rid integer PRIMARY KEY, words text COLLATE "C" NOT NULL)',
        f"CREATE INDEX IF NOT EXISTS ix_{code}_search ON {code}_search USING gin (words gin_trgm_ops)",
    ]


def _guard_ddl() -> list[str]:
    """Return the guards as functions and triggers; PostgreSQL knows no REPLACE, so those against it fall away."""
    from desktop_app.storage.tables import guards

    today = (
        "CREATE OR REPLACE FUNCTION tizilim_today() RETURNS text STABLE LANGUAGE sql AS "
        "$$ SELECT coalesce(nullif(current_setting('tizilim.today', true), ''), to_char(current_date, 'YYYY-MM-DD')) $$"
    )
    made = [today]
    bodies = guard_bodies()
    for name, event, _, _ in guards():
        if name not in bodies:
            continue
        table = event.split(" ON ")[1]
        made += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {bodies[name]} $$",
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} {event} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
    made.append(
        f"CREATE OR REPLACE FUNCTION tizilim_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ {_NO_TRUNCATE} $$"
    )
    for table in _whole_tables():
        made.append(f"DROP TRIGGER IF EXISTS {table}{_TRUNCATE} ON {table}")
        made.append(
            f"CREATE TRIGGER {table}{_TRUNCATE} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION tizilim_no_truncate()"
        )
    return made


def guards_asked() -> dict[str, str]:
    """Return trigger → body of its function, of every guard; those against emptying a table share one function."""
    return {**guard_bodies(), **{f"{table}{_TRUNCATE}": _NO_TRUNCATE for table in _whole_tables()}}


def _whole_tables() -> list[str]:
    """Return the tables that nobody empties at one stroke, the parts of the log each."""
    parts = [f"change_{code.code}" for code in classifier("branches").codes]
    return ["change", *parts, "change_other", "month_lock", "reopening", *registers()]


def guard_bodies() -> dict[str, str]:
    """Return the guards and what each of their functions does."""
    from desktop_app.storage.tables import guards

    found = {}
    for name, event, condition, message in guards():
        if name.endswith("_no_replace"):
            continue
        raised = f"RAISE EXCEPTION 'tizilim:{message}';"
        check = f"IF {condition} THEN {raised} END IF;" if condition else raised
        found[name] = f"BEGIN {check} RETURN {'OLD' if 'DELETE' in event else 'NEW'}; END"
    return found


def _grant(connection: Any) -> None:
    """Make the roles that analysts' logins are put into, where this login may."""
    may = connection.exec_driver_sql(
        "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ).scalar()
    for role, rights in _ROLES.items():
        known = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).scalar()
        if not known and may:
            connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
        if known or may:
            connection.exec_driver_sql(f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {role}")
            connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    if may:
        connection.exec_driver_sql("REVOKE SELECT ON own_key FROM tizilim_reader")
