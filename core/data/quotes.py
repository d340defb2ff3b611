"""Makes quotation marks and delimiters usual ones: marks around lines, single and escaped ones."""

import re

from .tidy import Rewrite, split_lines

MOST_LINES = 200  # that are looked at
CUT = r"(?=[,;\t|\r\n]|\Z)"  # behind a cell
FORMULA = re.compile(  # ="5" and "=""5""", with which a spreadsheet is told that it is text
    rf"(^|[,;\t|])(?:\"=\"\"([^\"\r\n]*)\"\"\"|=\"([^\"\r\n]*)\"){CUT}", re.MULTILINE
)
ESCAPED = re.compile(r"[\s(,;]\\\"\w|\"\\\"\w")  # an opening quotation mark within a cell
DOUBLED = "::", "||"
SINGLE = re.compile(rf"(^|[,;\t|])[ ]*'([^'\r\n]*)'[ ]*{CUT}", re.MULTILINE)


def unquoting(sample: str) -> Rewrite | None:
    """What makes a text one that is delimited and quoted as usual; None if it is already.

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
    if ESCAPED.search(head):
        return lambda text: text.replace('\\"', '""')
    for mark in DOUBLED:
        counts = {
            line.count(mark) if 2 * line.count(mark) == line.count(mark[0]) else 0 for line in lines
        }
        if len(lines) > 1 and len(counts) == 1 and 0 not in counts:
            return lambda text, mark=mark: text.replace(mark, mark[0])
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
