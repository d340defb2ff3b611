"""Scaling of features and target, fitted by scikit-learn's scalers."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

SCALERS: dict[str, Any] = {
    "standard": StandardScaler,
    "minmax": MinMaxScaler,
    "robust": RobustScaler,
}
BLOCK_ROWS = 65_536
QUARTILES = (25, 25, 50, 75, 75)  # percentiles: five rows with the same quartiles as all rows


@dataclass(frozen=True, eq=False)
class Scaling:
    """scaled = (raw - center) / scale, column by column; no change where both are None.

    Attributes:
        center: Of each column, shape (d,), float64, in the column's unit.
        scale: Of each column, shape (d,), float64, in the column's unit; never zero.
    """

    center: np.ndarray | None = None
    scale: np.ndarray | None = None

    @classmethod
    def fit(cls, kind: str, raw: np.ndarray) -> Self:
        """Fits scikit-learn's scaler of that kind to `raw`.

        Args:
            kind: `none`, `standard` (zero mean, unit variance), `minmax` (0 to 1) or `robust`
                (median and interquartile range).
            raw: The training rows, shape (n, d), float64. Non-finite values are ignored.
        """
        if kind == "none":
            return cls()
        with np.errstate(all="ignore"):
            scaler = _fit_scaler(SCALERS[kind](), raw)
            if kind == "minmax":
                return cls(scaler.data_min_, 1 / scaler.scale_)
            return cls(scaler.mean_ if kind == "standard" else scaler.center_, scaler.scale_)

    def transform(self, raw: np.ndarray) -> np.ndarray:
        """Scales in float64, then casts: shape (m, d), float32. NaN and infinite values stay so."""
        with np.errstate(all="ignore"):
            if self.center is None or self.scale is None:
                return raw.astype(np.float32)
            scaled = np.empty(raw.shape, np.float32)
            for start in range(0, len(raw), BLOCK_ROWS):
                rows = slice(start, start + BLOCK_ROWS)
                scaled[rows] = (raw[rows] - self.center) / self.scale
            return scaled

    def inverse_transform(self, scaled: np.ndarray) -> np.ndarray:
        """Scaled values in the columns' own units: shape (m, d), float64."""
        values = np.asarray(scaled, np.float64)
        if self.center is None or self.scale is None:
            return values
        with np.errstate(all="ignore"):
            return values * self.scale + self.center


def _fit_scaler(scaler: Any, raw: np.ndarray) -> Any:
    """The fitted scaler; does not copy the table where all of it is finite."""
    if not np.isfinite(raw).all():
        raw = np.where(np.isfinite(raw), raw, np.nan)
        raw[:, np.isnan(raw).all(axis=0)] = 0.0
    elif isinstance(scaler, RobustScaler):
        raw = np.column_stack([np.percentile(column, QUARTILES) for column in raw.T])
    elif isinstance(scaler, StandardScaler):
        for start in range(0, len(raw), BLOCK_ROWS):
            scaler.partial_fit(raw[start : start + BLOCK_ROWS])
        return scaler
    return scaler.fit(raw)
