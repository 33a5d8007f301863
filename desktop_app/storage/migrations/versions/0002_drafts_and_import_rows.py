"""Drafts that survive a crash; rows of workbooks already imported."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "draft", sa.Column("id", sa.Text, primary_key=True), _text("register"), _text("body"), _text("saved")
    )
    op.create_table(
        "import_row",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        _text("register"),
        _text("record"),
        _text("place"),
    )
