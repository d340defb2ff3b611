"""Which of the teacher's pushes a learner has taken over, so that a reload does not do it again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("members", sa.Column("pushed", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drops it: a reload takes the push over once more."""
    with op.batch_alter_table("members") as members:
        members.drop_column("pushed")
