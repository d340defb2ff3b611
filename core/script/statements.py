"""The statements of a program, each read as its line says; one that is not understood is noted."""

import ast
from typing import Any

import numpy as np

from . import arrays, assignment, frames, loops, operators, uncalled
from .budget import REFUSED, UnreadableError, why_of
from .evaluate import Evaluator
from .invoking import MAX_YIELDS
from .paths import library_path
from .scope import BrokenError, ContinuedError, ReturnedError, Scope
from .values import Class, Function, Lib, Unknown, Variable, unknown_in


class Statements(Evaluator):
    """Reads statements; `Machine` adds what they share."""

    module: Scope
    libraries: set[str]
    yields: list[list[Any]]
    running: list[tuple[Any, Any, Scope]]

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
        made = operators.operate(self, node.op, old, change, node.lineno)
        fits = isinstance(old, np.ndarray) and np.shape(made) == old.shape
        if (
            isinstance(old, np.ndarray)
            and fits
            and old.dtype.kind == "f"
            and self._goes_over(node.target)
        ):
            old[...] = arrays.plain(made)
            return
        assignment.assign(self, node.target, made, scope)

    def _goes_over(self, target: ast.expr) -> bool:
        """Whether a name is the target of the innermost loop: an array's `+=` changes the array."""
        name = target.id if isinstance(target, ast.Name) and self.running else ""
        parts = ast.walk(self.running[-1][0].target) if name else ()
        return any(isinstance(part, ast.Name) and part.id == name for part in parts)

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
