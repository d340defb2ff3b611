"""The tables of the database. A change here wants a migration in `migrations/versions/`."""

from sqlalchemy import (
    Boolean,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME_LENGTH = 100


class Base(DeclarativeBase):
    """What the tables have in common: the metadata that migrations are compared with."""


class Run(Base):
    """A run or a sweep, as a list shows it; its events are elsewhere, so that lists stay quick.

    Attributes:
        token: The secret by which its live curve is read.
        owner: Of which learner it is, see `core.web.learner`; empty for one that is on no list.
        server: Which server trains it, or did, see `core.store.heartbeat`.
        started_at: When it was asked for, in seconds since 1970.
        spec: As JSON.
        axes: Of a sweep, as JSON; None for a run.
        words: What in the spec is not the default, as text to search in.
        outcome: None while it goes on.
        reason: Why it ended as it did.
        events, epochs: How many it has told.
        final_loss: Of the whole training set at the end, where finite or infinite; None for NaN.
        optimal_loss: Of least squares.
        critical_ratio: Its highest learning rate over the critical one, as predicted.
        verdict, cause, summary: What the diagnosis found; None before it was asked.
        seconds: Of training.
        name, starred: Given by its owner.
        pace: Epochs a second, None for as fast as it goes.
        paused: Whether the learner has paused it.
        moves: How many servers have taken it over from one that was gone.
    """

    __tablename__ = "runs"
    __table_args__ = (Index("runs_of_owner", "owner", "started_at"),)

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), default="")
    server: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[float] = mapped_column(Double)
    spec: Mapped[str] = mapped_column(Text)
    axes: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(16), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    events: Mapped[int] = mapped_column(Integer, default=0)
    epochs: Mapped[int] = mapped_column(Integer, default=0)
    final_loss: Mapped[float | None] = mapped_column(Double)
    optimal_loss: Mapped[float | None] = mapped_column(Double)
    critical_ratio: Mapped[float | None] = mapped_column(Double)
    verdict: Mapped[str | None] = mapped_column(String(32))
    cause: Mapped[str | None] = mapped_column(String(64))
    summary: Mapped[str | None] = mapped_column(Text)
    seconds: Mapped[float | None] = mapped_column(Double)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    starred: Mapped[bool] = mapped_column(Boolean, default=False)
    pace: Mapped[float | None] = mapped_column(Double)
    paused: Mapped[bool] = mapped_column(Boolean, default=False)
    moves: Mapped[int] = mapped_column(Integer, default=0)


class Chunk(Base):
    """Some successive events of a run, packed by `core.store.chunks`.

    Attributes:
        token: Of the run.
        first: The number of the first of them among the run's events.
        lines: The events.
    """

    __tablename__ = "chunks"

    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), primary_key=True
    )
    first: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lines: Mapped[bytes] = mapped_column(LargeBinary)


class Findings(Base):
    """What the diagnosis said of a run, whole, as JSON."""

    __tablename__ = "findings"

    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), primary_key=True
    )
    diagnosis: Mapped[str] = mapped_column(Text)


class Share(Base):
    """A short link that its owner may revoke.

    Attributes:
        slug: What the link ends in; cannot be guessed.
        owner: Who made it.
        made_at: In seconds since 1970.
        token: Of the run it shows; None where it shows a spec only.
        spec: As JSON.
    """

    __tablename__ = "shares"

    slug: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[float] = mapped_column(Double)
    token: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), index=True
    )
    spec: Mapped[str] = mapped_column(Text)


class Checkpoint(Base):
    """What a live run can go on from on another server.

    Attributes:
        token: Of the run.
        held: How many of its events it holds.
        state: As `core.training.checkpoint` has it.
    """

    __tablename__ = "checkpoints"

    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), primary_key=True
    )
    held: Mapped[int] = mapped_column(Integer)
    state: Mapped[bytes] = mapped_column(LargeBinary)


class Server(Base):
    """A server that lives, as far as the others know.

    Attributes:
        name: Of its process, see `core.store.heartbeat`.
        beats: Grows while it lives.
    """

    __tablename__ = "servers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    beats: Mapped[int] = mapped_column(Integer, default=0)


class Order(Base):
    """What one server asks another to do with a run.

    Attributes:
        number: In the order they were given.
        server: Whose run it is.
        token: Of the run.
        told: The order, as JSON.
    """

    __tablename__ = "orders"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    server: Mapped[str] = mapped_column(String(200), index=True)
    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), index=True
    )
    told: Mapped[str] = mapped_column(Text)
