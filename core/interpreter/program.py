"""A learner's text as the methods that it writes."""

import ast
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from .allowed import REFUSED
from .check import check_method, path_of
from .errors import at_line
from .functions import CONSTANTS, FUNCTIONS
from .parts import PARTS, Part
from .text import tree_of

GIVEN = {  # modules that are there, as programs import them
    ast.Import: {
        *((name, None) for name in ("keras", "tensorflow", "numpy", "math")),
        *(("tensorflow", "tf"), ("numpy", "np")),
    },
    ast.ImportFrom: {("keras", "ops")},
}


@dataclass(frozen=True, eq=False)
class Program:
    """The methods of one part, checked.

    Attributes:
        part: The part they are written for.
        methods: Their trees, by name.
    """

    part: Part
    methods: Mapping[str, ast.FunctionDef]

    def printed(self) -> str:
        """The methods as Python, printed from their trees, to stand in a class of their part.

        What `__init__` makes is made in `build`, for the class above has an `__init__` of its own.
        """
        methods = {name: _OneSpelling().visit(deepcopy(m)) for name, m in self.methods.items()}
        if made := methods.pop("__init__", None):
            body = [_OfItself().visit(line) for line in made.body]
            if "build" not in methods:
                arguments = ast.parse("def build(self, input_shape): pass").body[0]
                arguments.body = []  # pyright: ignore[reportAttributeAccessIssue]
                methods = {"build": arguments, **methods}
            methods["build"].body = body + methods["build"].body
        return "\n\n".join(ast.unparse(ast.fix_missing_locations(m)) for m in methods.values())


class _OneSpelling(ast.NodeTransformer):
    """Names each function by the module under which a program of ours imports it."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        path = path_of(node)
        if path in FUNCTIONS or path in CONSTANTS:
            return ast.parse(path, mode="eval").body
        return self.generic_visit(node)


class _OfItself(ast.NodeTransformer):
    """What `__init__` is given, `build` finds at `self`."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == "units" and isinstance(node.ctx, ast.Load):
            return ast.parse("self.units", mode="eval").body
        return node


@lru_cache(maxsize=256)
def read(part: str, text: str) -> Program:
    """The program behind a text.

    Args:
        part: Key of `PARTS`.
        text: One or more of the part's methods, or a class with them; empty for the correct one.

    Raises:
        MethodError: One sentence for the first thing that may not be said, with its line.
    """
    try:
        return _read(PARTS[part], text)
    except RecursionError:
        raise at_line(None, "The code is nested too deep to be followed.") from None


def _read(kind: Part, text: str) -> Program:
    methods: dict[str, ast.FunctionDef] = {}
    for node in _methods_of(tree_of(text if text.strip() else kind.start).body):
        if not isinstance(node, ast.FunctionDef):
            raise at_line(getattr(node, "lineno", None), _not_here(kind, node))
        _check_signature(kind, node)
        if node.name in methods:
            raise at_line(node.lineno, f"`{node.name}` is there already.")
        methods[node.name] = _without_types(node)
    if not {*methods} - {"__init__", "build"} and "build" not in methods:
        raise at_line(None, f"The code has no method of this part: {_methods(kind)}.")
    own = kind.own | _attributes_set(methods)
    for method in methods.values():
        check_method(kind, method, own)
    return Program(kind, methods)


def _methods(kind: Part) -> str:
    return ", ".join(f"`def {name}({', '.join(given)})`" for name, given in kind.methods.items())


def _not_here(kind: Part, node: ast.stmt) -> str:
    """What is said of a statement that stands beside the methods."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        what, colon, instead = REFUSED[type(node)].partition(": ")
        return f"{what} is not read here{colon}{instead}."
    return f"only methods of this part may stand here: {_methods(kind)}."


def _methods_of(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that are to be methods: of a class's body, where there is one."""
    left = [node for node in body if not _is_given(node) and not _is_text(node)]
    if len(left) == 1 and isinstance(left[0], ast.ClassDef):
        if left[0].decorator_list or left[0].keywords:
            raise at_line(left[0].lineno, "a decorator, or an option of a class, is not read here.")
        left = [node for node in left[0].body if not _is_text(node)]
    return [_without_super(node) for node in left]


def _is_given(node: ast.stmt) -> bool:
    """Whether an import is of what is there anyway."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return False
    if isinstance(node, ast.ImportFrom):
        names = {(node.module, alias.name) for alias in node.names if not alias.asname}
        return names <= GIVEN[ast.ImportFrom] and len(names) == len(node.names) and not node.level
    return {(alias.name, alias.asname) for alias in node.names} <= GIVEN[ast.Import]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _without_super(node: ast.stmt) -> ast.stmt:
    """A method without the line that calls the same one of the class above."""
    if isinstance(node, ast.FunctionDef) and node.name in ("__init__", "build"):
        kept = [line for line in node.body if not _is_super(line)]
        node.body = kept or [ast.Pass(lineno=node.lineno, col_offset=0)]
    return node


def _without_types(method: ast.FunctionDef) -> ast.FunctionDef:
    """A method without annotations, which Python would evaluate and nobody here has checked."""
    for argument in method.args.args:
        argument.annotation = None
    method.returns, method.type_comment = None, None
    if getattr(method, "type_params", None):
        raise at_line(method.lineno, "a type parameter is not read here.")
    return method


def _is_super(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and ast.unparse(line).startswith("super(")


def _check_signature(kind: Part, method: ast.FunctionDef) -> None:
    if method.name not in kind.methods:
        raise at_line(
            method.lineno, f"`{method.name[:40]}` is no method of this part: {_methods(kind)}."
        )
    wanted, given = kind.methods[method.name], method.args
    names = tuple(argument.arg for argument in given.args)
    odd = given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs
    optional = ("self", "inputs") if method.name == "call" else wanted
    defaults = [ast.unparse(value) for value in given.defaults]
    if odd or names not in (wanted, optional) or set(defaults) - {"False", "None", "True", "1"}:
        raise at_line(
            method.lineno, f"the method must begin `def {method.name}({', '.join(wanted)})`."
        )
    if method.decorator_list:
        raise at_line(method.lineno, "a decorator is not read here.")


def _attributes_set(methods: Mapping[str, ast.FunctionDef]) -> set[str]:
    """What the methods that build give to `self`."""
    return {
        node.attr
        for name, method in methods.items()
        if name in ("__init__", "build")
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
