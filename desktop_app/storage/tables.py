"""Tables made from the registers' classes, and the triggers that guard log and closed months."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from desktop_app.domain.register import registers
from desktop_app.formdef.forms import form_of
from desktop_app.storage.codec import sort_columns
from desktop_app.storage.conditions import sort_sql

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that sorts by code point in both databases: sort keys are made for that."""
_T, _I = TEXT, sa.Integer


def _column(name: str, kind: Any, **more: object) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False, **more)  # type: ignore[arg-type]


ORDERS = ("reopen", "received")
"""Operations whose notes the guards look for."""


def _order_indexes() -> list[sa.Index]:
    """Return the indexes by which the guards find the note that orders something."""
    found = []
    for operation in ORDERS:
        where = sa.text(f"operation = '{operation}'")
        found.append(sa.Index(f"ix_change_{operation}", "hash", sqlite_where=where, postgresql_where=where))
    return found


meta = sa.Table("meta", metadata, sa.Column("name", _T, primary_key=True), _column("value", _T))
change = sa.Table(
    "change", metadata,
    sa.Column("workstation", _T, primary_key=True), sa.Column("seq", _I, primary_key=True),
    _column("stamp", _T), _column("author", _T), _column("register", _T), _column("record", _T),
    _column("operation", _T), _column("branch", _T), _column("period", _I), _column("entry", _T), _column("hash", _T),
    sa.Index("ix_change_record", "record"), *_order_indexes(),
)  # fmt: skip
problem = sa.Table(
    "problem", metadata,
    sa.Column("number", _I, primary_key=True), _column("register", _T), _column("record", _T), _column("branch", _T),
    _column("period", _I), _column("code", _T), _column("severity", _I), _column("fields", _T), _column("params", _T),
    sa.Index("ix_problem_record", "record"), sa.Index("ix_problem_branch_period_code", "branch", "period", "code"),
)  # fmt: skip
tally = sa.Table(
    "tally", metadata,
    sa.Column("register", _T, primary_key=True), sa.Column("period", _I, primary_key=True),
    sa.Column("branch", _T, primary_key=True), sa.Column("key", _T, primary_key=True), _column("n", _I),
    sqlite_with_rowid=False,
)  # fmt: skip
month_lock = sa.Table(
    "month_lock", metadata,
    sa.Column("branch", _T, primary_key=True), sa.Column("period", _I, primary_key=True),
    sa.Column("revision", _I, primary_key=True), _column("hash", _T),
)  # fmt: skip
reopening = sa.Table(
    "reopening", metadata,
    sa.Column("number", _I, primary_key=True), _column("branch", _T), _column("period", _I), _column("revision", _I),
    _column("record", _T), _column("until", _T), _column("hash", _T),
    sa.Index("ix_reopening_branch_period", "branch", "period"),
)  # fmt: skip
calendar_day = sa.Table(
    "calendar_day", metadata, sa.Column("day", _T, primary_key=True), _column("worked", _I)
)
draft = sa.Table(
    "draft", metadata,
    sa.Column("id", _T, primary_key=True), _column("register", _T), _column("body", _T), _column("saved", _T),
)  # fmt: skip
import_row = sa.Table(
    "import_row", metadata,
    sa.Column("fingerprint", _T, primary_key=True), _column("register", _T), _column("record", _T),
    _column("place", _T),
)  # fmt: skip
search_waiting = sa.Table(
    "search_waiting", metadata,
    sa.Column("register", _T, primary_key=True), sa.Column("rid", _I, primary_key=True), _column("words", _T),
    sqlite_with_rowid=False,
)  # fmt: skip


FIXED_TABLES = (
    meta, change, problem, tally, month_lock, reopening, calendar_day, draft, import_row, search_waiting,
)  # fmt: skip


@cache
def register_table(code: str) -> sa.Table:
    """Return the table of a register, made from its class and its form's sort order."""
    kind = registers()[code]
    own = [sa.Column(item.name, _I if item.type.column == "integer" else _T) for item in kind.fields]
    keys = [_column(f"{name}_key", _T) for name in sort_columns(code)]
    table = sa.Table(
        code, metadata,
        sa.Column("rid", _I, primary_key=True), _column("id", _T, unique=True), _column("branch", _T),
        _column("period", _I), _column("void", _T), *own, _column("kept", _T), _column("extra", _T),
        _column("heads", _T), _column("wake", _T), _column("errors", _I), _column("warnings", _I), *keys,
    )  # fmt: skip
    for name in dict.fromkeys(item.lstrip("-") for item in form_of(code).sorted_by):
        sa.Index(
            f"ix_{code}_{name}",
            sa.text(sort_sql(kind, name)),
            table.c.rid,
            sqlite_where=sa.text("void = ''"),
            postgresql_where=sa.text("void = ''"),
        )
    dated = [sa.text(sort_sql(kind, kind.dated_by))] if kind.dated_by else []
    sa.Index(f"ix_{code}_branch_month", table.c.branch, table.c.period, *dated, table.c.rid)
    sa.Index(
        f"ix_{code}_wake",
        table.c.wake,
        sqlite_where=sa.text("wake <> ''"),
        postgresql_where=sa.text("wake <> ''"),
    )
    sa.Index(
        f"ix_{code}_errors",
        table.c.rid,
        sqlite_where=sa.text("errors > 0"),
        postgresql_where=sa.text("errors > 0"),
    )
    if "same_as" in kind.by_name:
        sa.Index(
            f"ix_{code}_same_as",
            table.c.same_as,
            sqlite_where=sa.text("same_as IS NOT NULL"),
            postgresql_where=sa.text("same_as IS NOT NULL"),
        )
    if kind.peers_by:
        sa.Index(f"ix_{code}_peer_{kind.peers_by}", table.c[kind.peers_by])
    return table


