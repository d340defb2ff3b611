"""Walks a program's tree statement by statement, and notes where it trains."""

import ast
from typing import Any

import numpy as np

from . import arrays, assignment, frames, loops, operators, stdlib, uncalled
from .budget import REFUSED, Budget, ExhaustedError, UnreadableError, why_of
from .evaluate import Evaluator
from .faults import Faults, read_as_written
from .invoking import MAX_YIELDS
from .paths import library_path
from .provenance import Origin, Origins
from .scope import BrokenError, ContinuedError, ReturnedError, Scope
from .text import Program
from .training import Training
from .unsquared import Seen
from .values import Class, Function, Lib, Obj, Unknown, Variable, unknown_in

MAX_CALLS = 24  # functions within functions
MAX_GAPS = 60
MAX_REORDERS = 500
LIMITS = ("abs", "absolute", "fabs", "clip", "maximum", "minimum")
MAX_WATCHED = 200_000  # numbers


class Machine(Evaluator):
    """One reading of one program.

    Attributes:
        trainings: Where it trains, in the order they were met.
        gaps: What was not understood, by line.
        faults: What is wrong as it is written.
        origins: Where arrays come from.
        unseeded: Whether numbers were drawn without a seed.
        watched: Numbers whose sign, size or limit is taken, while that is asked for.
        graphs: Whether it is written for TensorFlow 1, with sessions.
        stand_in: The seed that stands in there.
        columns: Whether numbers one after the other stand beside a column row by row.
    """

    def __init__(self, program: Program, stand_in: int = 0, columns: bool = False) -> None:
        self.program, self.stand_in, self.columns = program, stand_in, columns
        self.budget = Budget()
        self.faults = Faults(program)
        self.origins = Origins()
        self.trainings: list[Training] = []
        self.gaps: dict[int, str] = {}
        self.random = arrays.new_random("RandomState", None, stand_in)
        self.randoms = [self.random]
        self.python_random = stdlib.new_random(None, stand_in)
        self.tensor_random = arrays.new_random("RandomState", None, stand_in)
        self.randoms += [self.python_random, self.tensor_random]
        self.drawn: dict[int, np.ndarray] = {}  # by TensorFlow, whose numbers are not known
        self.yields: list[list[Any]] = []  # by the generators that are running
        self.set_on_libraries: dict[str, Any] = {}  # as in `tf.model = …`
        self.models: list[Any] = []  # in the order they were made
        self.shuffles = self.draws = 0
        self.unseeded = self.graphs = False
        self.watched: Seen | None = None
        self.missing = ""
        self.split: tuple[float, Any] | None = None
        self.split_line = 0
        self.reorders: dict[int, tuple[np.ndarray, int]] = {}
        self.orders: dict[int, bytes] = {}  # of those among them that are known
        self.scalers: dict[int, tuple[Obj, int]] = {}  # fitted, and nothing transformed yet
        self.fitted_on_train = False
        self.files: list[frames.FileTable] = []
        self.libraries: set[str] = set()
        self.stars: list[str] = []
        self.depth = 0
        self.line = 0
        self.argument_lines = {}
        self.module = Scope(None)
        self.stopped = ""

    def run(self) -> None:
        """Reads the program to its end, or to the end of what reading may cost."""
        read_as_written(self.program, self.faults)
        try:
            with np.errstate(all="ignore"):
                self.block(self.program.tree.body, self.module)
        except ExhaustedError as error:
            self.stopped = str(error)
            self.gap(self.line, str(error))
        except (ReturnedError, BrokenError, ContinuedError):
            pass
        if not self.trainings and not self.stopped:
            uncalled.read(self)
        for scaler, line in self.scalers.values():
            self.faults.found(
                line, "scaler-discarded",
                f"The `{scaler.kind}` learns the scale here and nothing is scaled with it. Use "
                "what `fit_transform` returns.",
            )  # fmt: skip

    # --- what the parts share ---

    def gap(self, line: int, why: str) -> None:
        """Notes that a line was not understood."""
        if why and len(self.gaps) < MAX_GAPS:
            self.gaps.setdefault(line, why)

    def watch(self, what: str, value: Any) -> None:
        """Notes numbers whose sign, size or limit is taken: residuals, it may be.

        What stands in for a file's numbers may lie within a limit beyond which the file's own go.
        """
        origin = self.origins.of(value) if isinstance(value, np.ndarray) else None
        if what in LIMITS and origin is not None and isinstance(origin.frame, frames.Frame):
            origin.frame.altered = frames.SOME_NUMBERS
        if self.watched is None or not arrays.is_numeric(value) or isinstance(value, bool):
            return
        if sum(map(len, self.watched.values())) + np.size(value) > MAX_WATCHED:
            return
        if np.ndim(value):
            number = sum(key[:2] == (self.line, what) for key in self.watched)
            self.watched[self.line, what, number] = np.array(value, dtype=float).ravel().tolist()
        else:
            self.watched.setdefault((self.line, what, -1), []).append(float(value))

    def keep_random(self, random: Obj) -> Obj:
        self.randoms.append(random)
        return random

    def plain(self, value: Any) -> Any:
        return arrays.plain(value)

    def from_file(self, frame: frames.Frame, refs: tuple, array: np.ndarray) -> np.ndarray:
        """An array of a file's columns, which remembers them."""
        made = array.copy()
        split = (*self.split, "train") if self.split else None
        line = frame.line or self.line or frame.file.line
        origin = Origin(made, refs, frame, line=line, split=split, split_line=self.split_line)
        return self.origins.keep(made, origin)

    def constants_near(self, line: int) -> list[float]:
        """The fractions that are written in the program, those nearest to a line first."""
        found = [
            (abs(node.lineno - line), node.value)
            for node in ast.walk(self.program.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, float)
        ]
        return [value for _, value in sorted(found)]

    def reordered(self, given: list[Any], line: int) -> None:
        """Notes that one array was shuffled by itself."""
        if len(given) == 1 and isinstance(given[0], np.ndarray):
            self.reorders[id(given[0])] = (given[0], line)

    def permuted(self, array: np.ndarray, order: np.ndarray) -> None:
        """Notes that an array's rows were taken in another order."""
        if len(self.reorders) < MAX_REORDERS:
            self.reorders[id(array)] = (array, self.line)
            self.orders[id(array)] = order.tobytes()

    # --- statements ---

    def block(self, statements: list[ast.stmt], scope: Scope) -> None:
        for statement in statements:
            self.budget.step()
            self.line = statement.lineno
            try:
                getattr(self, f"do_{type(statement).__name__.lower()}", self.do_other)(
                    statement, scope
                )
            except REFUSED as error:
                why = why_of(error)
                self.gap(statement.lineno, why)
                for name in assigned(statement):
                    scope.set(name, Unknown(statement.lineno, why))
                self._spoil(statement, scope, why)

    def _spoil(self, statement: ast.stmt, scope: Scope, why: str) -> None:
        """Notes that a part of something was to be set, and to what is not known."""
        for target in getattr(statement, "targets", [getattr(statement, "target", None)]):
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                known, value = scope.find(target.value.id)
                if isinstance(value, frames.Frame):
                    key = target.slice.value if isinstance(target.slice, ast.Constant) else None
                    frames.store(self, value, key, None)
                elif known and isinstance(value, np.ndarray | list):
                    scope.set(target.value.id, Unknown(statement.lineno, why))

    def do_other(self, node: ast.stmt, scope: Scope) -> None:
        raise UnreadableError(
            f"a statement that is not read here (`{type(node).__name__.lower()}`)"
        )

    def do_pass(self, node: ast.stmt, scope: Scope) -> None:
        """Nothing."""

    do_assert = do_raise = do_pass

    def do_delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                owner = self.value(target.value, scope)
                if isinstance(owner, frames.Frame):
                    frames.leave_out(self, owner, [self.key(target.slice, scope)])

    def do_expr(self, node: ast.Expr, scope: Scope) -> None:
        value = self.value(node.value, scope)
        if isinstance(value, np.ndarray) and isinstance(node.value, ast.Call):
            origin = self.origins.of(value)
            called = node.value.func
            if origin and origin.scaling_line == node.lineno and isinstance(called, ast.Attribute):
                self.faults.found(
                    node.lineno,
                    "scaler-discarded",
                    "The scaled numbers are made and thrown away: what is trained on is still as "
                    f"before. Assign them: `X = {ast.unparse(called)}(…)`.",
                )

    def on_yield(self, node: ast.Yield, scope: Scope) -> Any:
        """Notes what a generator gives; one that gives too much is left."""
        if not self.yields:
            raise UnreadableError("`yield` outside a generator")
        self.yields[-1].append(None if node.value is None else self.argument(node.value, scope))
        if len(self.yields[-1]) >= MAX_YIELDS:
            raise ReturnedError(None)

    def do_assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        for target in node.targets:
            assignment.assign(self, target, value, scope)

    def do_annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            assignment.assign(self, node.target, self.value(node.value, scope), scope)

    def do_augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        load = ast.copy_location(_loaded(node.target), node.target)
        old = self.value(load, scope)
        change = self.value(node.value, scope)
        if isinstance(old, list) and isinstance(node.op, ast.Add) and isinstance(change, list):
            old.extend(change)
            return
        if isinstance(old, Variable):
            raise UnreadableError("a variable that is changed without `assign`")
        assignment.assign(
            self, node.target, operators.operate(self, node.op, old, change, node.lineno), scope
        )

    def do_if(self, node: ast.If, scope: Scope) -> None:
        test = self.argument(node.test, scope)
        if (unknown := unknown_in(test)) is not None:
            branches = [
                branch
                for branch in (node.body, node.orelse)
                if uncalled.trains(self, branch, scope)
            ]
            if len(branches) == 1:
                self.gap(node.lineno, "whether this holds is not known: what trains is read")
                return self.block(branches[0], scope)
            for statement in [*node.body, *node.orelse]:
                for name in assigned(statement):
                    scope.set(name, Unknown(node.lineno, unknown.why or "a condition not known"))
            return None
        return self.block(node.body if operators.truth(self, test) else node.orelse, scope)

    def do_for(self, node: ast.For, scope: Scope) -> None:
        loops.run_for(self, node, scope)

    def do_while(self, node: ast.While, scope: Scope) -> None:
        loops.run_while(self, node, scope)

    def do_with(self, node: ast.With, scope: Scope) -> None:
        for item in node.items:
            try:
                value = self.value(item.context_expr, scope)
            except REFUSED as error:
                value = Unknown(node.lineno, why_of(error))
            if item.optional_vars is not None:
                assignment.assign(self, item.optional_vars, value, scope)
        self.block(node.body, scope)

    def do_try(self, node: ast.Try, scope: Scope) -> None:
        self.block(node.body, scope)
        self.block(node.orelse, scope)
        self.block(node.finalbody, scope)

    def do_functiondef(self, node: ast.FunctionDef, scope: Scope) -> None:
        made: Any = Function(node, scope)
        for decorator in node.decorator_list:
            name = ast.unparse(decorator)
            if name in ("property", "staticmethod", "classmethod"):
                made.of = name
        scope.set(node.name, made)

    do_asyncfunctiondef = do_functiondef

    def do_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self.value(base, scope) for base in node.bases]
        inner = Scope(scope)
        self.block(node.body, inner)
        members = {
            name: Function(value.node, scope, None, value.of)
            if isinstance(value, Function)
            else value
            for name, value in inner.items()
        }
        fields = [s.target.id for s in node.body
                  if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]  # fmt: skip
        scope.set(node.name, Class(node.name, bases, members, node.lineno, tuple(fields)))

    def do_return(self, node: ast.Return, scope: Scope) -> None:
        raise ReturnedError(None if node.value is None else self.value(node.value, scope))

    def do_break(self, node: ast.Break, scope: Scope) -> None:
        raise BrokenError

    def do_continue(self, node: ast.Continue, scope: Scope) -> None:
        raise ContinuedError

    def do_global(self, node: ast.Global, scope: Scope) -> None:
        scope.outside.update(dict.fromkeys(node.names, self.module))

    def do_nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        around = scope.around or self.module
        scope.outside.update(dict.fromkeys(node.names, around))

    def do_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            path = library_path(alias.name)
            self.libraries.add(path.partition(".")[0])
            if alias.asname:
                scope.set(alias.asname, Lib(path))
            else:
                first = alias.name.partition(".")[0]
                scope.set(first, Lib(library_path(first)))

    def do_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = library_path("." * node.level + (node.module or ""))
        self.libraries.add(module.partition(".")[0])
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                scope.set(alias.asname or alias.name, Lib(library_path(f"{module}.{alias.name}")))


def assigned(statement: ast.AST) -> set[str]:
    """The names that a statement may let stand for something else."""
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    raise UnreadableError("a part that is changed")
