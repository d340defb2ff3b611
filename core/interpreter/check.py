"""Whether a method keeps to the closed list: what is not on it is named, with its line."""

import ast
import inspect
from collections.abc import Iterable
from difflib import get_close_matches

from .allowed import (
    ALLOWED,
    ATTRIBUTES,
    BUILTINS,
    KEYWORDS,
    MAKERS,
    METHODS,
    NODES,
    REFUSED,
    TABLES,
)
from .budget import MAX_EXPONENT, MAX_INTEGER
from .errors import at_line, some
from .functions import ALIASES, CONSTANTS, FUNCTIONS, MODULES
from .parts import Part


def check_method(part: Part, method: ast.FunctionDef, own: Iterable[str]) -> None:
    """Refuses what a method may not say.

    Args:
        part: The part that it is written for.
        method: Its tree.
        own: Names that `self` has, with those that other methods give it.

    Raises:
        MethodError: For the first thing that is not on the list.
    """
    _Checker(part, method, own).check()


def path_of(node: ast.AST) -> str:
    """The dotted name that an expression is, by its one spelling; empty for none."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    path = ".".join([node.id, *names])
    for written, one in ALIASES.items():
        if path == written or path.startswith(written + "."):
            path = one + path[len(written) :]
    return path


class _Checker:
    def __init__(self, part: Part, method: ast.FunctionDef, own: Iterable[str]):
        self.part, self.method, self.own = part, method, {*own}
        self.line = method.lineno
        self.modules = {*MODULES, "keras", *(name.split(".")[0] for name in ALIASES)}
        self.names = {argument.arg for argument in method.args.args}
        for node in ast.walk(method):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.names.add(node.id)

    def check(self) -> None:
        for statement in self.method.body:
            self._visit(statement)

    def _visit(self, node: ast.AST) -> None:
        self.line = getattr(node, "lineno", self.line)
        if not isinstance(node, NODES):
            told = next((REFUSED[kind] for kind in REFUSED if isinstance(node, kind)), "")
            what, colon, instead = (told or f"`{type(node).__name__}`").partition(": ")
            raise at_line(self.line, f"{what} is not read here{colon}{instead}. {ALLOWED}.")
        visit = getattr(self, f"_{type(node).__name__.lower()}", None)
        if visit:
            visit(node)
        else:
            self._children(node)

    def _children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._visit(child)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, int | float):
            if abs(value) > MAX_INTEGER and isinstance(value, int):
                raise at_line(node.lineno, "a whole number is larger than 2⁵³.")
        elif isinstance(value, str):
            if len(value) > 200 and not value.strip().count("\n"):
                raise at_line(node.lineno, "a text is longer than 200 characters.")
        elif value is not Ellipsis:
            what = "a complex number" if isinstance(value, complex) else "a text of bytes"
            raise at_line(node.lineno, f"{what} is not read here.")

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            if node.id in self.modules or node.id in BUILTINS or node.id == "self":
                raise at_line(node.lineno, f"`{node.id}` is taken: choose another name.")
        elif node.id in self.modules:
            raise at_line(node.lineno, f"`{node.id}` alone is a module: name what you want of it.")
        elif node.id in BUILTINS:
            raise at_line(node.lineno, f"`{node.id}` can only be called.")
        elif node.id not in self.names:
            known = {*self.names, *self.modules, *BUILTINS} - {"keras", "tensorflow", "numpy"}
            raise at_line(
                node.lineno, f"`{_short(node.id)}` is not known. Known are {some(known)}."
            )

    def _attribute(self, node: ast.Attribute) -> None:
        path = path_of(node)
        root = path.partition(".")[0]
        if root in self.modules and root not in self.names:
            if path not in CONSTANTS:
                called = f"`{path}` can only be called."
                raise at_line(node.lineno, called if path in FUNCTIONS else _no_function(path))
        elif root == "self" and path.count(".") == 1:
            self._own_attribute(node)
        else:
            self._visit(node.value)
            known = {*ATTRIBUTES, *(TABLES if self.part.breaks == "Pipeline" else ())}
            if node.attr not in known or (isinstance(node.ctx, ast.Store) and not self._builds()):
                raise at_line(
                    node.lineno, f"`.{_short(node.attr)}` is not on the list: {some(known)}."
                )

    def _own_attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Store):
            if not self._builds():
                raise at_line(
                    node.lineno,
                    f"`self.{_short(node.attr)}` cannot be set here. What a step keeps is a weight "
                    "made in `build`: change it by `assign`.",
                )
        elif node.attr not in self.own:
            raise at_line(
                node.lineno, f"`self.{_short(node.attr)}` is not there. There are {some(self.own)}."
            )

    def _builds(self) -> bool:
        return self.method.name in ("build", "__init__")

    def _call(self, node: ast.Call) -> None:
        function, path = node.func, path_of(node.func)
        keywords = [keyword.arg for keyword in node.keywords]
        if None in keywords:
            raise at_line(node.lineno, f"`**` is not read here. {ALLOWED}.")
        root = path.partition(".")[0]
        if path in FUNCTIONS and root not in self.names:
            self._fits(node, path)
        elif path in MAKERS and root not in self.names:
            self._known(node, path, keywords)
        elif isinstance(function, ast.Name):
            if function.id not in BUILTINS or function.id in self.names:
                raise at_line(
                    node.lineno,
                    f"`{_short(function.id)}` is no function that is known. "
                    f"Known are {some(BUILTINS)} and those of ops, tf and np.",
                )
            self._known(node, function.id, keywords)
        elif isinstance(function, ast.Attribute):
            self._method_call(node, function, path, keywords)
        else:
            raise at_line(node.lineno, "only a function that has a name can be called.")
        for child in (*node.args, *node.keywords):
            self._visit(child)

    def _fits(self, node: ast.Call, path: str) -> None:
        """Whether a function is given arguments that it takes."""
        signature = FUNCTIONS[path].signature
        given = {keyword.arg or "": None for keyword in node.keywords}
        try:
            signature.bind(*node.args, **given)
        except TypeError as error:
            takes = ", ".join(signature.parameters)
            raise at_line(node.lineno, f"`{path}` takes ({takes}): {error}.") from None

    def _known(self, node: ast.Call, name: str, keywords: list[str | None]) -> None:
        for keyword in keywords:
            if keyword not in KEYWORDS.get(name, ()):
                raise at_line(node.lineno, f"`{name}` takes no `{_short(keyword or '')}` here.")

    def _method_call(
        self, node: ast.Call, function: ast.Attribute, path: str, keywords: list[str | None]
    ) -> None:
        root = path.partition(".")[0]
        if root in self.modules and root not in self.names:
            raise at_line(node.lineno, _no_function(path))
        if root == "self" and path.count(".") == 1:
            self._own_attribute(function)
            self._known(node, function.attr, keywords)
            return
        self._visit(function.value)
        if function.attr not in METHODS:
            raise at_line(
                node.lineno, f"`.{_short(function.attr)}()` is not on the list: {some(METHODS)}."
            )
        if len(node.args) > METHODS[function.attr]:
            raise at_line(node.lineno, f"`.{function.attr}()` is given too many arguments.")
        self._known(node, function.attr, keywords)

    def _binop(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant):
            power = node.right.value
            if isinstance(power, int | float) and abs(power) > MAX_EXPONENT:
                raise at_line(node.lineno, f"a power of more than {MAX_EXPONENT}.")
        self._children(node)

    def _assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._target(target)
        self._visit(node.value)

    def _augassign(self, node: ast.AugAssign) -> None:
        self._target(node.target)
        self._visit(node.value)

    def _subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Store) and self.part.breaks != "Pipeline":
            raise at_line(node.lineno, "a tensor does not change in place: make a new one.")
        self._children(node)

    def _target(self, node: ast.expr) -> None:
        if not isinstance(node, ast.Name | ast.Tuple | ast.Attribute | ast.Subscript):
            raise at_line(node.lineno, "only names can be assigned to.")
        self._visit(node)

    def _comprehension(self, node: ast.comprehension) -> None:
        if node.is_async or len(node.ifs) > 1:
            raise at_line(node.target.lineno, f"a comprehension of this kind. {ALLOWED}.")
        self._children(node)

    def _for(self, node: ast.For) -> None:
        if node.orelse:
            raise at_line(node.lineno, "`else` of a loop is not read here.")
        self._children(node)


def _no_function(path: str) -> str:
    module, _, name = path.partition(".")
    module = module if module in MODULES else "ops"
    known = [each.partition(".")[2] for each in FUNCTIONS if each.startswith(module + ".")]
    like = get_close_matches(name, known, n=4, cutoff=0.7)
    like += [each for each in known if len(name) > 2 and name.lower() in each and each not in like]
    told = f"Similar: {some(like)}" if like else f"Of {module} there are: {some(known, 12)}"
    return f"`{_short(path)}` is not on the list of functions. {told}."


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


def parameters_of(method: ast.FunctionDef) -> inspect.Signature:
    """Its parameters, as a call binds them."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature([inspect.Parameter(a.arg, kind) for a in method.args.args])
