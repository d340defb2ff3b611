"""LaTeX: a `tabular` and its like."""

import re
from collections.abc import Iterator

from .tables import WrittenTable

TITLE = "LaTeX"
ENVIRONMENT = r"(?:tabular[*xy]?|longtable|array|tabulary|tblr|[bpvBV]?matrix)"
ARGUMENT = r"(?:\[[^]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})"
BEGIN = re.compile(rf"(?:^|[{{}}])[ \t]*\\begin\{{{ENVIRONMENT}\}}(?:\s*{ARGUMENT})*", re.MULTILINE)
END = re.compile(rf"\\end\{{{ENVIRONMENT}\}}")
ROW = re.compile(r"^[^\n&]*(?<!\\)&[^\n]*\\\\[ \t]*(?:\\\w+[^\n]*)?$", re.MULTILINE)
RULES = re.compile(
    r"\\(?:hline|(?:top|mid|bottom)rule|end(?:first)?head|end(?:last)?foot|centering)\b"
    rf"|\\(?:cline|cmidrule|addlinespace|specialrule|caption|label)(?:\([^)]*\)|{ARGUMENT})*"
)
COMMENT = re.compile(r"(?<!\\)%[^\n]*")
BREAK = re.compile(r"\\\\(?:\*|\[[^]]*\])*|\\tabularnewline\b")
INNER = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
ACROSS = re.compile(rf"\\multicolumn\{{(\d{{1,2}})\}}\{{[^}}]*\}}{INNER}")
DOWN = re.compile(rf"\\multirow\{{[^}}]*\}}\{{[^}}]*\}}{INNER}")
POWER = re.compile(r"\s*\\(?:times|cdot)\s*10\^\{?\s*([-+−]?\d+)\s*\}?")
COMMAND = re.compile(r"\\[a-zA-Z]+\*?(?:\[[^]]*\])?\{([^{}]*)\}")
WORD = re.compile(r"\\[a-zA-Z]+\s*")
SPACE = re.compile(r"\\[,;:! ]|~")
MARK = re.compile(r"\\([%&_#$])")
DEPTH = 4  # of commands within each other that are opened


def matches(sample: str) -> bool:
    """Whether there is a table, or at least two lines that are rows of one."""
    return bool(BEGIN.search(sample)) or len(ROW.findall(sample)) > 1


def tables(text: str) -> list[WrittenTable]:
    """The tables in the order of the text; rows that stand in none are one."""
    starts = [begin.end() for begin in BEGIN.finditer(text)]
    bodies = [_body(text, start) for start in starts or [0]]
    return [WrittenTable(_rows(body, bool(starts)), len(body)) for body in bodies]


def _body(text: str, start: int) -> str:
    """What stands in a table, without comments."""
    end = END.search(text, start)
    return COMMENT.sub("", text[start : end.start() if end else len(text)])


def _rows(body: str, begun: bool) -> Iterator[list[str]]:
    for row in BREAK.split(RULES.sub("", body)):
        if row.strip() and (begun or "&" in row):
            yield [_plain(cell) for cell in re.split(r"(?<!\\)&", ACROSS.sub(_spread, row))]


def _spread(span: re.Match[str]) -> str:
    """A cell that spans several columns, and the empty ones beside it."""
    return span[2] + "&" * (int(span[1]) - 1)


def _plain(cell: str) -> str:
    r"""A cell's text without what sets it: 1{,}250, $-3.5$, \textbf{best}."""
    cell = re.sub(r"(?<!\\)\$", "", DOWN.sub(r"\1", cell.replace("{,}", ",")))
    cell = SPACE.sub(" ", POWER.sub(r"e\1", cell))
    for _ in range(DEPTH):
        cell = COMMAND.sub(r"\1", cell)
    return MARK.sub(r"\1", WORD.sub("", re.sub(r"(?<!\\)[{}]", "", cell))).strip()
