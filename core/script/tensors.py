"""TensorFlow as far as hand-written losses and steps need it: computed by NumPy when asked for."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import arrays, lists
from .budget import UnreadableError, check_broadcast
from .values import Gradient, Hole, Node, Obj, Variable, is_tensor

RENAMED = {  # of TensorFlow, Keras' backend and keras.ops, to NumPy's
    "reduce_mean": "mean", "reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min",
    "reduce_std": "std", "math.square": "square", "pow": "power", "sub": "subtract",
    "mul": "multiply", "div": "divide", "matmul": "matmul", "tensordot": "dot", "cast": "astype",
    "to_float": "astype32", "constant": "array", "convert_to_tensor": "array", "range": "arange",
    "math.reduce_mean": "mean", "math.reduce_sum": "sum", "math.abs": "abs", "math.pow": "power",
    "linspace": "linspace", "lin_space": "linspace", "concat": "concatenate", "neg": "negative",
    "negative": "negative", "truediv": "divide", "linalg.matmul": "matmul", "math.add": "add",
    "math.subtract": "subtract", "math.multiply": "multiply", "identity": "copy", "dot": "dot",
    "math.sqrt": "sqrt", "sum": "sum", "mean": "mean", "max": "max", "min": "min",
    "clip_by_value": "clip", "math.sign": "sign", "math.tanh": "tanh", "math.less": "less",
    "math.less_equal": "less_equal", "math.greater": "greater", "math.cosh": "cosh",
    "math.greater_equal": "greater_equal", "math.maximum": "maximum", "math.minimum": "minimum",
}  # fmt: skip
DROPPED = frozenset(["name", "dtype", "transpose_a", "transpose_b"])
RENAMED_OPTIONS = {"reduction_indices": "axis", "keep_dims": "keepdims", "input_tensor": "a"}
DRAWN = frozenset(
    [
        "random_normal",
        "random_uniform",
        "truncated_normal",
        "random.normal",
        "random.uniform",
        "random.truncated_normal",
        "random.stateless_normal",
        "keras.random.normal",
    ]
)
MAX_WEIGHTS = 300
STEP = 1e-3


def call(machine: Any, name: str, given: list[Any], options: dict[str, Any], line: int) -> Any:
    """The result of a function of TensorFlow, Keras' backend or `keras.ops`.

    Raises:
        UnreadableError: For a function that is not on the list.
    """
    if name in DRAWN:
        return drawn(machine, name, given, options)
    if name in ("squared_difference", "math.squared_difference"):
        return apply(machine, "square", [apply(machine, "subtract", given, {}, line)], {}, line)
    if name in ("cast", "to_float"):
        return given[0] if is_tensor(given[0]) else np.asarray(arrays.plain(given[0]), dtype=float)
    if name in ("constant", "convert_to_tensor") and isinstance(given[0], Obj):
        return given[0]
    if name == "random.shuffle" and not is_tensor(given[0]):
        machine.unseeded, machine.shuffles = True, machine.shuffles + 1
        order = machine.tensor_random.holds["source"].permutation(len(given[0]))
        return machine.part(np.asarray(arrays.plain(given[0])), order)
    if name == "gather" and not any(map(is_tensor, given[:2])):
        return machine.part(given[0], np.asarray(arrays.plain(given[1]), dtype=int))
    for number, key in enumerate(("transpose_a", "transpose_b")):
        if options.get(key) and number < len(given):
            given = [*given]
            given[number] = apply(machine, "transpose", [given[number]], {}, line)
    if name == "clip_by_norm" and given and isinstance(given[0], Gradient):
        norm = given[1] if len(given) > 1 else options.get("clip_norm")
        if not isinstance(norm, int | float) or given[0].clip is not None:
            raise UnreadableError("a gradient that is clipped otherwise than by one norm")
        return Gradient(given[0].loss, given[0].variable, float(norm))
    if name in lists.LIKE:  # of a variable, its first value is enough
        return arrays.call(machine, name, [value_of(given[0]), *given[1:]], {})
    if name in ("stop_gradient", "identity"):
        return given[0]
    if name in ("add_n",):
        total = given[0][0]
        for item in given[0][1:]:
            total = apply(machine, "add", [total, item], {}, line)
        return total
    options = {
        RENAMED_OPTIONS.get(key, key): value for key, value in options.items() if key not in DROPPED
    }
    options = {key: value for key, value in options.items() if value is not None}
    given = [
        *given,
        *(options.pop(key) for key in ("a", "x", "y", "b", "value", "values") if key in options),
    ]
    return apply(machine, RENAMED.get(name, name), given, options, line)


def drawn(machine: Any, name: str, given: list[Any], options: dict[str, Any]) -> np.ndarray:
    """Numbers that stand in for those that TensorFlow draws, which no seed tells."""
    uniform = "uniform" in name
    names = ("shape", "minval", "maxval") if uniform else ("shape", "mean", "stddev")
    bound = dict(zip(names, given, strict=False)) | options
    shape = arrays.shape_of(bound.get("shape", ()))
    low, wide = (float(bound.get(key, default)) for key, default in zip(
        names[1:], (0.0, 1.0), strict=True))  # fmt: skip
    machine.budget.spend(math.prod(shape))
    source = machine.tensor_random.holds["source"]
    made = source.uniform(low, wide, shape) if uniform else source.normal(low, wide, shape)
    made = np.asarray(made)
    machine.unseeded = True
    machine.drawn[id(made)] = made
    return made


def apply(machine: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    """A NumPy function of tensors: computed later where one of them hangs on variables."""
    if name not in lists.BINARY | lists.UNARY | lists.ALONG | lists.JOINING | lists.SHAPING | (
        lists.PRODUCTS | lists.LIKE | {"zeros", "ones", "arange", "linspace", "array", "tile"}
    ):
        raise UnreadableError(f"`{name}` is not read here")
    if not any(is_tensor(value) for value in [*given, *options.values()]):
        return arrays.call(machine, name, given, options)

    def compute(*values: Any, **named: Any) -> Any:
        if name == "subtract" and len(values) == 2:
            note_broadcast(machine, *values, line)
        return arrays.call(machine, name, list(values), named)

    return Node(compute, tuple(given), options, line)


def later(compute: Callable[..., Any], *given: Any, line: int = 0) -> Node:
    return Node(compute, given, {}, line)


def value_of(tensor: Any, feed: dict[int, Any] | None = None, memo: dict | None = None) -> Any:
    """The value of a tensor.

    Args:
        tensor: What to compute.
        feed: Values by the id of placeholders and variables.
        memo: What was computed already, for the same feed.

    Raises:
        UnreadableError: If it hangs on a placeholder that is not fed.
    """
    feed = feed or {}
    memo = {} if memo is None else memo
    if isinstance(tensor, list | tuple):
        return (
            type(tensor)(value_of(item, feed, memo) for item in tensor)
            if is_tensor(tensor)
            else tensor
        )
    if not is_tensor(tensor):
        return tensor
    if id(tensor) in feed:
        return feed[id(tensor)]
    if isinstance(tensor, Variable):
        return tensor.value
    if isinstance(tensor, Hole):
        raise UnreadableError("a placeholder that is not fed")
    if id(tensor) not in memo:
        if isinstance(tensor, Gradient):
            memo[id(tensor)] = gradient_of(tensor.loss, [tensor.variable], feed)[0]
        else:
            given = [value_of(item, feed, memo) for item in tensor.given]
            options = {key: value_of(item, feed, memo) for key, item in tensor.options.items()}
            memo[id(tensor)] = tensor.compute(*given, **options)
    return memo[id(tensor)]


def gradient_of(loss: Any, variables: list[Variable], feed: dict[int, Any]) -> list[np.ndarray]:
    """The gradients of a loss by central differences, which are exact for a quadratic one."""
    found = []
    for variable in variables:
        value = np.array(feed.get(id(variable), variable.value), dtype=float)
        if value.size > MAX_WEIGHTS:
            raise UnreadableError(f"a variable of {value.size:,} numbers")
        gradient = np.zeros(value.size)
        for number in range(value.size):
            ends = []
            for sign in (1, -1):
                moved = value.ravel().copy()
                moved[number] += sign * STEP
                changed = feed | {id(variable): moved.reshape(value.shape)}
                ends.append(float(np.sum(value_of(loss, changed))))
            gradient[number] = (ends[0] - ends[1]) / (2 * STEP)
        found.append(gradient.reshape(value.shape))
    return found


def gradients_in(tensor: Any) -> list[Gradient]:
    """The gradients that a tensor is computed from."""
    if isinstance(tensor, Gradient):
        return [tensor]
    given = tensor.given if isinstance(tensor, Node) else tensor if isinstance(tensor, list) else ()
    return [found for item in given for found in gradients_in(item)]


def leaves(tensor: Any, seen: dict[int, Any] | None = None) -> list[Any]:
    """The variables, placeholders and arrays that a tensor is computed from."""
    seen = {} if seen is None else seen
    if id(tensor) in seen:
        return []
    seen[id(tensor)] = tensor
    if isinstance(tensor, Node):
        given = [*tensor.given, *tensor.options.values()]
    elif isinstance(tensor, Gradient):
        given = [tensor.loss, tensor.variable]
    elif isinstance(tensor, list | tuple):
        given = list(tensor[:200])
    else:
        return [tensor] if isinstance(tensor, Variable | Hole | np.ndarray) else []
    return [leaf for item in given for leaf in leaves(item, seen)]


def tables(tensor: Any, seen: dict[int, Any] | None = None) -> list[np.ndarray]:
    """The arrays, and the lists that are tables, that a tensor is computed from."""
    seen = {} if seen is None else seen
    if id(tensor) in seen:
        return []
    seen[id(tensor)] = tensor
    if isinstance(tensor, np.ndarray):
        return [tensor]
    if isinstance(tensor, Node):
        given = [*tensor.given, *tensor.options.values()]
    elif isinstance(tensor, Gradient):
        given = [tensor.loss]
    elif (listed := arrays.table_of(tensor)) is not None:
        return [listed]
    else:
        given = list(tensor[:200]) if isinstance(tensor, list | tuple) else []
    return [found for item in given for found in tables(item, seen)]


def stand_in(start: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """First weights: as an initializer makes them, or what stands in for drawn ones."""
    if start in ("zeros", "ones"):
        return np.full(shape, float(start == "ones"))
    return np.random.RandomState(seed % 2**32).uniform(-0.5, 0.5, shape)


def variable(machine: Any, given: list[Any], options: dict[str, Any], line: int) -> Variable:
    """`tf.Variable`: with its value, or with numbers that stand in for drawn ones."""
    first = given[0] if given else options.get("initial_value", 0.0)
    trainable = options.get("trainable", True)
    if isinstance(first, np.ndarray) and id(first) in machine.drawn:
        first = Obj("drawn", {"shape": first.shape}, line)
    if isinstance(first, Obj) and first.kind == "drawn":
        shape = tuple(int(size) for size in first.given["shape"])
        machine.budget.spend(int(np.prod(shape)))
        start = first.given.get("start", "")
        return Variable(stand_in(start, shape, line), start, line, trainable is not False)
    if is_tensor(first):
        first = value_of(first)
    value = np.asarray(arrays.plain(first), dtype=float)
    return Variable(value, "value", line, trainable is not False)


def note_weight_shape(machine: Any, inputs: Any, weight: Any, strict: bool) -> None:
    """Reports a weight of one dimension in a product, where that is none."""
    if not isinstance(weight, Variable) or weight.value.ndim != 1:
        return
    shape = np.shape(value_of(inputs))
    if strict or (len(shape) > 1 and shape[-1] != weight.value.size):
        machine.faults.found(
            weight.line,
            "weight-shape",
            f"The weight's shape is {weight.value.shape}, one number for each unit. The product "
            "needs (features, units): take the features from `input_shape[-1]`.",
        )


def as_columns(a: Any, b: Any) -> tuple[Any, Any]:
    """Of shapes (n, 1) and (n,), the second as (n, 1) too; all else as it is."""
    rows = np.size(a)
    if rows > 1 and (np.shape(a), np.shape(b)) == ((rows, 1), (rows,)):
        return a, b[:, None]
    if rows > 1 and (np.shape(a), np.shape(b)) == ((rows,), (rows, 1)):
        return a[:, None], b
    return a, b


def note_broadcast(machine: Any, a: Any, b: Any, line: int) -> None:
    """Reports outputs of shape (n, 1) against targets of shape (n,), whose difference is (n, n)."""
    one, two = np.shape(a), np.shape(b)
    column = next((shape for shape in (one, two) if len(shape) == 2 and shape[1] == 1), None)
    flat = next((shape for shape in (one, two) if len(shape) == 1), None)
    if column and flat and column[0] == flat[0] > 1 and check_broadcast(a, b) == flat[0] ** 2:
        machine.faults.found(
            line,
            "broadcast-loss",
            f"Outputs of shape {column} and targets of shape {flat} make a table of "
            f"{column[0]} × {flat[0]} differences, each output against each target.",
        )
