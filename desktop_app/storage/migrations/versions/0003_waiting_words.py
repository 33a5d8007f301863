"""Words of single saves that wait for the search index."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "search_waiting",
        sa.Column("register", sa.Text, nullable=False),
        sa.Column("rid", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("register", "rid", name="pk_search_waiting"),
        sqlite_with_rowid=False,
    )
