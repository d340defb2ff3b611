"""The tables of the database. A change here needs a migration in `migrations/versions/`."""

from sqlalchemy import (
    Boolean,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME_LENGTH = 100


class Base(DeclarativeBase):
    """Base of the tables; its metadata is what the migrations must lead to."""


class Run(Base):
    """A run or a sweep, as lists show it. Its events are in `chunks`: lists do not read them.

    Attributes:
        token: The secret that gives access to the run.
        owner: The learner whose list it is on, see `core.web.learner`; empty for no list.
        server: The id of the server that trains it, or did, see `core.store.heartbeat`.
        started_at: When it was submitted, in seconds since 1970.
        spec: As JSON.
        axes: Of a sweep, as JSON; None for a run.
        words: The settings that are not the default, as text to search in.
        outcome: None while the run is live.
        reason: Why it ended as it did.
        events, epochs: How many it has, once it has ended.
        final_loss: On all training rows after the last epoch, may be infinite; None for NaN.
        optimal_loss: Of the least-squares solution.
        critical_ratio: Its highest learning rate over the predicted critical one.
        verdict, cause, summary: From its diagnosis; None before there is one.
        seconds: Of training.
        name, starred: Given by its owner.
        pace: Epochs a second; None for no limit.
        paused: Whether the learner has paused it.
        moves: How often a server has taken it over.
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
    """Consecutive events of a run.

    Attributes:
        token: Of the run.
        first: The number of the chunk's first event among the run's events.
        lines: The events, as `core.store.chunks.pack` returns them.
    """

    __tablename__ = "chunks"

    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), primary_key=True
    )
    first: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lines: Mapped[bytes] = mapped_column(LargeBinary)


class Findings(Base):
    """The diagnosis of a run.

    Attributes:
        token: Of the run.
        diagnosis: Complete, as JSON.
    """

    __tablename__ = "findings"

    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), primary_key=True
    )
    diagnosis: Mapped[str] = mapped_column(Text)


class Share(Base):
    """A short link that its owner may revoke.

    Attributes:
        slug: The random end of the link.
        owner: The learner who made it.
        made_at: In seconds since 1970.
        token: Of the run it shows; None if it shows a spec only.
        spec: As JSON.
        with_data: Whether it shows what an uploaded table holds: names of columns, weights, causes.
    """

    __tablename__ = "shares"

    slug: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[float] = mapped_column(Double)
    token: Mapped[str | None] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), index=True
    )
    spec: Mapped[str] = mapped_column(Text)
    with_data: Mapped[bool] = mapped_column(Boolean, default=False)


class Checkpoint(Base):
    """The checkpoint that a live run can resume from on another server.

    Attributes:
        token: Of the run.
        held: How many of the run's events it covers: those that came before it.
        state: As `core.training.checkpoint` encodes it.
    """

    __tablename__ = "checkpoints"

    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), primary_key=True
    )
    held: Mapped[int] = mapped_column(Integer)
    state: Mapped[bytes] = mapped_column(LargeBinary)


class Server(Base):
    """A server that is alive, as far as the others know.

    Attributes:
        name: Its id, see `core.store.heartbeat`.
        beats: Counter of its heartbeats.
    """

    __tablename__ = "servers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    beats: Mapped[int] = mapped_column(Integer, default=0)


class Command(Base):
    """A command for a run, on its way from one server to another.

    Attributes:
        number: Commands are carried out in this order.
        server: The id of the server that trains the run.
        token: Of the run.
        told: The command, as JSON.
    """

    __tablename__ = "orders"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    server: Mapped[str] = mapped_column(String(200), index=True)
    token: Mapped[str] = mapped_column(
        String(64), ForeignKey("runs.token", ondelete="CASCADE"), index=True
    )
    told: Mapped[str] = mapped_column(Text)


class Secret(Base):
    """A secret that all servers of this database share.

    Attributes:
        name: What it is for.
        value: Random text.
    """

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Classroom(Base):
    """A class.

    Attributes:
        id: Names it in the database and on its teacher's screens; opens nothing by itself.
        code: The join code.
        owner: The learner who opened it.
        secret: Hash of the end of the teacher's link.
        epoch: Counts the teacher's links; tickets of those before are worth nothing.
        opened_at, ends_at: In seconds since 1970; `ends_at` is None for a class that is kept.
        version: Counts the changes of its state.
        state: As `core.classroom.state.ClassState.to_json` returns it.
    """

    __tablename__ = "classes"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    opened_at: Mapped[float] = mapped_column(Double)
    ends_at: Mapped[float | None] = mapped_column(Double)
    version: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(Text)


class Teacher(Base):
    """Who has opened a class' teacher's link, beside its owner.

    Attributes:
        class_id: The class.
        learner: Who.
    """

    __tablename__ = "teachers"

    class_id: Mapped[str] = mapped_column(
        String(22), ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True
    )
    learner: Mapped[str] = mapped_column(String(64), primary_key=True)


class Member(Base):
    """A learner in a class.

    Attributes:
        class_id: The class.
        learner: Who, in all their tabs.
        number: Names them in the class, from 1.
        name: Nickname.
        blanked: Whether the teacher has blanked it.
        joined_at: In seconds since 1970.
        run: Token of their latest run in the class; None before the first.
        runs: How many they have had.
        trained: Of the teacher's "everybody Train", the last one that they did.
        pushed: Of the teacher's set-ups, the last one that their lab has taken over.
    """

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("class_id", "number"),)

    class_id: Mapped[str] = mapped_column(
        String(22), ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True
    )
    learner: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(24))
    blanked: Mapped[bool] = mapped_column(Boolean, default=False)
    joined_at: Mapped[float] = mapped_column(Double)
    run: Mapped[str | None] = mapped_column(String(64))
    runs: Mapped[int] = mapped_column(Integer, default=0)
    trained: Mapped[int] = mapped_column(Integer, default=0)
    pushed: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Answer(Base):
    """A learner's answer to one round of a question; a later one takes its place.

    Attributes:
        class_id: The class.
        question: Its number in the class, from 1.
        round: 1, or 2 behind the discussion.
        learner: Who.
        value: As JSON.
        answered_at: In seconds since 1970.
    """

    __tablename__ = "answers"

    class_id: Mapped[str] = mapped_column(
        String(22), ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    round: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    learner: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[float] = mapped_column(Double)


class MysteryRow(Base):
    """A mystery: what is hidden behind an id that a spec may name.

    Attributes:
        id: Unguessable; tells nothing.
        owner: Who made it.
        class_id: The class whose learners may run it; None for whoever has its id.
        secret: As `core.classroom.mystery.Secret`, as JSON.
        opened: Whether it was opened to all.
        made_at: In seconds since 1970.
    """

    __tablename__ = "mysteries"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    class_id: Mapped[str | None] = mapped_column(
        String(22), ForeignKey("classes.id", ondelete="CASCADE"), index=True
    )
    secret: Mapped[str] = mapped_column(Text)
    opened: Mapped[bool] = mapped_column(Boolean, default=False)
    made_at: Mapped[float] = mapped_column(Double)


class PlayRow(Base):
    """A learner at a mystery.

    Attributes:
        mystery_id: The mystery.
        learner: Who.
        state: As `core.classroom.play.Play.to_json` returns it.
    """

    __tablename__ = "plays"

    mystery_id: Mapped[str] = mapped_column(
        String(22), ForeignKey("mysteries.id", ondelete="CASCADE"), primary_key=True
    )
    learner: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(Text)


class WrongCode(Base):
    """Wrong join codes of one learner, or of everybody.

    Attributes:
        learner: Who; empty for everybody.
        wrong: How many, of which time forgives some.
        came: When the last one came, in seconds since 1970.
    """

    __tablename__ = "wrong_codes"

    learner: Mapped[str] = mapped_column(String(64), primary_key=True)
    wrong: Mapped[float] = mapped_column(Double)
    came: Mapped[float] = mapped_column(Double, index=True)
