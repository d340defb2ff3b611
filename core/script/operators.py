"""Operators and comparisons, as large as they may be."""

import ast
import operator
from typing import Any

import numpy as np

from . import arrays, frames, tensors
from .budget import MAX_BITS, MAX_ITEMS, MAX_TEXT, UnreadableError, cells_of, check_broadcast
from .values import Node, is_tensor, unknown_in

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
TEXT = "…"  # what a string that is put together stands for


def compare(machine: Any, sign: ast.cmpop, left: Any, right: Any) -> Any:
    if isinstance(sign, ast.Is | ast.IsNot):
        same = left is right or (left is None) == (right is None) is True
        return same == isinstance(sign, ast.Is)
    if isinstance(sign, ast.In | ast.NotIn):
        if not isinstance(right, list | tuple | dict | str | range):
            raise UnreadableError("a comparison that is not read here")
        return (left in right) == isinstance(sign, ast.In)
    if is_tensor(left) or is_tensor(right):
        return tensors.later(lambda a, b: _compared(machine, sign, a, b), left, right)
    return _compared(machine, sign, left, right)


def _compared(machine: Any, sign: ast.cmpop, left: Any, right: Any) -> Any:
    if isinstance(left, frames.Frame | frames.Row) or isinstance(right, frames.Frame):
        frame = left if isinstance(left, frames.Frame) else right
        return np.ones(frame.file.rows if isinstance(frame, frames.Frame) else 1, bool)
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        machine.budget.spend(check_broadcast(left, right))
    if machine.watched is not None and arrays.is_numeric(left) and arrays.is_numeric(right):
        machine.watch("left", left)
        machine.watch("right", right)
        machine.watch("difference", np.subtract(left, right, dtype=float))
    return COMPARISONS[type(sign)](left, right)


def operate(machine: Any, sign: ast.operator, left: Any, right: Any, line: int) -> Any:
    """The result of an operator, as large as it may be."""
    if unknown := unknown_in(left, right):
        return unknown
    if type(sign) not in OPERATORS:
        raise UnreadableError("an operator that is not read here")
    plain, name = OPERATORS[type(sign)]
    tables = frames.Frame | frames.Statistic
    if isinstance(left, tables) or isinstance(right, tables):
        return frames.operated(
            machine, lambda a, b: operate(machine, sign, a, b, line), left, right
        )
    if is_tensor(left) or is_tensor(right):
        return _later(machine, name, left, right, line)
    if isinstance(left, np.ndarray | np.generic) or isinstance(right, np.ndarray | np.generic):
        return _with_arrays(machine, plain, name, left, right, line)
    if isinstance(left, str) or isinstance(right, str):
        return _with_texts(machine, sign, left, right)
    if isinstance(left, list | tuple) or isinstance(right, list | tuple):
        return _with_lists(machine, sign, left, right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise UnreadableError("arithmetic with something that is no number")
    if isinstance(sign, ast.Pow):
        _check_power(left, right)
    result = plain(left, right)
    if isinstance(result, int) and result.bit_length() > MAX_BITS:
        raise UnreadableError("a number that is too large to be read")
    return result


def _with_arrays(machine: Any, plain: Any, name: str, left: Any, right: Any, line: int) -> Any:
    left, right = arrays.plain(left), arrays.plain(right)
    left = np.asarray(left) if isinstance(left, list | tuple) else left
    right = np.asarray(right) if isinstance(right, list | tuple) else right
    if isinstance(left, np.matrix) and name == "power":
        raise UnreadableError("the power of a matrix")
    both = np.ndim(left) and np.ndim(right)
    product = name == "multiply" and both and np.matrix in (type(left), type(right))
    if name == "matmul" or product:
        machine.budget.spend(arrays.product_cells(left, right))
    else:
        machine.budget.spend(check_broadcast(left, right))
    if machine.columns and name != "matmul":
        left, right = tensors.as_columns(left, right)
    if name == "subtract":
        tensors.note_broadcast(machine, left, right, line)
    with np.errstate(all="ignore"):
        if product:
            result = (np.asarray(left) @ np.asarray(right)).view(np.matrix)
        else:
            result = plain(left, right)
    machine.origins.inherit(result, [left, right])
    machine.origins.computed(name, left, right, result, line)
    return result


def _later(machine: Any, name: str, left: Any, right: Any, line: int) -> Node:
    if name == "matmul":
        tensors.note_weight_shape(machine, left, right, strict=False)

    def compute(a: Any, b: Any) -> Any:
        a, b = np.asarray(arrays.plain(a), float), np.asarray(arrays.plain(b), float)
        if name == "matmul":
            machine.budget.spend(arrays.product_cells(a, b))
            return a @ b
        machine.budget.spend(check_broadcast(a, b))
        if name == "subtract":
            tensors.note_broadcast(machine, a, b, line)
        return getattr(np, name)(a, b)

    return tensors.later(compute, left, right, line=line)


def _with_texts(machine: Any, sign: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(sign, ast.Mod):
        return TEXT
    if isinstance(sign, ast.Add) and isinstance(left, str) and isinstance(right, str):
        return (left + right)[:MAX_TEXT]
    if isinstance(sign, ast.Mult):
        return TEXT
    if isinstance(sign, ast.Div) and isinstance(left, str) and isinstance(right, str):
        return f"{left}/{right}"[:MAX_TEXT]  # of paths
    raise UnreadableError("arithmetic with text")


def _with_lists(machine: Any, sign: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(sign, ast.Add) and type(left) is type(right):
        cells_of([*left, *right])
        return left + right
    if isinstance(sign, ast.Mult) and isinstance(left, int):
        left, right = right, left
    if isinstance(sign, ast.Mult) and isinstance(right, int):
        if len(left) * max(right, 0) > MAX_ITEMS:
            raise UnreadableError("a list that is too long to be read here")
        return left * right
    raise UnreadableError("arithmetic with a list, which Python does not do")


def truth(machine: Any, value: Any) -> bool:
    value = tensors.value_of(value)
    if isinstance(value, np.ndarray) and value.size != 1:
        raise UnreadableError("a condition on a whole array")
    return (
        bool(value)
        if isinstance(
            value, int | float | str | list | tuple | dict | np.generic | np.ndarray | None
        )
        else True
    )


def _check_power(base: float, exponent: float) -> None:
    whole = isinstance(base, int) and isinstance(exponent, int)
    if whole and abs(exponent) * max(int(base).bit_length(), 1) > MAX_BITS:
        raise UnreadableError("a power that is too large to be read")
