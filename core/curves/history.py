"""Losses from a Keras `History`: as JSON, as a printed dict, or as CSV."""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from core.curves.curve import NAMES, Curve, known_columns, plain_name

LISTED = re.compile(r"[\"'](\w{1,60})[\"']\s{0,9}:\s{0,9}\[([^\[\]]*)\]")
DELIMITERS = ",;\t"
KNOWN = {name for names in NAMES.values() for name in names}


def read_json(text: str) -> Curve | None:
    """The curve in JSON: `history.history`, a table as pandas writes it, or a list of losses.

    NaN and Infinity may stand as Python writes them, or as text. None if this is no JSON.

    Raises:
        InputError: If it holds no losses.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return Curve.of(known_columns(_columns(value))) if isinstance(value, dict | list) else None


def read_dict(text: str) -> Curve | None:
    """The curve in a printed `history.history`; None if this is none.

    Raises:
        InputError: If it holds something else than numbers.
    """
    columns = {name: values.split(",") for name, values in LISTED.findall(text)}
    if not {plain_name(name) for name in columns}.intersection(NAMES["loss"]):
        return None
    return Curve.of(known_columns(columns))


def read_csv(text: str) -> Curve | None:
    """The curve in a CSV, as `CSVLogger` or pandas write it; None if no header names a loss.

    Raises:
        InputError: If it holds something else than numbers.
    """
    header, _, _ = text.lstrip().partition("\n")
    delimiter = max(DELIMITERS, key=header.count)
    names = [plain_name(name) for name in header.split(delimiter)]
    if not set(names).intersection(NAMES["loss"]):
        return None
    rows = list(csv.reader(io.StringIO(text.strip()), delimiter=delimiter))[1:]
    if delimiter == ";":
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    return Curve.of(known_columns({name: _cells(rows, i) for i, name in enumerate(names)}))


def _cells(rows: list[list[str]], column: int) -> list[str]:
    return [row[column] if column < len(row) else "" for row in rows if row]


def _columns(value: Any) -> Mapping[str, Any]:
    """The columns in a JSON value, whichever way it is laid out."""
    if isinstance(value, list):
        if not any(isinstance(item, dict) for item in value):
            return {"loss": value}
        rows = [item for item in value if isinstance(item, dict)]
        names = {name: None for row in rows for name in row}
        return {name: [row.get(name) for row in rows] for name in names}
    if not isinstance(value, dict):
        return {}
    columns = {
        name: list(part.values()) if isinstance(part, dict) else part
        for name, part in value.items()
        if isinstance(part, dict | list)
    }
    if KNOWN.isdisjoint(map(plain_name, columns)):
        inner = next((part for part in value.values() if isinstance(part, dict)), None)
        return columns if inner is None else _columns(inner)
    return columns
