"""Links that show what an uploaded table holds, because its owner has said so."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the column."""
    op.add_column(
        "shares", sa.Column("with_data", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Drops the column and such links: the version before would show less than they promise."""
    op.execute(sa.text("DELETE FROM shares WHERE with_data"))
    with op.batch_alter_table("shares") as shares:
        shares.drop_column("with_data")
