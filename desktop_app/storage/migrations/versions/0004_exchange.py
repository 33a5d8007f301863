"""Keys, peers, packages and what a merge leaves for people to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def upgrade() -> None:
    """Make the tables, and the indexes by which guards find an order."""
    for operation in ("reopen", "received"):
        where = sa.text(f"operation = '{operation}'")
        op.create_index(f"ix_change_{operation}", "change", ["hash"], sqlite_where=where)
    op.create_table("own_key", _key("name"), _text("value"))
    op.create_table(
        "peer", _key("workstation"), _text("branch"), _text("name"), _text("sign_key"), _text("seal_key"),
        _text("added"), _text("added_by"), _text("revoked"), _text("why"), _text("vector"), _int("sent"),
    )  # fmt: skip
    op.create_table(
        "package", _key("id"), _text("direction"), _text("kind"), _text("sender"), _text("branch"), _int("number"),
        _text("created"), _text("digest"), _int("changes"), _text("moment"), _text("body"),
    )  # fmt: skip
    op.create_index("ix_package_sender", "package", ["sender", "number"])
    op.create_table(
        "waiting_change", _key("workstation"), _number("seq"), _text("entry"), _text("hash"), _text("sender")
    )
    op.create_table(
        "fork",
        _key("workstation"),
        _int("seq"),
        _text("ours"),
        _text("theirs"),
        _text("sender"),
        _text("moment"),
    )
    op.create_table(
        "quarantine", _key("workstation"), _number("seq"), _text("register"), _text("record"), _text("branch"),
        _text("reason"), _text("detail"), _text("moment"),
    )  # fmt: skip
    op.create_table(
        "conflict",
        _key("register"),
        _key("record"),
        _key("field"),
        _text("branch"),
        _int("period"),
        _text("versions"),
    )
    op.create_table("merging", _key("hash"))
    op.create_table("blob", _key("digest"), _int("size"), sa.Column("body", sa.LargeBinary, nullable=False))
    op.create_table(
        "escrow", _key("workstation"), _key("officer"), _text("branch"), _text("sealed"), _text("moment")
    )
    op.create_table(
        "guidance", _key("name"), _int("version"), _text("body"), _text("moment"), _text("sender")
    )
