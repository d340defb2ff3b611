"""Powers of the numeric features, x, x^2, x^3, …: with them a line becomes a polynomial."""

import re
from collections.abc import Iterable

import numpy as np

from ..errors import InputError
from ..spec import MAX_FEATURES, DataSpec
from .limits import MAX_CELLS

POWER = re.compile(r"(.+)\^([2-9])")
WITH_POWERS = (None, "days")  # encodings: numbers and dates; of categories nothing new would come


def base_of(feature: str, degree: int) -> str:
    """The feature that this one is a power of, up to a degree; itself where it is none.

    Example:
        >>> base_of("x^2", 3), base_of("x^4", 3), base_of("x", 3)
        ('x', 'x^4', 'x')
    """
    found = POWER.fullmatch(feature)
    return found[1] if found and int(found[2]) <= degree else feature


def power_name(feature: str, power: int) -> str:
    """The name of a feature's power: `x`, `x^2`, …"""
    return feature if power == 1 else f"{feature}^{power}"


def chosen_powers(
    features: tuple[str, ...], columns: Iterable[str], data: DataSpec
) -> list[tuple[int, int]]:
    """Position and power of each feature that a spec makes of the given ones, in order.

    Where the spec names powers of a feature, only those that it names are made of it.

    Args:
        features: After encoding.
        columns: Of the table; one called `x^2` is itself and no power.
        data: Gives the degree, the encodings and the names.
    """
    columns, named = set(columns), set(data.features or ())
    powers = named - columns - set(features)
    told = {base_of(name, data.degree) for name in powers}
    chosen = []
    for position, name in enumerate(features):
        raised = name in columns and data.encode.get(name) in WITH_POWERS
        for power in range(1, (data.degree if raised else 1) + 1):
            if name not in told or power_name(name, power) in named:
                chosen.append((position, power))
    return chosen


def without_powers(data: DataSpec) -> DataSpec:
    """The same data of degree 1: the features that powers are made of."""
    if data.features is None:
        return data.model_copy(update={"degree": 1})
    bases = dict.fromkeys(base_of(name, data.degree) for name in data.features)
    return data.model_copy(update={"degree": 1, "features": tuple(bases)})


def check_powers(rows: int, features: int, data: DataSpec) -> None:
    """Refuses more features, or more cells, than a run takes.

    Args:
        rows: All of them, validation included.
        features: Powers counted.
        data: Gives the degree.

    Raises:
        InputError: One sentence with the limit.
    """
    if features > MAX_FEATURES:
        raise InputError(
            f"A run takes at most {MAX_FEATURES:,} features, powers counted. "
            f"Received: {features:,}, with `data.degree`={data.degree}."
        )
    if rows * features > MAX_CELLS:
        raise InputError(
            f"A run takes at most {MAX_CELLS:,} cells, powers counted. Received: {rows:,} rows × "
            f"{features:,} features, with `data.degree`={data.degree}."
        )


def raised(x: np.ndarray, chosen: list[tuple[int, int]]) -> np.ndarray:
    """The chosen powers of features (n, d), float64; infinite where float64 ends."""
    made = np.empty((len(x), len(chosen)))
    with np.errstate(all="ignore"):
        for column, (position, power) in enumerate(chosen):
            made[:, column] = x[:, position] ** power
    return made
