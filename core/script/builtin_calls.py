"""Python's own functions, as far as they are read."""

from typing import Any

import numpy as np

from . import datasets, frames, tensors
from .budget import MAX_ITEMS, UnreadableError
from .values import (
    Function,
    Lib,
    Obj,
    Unknown,
    is_tensor,
    unknown_in,
)

KINDS: dict[str, type] = {
    "builtins.int": int, "builtins.float": float, "builtins.str": str, "builtins.bool": bool,
    "builtins.list": list, "builtins.tuple": tuple, "builtins.dict": dict,
    "numpy.ndarray": np.ndarray, "pandas.DataFrame": frames.Frame,
}  # fmt: skip


def items_of(machine: Any, value: Any) -> list[Any]:
    """What a loop over a value goes over.

    Raises:
        UnreadableError: If that is not known.
    """
    if isinstance(value, Unknown):
        raise UnreadableError(value.why or "a loop over something that is not known")
    if isinstance(value, Obj) and value.kind == "Dataset":
        return datasets.batches(machine, value)
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


def call(machine: Any, name: str, given: list[Any], options: dict, line: int) -> Any:
    if name in ("print", "input", "open"):
        return Unknown(
            line if name != "print" else 0, f"`{name}` is not read here" if name != "print" else ""
        )
    if name in ("range", "xrange"):
        if unknown := unknown_in(given):
            return unknown
        return range(*(int(tensors.value_of(value)) for value in given))
    if name == "isinstance" and len(given) == 2:
        return _is_instance(given[0], given[1], line)
    if name == "getattr" and isinstance(given[0], Obj) and given[0].kind == "Namespace":
        return given[0].holds.get(given[1], *given[2:3])
    if name == "vars" and isinstance(given[0], Obj) and given[0].kind == "Namespace":
        return dict(given[0].holds)
    if name == "callable":
        return isinstance(given[0], Function | Lib)
    if name in ("isinstance", "hasattr", "type", "super", "getattr", "object", "vars", "exit"):
        return Unknown(line, f"`{name}` is not read here")
    if unknown := unknown_in(given):
        return Unknown(unknown.line, unknown.why, given[0]) if name == "len" else unknown
    if name == "len":
        value = given[0]
        if isinstance(value, frames.Frame):
            return value.file.rows
        if isinstance(value, Obj):
            return len(items_of(machine, value))
        return (
            len(tensors.value_of(value))
            if is_tensor(value) and not isinstance(value, list)
            else len(value)
        )
    if name == "iter":
        return list(items_of(machine, datasets.with_an_end(given[0])))
    if name == "next" and isinstance(given[0], list):
        return given[0].pop(0)
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
        if name == "abs":
            machine.watch(name, given[0])
        kind = {
            "float": float,
            "int": int,
            "bool": bool,
            "round": round,
            "abs": abs,
            "divmod": divmod,
        }[name]
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


def _is_instance(value: Any, kind: Any, line: int) -> Any:
    """Whether a value is of a class that is on the list."""
    kinds = kind if isinstance(kind, tuple | list) else [kind]
    known = [KINDS.get(one.path) if isinstance(one, Lib) else None for one in kinds]
    if isinstance(value, Unknown | Obj) or None in known:
        return Unknown(line, "`isinstance` is not read here")
    return isinstance(value, tuple(one for one in known if one is not None))


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
