"""Classes: their teachers, members and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def within(table: str) -> sa.ForeignKey:
    """A column of rows that go with the row that they name."""
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "classes",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("secret", sa.String(64), nullable=False, unique=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("ends_at", sa.Double()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
    )
    op.create_table(
        "teachers",
        sa.Column("class_id", sa.String(22), within("classes"), primary_key=True),
        sa.Column("learner", sa.String(64), primary_key=True),
    )
    op.create_table(
        "members",
        sa.Column("class_id", sa.String(22), within("classes"), primary_key=True),
        sa.Column("learner", sa.String(64), primary_key=True, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("blanked", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.Double(), nullable=False),
        sa.Column("run", sa.String(64)),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("trained", sa.Integer(), nullable=False),
        sa.UniqueConstraint("class_id", "number"),
    )
    op.create_table(
        "answers",
        sa.Column("class_id", sa.String(22), within("classes"), primary_key=True),
        sa.Column("question", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("round", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("learner", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    """Drops them, with every class."""
    for name in ("answers", "members", "teachers", "classes"):
        op.drop_table(name)
