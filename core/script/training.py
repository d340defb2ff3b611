"""Where a program trains, as it was met while reading."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Loop:
    """A loop around a training step: where, how often (None if unknown), what it draws."""

    line: int
    count: int | None
    shuffles: bool = False
    draws: bool = False  # without shuffling: rows with replacement, of which some come twice
    rows: int | None = None  # of all its batches together
    ends: int = 0  # the line where it may end before; 0 for none
    anew: bool = False  # whether what trains is made, or told otherwise, in each round
    dataset: Any = None  # that it goes over, where its rows are not known
    fresh: bool = False  # whether each round trains a model of its own
    end: int = 0  # its last line
    numbers: tuple[float, ...] = ()  # that it goes over, if they are fractions


@dataclass(eq=False)
class Training:
    """One training.

    Attributes:
        kind: `fit` of Keras, `sklearn`, `steps` of TensorFlow, or a hand-written `loop`.
        line: Where.
        x, y: What it trains on; for steps and loops what one step is given.
        model: Keras' model or scikit-learn's estimator.
        options: Of `fit`.
        loss: A tensor; for `fit` what `compile` was given.
        optimizer: An optimizer's object; a number for a hand-written step's rate.
        feed: Values of placeholders.
        loops: Around the step, the innermost first.
        match: Of a hand-written loop, what its numbers say.
        moves_rate: Whether a loop around it gives the rate another value.
        rows_held: Whether its rows were chosen before the innermost loop around it.
        others: The same line's trainings of other models, in other rounds of a loop.
    """

    kind: str
    line: int
    x: Any = None
    y: Any = None
    model: Any = None
    options: dict[str, Any] = field(default_factory=dict)
    loss: Any = None
    optimizer: Any = None
    feed: dict[int, Any] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
    match: Any = None
    variables: list[Any] = field(default_factory=list)
    feeds: list[dict[int, Any]] = field(default_factory=list)
    shuffles: int = 0
    moves_rate: bool = False
    rows_held: bool = False
    others: list["Training"] = field(default_factory=list)
