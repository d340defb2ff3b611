"""NumPy as far as data and loops need it: a closed list, bounded before it allocates."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from . import lists
from .budget import MAX_CELLS, UnreadableError, cells_of, check_broadcast, shape_of
from .values import Lib, Obj

TYPES = {
    "float": float, "float64": np.float64, "float32": np.float32, "float16": np.float16,
    "double": np.float64, "int": int, "int64": np.int64, "int32": np.int32, "bool": bool,
    "float_": np.float64, "int_": np.int64, "uint8": np.uint8, "int16": np.int16,
    "single": np.float32,
}  # fmt: skip
DRAWS = {  # of random numbers: the parameter that is their size, and where it may stand
    "normal": 2, "uniform": 2, "standard_normal": 0, "random": 0, "random_sample": 0, "ranf": 0,
    "integers": 2, "randint": 2, "choice": 1, "exponential": 1, "poisson": 1, "gamma": 2, "beta": 2,
    "lognormal": 2, "laplace": 2, "binomial": 2, "multivariate_normal": 2,
}  # fmt: skip
TYPED = ("array", "asarray", "asfarray", "zeros", "ones", "empty")  # the type may stand second
MOST_LISTED = 5000  # rows of a list that may be a table
REORDERS = ("permutation", "shuffle", "permuted")


def is_numeric(value: Any) -> bool:
    return isinstance(value, int | float | np.generic) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "fiub"
    )


def table_of(value: Any) -> np.ndarray | None:
    """A list of numbers, or of lists of as many, as an array; None for anything else."""
    if not isinstance(value, list | tuple) or not 1 < len(value) <= MOST_LISTED:
        return None
    if all(map(is_numeric, value)) and not any(np.ndim(item) for item in value):
        return np.array(value, dtype=float)
    if all(isinstance(item, dict) and item.keys() == value[0].keys() for item in value):
        return table_of([list(item.values()) for item in value]) if value[0] else None
    lists_only = all(isinstance(item, list | tuple) for item in value)
    if lists_only and len({len(item) for item in value}) == 1 and len(value[0]):
        small = len(value) * len(value[0]) <= MOST_LISTED * 40
        if small and all(is_numeric(k) and not np.ndim(k) for item in value for k in item):
            return np.array(value, dtype=float)
    return None


def call(machine: Any, name: str, given: list[Any], options: dict[str, Any]) -> Any:
    """The result of a NumPy function that is on the list.

    Args:
        machine: Counts what it costs, and holds the random state.
        name: The function's name below `numpy`, as `random.rand`.
        given: Arguments by position.
        options: Arguments by name.

    Raises:
        UnreadableError: For a function, or an argument, that is not on the list.
    """
    if name.startswith("random."):
        return draw(machine, machine.random, name.removeprefix("random."), given, options)
    if name == "linalg.norm":
        return float(np.linalg.norm(plain(given[0])))
    dtype = options.pop("dtype", None)
    if dtype is None and name in TYPED and len(given) > 1 and isinstance(given[1], Lib):
        dtype, given = given[1], [given[0], *given[2:]]
    if name in TYPES and len(given) <= 1:
        return _typed(TYPES[name], given)
    if unknown := set(options) - lists.ARRAY_OPTIONS:
        raise UnreadableError(f"`{name}` with `{min(unknown)}` is not read here")
    numbers = [plain(value) for value in given]
    named = {key: plain(value) for key, value in options.items()}
    result = _call(machine, name, numbers, named)
    if dtype is not None and isinstance(result, np.ndarray | np.generic):
        result = result.astype(dtype_of(dtype))
    return result


def _call(machine: Any, name: str, given: list[Any], options: dict[str, Any]) -> Any:
    spend = machine.budget.spend
    sizes = sum(cells_of(value) for value in given)
    with np.errstate(all="ignore"):
        if name in ("array", "asarray", "asfarray"):
            spend(sizes)
            result = np.array(given[0])
            if result.dtype.kind not in "fiub":
                raise UnreadableError("an array of something other than numbers")
            return result
        if name in ("zeros", "ones", "empty", "full"):
            shape = shape_of(given[0] if given else options.pop("shape"))
            spend(math.prod(shape))
            rest = given[1:2] if name == "full" else []
            return getattr(np, "zeros" if name == "empty" else name)(shape, *rest, **options)
        if name in ("eye", "identity"):
            spend(shape_of(given[0])[0] ** 2)
            return np.eye(shape_of(given[0])[0])
        if name in lists.LIKE:
            spend(np.size(given[0]))
            rest = given[1:2] if name == "full_like" else []
            return getattr(np, name.replace("empty", "zeros"))(given[0], *rest)
        if name == "arange":
            return _arange(spend, given, options)
        if name in ("linspace", "logspace", "geomspace"):
            count = given[2] if len(given) > 2 else options.get("num", 50)
            spend(shape_of(count)[0])
            return getattr(np, name)(*given, **options)
        if name in lists.BENDING:
            for value in given[: 1 if name == "clip" else 2]:
                machine.watch(name, value)
        if name in lists.UNARY:
            spend(np.size(given[0]))
            return getattr(np, name)(given[0])
        if name in lists.BINARY:
            spend(check_broadcast(*given[:2]))
            return getattr(np, name)(given[0], given[1])
        if name in lists.PRODUCTS:
            spend(product_cells(given[0], given[1], outer=name == "outer"))
            return getattr(np, name)(given[0], given[1])
        if name in ("tile", "repeat"):
            times = given[1] if len(given) > 1 else options.get("reps", options.get("repeats", 1))
            spend(np.size(given[0]) * math.prod(shape_of(times)))
            return getattr(np, name)(*given, **options)
        if name in lists.ALONG | lists.JOINING | lists.SHAPING:
            if name in lists.ALONG:
                _check_some(given[0])
            spend(sizes + sum(cells_of(value) for value in options.values()))
            if name == "where" and len(given) == 3:
                spend(check_broadcast(*given))
            numpy_name = {"row_stack": "vstack"}.get(name, name)
            return getattr(np, numpy_name)(*given, **options)
        if name in ("meshgrid",):
            raise UnreadableError("`meshgrid` is for drawings, and not read here")
    raise UnreadableError(f"`numpy.{name}` is not read here")


def _check_some(numbers: Any) -> None:
    if isinstance(numbers, np.ndarray | list | tuple) and not np.size(numbers):
        raise UnreadableError("numbers of which none are known here")


def _typed(kind: Any, given: list[Any]) -> Any:
    value = plain(given[0]) if given else 0
    return np.asarray(value).astype(kind) if np.ndim(value) else kind(value)


def _arange(spend: Callable[[float], None], given: list[Any], options: dict[str, Any]) -> Any:
    start = options.get("start", given[0] if len(given) > 1 else 0)
    stop = options.get("stop", given[1] if len(given) > 1 else given[0] if given else None)
    step = options.get("step", given[2] if len(given) > 2 else 1)
    if not step or stop is None:
        raise UnreadableError("`arange` without an end or with steps of 0")
    count = (stop - start) / step
    if not math.isfinite(count):
        raise UnreadableError("`arange` without an end")
    spend(max(0.0, count))
    return np.arange(start, stop, step)


def plain(value: Any) -> Any:
    """A value that NumPy may be given: numbers, arrays, lists of such, None."""
    if isinstance(value, int | float | np.generic | np.ndarray | bool | None):
        if isinstance(value, int) and value.bit_length() > 63:
            return float(value)
        return value
    if isinstance(value, slice):
        return value
    if isinstance(value, range):
        if len(value) > MAX_CELLS:
            raise UnreadableError("a range that is too long to be read here")
        return list(value)
    if isinstance(value, list | tuple):
        cells_of(value)
        return type(value)(plain(item) for item in value) if len(value) else value
    raise UnreadableError("something that is no number")


def dtype_of(value: Any) -> Any:
    """A data type as a program gives it: `float`, `"float32"`, `np.float32`, `tf.float32`."""
    name = value.name if isinstance(value, Lib) else value
    if isinstance(name, type(np.dtype(float))):
        name = name.name
    if name in TYPES:
        return TYPES[str(name)]
    raise UnreadableError("a data type that is not read here")


def product_cells(a: Any, b: Any, outer: bool = False) -> float:
    """A bound on the multiplications of a product, which no result exceeds."""
    if outer or not np.ndim(a) or not np.ndim(b):
        return np.size(a) * np.size(b)
    if np.ndim(a) > 2 or np.ndim(b) > 2:
        raise UnreadableError("a product of more than two dimensions")
    inner = np.shape(b)[-2] if np.ndim(b) > 1 else np.shape(b)[0]
    if np.shape(a)[-1] != inner:
        raise UnreadableError(f"shapes {np.shape(a)} and {np.shape(b)} cannot be multiplied")
    return np.size(a) * (np.shape(b)[-1] if np.ndim(b) > 1 else 1)


def method(machine: Any, owner: np.ndarray, name: str, given: list[Any], options: dict) -> Any:
    """The result of an array's method that is on the list."""
    if name in ("to_numpy", "as_matrix", "numpy", "eval", "get_values"):
        return owner
    if name in ("head", "describe", "info"):
        return owner
    if name not in lists.ARRAY_METHODS:
        raise UnreadableError(f"`.{name}` of an array is not read here")
    if name == "astype":
        return owner.astype(dtype_of(given[0] if given else options["dtype"]))
    if unknown := set(options) - lists.ARRAY_OPTIONS:
        raise UnreadableError(f"`.{name}` with `{min(unknown)}` is not read here")
    numbers = [plain(value) for value in given]
    options = {key: plain(value) for key, value in options.items() if key != "dtype"}
    if name in lists.ALONG:
        _check_some(owner)
    if name == "clip":
        machine.watch(name, owner)
    if name == "dot":
        machine.budget.spend(product_cells(owner, numbers[0]))
    elif name == "repeat":
        machine.budget.spend(owner.size * math.prod(shape_of(numbers[0])))
    else:
        machine.budget.spend(owner.size)
    with np.errstate(all="ignore"):
        result = getattr(owner, name)(*numbers, **options)
    return result


