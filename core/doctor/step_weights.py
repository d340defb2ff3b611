"""The weights of a hand-written loop, in whatever form its owner keeps them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import DoctorError

BIAS_NAMES = ("b", "bias", "intercept", "c", "theta0", "w0")


@dataclass(frozen=True, eq=False)
class Form:
    """How the owner keeps weights, and which of them is what.

    Attributes:
        features: d, without a column of ones.
        ones: Where a column of ones stands among the features as given; None without one.
        shapes: Of each part as given.
        names: Of a dict's parts, the kernel's first; empty where it is none.
        bias: Whether a part of its own is the bias.
        joined: Whether a list of numbers is one array.
    """

    features: int
    ones: int | None
    shapes: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    bias: bool
    joined: bool

    @property
    def use_bias(self) -> bool:
        """Whether the line has a constant, by whatever means."""
        return self.bias or self.ones is not None

    @classmethod
    def of(cls, weights: Any, columns: int, ones: int | None):
        """The form of the first weights; raises `DoctorError` where they are none of a line.

        Args:
            weights: As the owner has them.
            columns: Of the features as given.
            ones: Which of them is a column of ones.
        """
        names = _names(weights)
        joined = (
            columns == 2 and isinstance(weights, list | tuple) and not any(map(np.ndim, weights))
        )
        parts = _parts(weights, names, joined)
        shapes = tuple(part.shape for part in parts)
        sizes = [part.size for part in parts]
        if sizes == [columns]:
            return cls(columns - (ones is not None), ones, shapes, names, False, joined)
        if len(sizes) == 2 and sizes == [columns, 1]:
            return cls(columns, None, shapes, names, True, joined)
        raise DoctorError(
            "`weights` must be one array of as many numbers as `x` has columns "
            f"({columns}), or such an array and a bias, the bias last. Received shapes: "
            f"{_shown(shapes)}."
        )

    def read(self, weights: Any, what: str = "weights") -> dict[str, np.ndarray]:
        """Kernel and bias, float64, each flat.

        Raises:
            DoctorError: Where their shapes are not those of the first weights.
        """
        parts = _parts(weights, self.names, self.joined)
        shapes = tuple(part.shape for part in parts)
        if tuple(p.size for p in parts) != tuple(int(np.prod(s)) for s in self.shapes):
            raise DoctorError(
                f"The step must return {what} in the shapes of the weights that it was given, "
                f"{_shown(self.shapes)}. Received: {_shown(shapes)}."
            )
        flat = [np.asarray(part, np.float64).ravel() for part in parts]
        if self.ones is None:
            return {"kernel": flat[0], "bias": flat[1]} if self.bias else {"kernel": flat[0]}
        return {"kernel": np.delete(flat[0], self.ones), "bias": flat[0][[self.ones]]}


def precision_of(weights: Any) -> float:
    """How far apart two numbers next to each other are, relative to them: ε of their type."""
    kinds = [part.dtype for part in _parts(weights, _names(weights), False)]
    return max(
        float(np.finfo(kind).eps) if kind.kind == "f" else float(np.finfo(float).eps)
        for kind in kinds
    )


def copied(weights: Any) -> Any:
    """The same weights, so that a step that changes them in place changes a copy."""
    if isinstance(weights, dict):
        return {name: copied(part) for name, part in weights.items()}
    if isinstance(weights, list | tuple):
        return type(weights)(copied(part) for part in weights)
    return weights.copy() if isinstance(weights, np.ndarray) else weights


def array_of(value: Any, what: str) -> np.ndarray:
    """An array, or a tensor that turns into one, of numbers."""
    detach: Callable[[], Any] | None = getattr(value, "detach", None)
    try:
        found = np.asarray(detach() if callable(detach) else value)
        found = found if found.dtype.kind == "f" else found.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DoctorError(f"`{what}` must be numbers. Received: {value!r:.60}.") from error
    return found


def _names(weights: Any) -> tuple[str, ...]:
    if not isinstance(weights, dict):
        return ()
    return tuple(sorted(weights, key=lambda name: str(name).lower() in BIAS_NAMES))


def _parts(weights: Any, names: tuple[str, ...], joined: bool) -> list[np.ndarray]:
    """The parts as arrays, the kernel first."""
    if isinstance(weights, dict):
        if set(weights) != set(names):
            told = ", ".join(map(str, weights))
            raise DoctorError(f"The weights must keep their names. Received: {told}.")
        return [array_of(weights[name], "weights") for name in names]
    if isinstance(weights, list | tuple) and len(weights) == 2 and not joined:
        return [array_of(part, "weights") for part in weights]
    return [array_of(weights, "weights")]


def _shown(shapes: tuple[tuple[int, ...], ...]) -> str:
    return ", ".join(map(str, shapes))
