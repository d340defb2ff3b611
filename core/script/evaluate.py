"""The values of expressions: whatever is not on a list is unknown, and said to be."""

import ast
from typing import Any

import numpy as np

from . import arrays, assignment, builtin_calls, calls, frames, lists, operators, parts, tensors
from .budget import MAX_BITS, MAX_ITEMS, MAX_TEXT, REFUSED, Budget, UnreadableError, why_of
from .faults import Faults
from .provenance import Origins
from .scope import Scope
from .values import Function, Lib, Obj, Unknown, is_tensor, unknown_in


class Evaluator:
    """Evaluates expressions; `Machine` adds statements and what they share."""

    budget: Budget
    faults: Faults
    origins: Origins
    stars: list[str]
    line: int
    argument_lines: dict[str, int]

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
        if node.id in ("__name__", "__file__"):
            return "__main__" if node.id == "__name__" else operators.TEXT
        if node.id in lists.BUILTINS:
            return Lib(f"builtins.{node.id}")
        for module in self.stars:
            if module.partition(".")[0] in ("keras", "tensorflow", "numpy", "sklearn", "math"):
                return Lib(f"{module}.{node.id}")
        if node.id in lists.USUAL:
            self.gap(node.lineno, f"`{node.id}` is imported nowhere: read as it usually is")
            return Lib(lists.USUAL[node.id])
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
                items += list(builtin_calls.items_of(self, self.value(node.value, scope)))
            else:
                items.append(self.argument(node, scope))
        return items

    def argument(self, node: ast.expr, scope: Scope) -> Any:
        """An argument, or an item of a list: unknown by itself where it is not understood."""
        try:
            return self.value(node, scope)
        except REFUSED as error:
            return Unknown(node.lineno, why_of(error))

    def on_dict(self, node: ast.Dict, scope: Scope) -> Any:
        made = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                made |= self.value(value, scope)
            else:
                made[self.value(key, scope)] = self.value(value, scope)
        return made

    def on_joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Any:
        return "".join(self._text_of(part, scope) for part in node.values)[:MAX_TEXT]

    def _text_of(self, node: ast.expr, scope: Scope) -> str:
        """A part of an f-string, where it is plain text or a name for such."""
        if isinstance(node, ast.FormattedValue):
            named = isinstance(node.value, ast.Name | ast.Attribute) and node.conversion == -1
            if node.format_spec is None and named:
                node = ast.Constant(self.argument(node.value, scope))
        value = node.value if isinstance(node, ast.Constant) else None
        short = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9
        return value if isinstance(value, str) else str(value) if short else operators.TEXT

    def on_lambda(self, node: ast.Lambda, scope: Scope) -> Any:
        return Function(node, scope)

    def on_ifexp(self, node: ast.IfExp, scope: Scope) -> Any:
        test = self.value(node.test, scope)
        if unknown := unknown_in(test):
            return unknown
        return self.value(node.body if operators.truth(self, test) else node.orelse, scope)

    def on_unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        if unknown := unknown_in(value):
            return unknown
        if isinstance(node.op, ast.Not):
            return not operators.truth(self, value)
        if isinstance(value, frames.Frame):
            raise UnreadableError("arithmetic with a whole table")
        if isinstance(node.op, ast.USub):
            return (
                tensors.apply(self, "negative", [value], {}, node.lineno)
                if is_tensor(value)
                else -value
            )
        return +value if isinstance(node.op, ast.UAdd) else ~value

    def on_boolop(self, node: ast.BoolOp, scope: Scope) -> Any:
        value: Any = None
        for part in node.values:
            value = self.value(part, scope)
            if unknown := unknown_in(value):
                return unknown
            if operators.truth(self, value) != isinstance(node.op, ast.And):
                return value
        return value

    def on_compare(self, node: ast.Compare, scope: Scope) -> Any:
        left = self.value(node.left, scope)
        result: Any = True
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node, scope)
            if unknown := unknown_in(left, right):
                return unknown
            result = operators.compare(self, sign, left, right)
            if is_tensor(result) and len(node.ops) > 1:
                raise UnreadableError("several comparisons of tensors in one")
            if isinstance(result, np.ndarray) or not result:
                return result
            left = right
        return result

    def on_binop(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        return operators.operate(self, node.op, left, right, node.lineno)

    # --- parts ---

    def on_attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        return parts.attribute(self, owner, node.attr, scope)

    def on_subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        if isinstance(owner, Lib) and owner.path in ("numpy.c_", "numpy.r_"):
            columns = self.key(node.slice, scope)
            columns = list(columns) if isinstance(columns, tuple) else [columns]
            if owner.path.endswith("c_"):
                made = arrays.call(self, "column_stack", [columns], {})
                self.origins.joined(made, columns)
                return made
            return arrays.call(self, "concatenate", [columns], {})
        key = self.key(node.slice, scope)
        if unknown := unknown_in(owner, key):
            return unknown
        return parts.part(self, owner, key)

    def key(self, node: ast.expr, scope: Scope) -> Any:
        """What stands in square brackets."""
        if isinstance(node, ast.Slice):
            ends = [
                None if end is None else self.value(end, scope)
                for end in (node.lower, node.upper, node.step)
            ]
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

    def _comprehend(
        self, generators: list[ast.comprehension], make: Any, scope: Scope
    ) -> list[Any]:
        made: list[Any] = []

        def go(number: int, around: Scope) -> None:
            if number == len(generators):
                if len(made) >= MAX_ITEMS:
                    raise UnreadableError("a list that is too long to be read here")
                made.append(make(around))
                return
            source = self.value(generators[number].iter, around)
            for item in builtin_calls.items_of(self, source):
                self.budget.step()
                inner = Scope(around)
                assignment.assign(self, generators[number].target, item, inner)
                if all(
                    operators.truth(self, self.value(test, inner))
                    for test in generators[number].ifs
                ):
                    go(number + 1, inner)

        go(0, scope)
        return made

    # --- calls ---

    def on_call(self, node: ast.Call, scope: Scope) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return Obj("super", {}, node.lineno, {"scope": scope})
        if assignment.sets_rate(self, node, scope):
            return None
        function = self.value(node.func, scope)
        given = self._items(node.args, scope)
        options: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.argument(keyword.value, scope)
            if keyword.arg is not None:
                options[keyword.arg] = value
            elif isinstance(value, dict):
                options |= value
        self.line = node.lineno
        self.argument_lines = {
            keyword.arg: keyword.value.lineno for keyword in node.keywords if keyword.arg
        }
        return self.call(function, given, options, node.lineno)

    def call(self, function: Any, given: list[Any], options: dict[str, Any], line: int) -> Any:
        """The result of a call."""
        return calls.call(self, function, given, options, line)

    # --- what lower parts ask for ---

    def gap(self, line: int, why: str) -> None:
        raise NotImplementedError

    def part(self, owner: Any, key: Any) -> Any:
        """`owner[key]`."""
        return parts.part(self, owner, key)

    def whole(self, value: Any) -> Any:
        """A table as an array; anything else as it is."""
        return frames.whole(self, value) if isinstance(value, frames.Frame) else value
