"""The values of expressions: whatever is not on a list is unknown, and said to be."""

import ast
import math
import operator
from typing import Any

import numpy as np

from . import arrays, calls, frames, keras_calls, tensors
from .budget import (
    MAX_BITS,
    MAX_ITEMS,
    MAX_TEXT,
    Budget,
    UnreadableError,
    cells_of,
    check_broadcast,
)
from .faults import Faults
from .provenance import Origins
from .scope import Scope
from .values import Bound, Class, Function, Instance, Lib, Node, Obj, Unknown, is_tensor, unknown_in

OPERATORS = {
    ast.Add: (operator.add, "add"), ast.Sub: (operator.sub, "subtract"),
    ast.Mult: (operator.mul, "multiply"), ast.Div: (operator.truediv, "divide"),
    ast.Pow: (operator.pow, "power"), ast.MatMult: (operator.matmul, "matmul"),
    ast.Mod: (operator.mod, "mod"), ast.FloorDiv: (operator.floordiv, "floor_divide"),
}  # fmt: skip
COMPARISONS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
BUILTINS = frozenset(
    "len range sum min max abs float int str bool list tuple dict zip enumerate round print sorted "
    "reversed map any all isinstance type super pow xrange set open input divmod callable hasattr "
    "getattr object property staticmethod classmethod Exception ValueError".split()
)
TEXT = "…"  # what a string that is put together stands for


