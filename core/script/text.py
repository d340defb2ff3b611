"""The text of a learner's program, bounded before it is parsed."""

import ast
import re
import warnings
from dataclasses import dataclass
from itertools import accumulate

import orjson

from ..errors import InputError

MAX_BYTES = 200_000
MAX_NOTEBOOK_BYTES = 10_000_000  # most of which are its pictures
MAX_LINES = 5_000
MAX_LINE = 20_000  # characters
MAX_DEPTH = 60  # of brackets
MAX_INDENT = 30  # blocks in blocks
MAX_CHAIN = 300  # operators in one line: each is a level of the tree
MAX_NODES = 100_000  # of the tree
QUOTES = str.maketrans("‘’“”′", "''\"\"'")
OPERATORS = re.compile(r"[-+*/%~@&|^<>=.]|\b(?:not|and|or|in|is|if|else|lambda|await)\b")
STATEMENT_PRINT = re.compile(r"^(\s*)print +([^(=\s].*|\(.*\) *%.*)$")
MAGIC = re.compile(r"^\s*[%!?]|^\s*\w+ *= *[!%]|^[\w.]+\?{1,2}\s*$")
PYTHON_CELL = re.compile(r"%%(?:time|timeit|capture|prun)\b")
PROMPT = re.compile(r"^\s*(?:>>>|In ?\[\d*\]:) ?")
CONTINUED = re.compile(r"^\s*\.\.\.(?: |$)")


@dataclass(frozen=True)
class Program:
    """A program that can be read.

    Attributes:
        tree: Its syntax tree, with the line numbers of `lines`.
        lines: Its text by line, as the learner has it; a notebook's code cells one after another.
        cells: Of a notebook, the line where each code cell begins; of a script none.
    """

    tree: ast.Module
    lines: tuple[str, ...]
    cells: tuple[int, ...] = ()


def parse(text: str) -> Program:
    """Parses a script, or a notebook's code cells.

    Raises:
        InputError: For a text that is too long, too deep, or not Python; with the line.
    """
    text = text.removeprefix("\ufeff")
    check_size(text)
    if "\0" in text:
        raise InputError("A script must be text. Received: a file with null bytes.")
    kind = "notebook" if is_notebook(text) else "script"
    cells: list[int] = []
    if kind == "notebook":
        texts = [_plain_lines(cell) for cell in _code_of(text)]
        lengths = [cell.count("\n") + 1 for cell in texts]
        cells = list(accumulate([1, *lengths]))[:-1]
        text = "\n".join(texts)
        check_size(text)
    text = _plain_lines(text)
    lines = tuple(text.split("\n"))
    _check(lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a learner's `is 0`, or "\d"
            tree = ast.parse("\n".join(_mended(lines)))
    except SyntaxError as error:
        line = error.lineno or 1
        shown = lines[min(line, len(lines)) - 1].strip()[:60]
        raise InputError(
            f"Line {line} is not Python: {error.msg or 'it cannot be parsed'}. Received: {shown!r}."
        ) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise InputError("The script must be Python that can be parsed. Received: none.") from error
    if not tree.body:
        raise InputError(f"A {kind} must have a line of code. Received: one without any.")
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise InputError(f"A script must have at most {MAX_NODES:,} names, numbers and signs.")
    return Program(tree, lines, tuple(cells))


def _plain_lines(text: str) -> str:
    """A text whose lines end as Python's do."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\f", " ").replace("\v", " ")


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or what Windows wrote before both."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def is_notebook(text: str) -> bool:
    """Whether a text is meant as a notebook's JSON."""
    named = '"cells"' in text or '"nbformat"' in text
    return text.lstrip("\ufeff \t\r\n").startswith("{") and named


def check_size(text: str) -> None:
    """Refuses a text that is too large, before anything of it is looked at.

    Raises:
        InputError: A notebook may be larger, for its pictures count.
    """
    most = MAX_NOTEBOOK_BYTES if is_notebook(text) else MAX_BYTES
    if len(text) > most or len(text.encode("utf-8", "replace")) > most:
        kind = "notebook" if is_notebook(text) else "script"
        raise InputError(
            f"A {kind} must have at most {most // 1000:,} kB. Received: {len(text):,} characters."
        )


def _code_of(text: str) -> list[str]:
    """The code cells of a notebook; a cell that is another language's is left empty."""
    try:
        notebook = orjson.loads(text)  # which refuses JSON that is nested too deeply
        first = notebook["worksheets"][0] if "worksheets" in notebook else notebook
        cells = [cell for cell in first["cells"] if cell.get("cell_type") == "code"]
        sources = [cell["source"] if "source" in cell else cell["input"] for cell in cells]
        texts = [source if isinstance(source, str) else "".join(source) for source in sources]
    except (orjson.JSONDecodeError, TypeError, LookupError, AttributeError) as error:
        raise InputError("A notebook must be JSON with `cells`. Received: something else.") from (
            error
        )
    return [text if PYTHON_CELL.match(text) or not text.startswith("%%") else "" for text in texts]


def _check(lines: tuple[str, ...]) -> None:
    """Bounds what the parser would recurse over; strings and comments count as code here."""
    if len(lines) > MAX_LINES:
        raise InputError(
            f"A script must have at most {MAX_LINES:,} lines. Received: {len(lines):,}."
        )
    depth = chain = 0
    indents = [0]
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise InputError(
                f"A line must have at most {MAX_LINE:,} characters. Received: line {number} "
                f"with {len(line):,}."
            )
        if not depth and not lines[max(number - 2, 0)].endswith("\\"):
            chain = 0
        if line.strip():
            indent = len(line) - len(line.lstrip())
            while indents and indents[-1] >= indent:
                indents.pop()
            indents.append(indent)
        numbers_only = re.sub(r"[-+]?[\d.]+(?:e[-+]?\d+)?\s*,?", "", line)
        chain += len(OPERATORS.findall(numbers_only))
        depth = max(depth, 0)
        for sign in line:
            depth += (sign in "([{") - (sign in ")]}")
            if depth > MAX_DEPTH:
                raise InputError(
                    f"Line {number} must be nested less deeply. Received: brackets in brackets."
                )
        if len(indents) > MAX_INDENT:
            raise InputError(
                f"Line {number} must be nested less deeply. Received: blocks in blocks."
            )
        if chain > MAX_CHAIN:
            raise InputError(
                f"Line {number} must be shorter. Received: one expression of {chain} signs."
            )


def _mended(lines: tuple[str, ...]) -> list[str]:
    """What people paste: prompts, typographic quotes, shell commands, Python 2's `print`."""
    prompts = any(PROMPT.match(line) for line in lines)
    mended = []
    for line in lines:
        text = PROMPT.sub("", line)
        if prompts:
            text = CONTINUED.sub("", text)
        text = text.translate(QUOTES).replace("\t", "    ").replace("\u00a0", " ")
        if MAGIC.match(text):
            text = text[: len(text) - len(text.lstrip())] + "pass"
        found = STATEMENT_PRINT.match(text)
        mended.append(f"{found[1]}pass" if found else text)
    return mended
