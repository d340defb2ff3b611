"""Reads JSON: a list of records, JSON Lines, or an object of columns."""

import re
from typing import Any

import orjson
import pyarrow as pa

from ..errors import InputError
from .charset import SAMPLE_BYTES, Content, decode, detect_encoding
from .limits import check_rows, check_width
from .workbook import to_arrow

JSON_START = re.compile(rb"\s*(\[\s*[\[{\]]|\{)")
EXPECTED = 'records like [{"x": 1, "y": 2}, …]'


def is_json(content: Content) -> bool:
    """Whether a text starts like JSON."""
    return bool(JSON_START.match(content[:SAMPLE_BYTES].removeprefix(b"\xef\xbb\xbf")))


def read_json(content: Content, file: str) -> tuple[list[str], list[pa.Array], list[str]]:
    """Names and columns of a JSON file, and the names of nested columns, which are left out.

    Raises:
        InputError: If it is not valid JSON, or not a table.
    """
    records = _parse_records(decode(content, detect_encoding(content)).lstrip("\ufeff"), file)
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


def _parse_records(text: str, file: str) -> list[dict[str, Any]]:
    try:
        value = orjson.loads(text.encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            value = [orjson.loads(line.encode("utf-8", "replace")) for line in lines]
        except orjson.JSONDecodeError:
            raise InputError(
                f"{file} must be valid JSON, {EXPECTED}. Received: {error}."
            ) from error
    if isinstance(value, dict):
        value = _records_from_object(value)
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        width = max(map(len, value))
        value = [{f"column {j + 1}": cell for j, cell in enumerate(row)} for row in value if width]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise InputError(f"{file} must hold {EXPECTED}. Received: JSON of another shape.")
    return value


def _records_from_object(value: dict[str, Any]) -> Any:
    """Records of an object of equally long columns, or of an object with one list of records."""
    lists = [column for column in value.values() if isinstance(column, list)]
    if len(lists) == len(value) and len({len(column) for column in lists}) == 1 and len(lists) > 1:
        return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
    records = [c for c in lists if c and all(isinstance(row, dict) for row in c)]
    return records[0] if len(records) == 1 else [value]
