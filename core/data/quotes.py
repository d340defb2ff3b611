"""Takes off quotation marks that are no part of a table: around lines, and around cells."""

import re

from .tidy import Rewrite, split_lines

MOST_LINES = 200  # that are looked at
CUT = r"(?=[,;\t|\r\n]|\Z)"  # behind a cell
FORMULA = re.compile(  # ="5" and "=""5""", with which a spreadsheet is told that it is text
    rf"(^|[,;\t|])(?:\"=\"\"([^\"\r\n]*)\"\"\"|=\"([^\"\r\n]*)\"){CUT}", re.MULTILINE
)
SINGLE = re.compile(rf"(^|[,;\t|])[ ]*'([^'\r\n]*)'[ ]*{CUT}", re.MULTILINE)


def unquoting(sample: str) -> Rewrite | None:
    """What makes a text one that quotes as usual; None if it does already.

    Args:
        sample: The first lines.
    """
    lines = [line for line in split_lines(sample)[:MOST_LINES] if line.strip()]
    if len(lines) > 1 and all(map(_is_wrapped, lines)):
        return lambda text: "\n".join(map(_unwrapped, split_lines(text)))
    head = "\n".join(lines)
    for pattern in (FORMULA, SINGLE):
        if len(pattern.findall(head)) >= len(lines):
            return lambda text, pattern=pattern: pattern.sub(_quoted, text)
    return None


def _is_wrapped(line: str) -> bool:
    """Whether a whole line stands in quotation marks, and would have several cells without."""
    text = line.strip()
    inner = text[1:-1].replace('""', "")
    around = len(text) > 2 and text[0] == text[-1] == '"'
    return around and '"' not in inner and any(mark in inner for mark in ",;\t|")


def _unwrapped(line: str) -> str:
    text = line.strip()
    return text[1:-1].replace('""', '"') if _is_wrapped(line) else text


def _quoted(cell: re.Match[str]) -> str:
    before, *texts = cell.groups(default="")
    text = "".join(texts)
    return f'{before}"' + text.replace('"', '""') + '"'
