"""The activations in NumPy: value, slope and inverse."""

import numpy as np

from ..snapshot import EPS


def activate(key: str, z: np.ndarray) -> np.ndarray:
    """The activation's value at z."""
    with np.errstate(over="ignore"):
        match key:
            case "relu":
                return np.maximum(z, 0.0)
            case "sigmoid":
                return 1 / (1 + np.exp(-z))
            case "tanh":
                return np.tanh(z)
            case "softplus":
                return np.logaddexp(z, 0.0)
            case "exponential":
                return np.exp(z)
    return z


def slope(key: str, z: np.ndarray) -> np.ndarray:
    """Its derivative at z."""
    with np.errstate(over="ignore"):
        match key:
            case "relu":
                return (z > 0).astype(float)
            case "sigmoid":
                return 1 / (2 + np.exp(-z) + np.exp(z))
            case "tanh":
                return 1 - np.tanh(z) ** 2
            case "softplus":
                return 1 / (1 + np.exp(-z))
            case "exponential":
                return np.exp(z)
    return np.ones_like(z)


def invert(key: str, outputs: np.ndarray) -> np.ndarray:
    """The z behind the outputs; NaN where the activation is flat and does not tell."""
    with np.errstate(all="ignore"):
        match key:
            case "relu":
                return np.where(outputs > 0, outputs, np.nan)
            case "sigmoid":
                z = np.log(outputs / (1 - outputs))
            case "tanh":
                z = np.arctanh(outputs)
            case "softplus":
                z = np.log(np.expm1(outputs))
            case "exponential":
                z = np.log(outputs)
            case _:
                return outputs
        steep = slope(key, z) > np.sqrt(EPS)
        return np.where(np.isfinite(z) & steep, z, np.nan)
