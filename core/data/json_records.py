"""JSON: a list of records, one record a line, or an object of columns."""

import re
from typing import Any

import orjson
import pyarrow as pa

from ..errors import InputError
from .charset import SAMPLE_BYTES, Content, decoded, find_encoding
from .limits import check_rows, check_width
from .workbook import from_objects

START = re.compile(rb"\s*(\[\s*[\[{\]]|\{)")
WANTED = 'records like [{"x": 1, "y": 2}, …]'


def is_json(content: Content) -> bool:
    """Whether a text begins like JSON."""
    return bool(START.match(content[:SAMPLE_BYTES].removeprefix(b"\xef\xbb\xbf")))


def read_records(content: Content, file: str) -> tuple[list[str], list[pa.Array], list[str]]:
    """Names and columns of a JSON file, and the names of nested ones, which are left out.

    Raises:
        InputError: If it is not valid JSON, or no table.
    """
    records = _records(decoded(content, find_encoding(content)).lstrip("\ufeff"), file)
    names = list(dict.fromkeys(name for record in records for name in record))
    check_width(len(names), file, "a name for each")
    check_rows(len(records), len(names), file)
    kept, columns, nested = [], [], []
    for name in names:
        values = [record.get(name) for record in records]
        if any(isinstance(value, dict | list) for value in values):
            nested.append(name)
            continue
        kept.append(name)
        columns.append(from_objects(values))
    return kept, columns, nested


def _records(text: str, file: str) -> list[dict[str, Any]]:
    try:
        value = orjson.loads(text.encode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            value = [orjson.loads(line.encode("utf-8", "replace")) for line in lines]
        except orjson.JSONDecodeError:
            raise InputError(f"{file} must be valid JSON, {WANTED}. Received: {error}.") from error
    if isinstance(value, dict):
        value = _from_columns(value)
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        width = max(map(len, value))
        value = [{f"column {j + 1}": cell for j, cell in enumerate(row)} for row in value if width]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise InputError(f"{file} must hold {WANTED}. Received: JSON of another shape.")
    return value


def _from_columns(value: dict[str, Any]) -> Any:
    """An object of equally long columns as records; an object that holds one list as that list."""
    lists = [column for column in value.values() if isinstance(column, list)]
    if len(lists) == len(value) and len({len(column) for column in lists}) == 1 and len(lists) > 1:
        return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
    records = [c for c in lists if c and all(isinstance(row, dict) for row in c)]
    return records[0] if len(records) == 1 else [value]
