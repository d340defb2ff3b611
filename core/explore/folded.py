"""A prepared table folded once, from which collinearity, rows' influence and rates all follow."""

from dataclasses import dataclass

import numpy as np

from ..data.prepare import SplitTable
from ..data.scaling import Scaling
from ..theory.spectrum import MOST_FEATURES_AT_ONCE
from ..theory.triangle import Triangle, fold

COLLINEAR = 1e-9  # of a standardized table's largest singular value: what is smaller is collinear


@dataclass(frozen=True, eq=False)
class Folded:
    """The training rows [X, 1, y] in their own units, folded.

    Attributes:
        names: Of the features.
        triangle: R of [X, 1]; d + 1 weights, the bias last.
        mean: Of each feature over the training rows, shape (d,).
    """

    names: tuple[str, ...]
    triangle: Triangle
    mean: np.ndarray

    @classmethod
    def of(cls, data: SplitTable) -> "Folded | None":
        """Folds the training rows.

        None where they are not all finite, or too large to square, or where there are more
        features than a page may ask for, in which all that follows is cubic.
        """
        x, y = data.x_raw_train, data.y_raw_train
        if x.shape[1] > MOST_FEATURES_AT_ONCE or not (
            np.isfinite(x).all() and np.isfinite(y).all()
        ):
            return None
        with np.errstate(all="ignore"):
            try:
                triangle = fold(x, y)
            except np.linalg.LinAlgError:
                return None
            squares = (triangle.factor**2).sum() + (triangle.target**2).sum() + triangle.rest
            whole = np.isfinite(squares)
            return cls(data.features, triangle, x.mean(axis=0)) if whole else None

    def scaled(self, scaling: Scaling) -> np.ndarray:
        """R of the scaled features and the bias, shape (d + 1, d + 1), not triangular any more.

        X = Q R and 1 = Q r, so (X − c) / s = Q (R − r c) / s: no row is looked at again.
        """
        if scaling.center is None or scaling.scale is None:
            return self.triangle.factor
        factor = self.triangle.factor
        features = (factor[:, :-1] - factor[:, -1:] * scaling.center) / scaling.scale
        return np.hstack([features, factor[:, -1:]])

    def standardized(self) -> np.ndarray:
        """R of the centred features over their spread, shape (d + 1, d); 0 for a constant one."""
        centred = self.scaled(Scaling(self.mean, np.ones_like(self.mean)))[:, :-1]
        length = np.linalg.norm(centred, axis=0)
        raw = np.linalg.norm(self.triangle.factor[:, :-1], axis=0)
        varies = length > COLLINEAR * np.where(raw > 0, raw, 1)
        return np.where(varies, centred / np.where(varies, length, 1), 0)
