"""Whether the guards of log and closed months stand as they should, and putting them back."""

from __future__ import annotations

from typing import Any

from desktop_app.storage.queries import Reader


def guards_off(reader: Reader) -> list[str]:
    """Return the names of the guards that are missing, switched off or say something else than they should."""
    from desktop_app.storage.tables import guard_ddl, guards

    if reader.dialect == "postgresql":
        from desktop_app.storage.postgres import guards_asked

        rows = reader.rows(
            "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND p.pronamespace = current_schema()::regnamespace"
        )
        there: dict[str, str] = {str(name): str(body) for name, body in rows}
        return [name for name, body in guards_asked().items() if there.get(name, "").strip() != body.strip()]
    rows = reader.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    there = {str(name): _plain(sql) for name, sql in rows}
    asked = dict(zip((guard[0] for guard in guards()), guard_ddl(), strict=True))
    return [name for name, sql in asked.items() if there.get(name) != _plain(sql)]


def _plain(sql: Any) -> str:
    return str(sql).replace("IF NOT EXISTS ", "", 1)


def put_guards_back(connection: Any, off: list[str]) -> None:
    """Make anew the guards named, in a file."""
    from desktop_app.storage.tables import guard_ddl, guards

    asked = dict(zip((guard[0] for guard in guards()), guard_ddl(), strict=True))
    for name in off:
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        connection.execute(asked[name])
