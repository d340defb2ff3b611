"""Mysteries in the database: made, run, played, opened.

What one hides leaves this file in two ways: `to_train`, for a worker, and `told`, once it is open.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..classroom.mystery import Secret
from ..classroom.play import Play
from ..errors import InputError
from .classes import CHANGED, DAY
from .of_classes import OfClasses
from .tables import Member, MysteryRow, PlayRow
from .transactions import changed, write

ATTEMPTS = 10  # of a change that another tab gets in the way of
FORGOTTEN_SECONDS = 30 * DAY  # from the making of a mystery of no class until it is deleted
KEPT = 50  # mysteries of one learner that belong to no class; then the oldest is deleted
UNKNOWN = "There is no such mystery: it was deleted, or never was. Take another one."
OTHER_CLASS = (
    "This mystery is for the learners of a class that you are not in: join it by its code, or take "
    "another one."
)
ONLY_TEACHERS = "Only a teacher of the class opens its mystery."


@dataclass(frozen=True)
class ClassMystery:
    """A mystery of a class, as its teacher may hand it on.

    Attributes:
        secret: What it hides; None until it was opened, or its class has ended.
        plays: How far each learner is who has begun with it.
    """

    secret: Secret | None
    plays: Mapping[str, Play]


class Mysteries(OfClasses):
    """The mysteries of one database."""

    def make(self, owner: str, secret: Secret, class_id: str | None = None) -> str:
        """Hides something; returns the id under which a spec may name it.

        Args:
            owner: Who makes it.
            secret: What it hides.
            class_id: The class whose learners may run it; None for whoever has the id.
        """
        row_id, now = secrets.token_urlsafe(16), self._clock()
        alone = MysteryRow.class_id.is_(None)
        own = MysteryRow.owner == owner, alone

        def act(session: Session) -> None:
            row = MysteryRow(id=row_id, owner=owner, class_id=class_id, opened=False, made_at=now)
            row.secret = secret.model_dump_json()
            past = delete(MysteryRow).where(alone, MysteryRow.made_at < now - FORGOTTEN_SECONDS)
            session.execute(past)
            session.add(row)
            session.flush()
            latest = select(MysteryRow.id).where(*own).order_by(MysteryRow.made_at.desc())
            kept = list(session.scalars(latest.limit(KEPT)))
            if len(kept) == KEPT:
                session.execute(delete(MysteryRow).where(*own, MysteryRow.id.not_in(kept)))

        write(self._session, act)
        return row_id

    def discard(self, mystery_id: str, owner: str) -> None:
        """Deletes a mystery that its owner has given to nobody."""
        own = delete(MysteryRow).where(MysteryRow.id == mystery_id, MysteryRow.owner == owner)
        write(self._session, lambda session: session.execute(own))

    def to_train(self, mystery_id: str) -> Secret:
        """What a worker is to run.

        Raises:
            InputError: If there is no such mystery.
        """
        return _secret(self._row(mystery_id))

    def check(self, mystery_id: str, learner: str) -> None:
        """Refuses a mystery that this learner may not run.

        Raises:
            InputError: One sentence: there is none, or it is another class'.
        """
        self._allowed(mystery_id, learner)

    def play(self, mystery_id: str, learner: str) -> Play:
        """How far a learner is; raises `InputError` as `check` does."""
        self._allowed(mystery_id, learner)
        with self._session() as session:
            row = session.get(PlayRow, (mystery_id, learner))
            return Play.from_json(row.state) if row else Play()

    def buy(self, mystery_id: str, learner: str, piece: str) -> Play:
        """Sells a piece of evidence; one that was bought costs nothing.

        Raises:
            InputError: If there is none, or the mystery is over.
        """
        return self._change(mystery_id, learner, lambda play, _: play.with_piece(piece))

    def guess(self, mystery_id: str, learner: str, guess: str) -> Play:
        """Takes a guess of the stage, or of the cause behind it.

        Raises:
            InputError: As `core.classroom.play.Play.guessed` does.
        """
        return self._change(mystery_id, learner, lambda play, secret: play.guessed(guess, secret))

    def give_up(self, mystery_id: str, learner: str) -> Play:
        """Opens a mystery of no class to a learner who has not found it.

        Raises:
            InputError: If it is a class'; its teacher opens it.
        """
        if self._allowed(mystery_id, learner).class_id:
            raise InputError(ONLY_TEACHERS)

        def act(play: Play, _: Secret) -> Play:
            return play if play.over else play.model_copy(update={"given_up": True})

        return self._change(mystery_id, learner, act)

    def open(self, mystery_id: str, teacher: str) -> None:
        """Opens a class' mystery to all.

        Raises:
            InputError: If it is not a class that they teach.
        """
        row = self._row(mystery_id)
        if not row.class_id or not self._classes.is_teacher(row.class_id, teacher):
            raise InputError(ONLY_TEACHERS)
        opened = update(MysteryRow).where(MysteryRow.id == mystery_id).values(opened=True)
        changed(self._session, opened.returning(MysteryRow.id))

    def told(self, mystery_id: str, learner: str) -> Secret | None:
        """What it hides, once it is open to this learner; None before.

        A class' mystery is open when its teacher has opened it or the class has ended, any other
        when it was found or given up.

        Raises:
            InputError: As `check` does.
        """
        row = self._allowed(mystery_id, learner)
        if self._is_open(row) or (row.class_id is None and self.play(mystery_id, learner).over):
            return _secret(row)
        return None

    def hidden_from_class(self, mystery_id: str, teacher: str) -> Secret | None:
        """What a class' mystery hides, for its teacher alone; None for anybody else."""
        row = self._row(mystery_id)
        taught = row.class_id and self._classes.is_teacher(row.class_id, teacher)
        return _secret(row) if taught else None

    def class_of(self, mystery_id: str) -> str:
        """The id of the class that a mystery is of; empty for none."""
        return self._row(mystery_id).class_id or ""

    def plays(self, mystery_id: str) -> dict[str, Play]:
        """Everybody's, by learner."""
        with self._session() as session:
            rows = session.scalars(select(PlayRow).where(PlayRow.mystery_id == mystery_id))
            return {row.learner: Play.from_json(row.state) for row in rows}

    def joined_since(self, mystery_id: str) -> list[Member]:
        """Who of its class has joined, or come back, since a mystery was hidden."""
        row = self._row(mystery_id)
        late = Member.class_id == row.class_id, Member.joined_at > row.made_at
        with self._session() as session:
            return list(session.scalars(select(Member).where(*late).order_by(Member.number)))

    def of_class(self, class_id: str) -> list[ClassMystery]:
        """The mysteries of a class with which somebody has begun, the oldest first."""
        own = select(MysteryRow).where(MysteryRow.class_id == class_id)
        with self._session() as session:
            rows = list(session.scalars(own.order_by(MysteryRow.made_at)))
        open_ = [_secret(row) if self._is_open(row) else None for row in rows]
        told = [ClassMystery(s, self.plays(r.id)) for s, r in zip(open_, rows, strict=True)]
        return [mystery for mystery in told if mystery.plays]

    def _is_open(self, row: MysteryRow) -> bool:
        """Whether it is told to all who may run it."""
        if row.opened or row.class_id is None:
            return row.opened
        view = self._classes.get(row.class_id)
        return view is None or view.state.ended

    def _row(self, mystery_id: str) -> MysteryRow:
        with self._session() as session:
            row = session.get(MysteryRow, mystery_id)
        if row is None:
            raise InputError(UNKNOWN)
        return row

    def _allowed(self, mystery_id: str, learner: str) -> MysteryRow:
        row = self._row(mystery_id)
        if row.class_id and not self._classes.is_teacher(row.class_id, learner):
            with self._session() as session:
                if session.get(Member, (row.class_id, learner)) is None:
                    raise InputError(OTHER_CLASS)
        return row

    def _change(self, mystery_id: str, learner: str, act: Callable[[Play, Secret], Play]) -> Play:
        """Changes a learner's play, whatever their other tab does at the same time."""
        row = self._allowed(mystery_id, learner)
        if self._is_open(row):
            raise InputError("This mystery was opened: its points are told.")
        secret = _secret(row)
        for _ in range(ATTEMPTS):
            before = self._started(mystery_id, learner)
            after = act(before, secret)
            if after == before:
                return after
            mine = PlayRow.mystery_id == mystery_id, PlayRow.learner == learner
            known = update(PlayRow).where(*mine, PlayRow.state == before.to_json())
            step = known.values(state=after.to_json()).returning(PlayRow.learner)
            if changed(self._session, step):
                return after
        raise InputError(CHANGED)

    def _started(self, mystery_id: str, learner: str) -> Play:
        """A learner's play, which is in the database from now on."""

        def act(session: Session) -> str:
            row = session.get(PlayRow, (mystery_id, learner))
            if row is None:
                row = PlayRow(mystery_id=mystery_id, learner=learner, state=Play().to_json())
                session.add(row)
            return row.state

        return Play.from_json(write(self._session, act))


def _secret(row: MysteryRow) -> Secret:
    return Secret.model_validate(orjson.loads(row.secret))