def all_register_tables() -> list[sa.Table]:
    """Return every register's table."""
    return [register_table(code) for code in registers()]


_GATHERED: Final = 8 * 2**20
"""Bytes of new entries that the search index gathers before it writes them: with its own 1 MB a merge writes them thrice."""


def search_ddl(code: str) -> list[str]:
    """Return the statements that make a register's search index: any part of a word, letters folded."""
    return [
        (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {code}_search USING fts5("
            "words, content='', contentless_delete=1, tokenize='trigram case_sensitive 1')"
        ),
        f"INSERT INTO {code}_search({code}_search, rank) VALUES ('hashsize', {_GATHERED})",
    ]


def _locked(row: str, record: str) -> str:
    here = f"branch = {row}.branch AND period = {row}.period"
    return (
        f"EXISTS (SELECT 1 FROM month_lock WHERE {here}) AND NOT EXISTS (SELECT 1 FROM reopening r WHERE "
        f"r.branch = {row}.branch AND r.period = {row}.period AND r.record IN ({record}, '*') "
        f"AND r.revision = (SELECT max(revision) FROM month_lock WHERE {here}) AND r.until >= tizilim_today()) "
        "AND NOT EXISTS (SELECT 1 FROM merging)"
    )


Guard = tuple[str, str, str, str]
"""Name, event, condition (empty: always), what is said."""


def guards() -> list[Guard]:
    """Return the guards of the log, the locks and every register."""
    rules: list[Guard] = [
        ("change_no_update", "BEFORE UPDATE ON change", "", "log_is_append_only"),
        ("change_no_delete", "BEFORE DELETE ON change", "", "log_is_append_only"),
        ("change_no_replace", "BEFORE INSERT ON change",
         "EXISTS (SELECT 1 FROM change WHERE workstation = NEW.workstation AND seq = NEW.seq)", "log_is_append_only"),
        ("month_lock_no_update", "BEFORE UPDATE ON month_lock", "", "month_closed"),
        ("month_lock_no_delete", "BEFORE DELETE ON month_lock", "", "month_closed"),
        ("month_lock_no_replace", "BEFORE INSERT ON month_lock",
         ("EXISTS (SELECT 1 FROM month_lock WHERE branch = NEW.branch AND period = NEW.period "
         "AND revision >= NEW.revision)"), "month_closed"),
        ("reopening_no_update", "BEFORE UPDATE ON reopening", "", "month_closed"),
        ("reopening_by_order", "BEFORE INSERT ON reopening",
         "NOT EXISTS (SELECT 1 FROM change WHERE hash = NEW.hash AND operation = 'reopen')", "month_closed"),
        ("merging_by_note", "BEFORE INSERT ON merging",
         "NOT EXISTS (SELECT 1 FROM change WHERE hash = NEW.hash AND operation = 'received')", "month_closed"),
        ("reopening_no_replace", "BEFORE INSERT ON reopening",
         "EXISTS (SELECT 1 FROM reopening WHERE number = NEW.number)", "month_closed"),
    ]  # fmt: skip
    for code, kind in registers().items():
        rules.append((f"{code}_no_delete", f"BEFORE DELETE ON {code}", "", "never_deleted"))
        rules.append((f"{code}_no_replace", f"BEFORE INSERT ON {code}",
                      f"EXISTS (SELECT 1 FROM {code} WHERE id = NEW.id OR rid = NEW.rid)", "never_deleted"))  # fmt: skip
        if not kind.monthly:
            continue
        values = ", ".join(
            ["id", "branch", "period", "void", "kept", "extra", *(f.name for f in kind.entered)]
        )
        rules.append(
            (f"{code}_locked_insert", f"BEFORE INSERT ON {code}", _locked("NEW", "'new'"), "month_closed")
        )
        rules.extend((f"{code}_locked_update_{row.lower()}", f"BEFORE UPDATE OF {values} ON {code}",
                          _locked(row, "OLD.id"), "month_closed") for row in ("OLD", "NEW"))  # fmt: skip
    return rules


def guard_ddl() -> list[str]:
    """Return the guards as SQLite's triggers."""
    return [_trigger(*parts) for parts in guards()]


def _trigger(name: str, event: str, when: str, message: str) -> str:
    clause = f" WHEN {when}" if when else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} {event} FOR EACH ROW{clause} "
        f"BEGIN SELECT RAISE(ABORT, 'tizilim:{message}'); END"
    )