class Evaluator:
    """Evaluates expressions; `Machine` adds statements and what they share."""

    budget: Budget
    faults: Faults
    origins: Origins
    stars: list[str]
    line: int

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """What an expression stands for.

        Raises:
            UnreadableError: For an expression that is not on a list.
        """
        self.budget.step()
        found = getattr(self, f"on_{type(node).__name__.lower()}", None)
        if found is None:
            raise UnreadableError("an expression that is not read here")
        return found(node, scope)

    def on_constant(self, node: ast.Constant, scope: Scope) -> Any:
        value = node.value
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise UnreadableError("a number that is too large to be read")
        if isinstance(value, complex | bytes):
            raise UnreadableError("a constant that is no real number")
        return value

    def on_name(self, node: ast.Name, scope: Scope) -> Any:
        known, value = scope.find(node.id)
        if known:
            return value
        if node.id == "__name__":
            return "__main__"
        if node.id in BUILTINS:
            return Lib(f"builtins.{node.id}")
        for module in self.stars:
            if module.partition(".")[0] in ("keras", "tensorflow", "numpy", "sklearn", "math"):
                return Lib(f"{module}.{node.id}")
        raise UnreadableError(f"the name `{node.id[:40]}`, which stands for nothing here")

    def on_list(self, node: ast.List, scope: Scope) -> Any:
        return self._items(node.elts, scope)

    def on_tuple(self, node: ast.Tuple, scope: Scope) -> Any:
        return tuple(self._items(node.elts, scope))

    on_set = on_list

    def _items(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        items: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                items += list(calls.items_of(self, self.value(node.value, scope)))
            else:
                items.append(self.value(node, scope))
        return items

    def on_dict(self, node: ast.Dict, scope: Scope) -> Any:
        made = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                made |= self.value(value, scope)
            else:
                made[self.value(key, scope)] = self.value(value, scope)
        return made

    def on_joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Any:
        return TEXT

    def on_lambda(self, node: ast.Lambda, scope: Scope) -> Any:
        return Function(node, scope)

    def on_ifexp(self, node: ast.IfExp, scope: Scope) -> Any:
        test = self.value(node.test, scope)
        if unknown := unknown_in(test):
            return unknown
        return self.value(node.body if self.truth(test) else node.orelse, scope)

    def on_unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        if unknown := unknown_in(value):
            return unknown
        if isinstance(node.op, ast.Not):
            return not self.truth(value)
        if isinstance(value, frames.Frame):
            raise UnreadableError("arithmetic with a whole table")
        if isinstance(node.op, ast.USub):
            return tensors.apply(self, "negative", [value], {}, node.lineno) if is_tensor(value) else -value
        return +value if isinstance(node.op, ast.UAdd) else ~value

    def on_boolop(self, node: ast.BoolOp, scope: Scope) -> Any:
        value: Any = None
        for part in node.values:
            value = self.value(part, scope)
            if unknown := unknown_in(value):
                return unknown
            if self.truth(value) != isinstance(node.op, ast.And):
                return value
        return value

    def on_compare(self, node: ast.Compare, scope: Scope) -> Any:
        left = self.value(node.left, scope)
        result: Any = True
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node, scope)
            if unknown := unknown_in(left, right):
                return unknown
            result = self._compare(sign, left, right)
            if isinstance(result, np.ndarray) or not result:
                return result
            left = right
        return result

    def _compare(self, sign: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(sign, ast.Is | ast.IsNot):
            same = left is right or (left is None) == (right is None) is True
            return same == isinstance(sign, ast.Is)
        if isinstance(sign, ast.In | ast.NotIn):
            if not isinstance(right, list | tuple | dict | str | range):
                raise UnreadableError("a comparison that is not read here")
            return (left in right) == isinstance(sign, ast.In)
        left, right = tensors.value_of(left), tensors.value_of(right)
        if isinstance(left, frames.Frame | frames.Row) or isinstance(right, frames.Frame):
            return np.ones(frames.ROWS, bool)
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            self.budget.spend(check_broadcast(left, right))
        return COMPARISONS[type(sign)](left, right)

    def on_binop(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        return self.operate(node.op, left, right, node.lineno)

    def operate(self, sign: ast.operator, left: Any, right: Any, line: int) -> Any:
        """The result of an operator, as large as it may be."""
        if unknown := unknown_in(left, right):
            return unknown
        if type(sign) not in OPERATORS:
            raise UnreadableError("an operator that is not read here")
        plain, name = OPERATORS[type(sign)]
        left = frames.whole(self, left) if isinstance(left, frames.Frame) else left
        right = frames.whole(self, right) if isinstance(right, frames.Frame) else right
        if is_tensor(left) or is_tensor(right):
            return self._later(name, left, right, line)
        if isinstance(left, np.ndarray | np.generic) or isinstance(right, np.ndarray | np.generic):
            return self._arrays(plain, name, left, right, line)
        if isinstance(left, str) or isinstance(right, str):
            return self._texts(sign, left, right)
        if isinstance(left, list | tuple) or isinstance(right, list | tuple):
            return self._lists(sign, left, right)
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise UnreadableError("arithmetic with something that is no number")
        if isinstance(sign, ast.Pow) and isinstance(left, int) and isinstance(right, int):
            if abs(right) * max(left.bit_length(), 1) > MAX_BITS:
                raise UnreadableError("a power that is too large to be read")
        result = plain(left, right)
        if isinstance(result, int) and result.bit_length() > MAX_BITS:
            raise UnreadableError("a number that is too large to be read")
        return result

    def _arrays(self, plain: Any, name: str, left: Any, right: Any, line: int) -> Any:
        left, right = arrays.plain(left), arrays.plain(right)
        left = np.asarray(left) if isinstance(left, list | tuple) else left
        right = np.asarray(right) if isinstance(right, list | tuple) else right
        if name == "matmul":
            self.budget.spend(arrays.product_cells(left, right))
        else:
            self.budget.spend(check_broadcast(left, right))
        if name == "subtract":
            tensors.note_broadcast(self, left, right, line)
        with np.errstate(all="ignore"):
            result = plain(left, right)
        self.origins.inherit(result, [left, right], line)
        return result

    def _later(self, name: str, left: Any, right: Any, line: int) -> Node:
        def compute(a: Any, b: Any) -> Any:
            a, b = np.asarray(arrays.plain(a), float), np.asarray(arrays.plain(b), float)
            if name == "matmul":
                self.budget.spend(arrays.product_cells(a, b))
                return a @ b
            self.budget.spend(check_broadcast(a, b))
            if name == "subtract":
                tensors.note_broadcast(self, a, b, line)
            return getattr(np, name)(a, b)

        return tensors.later(compute, left, right, line=line)

    def _texts(self, sign: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(sign, ast.Mod):
            return TEXT
        if isinstance(sign, ast.Add) and isinstance(left, str) and isinstance(right, str):
            return (left + right)[:MAX_TEXT]
        if isinstance(sign, ast.Mult):
            return TEXT
        raise UnreadableError("arithmetic with text")

    def _lists(self, sign: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(sign, ast.Add) and type(left) is type(right):
            cells_of(left), cells_of(right)
            return left + right
        if isinstance(sign, ast.Mult) and isinstance(left, int):
            left, right = right, left
        if isinstance(sign, ast.Mult) and isinstance(right, int):
            if len(left) * max(right, 0) > MAX_ITEMS:
                raise UnreadableError("a list that is too long to be read here")
            return left * right
        raise UnreadableError("arithmetic with a list, which Python does not do")

    def truth(self, value: Any) -> bool:
        value = tensors.value_of(value)
        if isinstance(value, np.ndarray) and value.size != 1:
            raise UnreadableError("a condition on a whole array")
        return bool(value) if isinstance(value, int | float | str | list | tuple | dict | np.generic | np.ndarray | None) else True

    # --- parts ---

    def on_attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        return self.attribute(owner, node.attr, scope)

    def attribute(self, owner: Any, name: str, scope: Scope | None = None) -> Any:
        """An attribute that is on a list; a method of what is not the program's own is bound."""
        if isinstance(owner, Unknown):
            return owner
        if isinstance(owner, Lib):
            return calls.constant(owner, name)
        if isinstance(owner, Instance):
            return self._of_instance(owner, name)
        if isinstance(owner, Class):
            found = owner.find(name)
            return found if found is not None else Bound(owner, name)
        if isinstance(owner, np.ndarray) and name in arrays.PROPERTIES:
            return owner if name in ("values", "flat") else getattr(owner, name)
        if isinstance(owner, frames.Frame):
            found = frames.attribute(self, owner, name)
            if found is None and owner.columns is not None and name in owner.columns:
                return self.from_file(owner, (name,), owner.column(name))  # pyright: ignore
            return found if found is not None else Bound(owner, name)
        if isinstance(owner, Obj):
            found = keras_calls.attribute(self, owner, name)
            return found if found is not None else Bound(owner, name)
        if is_tensor(owner) and name == "shape":
            return np.shape(tensors.value_of(owner))
        return Bound(owner, name)

    def _of_instance(self, owner: Instance, name: str) -> Any:
        if name in owner.attributes:
            return owner.attributes[name]
        found = owner.cls.find(name)
        if isinstance(found, Function):
            if found.of == "property":
                return self.call(found.bound(owner, None), [], {}, self.line)
            return Function(found.node, found.around, owner, found.of or owner.cls)
        if found is not None:
            return found
        if name in ("trainable_variables", "trainable_weights", "weights", "variables"):
            return keras_calls.variables_of(owner)
        return Bound(owner, name)

    def on_subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        if isinstance(owner, Lib) and owner.path in ("numpy.c_", "numpy.r_"):
            parts = self.key(node.slice, scope)
            parts = list(parts) if isinstance(parts, tuple) else [parts]
            if owner.path.endswith("c_"):
                return arrays.call(self, "column_stack", [parts], {})
            return arrays.call(self, "concatenate", [parts], {})
        key = self.key(node.slice, scope)
        if unknown := unknown_in(owner, key):
            return unknown
        return self.part(owner, key)

    def part(self, owner: Any, key: Any) -> Any:
        """`owner[key]`."""
        if isinstance(owner, frames.Frame):
            return frames.item(self, owner, key)
        if isinstance(owner, frames.Row):
            return owner.item(key)
        if isinstance(owner, frames.Locator):
            return frames.locate(self, owner, key)
        if is_tensor(owner) and not isinstance(owner, list | tuple):
            return tensors.later(lambda a: a[key], owner, line=self.line)
        if isinstance(owner, np.ndarray):
            chosen = owner[key]
            self.budget.spend(np.size(chosen))
            self.origins.inherit(chosen, [owner], self.line)
            self.origins.rows(chosen, owner, key)
            self.origins.columns(chosen, owner, key)
            return chosen
        if isinstance(owner, list | tuple | dict | str | range):
            return owner[key]
        raise UnreadableError("a part of something that is not read here")

    def key(self, node: ast.expr, scope: Scope) -> Any:
        """What stands in square brackets."""
        if isinstance(node, ast.Slice):
            ends = [None if end is None else self.value(end, scope) for end in (node.lower, node.upper, node.step)]
            if unknown := unknown_in(ends):
                return unknown
            return slice(*(int(end) if isinstance(end, np.integer) else end for end in ends))
        if isinstance(node, ast.Tuple):
            return tuple(self.key(item, scope) for item in node.elts)
        value = self.value(node, scope)
        if isinstance(value, Lib) and value.name == "newaxis":
            return None
        if isinstance(value, float) and value.is_integer():
            return value
        return value

    def on_starred(self, node: ast.Starred, scope: Scope) -> Any:
        return self.value(node.value, scope)

    def on_namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.value(node.value, scope)
        scope.set(node.target.id, value)
        return value

    # --- comprehensions ---

    def on_listcomp(self, node: ast.ListComp, scope: Scope) -> Any:
        return self._comprehend(node.generators, lambda inner: self.value(node.elt, inner), scope)

    on_generatorexp = on_setcomp = on_listcomp

    def on_dictcomp(self, node: ast.DictComp, scope: Scope) -> Any:
        pairs = self._comprehend(
            node.generators,
            lambda inner: (self.value(node.key, inner), self.value(node.value, inner)),
            scope,
        )
        return dict(pairs)

    def _comprehend(self, generators: list[ast.comprehension], make: Any, scope: Scope) -> list[Any]:
        made: list[Any] = []

        def go(number: int, around: Scope) -> None:
            if number == len(generators):
                if len(made) >= MAX_ITEMS:
                    raise UnreadableError("a list that is too long to be read here")
                made.append(make(around))
                return
            source = self.value(generators[number].iter, around)
            for item in calls.items_of(self, source):
                self.budget.step()
                inner = Scope(around)
                self.assign(generators[number].target, item, inner)
                if all(self.truth(self.value(test, inner)) for test in generators[number].ifs):
                    go(number + 1, inner)

        go(0, scope)
        return made

    # --- calls ---

    def on_call(self, node: ast.Call, scope: Scope) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return Obj("super", {}, node.lineno, {"scope": scope})
        function = self.value(node.func, scope)
        given = self._items(node.args, scope)
        options: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                options[keyword.arg] = value
            elif isinstance(value, dict):
                options |= value
        self.line = node.lineno
        return self.call(function, given, options, node.lineno)

    def call(self, function: Any, given: list[Any], options: dict[str, Any], line: int) -> Any:
        """The result of a call."""
        return calls.call(self, function, given, options, line)

    def invoke(self, function: Function, given: list[Any], options: dict, line: int) -> Any:
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        raise NotImplementedError


def constant_of_math(name: str) -> float | None:
    return {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}.get(name)
