"""The activations in NumPy: value and slope."""

from collections.abc import Callable

import numpy as np
from scipy.special import expit, ndtr

from ..model.activations import ALIASES

SELU = 1.0507009873554805, 1.6732632423543772  # scale and α of Klambauer et al. 2017
LEAK = 0.2
Values = Callable[[np.ndarray], np.ndarray]


def activate(key: str, z: np.ndarray) -> np.ndarray:
    """The activation's value at z."""
    with np.errstate(all="ignore"):
        return VALUES[ALIASES.get(key, key)](z)


def slope(key: str, z: np.ndarray) -> np.ndarray:
    """Its derivative at z."""
    with np.errstate(all="ignore"):
        return SLOPES[ALIASES.get(key, key)](z)


def _elu(z: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def _squareplus(z: np.ndarray) -> np.ndarray:
    root = np.hypot(z, 2.0)
    return np.where(z < 0, 2 / (root - z), (z + root) / 2)


def _mish_slope(z: np.ndarray) -> np.ndarray:
    bent = np.tanh(np.logaddexp(z, 0.0))
    return bent + z * (1 - bent**2) * expit(z)


VALUES: dict[str, Values] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "softmax": np.ones_like,
    "softplus": lambda z: np.logaddexp(z, 0.0),
    "exponential": np.exp,
    "leaky_relu": lambda z: np.where(z > 0, z, LEAK * z),
    "relu6": lambda z: np.clip(z, 0.0, 6.0),
    "elu": _elu,
    "celu": _elu,
    "selu": lambda z: SELU[0] * _elu(z, SELU[1]),
    "gelu": lambda z: z * ndtr(z),
    "silu": lambda z: z * expit(z),
    "mish": lambda z: z * np.tanh(np.logaddexp(z, 0.0)),
    "hard_silu": lambda z: z * np.clip(z + 3, 0.0, 6.0) / 6,
    "hard_sigmoid": lambda z: np.clip(z + 3, 0.0, 6.0) / 6,
    "hard_tanh": lambda z: np.clip(z, -1.0, 1.0),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "squareplus": _squareplus,
    "log_sigmoid": lambda z: -np.logaddexp(-z, 0.0),
    "hard_shrink": lambda z: np.where(np.abs(z) > 0.5, z, 0.0),
    "soft_shrink": lambda z: np.sign(z) * np.maximum(np.abs(z) - 0.5, 0.0),
    "tanh_shrink": lambda z: z - np.tanh(z),
    "sparse_plus": lambda z: np.where(z < 1, np.maximum(z + 1, 0.0) ** 2 / 4, z),
    "sparse_sigmoid": lambda z: np.clip((z + 1) / 2, 0.0, 1.0),
    "sparsemax": np.ones_like,
    "log_softmax": np.zeros_like,
}
SLOPES: dict[str, Values] = {
    "linear": np.ones_like,
    "relu": lambda z: (z > 0).astype(float),
    "sigmoid": lambda z: 1 / (2 + np.exp(-z) + np.exp(z)),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "softmax": np.zeros_like,
    "softplus": lambda z: 1 / (1 + np.exp(-z)),
    "exponential": np.exp,
    "leaky_relu": lambda z: np.where(z > 0, 1.0, LEAK),
    "relu6": lambda z: ((z > 0) & (z < 6)).astype(float),
    "elu": lambda z: np.exp(np.minimum(z, 0.0)),
    "celu": lambda z: np.exp(np.minimum(z, 0.0)),
    "selu": lambda z: SELU[0] * np.where(z > 0, 1.0, SELU[1] * np.exp(np.minimum(z, 0.0))),
    "gelu": lambda z: ndtr(z) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    "silu": lambda z: expit(z) * (1 + z * expit(-z)),
    "mish": _mish_slope,
    "hard_silu": lambda z: np.where(np.abs(z) < 3, (2 * z + 3) / 6, z > 0),
    "hard_sigmoid": lambda z: np.where(np.abs(z) < 3, 1 / 6, 0.0),
    "hard_tanh": lambda z: (np.abs(z) < 1).astype(float),
    "softsign": lambda z: 1 / (1 + np.abs(z)) ** 2,
    "squareplus": lambda z: (1 + z / np.hypot(z, 2.0)) / 2,
    "log_sigmoid": lambda z: expit(-z),
    "hard_shrink": lambda z: (np.abs(z) > 0.5).astype(float),
    "soft_shrink": lambda z: (np.abs(z) > 0.5).astype(float),
    "tanh_shrink": lambda z: np.tanh(z) ** 2,
    "sparse_plus": lambda z: np.clip((z + 1) / 2, 0.0, 1.0),
    "sparse_sigmoid": lambda z: np.where(np.abs(z) < 1, 0.5, 0.0),
    "sparsemax": np.zeros_like,
    "log_softmax": np.zeros_like,
}
