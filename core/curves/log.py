"""Losses from a log: Keras' own progress output, a loop's prints, or bare numbers."""

import re
from collections import Counter
from collections.abc import Iterator

from .bare import read_bare
from .curve import MAX_CHOICES, AmbiguousLossError, Curve, known_columns
from .names import PATTERN, STEP, choose_names, plain_name
from .numerals import NUMERAL, numeral

TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours and cursor moves
ANEW = re.compile(r"[\r\x08]+")  # a progress bar that is written over
MAX_LINE = 100_000  # characters; in a longer line no names are looked for: it holds up everybody
COUNT = r"(?:epoch|iteration|iter|step)"
TOKEN = re.compile(
    rf"(?<![\w])(?P<late_name>{PATTERN})[ \t]+(?:after|at|for|in|on)[ \t]+"
    rf"(?P<late_word>{COUNT})\b\W{{0,8}}(?P<late_count>\d{{1,9}})[ \t]*(?:[:=]|is)?[ \t]*"
    rf"(?P<late_value>{NUMERAL})(?![\w])"
    rf"|(?<![/\w])(?P<word>{COUNT})\b\W{{0,8}}(?P<count>\d{{1,9}})\b(?!\.\d)"
    r"|(?m:^)[ \t]{0,20}(?P<done>\d{1,9})/(?P<steps>\d{1,9})\b"
    rf"|(?<![\w])(?P<name>{PATTERN})\b[\"']?(?:\([^()\n]{{0,30}}\))?[ \t]{{0,8}}(?:[:=]|is\b|->)?"
    rf"[ \t]{{0,8}}(?:[\w.]{{1,30}}\()?\[{{0,2}}[ \t]?(?P<value>{NUMERAL})(?![\w])",
    re.IGNORECASE,
)
NAMED = re.compile(
    rf"(?<![\w.])(?P<name>[A-Za-z]\w{{0,30}})[ \t]{{0,5}}[:= \t][ \t]{{0,5}}"
    rf"(?P<value>{NUMERAL})(?![\w.])",
    re.IGNORECASE,
)
Row = dict[str, float]


def read_log(text: str, column: str | None = None) -> Curve:
    """The curve that a log tells.

    Where the log names its epochs, each has the last losses told in it; else each line with a loss
    is an epoch, or the step that it names, but for the lines of a progress bar that is not full.
    Bare numbers are losses, one an epoch.

    Args:
        text: The log.
        column: The name under which the losses are told, if it was asked for.

    Raises:
        AmbiguousLossError: If it tells several numbers, none of them under the name of a loss.
        InputError: If no losses are found in it.
    """
    text = ANEW.sub("\n", TERMINAL.sub("", text))
    lines = [line for line in text.split("\n") if len(line) <= MAX_LINE]
    rows = [] if column else _rows(lines)
    return _curve(rows) or _named(lines, column) or read_bare(text, column)


def _curve(rows: list[Row], column: str | None = None) -> Curve | None:
    """The curve in rows that tell a loss; None where none does."""
    names = {name: None for row in rows for name in row}
    loss = column or choose_names(names).get("loss")
    rows = [row for row in rows if loss in row]
    if not rows:
        return None
    columns = {name: [row.get(name) for row in rows] for name in names}
    return Curve.of(known_columns(columns, column))


def _rows(lines: list[str]) -> list[Row]:
    """What is told of each epoch, or of each step, or in each line."""
    told = [list(_told(line)) for line in lines]
    for counted in ("epoch", "step"):
        if len({value for line in told for name, value in line if name == counted}) > 1:
            return _rows_by(counted, told)
    rows = []
    for line in told:
        if not any(name == "unfinished" for name, _ in line):
            rows.append({name: value for name, value in line if name != "epoch"})
    return rows


def _rows_by(counted: str, told: list[list[tuple[str, float]]]) -> list[Row]:
    """The last values told in each epoch, or at each step; its number may stand behind them."""
    rows: list[Row] = [{}]
    for line in told:
        numbers = [item for item in line if item[0] == counted]
        if len(numbers) == 1:
            line = [numbers[0], *(item for item in line if item[0] != counted)]  # noqa: PLW2901
        for name, value in line:
            if name == counted and rows[-1].get(counted) != value:
                rows.append({})
            rows[-1][name] = value
    return rows


def _told(line: str) -> Iterator[tuple[str, float]]:
    """Names and numbers in a line, in their order."""
    for token in TOKEN.finditer(line):
        name = token["name"] or token["late_name"]
        if word := token["word"] or token["late_word"]:
            count = float(token["count"] or token["late_count"])
            yield "epoch" if word.lower() == "epoch" else "step", count
        if name:
            yield plain_name(name), numeral(token["value"] or token["late_value"], name)
        elif token["done"] and int(token["done"]) < int(token["steps"]):
            yield "unfinished", 1.0


def _named(lines: list[str], column: str | None) -> Curve | None:
    """The curve in numbers that stand behind names; None where no name comes back.

    Raises:
        AmbiguousLossError: If none of them is known as the name of a loss.
    """
    rows = [
        {pair["name"]: numeral(pair["value"], pair["name"]) for pair in NAMED.finditer(line)}
        for line in lines
    ]
    rows = [row for row in rows if row]
    counts = Counter(name for row in rows for name in row)
    names = [name for name, count in counts.items() if count > 1 and 2 * count >= len(rows)]
    if not names:
        return None
    kept = [{plain_name(name): row[name] for name in names if name in row} for row in rows]
    curve = _curve(kept, plain_name(column) if column else None)
    if curve is None:
        choices = tuple(n for n in names if plain_name(n) not in (*STEP, "epoch", "epochs"))
        shown = ", ".join(repr(name[:40]) for name in choices[:5]) or "none"
        raise AmbiguousLossError(
            f"The log must tell its losses under the name `loss`. Received: {shown}.",
            choices[:MAX_CHOICES],
        )
    return curve
