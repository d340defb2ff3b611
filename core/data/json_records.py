"""Reads JSON: a list of records, JSON Lines, or an object of columns or rows.

What Python writes of the same values is read too.
"""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from ..errors import InputError
from .charset import Content, decode, detect_encoding
from .index_column import INDEX, numbers_rows
from .limits import check_rows, check_width
from .python_literal import parse_literal
from .workbook import to_arrow

EXPECTED = 'records like [{"x": 1, "y": 2}, …]'
DEPTH = 4  # of objects within each other that are opened
NOT_FINITE = "NaN", "Infinity"  # which Python writes, and JSON does not know


def read_json(content: Content, file: str) -> tuple[list[str], list[pa.Array], list[str], str]:
    """What `read_records` gives of a text, and what it is written in where that is not JSON.

    Raises:
        InputError: If it is neither JSON nor a value of Python, or not a table.
    """
    value, form = _parse(decode(content, detect_encoding(content)).lstrip("\ufeff"), file)
    return *read_records(value, file), form


def read_records(value: Any, file: str) -> tuple[list[str], list[pa.Array], list[str]]:
    """Names and columns of a value, and the names of nested columns, which are left out.

    Raises:
        InputError: If it is not a table.
    """
    records = [_flat(record) for record in _records_of(value, file)]
    names = list(dict.fromkeys(name for record in records for name in record))
    check_width(len(names), file, "a name for each")
    check_rows(len(records), len(names), file)
    flat, columns, nested = [], [], []
    for name in names:
        values = [record.get(name) for record in records]
        if any(isinstance(value, dict | list) for value in values):
            nested.append(name)
            continue
        flat.append(name)
        columns.append(to_arrow(values))
    return flat, columns, nested


def _parse(text: str, file: str) -> tuple[Any, str]:
    """The value of a text, and the form it is written in; empty for JSON."""
    load = json.loads if any(word in text for word in NOT_FINITE) else _loads
    try:
        return load(text), ""
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            return [load(line) for line in lines], ""
        except (ValueError, RecursionError):
            value = parse_literal(text)
            if value is None:
                raise InputError(
                    f"{file} must be valid JSON, {EXPECTED}. Received: {error}."
                ) from error
            return value, "a list or an array"


def _loads(text: str) -> Any:
    return orjson.loads(text.encode("utf-8", "replace"))


def _records_of(value: Any, file: str) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        value = _records_from_object(value)
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        names = [f"column {j + 1}" for j in range(max(map(len, value)))]
        if _names_columns(value):
            names, value = value[0], value[1:]
        value = [dict(zip(names, row, strict=False)) for row in value if names]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise InputError(f"{file} must hold {EXPECTED}. Received: JSON of another shape.")
    return value


def _flat(record: dict[str, Any], before: str = "", depth: int = DEPTH) -> dict[str, Any]:
    """A record without objects in it: `{"a": {"b": 1}}` becomes `{"a.b": 1}`.

    Of a GeoJSON feature only its properties are left.
    """
    if not any(isinstance(value, dict) for value in record.values()):
        return {f"{before}{name}": value for name, value in record.items()} if before else record
    if record.get("type") == "Feature" and isinstance(record.get("properties"), dict):
        return _flat(record["properties"], before, depth)
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and depth:
            flat |= _flat(value, f"{before}{name}.", depth - 1)
        elif value != {}:
            flat[f"{before}{name}"] = value
    return flat


def _names_columns(rows: list[list[Any]]) -> bool:
    """Whether the first of the rows has names, and the next one something else too."""
    first, *others = rows
    texts = all(isinstance(cell, str) for cell in first) and len(set(first)) == len(first)
    return texts and len(others) > 1 and not all(isinstance(cell, str) for cell in others[0])


def _records_from_object(value: dict[str, Any]) -> Any:
    """Records of an object in one of the orients of pandas, or with one list of records."""
    if isinstance(value.get("data"), list) and isinstance(value.get("columns"), list):
        return _records_from_split(value)
    if records := _list_of_records(value):
        return records
    if len(value) > 1 and all(isinstance(part, dict) and part for part in value.values()):
        return _records_from_labels(value)
    lists = [column for column in value.values() if isinstance(column, list)]
    if len(lists) == len(value) and len({len(column) for column in lists}) == 1 and len(lists) > 1:
        return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
    return [value]


def _list_of_records(value: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The one list of records in an object, or in the objects within it: the first that are deep
    enough; None where there are several, or none."""
    level = [value]
    for _ in range(DEPTH):
        parts = [part for item in level for part in item.values()]
        lists = [part for part in parts if isinstance(part, list) and part]
        found = [part for part in lists if all(isinstance(row, dict) for row in part)]
        if found:
            return found[0] if len(found) == 1 else None
        level = [part for part in parts if isinstance(part, dict)]
    return None


def _records_from_split(value: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Records of `{"columns": […], "index": […], "data": [[…], …]}`."""
    names = [name if isinstance(name, str) else str(name) for name in value["columns"]]
    rows = value["data"]
    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return None
    labels = value.get("index")
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return _labelled(labels, records) if isinstance(labels, list) else records


def _records_from_labels(value: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Records of an object of objects: by column and row label, or by row label and column."""
    inner = list(dict.fromkeys(label for part in value.values() for label in part))
    rows_inside = _are_numbers(inner) or (not _are_numbers(value) and len(inner) >= len(value))
    if not rows_inside:
        return _labelled(list(value), list(value.values()))
    records = [{name: part.get(label) for name, part in value.items()} for label in inner]
    return _labelled(inner, records)


def _labelled(labels: list[Any], records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records with their rows' labels as a first column, unless these only number the rows."""
    if len(labels) != len(records):
        return records
    if _are_numbers(labels) and numbers_rows(np.array([int(label) for label in labels])):
        return records
    return [{INDEX: label} | record for label, record in zip(labels, records, strict=True)]


def _are_numbers(labels: Iterable[Any]) -> bool:
    return all(str(label).isdecimal() and len(str(label)) < 16 for label in labels)
