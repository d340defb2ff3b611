"""Tables of runs, their events and findings, and of links."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "runs",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("server", sa.String(200), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("epochs", sa.Integer(), nullable=False),
        sa.Column("final_loss", sa.Double()),
        sa.Column("optimal_loss", sa.Double()),
        sa.Column("critical_ratio", sa.Double()),
        sa.Column("verdict", sa.String(32)),
        sa.Column("cause", sa.String(64)),
        sa.Column("summary", sa.Text()),
        sa.Column("seconds", sa.Double()),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("starred", sa.Boolean(), nullable=False),
    )
    op.create_index("runs_of_owner", "runs", ["owner", "started_at"])
    op.create_index("ix_runs_outcome", "runs", ["outcome"])
    op.create_table(
        "chunks",
        _run(primary_key=True),
        sa.Column("first", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "findings", _run(primary_key=True), sa.Column("diagnosis", sa.Text(), nullable=False)
    )
    op.create_table(
        "shares",
        sa.Column("slug", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        _run(),
        sa.Column("spec", sa.Text(), nullable=False),
    )
    op.create_index("ix_shares_owner", "shares", ["owner"])
    op.create_index("ix_shares_token", "shares", ["token"])


def downgrade() -> None:
    """Drops the tables."""
    for table in ("shares", "findings", "chunks", "runs"):
        op.drop_table(table)


def _run(**options) -> sa.Column:
    key = sa.ForeignKey("runs.token", ondelete="CASCADE")
    return sa.Column("token", sa.String(64), key, **options)
