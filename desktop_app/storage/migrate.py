"""Bringing a database up: Alembic for the fixed tables, the classes themselves for the registers'.

The file is copied before anything is changed. A register's new column or a new register is only
ever an addition, so it is made from the class directly; whatever is more is a migration.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from desktop_app.core.errors import EnvironmentFault
from desktop_app.domain.law.calendar import official_rows
from desktop_app.storage import exchange_tables as _exchange_tables  # noqa: F401 - registers its tables
from desktop_app.storage import tables
from desktop_app.storage.shape import source_shape

if TYPE_CHECKING:
    from desktop_app.storage.store import Store

FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_step"


def scripts() -> ScriptDirectory:
    """Return the migrations."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def run_migrations(connection: sa.Connection, current: str) -> None:
    """Run every migration after ``current``."""
    folder = scripts()
    newest = folder.get_current_head() or ""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")

    def steps(_rev: object, _context: object) -> object:
        return folder._upgrade_revs(newest, current or None)  # type: ignore[arg-type]  # noqa: SLF001 - Alembic's documented offline hook

    with EnvironmentContext(config, folder, fn=steps, as_sql=False) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE, transactional_ddl=True)
        with environment.begin_transaction():
            environment.run_migrations()


def add_missing_columns(connection: sa.Connection, inspector: sa.Inspector, table: sa.Table) -> None:
    """Add the columns that a register's class has and its table lacks."""
    have = {column["name"] for column in inspector.get_columns(table.name)}
    for column in table.columns:
        if column.name not in have:
            kind = column.type.compile(connection.dialect)
            blank = "0" if isinstance(column.type, sa.Integer) else "''"
            default = "" if column.nullable else f" NOT NULL DEFAULT {blank}"
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}{default}")


def bring_indexes(connection: sa.Connection, table: sa.Table, present: Collection[str]) -> None:
    """Make the indexes that a register's table lacks, drop those it no longer asks for."""
    asked = {index.name for index in table.indexes}
    for name in present:
        if name.startswith("ix_") and name not in asked:
            connection.exec_driver_sql(f"DROP INDEX {name}")
    for index in table.indexes:
        if index.name not in present:
            index.create(connection)


def ensure_registers(connection: sa.Connection) -> None:
    """Make what the registers' classes ask for and the file lacks: tables, columns, indexes, search, guards."""
    inspector = sa.inspect(connection)
    existing = set(inspector.get_table_names())
    # Asked of the file itself: reflection skips indexes over expressions.
    indexes = defaultdict(set)
    for name, of in connection.exec_driver_sql(
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'"
    ):
        indexes[of].add(name)
    for table in tables.all_register_tables():
        if table.name not in existing:
            table.create(connection)
        else:
            add_missing_columns(connection, inspector, table)
            bring_indexes(connection, table, indexes[table.name])
        for statement in tables.search_ddl(table.name):
            connection.exec_driver_sql(statement)
    for (name,) in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for statement in tables.guard_ddl():
        connection.exec_driver_sql(statement)


def drop_official_days(connection: sa.Connection) -> None:
    """Forget the product's own calendar that older versions copied into the database.

    It lies under the days of the workspace now; a copy would hide what a newer version corrects. With a calendar of
    headquarters nothing is touched: a day of it may equal the product's.
    """
    if connection.exec_driver_sql("SELECT 1 FROM guidance WHERE name = 'calendar'").fetchone():
        return
    for day, worked in official_rows():
        connection.execute(
            tables.calendar_day.delete().where(
                tables.calendar_day.c.day == day.isoformat(), tables.calendar_day.c.worked == int(worked)
            )
        )


def _remember(connection: sa.Connection, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        connection.execute(sa.text("INSERT OR REPLACE INTO meta(name, value) VALUES (:name, :value)"),
                           {"name": name, "value": value})  # fmt: skip


def create_schema(store: Store, settings: dict[str, str]) -> None:
    """Make every table of a new database and its settings."""
    with store.engine.begin() as connection:
        run_migrations(connection, "")
        ensure_registers(connection)
        _remember(connection, {**settings, "shape": source_shape()})


def upgrade(store: Store) -> Path:
    """Copy the file, then bring it up; return the copy's path.

    Raises:
        EnvironmentFault: no room for the copy.
    """
    from desktop_app.storage.backup import copy_database

    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    copy = store.path.with_name(f"{store.path.stem}-before-upgrade-{stamp}.db")
    try:
        copy_database(store, copy)
    except OSError as fault:
        raise EnvironmentFault("disk.full") from fault
    with store.engine.begin() as connection:
        current = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() or ""
        run_migrations(connection, str(current))
        ensure_registers(connection)
        drop_official_days(connection)
        _remember(connection, {"shape": source_shape()})
    return copy
