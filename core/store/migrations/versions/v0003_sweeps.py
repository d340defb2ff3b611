"""Sweeps are kept beside runs: a run has no axes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the column."""
    op.add_column("runs", sa.Column("axes", sa.Text()))


def downgrade() -> None:
    """Drops it again, with the sweeps: the version before would take them for runs."""
    op.execute("DELETE FROM runs WHERE axes IS NOT NULL")
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("axes")
