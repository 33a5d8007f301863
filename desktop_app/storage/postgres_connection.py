"""A PostgreSQL connection that answers like the embedded driver's: statements with ``?`` marks, rows as tuples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from desktop_app.core.clock import today


@lru_cache(maxsize=2048)
def marked(text: str) -> str:
    """Return a statement in the driver's own marks."""
    return text.replace("%", "%%").replace("?", "%s")


class PostgresConnection:
    """Wraps a psycopg connection for :class:`desktop_app.storage.queries.Reader`."""

    dialect = "postgresql"

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def execute(self, text: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement and return its cursor."""
        return self.driver.execute(marked(text), list(values))

    def close(self) -> None:
        """Close the connection."""
        self.driver.close()


def connect(url: str, *, autocommit: bool = True) -> Any:
    """Open a psycopg connection; guards ask this session for the workstation's day."""
    import psycopg

    driver = psycopg.connect(url, autocommit=autocommit)
    driver.execute("SELECT set_config('tizilim.today', %s, false)", [today().isoformat()])
    if not autocommit:
        driver.commit()
    return driver
