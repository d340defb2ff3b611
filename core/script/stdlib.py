"""Python's own library, as far as it says numbers, names and settings of a run."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from .budget import MAX_TEXT, UnreadableError
from .lists import words
from .values import Lib, Obj, Unknown

TEXT = "…"  # what a string that is put together stands for
FROM_OUTSIDE = "a value that the command line gives"
NAMESPACES = ("types.SimpleNamespace", "argparse.Namespace")
DRAWS = words(
    "random uniform gauss normalvariate randint randrange choice choices sample expovariate"
)


def is_read(path: str) -> bool:
    """Whether a function of Python's library is read here."""
    return path in FUNCTIONS or path.startswith("random.")


def call(machine: Any, lib: Lib, given: list[Any], options: dict[str, Any], line: int) -> Any:
    """The result of a function of Python's library."""
    if lib.path.startswith("random."):
        return draw(machine, machine.python_random, lib.name, given, options, line)
    return FUNCTIONS[lib.path](machine, given, options, line)


def _joined(machine: Any, given: list[Any], options: dict, line: int) -> str:
    """A path of parts, as far as they are written."""
    parts = [part if isinstance(part, str) else TEXT for part in given]
    return "/".join(part for part in parts if part)[:MAX_TEXT]


def _namespace(machine: Any, given: list[Any], options: dict, line: int) -> Obj:
    return Obj("Namespace", {}, line, dict(options))


def _parser(machine: Any, given: list[Any], options: dict, line: int) -> Obj:
    return Obj("ArgumentParser", {}, line, {"\0defaults": {}})


def _field(machine: Any, given: list[Any], options: dict, line: int) -> Any:
    """`dataclasses.field`: its default."""
    if "default_factory" in options:
        return machine.call(options["default_factory"], [], {}, line)
    return options.get("default", Unknown(line, "a field without a default"))


def _copied(machine: Any, given: list[Any], options: dict[str, Any], line: int) -> Any:
    """`copy.copy` and `copy.deepcopy` of numbers, arrays and lists of such."""
    value = given[0]
    machine.budget.step()  # a list of lists of lists may hold one list as often as it likes
    if isinstance(value, np.ndarray):
        machine.budget.spend(value.size)
        return value.copy()
    if isinstance(value, list | dict):
        machine.budget.spend(len(value))
        values = value.items() if isinstance(value, dict) else enumerate(value)
        made = {key: _copied(machine, [item], {}, line) for key, item in values}
        return made if isinstance(value, dict) else list(made.values())
    if isinstance(value, int | float | str | tuple | None):
        return value
    raise UnreadableError("a copy of what is not plain numbers")


FUNCTIONS: dict[str, Callable[[Any, list[Any], dict, int], Any]] = {
    "os.path.join": _joined,
    "os.path.abspath": _joined,
    "os.path.expanduser": _joined,
    "os.path.dirname": lambda *_: TEXT,
    "copy.copy": _copied,
    "copy.deepcopy": _copied,
    "os.getcwd": lambda *_: TEXT,
    "pathlib.Path": _joined,
    "pathlib.PurePath": _joined,
    "argparse.ArgumentParser": _parser,
    "dataclasses.field": _field,
    **dict.fromkeys(NAMESPACES, _namespace),
}


def parser_method(
    machine: Any, parser: Obj, name: str, given: list[Any], options: dict, line: int
) -> Any:
    """What a parser of the command line is told, and gives: each argument's default."""
    defaults = parser.holds["\0defaults"]
    if name == "add_argument":
        defaults.update(_argument(machine, given, options, line))
    elif name == "set_defaults":
        defaults.update(options)
    elif name == "parse_args":
        return Obj("Namespace", {}, line, dict(defaults))
    elif name == "parse_known_args":
        return Obj("Namespace", {}, line, dict(defaults)), []
    elif name.startswith("add_"):
        return parser  # a group of arguments
    return None


def _argument(machine: Any, given: list[Any], options: dict, line: int) -> dict[str, Any]:
    """The name of an argument, and what it is where the command line does not give it."""
    names = [name for name in given if isinstance(name, str)]
    if not names:
        raise UnreadableError("an argument without a name")
    long = next((name for name in names if name.startswith("--")), names[0])
    name = options.get("dest") or long.lstrip("-").replace("-", "_")
    action = options.get("action")
    if action in ("store_true", "store_false"):
        return {name: options.get("default", action == "store_false")}
    asked = not long.startswith("-") and options.get("nargs") not in ("?", "*")
    if "default" not in options:
        return {name: Unknown(line, FROM_OUTSIDE) if asked or options.get("required") else None}
    value = options["default"]
    if isinstance(value, str) and isinstance(options.get("type"), Lib):
        value = machine.call(options["type"], [value], {}, line)
    return {name: value}


def new_random(seed: Any, stand_in: int = 0) -> Obj:
    """Python's source of random numbers; without a seed, one to stand in."""
    seeded = isinstance(seed, int | str)
    source = random.Random(seed if seeded else stand_in)
    return Obj("python_random", {}, 0, {"source": source, "seeded": seeded})


def draw(machine: Any, owner: Obj, name: str, given: list[Any], options: dict, line: int) -> Any:
    """Random numbers by Python: the same as Python's where there is a seed."""
    if name == "seed":
        owner.holds.update(new_random(given[0] if given else None, machine.stand_in).holds)
        return None
    if name == "Random":
        return machine.keep_random(new_random(given[0] if given else None, machine.stand_in))
    source = owner.holds["source"]
    if name == "shuffle" and isinstance(given[0], list):
        machine.shuffles += 1
        source.shuffle(given[0])
        return None
    if name not in DRAWS:
        raise UnreadableError(f"random numbers by `random.{name[:40]}`")
    plain = int | float | range | list | tuple | str
    if not all(isinstance(value, plain) for value in [*given, *options.values()]):
        raise UnreadableError("random numbers of something that is not known")
    count = options.get("k", given[1] if name in ("sample", "choices") and len(given) > 1 else 1)
    machine.budget.spend(count if isinstance(count, int) else 1)
    machine.unseeded |= not owner.holds["seeded"]
    machine.draws += name in ("choice", "choices", "sample", "randint", "randrange")
    return getattr(source, name)(*given, **options)
