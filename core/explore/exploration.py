"""All that the data page shows of one choice of columns and rows, computed once."""

from dataclasses import dataclass

import numpy as np

from ..data.prepare import Chosen
from ..spec import Spec
from .collinearity import Collinearity, collinearity
from .correlation import Moments
from .folded import Folded
from .influence import Influence, influence
from .rates import Rate, rates
from .subsample import thinned

NAMED_ROWS = 50


@dataclass(frozen=True, eq=False)
class Explored:
    """The training rows, looked at; None for what needs finite values, where some are not.

    Numbers are of all of them, but only the rows that are drawn are kept: a learner may have a
    table of a million.

    Attributes:
        features, target: The columns' names.
        training: Whether a row of the table is a training row, one entry a row.
        trained, held_out: How many rows are trained on, and held out.
        dropped, filled: Rows left out because of a missing value; cells filled with a mean.
        correlation: Of every two of `names`, shape (d + 1, d + 1).
        drawn: Values of the rows that are drawn, shape (k, d + 1), a column for each of `names`.
        rows: Their numbers as they are counted in the table, from 1, ascending.
        lines: Slope, intercept and r² of the line that fits each feature alone.
        influence: Of the rows that are drawn; the most influential ones are among them.
    """

    features: tuple[str, ...]
    target: str
    training: np.ndarray
    trained: int
    held_out: int
    dropped: int
    filled: int
    correlation: np.ndarray
    drawn: np.ndarray
    rows: np.ndarray
    lines: dict[str, tuple[float, float, float]]
    influence: Influence | None
    collinearity: Collinearity | None
    rates: tuple[Rate, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The features', then the target's."""
        return (*self.features, self.target)

    def values(self, name: str) -> np.ndarray:
        """A feature's or the target's values in the rows drawn."""
        return self.drawn[:, self.names.index(name)]

    def few(self, most: int) -> np.ndarray:
        """Places of the rows drawn that are enough for a small chart, the most influential in."""
        always = self.influence.most(NAMED_ROWS) if self.influence else np.empty(0, int)
        return thinned(len(self.rows), always, most)

    def trains_on(self, row: int) -> bool:
        """Whether a row, as it is counted in the table, is a training row."""
        return 0 < row <= len(self.training) and bool(self.training[row - 1])


def explore(spec: Spec, data: Chosen, rows: int) -> Explored:
    """Looks at the training rows.

    Args:
        spec: Names momentum and bias, which the stable rates depend on.
        data: Chosen by the same spec.
        rows: How many the table has.
    """
    x, y = data.x_raw_train, data.y_raw_train
    folded = Folded.of(data)
    every = influence(data, folded) if folded else None
    drawn = thinned(len(x), every.most(NAMED_ROWS) if every else np.empty(0, int))
    moments = Moments.of(x, y)
    training = np.zeros(rows, bool)
    training[data.train_rows] = True
    return Explored(
        features=data.features,
        target=data.target,
        training=training,
        trained=len(x),
        held_out=0 if data.val_rows is None else len(data.val_rows),
        dropped=data.dropped,
        filled=data.filled,
        correlation=moments.correlation(),
        drawn=np.hstack([x[drawn], y[drawn]]),
        rows=data.train_rows[drawn] + 1,
        lines=dict(zip(data.features, moments.lines(), strict=True)),
        influence=every.of(drawn) if every else None,
        collinearity=collinearity(folded) if folded else None,
        rates=rates(spec, data, folded) if folded else (),
    )
