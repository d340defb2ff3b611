"""What is wrong in a program as it is written, whatever its numbers are."""

import ast
from typing import Any

from .result import Fault
from .text import Program
from .values import Obj

MINUS = "=-"


class Faults:
    """The faults of one program, each line and kind once."""

    def __init__(self, program: Program) -> None:
        self._lines = program.lines
        self._found: dict[tuple[int, str], Fault] = {}

    def found(self, line: int, key: str, why: str) -> None:
        text = self._lines[line - 1].strip() if 0 < line <= len(self._lines) else ""
        self._found.setdefault((line, key), Fault(line, text, key, why))

    def all(self) -> tuple[Fault, ...]:
        return tuple(fault for _, fault in sorted(self._found.items()))

    def has(self, key: str) -> bool:
        return any(known == key for _, known in self._found)


def read_as_written(program: Program, faults: Faults) -> None:
    """Finds `x =- …`, reports it, and lets the tree say `x -= …`, which was meant."""
    looped = {
        id(inner)
        for node in ast.walk(program.tree)
        if isinstance(node, ast.For | ast.While)
        for inner in ast.walk(node)
    }
    for node in ast.walk(program.tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                for number, statement in enumerate(block):
                    meant = _meant(statement, program.lines, id(statement) in looped)
                    if meant is not None:
                        faults.found(
                            statement.lineno,
                            "assigns-minus",
                            "`=-` assigns the negative of what follows, and forgets the value so "
                            "far. `-=` takes it away.",
                        )
                        block[number] = meant


def _meant(statement: ast.AST, lines: tuple[str, ...], looped: bool) -> ast.AugAssign | None:
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Name | ast.Attribute | ast.Subscript) or statement.lineno > len(
        lines
    ):
        return None
    end = target.end_col_offset or 0
    after = lines[statement.lineno - 1].encode()[end:].decode("utf-8", "replace").lstrip()
    apart = after[2:3].isspace() or (looped and isinstance(value, ast.BinOp))
    if not after.startswith(MINUS) or after.startswith("=-=") or not apart:
        return None
    leftmost = value
    parents: list[Any] = []
    while isinstance(leftmost, ast.BinOp):
        parents.append(leftmost)
        leftmost = leftmost.left
    if not isinstance(leftmost, ast.UnaryOp) or not isinstance(leftmost.op, ast.USub):
        return None
    if parents:
        parents[-1].left = leftmost.operand
    else:
        value = leftmost.operand
    made = ast.AugAssign(target, ast.Sub(), value)
    return ast.copy_location(made, statement)


def check_layer(layer: Any, faults: Faults) -> None:
    """Reports what is wrong with a layer by itself."""
    if isinstance(layer, Obj):
        units = layer.given.get("units")
        activation = layer.given.get("activation")
        softmax = activation == "softmax" or getattr(activation, "name", "") == "softmax"
        if softmax and units in (1, None):
            faults.found(
                layer.line,
                "softmax-on-one-unit",
                "Softmax makes the units of a row add up to 1: a single unit is always 1, whatever "
                "comes in. A regression needs no activation.",
            )


def check_loss(loss: Any, faults: Faults) -> None:
    """Reports a loss that is not a regression's, and `from_logits`."""
    given = loss.given if isinstance(loss, Obj) else {}
    if given.get("from_logits") is not None:
        faults.found(
            loss.line,
            "from-logits",
            "`from_logits` belongs to the losses of a classification: it says whether the outputs "
            "have passed through an activation. A regression's loss has none.",
        )
