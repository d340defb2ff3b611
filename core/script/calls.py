"""What a call gives: of the program's own functions, of a library's, of a method."""

import math
from typing import Any

import numpy as np

from . import arrays, frames, keras_calls, sklearn_calls, tensors
from .budget import MAX_ITEMS, UnreadableError
from .paths import library_path
from .values import (
    Bound,
    Class,
    Function,
    Gradient,
    Instance,
    Lib,
    Node,
    Obj,
    Unknown,
    Variable,
    is_tensor,
    unknown_in,
)

HARMLESS = frozenset(  # say nothing about the run
    "matplotlib seaborn plotly time os sys warnings logging IPython datetime pprint pathlib json "
    "pickle tabulate mpl_toolkits gc io csv google pydot graphviz statsmodels".split()
)
CONSTANTS = {
    "numpy.pi": math.pi, "numpy.e": math.e, "numpy.inf": math.inf, "numpy.nan": math.nan,
    "numpy.NaN": math.nan, "math.pi": math.pi, "math.e": math.e, "math.inf": math.inf,
    "numpy.newaxis": None, "tensorflow.newaxis": None,
}  # fmt: skip
MATH = frozenset("sqrt exp log sin cos tan fabs pow floor ceil log10 log2 tanh".split())
TENSOR_FAMILIES = ("tensorflow", "keras")
OPS = ("keras.backend.", "keras.ops.", "tensorflow.math.", "tensorflow.linalg.")
QUIET_TF = frozenset(
    "set_random_seed disable_v2_behavior disable_eager_execution enable_eager_execution "
    "enable_v2_behavior global_variables_initializer initialize_all_variables print Print "
    "reset_default_graph set_verbosity set_floatx list_physical_devices clear_session "
    "local_variables_initializer set_seed to_categorical plot_model enable_debug_mode "
    "run_functions_eagerly scalar histogram FileWriter merge_all Saver ConfigProto".split()
)
DRAWN_AS = ("random", "random_uniform", "random_normal", "truncated_normal")
MUTATING = frozenset("append extend insert pop sort reverse remove clear".split())


def constant(owner: Lib, name: str) -> Any:
    """An attribute of a library: a number, or a longer name."""
    path = library_path(f"{owner.path}.{name}")
    return CONSTANTS[path] if path in CONSTANTS else Lib(path)


def call(machine: Any, function: Any, given: list[Any], options: dict, line: int) -> Any:
    """The result of a call.

    Raises:
        UnreadableError: If the function is on no list.
    """
    if isinstance(function, Unknown):
        return function
    if isinstance(function, Function):
        return machine.invoke(function, given, options, line)
    if isinstance(function, Class):
        return _instance(machine, function, given, options, line)
    if isinstance(function, Bound):
        return _method(machine, function.owner, function.name, given, options, line)
    if isinstance(function, Obj):
        return keras_calls.call_object(machine, function, given, options, line)
    if isinstance(function, Instance):
        return _call_instance(machine, function, given, options, line)
    if isinstance(function, Lib):
        return _library(machine, function, given, options, line)
    raise UnreadableError("a call of something that is no function")


def _instance(machine: Any, cls: Class, given: list[Any], options: dict, line: int) -> Instance:
    made = Instance(cls, line)
    if cls.of_library() == "Sequential":
        made.holds["layers"] = []
    init = cls.find("__init__")
    if isinstance(init, Function):
        machine.invoke(Function(init.node, init.around, made, cls), given, options, line)
    return made


def _call_instance(machine: Any, owner: Instance, given: list[Any], options: dict, line: int) -> Any:
    if keras_calls.is_class_of_keras(owner.cls):
        first = given[0] if given else None
        if isinstance(first, Obj) or owner.cls.find("__call__") is None:
            return keras_calls.call_object(machine, owner, given, options, line)
    own = owner.cls.find("__call__")
    if not isinstance(own, Function):
        raise UnreadableError("a call of something that is no function")
    return machine.invoke(Function(own.node, own.around, owner, owner.cls), given, options, line)


