"""What a call gives: of the program's own functions, of a library's, of a method."""

import dataclasses
import math
from typing import Any

import numpy as np

from . import (
    arrays,
    builtin_calls,
    datasets,
    frames,
    invoking,
    keras_calls,
    keras_layers,
    keras_objects,
    lists,
    methods,
    sklearn_calls,
    stdlib,
    tensors,
)
from .budget import UnreadableError
from .paths import library_path
from .values import (
    Bound,
    Class,
    Function,
    Instance,
    Lib,
    Obj,
    Unknown,
    is_tensor,
    unknown_in,
)

CONSTANTS = {
    "numpy.pi": math.pi, "numpy.e": math.e, "numpy.inf": math.inf, "numpy.nan": math.nan,
    "numpy.NaN": math.nan, "math.pi": math.pi, "math.e": math.e, "math.inf": math.inf,
    "numpy.newaxis": None, "tensorflow.newaxis": None,
}  # fmt: skip
COPIES = ("array", "asarray", "copy")
DATASETS = {
    "from_tensor_slices": datasets.of_slices, "zip": datasets.zipped,
    "from_tensors": lambda given, line: datasets.of_slices(given, line, whole=True),
}  # fmt: skip
TENSOR_FAMILIES = ("tensorflow", "keras")
OPS = ("keras.backend.", "keras.ops.", "tensorflow.math.", "tensorflow.linalg.")
LOSS_CLASSES = frozenset(keras_objects.LOSS_FUNCTIONS.values())
LOSS_ARGUMENTS = ("y_true", "y_pred")
LOSS_ALIASES = {"labels": "y_true", "predictions": "y_pred"}


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
        return invoking.invoke(machine, function, given, options, line)
    if isinstance(function, Class):
        return _instance(machine, function, given, options, line)
    if isinstance(function, Bound):
        return methods.call(machine, function.owner, function.name, given, options, line)
    if isinstance(function, Obj):
        return keras_layers.call_object(machine, function, given, options, line)
    if isinstance(function, Instance):
        return _call_instance(machine, function, given, options, line)
    if isinstance(function, Lib):
        return _library(machine, function, given, options, line)
    raise UnreadableError("a call of something that is no function")


def _instance(machine: Any, cls: Class, given: list[Any], options: dict, line: int) -> Instance:
    made = Instance(cls, line)
    if keras_objects.is_class_of_keras(cls):
        machine.models.append(made)
    if cls.of_library() == "Sequential":
        made.holds["layers"] = []
    init = cls.find("__init__")
    if init is None and cls.of_library() == "Model":
        keras_objects.functional(made, given, options, line)
    if (init is None and not cls.of_library()) or cls.of_library() in ("NamedTuple", "BaseModel"):
        _fill(machine, made, given, options)
    if isinstance(init, Function):
        invoking.invoke(machine, Function(init.node, init.around, made, cls), given, options, line)
    return made


def _fill(machine: Any, made: Instance, given: list[Any], options: dict) -> None:
    """Gives the fields of a dataclass what it is made with, or their defaults."""
    fields = made.cls.all_fields()
    named = dict(zip(fields, given, strict=False)) | options
    if len(given) > len(fields) or set(named) - set(fields):
        raise UnreadableError("a class that is given what it does not take")
    made.attributes.update(named)
    after = made.cls.find("__post_init__")
    if isinstance(after, Function):
        invoking.invoke(machine, after.bound(made, made.cls), [], {}, machine.line)


def _call_instance(
    machine: Any, owner: Instance, given: list[Any], options: dict, line: int
) -> Any:
    if keras_objects.is_class_of_keras(owner.cls):
        first = given[0] if given else None
        if isinstance(first, Obj) or owner.cls.find("__call__") is None:
            return keras_layers.call_object(machine, owner, given, options, line)
    own = owner.cls.find("__call__")
    if not isinstance(own, Function):
        raise UnreadableError("a call of something that is no function")
    return invoking.invoke(
        machine, Function(own.node, own.around, owner, owner.cls), given, options, line
    )


