"""Which file of the app imports which: read from the source, relative imports resolved."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])


def module_of(file: Path) -> str:
    """The dotted name of a file; of an `__init__` that of its package."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in CODE}


@cache
def imports_of(module: str, nested: bool = True) -> frozenset[str]:
    """What a module of the app imports: files of the app, and modules from elsewhere.

    `from package import name` imports `package.name` where that is a file. Python runs the
    `__init__` of each package around an imported file too: those count as imported, except for
    packages that the importing file is part of itself.

    Args:
        module: A key of `MODULES`.
        nested: Whether imports inside functions count.
    """
    file = MODULES[module]
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = {name for node in _nodes(tree, nested) for name in _imported(node, package)}
    around = {outer for name in found for outer in _packages_of(name)}
    return frozenset((found | around - {package, *_packages_of(module)}) - {module})


def _nodes(tree: ast.AST, nested: bool) -> Iterator[ast.AST]:
    yield tree
    for node in ast.iter_child_nodes(tree):
        if nested or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _nodes(node, nested)


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = package.split(".")
            base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])
        for alias in node.names:
            full = f"{base}.{alias.name}"
            yield full if full in MODULES else base


def _packages_of(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]
