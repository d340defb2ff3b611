"""One learner at one mystery: what they have bought, what they have guessed, their points."""

from collections.abc import Mapping
from typing import Self

import orjson

from ..choice import Frozen
from ..errors import InputError
from .mystery import CAUSES, STAGES, Secret

PIECES: Mapping[str, int] = {  # of evidence, and what each costs; the curve is free
    "norms": 1,
    "values": 2,
    **dict.fromkeys(STAGES[:-1], 2),
}
START = 20  # points, of which evidence and wrong guesses take
WRONG_STAGE, WRONG_CAUSE = 2, 3
LEAST = 1  # points of who has found it at all
OVER = "This mystery is over for you: it was found, or opened."
STAGE_FIRST = "Guess the stage first: the causes are asked for behind it."


class Play(Frozen):
    """How far a learner is.

    Attributes:
        bought: Pieces of evidence, in the order in which they were bought.
        wrong: Wrong guesses: stages and causes.
        stage: The stage that was guessed right; empty before.
        solved: Whether the cause was guessed.
        given_up: Whether it was opened to this learner unsolved.
    """

    bought: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    stage: str = ""
    solved: bool = False
    given_up: bool = False

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The play behind `to_json`."""
        return cls.model_validate(orjson.loads(text))

    def to_json(self) -> str:
        return orjson.dumps(self.model_dump()).decode()

    @property
    def over(self) -> bool:
        """Whether nothing more can be bought or guessed."""
        return self.solved or self.given_up

    @property
    def points(self) -> int:
        """What there is to win, or what was won."""
        if self.given_up:
            return 0
        spent = sum(PIECES[piece] for piece in self.bought)
        spent += sum(WRONG_STAGE if guess in STAGES else WRONG_CAUSE for guess in self.wrong)
        return max(LEAST, START - spent)

    def with_piece(self, piece: str) -> Self:
        """With one more piece; the same where it was bought before.

        Raises:
            InputError: If there is no such piece, or the mystery is over.
        """
        if piece not in PIECES:
            raise InputError(f"There is no such evidence. Received: {piece[:40]!r}.")
        if piece in self.bought:
            return self
        self._check_open()
        return self.model_copy(update={"bought": (*self.bought, piece)})

    def guessed(self, guess: str, secret: Secret) -> Self:
        """After a guess: of the stage, and once that is right, of the cause.

        Raises:
            InputError: If there is no such stage or cause, or the mystery is over.
        """
        if guess not in (*STAGES, *CAUSES):
            raise InputError(f"There is no such stage or cause. Received: {guess[:40]!r}.")
        self._check_open()
        if guess in self.wrong or guess == self.stage:
            return self
        if guess in STAGES:
            right = guess in secret.stages
            if self.stage:
                return self
            update = {"stage": guess} if right else {"wrong": (*self.wrong, guess)}
        elif not self.stage:
            raise InputError(STAGE_FIRST)
        else:
            right = guess == secret.cause
            update = {"solved": True} if right else {"wrong": (*self.wrong, guess)}
        return self.model_copy(update=update)

    def _check_open(self) -> None:
        if self.over:
            raise InputError(OVER)