def _library(machine: Any, lib: Lib, given: list[Any], options: dict, line: int) -> Any:
    if lib.family in HARMLESS:
        return Unknown()
    if lib.family == "tqdm":
        return given[0] if given else Unknown()
    if lib.family == "builtins":
        return _builtin(machine, lib.name, given, options, line)
    if lib.path in ("tensorflow.function", "keras.saving.register_keras_serializable"):
        return given[0] if given else Unknown()
    if frames.is_reader(lib):
        frame = frames.read(lib.name, given, options, line)
        machine.files.append(frame.file)
        return frame
    if lib.family == "sklearn":
        return sklearn_calls.call(machine, lib, given, options, line)
    if lib.family in TENSOR_FAMILIES:
        return _tensorflow(machine, lib, given, options, line)
    if lib.family in ("torch", "jax", "mxnet", "theano", "paddle"):
        return Unknown(line, f"{lib.family} is not read here")
    if unknown := unknown_in(given, options):
        return Unknown(unknown.line or line, unknown.why)
    if lib.family == "numpy":
        return _numpy(machine, lib, given, options, line)
    if lib.family == "pandas":
        return _pandas(machine, lib, given, options)
    if lib.family == "math" and lib.name in MATH:
        return getattr(math, lib.name)(*map(float, given))
    if lib.family == "random":
        return _python_random(machine, lib.name, given)
    raise UnreadableError(f"`{lib.path[:60]}` is not read here")


def _numpy(machine: Any, lib: Lib, given: list[Any], options: dict, line: int) -> Any:
    name = lib.path.removeprefix("numpy.")
    if name in ("set_printoptions", "seterr", "savetxt", "save", "polyfit", "errstate", "random"):
        return Unknown()
    given = [frames.whole(machine, v) if isinstance(v, frames.Frame) else v for v in given]
    given = [np.array(v) if isinstance(v, range) else v for v in given]
    if any(is_tensor(value) for value in given):
        return tensors.apply(machine, name, given, options, line)
    if name in ("matrix", "mat", "asmatrix"):
        raise UnreadableError("`numpy.matrix`, whose `*` is a matrix product")
    result = arrays.call(machine, name, given, dict(options))
    machine.origins.inherit(result, given, line)
    if name == "random.shuffle" and isinstance(given[0], np.ndarray):
        machine.reordered(given, line)
    if name == "random.permutation" and isinstance(result, np.ndarray) and result.size > 1:
        if isinstance(given[0], np.ndarray) and given[0].dtype.kind == "f":
            machine.reordered([result], line)
    return result


def _pandas(machine: Any, lib: Lib, given: list[Any], options: dict) -> Any:
    data = given[0] if given else options.get("data")
    if lib.name in ("DataFrame", "Series") and isinstance(data, np.ndarray):
        return data
    if lib.name == "DataFrame" and isinstance(data, dict):
        values = {key: np.asarray(arrays.plain(value), float) for key, value in data.items()}
        table = frames.FileTable("", machine.line)
        return frames.Frame(table, tuple(values), (), values)
    if lib.name == "Series":
        return np.asarray(arrays.plain(data), float)
    if lib.name in ("set_option", "to_datetime", "get_dummies"):
        return Unknown(machine.line, f"`pandas.{lib.name}` is not read here")
    if lib.name == "DataFrame" and isinstance(data, frames.Frame):
        return data
    raise UnreadableError(f"`pandas.{lib.name}` is not read here")


def _python_random(machine: Any, name: str, given: list[Any]) -> Any:
    if name == "seed":
        return None
    machine.unseeded = True
    draws = {"random": "rand", "uniform": "uniform", "gauss": "normal", "randint": "randint"}
    if name not in draws:
        raise UnreadableError(f"random numbers by `random.{name}`")
    return float(arrays.draw(machine, machine.python_random, draws[name], given, {}))


