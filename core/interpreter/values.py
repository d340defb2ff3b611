"""What a method's names can hold besides numbers, texts, lists and tensors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .shapes import Cost, less, shape_of


@dataclass(frozen=True)
class Handle:
    """Something that a method may ask by a closed list: `self`, a tape, an optimizer, a table.

    Attributes:
        title: What it is, in a word.
        values: What it has.
        calls: What it can do, and what that costs.
        given: What a method that builds has set; None where none may.
    """

    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    calls: Mapping[str, tuple[Callable[..., Any], Cost]] = field(default_factory=dict)
    given: dict[str, Any] | None = None


@dataclass(frozen=True)
class Initializer:
    """What draws first weights: a world makes of it what it needs."""

    name: str
    options: Mapping[str, Any]


class ArrayWeight:
    """A weight whose numbers are NumPy's."""

    def __init__(self, value: np.ndarray, name: str = "weight"):
        self.value, self.name, self.trainable = value, name, True

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its numbers."""
        return self.value.shape

    def assign(self, value: Any) -> np.ndarray:
        """Puts other numbers in place, of the same shape."""
        new = np.asarray(value, self.value.dtype)
        if new.shape != self.value.shape:
            raise ValueError(f"a weight of shape {self.value.shape} cannot hold {new.shape}")
        self.value = new.copy()
        return self.value


def described(value: Any) -> str:
    """What a value is, as an error names it."""
    if isinstance(value, Handle):
        return value.title
    if value is Ellipsis:
        return "..."
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)[:40]
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a tensor of shape {shape_of(value)}"


NO_COST: Cost = less
