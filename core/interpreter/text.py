"""A learner's text as a syntax tree, bounded before Python's parser sees it."""

import ast
import re

from .errors import at_line

MAX_CHARACTERS = 6_000
MAX_LINES = 150
MAX_LINE = 400  # characters
MAX_NESTING = 20  # brackets in brackets
MAX_INDENT = 40  # blanks
MAX_OPERATORS = 60  # of one line that binds to the right, like - and not: the parser nests them
MAX_NODES = 2_000
MAX_DIGITS = 20
MAX_DEPTH = 80  # operations in operations, statements in statements
NESTING = re.compile(r"[-+~]|\*\*|\b(?:not|lambda|if|else|await|and|or)\b")
LITERAL = re.compile(
    r"'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|#[^\n]*|"
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
DIGITS = re.compile(rf"[\d_]{{{MAX_DIGITS + 1},}}")


def tree_of(text: str) -> ast.Module:
    """The syntax tree of a text.

    Raises:
        MethodError: One sentence for a text that is too long, too deep or no Python.
    """
    check_bounds(text)
    try:
        tree = ast.parse(_lines(text).replace("\t", "    "))
    except SyntaxError as error:
        line = min(error.lineno or 1, text.count("\n") + 1)
        raise at_line(
            line, f"this is not Python: {(error.msg or 'invalid syntax')[:120]}."
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise at_line(1, "this is not Python that can be read.") from None
    nodes, level, depth = 0, [tree], 0
    while level:
        nodes, depth = nodes + len(level), depth + 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if depth > MAX_DEPTH:
        raise at_line(None, "The code is nested too deep: give what is inside a name of its own.")
    if nodes > MAX_NODES:
        raise at_line(
            None,
            f"The code has {nodes:,} parts (names, numbers, operations): at most {MAX_NODES:,}.",
        )
    return tree


def _lines(text: str) -> str:
    """A text whose lines end as Python's parser ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_bounds(text: str) -> None:
    """Refuses a text that is too long or too deep; looks at each character once."""
    if len(text) > MAX_CHARACTERS:
        raise at_line(
            None, f"The code has {len(text):,} characters: at most {MAX_CHARACTERS:,} are read."
        )
    if "\0" in text or any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        raise at_line(None, "The code holds a character that no text has.")
    text = _lines(text)
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise at_line(None, f"The code has {len(lines):,} lines: at most {MAX_LINES} are read.")
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            raise at_line(number, f"it has {len(line):,} characters: at most {MAX_LINE}.")
        if len(line) - len(line.lstrip()) > MAX_INDENT:
            raise at_line(number, f"it is indented by more than {MAX_INDENT} blanks.")
    depth, bare_text = 0, LITERAL.sub(lambda found: "\n" * found[0].count("\n"), text)
    for number, bare in enumerate(bare_text.split("\n"), start=1):
        if len(NESTING.findall(bare)) > MAX_OPERATORS:
            raise at_line(number, f"more than {MAX_OPERATORS} operators stand in it.")
        if DIGITS.search(bare):
            raise at_line(number, f"a number has more than {MAX_DIGITS} digits.")
        for letter in bare:
            depth += (letter in "([{") - (letter in ")]}")
            if depth > MAX_NESTING:
                raise at_line(number, f"more than {MAX_NESTING} brackets are open at once.")