def _tensorflow(machine: Any, lib: Lib, given: list[Any], options: dict, line: int) -> Any:
    name = lib.name
    if name in QUIET_TF:
        return Unknown()
    if lib.path.startswith("keras.datasets."):
        raise UnreadableError("a table of Keras, which is not ours")
    if name == "Variable" or (name == "get_variable" and "initializer" not in options):
        if name == "Variable":
            if unknown := unknown_in(given):
                return unknown
            return tensors.variable(machine, given, options, line)
        raise UnreadableError("`get_variable` without a value")
    if name == "placeholder":
        return tensors.Hole(line)
    if name == "from_tensor_slices":
        return Obj("Dataset", {"*": given}, line)
    if lib.path in ("keras.losses.mean_squared_error", "tensorflow.losses.mean_squared_error") or (
        name in keras_calls.LOSS_FUNCTIONS
        and len(given) >= 2
        and ("losses" in lib.path or "metrics" in lib.path)
    ):
        kind = keras_calls.LOSS_FUNCTIONS[name]
        repairs = lib.family == "keras"
        return keras_calls.loss_of(machine, kind, {}, given[0], given[1], line, repairs)
    path = lib.path
    for prefix in OPS:
        path = path.removeprefix(prefix)
    path = path.removeprefix("tensorflow.").removeprefix("keras.")
    if path in tensors.RENAMED or path in tensors.DRAWN or (
        path in arrays.BINARY | arrays.UNARY | arrays.SHAPING | arrays.PRODUCTS | {"add_n", "zeros", "ones", "stop_gradient", "squared_difference", "identity"}
    ):
        if unknown := unknown_in(given):
            return unknown
        given = [frames.whole(machine, v) if isinstance(v, frames.Frame) else v for v in given]
        if lib.family == "tensorflow" and name == "matmul":
            _check_matmul(machine, given)
        result = tensors.call(machine, path, given, dict(options), line)
        machine.origins.inherit(result, given, line)
        return result
    return keras_calls.construct(machine, lib, given, options, line)


def _check_matmul(machine: Any, given: list[Any]) -> None:
    for weight in given[1:2]:
        if isinstance(weight, Variable) and weight.value.ndim == 1:
            machine.faults.found(
                weight.line,
                "weight-shape",
                f"The weight's shape is {weight.value.shape}, one number for each unit. "
                "`tf.matmul` needs (features, units): take the features from `input_shape[-1]`.",
            )


