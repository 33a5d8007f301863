"""Log, projection's helpers and locks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    """Make the fixed tables."""
    op.create_table("meta", sa.Column("name", sa.Text, primary_key=True), _text("value"))
    op.create_table(
        "change", sa.Column("workstation", sa.Text, nullable=False), sa.Column("seq", sa.Integer, nullable=False),
        _text("stamp"), _text("author"), _text("register"), _text("record"), _text("operation"), _text("branch"),
        _int("period"), _text("entry"), _text("hash"), sa.PrimaryKeyConstraint("workstation", "seq", name="pk_change"),
    )  # fmt: skip
    op.create_index("ix_change_record", "change", ["record"])
    op.create_table(
        "problem", sa.Column("number", sa.Integer, primary_key=True), _text("register"), _text("record"),
        _text("branch"), _int("period"), _text("code"), _int("severity"), _text("fields"), _text("params"),
    )  # fmt: skip
    op.create_index("ix_problem_record", "problem", ["record"])
    op.create_index("ix_problem_branch_period_code", "problem", ["branch", "period", "code"])
    op.create_table(
        "tally", _text("register"), _int("period"), _text("branch"), _text("key"), _int("n"),
        sa.PrimaryKeyConstraint("register", "period", "branch", "key", name="pk_tally"), sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "month_lock", _text("branch"), _int("period"), _int("revision"), _text("hash"),
        sa.PrimaryKeyConstraint("branch", "period", "revision", name="pk_month_lock"),
    )  # fmt: skip
    op.create_table(
        "reopening", sa.Column("number", sa.Integer, primary_key=True), _text("branch"), _int("period"),
        _int("revision"), _text("record"), _text("until"), _text("hash"),
    )  # fmt: skip
    op.create_index("ix_reopening_branch_period", "reopening", ["branch", "period"])
    op.create_table("calendar_day", sa.Column("day", sa.Text, primary_key=True), _int("worked"))
