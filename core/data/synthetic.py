"""Synthetic tables: one knob for each property that makes a loss go up."""

from difflib import get_close_matches
from typing import Self

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError, model_validator

from ..choice import Frozen
from ..errors import InputError, explain

KEY = "synthetic"
MAX_CELLS = 20_000_000
INTERCEPT = 2.0
OUTLIER_DISTANCE = 20.0


class Synthetic(Frozen):
    """A table with a linear target and given scales, correlations, noise and outliers.

    The features are centred; y = 2 + signal + noise, where the signal is linear in the features and
    has standard deviation 1. Scales and correlations are exact on the generated rows as long as
    there are more rows than features and no outliers.

    Example:
        >>> Synthetic.from_source("synthetic:rows=200,noise=0.5").noise
        0.5
    """

    rows: int = Field(default=200, ge=2, le=1_000_000, description="Number of rows.")
    features: int = Field(default=2, ge=1, le=500, description="Number of features, x1 to xd.")
    scale_spread: float = Field(
        default=1.0,
        ge=1,
        le=1e12,
        description="Largest feature scale divided by the smallest; the others lie between them, "
        "evenly in logarithm. A single feature always has scale 1.",
    )
    condition_number: float = Field(
        default=1.0,
        ge=1,
        le=1e12,
        description="Condition number of the standardized features: 1 for uncorrelated ones, "
        "large for nearly collinear ones. A single feature always has 1.",
    )
    noise: float = Field(
        default=0.1,
        ge=0,
        le=1000,
        description="Standard deviation of the noise in y, relative to that of the signal.",
    )
    outliers: float = Field(
        default=0.0,
        ge=0,
        le=0.5,
        description="Share of rows moved 20 times as far from the centre, still on the line.",
    )
    seed: int = Field(default=0, ge=0, le=2**32 - 1, description="Of the random numbers.")

    @model_validator(mode="after")
    def _fits_in_memory(self) -> Self:
        cells = self.rows * self.features
        if cells > MAX_CELLS:
            raise ValueError(
                f"`rows` times `features` must be <= {MAX_CELLS:,}. "
                f"Received: rows={self.rows}, features={self.features}, {cells:,} together."
            )
        return self

    @classmethod
    def from_source(cls, source: str) -> Self:
        """Parses a source such as `synthetic:rows=200,features=3`.

        Raises:
            InputError: For another source, an unknown or repeated knob, or a value out of bounds.
        """
        key, _, text = source.partition(":")
        if key.strip() != KEY:
            raise InputError(f"A synthetic source must start with '{KEY}'. Received: {source!r}.")
        knobs: dict[str, str] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals or name in knobs:
                raise InputError(
                    f"Each knob must be given once, as name=value. Received: {part!r}."
                )
            if name not in cls.model_fields:
                raise InputError(_unknown_knob(name, list(cls.model_fields)))
            knobs[name] = value
        try:
            return cls.model_validate(knobs)
        except ValidationError as error:
            raise InputError(explain(error)) from error

    def to_source(self) -> str:
        """The inverse of `from_source`: only the knobs that differ from their default."""
        knobs = self.model_dump(exclude_defaults=True)
        text = ",".join(f"{name}={str(value).removesuffix('.0')}" for name, value in knobs.items())
        return f"{KEY}:{text}" if text else KEY

    def generate(self) -> pd.DataFrame:
        """The table, columns x1 to xd and y; the same for the same knobs."""
        random = np.random.default_rng(self.seed)
        x = _correlated_features(random, self.rows, self.features, self.condition_number)
        signal = x @ random.standard_normal(self.features)
        signal /= signal.std()
        noise = self.noise * random.standard_normal(self.rows)

        outliers = random.choice(self.rows, _outlier_count(self.outliers, self.rows), replace=False)
        x[outliers] *= OUTLIER_DISTANCE
        signal[outliers] *= OUTLIER_DISTANCE
        y = INTERCEPT + signal + noise
        x *= np.geomspace(1.0, self.scale_spread if self.features > 1 else 1.0, self.features)
        table = pd.DataFrame(x, columns=[f"x{j}" for j in range(1, self.features + 1)], copy=False)
        table["y"] = y
        return table


def _correlated_features(
    random: np.random.Generator, rows: int, features: int, condition_number: float
) -> np.ndarray:
    """Centred features (rows, features) of unit variance, every two equally correlated.

    The matrix with 1 on the diagonal and r elsewhere has the eigenvalues 1 + (d-1)r and 1 - r, so
    r = (κ-1)/(κ+d-1) gives it the condition number κ.
    """
    x = random.standard_normal((rows, features))
    x -= x.mean(axis=0)
    if features == 1:
        return x / x.std()
    r = (condition_number - 1) / (condition_number + features - 1)
    wanted = np.full((features, features), r)
    np.fill_diagonal(wanted, 1.0)
    mix = np.linalg.cholesky(wanted).T
    if rows > features:
        mix = np.linalg.solve(np.linalg.cholesky(x.T @ x / rows).T, mix)
    return x @ mix


def _outlier_count(share: float, rows: int) -> int:
    """The number of outliers: at least one if the share is above zero."""
    return max(1, round(share * rows)) if share > 0 else 0


def _unknown_knob(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known knobs: {', '.join(known)}."
    return f"{name!r} is not a knob of synthetic tables. {hint}"
