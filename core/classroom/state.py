"""What a teacher's lab asks of all others: one frozen state, and what follows from each act.

Each act gives a new state; the store keeps it only if nobody else has changed it meanwhile, so a
teacher may use two devices at once.
"""

import hashlib
from typing import Any, Literal, Self

import orjson
from pydantic import Field

from ..choice import Frozen
from ..errors import InputError
from .question import Question

Pace = Literal["together", "alone"]
MOST_QUESTIONS = 100
MOST_SHARED = 50
TITLE_LENGTH = 60


class Push(Frozen):
    """A set-up that the teacher has given to everybody.

    Attributes:
        number: Counts the pushes of the class, from 1.
        spec: The settings, as `Spec.model_dump` has them.
        hide: Names of the controls that are left out.
        locked: Whether learners may change nothing.
    """

    number: int
    spec: dict[str, Any]
    hide: tuple[str, ...] = ()
    locked: bool = False

    def __hash__(self) -> int:
        return hash(self.number)


class ClassState(Frozen):
    """The state of a class.

    Attributes:
        title: What the teacher calls it.
        pace: Whether a push takes everybody's lab over at once, or waits until it is opened.
        push: The latest one.
        paused: Whether nobody may train.
        train: How often everybody was made to train.
        questions: All so far; the last one is on screen.
        shared: Uploaded tables that the class may use.
        ranked: Whether the room sees who has found a mystery with how many points.
        openings: How often a mystery was opened to all.
        ended: Whether the class is over.
    """

    title: str = Field(default="", max_length=TITLE_LENGTH)
    pace: Pace = "together"
    push: Push | None = None
    paused: bool = False
    train: int = 0
    questions: tuple[Question, ...] = ()
    shared: tuple[str, ...] = ()
    ranked: bool = False
    openings: int = 0
    ended: bool = False

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The state behind `to_json`."""
        return cls.model_validate(orjson.loads(text))

    def to_json(self) -> str:
        return orjson.dumps(self.model_dump(mode="json")).decode()

    @property
    def question(self) -> Question | None:
        """The question on screen; None before the first."""
        return self.questions[-1] if self.questions else None

    @property
    def for_learners(self) -> str:
        """Names what learners' pages show of it: while that stays, none need be drawn again."""
        asked = self.question.model_copy(update={"revealed": False}) if self.question else None
        seen = self.model_copy(update={"shared": (), "ranked": False, "questions": ()})
        parts = (seen.to_json(), len(self.questions), asked and asked.model_dump_json())
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]

    def pushed(
        self,
        spec: dict[str, Any],
        hide: tuple[str, ...] = (),
        locked: bool = False,
        share: str = "",
    ) -> Self:
        """Everybody gets a set-up.

        Args:
            spec: Its plain values.
            hide: Names of the controls that are left out.
            locked: Whether learners may change nothing.
            share: An uploaded table that the class may use from now on; empty for none.
        """
        number = self.push.number + 1 if self.push else 1
        push = Push(number=number, spec=spec, hide=hide, locked=locked)
        shared = self.shared
        if share and share not in shared:
            shared = (*shared, share)[-MOST_SHARED:]
        return self._with(push=push, shared=shared)

    def unlocked(self, locked: bool) -> Self:
        """Learners may change the settings, or may not; their settings stay."""
        if self.push is None:
            return self
        return self._with(push=self.push.model_copy(update={"locked": locked}))

    def everybody_trains(self) -> Self:
        """Everybody presses Train at once; a paused class goes on."""
        return self._with(train=self.train + 1, paused=False)

    def asked(self, question: Question) -> Self:
        """A question to all; the one before is closed.

        Raises:
            InputError: If there are too many.
        """
        if len(self.questions) >= MOST_QUESTIONS:
            raise InputError(f"A class may have {MOST_QUESTIONS} questions.")
        return self._with(questions=(*self.closed().questions, question))

    def asked_again(self) -> Self:
        """The same question once more, behind the discussion."""
        return self._last(round=2, open=True, revealed=False)

    def closed(self) -> Self:
        """No more answers to the question on screen."""
        return self._last(open=False)

    def revealed(self, revealed: bool = True) -> Self:
        """The room sees the answers, or no longer."""
        return self._last(revealed=revealed)

    def with_(self, **changes: Any) -> Self:
        """With another title, pace, `paused`, `ranked` or `openings`, or ended."""
        return self._with(**changes)

    def _last(self, **changes: Any) -> Self:
        if self.question is None:
            return self
        return self._with(
            questions=(*self.questions[:-1], self.question.model_copy(update=changes))
        )

    def _with(self, **changes: Any) -> Self:
        if self.ended:
            raise InputError("This class has ended.")
        return self.model_copy(update=changes)
