"""The activations' inverses, and how float32 rounds their values and slopes."""

import numpy as np

from ...model.activations import ALIASES
from ...theory.activation import LEAK, SELU, VALUES, Values, activate, slope
from ..snapshot import EPS, LARGEST


def invert(key: str, outputs: np.ndarray) -> np.ndarray:
    """The z behind the outputs; NaN where the activation does not tell, being flat or not rising.

    One that falls before it rises is followed where it rises from 0.
    """
    key = ALIASES.get(key, key)
    if key == "linear":
        return outputs
    with np.errstate(all="ignore"):
        z = INVERSES[key](outputs) if key in INVERSES else _from_zero(key, outputs)
        steep = slope(key, z) > np.sqrt(EPS)
        fits = np.abs(activate(key, z) - outputs) <= 64 * EPS * (1 + np.abs(z))
        return np.where(np.isfinite(z) & steep & fits, z, np.nan)


def rounding(key: str, z: np.ndarray) -> np.ndarray | float:
    """By how much float32's own steps may miss the value, beyond 16 ε of it."""
    return 0.0 if key in SHARP else 4 * EPS * (1 + np.abs(z))


def slope_rounding(key: str, z: np.ndarray) -> np.ndarray | float:
    """By how much they may miss the slope."""
    if key in ("sigmoid", "tanh"):  # a(1 − a) and 1 − a²: near 1 little is left of them
        return 4 * EPS * np.abs(activate(key, z))
    if key == "celu":  # at 0 both halves of it count in TensorFlow: 2 where 1 would be right
        return 16 * EPS + (np.abs(z) < 16 * EPS)
    return 0.0 if key in SHARP else 16 * EPS


def holds(key: str, z: np.ndarray) -> np.ndarray:
    """Where float32 can hold every number on the way from z, a square for instance."""
    largest = {"sparsemax": 1e6}.get(key, LARGEST if key in SHARP else np.sqrt(LARGEST) / 8)
    return np.abs(z) < largest


def _from_zero(key: str, outputs: np.ndarray) -> np.ndarray:
    """z by bisection, where the activation rises from 0 and stays within 1 below z."""
    size = np.abs(outputs)
    low, high = size, size + 1
    for _ in range(60):
        middle = (low + high) / 2
        above = VALUES[key](middle) > size
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(outputs > 0, high, -high if key == "tanh_shrink" else np.nan)


def _within(low: float, high: float, inverse: Values) -> Values:
    return lambda a: np.where((a > low) & (a < high), inverse(a), np.nan)


SHARP = ("linear", "relu", "sigmoid", "tanh", "softplus", "exponential")  # rounded as a whole
INVERSES: dict[str, Values] = {
    "relu": lambda a: np.where(a > 0, a, np.nan),
    "sigmoid": lambda a: np.log(a / (1 - a)),
    "tanh": np.arctanh,
    "softplus": lambda a: np.log(np.expm1(a)),
    "exponential": np.log,
    "leaky_relu": lambda a: np.where(a > 0, a, a / LEAK),
    "relu6": _within(0.0, 6.0, lambda a: a),
    "elu": lambda a: np.where(a > 0, a, np.log1p(a)),
    "celu": lambda a: np.where(a > 0, a, np.log1p(a)),
    "selu": lambda a: np.where(a > 0, a / SELU[0], np.log1p(a / SELU[0] / SELU[1])),
    "hard_sigmoid": _within(0.0, 1.0, lambda a: 6 * a - 3),
    "hard_tanh": _within(-1.0, 1.0, lambda a: a),
    "softsign": lambda a: a / (1 - np.abs(a)),
    "squareplus": lambda a: a - 1 / a,
    "log_sigmoid": lambda a: a - np.log(-np.expm1(a)),
    "hard_shrink": lambda a: np.where(a == 0, np.nan, a),
    "soft_shrink": lambda a: np.where(a == 0, np.nan, a + 0.5 * np.sign(a)),
    "sparse_plus": lambda a: np.where(a < 1, 2 * np.sqrt(a) - 1, a),
    "sparse_sigmoid": _within(0.0, 1.0, lambda a: 2 * a - 1),
}
