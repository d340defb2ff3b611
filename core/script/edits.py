"""Ways in which a setting may be written into a program: each a changed text, to be tried out."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .keras_objects import ALIASES
from .text import Program

CLASSES = {
    "sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "nadam": "Nadam", "adamax": "Adamax",
    "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta", "ftrl": "Ftrl",
    "lion": "Lion",
}  # fmt: skip
RATES = ("learning_rate", "lr")
MOST = 40  # places that are tried for one setting


@dataclass(frozen=True)
class Place:
    """An expression in the text: its lines, and where it begins and ends in them, in bytes."""

    node: ast.expr

    def replaced(self, lines: list[str], new: str) -> list[str] | None:
        """The lines with the expression written anew; None if it spans several lines."""
        node = self.node
        if node.end_lineno != node.lineno or node.end_col_offset is None:
            return None
        data = lines[node.lineno - 1].encode()
        made = data[: node.col_offset] + new.encode() + data[node.end_col_offset :]
        return [*lines[: node.lineno - 1], made.decode(), *lines[node.lineno :]]


def calls(program: Program, *names: str) -> list[ast.Call]:
    """The calls of functions or methods with one of these names, the last first."""
    found = [
        node
        for node in ast.walk(program.tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in names
    ]
    return sorted(found, key=lambda node: -node.lineno)


def numbers(program: Program, old: float, new: Any, scaled: bool) -> Iterator[list[str]]:
    """The text with a number of its changed: one that is the old value, or is scaled with it."""
    found = [
        node
        for node in ast.walk(program.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ]
    same = [node for node in found if node.value == old]
    yield from _each_or_all(program, same, written(new))
    if scaled and old:
        values = {node.value for node in found if isinstance(node.value, float)} - {old}
        for value in sorted(values, key=[node.value for node in found].index)[:MOST]:
            others = [node for node in found if node.value == value]
            yield from _each_or_all(program, others, written(float(f"{value * new / old:.10g}")))


def _each_or_all(program: Program, nodes: Sequence[ast.expr], new: str) -> Iterator[list[str]]:
    """The text with one of some places written anew, and with all of them: a rate written twice."""
    for node in nodes[:MOST]:
        if made := Place(node).replaced(list(program.lines), new):
            yield made
    if len(nodes) > 1:
        lines: list[str] | None = list(program.lines)
        for node in sorted(nodes, key=lambda n: (n.lineno, n.col_offset), reverse=True):
            lines = lines and Place(node).replaced(lines, new)
        if lines:
            yield lines


def keyword(program: Program, call: ast.Call, name: str, value: str) -> Iterator[list[str]]:
    """The text with an argument of a call changed, or added behind the last one."""
    for given in call.keywords:
        if given.arg is not None and ALIASES.get(given.arg, given.arg) == ALIASES.get(name, name):
            if made := Place(given.value).replaced(list(program.lines), value):
                yield made
            return
    lines = list(program.lines)
    end = (call.end_lineno or call.lineno) - 1
    data = lines[end].encode()
    at = (call.end_col_offset or 1) - 1
    before = data[:at].rstrip()
    comma = b"" if before.endswith((b"(", b",")) else b", "
    if before.endswith(b","):
        comma = b" "
    lines[end] = (data[:at] + comma + f"{name}={value}".encode() + data[at:]).decode()
    yield lines


def optimizer(program: Program, key: str, settings: dict[str, Any]) -> Iterator[list[str]]:
    """The text with `compile`'s optimizer, or the one of the steps, written anew."""
    arguments = ", ".join(f"{name}={written(value)}" for name, value in settings.items())
    module, line = _keras(program)
    made_with = (
        f"{module}.{CLASSES[key]}({arguments})" if module else f"{CLASSES[key]}({arguments})"
    )
    places: list[ast.expr] = list(calls(program, *CLASSES.values()))
    for call in calls(program, "compile"):
        given = [word.value for word in call.keywords if word.arg == "optimizer"] or call.args[:1]
        places += [node for node in given if isinstance(node, ast.Constant | ast.Attribute)]
    for node in places:
        made = Place(node).replaced(list(program.lines), made_with)
        if made is not None:
            yield _with_import(program, made, line)


