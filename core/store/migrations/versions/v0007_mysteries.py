"""Mysteries, and learners at them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def within(table: str) -> sa.ForeignKey:
    """A column of rows that go with the row that they name."""
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "mysteries",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("class_id", sa.String(22), within("classes"), index=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
    )
    op.create_table(
        "plays",
        sa.Column("mystery_id", sa.String(22), within("mysteries"), primary_key=True),
        sa.Column("learner", sa.String(64), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Drops them, with every mystery."""
    for name in ("plays", "mysteries"):
        op.drop_table(name)