def _library(machine: Any, lib: Lib, given: list[Any], options: dict, line: int) -> Any:
    if stdlib.is_read(lib.path):
        return stdlib.call(machine, lib, given, options, line)
    if lib.family in lists.HARMLESS:
        return Unknown()
    if lib.family == "tqdm":
        if lib.name == "trange":
            return builtin_calls.call(machine, "range", given, {}, line)
        return given[0] if given else Unknown()
    if lib.family == "builtins":
        return builtin_calls.call(machine, lib.name, given, options, line)
    if lib.path in ("tensorflow.function", "keras.saving.register_keras_serializable"):
        return given[0] if given else Unknown()
    if frames.is_reader(lib):
        frame = frames.read(lib.name, given, options, line, machine.stand_in)
        machine.files.append(frame.file)
        one = options.get("usecols")
        return frames.column(machine, frame, one) if isinstance(one, int) else frame
    if lib.family == "sklearn" or lib.name == "KerasRegressor":
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
    if lib.family == "math" and lib.name in lists.MATH_FUNCTIONS:
        if lib.name in lists.BENDING:
            machine.watch(lib.name, given[0])
        return getattr(math, lib.name)(*map(float, given))
    raise UnreadableError(f"`{lib.path[:60]}` is not read here")


def _numpy(machine: Any, lib: Lib, given: list[Any], options: dict, line: int) -> Any:
    name = lib.path.removeprefix("numpy.")
    if name in ("set_printoptions", "seterr", "savetxt", "save", "polyfit", "errstate", "random"):
        return Unknown()
    if name in COPIES and given and frames.is_array(given[0]):
        return dataclasses.replace(given[0])  # whose columns are known by their places
    given = [frames.whole(machine, v) if isinstance(v, frames.Frame) else v for v in given]
    given = [v.values(machine) if isinstance(v, frames.Statistic) else v for v in given]
    given = [np.array(v) if isinstance(v, range) else v for v in given]
    if any(is_tensor(value) for value in given):
        return tensors.apply(machine, name, given, options, line)
    if name in ("matrix", "mat", "asmatrix"):
        made = arrays.call(machine, "array", given[:1], {})
        made = made.reshape(1, -1) if np.ndim(made) < 2 else made
        result = made.view(np.matrix)  # whose `*` is a matrix product
        machine.origins.inherit(result, given)
        return result
    if name == "subtract" and len(given) == 2:
        tensors.note_broadcast(machine, given[0], given[1], line)
    result = arrays.call(machine, name, given, dict(options))
    machine.origins.inherit(result, given)
    if name in lists.JOINING and given:
        machine.origins.joined(result, given[0])
    if len(given) > 1:
        machine.origins.computed(name, given[0], given[1], result, line)
    if name == "random.shuffle" and isinstance(given[0], np.ndarray):
        machine.reordered(given, line)
    drawn = given[0] if name == "random.permutation" and given else None
    if isinstance(drawn, np.ndarray) and drawn.dtype.kind == "f":
        machine.reordered([result], line)
    return result


def _pandas(machine: Any, lib: Lib, given: list[Any], options: dict) -> Any:
    data = given[0] if given else options.get("data")
    if lib.name in ("DataFrame", "Series") and isinstance(data, np.ndarray):
        return data
    if lib.name == "DataFrame" and isinstance(data, dict):
        values = {key: np.asarray(arrays.plain(value), float) for key, value in data.items()}
        rows = {len(value) for value in values.values() if value.ndim}
        if len(rows) != 1:
            raise UnreadableError("a table whose columns differ in length")
        table = frames.FileTable("", machine.line, given=values, rows=rows.pop())
        return frames.Frame(table, tuple(values))
    if lib.name == "Series":
        return np.asarray(arrays.plain(data), float)
    if lib.name == "get_dummies" and isinstance(data, frames.Frame):
        return frames.with_dummies(data, options.get("columns"), machine.line)
    if lib.name in ("set_option", "to_datetime", "get_dummies"):
        return Unknown(machine.line, f"`pandas.{lib.name}` is not read here")
    if lib.name == "DataFrame" and isinstance(data, frames.Frame):
        return data
    raise UnreadableError(f"`pandas.{lib.name}` is not read here")


