"""Calls of a method: functions of the closed list, Python's few, and what things can do."""

import ast
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from .budget import MANY
from .functions import DTYPES, FUNCTIONS
from .kinds import NEED_AN_AXIS, check_given, check_given_to_keras, plain_numbers, settled
from .operations import Arithmetic
from .python_functions import PythonFunctions
from .shapes import ShapeError, less, shape_of
from .values import Handle, Initializer, described
from .worlds import initializer_named, random_numbers

CALL_STEPS = 4  # of the method's steps, beside those of its arguments
TEXTS = ("dtype", "message", "kind")  # parameters that are given as text
KEEPS = ("ops.cast", "tf.cast", "tf.divide")  # functions that widen numbers
REDUCED = ("mean", "std", "sum", "min", "max", "var")  # methods of NumPy's arrays


class Calls:
    """Calls what a method may call.

    Args:
        arithmetic: Over which numbers, and what a call of the method may cost.
    """

    def __init__(self, arithmetic: Arithmetic):
        self.arithmetic = arithmetic
        self.world, self.budget = arithmetic.world, arithmetic.budget
        self.builtin = PythonFunctions(arithmetic).call

    def listed(self, path: str, given: list[Any], named: dict[str, Any]) -> Any:
        """What a function of the closed list gives."""
        listed, module = FUNCTIONS[path], path.partition(".")[0]
        bound = listed.signature.bind(*given, **named)
        values = list(bound.arguments.values())
        self.budget.step(CALL_STEPS)
        if module in ("ops", "tf"):
            self.arithmetic.count_operation(MANY if listed.goes_over_rows else 1)
        self._check_kinds(path, module, _flat(values))
        for parameter, value in bound.arguments.items():
            if parameter not in TEXTS:
                _check_numbers(path, value)
        if bound.arguments.get("dtype") is not None:
            _check_dtype(bound.arguments["dtype"])
        try:
            self.arithmetic.spend(listed.cost, values)
        except ShapeError as error:
            raise ShapeError(f"`{path}`: {error}") from None
        opened = self.arithmetic.opened
        if path in NEED_AN_AXIS and not shape_of(values[0]):
            raise ShapeError(f"`{path}` takes a tensor, not a single number")
        if module == "tf":
            check_given(path.rpartition(".")[2], opened(values))
        elif module == "ops":
            check_given_to_keras(path.rpartition(".")[2], opened(values))
        made = self.world.function(path)(
            *plain_numbers([opened(value) for value in given]),
            **{name: plain_numbers(opened(value)) for name, value in named.items()},
        )
        if getattr(getattr(made, "dtype", None), "kind", "f") not in "biuf":
            raise ShapeError(f"what `{path}` gives here holds no numbers")
        if module in ("np", "math") and not self.world.pipeline and isinstance(made, np.generic):
            return made.item()
        if module in ("ops", "tf"):
            return settled(made, _flat(values)) if path not in KEEPS else made
        return made

    def _check_kinds(self, path: str, module: str, values: list[Any]) -> None:
        """Refuses arguments of a kind that the function cannot take in this world."""
        for value in values:
            if isinstance(value, Handle | Initializer):
                raise ShapeError(f"`{path}` cannot take {described(value)}")
        tensors = any(self.arithmetic.is_tensor(value) for value in values)
        if self.world.pipeline and module in ("ops", "tf"):
            raise ShapeError(
                f"`{path}` is for tensors; the pipeline works on NumPy's arrays: use np"
            )
        if tensors and not self.world.pipeline and module in ("np", "math"):
            raise ShapeError(
                f"`{path}` cannot be given a tensor, whose numbers are not known when the step is "
                "compiled: use ops or tf"
            )
        if module == "math" and tensors:
            raise ShapeError(f"`{path}` takes a number: use np")

    def made(self, path: str, given: list[Any], named: dict[str, Any]) -> Any:
        """What draws numbers: a generator of them, or an initializer."""
        if path == "np.random.default_rng":
            if not self.world.pipeline:
                raise ShapeError("random numbers are drawn in the pipeline only")
            return random_numbers(*given)
        names = ("mean", "stddev", "seed")
        options = {**dict(zip(names, given, strict=False)), **named}
        if not all(isinstance(value, int | float) for value in options.values()):
            raise ShapeError("an initializer takes numbers")
        return initializer_named("random_normal", options)

    def method(self, holder: Any, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        """What something can do, as its own closed list has it."""
        if isinstance(holder, Handle):
            return self._of_handle(holder, name, given, named)
        if self.world.is_weight(holder) and name.startswith("assign") and len(given) == 1:
            return self._assign(holder, name, given[0])
        if self.world.pipeline and isinstance(holder, np.ndarray | np.generic):
            return self._array_method(holder, name, given, named)
        raise ShapeError(f"{described(holder)} has no `{name}()` here")

    def _of_handle(self, holder: Handle, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        if name not in holder.calls:
            raise ShapeError(f"{holder.title} has no `{name}()`")
        function, cost = holder.calls[name]
        self.budget.step(CALL_STEPS)
        try:
            bound = inspect.signature(function).bind(*given, **named)
        except TypeError as error:
            raise ShapeError(f"`{name}()`: {error}") from None
        bound.apply_defaults()
        self.budget.spend(*cost(list(bound.arguments.values())))
        return function(*given, **named)

    def _assign(self, weight: Any, name: str, value: Any) -> None:
        if name != "assign":
            kind = ast.Add() if name == "assign_add" else ast.Sub()
            value = self.arithmetic.operate(kind, weight, value)
        self.arithmetic.must_be_number(value)
        self.arithmetic.count_operation()
        if shape_of(value) not in (shape_of(weight), ()):
            raise ShapeError(f"a weight of shape {shape_of(weight)} cannot hold {described(value)}")
        weight.assign(self._broad(self.arithmetic.plain(value), weight))

    def _broad(self, value: Any, holder: Any) -> Any:
        """A number as a tensor of a weight's shape."""
        if shape_of(value) == shape_of(holder):
            return value
        return self.world.function("ops.broadcast_to")(
            self.world.function("ops.convert_to_tensor")(value, "float32"), shape_of(holder)
        )

    def _array_method(self, array: Any, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        self.budget.step(CALL_STEPS)
        self.arithmetic.spend(less, [array])
        if name == "copy" and not given and not named:
            return array.copy()
        if name == "astype":
            (dtype,) = [*given, *named.values()]
            _check_dtype(dtype)
            return FUNCTIONS["ops.cast"].numpy(array, dtype)
        if name == "reshape" and not named:
            return array.reshape(*given)
        if name in REDUCED:
            return FUNCTIONS[f"np.{name}"].numpy(array, *given, **named)
        raise ShapeError(f"an array has no `{name}()` here")


def _flat(values: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += _flat(value) if isinstance(value, list | tuple) else [value]
    return found


def _check_numbers(path: str, value: Any, inside: bool = False) -> None:
    """Refuses what NumPy would keep as texts or objects, whose size no shape tells."""
    if isinstance(value, list | tuple):
        for part in value:
            _check_numbers(path, part, inside=True)
    elif isinstance(value, str) or value is Ellipsis or (inside and value is None):
        raise ShapeError(f"`{path}` takes numbers, not {described(value)}")


def _check_dtype(dtype: Any) -> None:
    if dtype not in DTYPES:
        raise ShapeError(f"a kind of number is one of {', '.join(DTYPES)}")
