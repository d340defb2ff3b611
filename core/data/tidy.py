"""Tables set for the eye: aligned by spaces, or drawn with bars and rules. They become plain rows.

A line stays a line, so that lines can be counted in the file as it is.
"""

import re
from collections.abc import Callable

from .cells import is_number

WORD = re.compile(r'"(?:[^"]|"")*"(?=\s|$)|\S+')
RULE = re.compile(  # of a trimmed line; also what counts the rows below a table
    r"[|+]? ?:?[-=]{2,}[-=+|: \t]*|[\[(]\d+ rows?( x \d+ columns)?[\])]"
)
COMMENTS = "#%"
DOTS = {"...", "..", "…"}
EVEN = 0.9  # share of lines with equally many words, below which columns are cut at fixed places
MAX_LINES, MAX_WIDTH = 200, 2000  # that are compared
MIN_LINES = 4  # of fewer, spaces stand above each other by chance
TAB = "\t"
Rewrite = Callable[[str], str]


def rewriting(sample: str, delimiter: str) -> Rewrite | None:
    """What makes plain rows, with tabs between the cells, of a text; None if it has them already.

    Args:
        sample: The first lines.
        delimiter: Between the cells: a space stands for any number of spaces and tabs.
    """
    if delimiter == "|" and any(map(_is_drawn, split_lines(sample))):
        return lambda text: _rewritten(text, _without_bars)
    if delimiter != " ":
        return None
    if _is_in_parts(sample):
        return _with_parts_joined
    block = _longest_block(split_lines(sample))
    if broken := _broken_rows(block):
        return lambda text: _with_rows_joined(text, *broken)
    lines = block[len(block) // 3 :]  # without a title, and without the names
    counts = [len(WORD.findall(line)) for line in lines]
    even = max(map(counts.count, set(counts)), default=0)
    ragged = len(block) >= MIN_LINES and even < EVEN * len(lines)
    places = (_gaps(lines, 2) or _gaps(lines, 1)) if ragged else []
    if places:
        return lambda text: _rewritten(text, lambda line: _cut(line, places))
    return lambda text: _rewritten(text, _without_spaces)


def _broken_rows(block: list[str]) -> tuple[int, int] | None:
    """How many numbers the first and the second line of each row have; None where a row is one
    line."""
    counts = [len(line.split()) for line in block]
    first, second = [*counts, 0, 0][:2]
    half = len(counts) // 2  # the last line of a sample may be the first one of a row
    alternate = first != second and counts[: 2 * half] == [first, second] * half
    return (
        (first, second)
        if half >= MIN_LINES and alternate and all(map(_is_numeric, block))
        else None
    )


def _is_numeric(line: str) -> bool:
    return all(map(is_number, line.split()))


def _with_rows_joined(text: str, first: int, second: int) -> str:
    """Plain rows of a text that breaks each into two lines; the second line is left empty."""
    lines: list[str] = []
    above: list[str] = []
    for line in split_lines(text):
        words = line.split()
        if above and len(words) == second and _is_numeric(line):
            lines[-1:] = [TAB.join(above + words), ""]
            above = []
            continue
        above = words if len(words) == first and _is_numeric(line) else []
        lines.append(_without_spaces(line))
    return "\n".join(lines)


def _is_in_parts(sample: str) -> bool:
    """Whether a data frame was printed in parts: a backslash behind the names says so."""
    first = next((line for line in split_lines(sample) if line.strip()), "")
    return first.rstrip().endswith(" \\")


def _with_parts_joined(text: str) -> str:
    """Plain rows of a wide data frame that was printed in parts below each other.

    Each part begins with its names, and its rows with their labels.
    """
    lines = split_lines(text)
    parts: list[list[list[str]]] = [[]]
    for line in lines:
        words = WORD.findall(line.rstrip().removesuffix(" \\"))
        if not words:
            parts.append([])
        elif not DOTS.issuperset(words) and not RULE.fullmatch(line.strip()):
            parts[-1].append(words)
    alike = [part for part in parts if part and len(part) == len(parts[0])]
    rows = [
        TAB.join([*cells[0], *(word for words in cells[1:] for word in words[i > 0 :])])
        for i, cells in enumerate(zip(*alike, strict=True))
    ]
    return "\n".join([*rows, *[""] * (len(lines) - len(rows))])


def _longest_block(lines: list[str]) -> list[str]:
    """The most lines without a blank one between them; rules and comments are left out."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            blocks.append([])
        elif not RULE.fullmatch(line.strip()) and line.strip()[0] not in COMMENTS:
            blocks[-1].append(line)
    return max(blocks, key=len)


def split_lines(text: str) -> list[str]:
    """The lines of a text, which end with \\n, \\r or both, and with nothing else."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _rewritten(text: str, rewrite: Rewrite) -> str:
    return "\n".join(map(rewrite, split_lines(text)))


def _is_drawn(line: str) -> bool:
    text = line.strip()
    return bool(RULE.fullmatch(text)) or (text.startswith("|") and text.endswith("|"))


def _without_bars(line: str) -> str:
    if RULE.fullmatch(line.strip()):
        return ""
    text = line.strip()
    return TAB.join(cell.strip() for cell in text.removeprefix("|").removesuffix("|").split("|"))


def _without_spaces(line: str) -> str:
    words = WORD.findall(line) if '"' in line else line.split()
    return "" if RULE.fullmatch(line.strip()) or DOTS.issuperset(words) else TAB.join(words)


def _gaps(lines: list[str], width: int) -> list[int]:
    """Where in all of the lines a column ends and at least so many blanks follow."""
    lines = [line.expandtabs()[:MAX_WIDTH] for line in lines[:MAX_LINES]]
    length = max(map(len, lines), default=0)
    blank = "".join(
        " " if all(not line[i : i + 1].strip() for line in lines) else "x" for i in range(length)
    )
    return [found.start(1) for found in re.finditer(rf"(?<=x)( {{{width},}})(?=x)", blank)]


def _cut(line: str, places: list[int]) -> str:
    if RULE.fullmatch(line.strip()):
        return ""
    line = line.expandtabs()
    cells = [line[a:b].strip() for a, b in zip([0, *places], [*places, None], strict=True)]
    return "" if DOTS.issuperset(filter(None, cells)) else TAB.join(cells)
