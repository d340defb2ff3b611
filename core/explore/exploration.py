"""Computes everything that the data page shows of a choice of columns and rows."""

from dataclasses import dataclass

import numpy as np

from ..data.prepare import SplitTable
from ..spec import Spec
from .collinearity import Collinearity, collinearity
from .correlation import Moments
from .folded import Folded
from .influence import Influence, influence
from .rates import Rate, rates
from .subsample import subsample

TOP_ROWS = 50


@dataclass(frozen=True, eq=False)
class Exploration:
    """Statistics of the training rows; None for what needs finite values, where some are not.

    Statistics cover all rows, but only a subsample is stored for charts: a table may have a
    million rows.

    Attributes:
        features, target: The columns' names.
        training: Whether each row of the table is a training row.
        trained, held_out: Number of training rows and of validation rows.
        dropped, filled: Number of rows dropped for a missing value; of cells filled with a mean.
        correlation: Of every two of `names`, shape (d + 1, d + 1).
        drawn: Values of the subsample, shape (k, d + 1), a column for each of `names`.
        rows: The subsample's row numbers in the table, from 1, ascending.
        lines: Slope, intercept and r² of the line that fits each feature alone.
        influence: Of the subsample, which contains the most influential rows.
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
        """A feature's or the target's values in the subsample."""
        return self.drawn[:, self.names.index(name)]

    def subsample(self, limit: int) -> np.ndarray:
        """Positions in the subsample for a small chart, with the most influential rows."""
        always = self.influence.top(TOP_ROWS) if self.influence else np.empty(0, int)
        return subsample(len(self.rows), always, limit)

    def trains_on(self, row: int) -> bool:
        """Whether a row, by its number in the table, is a training row."""
        return 0 < row <= len(self.training) and bool(self.training[row - 1])


def explore(spec: Spec, data: SplitTable, rows: int) -> Exploration:
    """Computes statistics of the training rows.

    Args:
        spec: Gives momentum and bias, on which the stable rates depend.
        data: The table, split by the same spec.
        rows: Number of rows of the table.
    """
    x, y = data.x_raw_train, data.y_raw_train
    folded = Folded.of(data)
    all_rows = influence(data, folded) if folded else None
    drawn = subsample(len(x), all_rows.top(TOP_ROWS) if all_rows else np.empty(0, int))
    moments = Moments.of(x, y)
    training = np.zeros(rows, bool)
    training[data.train_rows] = True
    return Exploration(
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
        influence=all_rows.of(drawn) if all_rows else None,
        collinearity=collinearity(folded) if folded else None,
        rates=rates(spec, data, folded) if folded else (),
    )
