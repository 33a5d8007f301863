"""SQLAlchemy over the encrypted driver."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from desktop_app.storage.connection import Connection


def make_engine(opener: Callable[[], Connection]) -> sa.Engine:
    """Return an engine whose transactions lock for writing at once; errors never show values."""
    from sqlcipher3 import dbapi2 as driver

    engine = sa.create_engine(
        "sqlite://", module=driver, creator=opener, poolclass=sa.pool.QueuePool, hide_parameters=True
    )

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
