"""Sweeps in the table of runs: a sweep has axes, a run has none."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("runs", sa.Column("axes", sa.Text()))


def downgrade() -> None:
    """Drops the column and the sweeps: the version before would list them as runs."""
    op.execute("DELETE FROM runs WHERE axes IS NOT NULL")
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("axes")
