"""What a name of a learner's program may stand for while it is read."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np


class Unknown:
    """Something that was not understood; whatever is made of it is unknown too.

    Attributes:
        line: Where it comes from, from 1.
        why: What it is, as the end of a sentence.
        length_of: What it is the number of rows of, if it is that.
        yielded: What a generator without an end gives first, if it is one.
    """

    yielded: list[Any] | None = None

    def __init__(self, line: int = 0, why: str = "", length_of: Any = None) -> None:
        self.line, self.why, self.length_of = line, why, length_of


@dataclass(frozen=True)
class Lib:
    """A module, class or function of a library, by its dotted name."""

    path: str

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def family(self) -> str:
        return self.path.partition(".")[0]


@dataclass(eq=False)
class Obj:
    """An object that a library made: its kind, what it was made with, what it holds by now."""

    kind: str
    given: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    holds: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Function:
    """A function or a lambda of the program, with the names around it."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    around: dict[str, Any]
    owner: Any = None
    of: Any = None  # the class that it is a method of

    def bound(self, owner: Any, of: Any) -> "Function":
        return Function(self.node, self.around, owner, of)


@dataclass(eq=False)
class Class:
    """A class of the program."""

    name: str
    bases: list[Any]
    members: dict[str, Any]
    line: int
    fields: tuple[str, ...] = ()  # of a dataclass, or a named tuple

    def all_fields(self) -> tuple[str, ...]:
        """Its fields after those of its bases."""
        bases = [base.all_fields() for base in self.bases if isinstance(base, Class)]
        return tuple(dict.fromkeys([name for names in (*bases, self.fields) for name in names]))

    def find(self, name: str) -> Any:
        """A member, its own or a base's; None for none."""
        if name in self.members:
            return self.members[name]
        for base in self.bases:
            if isinstance(base, Class) and (found := base.find(name)) is not None:
                return found
        return None

    def of_library(self) -> str:
        """The name of the library's class that it is one of; empty for none."""
        for base in self.bases:
            name = base.name if isinstance(base, Lib) else ""
            name = base.of_library() if isinstance(base, Class) else name
            if name and name != "object":
                return name
        return ""


@dataclass(eq=False)
class Instance:
    """An object of a class of the program."""

    cls: Class
    line: int
    attributes: dict[str, Any] = field(default_factory=dict)
    holds: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Bound:
    """A method of something that is not the program's own."""

    owner: Any
    name: str


@dataclass(eq=False)
class Node:
    """A number or array yet to be computed, because it hangs on variables."""

    compute: Callable[..., Any]
    given: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass(eq=False)
class Variable:
    """What is trained, or kept beside it.

    Attributes:
        value: The first value; a stand-in where that is drawn at random.
        start: The initializer's key, `value` where the value is known, empty where it is not.
    """

    value: np.ndarray
    start: str
    line: int = 0
    trainable: bool = True
    of_layer: bool = False  # made by a layer of the program's own
    becomes: Any = None  # how, to what and where it was assigned what hangs on a gradient


@dataclass(eq=False)
class Hole:
    """A placeholder of TensorFlow 1."""

    line: int = 0


@dataclass(eq=False)
class Gradient:
    """The gradient of a loss with respect to a variable, as long as `clip` at most."""

    loss: Any
    variable: Variable
    clip: float | None = None


TENSORS = (Node, Variable, Hole, Gradient)
MOST_PARTS = 200  # of one list that are looked at


def is_tensor(value: Any) -> bool:
    """Whether a value hangs on variables, or holds something that does."""
    return any(isinstance(part, TENSORS) for part in parts_of(value, within=(list, tuple)))


def unknown_in(*values: Any) -> Unknown | None:
    """The first unknown among values, lists looked into; None for none."""
    return next((part for part in parts_of(*values) if isinstance(part, Unknown)), None)


def parts_of(*values: Any, within: tuple[type, ...] = (list, tuple, dict)) -> Iterator[Any]:
    """Values, and what their lists and dicts hold, in order; a list that is held twice is looked
    into once, for a list of lists of one list could take for ever."""
    seen: set[int] = set()
    left = [*reversed(values)]
    while left:
        value = left.pop()
        if not isinstance(value, within):
            yield value
        elif id(value) not in seen:
            seen.add(id(value))
            parts = [*value.values()] if isinstance(value, dict) else value
            left += reversed(parts[:MOST_PARTS])
