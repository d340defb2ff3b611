"""Reads lists, tuples, dicts and arrays as Python and NumPy write them. Nothing is executed."""

import ast
import re
from typing import Any

from ..errors import InputError

START = re.compile(  # a list of rows or the like, or what has a name
    rb"(?:\s|(?:#|import|from)[^\n]*\n)*"
    rb"(?:[A-Za-z_]\w*\s*=\s*(?:[A-Za-z_][\w.]*\(\s*)?[\[{]|(?:[A-Za-z_][\w.]*\(\s*)?\[\s*[\[({])"
)
NAME = re.compile(r"^[ \t]*([A-Za-z_]\w*)[ \t]*=(?!=)", re.MULTILINE)
BEGIN = re.compile(r"[\[{]")
BEHIND = re.compile(r",\s*(?:dtype|shape|device|requires_grad|grad_fn|numpy)\s*=.*\Z", re.DOTALL)
STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
CALL = re.compile(  # np.float64(1.5), array([1, 2], dtype=int32)
    r"\b(?:(?:np|numpy|torch|tf)\.\w+|array|tensor|Timestamp|Decimal)"
    r"\(([^()]*?)(?:,\s*\w+\s*=[^()]*)?\)"
)
WORD = re.compile(rf"{STRING}|\b(?:nan|NaN|NaT|NA|null|inf|Infinity|true|false)\b")
WORDS = {"inf": "1e999", "Infinity": "1e999", "true": "True", "false": "False"}  # others: None
BRACES, BRACKETS = re.compile(r"\{\s*\{"), str.maketrans("{}", "[]")  # of Mathematica, and of C
GAP = re.compile(r"(?<=[\w.\]])\s+(?=[-+\w.\[])")  # between numbers, as NumPy prints them
CUT = re.compile(r"(?<![\w.])\.\.\.")
PRINTED = (
    "An array must be printed whole. Received: one with … in place of values. "
    "Save it with np.savetxt(file, array), or print array.tolist()."
)


def parse_literal(text: str) -> Any:
    """The value of a text: lists in place of tuples and arrays.

    Returns:
        The value; of two names or more an object of one list for each column; None for what is no
        such text.

    Raises:
        InputError: For an array that was printed in part.
    """
    _, *parts = NAME.split(text)
    if len(parts) > 2:
        return _columns(dict(zip(parts[::2], map(_value, parts[1::2]), strict=True)))
    return _value(text)


def _columns(named: dict[str, Any]) -> dict[str, list[Any]] | None:
    """A list for each column of lists and of rows: `X` and `y`, or `X 1`, `X 2` and `y`."""
    columns: dict[str, list[Any]] = {}
    for name, value in named.items():
        if not isinstance(value, list) or not value:
            return None
        if not any(isinstance(row, list) for row in value):
            columns[name] = value
            continue
        widths = {len(row) if isinstance(row, list) else 0 for row in value}
        if len(widths) > 1:
            return None
        for j, column in enumerate(zip(*value, strict=True)):
            columns[f"{name} {j + 1}" if widths != {1} else name] = [*column]
    return columns


def _value(text: str) -> Any:
    text = CALL.sub(r"\1", text)
    begin = BEGIN.search(text)
    text = BEHIND.sub("", text[begin.start() if begin else 0 :])
    text = text[: max(text.rfind("]"), text.rfind("}")) + 1]
    if CUT.search(re.sub(STRING, "", text)):
        raise InputError(PRINTED)
    if BRACES.match(text):
        text = text.translate(BRACKETS)
    if text.count("[") == 1 and (";" in text or "\n" in text) and (rows := _rows(text[1:-1])):
        return rows
    if "," not in text:
        text = GAP.sub(", ", text)
    text = WORD.sub(lambda word: word[0] if word[0][0] in "'\"" else _word(word[0]), text)
    try:
        return _plain(ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):  # of the parser
        return None


def _rows(text: str) -> list[list[Any]]:
    """The rows of a matrix as MATLAB writes it, of numbers alone; none of another text."""
    lines = [line.replace(",", " ").split() for line in re.split(r"[;\n]", text) if line.strip()]
    if len(lines) < 2 or len({*map(len, lines)}) > 1:
        return []
    try:
        return [[*map(float, line)] for line in lines]
    except ValueError:
        return []


def _word(word: str) -> str:
    return WORDS.get(word, "None")


def _plain(value: Any) -> Any:
    """Lists for tuples, and texts for the keys of a dict, as JSON has them."""
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return value
