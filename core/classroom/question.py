"""Questions that a teacher asks before a run, the answers to them, and how they are counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import Field

from ..choice import Frozen
from ..errors import InputError

Kind = Literal["regime", "epochs", "curve", "cause", "choice"]
Value = int | list[int]
REGIMES = {
    "settles": "It falls and settles",
    "swings": "It swings up and down",
    "rises": "It rises",
    "crawls": "It hardly moves",
}
ASKED = {
    "regime": "What will the loss do?",
    "epochs": "After how many epochs is the loss near its optimum?",
    "curve": "Draw the curve that you expect.",
    "cause": "What is the cause?",
    "choice": "What do you think?",
}
BINS = (10, 30, 100, 300, 1000)  # upper ends of the bars for epochs
NEVER = 0  # as an answer in epochs
MOST_EPOCHS = 100_000
HEIGHTS = 13  # points of a drawn curve, evenly spaced over the run
HIGHEST = 100  # of a drawn curve: the top of the drawing; 0 is its bottom, 50 where it starts
MOST_OPTIONS = 8
LONGEST = 200  # characters of a question, or of an option


class Question(Frozen):
    """One question to the class.

    Attributes:
        kind: What is asked for; it decides what an answer is.
        text: The question in words.
        options: Keys of what may be chosen, or texts of the teacher's own.
        gate: Whether a learner's Train opens only after the answer.
        round: 1 for what each thinks alone, 2 behind the discussion.
        open: Whether answers are taken.
        revealed: Whether the room sees the answers.
    """

    kind: Kind = "regime"
    text: str = Field(default="", max_length=LONGEST)
    options: tuple[str, ...] = Field(default=(), max_length=MOST_OPTIONS)
    gate: bool = True
    round: Literal[1, 2] = 1
    open: bool = True
    revealed: bool = False

    @classmethod
    def of(cls, kind: Kind, text: str = "", options: Sequence[str] = (), gate: bool = True):
        """A question of that kind, with its own words and options where none are given.

        Raises:
            InputError: If there is nothing to choose between, or a text is too long.
        """
        text = " ".join(text.split())[:LONGEST] or ASKED[kind]
        chosen = tuple(REGIMES) if kind == "regime" else ()
        if kind in ("cause", "choice"):
            cleaned = (" ".join(option.split())[:LONGEST] for option in options)
            chosen = tuple(dict.fromkeys(option for option in cleaned if option))[:MOST_OPTIONS]
            if len(chosen) < 2:
                raise InputError(
                    f"`options` must have at least 2 to choose between. Received: {len(chosen)}."
                )
        return cls(kind=kind, text=text, options=chosen, gate=gate)

    def check(self, value: Any) -> Value:
        """An answer, as it is kept.

        Raises:
            InputError: If it is none to this question.
        """
        if not self.open:
            raise InputError("This question is closed: the answer before counts.")
        match self.kind:
            case "epochs" if _is_int(value, NEVER, MOST_EPOCHS):
                return value
            case "curve" if isinstance(value, list) and len(value) == HEIGHTS:
                if all(_is_int(height, 0, HIGHEST) for height in value):
                    return value
            case _ if self.options and _is_int(value, 0, len(self.options) - 1):
                return value
        raise InputError(f"An answer to this question must be one of its kind. {_what(self)}")

    def bars(self, values: Iterable[Value]) -> list[tuple[str, int]]:
        """How many gave each answer: pairs of the option's key and a count; none for curves."""
        if self.kind == "curve":
            return []
        if self.kind == "epochs":
            counts = Counter(bin_of(value) for value in values if isinstance(value, int))
            return [(name, counts[name]) for name in epoch_bins()]
        counts = Counter(values)  # type: ignore[arg-type]
        return [(option, counts[index]) for index, option in enumerate(self.options)]


def epoch_bins() -> list[str]:
    """The names of the bars for epochs."""
    names = [f"up to {end}" for end in BINS]
    return [*names, f"more than {BINS[-1]}", "never"]


def bin_of(epochs: int) -> str:
    """The name of the bar that a number of epochs belongs to."""
    if epochs == NEVER:
        return "never"
    return next((f"up to {end}" for end in BINS if epochs <= end), f"more than {BINS[-1]}")


def regime_of(outcome: str | None, verdict: str | None) -> str:
    """What a run that has ended did, as a key of `REGIMES`; empty where that is not known."""
    if outcome == "diverged" or verdict == "diverging":
        return "rises"
    if outcome != "completed":
        return ""
    return {"oscillating": "swings", "slow": "crawls", "stuck": "crawls"}.get(
        verdict or "", "settles"
    )


def _is_int(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _what(question: Question) -> str:
    if question.kind == "epochs":
        return f"It is a whole number up to {MOST_EPOCHS:,}."
    if question.kind == "curve":
        return f"It is {HEIGHTS} heights from 0 to {HIGHEST}."
    return f"It is a place from 0 to {len(question.options) - 1}."
