"""The value of an expression of a method."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .allowed import MAKERS
from .budget import Budget
from .calls import Calls
from .check import path_of
from .functions import CONSTANTS, FUNCTIONS
from .operations import Arithmetic
from .shapes import ShapeError, picked, shape_of
from .values import Handle, described


class Evaluator:
    """Evaluates the expressions of one call of a method.

    Args:
        world: Over which numbers.
        budget: What the call may cost.
        names: What the method's names hold.
    """

    def __init__(self, world: Any, budget: Budget, names: dict[str, Any]):
        self.world, self.budget, self.names = world, budget, names
        self.arithmetic = Arithmetic(world, budget)
        self.calls = Calls(self.arithmetic)
        self._readers: dict[type[ast.AST], Callable[[Any], Any]] = {
            ast.Constant: lambda node: node.value,
            ast.Name: self._name,
            ast.Tuple: lambda node: tuple(self._list(node)),
            ast.List: self._list,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.BoolOp: self._either,
            ast.IfExp: self._choice,
            ast.Subscript: self._subscript,
            ast.Attribute: self._attribute,
            ast.ListComp: self._comprehension,
            ast.Call: self._call,
        }

    def value(self, node: ast.expr) -> Any:
        """What an expression is."""
        self.budget.step()
        read = self._readers.get(type(node))
        if read is None:
            raise ShapeError(f"`{type(node).__name__}` is not read here")
        return read(node)

    def _name(self, node: ast.Name) -> Any:
        if node.id not in self.names:
            raise ShapeError(f"`{node.id}` has no value yet")
        return self.names[node.id]

    def _list(self, node: ast.List) -> list[Any]:
        return list(self.budget.few([self.value(item) for item in node.elts]))

    def _binary(self, node: ast.BinOp) -> Any:
        return self.arithmetic.operate(node.op, self.value(node.left), self.value(node.right))

    def _unary(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not):
            return not self.decides(node.operand)
        return self.arithmetic.signed(node.op, self.value(node.operand))

    def _compare(self, node: ast.Compare) -> Any:
        if len(node.ops) > 1:
            raise ShapeError("two comparisons at once: write them one by one")
        left, right = self.value(node.left), self.value(node.comparators[0])
        return self.arithmetic.compare(node.ops[0], left, right)

    def _choice(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.decides(node.test) else node.orelse)

    def decides(self, node: ast.expr) -> bool:
        """Whether a condition holds, which no tensor can say."""
        value = self.value(node)
        if self.arithmetic.is_tensor(value) or isinstance(value, Handle):
            raise ShapeError(
                f"{described(value)} cannot decide an `if`: its numbers are not known when the "
                "step is compiled. Use `ops.where`"
            )
        return bool(value)

    def items(self, node: ast.expr) -> Sequence[Any]:
        """What a loop goes through."""
        value = self.value(node)
        if not isinstance(value, list | tuple | range):
            raise ShapeError(f"a loop goes over a list or a range, not over {described(value)}")
        return self.budget.few(value)

    def parts_of(self, value: Any, count: int) -> Sequence[Any]:
        """The parts of a value for so many names."""
        if not isinstance(value, list | tuple | range) or len(value) != count:
            raise ShapeError(f"{described(value)} does not give {count} values")
        return value

    def index_of(self, node: ast.expr, value: Any) -> Any:
        """An index into a value."""
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        found = tuple(self._index(part) for part in parts)
        if any(isinstance(part, np.ndarray) for part in found):
            self.budget.spend(picked(shape_of(value), found))
        return found if isinstance(node, ast.Tuple) else found[0]

    def _index(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Slice):
            bounds = (node.lower, node.upper, node.step)
            return slice(*(None if b is None else self._whole(self.value(b)) for b in bounds))
        value = self.value(node)
        if value is None or value is Ellipsis:
            return value
        if self.world.pipeline and isinstance(value, np.ndarray):
            return value
        return self._whole(value)

    def _whole(self, value: Any) -> int | None:
        if value is None or (isinstance(value, int | np.integer) and not isinstance(value, bool)):
            return value if value is None else int(value)
        raise ShapeError(f"an index is a whole number or a slice, not {described(value)}")

    def _subscript(self, node: ast.Subscript) -> Any:
        value = self.value(node.value)
        index = self.index_of(node.slice, value)
        if isinstance(value, list | tuple | range):
            if not isinstance(index, int | slice):
                raise ShapeError("a list is indexed by a whole number or a slice")
            return value[index]
        if not self.arithmetic.is_tensor(value):
            raise ShapeError(f"{described(value)} has no parts")
        found = self.arithmetic.plain(value)[index]
        return found.item() if isinstance(found, np.integer) and self.world.pipeline else found

    def _either(self, node: ast.BoolOp) -> bool:
        wanted = isinstance(node.op, ast.Or)
        return any(self.decides(part) == wanted for part in node.values) == wanted

    def _comprehension(self, node: ast.ListComp) -> list[Any]:
        if len(node.generators) > 1:
            raise ShapeError("a list may hold one `for`")
        (generator,) = node.generators
        outer, made = self.names, []
        for item in self.items(generator.iter):
            self.names = dict(outer)
            self._bind(generator.target, item)
            if all(self.decides(test) for test in generator.ifs):
                made.append(self.value(node.elt))
            self.names = outer
        return list(self.budget.few(made))

    def _bind(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, ast.Tuple):
            for name, part in zip(target.elts, self.parts_of(value, len(target.elts)), strict=True):
                self._bind(name, part)

    def _attribute(self, node: ast.Attribute) -> Any:
        path = path_of(node)
        if path in CONSTANTS and path.partition(".")[0] not in self.names:
            return CONSTANTS[path]
        holder, name = self.value(node.value), node.attr
        if isinstance(holder, Handle):
            if holder.given is not None and name in holder.given:
                return holder.given[name]
            if name not in holder.values:
                raise ShapeError(f"{holder.title} has no `{name}`")
            return holder.values[name]
        if not self.arithmetic.is_tensor(holder):
            raise ShapeError(f"{described(holder)} has no `{name}`")
        return self._of_tensor(holder, name)

    def _of_tensor(self, tensor: Any, name: str) -> Any:
        weight = self.world.is_weight(tensor)
        known: dict[str, Callable[[], Any]] = {
            "shape": lambda: shape_of(tensor),
            "ndim": lambda: len(shape_of(tensor)),
            "dtype": lambda: self.world.dtype(tensor),
        }
        if weight:
            known |= {
                "value": lambda: self.world.value_of(tensor),
                "trainable": lambda: bool(tensor.trainable),
            }
        elif self.world.pipeline:
            known["T"] = lambda: tensor.T
        if name not in known:
            raise ShapeError(f"{described(tensor)} has no `{name}` here")
        return known[name]()

    def _call(self, node: ast.Call) -> Any:
        function, path = node.func, path_of(node.func)
        free = path.partition(".")[0] not in self.names
        if path in ("print", "tf.print"):
            for argument in node.args:
                self.value(argument)
            return None
        given = [self.value(argument) for argument in node.args]
        named = {str(keyword.arg): self.value(keyword.value) for keyword in node.keywords}
        if path in FUNCTIONS and free:
            return self.calls.listed(path, given, named)
        if path in MAKERS and free:
            return self.calls.made(path, given, named)
        if isinstance(function, ast.Name):
            return self.calls.builtin(function.id, given, named)
        assert isinstance(function, ast.Attribute)
        return self.calls.method(self.value(function.value), function.attr, given, named)
