"""The code of the program, read as text: pages show it without importing TensorFlow."""

import ast
import difflib
from functools import cache
from pathlib import Path
from textwrap import dedent, indent
from typing import NamedTuple

from .bugs import Bug, Own

CORE = Path(__file__).parent
PARTS = {
    "Layer": ("model/linear_layer.py", "LinearLayer"),
    "Step": ("training/step.py", "TrainingStep"),
    "Pipeline": ("data/pipeline.py", "Pipeline"),
}


class Comparison(NamedTuple):
    """One method, correct and buggy; every line begins with `+`, `-` or two blanks.

    Attributes:
        name: `Class.method`.
        correct: The correct lines; the ones the bug changes begin with `+`.
        buggy: The lines as they run; the wrong ones begin with `-`.
    """

    name: str
    correct: str
    buggy: str


@cache
def class_source(file: str, *path: str) -> str:
    """The text of a class, or of a class in a class, in a file below `core`."""
    text = (CORE / file).read_text(encoding="utf-8")
    node: ast.AST = ast.parse(text)
    for name in path:
        node = next(n for n in ast.iter_child_nodes(node) if getattr(n, "name", "") == name)
    return dedent(" " * node.col_offset + (ast.get_source_segment(text, node) or ""))  # type: ignore[attr-defined]


def layer_source() -> str:
    """The custom layer as it runs."""
    return class_source(*PARTS["Layer"])


def bug_source(bug: Bug) -> str:
    """The class that a bug puts in place of the correct methods."""
    if isinstance(bug, Own):
        return f"class {bug.breaks()}:\n{indent(bug.program.printed(), '    ')}\n"
    file = "bugs/" + type(bug).__module__.rpartition(".")[2] + ".py"
    return class_source(file, type(bug).__name__, bug.breaks())


def comparisons(bug: Bug) -> list[Comparison]:
    """Each method that a bug overrides, beside the correct one."""
    base_file, base_name = PARTS[bug.breaks()]
    correct, buggy = methods(class_source(base_file, base_name)), methods(bug_source(bug))
    return [
        Comparison(f"{base_name}.{name}", *_marked(correct.get(name, ""), text))
        for name, text in buggy.items()
    ]


def methods(source: str) -> dict[str, str]:
    """The methods of a class, by name, each with its own indentation taken away."""
    found = {}
    for node in ast.parse(source).body[0].body:  # type: ignore[attr-defined]
        if isinstance(node, ast.FunctionDef):
            lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
            found[node.name] = dedent("\n".join(lines))
    return found


def _marked(correct: str, buggy: str) -> tuple[str, str]:
    left, right = correct.splitlines(), buggy.splitlines()
    shown_left, shown_right = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, left, right, False).get_opcodes():
        mark = kind != "equal"
        shown_left += [("+ " if mark else "  ") + line for line in left[a:b]]
        shown_right += [("- " if mark else "  ") + line for line in right[c:d]]
    return "\n".join(shown_left), "\n".join(shown_right)
