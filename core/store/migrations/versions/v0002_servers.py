"""Several servers on one database: their heartbeats, checkpoints and commands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds columns to the table of runs, and creates the other tables."""
    for column in (
        sa.Column("pace", sa.Double()),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("moves", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("runs", column)
    op.create_table(
        "checkpoints",
        _run(primary_key=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "servers",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("beats", sa.Integer(), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("server", sa.String(200), nullable=False),
        _run(nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
    )
    op.create_index("ix_orders_server", "orders", ["server"])
    op.create_index("ix_orders_token", "orders", ["token"])


def downgrade() -> None:
    """Drops these tables and columns."""
    for table in ("orders", "servers", "checkpoints"):
        op.drop_table(table)
    with op.batch_alter_table("runs") as runs:
        for name in ("pace", "paused", "moves"):
            runs.drop_column(name)


def _run(**options) -> sa.Column:
    key = sa.ForeignKey("runs.token", ondelete="CASCADE")
    return sa.Column("token", sa.String(64), key, **options)
