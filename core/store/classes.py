"""Classes in the database: opened, joined, changed, answered, ended, deleted.

Whatever was told to somebody is committed by then: a restart of the server loses no answer. Each
write that finds the database locked is tried again.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from ..classroom.code import new_code, read_code
from ..classroom.state import TITLE_LENGTH, ClassState
from ..errors import InputError
from .steady_time import steady_time
from .tables import Classroom, Teacher
from .transactions import OpenSession, changed, write

DAY = 24 * 3600.0
FORGOTTEN_SECONDS = 7 * DAY  # from a class' end until it is deleted with all its answers
ATTEMPTS = 10  # of a change that others get in the way of
MOST_OPEN = 20  # classes of one owner
CHANGED = "Somebody else has changed the class at the same moment. Try again."
UNKNOWN = "There is no such class: it has ended, or never was. Ask your teacher for the code."
TOO_MANY = f"You have {MOST_OPEN} classes open. End one of them first."


@dataclass(frozen=True)
class ClassView:
    """A class as it stands.

    Attributes:
        id, code, owner, epoch, opened_at, ends_at, version: As `core.store.tables.Classroom`.
        state: What its teacher's lab asks of all others; ended, where its time is over.
    """

    id: str
    code: str
    owner: str
    epoch: int
    opened_at: float
    ends_at: float | None
    version: int
    state: ClassState

    def state_for(self, teacher: bool) -> str:
        """What a page knows of the class that it shows: it is drawn again when that is another."""
        return f"{self.version}{'-ended' if self.state.ended else ''}" if teacher else self._seen

    @cached_property
    def _seen(self) -> str:
        return self.state.for_learners


class Classes:
    """The classes of one database.

    Args:
        session: Opens a transaction; raises `InputError` where the database cannot be reached.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        session: OpenSession,
        clock: Callable[[], float] = steady_time,
    ):
        self._session, self._clock = session, clock

    def open(self, owner: str, title: str = "") -> tuple[str, str]:
        """Opens a class that lives a day; deletes classes that have long ended.

        Args:
            owner: Who opens it.
            title: What they call it; may be empty.

        Returns:
            Its id, and the end of the teacher's link, which is kept as a hash alone.

        Raises:
            InputError: If they have too many.
        """
        now, secret = self._clock(), secrets.token_urlsafe(16)
        state = ClassState(title=" ".join(title.split())[:TITLE_LENGTH])

        def act(session: Session) -> str:
            past = delete(Classroom).where(Classroom.ends_at < now - FORGOTTEN_SECONDS)
            session.execute(past)
            live = (
                select(func.count())
                .select_from(Classroom)
                .where(Classroom.owner == owner, is_live(now))
            )
            if (session.scalar(live) or 0) >= MOST_OPEN:
                raise InputError(TOO_MANY)
            taken = select(Classroom.id)
            code = next(
                c
                for c in iter(new_code, "")
                if not session.scalar(taken.where(Classroom.code == c))
            )
            row = Classroom(
                id=secrets.token_urlsafe(16), code=code, owner=owner, epoch=0, version=1
            )
            row.secret, row.opened_at, row.ends_at = hash_of(secret), now, now + DAY
            row.state = state.to_json()
            session.add(row)
            return row.id

        return write(self._session, act), secret

    def owned(self, learner: str) -> list[ClassView]:
        """The classes that a learner teaches, the newest first."""
        shared = select(Teacher.class_id).where(Teacher.learner == learner)
        mine = or_(Classroom.owner == learner, Classroom.id.in_(shared))
        with self._session() as session:
            rows = session.scalars(
                select(Classroom).where(mine).order_by(Classroom.opened_at.desc()).limit(50)
            )
            return [self.view(row) for row in rows]

    def is_teacher(self, class_id: str, learner: str) -> bool:
        """Whether a learner teaches a class: they opened it, or came by its teacher's link."""
        own = select(Classroom.id).where(Classroom.id == class_id, Classroom.owner == learner)
        with self._session() as session:
            return bool(session.scalar(own) or session.get(Teacher, (class_id, learner)))

    def redeem(self, secret: str, learner: str) -> str:
        """Makes who comes by a teacher's link a teacher; returns the class' id, empty for none."""
        found = select(Classroom.id).where(Classroom.secret == hash_of(secret))

        def act(session: Session) -> str:
            class_id = session.scalar(found) or ""
            if class_id:
                session.merge(Teacher(class_id=class_id, learner=learner))
            return class_id

        return write(self._session, act)

    def renew_link(self, class_id: str, owner: str) -> str:
        """Makes the teacher's link anew: who came by one before is no teacher any more.

        Raises:
            InputError: If it is not their class.
        """
        secret = secrets.token_urlsafe(16)
        own = Classroom.id == class_id, Classroom.owner == owner
        anew = {"secret": hash_of(secret), "epoch": Classroom.epoch + 1}

        def act(session: Session) -> None:
            changed = update(Classroom).where(*own).values(anew).returning(Classroom.id)
            if not session.scalar(changed):
                raise InputError(UNKNOWN)
            session.execute(delete(Teacher).where(Teacher.class_id == class_id))

        write(self._session, act)
        return secret

    def change(self, class_id: str, act: Callable[[ClassState], ClassState]) -> ClassView:
        """Changes a class' state, whoever else changes it at the same time.

        Args:
            class_id: The class.
            act: Gives the new state; may be called several times.

        Raises:
            InputError: If there is no such class, or `act` refuses.
        """
        for _ in range(ATTEMPTS):
            before = self.get(class_id)
            if before is None:
                raise InputError(UNKNOWN)
            state = act(before.state).to_json()
            known = Classroom.id == class_id, Classroom.version == before.version
            values = {"state": state, "version": Classroom.version + 1}
            statement = update(Classroom).where(*known).values(values).returning(Classroom.id)
            if changed(self._session, statement) and (after := self.get(class_id)):
                return after
        raise InputError(CHANGED)

    def keep(self, class_id: str, kept: bool) -> None:
        """Keeps a class until it is ended by hand; or for one more day."""
        ends_at = None if kept else self._clock() + DAY
        self._set_end(class_id, ends_at)

    def end(self, class_id: str) -> None:
        """Ends a class: nobody joins or answers any more; its report stays for a week."""
        view = self.change(class_id, lambda state: state.closed().with_(ended=True))
        self._set_end(view.id, self._clock())

    def delete(self, class_id: str) -> None:
        """Deletes a class with its members and all answers."""
        write(
            self._session,
            lambda session: session.execute(delete(Classroom).where(Classroom.id == class_id)),
        )

    def get(self, class_id: str) -> ClassView | None:
        """A class; None if there is none of that id."""
        with self._session() as session:
            row = session.get(Classroom, class_id)
            return self.view(row) if row else None

    def by_code(self, text: str) -> str:
        """The id of the live class with a join code as somebody typed it; empty for none."""
        if not (code := read_code(text)):
            return ""
        with self._session() as session:
            row = session.scalar(select(Classroom).where(Classroom.code == code))
        return row.id if row and not self.view(row).state.ended else ""

    def _set_end(self, class_id: str, ends_at: float | None) -> None:
        statement = update(Classroom).where(Classroom.id == class_id).values(ends_at=ends_at)
        changed(self._session, statement.returning(Classroom.id))

    def view(self, row: Classroom) -> ClassView:
        """What a row of the table says."""
        state = ClassState.from_json(row.state)
        if row.ends_at is not None and row.ends_at <= self._clock() and not state.ended:
            state = state.with_(ended=True)
        return ClassView(
            row.id,
            row.code,
            row.owner,
            row.epoch,
            row.opened_at,
            row.ends_at,
            row.version,
            state,
        )


def hash_of(secret: str) -> str:
    """What is kept of a teacher's link."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_live(now: float):
    return or_(Classroom.ends_at.is_(None), Classroom.ends_at > now)
