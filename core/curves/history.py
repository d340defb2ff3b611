"""Losses from a Keras `History`: as JSON, as a printed dict, or as CSV."""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from .curve import Curve, known_columns
from .names import LOSS, VAL_LOSS, choose_names, plain_name

LISTED = re.compile(r"[\"'](\w{1,60})[\"']\s{0,9}:\s{0,9}\[([^\[\]]*)\]")
SENTENCE = re.compile(r"[:=]|(?<![\w-])\d")  # of a log, in which no header would be
DELIMITERS = ",;\t"


def read_json(text: str, column: str | None = None) -> Curve | None:
    """The curve in JSON: `history.history`, a table as pandas writes it, or a list of losses.

    NaN and Infinity may stand as Python writes them, or as text. None if this is no JSON.

    Raises:
        InputError: If it holds no losses.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return (
        Curve.of(known_columns(_columns(value), column)) if isinstance(value, dict | list) else None
    )


def read_dict(text: str, column: str | None = None) -> Curve | None:
    """The curve in a printed `history.history`; None if this is none.

    Raises:
        InputError: If it holds something else than numbers.
    """
    columns = {name: values.split(",") for name, values in LISTED.findall(text)}
    if not _tells(columns):
        return None
    return Curve.of(known_columns(columns, column))


def read_csv(text: str, column: str | None = None) -> Curve | None:
    """The curve in a CSV, as `CSVLogger` or pandas write it; None if no header names a loss.

    Raises:
        InputError: If it holds something else than numbers.
    """
    header, _, _ = text.lstrip().partition("\n")
    delimiter = max(DELIMITERS, key=header.count)
    names = [plain_name(name) for name in header.split(delimiter)]
    exact = not {*LOSS, *VAL_LOSS}.isdisjoint(names)
    if not exact and (SENTENCE.search(header) or delimiter not in header):
        return None
    if "loss" not in choose_names(names) and (column is None or plain_name(column) not in names):
        return None
    rows = list(csv.reader(io.StringIO(text.strip()), delimiter=delimiter))[1:]
    if delimiter == ";":
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    return Curve.of(known_columns({name: _cells(rows, i) for i, name in enumerate(names)}, column))


def _cells(rows: list[list[str]], column: int) -> list[str]:
    return [row[column] if column < len(row) else "" for row in rows if row]


def _columns(value: dict | list) -> Mapping[str, Any]:
    """The columns in a JSON value, whichever way it is laid out."""
    if isinstance(value, dict):
        inner = [part for part in value.values() if isinstance(part, dict)]
        return next(
            (part for part in map(_listed, (value, *inner)) if _tells(part)), _listed(value)
        )
    rows = [item for item in value if isinstance(item, dict)]
    if not rows:
        return {"loss": value}
    names = {name: None for row in rows for name in row}
    return {name: [row.get(name) for row in rows] for name in names}


def _listed(value: dict) -> dict[str, list]:
    """What stands in lists, or in objects by row as pandas writes them."""
    return {
        name: list(part.values()) if isinstance(part, dict) else part
        for name, part in value.items()
        if isinstance(part, dict | list)
    }


def _tells(columns: Mapping[str, Any]) -> bool:
    return "loss" in choose_names([plain_name(name) for name in columns])