def _method(machine: Any, owner: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    if isinstance(owner, Obj):
        return _object(machine, owner, name, given, options, line)
    if isinstance(owner, Instance):
        return _inherited(machine, owner, name, given, options, line)
    if isinstance(owner, list) and name in MUTATING:
        return _list(owner, name, given)
    if unknown := unknown_in(owner, given, options):
        return Unknown(unknown.line or line, unknown.why)
    if isinstance(owner, frames.Frame):
        return frames.method(machine, owner, name, given, options)
    if isinstance(owner, np.ndarray):
        if any(is_tensor(value) for value in given):
            return tensors.apply(machine, name, [owner, *given], options, line)
        result = arrays.method(machine, owner, name, given, dict(options))
        machine.origins.inherit(result, [owner], line)
        return result
    if isinstance(owner, np.generic):
        return owner if name in ("numpy", "item") else arrays.method(machine, np.asarray(owner), name, given, options)
    if is_tensor(owner) and not isinstance(owner, list | tuple):
        return _tensor(machine, owner, name, given, line)
    if isinstance(owner, str):
        return _text(owner, name, given)
    if isinstance(owner, dict) and name in ("items", "keys", "values", "get", "copy", "update", "setdefault"):
        if name in ("items", "keys", "values"):
            return list(getattr(owner, name)())
        return getattr(owner, name)(*given)
    if isinstance(owner, list | tuple) and name in ("index", "count", "copy"):
        return getattr(owner, name)(*given)
    if isinstance(owner, int | float) and name in ("numpy", "item", "mean"):
        return owner
    raise UnreadableError(f"`.{name[:40]}` is not read here")


def _object(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    if owner.kind == "random":
        result = arrays.draw(machine, owner, name, given, options)
        if name == "shuffle" and isinstance(given[0], np.ndarray):
            machine.reordered(given, line)
        return result
    if owner.kind == "super":
        return _super(machine, owner.holds["scope"], name, given, options, line)
    if owner.kind in (*sklearn_calls.SCALERS, "SGDRegressor", "Pipeline", "LinearRegression"):
        return sklearn_calls.method(machine, owner, name, given, options, line)
    if owner.kind == "ArgumentParser":
        return None
    return keras_calls.method(machine, owner, name, given, options, line)


def _super(machine: Any, scope: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    while scope is not None and getattr(scope, "owner", None) is None:
        scope = scope.around
    if scope is None:
        raise UnreadableError("`super` outside a class")
    for base in scope.of.bases if isinstance(scope.of, Class) else ():
        found = base.find(name) if isinstance(base, Class) else None
        if isinstance(found, Function):
            bound = Function(found.node, found.around, scope.owner, base)
            return machine.invoke(bound, given, options, line)
    return None


def _inherited(machine: Any, owner: Instance, name: str, given: list[Any], options: dict, line: int) -> Any:
    """A method that the program's class has from Keras'."""
    if name in ("add_weight", "add_variable"):
        return keras_calls.add_weight(machine, owner, given, options, line)
    if owner.cls.of_library() in ("Model", "Sequential"):
        return keras_calls.model_method(machine, owner, name, given, options, line)
    if keras_calls.is_class_of_keras(owner.cls) and name in keras_calls.QUIET:
        return Unknown()
    raise UnreadableError(f"`.{name[:40]}` is not read here")


def _tensor(machine: Any, owner: Any, name: str, given: list[Any], line: int) -> Any:
    if name in ("numpy", "read_value", "value"):
        return owner
    if name == "eval":
        return Unknown()
    if name in ("assign", "assign_sub", "assign_add") and isinstance(owner, Variable):
        return _assigned(machine, owner, name, given[0], line)
    if name in ("initialized_value", "initializer"):
        return owner
    return tensors.apply(machine, name, [owner, *given], {}, line)


def _assigned(machine: Any, owner: Variable, name: str, change: Any, line: int) -> Any:
    """A hand-written step, where the change hangs on a gradient."""
    gradients = _gradients(change)
    if not gradients:
        raise UnreadableError("a variable that is assigned something other than a step")
    mine = next((g for g in gradients if g.variable is owner), None)
    if mine is None:
        raise UnreadableError("a variable that is moved along another one's gradient")
    value = tensors.value_of(change)
    slope = np.asarray(tensors.value_of(mine), float)
    moved = np.asarray(value, float)
    if name == "assign":
        moved = np.asarray(owner.value, float) - moved
    elif name == "assign_add":
        moved = -moved
    size = float(np.sum(slope * slope))
    rate = float(np.sum(moved * slope)) / size if size else 0.0
    if not size or not np.allclose(moved, rate * slope, rtol=1e-4, atol=1e-9 * abs(rate) * size**0.5):
        raise UnreadableError("a step that is no multiple of the gradient")
    keras_calls.step(machine, mine.loss, round_off(rate), [owner], line, {})
    return owner


def round_off(number: float) -> float:
    """A number without the rounding of a difference quotient."""
    return float(f"{number:.5g}")


def _gradients(tensor: Any) -> list[Gradient]:
    if isinstance(tensor, Gradient):
        return [tensor]
    if isinstance(tensor, Node):
        return [found for item in tensor.given for found in _gradients(item)]
    return []


def _list(owner: list[Any], name: str, given: list[Any]) -> Any:
    if name in ("append", "insert", "extend") and len(owner) >= MAX_ITEMS:
        raise UnreadableError("a list that is too long to be read here")
    if name == "extend" and not isinstance(given[0], list | tuple):
        raise UnreadableError("a list that is extended by something else")
    return getattr(owner, name)(*given)


def _text(owner: str, name: str, given: list[Any]) -> Any:
    if name in ("format", "join", "center", "ljust", "rjust", "zfill"):
        return "…"
    if name in ("lower", "upper", "strip", "split", "startswith", "endswith", "replace") and len(owner) < 5000:
        if name != "replace":
            return getattr(owner, name)(*given)
    raise UnreadableError(f"`.{name[:40]}` of text")


def items_of(machine: Any, value: Any) -> list[Any]:
    """What a loop over a value goes over.

    Raises:
        UnreadableError: If that is not known.
    """
    if isinstance(value, Unknown):
        raise UnreadableError(value.why or "a loop over something that is not known")
    if isinstance(value, Obj) and value.kind == "Dataset":
        return keras_calls.batches(machine, value)
    if isinstance(value, frames.Frame):
        return list(frames.whole(machine, value))
    if isinstance(value, range):
        return value if len(value) > MAX_ITEMS else list(value)  # pyright: ignore[reportReturnType]
    if isinstance(value, list | tuple | str | np.ndarray):
        if len(value) > MAX_ITEMS:
            raise UnreadableError("a loop that is too long to be read here")
        return list(value)
    if isinstance(value, dict):
        return list(value)
    raise UnreadableError("a loop over something that is not read here")


def _builtin(machine: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    if name in ("print", "input", "open"):
        return Unknown(line if name != "print" else 0, f"`{name}` is not read here" if name != "print" else "")
    if name in ("range", "xrange"):
        if unknown := unknown_in(given):
            return unknown
        return range(*(int(tensors.value_of(value)) for value in given))
    if name in ("isinstance", "callable", "hasattr", "type", "super", "getattr", "object"):
        return Unknown(line, f"`{name}` is not read here")
    if unknown := unknown_in(given):
        return unknown
    if name == "len":
        value = given[0]
        if isinstance(value, frames.Frame):
            return frames.ROWS
        return len(tensors.value_of(value)) if is_tensor(value) and not isinstance(value, list) else len(value)
    if name in ("zip", "enumerate", "list", "tuple", "reversed", "sorted", "map", "set"):
        return _sequence(machine, name, given, options, line)
    if any(is_tensor(value) for value in given):
        if name in ("float", "int"):
            return given[0]
        return tensors.apply(machine, {"abs": "abs", "sum": "sum"}.get(name, name), given, {}, line)
    if name in ("float", "int", "bool", "str", "round", "abs", "pow", "divmod"):
        if name == "str":
            return "…"
        if name == "pow":
            raise UnreadableError("`pow`")
        kind = {"float": float, "int": int, "bool": bool, "round": round, "abs": abs, "divmod": divmod}[name]
        return kind(*given)
    if name in ("sum", "min", "max", "any", "all"):
        values = given[0] if len(given) == 1 else given
        if isinstance(values, np.ndarray):
            machine.budget.spend(values.size)
            return values.sum(axis=0) if name == "sum" else getattr(values, name)(axis=0)
        items = items_of(machine, values)
        return {"sum": sum, "min": min, "max": max, "any": any, "all": all}[name](items)
    if name == "dict":
        return dict(*given, **options)
    raise UnreadableError(f"`{name}` is not read here")


def _sequence(machine: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    parts = [items_of(machine, value) for value in given if not isinstance(value, Function | Lib)]
    if name == "zip":
        return list(zip(*parts, strict=False))
    if name == "enumerate":
        return list(enumerate(parts[0], options.get("start", 0)))
    if name == "map":
        if len(parts[0]) > 5000:
            raise UnreadableError("a list that is too long to be read here")
        return [machine.call(given[0], [item], {}, line) for item in parts[0]]
    items = list(parts[0]) if parts else []
    return {"tuple": tuple, "sorted": sorted, "reversed": lambda i: i[::-1]}.get(name, list)(items)
