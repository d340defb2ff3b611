"""Calls of a method: functions of the closed list, Python's few, and what things can do."""

import ast
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from .allowed import BUILTINS
from .budget import MAX_EXPONENT, MAX_INTEGER
from .functions import DTYPES, FUNCTIONS
from .kinds import NEED_AN_AXIS, check_given, check_given_to_keras, kind_of, plain_numbers, settled
from .operations import Arithmetic
from .shapes import ShapeError, cells, few, less, shape_of
from .values import Handle, Initializer, described
from .worlds import initializer_named, random_numbers

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

    def listed(self, path: str, given: list[Any], named: dict[str, Any]) -> Any:
        """What a function of the closed list gives."""
        listed, module = FUNCTIONS[path], path.partition(".")[0]
        bound = listed.signature.bind(*given, **named)
        values = list(bound.arguments.values())
        self._check_kinds(path, module, _flat(values))
        if bound.arguments.get("dtype") is not None:
            _check_dtype(bound.arguments["dtype"])
        try:
            self.budget.spend(*listed.cost(values))
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

    def builtin(self, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        """What one of Python's own functions gives."""
        call = getattr(self, f"_{name}", None) if name in BUILTINS else None
        if call is None:
            raise ShapeError(f"`{name}` is no function here")
        try:
            inspect.signature(call).bind(*given, **named)
        except TypeError as error:
            raise ShapeError(f"`{name}`: {error}") from None
        return call(*given, **named)

    def _len(self, value: Any) -> int:
        if shape_of(value):
            return shape_of(value)[0]
        return len(self._items(value))

    def _range(self, *bounds: Any) -> Sequence[int]:
        if not 1 <= len(bounds) <= 3 or not all(isinstance(bound, int) for bound in bounds):
            raise ShapeError("a range takes whole numbers")
        return few(range(*bounds))

    def _zip(self, *lists: Any, strict: bool = False) -> list[Any]:
        return list(few(list(zip(*map(self._items, lists), strict=bool(strict)))))

    def _enumerate(self, items: Any) -> list[Any]:
        return list(enumerate(self._items(items)))

    def _list(self, items: Any) -> list[Any]:
        return list(self._items(items))

    def _tuple(self, items: Any) -> tuple[Any, ...]:
        return tuple(self._items(items))

    def _sum(self, items: Any) -> Any:
        total: Any = 0
        for item in self._items(items):
            total = self.arithmetic.operate(ast.Add(), total, item)
        return total

    def _abs(self, value: Any) -> Any:
        if not self.arithmetic.is_tensor(value):
            return abs(self._number(value))
        self.budget.spend(cells(value))
        if kind_of(value) == "bool" and not self.world.pipeline:
            raise ShapeError("`abs` does not take true and false (bool)")
        return abs(self.arithmetic.plain(value))

    def _min(self, *values: Any) -> Any:
        return min(self._pool(values))

    def _max(self, *values: Any) -> Any:
        return max(self._pool(values))

    def _pool(self, values: tuple[Any, ...]) -> list[Any]:
        pool = self._items(values[0]) if len(values) == 1 else values
        return [self._number(value) for value in pool]

    def _float(self, value: Any) -> float:
        return float(self._number(value))

    def _int(self, value: Any) -> int:
        number = self._number(value)
        if abs(number) > MAX_INTEGER:
            raise ShapeError("a whole number is larger than 2⁵³")
        return int(number)

    def _bool(self, value: Any) -> bool:
        return bool(self._number(value))

    def _round(self, value: Any, digits: int | None = None) -> Any:
        if digits is not None and (not isinstance(digits, int) or abs(digits) > MAX_EXPONENT):
            raise ShapeError("`round` takes a number of digits")
        return round(self._number(value), digits)

    def _items(self, value: Any) -> Sequence[Any]:
        if not isinstance(value, list | tuple | range):
            raise ShapeError(f"{described(value)} is no list")
        return few(value)

    def _number(self, value: Any) -> Any:
        if self.world.pipeline and isinstance(value, np.generic):
            value = value.item()
        if self.arithmetic.is_tensor(value):
            raise ShapeError(
                f"{described(value)} is no number yet while the step is compiled: use ops"
            )
        if not isinstance(value, int | float):
            raise ShapeError(f"{described(value)} is no number")
        return value

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
        values = [*given, *named.values()]
        try:
            inspect.signature(function).bind(*given, **named)
        except TypeError as error:
            raise ShapeError(f"`{name}()`: {error}") from None
        self.budget.spend(*(cost(values) if values else (0, 0)))
        return function(*given, **named)

    def _assign(self, weight: Any, name: str, value: Any) -> None:
        if name != "assign":
            kind = ast.Add() if name == "assign_add" else ast.Sub()
            value = self.arithmetic.operate(kind, weight, value)
        self.arithmetic.must_be_number(value)
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
        self.budget.spend(*less([array]))
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


def _check_dtype(dtype: Any) -> None:
    if dtype not in DTYPES:
        raise ShapeError(f"a kind of number is one of {', '.join(DTYPES)}")
