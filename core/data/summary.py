"""One plain sentence that says how a file was read."""

from collections import Counter
from collections.abc import Mapping

from .decisions import Decisions, LeftOut
from .dialect import Dialect

TITLES = {
    "text": "text",
    "workbook": "workbook",
    "parquet": "Parquet",
    "json": "JSON",
    "table": "table",
}
DELIMITER_NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    ":": "colon",
}
MARK_NAMES = {".": "point", ",": "comma", " ": "space", "'": "apostrophe", "": "none"}
HEADERS = {
    "numbers": "numbers as names in {where}",
    "comment": "names in the comment above",
    "attributes": "names of its attributes",
    "": "names in {where}",
}
REASONS = {
    "separator": ("the line", "{} lines"),
    "title": ("the line above the table", "{} lines above the table"),
    "units": ("the line below the names", "{} lines below the names"),
    "names": ("the names once more", "the names {} times more"),
    "note": ("the note below the table", "{} notes below the table"),
    "table": ("another table below it, which begins with", "{} tables below it"),
    "total": ("the row of totals", "{} rows of totals"),
}


def summarize(
    kind: str,
    dialect: Dialect,
    decisions: Decisions,
    units: Mapping[str, str] | None = None,
    index: tuple[str, ...] = (),
    target: str = "",
) -> str:
    """What was decided about a file.

    Args:
        kind: A key of `TITLES`.
        dialect: With which it was read.
        decisions: The others.
        units: What stood beside the numbers of columns, by name.
        index: Columns that are no features, because they only number the rows.
        target: The column to predict.

    Example:
        >>> summarize("text", Dialect(delimiter=";", header=True, decimal=","), Decisions())
        'Read as text: semicolon between cells, names in the first row, decimal comma.'
    """
    title = decisions.form or TITLES[kind]
    parts = []
    if kind == "text" and not decisions.form:
        parts = [
            dialect.encoding or "",
            f"{DELIMITER_NAMES[dialect.delimiter or ',']} between cells",
        ]
    if kind == "workbook":
        title = f"workbook, sheet “{dialect.sheet}”"
    if kind in ("text", "workbook"):
        parts += [_header(dialect, decisions)]
    if kind == "text" and dialect.sheet:
        title += f", table “{dialect.sheet}”"
    if kind == "text":
        parts += [f"decimal {MARK_NAMES[dialect.decimal or '.']}"]
        if dialect.thousands:
            parts += [f"thousands {MARK_NAMES[dialect.thousands]}"]
    sentence = f"Read as {title}"
    if known := list(filter(None, parts)):
        sentence += f": {', '.join(known)}"
    clauses = [sentence]
    if decisions.left_out:
        clauses.append(f"left out: {_join([*_left_out(decisions.left_out)])}")
    by_code: dict[str, list[str]] = {}
    for name, code in decisions.codes:
        by_code.setdefault(f"{code:.10g}", []).append(name)
    how = "is read as missing" if dialect.codes else "looks like a code for a missing value"
    clauses += [f"{code} in {_join(names)} {how}" for code, names in by_code.items()]
    if units:
        clauses.append(_join([f"{name} in {unit}" for name, unit in units.items()]))
    if index:
        verb = "only number" if len(index) > 1 else "only numbers"
        none = "no features" if len(index) > 1 else "no feature"
        clauses.append(f"{_join(list(index))} {verb} the rows: {none}")
    if target:
        clauses.append(f"to predict: {target}")
    return "; ".join(clauses) + "."


def _header(dialect: Dialect, decisions: Decisions) -> str:
    if not dialect.header:
        return "no names in the first row"
    where = f"row {dialect.skip + 1}" if dialect.skip else "the first row"
    words = HEADERS[decisions.header].format(where=where)
    return f"{words}, none over the row names" if decisions.row_names else words


def _left_out(lines: tuple[LeftOut, ...]) -> list[str]:
    """Each kind of line that was left out, with the text of the first of it."""
    counts = Counter(line.reason for line in lines)
    first = {line.reason: line.text for line in reversed(lines)}
    return [
        f"{REASONS[reason][count > 1].format(count)} “{first[reason]}”"
        + (" …" if count > 1 else "")
        for reason, count in counts.items()
    ]


def _join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
