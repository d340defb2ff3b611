"""The interpreter: a method's statements, one after the other, over one world's numbers."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .budget import Budget, OverBudgetError
from .check import parameters_of
from .errors import MethodError, at_line, unmarked
from .evaluate import Evaluator
from .program import Program
from .shapes import ShapeError, cells
from .values import ArrayWeight, Handle, described

MOST_TOLD = 200  # lines whose values are kept


@dataclass(frozen=True)
class Step:
    """What one line gave.

    Attributes:
        line: Its number in the text, from 1.
        code: The line, printed from its tree.
        name: What it binds; `return` where it returns, empty where it does neither.
        value: What that holds.
    """

    line: int
    code: str
    name: str
    value: Any


class Machine:
    """Runs the methods of a program.

    Args:
        program: What a learner wrote.
        world: Over which numbers.
        budget: What one call may cost.
        steps: Where to put down what each line gives; None for nowhere.
    """

    def __init__(
        self, program: Program, world: Any, budget: Budget, steps: list[Step] | None = None
    ):
        self.program, self.world, self.budget, self.steps = program, world, budget, steps

    def run(self, name: str, own: Handle, *given: Any) -> Any:
        """What a method returns.

        Args:
            name: Of the method.
            own: What it has as `self`.
            given: Its other arguments.

        Raises:
            MethodError: One sentence for the line that cannot be done.
        """
        method = self.program.methods[name]
        signature = parameters_of(method)
        count = len(signature.parameters) - 1
        names = dict(signature.bind(own, *given[:count]).arguments)
        frame = _Frame(self, names, name in ("__init__", "build"))
        return frame.run(method)


class _Frame:
    """One call of one method."""

    def __init__(self, machine: Machine, names: dict[str, Any], builds: bool):
        self.machine, self.names, self.builds = machine, names, builds
        self.evaluator = Evaluator(machine.world, machine.budget, names)
        self.line = 1

    def run(self, method: ast.FunctionDef) -> Any:
        try:
            with np.errstate(all="ignore"):
                return self._block(method.body)[1]
        except MethodError:
            raise
        except (ShapeError, OverBudgetError) as error:
            raise at_line(self.line, f"{unmarked(str(error))}.") from None
        except RecursionError:
            raise at_line(self.line, "it is too deep to be followed.") from None
        except Exception as error:  # of NumPy or TensorFlow, which refuse in their own words
            said = next((text for text in str(error).splitlines() if text.strip()), "")
            said = said.split("[Op:")[0].split("{{")[0].strip().rstrip(".")[:160]
            raise at_line(
                self.line, f"this cannot be computed: {said or type(error).__name__}."
            ) from None

    def _block(self, statements: list[ast.stmt]) -> tuple[bool, Any]:
        """Whether it has returned, and what."""
        for statement in statements:
            self.line = statement.lineno
            self.machine.budget.step()
            if isinstance(statement, ast.Return):
                value = self._value(statement.value) if statement.value else None
                self._tell(statement, "return", value)
                return True, value
            if isinstance(statement, ast.If):
                chosen = statement.body if self._decides(statement.test) else statement.orelse
                returned = self._block(chosen)
            elif isinstance(statement, ast.For):
                returned = self._loop(statement)
            else:
                self._simple(statement)
                continue
            if returned[0]:
                return returned
        return False, None

    def _loop(self, statement: ast.For) -> tuple[bool, Any]:
        for item in self.evaluator.items(statement.iter):
            self.line = statement.lineno
            self._assign(statement.target, item)
            returned = self._block(statement.body)
            if returned[0]:
                return returned
        return False, None

    def _simple(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign():
                value = self._value(statement.value)
                for target in statement.targets:
                    self._assign(target, value)
                    if isinstance(target, ast.Name):
                        self._tell(statement, target.id, value)
            case ast.AugAssign():
                self._change(statement)
            case ast.Expr():
                if not isinstance(statement.value, ast.Constant):
                    self._tell(statement, "", self._value(statement.value))

    def _change(self, statement: ast.AugAssign) -> None:
        target, operate = statement.target, self.evaluator.arithmetic.operate
        if isinstance(target, ast.Subscript):
            array, index = self._place(target)
            array[index] = operate(statement.op, array[index], self._value(statement.value))
            return
        value = operate(statement.op, self._value(_loaded(target)), self._value(statement.value))
        self._assign(target, value)
        if isinstance(target, ast.Name):
            self._tell(statement, target.id, value)

    def _place(self, target: ast.Subscript) -> tuple[np.ndarray, Any]:
        """An array that may change, and where it is to."""
        array = self._value(target.value)
        if not isinstance(array, np.ndarray):
            raise ShapeError(f"{described(array)} does not change in place")
        if not array.flags.writeable:
            raise ShapeError("the table itself must stay as it is: take a `.copy()` first")
        return array, self.evaluator.index_of(target.slice, array)

    def _assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name():
                self.names[target.id] = value
            case ast.Tuple():
                parts = self.evaluator.parts_of(value, len(target.elts))
                for name, part in zip(target.elts, parts, strict=True):
                    self._assign(name, part)
            case ast.Subscript():
                array, index = self._place(target)
                self.machine.budget.spend(cells(array))
                array[index] = value
            case ast.Attribute():
                self._set(self._value(target.value), target.attr, value)

    def _set(self, holder: Any, name: str, value: Any) -> None:
        if name == "trainable" and self.machine.world.is_weight(holder):
            holder.trainable = bool(value)
        elif isinstance(holder, Handle) and holder.given is not None and self.builds:
            holder.given[name] = value
        else:
            raise ShapeError(f"`.{name}` cannot be set")

    def _decides(self, test: ast.expr) -> bool:
        return self.evaluator.decides(test)

    def _value(self, node: ast.expr) -> Any:
        return self.evaluator.value(node)

    def _tell(self, statement: ast.stmt, name: str, value: Any) -> None:
        steps = self.machine.steps
        if steps is not None and len(steps) < MOST_TOLD:
            kept = value.value if isinstance(value, ArrayWeight) else value
            steps.append(Step(statement.lineno, ast.unparse(statement), name, kept))


def _loaded(target: ast.Name | ast.Attribute) -> ast.expr:
    """What an augmented assignment reads."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load(), lineno=target.lineno)
    return ast.Attribute(target.value, target.attr, ast.Load(), lineno=target.lineno)


def run_method(
    program: Program, world: Any, name: str, own: Handle, given: tuple[Any, ...], budget: Budget
) -> tuple[Any, list[Step]]:
    """What a method returns, and what each of its lines gave."""
    steps: list[Step] = []
    return Machine(program, world, budget, steps).run(name, own, *given), steps


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays that a method may read and not change."""
    told: dict[str, Any] = {}
    for name, value in values.items():
        told[name] = value
        if isinstance(value, np.ndarray):
            told[name] = value.view()
            told[name].flags.writeable = False
    return told