def _tensorflow(machine: Any, lib: Lib, given: list[Any], options: dict, line: int) -> Any:
    name = lib.name
    if lib.path == "keras.utils.set_random_seed":
        arrays.draw(machine, machine.random, "seed", given, options)
        stdlib.draw(machine, machine.python_random, "seed", given, {}, line)
        return None
    if name in lists.QUIET_TF:
        return Unknown()
    if lib.path.startswith("keras.datasets."):
        raise UnreadableError("a table of Keras, which is not ours")
    if name == "Variable":
        if unknown := unknown_in(given):
            return unknown
        return tensors.variable(machine, given, options, line)
    if name == "get_variable":
        return _get_variable(machine, given, options, line)
    if name in ("placeholder", *keras_calls.SESSIONS):
        machine.graphs = True
    if name == "placeholder":
        return tensors.Hole(line)
    if lib.path.startswith("tensorflow.data.") and name in DATASETS:
        return DATASETS[name](given or list(options.values()), line)
    if lib.path.startswith("tensorflow.data.") and name in datasets.OF_FILES:
        return datasets.of_files(name, given, options, line)
    of_losses = "losses" in lib.path or "metrics" in lib.path
    if of_losses and name in keras_objects.LOSS_FUNCTIONS and name not in LOSS_CLASSES:
        bound = dict(zip(LOSS_ARGUMENTS, given, strict=False)) | {
            LOSS_ALIASES.get(key, key): value for key, value in options.items()
        }
        if set(bound) <= {*LOSS_ARGUMENTS, "delta", "scope"} and len(bound) >= 2:
            kind = keras_objects.LOSS_FUNCTIONS[name]
            return keras_layers.loss_of(
                machine, kind, bound | {"reduction": "none"}, bound["y_true"], bound["y_pred"],
                line, lib.family == "keras",
            )  # fmt: skip
    path = lib.path
    for prefix in OPS:
        path = path.removeprefix(prefix)
    path = path.removeprefix("tensorflow.").removeprefix("keras.")
    if (
        path in tensors.RENAMED
        or path in tensors.DRAWN
        or (
            path
            in lists.BINARY
            | lists.UNARY
            | lists.SHAPING
            | lists.PRODUCTS
            | lists.LIKE
            | {
                "add_n",
                "clip_by_norm",
                "gather",
                "random.shuffle",
                "zeros",
                "ones",
                "stop_gradient",
                "squared_difference",
                "identity",
            }
        )
    ):
        if unknown := unknown_in(given):
            return unknown
        given = [frames.whole(machine, v) if isinstance(v, frames.Frame) else v for v in given]
        if name in ("matmul", "dot") and len(given) == 2:
            tensors.note_weight_shape(machine, *given, strict=lib.family == "tensorflow")
        result = tensors.call(machine, path, given, dict(options), line)
        machine.origins.inherit(result, given)
        return result
    return keras_objects.construct(machine, lib, given, options, line)


def _get_variable(machine: Any, given: list[Any], options: dict, line: int) -> Any:
    """`tf.get_variable`: by an initializer, Glorot's where there is none, or from a value."""
    bound = dict(zip(("name", "shape", "dtype", "initializer"), given, strict=False)) | options
    first = bound.get("initializer")
    shape = bound.get("shape", ())
    if first is None:
        first = Obj(
            "drawn", {"shape": shape, "of": "get_variable", "start": "glorot_uniform"}, line
        )
    elif isinstance(first, Obj) and first.kind == "constant_initializer":
        value = first.given.get("value", first.given.get("*", [0.0])[0])
        first = np.full(arrays.shape_of(list(shape)), float(value))
    elif isinstance(first, Obj) and first.kind != "drawn":
        first = keras_layers.call_object(machine, first, [shape], {}, line)
    return tensors.variable(machine, [first], {"trainable": bound.get("trainable", True)}, line)
