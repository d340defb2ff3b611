"""All that the data page shows of one choice of columns and rows, computed once."""

from dataclasses import dataclass

import numpy as np

from core.data.prepare import Prepared
from core.explore.collinearity import Collinearity, collinearity
from core.explore.correlation import correlation
from core.explore.folded import Folded
from core.explore.influence import Influence, influence
from core.explore.rates import Rate, rates
from core.explore.thin import thinned
from core.spec import Spec

NAMED_ROWS = 50


@dataclass(frozen=True, eq=False)
class Explored:
    """The training rows, looked at; None for what needs finite values, where some are not.

    Attributes:
        data: The prepared table.
        names: The features', then the target's.
        correlation: Of every two of them, shape (d + 1, d + 1).
        drawn: Positions of the training rows that are drawn, ascending.
        lines: Slope, intercept and r² of the line that fits each feature alone.
    """

    data: Prepared
    names: tuple[str, ...]
    correlation: np.ndarray
    drawn: np.ndarray
    lines: dict[str, tuple[float, float, float]]
    influence: Influence | None
    collinearity: Collinearity | None
    rates: tuple[Rate, ...]

    @property
    def rows(self) -> np.ndarray:
        """The numbers of the rows drawn, as they are counted in the table, from 1."""
        return self.data.train_rows[self.drawn] + 1

    def values(self, name: str) -> np.ndarray:
        """A feature's or the target's values in the rows drawn."""
        if name == self.data.target:
            return self.data.y_raw_train[self.drawn, 0]
        return self.data.x_raw_train[self.drawn, self.data.features.index(name)]


def explore(spec: Spec, data: Prepared) -> Explored:
    """Looks at the training rows.

    Args:
        spec: Names momentum and bias, which the stable rates depend on.
        data: Prepared by the same spec.
    """
    folded = Folded.of(data)
    x, y = data.x_raw_train, data.y_raw_train
    found = influence(data, folded) if folded else None
    always = found.most(NAMED_ROWS) if found else np.empty(0, int)
    names = (*data.features, data.target)
    related = correlation(x, y)
    with np.errstate(all="ignore"):
        slopes = related[-1, :-1] * y.std() / x.std(axis=0)
        starts = y.mean() - slopes * x.mean(axis=0)
    return Explored(
        data=data,
        names=names,
        correlation=related,
        drawn=thinned(len(x), always),
        lines={
            name: (float(slopes[j]), float(starts[j]), float(related[-1, j] ** 2))
            for j, name in enumerate(data.features)
        },
        influence=found,
        collinearity=collinearity(folded) if folded else None,
        rates=rates(spec, data, folded) if folded else (),
    )
