"""Tables set for the eye: aligned by spaces, or drawn with bars and rules. They become plain rows.

A line stays a line, so that lines can be counted in the file as it is.
"""

import re
from collections.abc import Callable

WORD = re.compile(r'"(?:[^"]|"")*"(?=\s|$)|\S+')
RULE = re.compile(  # of a trimmed line; also what counts the rows below a table
    r"[|+]? ?:?[-=]{2,}[-=+|: \t]*|[\[(]\d+ rows?( x \d+ columns)?[\])]"
)
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
    block = _longest_block(split_lines(sample))
    lines = block[len(block) // 3 :]  # without a title, and without the names
    counts = [len(WORD.findall(line)) for line in lines]
    even = max(map(counts.count, set(counts)), default=0)
    ragged = len(block) >= MIN_LINES and even < EVEN * len(lines)
    places = (_gaps(lines, 2) or _gaps(lines, 1)) if ragged else []
    if places:
        return lambda text: _rewritten(text, lambda line: _cut(line, places))
    return lambda text: _rewritten(text, _without_spaces)


def _longest_block(lines: list[str]) -> list[str]:
    """The most lines without a blank one between them; rules are left out."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            blocks.append([])
        elif not RULE.fullmatch(line.strip()):
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