def new_random(kind: str, seed: Any, stand_in: int = 0) -> Obj:
    """A source of random numbers: `RandomState` or `Generator`; without a seed, one to stand in."""
    seeded = isinstance(seed, int | np.integer) and 0 <= seed < 2**32
    number = int(seed) if seeded else stand_in
    source = (
        np.random.RandomState(number) if kind == "RandomState" else np.random.default_rng(number)
    )
    return Obj("random", {"kind": kind}, 0, {"source": source, "seeded": seeded})


def draw(machine: Any, random: Obj, name: str, given: list[Any], options: dict) -> Any:
    """Random numbers: the same as NumPy's where there is a seed."""
    source = random.holds["source"]
    if name == "seed":
        seed = given[0] if given else None
        random.holds.update(new_random("RandomState", seed, machine.stand_in).holds)
        return None
    if name in ("RandomState", "default_rng"):
        seed = given[0] if given else options.get("seed")
        return machine.keep_random(
            new_random(name.replace("default_rng", "Generator"), seed, machine.stand_in)
        )
    numbers = [plain(value) for value in given]
    named = {key: plain(value) for key, value in options.items()}
    if name in ("rand", "randn"):
        shape, cells = None, math.prod(shape_of(numbers))
    elif name in REORDERS:
        machine.shuffles += 1
        shape, cells = None, max(np.size(numbers[0]), numbers[0] if np.ndim(numbers[0]) == 0 else 0)
    elif name in DRAWS:
        at = DRAWS[name]
        shape = named.get("size", numbers[at] if len(numbers) > at else None)
        cells = 1 if shape is None else math.prod(shape_of(shape))
        cells = max([cells, *(np.size(value) for value in [*numbers, *named.values()])])
        if name == "choice" and numbers and np.ndim(numbers[0]) == 0:
            cells = max(cells, numbers[0])
    else:
        raise UnreadableError(f"random numbers by `{name}` are not read here")
    machine.budget.spend(cells)
    if not random.holds["seeded"] and name not in REORDERS:
        machine.unseeded = True
    known = getattr(source, name, None)
    if known is None:
        raise UnreadableError(f"random numbers by `{name}` are not read here")
    if name not in REORDERS:
        machine.draws += 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a covariance that is none
        return known(*numbers, **named)