def optimizer_name(program: Program, key: str) -> Iterator[list[str]]:
    """The text with another optimizer of the same arguments."""
    module, line = _keras(program)
    for call in calls(program, *CLASSES.values()):
        name = f"{module}.{CLASSES[key]}" if module else CLASSES[key]
        made = Place(call.func).replaced(list(program.lines), name)
        if made is not None:
            yield _with_import(program, made, line)


def _keras(program: Program) -> tuple[str, str]:
    """How the program would name Keras' optimizers: below a module, or by an import of its own."""
    library = "keras.optimizers"
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in ("tensorflow", "keras"):
                    inner = ".keras" if alias.name == "tensorflow" else ""
                    return f"{alias.asname or alias.name}{inner}.optimizers", ""
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name == "optimizers" and node.module in ("keras", "tensorflow.keras"):
                    return alias.asname or "optimizers", ""
                if (node.module, alias.name) == ("tensorflow", "keras"):
                    return f"{alias.asname or 'keras'}.optimizers", ""
            if node.module.startswith("tensorflow.keras"):
                library = "tensorflow.keras.optimizers"
    return "", library


def _with_import(program: Program, lines: list[str], library: str) -> list[str]:
    """The lines with one more import, behind the last one of those at the top."""
    if not library:
        return lines
    known = {
        alias.asname or alias.name
        for node in ast.walk(program.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used = [name for name in CLASSES.values() if any(f"{name}(" in line for line in lines)]
    new = [name for name in used if name not in known]
    if not new:
        return lines
    tops = [n for n in program.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    at = max((node.end_lineno or node.lineno) for node in tops) if tops else 0
    return [*lines[:at], f"from {library} import {', '.join(new)}", *lines[at:]]


def after_assignments(
    program: Program, text_of: Callable[[str], list[str]], before: int
) -> Iterator[list[str]]:
    """The text with lines put behind the assignment of a name, the last one first.

    Args:
        program: The text.
        text_of: The lines for a name.
        before: Only assignments above this line.
    """
    found: list[tuple[int, str, int]] = []
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Assign) and node.lineno <= before:
            targets = [t for target in node.targets for t in ast.walk(target)]
            names = [t.id for t in targets if isinstance(t, ast.Name)]
            found += [(node.end_lineno or node.lineno, name, node.col_offset) for name in names]
    for line, name, indent in sorted(found, key=lambda item: -item[0])[:MOST]:
        added = [" " * indent + text for text in text_of(name)]
        yield [*program.lines[:line], *added, *program.lines[line:]]
    last = 0
    for statement in program.tree.body:
        if isinstance(statement, ast.Assign) and statement.lineno <= before:
            last = statement.end_lineno or statement.lineno
    for _, name, indent in sorted(found, key=lambda item: -item[0])[:MOST]:
        if not indent and last:
            yield [*program.lines[:last], *text_of(name), *program.lines[last:]]


def with_numpy(lines: list[str]) -> list[str]:
    """The lines with NumPy imported as `np`."""
    if any("import numpy as np" in line for line in lines):
        return lines
    at = next((k + 1 for k, line in enumerate(lines) if line.startswith(("import ", "from "))), 0)
    return [*lines[:at], "import numpy as np", *lines[at:]]


def signs(program: Program) -> Iterator[list[str]]:
    """The text with a plus turned into a minus: of `w = w + …`, of `w += …`."""
    for node in ast.walk(program.tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            line = program.lines[node.lineno - 1]
            yield _line(program, node.lineno, line.replace("+=", "-=", 1))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            end, start = node.left.end_col_offset or 0, node.right.col_offset
            if node.left.end_lineno == node.right.lineno:
                data = program.lines[node.right.lineno - 1].encode()
                between = data[end:start].replace(b"+", b"-", 1)
                made = (data[:end] + between + data[start:]).decode()
                yield _line(program, node.right.lineno, made)


def _line(program: Program, number: int, text: str) -> list[str]:
    return [*program.lines[: number - 1], text, *program.lines[number:]]


def written(value: Any) -> str:
    """A value as Python writes it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return repr(value)
    return f"{value:.10g}" if isinstance(value, float) else repr(value)
