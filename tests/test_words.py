"""Words on screen: the limit of the learning rate has one name there, the largest stable rate."""

import ast
import re
from collections.abc import Iterator

from tests.imports import MODULES, ROOT

THIRD_WORDS = re.compile(r"\bcritical( learning)? (one|rate)\b|/ critical\b|\bcritical \w+ rate\b")
SPOKEN = re.compile(r"[\"'`][^\"'`]*\bcritical (learning )?rate[^\"'`]*[\"'`]")


def texts(source: str) -> Iterator[str]:
    """The strings of a module that are not documentation."""
    tree = ast.parse(source)
    documentation = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = getattr(node, "value", None)
        if isinstance(node, ast.Constant) and isinstance(text, str) and node not in documentation:
            yield text


def test_the_limit_of_the_rate_has_one_name_on_screen():
    wrong = [
        (module, text)
        for module, file in MODULES.items()
        if module.startswith(("core.", "pages"))
        for text in texts(file.read_text("utf-8"))
        if THIRD_WORDS.search(text)
    ]
    for file in (ROOT / "pages").rglob("*.js"):
        wrong += [(file.name, text) for text in SPOKEN.findall(file.read_text("utf-8"))]
    assert not wrong
