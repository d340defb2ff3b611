"""Losses from a log: Keras' own progress output, a loop's prints, or bare numbers."""

import re

from ..errors import InputError
from .curve import Curve, plain_name
from .numerals import NUMERAL, numeral

TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours and cursor moves
ANEW = re.compile(r"[\r\x08]+")  # a progress bar that is written over
TOKEN = re.compile(
    r"\bepoch\b\W{0,3}(?P<epoch>\d{1,9})\b"
    r"|(?m:^)[ \t]{0,20}(?P<done>\d{1,9})/(?P<steps>\d{1,9})\b"
    r"|(?<![\w])(?P<name>(?:(?:train|training|val|valid|validation|test)[ _])?loss"
    r"|learning[ _]rate|lr)\b[\"']?[ \t]{0,5}[:=]?[ \t]{0,5}(?:[\w.]{1,30}\()?"
    rf"(?P<value>{NUMERAL})(?![\w])"
    r"|(?P<line>\n)",
    re.IGNORECASE,
)
OWN_NAMES = {
    "train_loss": "loss",
    "training_loss": "loss",
    "valid_loss": "val_loss",
    "validation_loss": "val_loss",
    "test_loss": "val_loss",
    "lr": "learning_rate",
}
BETWEEN = re.compile(r"[\s,;\[\](){}|]+")
PAIR = re.compile(r"\s*(\d+)\s*[,;\s]\s*(\S+)\s*")
DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*")
Row = dict[str, float]


def read_log(text: str) -> Curve:
    """The curve that a log tells.

    Where the log names its epochs, each has the last losses told in it; else each line with a loss
    is an epoch, but for the lines of a progress bar that is not full. Bare numbers are losses, one
    an epoch.

    Raises:
        InputError: If no losses are found in it.
    """
    text = ANEW.sub("\n", TERMINAL.sub("", text))
    rows = _rows(text)
    if not rows:
        return _bare(text)
    told = {name for row in rows for name in row}
    absent = float("nan")
    return Curve.of({name: [row.get(name, absent) for row in rows] for name in told})


def _rows(text: str) -> list[Row]:
    """What is told of each epoch."""
    tokens = list(TOKEN.finditer(text))
    by_epoch = sum(token["epoch"] is not None for token in tokens) > 1
    rows: list[Row] = []
    row: Row = {}
    bar_full = True
    for token in tokens:
        if token["epoch"] and by_epoch:
            rows.append(row)
            row = {"epoch": float(token["epoch"])}
        elif token["line"] and not by_epoch:
            rows += [row] if bar_full else []
            row, bar_full = {}, True
        elif token["done"]:
            bar_full = int(token["done"]) >= int(token["steps"])
        elif token["name"]:
            name = plain_name(token["name"])
            row[OWN_NAMES.get(name, name)] = numeral(token["value"], name)
    rows += [row] if by_epoch or bar_full else []
    return [row for row in rows if "loss" in row]


def _bare(text: str) -> Curve:
    lines = [line for line in text.splitlines() if line.strip()]
    pairs = [PAIR.fullmatch(line) for line in lines]
    firsts = [int(pair[1]) if len(pair[1]) < 10 else -1 for pair in pairs if pair]
    if len(firsts) == len(lines) > 1 and firsts == list(range(firsts[0], firsts[0] + len(lines))):
        losses = [numeral(pair[2].replace(",", "."), "loss") for pair in pairs if pair]
        return Curve.of({"epoch": firsts, "loss": losses})
    if lines and all(map(DECIMAL_COMMA.fullmatch, lines)):
        text = text.replace(",", ".")
    words = [word for word in BETWEEN.split(text) if word]
    try:
        losses = [numeral(word, "loss") for word in words]
    except InputError:
        losses = []
    if len(losses) < 2:
        raise InputError(
            "The log must tell losses, as `loss: 0.52` or as bare numbers, two at least. "
            f"Received: {_shown(text)}."
        )
    return Curve.of({"loss": losses})


def _shown(text: str) -> str:
    words = " ".join(text.split())
    return repr(words[:60] + ("…" if len(words) > 60 else "")) if words else "nothing"
