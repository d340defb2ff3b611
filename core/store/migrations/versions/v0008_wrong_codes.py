"""Wrong join codes, counted by all servers together."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "wrong_codes",
        sa.Column("learner", sa.String(64), primary_key=True),
        sa.Column("wrong", sa.Double(), nullable=False),
        sa.Column("came", sa.Double(), nullable=False, index=True),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("wrong_codes")
