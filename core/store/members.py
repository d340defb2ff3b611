"""The learners of classes in the database: who is in, their runs, their answers."""

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..classroom.nickname import animal_name, clean_nickname, unique_nickname
from ..classroom.question import Value
from ..errors import InputError
from .classes import UNKNOWN, is_live
from .of_classes import OfClasses
from .tables import Answer, Classroom, Member
from .transactions import changed, write

MOST_MEMBERS = 300
LEFT = "You have left this class: to answer, join it again."
FULL = f"This class is full: it may have {MOST_MEMBERS} learners."


class Members(OfClasses):
    """Who is in a class, and what they did there."""

    def blank(self, class_id: str, number: int, blanked: bool = True) -> None:
        """Blanks a learner's nickname, or shows it again."""
        who = Member.class_id == class_id, Member.number == number
        blank = update(Member).where(*who).values(blanked=blanked)
        changed(self._session, blank.returning(Member.number))

    def members(self, class_id: str) -> list[Member]:
        """The learners of a class, in the order in which they came."""
        with self._session() as session:
            found = select(Member).where(Member.class_id == class_id).order_by(Member.number)
            return list(session.scalars(found))

    def answers(self, class_id: str, question: int | None = None) -> list[Answer]:
        """The answers to a question, or to all of them."""
        found = select(Answer).where(Answer.class_id == class_id)
        if question is not None:
            found = found.where(Answer.question == question)
        with self._session() as session:
            return list(session.scalars(found.order_by(Answer.question, Answer.round)))

    def join(self, class_id: str, learner: str, name: str = "") -> Member:
        """Lets a learner in, or changes the nickname of one who is in already.

        Args:
            class_id: The class.
            learner: Who.
            name: Nickname; an animal's name for an empty one.

        Raises:
            InputError: If the class has ended, or is full.
        """
        view = self._classes.get(class_id)
        if view is None or view.state.ended:
            raise InputError(UNKNOWN)
        name = clean_nickname(name)
        # It changes nothing, and holds the class: who joins at the same time comes in one by one.
        in_turn = update(Classroom).where(Classroom.id == class_id).values(epoch=Classroom.epoch)

        def act(session: Session) -> None:
            session.execute(in_turn)
            everybody = session.execute(
                select(Member.learner, Member.name, Member.number).where(
                    Member.class_id == class_id
                )
            ).all()
            taken = [other.name for other in everybody if other.learner != learner]
            called = unique_nickname(name, taken) if name else animal_name(taken)
            if member := session.get(Member, (class_id, learner)):
                member.name = called if name else member.name
                member.joined_at = self._clock()
                return
            if len(everybody) >= MOST_MEMBERS:
                raise InputError(FULL)
            number = max((other.number for other in everybody), default=0) + 1
            member = Member(class_id=class_id, learner=learner, number=number, name=called)
            member.blanked, member.runs, member.trained = False, 0, view.state.train
            member.pushed = 0
            member.joined_at = self._clock()
            session.add(member)

        write(self._session, act)
        member = self.member(class_id, learner)
        if member is None:
            raise InputError(UNKNOWN)
        return member

    def member(self, class_id: str, learner: str) -> Member | None:
        """A learner in a class; None if they are not in it."""
        with self._session() as session:
            return session.get(Member, (class_id, learner))

    def class_of(self, learner: str) -> str:
        """The id of the live class that a learner has joined last; empty for none."""
        joined = select(Classroom).join(Member, Member.class_id == Classroom.id)
        joined = joined.where(Member.learner == learner, is_live(self._clock()))
        with self._session() as session:
            rows = list(session.scalars(joined.order_by(Member.joined_at.desc()).limit(5)))
        return next((row.id for row in rows if not self._classes.view(row).state.ended), "")

    def leave(self, class_id: str, learner: str) -> None:
        """Takes a learner out of a class, with their answers."""

        def act(session: Session) -> None:
            for table in (Answer, Member):
                gone = table.class_id == class_id, table.learner == learner
                session.execute(delete(table).where(*gone))

        write(self._session, act)

    def set_run(self, class_id: str, learner: str, token: str) -> None:
        """Notes a learner's latest run."""
        who = Member.class_id == class_id, Member.learner == learner
        values = {"run": token, "runs": Member.runs + 1}
        changed(self._session, update(Member).where(*who).values(values).returning(Member.number))

    def note_push(self, class_id: str, learner: str, number: int) -> None:
        """Notes the push that a learner's lab has taken over."""
        who = Member.class_id == class_id, Member.learner == learner, Member.pushed < number
        noted = update(Member).where(*who).values(pushed=number)
        changed(self._session, noted.returning(Member.number))

    def claim_train(self, class_id: str, learner: str, number: int) -> bool:
        """Whether this tab is the one of the learner's tabs that does the teacher's Train."""
        who = Member.class_id == class_id, Member.learner == learner, Member.trained < number
        claim = update(Member).where(*who).values(trained=number)
        return changed(self._session, claim.returning(Member.number))

    def answer(self, class_id: str, learner: str, question: int, value: object) -> Value:
        """Keeps a learner's answer to the question on screen; the last one of a round counts.

        Raises:
            InputError: If that question is not on screen, is closed, or this is no answer to it;
                or if they are not in the class.
        """
        view = self._classes.get(class_id)
        if view is None or view.state.ended:
            raise InputError(UNKNOWN)
        if self.member(class_id, learner) is None:
            raise InputError(LEFT)
        asked = view.state.question
        if asked is None or question != len(view.state.questions):
            raise InputError("Another question is on screen now.")
        checked = asked.check(value)
        row = {"class_id": class_id, "question": question, "learner": learner}
        row |= {"round": asked.round, "answered_at": self._clock()}
        text = orjson.dumps(checked).decode()
        write(self._session, lambda session: session.merge(Answer(value=text, **row)) and None)
        return checked

    def own_answers(self, class_id: str, learner: str) -> dict[tuple[int, int], Value]:
        """A learner's answers, by question and round."""
        own = select(Answer).where(Answer.class_id == class_id, Answer.learner == learner)
        with self._session() as session:
            return {(a.question, a.round): orjson.loads(a.value) for a in session.scalars(own)}
